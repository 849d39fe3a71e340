//! Who signs in with credentials, and whom a token of theirs stands for.

use chrono::{DateTime, TimeDelta, Utc};
use domain::clients::{self, Client, Secret};
use domain::kernel::Id;
use domain::organisations::OrganisationState;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QuerySelect};
use uuid::Uuid;

use super::rows;
use crate::accounts::is_revoked;
use crate::entities::clients::{ActiveModel, Entity};
use crate::entities::organisations;
use crate::store::{Store, StoreError, Writing};
use crate::values::word;

/// How often the last use is noted.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Credentials with what proves that one has them.
pub struct Known {
    /// The credentials.
    pub client: Client,
    /// The state of their organisation.
    pub organisation: OrganisationState,
    present: Vec<u8>,
    previous: Option<Vec<u8>>,
}

impl Known {
    /// Which of its secrets that is the hash of.
    #[must_use]
    pub fn secret(&self, hash: [u8; 32]) -> Option<Secret> {
        if self.present == hash {
            Some(Secret::Present)
        } else if self.previous.as_deref() == Some(&hash[..]) {
            Some(Secret::Previous)
        } else {
            None
        }
    }
}

/// The credentials of that id, with the state of their organisation; locked, so that both stay as they
/// are until the write ends.
///
/// # Errors
/// The database can't be reached.
pub async fn known(writing: &Writing, id: Id<Client>) -> Result<Option<Known>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let organisation = organisations::Entity::find_by_id(row.organisation_id)
        .one(writing.db())
        .await?;
    let Some(organisation) = organisation else {
        return Ok(None);
    };
    let (present, previous) = (row.secret_hash.clone(), row.previous_hash.clone());
    Ok(Some(Known {
        client: rows::client(row)?,
        organisation: word(&organisation.state)?,
        present,
        previous,
    }))
}

/// Notes that a token was given, unless that was noted a moment ago.
///
/// # Errors
/// The database can't be reached.
pub async fn note_use(writing: &Writing, id: Id<Client>) -> Result<(), StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(writing.db()).await?;
    let last = row.and_then(|row| row.last_used_at);
    if last.is_some_and(|last| writing.now() - last < NOTED_EVERY) {
        return Ok(());
    }
    let used = ActiveModel {
        id: Set(id.uuid()),
        last_used_at: Set(Some(writing.now())),
        ..Default::default()
    };
    used.update(writing.db()).await?;
    Ok(())
}

/// Whom a token of credentials stands for, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientBearer {
    /// The credentials.
    pub client: Client,
    /// The name of the organisation that they act for.
    pub organisation: String,
}

/// The credentials behind a token, unless they, their organisation or the token ended.
///
/// # Errors
/// The database can't be reached.
pub async fn bearer(
    store: &Store,
    id: Id<Client>,
    jti: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<ClientBearer>, StoreError> {
    let snapshot = store.read_current().await?;
    let Some(row) = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await? else {
        return Ok(None);
    };
    let client = rows::client(row)?;
    let organisation = organisations::Entity::find_by_id(client.organisation.uuid())
        .one(&snapshot.tx)
        .await?;
    let Some(organisation) = organisation else {
        return Ok(None);
    };
    let counts = clients::may_act(&client, word(&organisation.state)?, now)
        && !is_revoked(&snapshot, jti).await?;
    Ok(counts.then_some(ClientBearer {
        client,
        organisation: organisation.name,
    }))
}
