//! A participation, and which follow from a registration, or from an involvement with a project.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::citizens::{Citizen, Identity, Pseudonym};
use crate::events::{Audience, Event, Occurrence};
use crate::involvements::{Involvement, InvolvementRole};
use crate::kernel::{Id, Ids, InseeCode, Vocabulary, day_of};
use crate::organisations::Organisation;
use crate::projects::Project;
use crate::registrations::{AttendanceRole, Date, Registration, RegistrationState};

/// One dated fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Participation {
    /// Its id.
    pub id: Id<Participation>,
    /// What sort of fact it is.
    pub kind: ParticipationKind,
    /// Of whom; absent where people were counted without identity.
    pub person: Option<Id<Pseudonym>>,
    /// Whether that is somebody who can be reached, as one knew then: only they are counted as people.
    pub is_identified: bool,
    /// As what they took part.
    pub role: Option<AttendanceRole>,
    /// How many people it is.
    pub count: u32,
    /// On which day, where it took place.
    pub occurred_on: NaiveDate,
    /// At which event.
    pub event: Option<Id<Event>>,
    /// On which of its dates.
    pub occurrence: Option<Id<Occurrence>>,
    /// With which project.
    pub project: Option<Id<Project>>,
    /// Where they lived then; for people who were counted, where they are from.
    pub commune: Option<InseeCode>,
    /// Whom was spoken to, where people were counted.
    pub audience: Option<Audience>,
    /// Which structure was visited.
    pub organisation: Option<Id<Organisation>>,
    /// When it was noted.
    pub recorded_at: DateTime<Utc>,
    /// When it turned out to be wrong.
    pub voided_at: Option<DateTime<Utc>>,
}

/// What sort of fact it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParticipationKind {
    /// Somebody was there.
    Attendance,
    /// Those who came with somebody, and left no name.
    Companions,
    /// People were counted without identity.
    Headcount,
    /// Somebody helps with a project.
    Volunteering,
    /// Somebody carries a project.
    ProjectHolding,
}

impl Vocabulary for ParticipationKind {
    const NAME: &'static str = "ParticipationKind";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Attendance, "attendance"),
        (Self::Companions, "companions"),
        (Self::Headcount, "headcount"),
        (Self::Volunteering, "volunteering"),
        (Self::ProjectHolding, "project_holding"),
    ];
}

impl ParticipationKind {
    /// Whether it is of one person who is known.
    #[must_use]
    pub fn is_of_a_person(self) -> bool {
        match self {
            Self::Attendance | Self::Volunteering | Self::ProjectHolding => true,
            Self::Companions | Self::Headcount => false,
        }
    }
}

impl Participation {
    /// The same, of whom its person turned out to be: who could not be reached as they were taken then can be as
    /// whom they are known to be.
    #[must_use]
    pub fn of(mut self, identity: Option<Identity>) -> Self {
        if let Some(identity) = identity {
            self.person = Some(identity.kept);
            self.is_identified |= identity.is_identified;
        }
        self
    }
}

/// What follows from a registration of somebody who was there: that they were, and how many came with them.
/// Nothing where they were not.
pub fn of_registration(
    registration: &Registration,
    citizen: &Citizen,
    date: &Date,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Vec<Participation> {
    let present = match registration.state {
        RegistrationState::Attended => registration.present.unwrap_or(registration.party_size),
        _ => 0,
    };
    let fact = |kind, person, count, ids: &mut dyn Ids| Participation {
        id: Id::new(ids),
        kind,
        person,
        is_identified: person.is_some() && citizen.is_identified(),
        role: Some(registration.role).filter(|_| person.is_some()),
        count,
        occurred_on: day_of(date.starts_at),
        event: Some(registration.event),
        occurrence: Some(registration.occurrence),
        project: None,
        commune: citizen.content.commune.filter(|_| person.is_some()),
        audience: None,
        organisation: None,
        recorded_at: now,
        voided_at: None,
    };
    let mut facts = Vec::new();
    if present >= 1 {
        let person = Some(citizen.pseudonym);
        facts.push(fact(ParticipationKind::Attendance, person, 1, ids));
    }
    if present >= 2 {
        facts.push(fact(ParticipationKind::Companions, None, present - 1, ids));
    }
    facts
}

/// What follows from an involvement of somebody who takes part in a project: that they do, since that day. Nothing
/// where they don't.
pub fn of_involvement(
    involvement: &Involvement,
    citizen: &Citizen,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Option<Participation> {
    let occurred_on = involvement.counted_since()?;
    let kind = match involvement.role {
        InvolvementRole::Holder => ParticipationKind::ProjectHolding,
        _ => ParticipationKind::Volunteering,
    };
    Some(Participation {
        id: Id::new(ids),
        kind,
        person: Some(involvement.person),
        is_identified: citizen.is_identified(),
        role: None,
        count: 1,
        occurred_on,
        event: None,
        occurrence: None,
        project: Some(involvement.project),
        commune: citizen.content.commune,
        audience: None,
        organisation: None,
        recorded_at: now,
        voided_at: None,
    })
}
