//! Query parameters: the known ones read and checked, every fault at once; an unknown one refused
//! with the nearest known name.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use domain::kernel::{DEFAULT_ZONE, FaultCode, Id, InseeCode, Siren, Vocabulary};
use domain::territory::Territory;
use persistence::Total;
use uuid::Uuid;

use super::cursor::At;
use super::faults::FieldError;
use super::page::Paging;
use super::{Problem, Request};

/// No operation knows half as many parameters.
const MOST_PARAMETERS: usize = 100;

/// The parameters of a request, while they are read.
pub(crate) struct Query<'r> {
    request: &'r Request,
    pairs: Vec<(String, String)>,
    faults: Vec<FieldError>,
}

impl<'r> Query<'r> {
    /// Refuses what the operation doesn't know.
    pub(crate) fn strict(request: &'r Request) -> Self {
        let mut query = Self::lenient(request);
        let known = &request.operation.parameters;
        // An address holds thousands: to tell each one's fault would cost far more than to send them.
        if let Some((name, _)) = query.pairs.get(MOST_PARAMETERS) {
            let many = FieldError::of_parameter(name, &FaultCode::TooMany(MOST_PARAMETERS));
            query.faults.push(many);
            query.pairs.truncate(MOST_PARAMETERS);
        }
        for (index, (name, _)) in query.pairs.iter().enumerate() {
            if !known.contains(name) {
                query.faults.push(unknown(name, known));
            } else if query.pairs[..index].iter().any(|(other, _)| other == name) {
                query.faults.push(FieldError::parameter(
                    name,
                    "duplicate",
                    "Donné deux fois ; séparez plusieurs valeurs par des virgules.",
                    "Given twice; separate several values with commas.",
                ));
            }
        }
        query
    }

