//! The date that registrations are for, and how it takes them.

use domain::events::{EventState, Occurrence, Visibility};
use domain::kernel::Id;
use domain::registrations::{Date, RegistrationSettings};
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};

use super::settings::effective;
use crate::entities::{events, occurrences};
use crate::store::{Snapshot, StoreError, Writing};
use crate::values::word;

/// A date, and how it takes registrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HallDate {
    /// The date.
    pub date: Date,
    /// How it takes registrations.
    pub settings: RegistrationSettings,
    /// Whether everybody sees its event.
    pub is_public: bool,
}

/// The date of that occurrence, with its event locked: whoever changes the event, and with it the number of
/// places, waits as well.
///
/// # Errors
/// The database can't be reached.
pub async fn lock(
    writing: &Writing,
    occurrence: Id<Occurrence>,
) -> Result<Option<HallDate>, StoreError> {
    let found = occurrences::Entity::find_by_id(occurrence.uuid());
    let Some(row) = found.clone().one(writing.db()).await? else {
        return Ok(None);
    };
    let event = events::Entity::find_by_id(row.event_id).lock_exclusive();
    let Some(event) = event.one(writing.db()).await? else {
        return Ok(None);
    };
    // As it is now that nobody else changes it.
    let Some(row) = found.one(writing.db()).await? else {
        return Ok(None);
    };
    whole(writing.db(), event, &row).await
}

/// The same for those who look, and change nothing.
///
/// # Errors
/// The database can't be reached.
pub async fn date_of(
    snapshot: &Snapshot,
    occurrence: Id<Occurrence>,
) -> Result<Option<HallDate>, StoreError> {
    let db = &snapshot.tx;
    let row = occurrences::Entity::find_by_id(occurrence.uuid());
    let Some(row) = row.one(db).await? else {
        return Ok(None);
    };
    match events::Entity::find_by_id(row.event_id).one(db).await? {
        Some(event) => whole(db, event, &row).await,
        None => Ok(None),
    }
}

async fn whole(
    db: &impl ConnectionTrait,
    event: events::Model,
    row: &occurrences::Model,
) -> Result<Option<HallDate>, StoreError> {
    if event.deleted_at.is_some() {
        return Ok(None);
    }
    let event_state: EventState = word(&event.state)?;
    let visibility: Visibility = word(&event.visibility)?;
    let date = Date {
        event: Id::from_uuid(event.id),
        event_state,
        occurrence: Id::from_uuid(row.id),
        state: word(&row.state)?,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        capacity: row
            .capacity
            .map(|places| u32::try_from(places).unwrap_or(0)),
    };
    Ok(Some(HallDate {
        date,
        settings: effective(db, &date).await?,
        is_public: event_state.is_announced() && visibility == Visibility::Public,
    }))
}
