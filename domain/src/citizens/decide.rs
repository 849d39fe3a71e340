//! What may be done with what is known of a person.

use chrono::{DateTime, Utc};

use super::{
    AgeBand, Citizen, CitizenContent, CitizenFact, CitizenRefusal, CitizenSource, Pseudonym,
};
use crate::kernel::{Change, Id, Ids};

type Changed = Change<Citizen, CitizenFact>;

/// Writes somebody down: the staff does, or they do it themselves. The pseudonym is random through and
/// through: an id that tells its moment would tell whose it is.
pub fn enter(
    content: CitizenContent,
    source: CitizenSource,
    pseudonym: Id<Pseudonym>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Changed {
    let fact = match source {
        CitizenSource::Staff => CitizenFact::Entered,
        CitizenSource::Own => CitizenFact::Announced,
    };
    let citizen = Citizen {
        id: Id::new(ids),
        pseudonym,
        content,
        confirmed_at: None,
        source,
        merged_into: None,
        restricted_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Change::new(None, citizen, fact)
}

/// Sets right what is known of somebody; `None` when nothing would change.
///
/// # Errors
/// An address that they showed to be theirs would be another one; they turned out to be somebody else.
pub fn edit(
    citizen: Citizen,
    content: CitizenContent,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, CitizenRefusal> {
    if citizen.merged_into.is_some() {
        return Err(CitizenRefusal::Merged);
    }
    if citizen.content == content {
        return Ok(None);
    }
    let key = |content: &CitizenContent| content.email.as_ref().map(|email| email.key());
    if citizen.confirmed_at.is_some() && key(&citizen.content) != key(&content) {
        return Err(CitizenRefusal::AddressConfirmed);
    }
    let after = Citizen {
        content,
        ..citizen.next(now)
    };
    let fact = CitizenFact::Rectified;
    Ok(Some(Change::new(Some(citizen), after, fact)))
}

/// Sets right what is known of somebody who does it themselves, having signed in; `None` when nothing would change.
///
/// # Errors
/// The address by which they are found would be another one, which nobody has shown to be theirs; or a child would
/// be none any more, for whom a parent speaks.
pub fn edit_own(
    citizen: Citizen,
    content: CitizenContent,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, CitizenRefusal> {
    let key = |content: &CitizenContent| content.email.as_ref().map(|email| email.key());
    if key(&citizen.content) != key(&content) {
        return Err(CitizenRefusal::AddressConfirmed);
    }
    let was_child = citizen.content.age_band == Some(AgeBand::Under15);
    if was_child && content.age_band != citizen.content.age_band {
        return Err(CitizenRefusal::ParentSpeaks);
    }
    edit(citizen, content, now)
}

/// Keeps that they showed the address to be theirs; `None` when that was known.
pub fn confirm(citizen: Citizen, now: DateTime<Utc>) -> Option<Changed> {
    if citizen.confirmed_at.is_some() {
        return None;
    }
    let after = Citizen {
        confirmed_at: Some(now),
        ..citizen.next(now)
    };
    Some(Change::new(Some(citizen), after, CitizenFact::Confirmed))
}

/// Keeps that the staff vouches for somebody who came by themselves and did not show that the address is theirs:
/// they stood at the door, or called. `None` when they are known.
pub fn vouch(citizen: Citizen, now: DateTime<Utc>) -> Option<Changed> {
    if citizen.is_known() {
        return None;
    }
    let after = Citizen {
        source: CitizenSource::Staff,
        ..citizen.next(now)
    };
    Some(Change::new(Some(citizen), after, CitizenFact::Vouched))
}

/// Keeps that their data are not used from now on; `None` when they are not already.
///
/// # Errors
/// They turned out to be somebody else.
pub fn restrict(citizen: Citizen, now: DateTime<Utc>) -> Result<Option<Changed>, CitizenRefusal> {
    if citizen.merged_into.is_some() {
        return Err(CitizenRefusal::Merged);
    }
    if citizen.restricted_at.is_some() {
        return Ok(None);
    }
    let after = Citizen {
        restricted_at: Some(now),
        ..citizen.next(now)
    };
    Ok(Some(Change::new(
        Some(citizen),
        after,
        CitizenFact::Restricted,
    )))
}

/// Keeps that their data are used again; `None` when they are.
pub fn lift(citizen: Citizen, now: DateTime<Utc>) -> Option<Changed> {
    citizen.restricted_at?;
    let after = Citizen {
        restricted_at: None,
        ..citizen.next(now)
    };
    let fact = CitizenFact::RestrictionLifted;
    Some(Change::new(Some(citizen), after, fact))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::Counter;
    use crate::kernel::{EmailAddress, Line, MailLanguage, Telephone};

    fn content(email: Option<&str>, telephone: Option<&str>) -> CitizenContent {
        CitizenContent {
            name: Line::parse("Zoé Lefèvre").unwrap(),
            email: email.map(|email| EmailAddress::parse(email).unwrap()),
            telephone: telephone.map(|number| Telephone::parse(number).unwrap()),
            commune: None,
            age_band: None,
            language: MailLanguage::Fr,
            interests: vec![],
        }
    }

    fn moment() -> DateTime<Utc> {
        "2026-11-28T10:00:00Z".parse().unwrap()
    }

    fn entered(content: CitizenContent, source: CitizenSource) -> Citizen {
        let pseudonym = Id::from_uuid(uuid::Uuid::from_u128(7));
        enter(content, source, pseudonym, &mut Counter(0), moment()).into_after()
    }

    #[test]
    fn who_counts_as_a_person_can_be_reached_and_is_vouched_for() {
        use CitizenSource::{Own, Staff};
        for (email, telephone, source, is_identified) in [
            (Some("z@l.example"), None, Staff, true),
            (None, Some("06 01 02 03 04"), Staff, true),
            (None, None, Staff, false),
            (Some("z@l.example"), None, Own, false),
        ] {
            let citizen = entered(content(email, telephone), source);
            assert_eq!(
                citizen.is_identified(),
                is_identified,
                "{email:?} {telephone:?}"
            );
        }
        let own = entered(content(Some("z@l.example"), None), Own);
        let own = confirm(own, moment()).unwrap().into_after();
        assert!(own.is_identified());
        assert_eq!(confirm(own, moment()), None, "once is enough");
    }

    #[test]
    fn an_address_that_was_shown_to_be_theirs_is_not_changed_by_others() {
        let citizen = entered(content(Some("z@l.example"), None), CitizenSource::Staff);
        let other = content(Some("other@l.example"), None);
        let edited = edit(citizen.clone(), other.clone(), moment());
        assert!(edited.unwrap().is_some());
        let citizen = confirm(citizen, moment()).unwrap().into_after();
        let refused = edit(citizen.clone(), other, moment());
        assert_eq!(refused, Err(CitizenRefusal::AddressConfirmed));
        let same = content(Some("Z@l.example"), Some("06 01 02 03 04"));
        assert!(edit(citizen.clone(), same, moment()).unwrap().is_some());
        let unchanged = citizen.content.clone();
        assert_eq!(edit(citizen, unchanged, moment()), Ok(None));
    }

    #[test]
    fn nobody_takes_an_address_by_themselves_nor_outgrows_a_parent() {
        for confirmed in [false, true] {
            let mut citizen = entered(content(None, Some("06 01 02 03 04")), CitizenSource::Staff);
            citizen.confirmed_at = confirmed.then(moment);
            let taken = content(Some("other@l.example"), Some("06 01 02 03 04"));
            let refused = edit_own(citizen.clone(), taken, moment());
            assert_eq!(refused, Err(CitizenRefusal::AddressConfirmed));
            let mut child = citizen.clone();
            child.content.age_band = Some(AgeBand::Under15);
            for age_band in [None, Some(AgeBand::From15To17)] {
                let older = CitizenContent {
                    age_band,
                    ..child.content.clone()
                };
                let refused = edit_own(child.clone(), older, moment());
                assert_eq!(refused, Err(CitizenRefusal::ParentSpeaks));
            }
            let named = CitizenContent {
                name: Line::parse("Zoé").unwrap(),
                ..child.content.clone()
            };
            assert!(edit_own(child, named, moment()).unwrap().is_some());
        }
    }

    #[test]
    fn the_public_id_is_not_the_pseudonym() {
        let citizen = entered(content(None, None), CitizenSource::Staff);
        assert_ne!(citizen.id.uuid(), citizen.pseudonym.uuid());
        let recorded = serde_json::to_value(&citizen).unwrap();
        assert!(recorded.get("id").is_none() && recorded.get("pseudonym").is_none());
    }
}
