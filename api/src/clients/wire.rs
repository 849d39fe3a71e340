//! The wire types of credentials.

use chrono::{DateTime, Utc};
use domain::accounts::Scope;
use domain::clients::{ClientContent, ClientState};
use domain::kernel::{Check, FaultCode, Faults, Line};
use persistence::clients::Issued;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::vocabulary::{word, words};

/// What credentials are to be for.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Logiciel de gestion des projets",
    "scopes": ["organisations:own", "projects:read", "projects:write", "events:propose", "webhooks:write"]
}))]
pub(crate) struct ClientInput {
    /// Which software uses them.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// What they allow; all that a partner may have when absent.
    #[schema(schema_with = words::<Scope>)]
    scopes: Option<Vec<Scope>>,
    /// From when on they are worth nothing; they don't expire when absent.
    expires_at: Option<DateTime<Utc>>,
}

impl ClientInput {
    pub(super) fn parse(self) -> Result<ClientContent, Faults> {
        let mut check = Check::new();
        let name = check.maybe("/name", self.name, |text| Line::parse(&text));
        if self.scopes.as_ref().is_some_and(Vec::is_empty) {
            check.fault("/scopes", FaultCode::Required);
        }
        let scopes = self.scopes.unwrap_or_default();
        let is_beyond = |scope: &Scope| ClientContent::new(None, &[*scope], None).is_err();
        for (at, scope) in scopes.iter().enumerate() {
            if is_beyond(scope) {
                check.fault(&format!("/scopes/{at}"), FaultCode::ScopeBeyondPartners);
            }
        }
        let expires_at = self.expires_at.map(domain::kernel::to_micros);
        let content = name.and_then(|name| ClientContent::new(name, &scopes, expires_at).ok());
        check.done(content)
    }
}

/// How credentials get another secret.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "overlap_hours": 24 }))]
pub(crate) struct ClientRotationInput {
    /// For how many hours the secret before goes on counting beside the new one; 24 when absent, 0 ends it
    /// at once.
    #[schema(minimum = 0, maximum = 720)]
    pub(super) overlap_hours: Option<i64>,
}

/// Credentials of a partner's software.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000070",
    "client_id": "0198c0a0-0000-7000-8000-000000000070",
    "organisation_id": "0198c0a0-0000-7000-8000-000000000060",
    "name": "Logiciel de gestion des projets",
    "scopes": ["organisations:own", "projects:read", "projects:write", "events:propose", "webhooks:write"],
    "state": "active", "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Client {
    id: Uuid,
    /// What the software signs in as: the same as `id`.
    client_id: String,
    /// What it proves itself with; only in the answer to the creation and to the rotation. It is shown
    /// once.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// For whom it acts.
    organisation_id: Uuid,
    /// Which software uses them.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What they allow.
    #[schema(schema_with = words::<Scope>)]
    scopes: Vec<Scope>,
    #[schema(schema_with = word::<ClientState>)]
    state: ClientState,
    /// From when on they are worth nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
    /// Until when the secret before the present one counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_secret_until: Option<DateTime<Utc>>,
    /// When a token was last given for them, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<DateTime<Utc>>,
    /// Since when they are revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// May be sent in `If-Match` to rotate or revoke them.
    etag: String,
}

/// A page of credentials.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct ClientList {
    data: Vec<Client>,
    page: Page,
}

impl Client {
    /// The credentials as the staff sees them at a moment, with their tag; the secret where it is shown.
    pub(super) fn of(issued: &Issued, now: DateTime<Utc>, secret: Option<String>) -> (Self, Tag) {
        let client = &issued.client;
        let content = &client.content;
        let mut shown = Self {
            id: client.id.uuid(),
            client_id: client.id.to_string(),
            client_secret: None,
            organisation_id: client.organisation.uuid(),
            name: content.name.as_ref().map(ToString::to_string),
            scopes: content.scopes().to_vec(),
            state: client.state(now),
            expires_at: content.expires_at,
            previous_secret_until: client.previous_until.filter(|until| now < *until),
            last_used_at: issued.last_used_at,
            revoked_at: client.revoked_at,
            created_at: client.created_at,
            updated_at: client.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(client.version, "staff", &to_json(&shown));
        shown.etag = tag.quoted(None);
        shown.client_secret = secret;
        (shown, tag)
    }
}
