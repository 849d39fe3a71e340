//! Between the table and the domain's credentials.

use chrono::{DateTime, Utc};
use domain::accounts::Scope;
use domain::clients::{Client, ClientContent};
use domain::kernel::{Id, Line};
use sea_orm::ActiveValue::Set;

use crate::entities::clients::{ActiveModel, Model};
use crate::store::StoreError;

/// Credentials, with when they were last used, which is no change of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// What was issued.
    pub client: Client,
    /// When a token was last given for them, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// All but the secrets and the last use.
pub(super) fn row(client: &Client) -> ActiveModel {
    let content = &client.content;
    ActiveModel {
        id: Set(client.id.uuid()),
        organisation_id: Set(client.organisation.uuid()),
        name: Set(content.name.as_ref().map(ToString::to_string)),
        scopes: Set(serde_json::to_value(content.scopes()).expect("words serialise")),
        expires_at: Set(content.expires_at),
        previous_until: Set(client.previous_until),
        revoked_at: Set(client.revoked_at),
        version: Set(client.version),
        created_at: Set(client.created_at),
        updated_at: Set(client.updated_at),
        ..Default::default()
    }
}

pub(super) fn client(row: Model) -> Result<Client, StoreError> {
    let unreadable = |why: String| StoreError::Unreadable(format!("client {}: {why}", row.id));
    let scopes: Vec<Scope> =
        serde_json::from_value(row.scopes).map_err(|error| unreadable(error.to_string()))?;
    let content = ClientContent::stored(row.name.map(Line::stored), scopes, row.expires_at);
    Ok(Client {
        id: Id::from_uuid(row.id),
        organisation: Id::from_uuid(row.organisation_id),
        content,
        previous_until: row.previous_until,
        revoked_at: row.revoked_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

pub(super) fn issued(row: Model) -> Result<Issued, StoreError> {
    let last_used_at = row.last_used_at;
    Ok(Issued {
        client: client(row)?,
        last_used_at,
    })
}
