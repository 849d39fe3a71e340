//! How events and single dates take registrations: what is said of a date goes before what is said of its
//! event, as a whole.

use chrono::{DateTime, Utc};
use domain::kernel::{Change, Fact};
use domain::registrations::{Date, RegistrationSettings};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};
use serde::Serialize;
use uuid::Uuid;

use crate::audit;
use crate::entities::registration_settings::{ActiveModel, Column, Entity, Model};
use crate::store::{Snapshot, StoreError, Writing};

/// Settings as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Of which event, or of which of its dates.
    pub id: Uuid,
    /// What they say.
    pub content: RegistrationSettings,
    /// Changes with every write.
    pub version: i64,
    /// When they were first said.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
}

/// What happens to settings.
#[derive(Debug, Clone, Copy)]
struct SettingsSet;

impl Fact for SettingsSet {
    fn name(&self) -> &'static str {
        "registration_settings.set"
    }

    fn is_told(&self) -> bool {
        false
    }
}

/// The settings of an event, or of one of its dates, where they were said.
///
/// # Errors
/// The database can't be reached.
pub async fn settings_of(snapshot: &Snapshot, id: Uuid) -> Result<Option<Settings>, StoreError> {
    let row = Entity::find_by_id(id).one(&snapshot.tx).await?;
    row.map(settings).transpose()
}

/// The same within a write.
///
/// # Errors
/// The database can't be reached.
pub async fn load_settings(writing: &Writing, id: Uuid) -> Result<Option<Settings>, StoreError> {
    let row = Entity::find_by_id(id).one(writing.db()).await?;
    row.map(settings).transpose()
}

/// Says how an event, or one of its dates, takes registrations from now on; gives what is stored then.
///
/// # Errors
/// The database can't be reached.
pub async fn save_settings(
    writing: &mut Writing,
    id: Uuid,
    content: RegistrationSettings,
) -> Result<Settings, StoreError> {
    let before = load_settings(writing, id).await?;
    if let Some(before) = &before
        && before.content == content
    {
        return Ok(before.clone());
    }
    let now = writing.now();
    let after = Settings {
        id,
        content,
        version: before.as_ref().map_or(1, |before| before.version + 1),
        created_at: before.as_ref().map_or(now, |before| before.created_at),
        updated_at: now,
    };
    let row = ActiveModel {
        id: Set(id),
        content: Set(
            serde_json::to_value(&after.content).expect("settings have no key that is no text")
        ),
        version: Set(after.version),
        created_at: Set(after.created_at),
        updated_at: Set(after.updated_at),
    };
    match before {
        None => row.insert(writing.db()).await?,
        Some(_) => row.update(writing.db()).await?,
    };
    let change = Change::new(before, after, SettingsSet);
    audit::record(writing, &change).await?;
    Ok(change.into_after())
}

/// How a date takes registrations.
pub(super) async fn effective(
    db: &impl ConnectionTrait,
    date: &Date,
) -> Result<RegistrationSettings, StoreError> {
    let (of_date, of_event) = (date.occurrence.uuid(), date.event.uuid());
    let rows = Entity::find().filter(Column::Id.is_in([of_date, of_event]));
    let rows = rows.all(db).await?;
    let said = |id: Uuid| rows.iter().find(|row| row.id == id);
    match said(of_date).or_else(|| said(of_event)) {
        Some(row) => Ok(settings(row.clone())?.content),
        None => Ok(RegistrationSettings::default()),
    }
}

fn settings(row: Model) -> Result<Settings, StoreError> {
    Ok(Settings {
        id: row.id,
        content: serde_json::from_value(row.content)
            .map_err(|error| StoreError::Unreadable(error.to_string()))?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
