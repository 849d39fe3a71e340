//! What is wrong with a value, and where: collected all at once, so that nobody mends a form one
//! fault at a time. The words people read are the outer layer's; a code and its figures are ours.

/// What is wrong with one value. The outer layer turns it into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultCode {
    /// The value is needed and absent, or empty.
    Required,
    /// Fewer characters than `0`.
    TooShort(usize),
    /// More characters than `0`.
    TooLong(usize),
    /// More items than `0`.
    TooMany(usize),
    /// Control characters, which no text of one or several lines holds.
    ControlCharacters,
    /// Not of the named form (`email`, `url`, `insee_code`, `siren`, `slug`, `language`…).
    Malformed(&'static str),
    /// Outside the closed interval, given as people read it.
    OutOfRange {
        /// The least value taken.
        min: &'static str,
        /// The greatest value taken.
        max: &'static str,
    },
    /// None of the words of a closed list.
    UnknownWord {
        /// The words that are taken.
        known: Vec<&'static str>,
    },
    /// The same thing twice in a list.
    Duplicate,
    /// The commune is not in the official list.
    UnknownCommune,
    /// Not the name of an IANA time zone.
    UnknownTimeZone,
    /// The end does not come after the start.
    EndsBeforeStart,
    /// It lasts longer than one occurrence may, in days.
    LastsTooLong(u32),
    /// The other named field has to come with it.
    Needs(&'static str),
    /// The transition must say why, in words that people see.
    ReasonRequired,
    /// Nothing can be published without a date.
    NoOccurrence,
    /// A date that people may have noted is cancelled or moved, never removed.
    OccurrencePublished,
    /// A cancelled date stays as it was; another one is added instead.
    OccurrenceCancelled,
    /// The id names no occurrence of this event.
    UnknownOccurrence,
    /// No date of the series has this start.
    NotInSeries,
    /// A recurrence rule makes dates more often than hourly.
    RuleTooFrequent,
    /// A recurrence rule never ends.
    RuleUnbounded,
    /// No date follows from a recurrence rule.
    RuleWithoutDate,
    /// From its first date to its last, a series takes longer than so many years.
    SpansTooLong(u32),
    /// The first date is none of those that the recurrence rule means.
    StartOffRule,
    /// Another one bears this slug.
    SlugTaken,
    /// Another account has this e-mail address.
    EmailTaken,
    /// Another structure has this number.
    NumberTaken,
    /// The id names no structure.
    UnknownOrganisation,
    /// The id names no citizen.
    UnknownCitizen,
    /// They are more than that.
    PartyTooLarge(u32),
    /// Not the code that was sent; so many more tries.
    WrongCode(u64),
    /// The id names no registration for this date.
    UnknownRegistration,
    /// No registration for this date has the code.
    UnknownCode,
    /// Several registrations for this date have the code.
    AmbiguousCode,
    /// A registration in this state takes no such note.
    NotToBeNoted(&'static str),
    /// The staff set it, and a partner doesn't change it.
    SetByPetr,
    /// No partner may have this scope.
    ScopeBeyondPartners,
    /// It is over already.
    InThePast,
    /// It is to come only.
    InTheFuture,
    /// What is granted is not what the state of the funding says.
    GrantedDiffers,
    /// Nothing was decided yet: there is no day of a decision.
    Undecided,
    /// Another source has this address.
    SourceUrlTaken,
    /// Another framework has this code.
    FrameworkCodeTaken,
    /// Another project of this holder has this reference.
    ReferenceTaken,
    /// The reference is not the one in the address.
    ReferenceDiffers,
    /// The id names no axis.
    UnknownAxis,
    /// The id names no action of an axis.
    UnknownAction,
    /// The id names no step of this project.
    UnknownStep,
    /// The id names no event that whoever asks sees.
    UnknownEvent,
    /// A partner acts for its own structure only.
    OtherOrganisation,
    /// Only the PETR writes this.
    PetrOnly,
    /// The address is on none of the websites that the operator named.
    OtherWebsite,
    /// It is known of whoever has signed in.
    KnownOfYou,
    /// A parent has to consent first.
    ParentsConsent,
    /// Their data are kept and not used.
    Restricted,
    /// It is not done on the ground of public interest.
    NotObjectable,
    /// In the present state this is not changed any more.
    Locked,
    /// The password is too easy to guess.
    WeakPassword,
    /// The address leads inside, to where only the operator can open the way.
    PrivateTarget,
    /// The address is asked without encryption.
    NeedsHttps,
    /// The address names a port of other services.
    PortRefused,
}

/// A fault and the place where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// An RFC 6901 JSON pointer into the body.
    pub pointer: String,
    /// What is wrong there.
    pub code: FaultCode,
}

/// Faults found together; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} fault(s), the first at {}: {:?}", .0.len(), .0[0].pointer, .0[0].code)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// One fault alone.
    #[must_use]
    pub fn one(pointer: impl Into<String>, code: FaultCode) -> Self {
        Self(vec![Fault {
            pointer: pointer.into(),
            code,
        }])
    }

    /// All of them, in the order they were found.
    #[must_use]
    pub fn all(&self) -> &[Fault] {
        &self.0
    }
}

