//! Restriction (GDPR, article 18): data are kept, and not used. Several may stand at once, each for its own reason;
//! the data are used again when the last one has ended.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{Objection, ObjectionState};
use crate::citizens::{self, Citizen, CitizenFact, CitizenRefusal, Pseudonym};
use crate::kernel::{Change, Id, Ids, Prose, Vocabulary, day_of};

/// Why somebody's data are not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// Its id.
    pub id: Id<Restriction>,
    /// Whose data.
    pub person: Id<Pseudonym>,
    /// What led to it.
    pub because: RestrictionCause,
    /// By which objection.
    pub objection: Option<Id<Objection>>,
    /// What was said of it: personal, and sealed wherever it lies.
    pub reason: Option<Prose<2000>>,
    /// Since when.
    pub begun_at: DateTime<Utc>,
    /// On which day they were told that it is lifted.
    pub told_on: Option<NaiveDate>,
    /// Why it was lifted: sealed as well.
    pub lifted_because: Option<Prose<2000>>,
    /// Until when; absent as long as it stands.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What led to a restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionCause {
    /// They asked for it themselves.
    Asked,
    /// The staff restricted them.
    Staff,
    /// They objected.
    Objection,
}

impl Vocabulary for RestrictionCause {
    const NAME: &'static str = "RestrictionCause";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Asked, "asked"),
        (Self::Staff, "staff"),
        (Self::Objection, "objection"),
    ];
}

/// What restricting somebody changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Restricted {
    /// Why, from now on.
    pub restriction: Restriction,
    /// They themselves, where nothing restricted them before.
    pub citizen: Option<Change<Citizen, CitizenFact>>,
}

/// What lifting changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Lifted {
    /// What has ended.
    pub ended: Vec<Restriction>,
    /// They themselves, where nothing restricts them any more.
    pub citizen: Option<Change<Citizen, CitizenFact>>,
}

