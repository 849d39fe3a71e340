//! Objection (GDPR, article 21): what is done on the ground of public interest can be objected to. Until it is
//! answered, and from then on if it was upheld, the data are restricted.

use chrono::{DateTime, Months, Utc};
use serde::Serialize;

use super::{LegalBasis, Processing};
use crate::citizens::Pseudonym;
use crate::kernel::{Change, Fact, Id, Ids, Prose, Vocabulary};

/// So long the staff has to answer (article 12, 3).
const ANSWERED_WITHIN: Months = Months::new(1);

/// That somebody objects to something that is done with their data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Objection {
    /// Its id.
    pub id: Id<Objection>,
    /// Whose.
    #[serde(skip)]
    pub person: Id<Pseudonym>,
    /// To what.
    pub processing: Processing,
    /// How far it is.
    pub state: ObjectionState,
    /// Why, in their words: personal, sealed wherever it lies, and in no trail.
    #[serde(skip)]
    pub grounds: Option<Prose<2000>>,
    /// What they were answered: the same.
    #[serde(skip)]
    pub answer: Option<Prose<2000>>,
    /// Until when it is to be answered.
    pub due_at: DateTime<Utc>,
    /// When it was.
    pub answered_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// How far an objection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionState {
    /// It waits for an answer.
    Pending,
    /// They are right: it is not done with their data any more.
    Upheld,
    /// There are compelling grounds to go on.
    Rejected,
}

impl Vocabulary for ObjectionState {
    const NAME: &'static str = "ObjectionState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::Upheld, "upheld"),
        (Self::Rejected, "rejected"),
    ];
}

/// What happened to an objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectionFact {
    /// Somebody objects.
    Made,
    /// They are right.
    Upheld,
    /// They are not.
    Rejected,
}

impl Fact for ObjectionFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Made => "objection.made",
            Self::Upheld => "objection.upheld",
            Self::Rejected => "objection.rejected",
        }
    }

    // Nobody outside is told anything of a person.
    fn is_told(&self) -> bool {
        false
    }
}

/// Why nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ObjectionRefusal {
    /// It rests on another ground: a consent is taken back, and what the law asks for is done.
    #[error("it is not done on the ground of public interest")]
    NotPublicInterest,
    /// They objected to it already, and are owed the answer.
    #[error("an objection to the same waits for its answer")]
    Pending(Id<Objection>),
    /// It was answered otherwise.
    #[error("it was answered already")]
    Answered(ObjectionState),
}

impl Processing {
    /// Whether somebody may object to it.
    #[must_use]
    pub fn may_be_objected_to(self) -> bool {
        self.declared().basis == LegalBasis::PublicInterest
    }
}

impl Objection {
    /// Whether the answer is late.
    #[must_use]
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.state == ObjectionState::Pending && self.due_at <= now
    }
}

/// Objects to something, by somebody who has made these before.
///
/// # Errors
/// It is nothing that can be objected to; the same objection waits for its answer.
pub fn object(
    person: Id<Pseudonym>,
    processing: Processing,
    grounds: Prose<2000>,
    before: &[Objection],
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Change<Objection, ObjectionFact>, ObjectionRefusal> {
    if !processing.may_be_objected_to() {
        return Err(ObjectionRefusal::NotPublicInterest);
    }
    let is_same =
        |one: &&Objection| one.processing == processing && one.state == ObjectionState::Pending;
    if let Some(same) = before.iter().find(is_same) {
        return Err(ObjectionRefusal::Pending(same.id));
    }
    let objection = Objection {
        id: Id::new(ids),
        person,
        processing,
        state: ObjectionState::Pending,
        grounds: Some(grounds),
        answer: None,
        due_at: now.checked_add_months(ANSWERED_WITHIN).unwrap_or(now),
        answered_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, objection, ObjectionFact::Made))
}

type Answered = Result<Option<Change<Objection, ObjectionFact>>, ObjectionRefusal>;

/// Says that they are right; `None` when that was said.
///
/// # Errors
/// It was rejected.
pub fn uphold(objection: Objection, answer: Prose<2000>, now: DateTime<Utc>) -> Answered {
    let answered = (ObjectionState::Upheld, ObjectionFact::Upheld);
    answer_with(objection, answered, answer, now)
}

/// Says that there are compelling grounds to go on; `None` when that was said.
///
/// # Errors
/// It was upheld.
pub fn reject(objection: Objection, answer: Prose<2000>, now: DateTime<Utc>) -> Answered {
    let answered = (ObjectionState::Rejected, ObjectionFact::Rejected);
    answer_with(objection, answered, answer, now)
}

fn answer_with(
    objection: Objection,
    (state, fact): (ObjectionState, ObjectionFact),
    answer: Prose<2000>,
    now: DateTime<Utc>,
) -> Answered {
    if objection.state == state {
        return Ok(None);
    }
    if objection.state != ObjectionState::Pending {
        return Err(ObjectionRefusal::Answered(objection.state));
    }
    let after = Objection {
        state,
        answer: Some(answer),
        answered_at: Some(now),
        version: objection.version + 1,
        updated_at: now.max(objection.updated_at),
        ..objection.clone()
    };
    Ok(Some(Change::new(Some(objection), after, fact)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::Counter;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn objected(processing: Processing) -> Result<Objection, ObjectionRefusal> {
        let person = Id::from_uuid(uuid::Uuid::from_u128(7));
        let grounds = Prose::parse("My situation").unwrap();
        let now = at("2027-01-31T10:00:00Z");
        object(person, processing, grounds, &[], &mut Counter(0), now).map(Change::into_after)
    }

    #[test]
    fn only_what_is_done_in_the_public_interest_is_objected_to() {
        for (processing, is_taken) in [
            (Processing::Attendance, true),
            (Processing::Participations, true),
            (Processing::Newsletter, false),
            (Processing::AuditTrail, false),
        ] {
            assert_eq!(objected(processing).is_ok(), is_taken, "{processing:?}");
        }
    }

    #[test]
    fn it_is_answered_within_a_month_and_once() {
        let objection = objected(Processing::Attendance).unwrap();
        assert_eq!(objection.due_at, at("2027-02-28T10:00:00Z"));
        assert!(!objection.is_late(at("2027-02-28T09:59:59Z")));
        assert!(objection.is_late(objection.due_at));
        let answer = || Prose::parse("Why").unwrap();
        let now = at("2027-02-01T00:00:00Z");
        let upheld = uphold(objection, answer(), now).unwrap().unwrap();
        let upheld = upheld.into_after();
        assert!(!upheld.is_late(at("2030-01-01T00:00:00Z")));
        assert_eq!(uphold(upheld.clone(), answer(), now), Ok(None));
        let state = upheld.state;
        let refused = reject(upheld, answer(), now);
        assert_eq!(refused, Err(ObjectionRefusal::Answered(state)));
    }

    #[test]
    fn the_same_objection_waits_for_its_answer() {
        let first = objected(Processing::Attendance).unwrap();
        let grounds = Prose::parse("Again").unwrap();
        let (person, id, now) = (first.person, first.id, first.created_at);
        let before = [first];
        let ids = &mut Counter(5);
        let again = object(
            person,
            Processing::Attendance,
            grounds.clone(),
            &before,
            ids,
            now,
        );
        assert_eq!(again, Err(ObjectionRefusal::Pending(id)));
        let other = object(person, Processing::Mails, grounds, &before, ids, now);
        assert!(other.is_ok());
    }
}