/// Collects faults while values are parsed.
#[derive(Debug, Default)]
pub struct Check {
    faults: Vec<Fault>,
}

impl Check {
    /// Nothing found yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the value, or notes the fault at `pointer`.
    pub fn at<T>(&mut self, pointer: &str, parsed: Result<T, FaultCode>) -> Option<T> {
        parsed.map_err(|code| self.fault(pointer, code)).ok()
    }

    /// The same for a value that may be absent: `Some(None)` is absent and right.
    pub fn maybe<T, V>(
        &mut self,
        pointer: &str,
        value: Option<V>,
        parse: impl FnOnce(V) -> Result<T, FaultCode>,
    ) -> Option<Option<T>> {
        match value {
            None => Some(None),
            Some(value) => self.at(pointer, parse(value)).map(Some),
        }
    }

    /// Keeps the value, or notes its faults one level deeper, below `prefix`.
    pub fn within<T>(&mut self, prefix: &str, parsed: Result<T, Faults>) -> Option<T> {
        let deeper = |fault: Fault| Fault {
            pointer: format!("{prefix}{}", fault.pointer),
            code: fault.code,
        };
        parsed
            .map_err(|faults| self.faults.extend(faults.0.into_iter().map(deeper)))
            .ok()
    }

    /// The same for a value that may be absent: `Some(None)` is absent and right.
    pub fn maybe_within<T, V>(
        &mut self,
        prefix: &str,
        value: Option<V>,
        parse: impl FnOnce(V) -> Result<T, Faults>,
    ) -> Option<Option<T>> {
        match value {
            None => Some(None),
            Some(value) => self.within(prefix, parse(value)).map(Some),
        }
    }

    /// A list without doubles, of at most `max`; the fault of an item is at `{pointer}/{index}`.
    pub fn distinct<T: PartialEq>(
        &mut self,
        pointer: &str,
        items: Vec<T>,
        max: usize,
    ) -> Option<Vec<T>> {
        if items.len() > max {
            self.fault(pointer, FaultCode::TooMany(max));
            return None;
        }
        let mut kept: Vec<T> = Vec::with_capacity(items.len());
        let before = self.faults.len();
        for (index, item) in items.into_iter().enumerate() {
            if kept.contains(&item) {
                self.fault(&format!("{pointer}/{index}"), FaultCode::Duplicate);
            } else {
                kept.push(item);
            }
        }
        (self.faults.len() == before).then_some(kept)
    }

    /// A list of texts without doubles, each parsed, of at most `max`; the fault of one is at
    /// `{pointer}/{index}`.
    pub fn texts<T: PartialEq>(
        &mut self,
        pointer: &str,
        texts: Vec<String>,
        max: usize,
        parse: impl Fn(&str) -> Result<T, FaultCode>,
    ) -> Option<Vec<T>> {
        let count = texts.len();
        let texts = texts.iter().enumerate();
        let parsed =
            texts.filter_map(|(at, text)| self.at(&format!("{pointer}/{at}"), parse(text)));
        let parsed: Vec<T> = parsed.collect();
        let is_whole = parsed.len() == count;
        self.distinct(pointer, parsed, max).filter(|_| is_whole)
    }

    /// A list of things, each parsed, of at most `max`; the faults of one lie below `{pointer}/{index}`.
    pub fn each<T, V>(
        &mut self,
        pointer: &str,
        items: Vec<V>,
        max: usize,
        parse: impl Fn(V) -> Result<T, Faults>,
    ) -> Option<Vec<T>> {
        if items.len() > max {
            self.fault(pointer, FaultCode::TooMany(max));
            return None;
        }
        let count = items.len();
        let items = items.into_iter().enumerate();
        let parsed =
            items.filter_map(|(at, item)| self.within(&format!("{pointer}/{at}"), parse(item)));
        let parsed: Vec<T> = parsed.collect();
        (parsed.len() == count).then_some(parsed)
    }