    /// Ignores what the operation doesn't know: strangers' software adds parameters of its own.
    pub(crate) fn lenient(request: &'r Request) -> Self {
        let pairs = url::form_urlencoded::parse(request.http.query_string().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self {
            request,
            pairs,
            faults: vec![],
        }
    }

    /// The value of a parameter; an empty one is absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let found = self
            .pairs
            .iter()
            .find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.clone())
    }

    /// The values of a parameter that takes several, separated by commas.
    pub(crate) fn several(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|v| !v.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// One value, parsed.
    pub(crate) fn one<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, FaultCode>,
    ) -> Option<T> {
        let text = self.text(name)?;
        self.noted(name, parse(&text))
    }

    /// Several values, parsed.
    pub(crate) fn many<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, FaultCode>,
    ) -> Vec<T> {
        let texts = self.several(name);
        if texts.len() > 100 {
            self.noted::<()>(name, Err(FaultCode::TooMany(100)));
            return vec![];
        }
        texts
            .iter()
            .filter_map(|text| self.noted(name, parse(text)))
            .collect()
    }

    /// Several words of a closed list.
    pub(crate) fn words<V: Vocabulary>(&mut self, name: &str) -> Vec<V> {
        self.many(name, V::parse)
    }

    /// The communes that are asked for: by their codes under `name`, and by their intercommunalities under
    /// `epci`. `None` when neither is asked for.
    pub(crate) fn communes(&mut self, name: &str) -> Option<Vec<InseeCode>> {
        let communes = self.many(name, InseeCode::parse);
        let sirens = self.many("epci", |text| {
            let siren = Siren::parse(text)?;
            let known = Territory::official().intercommunality(&siren);
            known.map(|_| siren).ok_or(FaultCode::Malformed("siren"))
        });
        let asked = self.text(name).is_some() || self.text("epci").is_some();
        let within = sirens
            .iter()
            .flat_map(|siren| Territory::official().communes_of(siren))
            .map(|commune| commune.code);
        asked.then(|| communes.into_iter().chain(within).collect())
    }

    /// The value of a parameter that is no text: an empty one is none of its values.
    pub(crate) fn typed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, FaultCode>,
    ) -> Option<T> {
        let text = self
            .pairs
            .iter()
            .find(|(known, _)| known == name)?
            .1
            .clone();
        self.noted(name, parse(&text))
    }

    /// An id.
    pub(crate) fn id<T>(&mut self, name: &str) -> Option<Id<T>> {
        let id = |text: &str| Uuid::try_parse(text).map_err(|_| FaultCode::Malformed("uuid"));
        self.typed(name, id).map(Id::from_uuid)
    }

    /// True or false; false when absent.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        self.maybe_flag(name).unwrap_or(false)
    }

    /// True, false or absent.
    pub(crate) fn maybe_flag(&mut self, name: &str) -> Option<bool> {
        self.typed(name, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(FaultCode::Malformed("boolean")),
        })
    }

    /// An instant, or the beginning of a day in Europe/Paris.
    pub(crate) fn instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.one(name, parse_instant)
    }

    /// A time by the clock on the wall, whatever the offset that came with it; where it can't be read,
    /// that is noted by whoever reads the instant.
    pub(crate) fn wall_time(&self, name: &str) -> Option<NaiveDateTime> {
        match parse_moment(&self.text(name)?).ok()? {
            Moment::Local(local) => Some(local),
            Moment::At(instant) => Some(instant.naive_local()),
        }
    }

    /// Which page: `count`, `limit` and `cursor`.
    pub(crate) fn paging(&mut self, usual: u64, most: u64) -> Paging {
        let total = if self.flag("count") {
            Total::Counted
        } else {
            Total::Untold
        };
        let limit = self.typed("limit", |text| {
            let limit: u64 = text.parse().map_err(|_| FaultCode::Malformed("integer"))?;
            let max = if most == 1_000 { "1000" } else { "200" };
            let range = FaultCode::OutOfRange { min: "1", max };
            if (1..=most).contains(&limit) {
                Ok(limit)
            } else {
                Err(range)
            }
        });
        let filters = self.filters();
        let cursors = &self.request.app.cursors;
        let at: Option<At> = self.text("cursor").and_then(|cursor| {
            let at = cursors.read(&cursor, &filters);
            if at.is_none() {
                self.faults.push(FieldError::parameter(
                    "cursor",
                    "cursor_invalid",
                    "Ce curseur n’est pas de cette liste, ou ses filtres ont changé : reprenez à la \
                     première page.",
                    "This cursor is not of this list, or its filters changed: start again at the \
                     first page.",
                ));
            }
            at
        });
        Paging {
            limit: limit.unwrap_or(usual),
            after: at.map(|at| at.place),
            synced_until: at.and_then(|at| at.synced_until),
            total,
            filters,
        }
    }

    /// The filters in an order of their own: what a cursor is bound to. The page is no filter.
    fn filters(&self) -> String {
        let mut kept: Vec<_> = self
            .pairs
            .iter()
            .filter(|(name, _)| self.request.operation.parameters.contains(name))
            .filter(|(name, value)| {
                !matches!(name.as_str(), "limit" | "cursor" | "count") && !value.is_empty()
            })
            .collect();
        kept.sort();
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in kept {
            text.append_pair(name, value);
        }
        // The path itself, not its pattern: a list below one thing is none of another's.
        format!("{}?{}", self.request.http.path(), text.finish())
    }

    /// What is asked for, in one form whatever the order it was asked in: of these parameters those
    /// that are given, ready to be put after a question mark.
    pub(crate) fn canonical(&self, names: &[&str]) -> String {
        let mut names = names.to_vec();
        names.sort_unstable();
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        for name in names {
            if let Some(value) = self.text(name) {
                text.append_pair(name, &value);
            }
        }
        text.finish()
    }

    /// Notes a fault of a parameter.
    pub(crate) fn fault(&mut self, fault: FieldError) {
        self.faults.push(fault);
    }

    pub(crate) fn noted<T>(&mut self, name: &str, parsed: Result<T, FaultCode>) -> Option<T> {
        parsed
            .map_err(|code| self.faults.push(FieldError::of_parameter(name, &code)))
            .ok()
    }

    /// Ends the reading.
    pub(crate) fn done(self) -> Result<(), Problem> {
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(self.faults))
        }
    }
}