/// Restricts somebody, of whom these restrictions stand; `None` when one of the same cause does. Each objection
/// restricts by itself.
///
/// # Errors
/// They turned out to be somebody else.
pub fn restrict_because(
    citizen: &Citizen,
    because: (RestrictionCause, Option<Id<Objection>>),
    reason: Option<Prose<2000>>,
    standing: &[Restriction],
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Option<Restricted>, CitizenRefusal> {
    let changed = citizens::restrict(citizen.clone(), now)?;
    let (because, objection) = because;
    let is_same = |one: &Restriction| one.because == because && one.objection == objection;
    if standing.iter().any(is_same) {
        return Ok(None);
    }
    let restriction = Restriction {
        id: Id::new(ids),
        person: citizen.pseudonym,
        because,
        objection,
        reason,
        begun_at: now,
        told_on: None,
        lifted_because: None,
        ended_at: None,
    };
    Ok(Some(Restricted {
        restriction,
        citizen: changed,
    }))
}

/// Lifts all that restricts somebody, who was told so before (article 18, 3).
///
/// # Errors
/// Nothing restricts them, or they turned out to be somebody else; they were not told yet; an objection of theirs
/// waits for its answer, which comes first.
pub fn lift_all(
    citizen: Citizen,
    standing: Vec<Restriction>,
    objections: &[Objection],
    (told_on, why): (NaiveDate, Prose<2000>),
    now: DateTime<Utc>,
) -> Result<Lifted, CitizenRefusal> {
    if citizen.merged_into.is_some() {
        return Err(CitizenRefusal::Merged);
    }
    if citizen.restricted_at.is_none() {
        return Err(CitizenRefusal::NotRestricted);
    }
    if told_on > day_of(now) {
        return Err(CitizenRefusal::ToldLater);
    }
    let is_pending = |one: &Objection| one.state == ObjectionState::Pending;
    if objections.iter().any(is_pending) {
        return Err(CitizenRefusal::ObjectionPending);
    }
    let end = |one: Restriction| Restriction {
        told_on: Some(told_on),
        lifted_because: Some(why.clone()),
        ended_at: Some(now),
        ..one
    };
    Ok(Lifted {
        ended: standing.into_iter().map(end).collect(),
        citizen: citizens::lift(citizen, now),
    })
}

/// Ends what an objection restricted, which was rejected; whatever else restricts them stays.
#[must_use]
pub fn lift_of(
    citizen: Citizen,
    standing: Vec<Restriction>,
    objection: Id<Objection>,
    now: DateTime<Utc>,
) -> Lifted {
    let is_its = |one: &Restriction| one.objection == Some(objection);
    let (ended, left): (Vec<_>, Vec<_>) = standing.into_iter().partition(is_its);
    let end = |one: Restriction| Restriction {
        ended_at: Some(now),
        ..one
    };
    let is_free = !ended.is_empty() && left.is_empty();
    Lifted {
        ended: ended.into_iter().map(end).collect(),
        citizen: is_free.then(|| citizens::lift(citizen, now)).flatten(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Processing, object, reject};
    use super::*;
    use crate::citizens::{CitizenContent, CitizenSource, enter};
    use crate::kernel::testing::Counter;
    use crate::kernel::{Line, MailLanguage};

    fn moment() -> DateTime<Utc> {
        "2026-12-02T10:00:00Z".parse().unwrap()
    }

    fn citizen() -> Citizen {
        let content = CitizenContent {
            name: Line::parse("Zoé Lefèvre").unwrap(),
            email: None,
            telephone: None,
            commune: None,
            age_band: None,
            language: MailLanguage::Fr,
            interests: vec![],
        };
        let pseudonym = Id::from_uuid(uuid::Uuid::from_u128(7));
        let ids = &mut Counter(0);
        enter(content, CitizenSource::Staff, pseudonym, ids, moment()).into_after()
    }

    fn why() -> (NaiveDate, Prose<2000>) {
        (moment().date_naive(), Prose::parse("Set right").unwrap())
    }

    #[test]
    fn data_are_used_again_when_the_last_restriction_has_ended() {
        let ids = &mut Counter(10);
        let of_staff = (RestrictionCause::Staff, None);
        let first = restrict_because(&citizen(), of_staff, None, &[], ids, moment());
        let first = first.unwrap().unwrap();
        let restricted = first.citizen.unwrap().into_after();
        assert_eq!(restricted.may_be_used(), Err(CitizenRefusal::Restricted));
        let mut standing = vec![first.restriction];
        let again = restrict_because(&restricted, of_staff, None, &standing, ids, moment());
        assert_eq!(again, Ok(None));

        let grounds = Prose::parse("My situation").unwrap();
        let objected = object(
            restricted.pseudonym,
            Processing::Participations,
            grounds,
            &[],
            ids,
            moment(),
        );
        let objection = objected.unwrap().into_after();
        let by_it = (RestrictionCause::Objection, Some(objection.id));
        let second = restrict_because(&restricted, by_it, None, &standing, ids, moment());
        let second = second.unwrap().unwrap();
        assert_eq!(second.citizen, None, "they are restricted already");
        standing.push(second.restriction);

        let all = [objection.clone()];
        let early = lift_all(restricted.clone(), standing.clone(), &all, why(), moment());
        assert_eq!(early, Err(CitizenRefusal::ObjectionPending));
        let lifted = lift_of(restricted.clone(), standing.clone(), objection.id, moment());
        assert_eq!((lifted.ended.len(), lifted.citizen), (1, None));
        let answer = Prose::parse("No").unwrap();
        let rejected = reject(objection, answer, moment()).unwrap().unwrap();
        standing.pop();
        let all = [rejected.into_after()];
        let lifted = lift_all(restricted, standing, &all, why(), moment()).unwrap();
        let free = lifted.citizen.unwrap().into_after();
        assert_eq!(free.may_be_used(), Ok(()));
        assert!(lifted.ended[0].ended_at.is_some());
        let again = lift_all(free, vec![], &[], why(), moment());
        assert_eq!(again, Err(CitizenRefusal::NotRestricted));
    }
}