    /// Notes a fault.
    pub fn fault(&mut self, pointer: &str, code: FaultCode) {
        self.faults.push(Fault {
            pointer: pointer.to_owned(),
            code,
        });
    }

    /// Whether no fault was noted so far.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// The value, unless a fault was noted.
    ///
    /// # Errors
    /// All the faults that were noted.
    pub fn done<T>(self, value: Option<T>) -> Result<T, Faults> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ if self.faults.is_empty() => Err(Faults::one("", FaultCode::Required)),
            _ => Err(Faults(self.faults)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<T: std::fmt::Debug>(checked: Result<T, Faults>) -> Vec<(String, FaultCode)> {
        let faults = checked.unwrap_err();
        faults
            .all()
            .iter()
            .map(|f| (f.pointer.clone(), f.code.clone()))
            .collect()
    }

    fn number(text: &str) -> Result<u8, FaultCode> {
        text.parse().map_err(|_| FaultCode::Malformed("number"))
    }

    #[test]
    fn every_fault_is_kept_in_the_order_it_was_found() {
        let mut check = Check::new();
        assert_eq!(check.at("/a", number("7")), Some(7));
        assert_eq!(check.at("/b", number("x")), None);
        check.fault("/c", FaultCode::Required);
        assert_eq!(
            found(check.done(Some(()))),
            [
                ("/b".to_owned(), FaultCode::Malformed("number")),
                ("/c".to_owned(), FaultCode::Required),
            ]
        );
    }

    #[test]
    fn a_value_without_fault_passes_and_none_at_all_is_a_fault() {
        assert_eq!(Check::new().done(Some(7)), Ok(7));
        assert_eq!(
            found(Check::new().done(None::<u8>)),
            [(String::new(), FaultCode::Required)]
        );
        let faults = Faults::one("/a", FaultCode::Duplicate);
        assert_eq!(faults.to_string(), "1 fault(s), the first at /a: Duplicate");
    }

    #[test]
    fn what_is_absent_is_right_and_what_is_there_is_read() {
        let mut check = Check::new();
        assert_eq!(check.maybe("/a", None, number), Some(None));
        assert_eq!(check.maybe("/a", Some("7"), number), Some(Some(7)));
        assert_eq!(check.maybe("/a", Some("x"), number), None);
        assert_eq!(found(check.done(Some(()))).len(), 1);
    }

    #[test]
    fn faults_lie_below_the_place_of_what_holds_them() {
        let mut inner = Check::new();
        inner.fault("/latitude", FaultCode::Required);
        inner.fault("", FaultCode::Required);
        let mut check = Check::new();
        check.fault("/title", FaultCode::Required);
        assert_eq!(check.within("/place", inner.done(Some(()))), None);
        assert_eq!(check.within("/contact", Ok(7)), Some(7));
        let pointers: Vec<_> = found(check.done(Some(())))
            .into_iter()
            .map(|f| f.0)
            .collect();
        assert_eq!(pointers, ["/title", "/place/latitude", "/place"]);
    }

    #[test]
    fn a_double_is_a_fault_at_its_own_place() {
        let mut check = Check::new();
        assert_eq!(check.distinct("/tags", vec!["a", "b", "a", "a"], 4), None);
        assert_eq!(
            found(check.done(Some(()))),
            [
                ("/tags/2".to_owned(), FaultCode::Duplicate),
                ("/tags/3".to_owned(), FaultCode::Duplicate),
            ]
        );
    }

    #[test]
    fn a_list_without_doubles_keeps_its_order_whatever_was_found_before() {
        let mut check = Check::new();
        check.fault("/title", FaultCode::Required);
        assert_eq!(
            check.distinct("/tags", vec!["b", "a"], 2),
            Some(vec!["b", "a"])
        );
        assert_eq!(check.distinct("/tags", Vec::<u8>::new(), 0), Some(vec![]));
    }

    #[test]
    fn a_list_that_is_too_long_is_one_fault() {
        let mut check = Check::new();
        assert_eq!(check.distinct("/tags", vec!["a", "a", "a"], 2), None);
        assert_eq!(
            found(check.done(Some(()))),
            [("/tags".to_owned(), FaultCode::TooMany(2))]
        );
    }
}