/// An instant by RFC 3339; or a day, which begins at midnight, or a local time (as FullCalendar sends
/// it), both in Europe/Paris.
pub(crate) fn parse_instant(text: &str) -> Result<DateTime<Utc>, FaultCode> {
    let instant = match parse_moment(text)? {
        Moment::Local(local) => DEFAULT_ZONE
            .from_local_datetime(&local)
            .earliest()
            .ok_or(NO_MOMENT)?
            .to_utc(),
        Moment::At(instant) => instant.to_utc(),
    };
    Ok(domain::kernel::to_micros(instant))
}

const NO_MOMENT: FaultCode = FaultCode::Malformed("instant");

/// A moment as it is written.
enum Moment {
    /// Without an offset.
    Local(NaiveDateTime),
    /// With one.
    At(DateTime<FixedOffset>),
}

fn parse_moment(text: &str) -> Result<Moment, FaultCode> {
    let day = text
        .parse::<NaiveDate>()
        .map(|day| day.and_time(NaiveTime::MIN));
    let (moment, year) = match day.or_else(|_| text.parse::<NaiveDateTime>()) {
        Ok(local) => (Moment::Local(local), local.year()),
        // In a query a plus sign is a space; people forget to code it.
        Err(_) => {
            let instant = DateTime::parse_from_rfc3339(&text.replace(' ', "+"));
            let instant = instant.map_err(|_| NO_MOMENT)?;
            (Moment::At(instant), instant.to_utc().year())
        }
    };
    if (1900..2300).contains(&year) {
        Ok(moment)
    } else {
        Err(FaultCode::OutOfRange {
            min: "1900-01-01",
            max: "2299-12-31",
        })
    }
}

fn unknown(name: &str, known: &[String]) -> FieldError {
    let near = known
        .iter()
        .map(|other| (strsim::damerau_levenshtein(name, other), other))
        .min()
        .filter(|(distance, other)| *distance <= other.len().max(4) / 2)
        .map(|(_, other)| other.as_str());
    let all = known.join(", ");
    let (french, english) = match (near, known.is_empty()) {
        (Some(near), _) => (
            format!("Paramètre inconnu ; vouliez-vous dire « {near} » ?"),
            format!("Unknown parameter; did you mean “{near}”?"),
        ),
        (None, false) => (
            format!("Paramètre inconnu. Connus : {all}."),
            format!("Unknown parameter. Known: {all}."),
        ),
        (None, true) => (
            "Cette opération ne prend pas de paramètre.".to_owned(),
            "This operation takes no parameter.".to_owned(),
        ),
    };
    FieldError::parameter(name, "unknown_parameter", french, english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_paris() {
        let summer = parse_instant("2026-07-01").unwrap();
        assert_eq!(summer.to_rfc3339(), "2026-06-30T22:00:00+00:00");
        let winter = parse_instant("2026-12-01").unwrap();
        assert_eq!(winter.to_rfc3339(), "2026-11-30T23:00:00+00:00");
        let local = parse_instant("2026-07-01T10:00:00").unwrap();
        assert_eq!(local.to_rfc3339(), "2026-07-01T08:00:00+00:00");
        let instant = parse_instant("2026-07-01T10:00:00 02:00").unwrap();
        assert_eq!(instant.to_rfc3339(), "2026-07-01T08:00:00+00:00");
    }

    #[test]
    fn the_nearest_known_name_is_told() {
        let known = ["audience".to_owned(), "kind".to_owned()];
        assert!(unknown("knid", &known).detail.1.contains("“kind”"));
        assert!(
            unknown("zzzzzzzzzz", &known)
                .detail
                .1
                .contains("audience, kind")
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_an_instant_panic(text in ".{0,40}") {
            let _ = parse_instant(&text);
        }
    }
}
