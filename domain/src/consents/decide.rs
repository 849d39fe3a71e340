//! Giving a consent, and taking it back.

use chrono::{DateTime, Utc};

use super::{Consent, ConsentChannel, ConsentPurpose};
use crate::citizens::AgeBand;
use crate::kernel::{Id, Ids, Line};

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// To what.
    pub purpose: ConsentPurpose,
    /// Whether it is given, or taken back.
    pub is_given: bool,
    /// Which text was read; needed to consent.
    pub text_version: Option<String>,
    /// How it is said.
    pub channel: ConsentChannel,
    /// Who says it for them.
    pub given_by: Option<Line<200>>,
}

/// Why a consent is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsentRefusal {
    /// Nobody consents to a text that they were not shown.
    #[error("the text has another version now")]
    OtherText(ConsentPurpose),
    /// It is said who the parent is.
    #[error("who consents for the child is not said")]
    NobodySaid,
    /// A parent consents, to the staff.
    #[error("a parent consents for them, to the staff")]
    ParentOnly,
}

/// Keeps what was said; `None` when that is how it was.
///
/// # Errors
/// The text is another one now; for somebody under 15 nobody consents but a parent, who says who they are.
pub fn decide(
    last: Option<&Consent>,
    say: Say,
    age: Option<AgeBand>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Option<Consent>, ConsentRefusal> {
    let is_given_now = last.is_some_and(|last| last.is_given);
    if say.is_given == is_given_now {
        return Ok(None);
    }
    let text = say.purpose.text();
    if say.is_given {
        if say.text_version.as_deref() != Some(text.version) {
            return Err(ConsentRefusal::OtherText(say.purpose));
        }
        let is_parents = say.purpose == ConsentPurpose::Parental || age == Some(AgeBand::Under15);
        if is_parents && say.channel != ConsentChannel::Staff {
            return Err(ConsentRefusal::ParentOnly);
        }
        if is_parents && say.given_by.is_none() {
            return Err(ConsentRefusal::NobodySaid);
        }
    }
    let version = match (say.is_given, last) {
        // What is taken back is what was given.
        (false, Some(last)) => last.text_version.clone(),
        _ => text.version.to_owned(),
    };
    Ok(Some(Consent {
        id: Id::new(ids),
        purpose: say.purpose,
        is_given: say.is_given,
        text_version: version,
        channel: say.channel,
        given_by: say.given_by,
        recorded_at: now,
    }))
}

/// Whether somebody may be registered: for a child under 15 a parent consents first, to which `last` is what was
/// said last.
#[must_use]
pub fn may_take_part(age: Option<AgeBand>, last: Option<&Consent>) -> bool {
    let is_parental = |one: &Consent| one.purpose == ConsentPurpose::Parental && one.is_given;
    age != Some(AgeBand::Under15) || last.is_some_and(is_parental)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::Counter;

    fn say(purpose: ConsentPurpose, is_given: bool) -> Say {
        Say {
            purpose,
            is_given,
            text_version: Some(purpose.text().version.to_owned()),
            channel: ConsentChannel::Account,
            given_by: None,
        }
    }

    fn decided(
        last: Option<&Consent>,
        say: Say,
        age: Option<AgeBand>,
    ) -> Result<Option<Consent>, ConsentRefusal> {
        decide(last, say, age, &mut Counter(0), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_consent_is_given_to_a_text_and_taken_back_without_one() {
        let newsletter = ConsentPurpose::Newsletter;
        let other = Say {
            text_version: Some("2019-05".to_owned()),
            ..say(newsletter, true)
        };
        let refused = ConsentRefusal::OtherText(newsletter);
        assert_eq!(decided(None, other, None), Err(refused));
        let given = decided(None, say(newsletter, true), None).unwrap().unwrap();
        assert_eq!(decided(Some(&given), say(newsletter, true), None), Ok(None));
        let back = Say {
            text_version: None,
            ..say(newsletter, false)
        };
        let back = decided(Some(&given), back, None).unwrap().unwrap();
        assert!(!back.is_given && back.text_version == given.text_version);
        assert_eq!(decided(None, say(newsletter, false), None), Ok(None));
    }

    #[test]
    fn a_parent_consents_to_the_staff_and_says_who_they_are() {
        for (purpose, age) in [
            (ConsentPurpose::Parental, None),
            (ConsentPurpose::Pictures, Some(AgeBand::Under15)),
        ] {
            let own = say(purpose, true);
            assert_eq!(
                decided(None, own.clone(), age),
                Err(ConsentRefusal::ParentOnly)
            );
            let to_staff = Say {
                channel: ConsentChannel::Staff,
                ..own
            };
            assert_eq!(
                decided(None, to_staff.clone(), age),
                Err(ConsentRefusal::NobodySaid)
            );
            let named = Say {
                given_by: Some(Line::parse("Claude Lefèvre").unwrap()),
                ..to_staff
            };
            let given = decided(None, named, age).unwrap().unwrap();
            let is_parental = purpose == ConsentPurpose::Parental;
            let child = Some(AgeBand::Under15);
            assert_eq!(may_take_part(child, Some(&given)), is_parental);
            let back = Consent {
                is_given: false,
                ..given
            };
            assert!(!may_take_part(child, Some(&back)) && !may_take_part(child, None));
            assert!(may_take_part(Some(AgeBand::From15To17), None) && may_take_part(None, None));
        }
    }
}
