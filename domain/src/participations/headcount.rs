//! Headcounts: people counted without identity, a class, a market stall. Nobody is named in one.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Participation, ParticipationKind};
use crate::events::Audience;
use crate::kernel::{Change, Fact, Id, Ids, InseeCode, Prose, day_of};
use crate::organisations::Organisation;
use crate::registrations::Date;

/// A headcount at a date of an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Headcount {
    /// Its id, which is that of the participation it is.
    pub id: Id<Participation>,
    /// At which event.
    pub event: Id<crate::events::Event>,
    /// On which of its dates.
    pub occurrence: Id<crate::events::Occurrence>,
    /// What was counted.
    pub content: HeadcountContent,
    /// When it was voided.
    pub voided_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was noted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeadcountContent {
    /// How many people.
    pub count: u32,
    /// Whom was spoken to.
    pub audience: Audience,
    /// Which structure was visited.
    pub organisation: Option<Id<Organisation>>,
    /// Where they are from.
    pub commune: Option<InseeCode>,
    /// What shows it: a sheet, a letter of the school; never a name.
    pub evidence: Option<Prose<1000>>,
}

/// What happened to a headcount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadcountFact {
    /// It was noted.
    Counted,
    /// It turned out to be wrong.
    Voided,
}

impl Fact for HeadcountFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Counted => "headcount.counted",
            Self::Voided => "headcount.voided",
        }
    }

    fn is_told(&self) -> bool {
        false
    }
}

impl Headcount {
    /// The fact that it is.
    #[must_use]
    pub fn participation(&self, date: &Date) -> Participation {
        Participation {
            id: self.id,
            kind: ParticipationKind::Headcount,
            person: None,
            is_identified: false,
            role: None,
            count: self.content.count,
            occurred_on: day_of(date.starts_at),
            event: Some(self.event),
            occurrence: Some(self.occurrence),
            project: None,
            commune: self.content.commune,
            audience: Some(self.content.audience),
            organisation: self.content.organisation,
            recorded_at: self.created_at,
            voided_at: self.voided_at,
        }
    }
}

/// Notes how many people were there.
pub fn count(
    date: &Date,
    content: HeadcountContent,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Change<Headcount, HeadcountFact> {
    let headcount = Headcount {
        id: Id::new(ids),
        event: date.event,
        occurrence: date.occurrence,
        content,
        voided_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Change::new(None, headcount, HeadcountFact::Counted)
}

/// Voids what was noted by mistake; `None` when that was done before.
pub fn void(headcount: Headcount, now: DateTime<Utc>) -> Option<Change<Headcount, HeadcountFact>> {
    if headcount.voided_at.is_some() {
        return None;
    }
    let after = Headcount {
        voided_at: Some(now),
        version: headcount.version + 1,
        updated_at: now.max(headcount.updated_at),
        ..headcount.clone()
    };
    Some(Change::new(Some(headcount), after, HeadcountFact::Voided))
}
