//! All that is held of a person, for themselves.

use chrono::{DateTime, Utc};
use domain::citizens::{Citizen, Pseudonym};
use domain::consents::Consent;
use domain::kernel::Id;
use domain::mail::{MailKind, MailState};
use domain::participations::Participation;
use domain::rights::{Objection, Restriction};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{objections_of, restrictions_of};
use crate::citizens as people;
use crate::consents;
use crate::entities::{audit_entries, mails, sessions};
use crate::involvements::{self, Involved, InvolvementFilter};
use crate::participations::{self as facts, ParticipationFilter};
use crate::registrations::{self as enrolled, Registered, RegistrationFilter};
use crate::store::{Snapshot, StoreError};
use crate::values::word;

/// What is held of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// What they said of themselves.
    pub citizen: Citizen,
    /// What they said where they were written down by another name, if they turned out to be one.
    pub others: Vec<Citizen>,
    /// What they consented to, and took back, the last first.
    pub consents: Vec<Consent>,
    /// What they registered for.
    pub registrations: Vec<Registered>,
    /// Which projects they follow, support, help or carry, and did.
    pub involvements: Vec<Involved>,
    /// What is counted of them.
    pub participations: Vec<Participation>,
    /// What restricts their data, or did.
    pub restrictions: Vec<Restriction>,
    /// What they objected to.
    pub objections: Vec<Objection>,
    /// What they were written.
    pub mails: Vec<MailHeld>,
    /// When they signed in.
    pub sessions: Vec<SessionHeld>,
    /// What the audit trail has of them, without what was changed.
    pub trail: Vec<TrailHeld>,
}

/// A mail to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailHeld {
    /// About what.
    pub kind: MailKind,
    /// How far it is.
    pub state: MailState,
    /// When what it tells happened.
    pub created_at: DateTime<Utc>,
}

/// A session of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionHeld {
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it ends, or ended.
    pub ends_at: DateTime<Utc>,
}

/// An entry of the audit trail about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailHeld {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub facts: Vec<String>,
    /// Who did it: `user`, `citizen`, `anonymous`, `system`.
    pub by: String,
}

/// What is held of the person behind a pseudonym; none once they were erased.
///
/// # Errors
/// The database can't be reached.
pub async fn held_of(
    snapshot: &Snapshot,
    id: Id<Citizen>,
    person: Id<Pseudonym>,
) -> Result<Option<Held>, StoreError> {
    let Some(citizen) = people::find(snapshot, id).await? else {
        return Ok(None);
    };
    let of_them = RegistrationFilter {
        person: Some(person),
        ..RegistrationFilter::default()
    };
    let registrations = enrolled::all(snapshot, &of_them, u64::from(u32::MAX)).await?;
    let mut participations = Vec::new();
    let of_them = ParticipationFilter {
        person: Some(person),
        ..ParticipationFilter::default()
    };
    facts::each(snapshot, &of_them, |fact| participations.push(fact.clone())).await?;
    let of_them = InvolvementFilter {
        person: Some(person),
        ..InvolvementFilter::default()
    };
    let involvements = involvements::all(snapshot, &of_them).await?;
    // Under whichever name.
    let all = people::all_of(&snapshot.tx, person.uuid()).await?;
    Ok(Some(Held {
        others: people::absorbed_by(snapshot, &citizen).await?,
        citizen,
        consents: consents::history(snapshot, person).await?,
        registrations,
        involvements,
        participations,
        restrictions: restrictions_of(snapshot, person).await?,
        objections: objections_of(snapshot, person).await?,
        mails: mails_to(snapshot, &all).await?,
        sessions: sessions_of(snapshot, &all).await?,
        trail: trail_of(snapshot, &all).await?,
    }))
}

async fn mails_to(snapshot: &Snapshot, all: &[Uuid]) -> Result<Vec<MailHeld>, StoreError> {
    let rows = mails::Entity::find()
        .filter(mails::Column::Person.is_in(all.iter().copied()))
        .order_by_asc(mails::Column::CreatedAt)
        .all(&snapshot.tx)
        .await?;
    let held = rows.iter().map(|row| {
        Ok(MailHeld {
            kind: word(&row.kind)?,
            state: word(&row.state)?,
            created_at: row.created_at,
        })
    });
    held.collect()
}

async fn sessions_of(snapshot: &Snapshot, all: &[Uuid]) -> Result<Vec<SessionHeld>, StoreError> {
    let rows = sessions::Entity::find()
        .filter(sessions::Column::Person.is_in(all.iter().copied()))
        .order_by_asc(sessions::Column::CreatedAt)
        .all(&snapshot.tx)
        .await?;
    let held = rows.iter().map(|row| SessionHeld {
        opened_at: row.created_at,
        ends_at: row.revoked_at.unwrap_or(row.expires_at),
    });
    Ok(held.collect())
}

async fn trail_of(snapshot: &Snapshot, all: &[Uuid]) -> Result<Vec<TrailHeld>, StoreError> {
    let rows = audit_entries::Entity::find()
        .filter(audit_entries::Column::SubjectId.is_in(all.iter().copied()))
        .order_by_asc(audit_entries::Column::At)
        .all(&snapshot.tx)
        .await?;
    let held = rows.into_iter().map(|row| TrailHeld {
        at: row.at,
        facts: row.facts.split(',').map(str::to_owned).collect(),
        by: row.actor_kind,
    });
    Ok(held.collect())
}
