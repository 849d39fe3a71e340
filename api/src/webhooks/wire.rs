//! Webhooks and their deliveries as they are received and sent.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use domain::kernel::{Check, FaultCode, Faults, Id, Line, WebUrl};
use domain::webhooks::{
    Attempt, AttemptError, Delivery, DeliveryState, PauseReason, Webhook as Stored, WebhookContent,
    WebhookState, WebhookType,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::delivery::webhooks::body_of;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::vocabulary::{word, words};
use crate::outgoing::Outgoing;

/// An address to tell.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "url": "https://partenaire.example/concertation",
    "types": ["event.published", "event.cancelled", "project.accepted", "project.declined"],
    "description": "Site du partenaire"
}))]
pub(crate) struct WebhookInput {
    /// Where it is told: https, at a public address; another one, or http, when the operator opened it
    /// (`CONCERTATION_ALLOWED_TARGETS`). No name and no password stand in it.
    #[schema(min_length = 1, max_length = 2000)]
    url: String,
    /// What it is told of.
    #[schema(schema_with = some_types)]
    types: Vec<WebhookType>,
    /// What it is for, in your words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    description: Option<String>,
}

/// An address that is told what happens.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000060", "url": "https://partenaire.example/concertation",
    "types": ["event.published", "event.cancelled"], "description": "Site du partenaire",
    "state": "active", "created_at": "2026-11-24T07:00:00Z", "updated_at": "2026-11-24T07:00:00Z",
    "etag": "\"v1-owner-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Webhook {
    id: Uuid,
    /// Whose it is: what is public is told, and what is theirs. Absent for the staff's, which is told all.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_id: Option<Uuid>,
    /// Where it is told.
    url: String,
    /// What it is told of.
    #[schema(schema_with = some_types)]
    types: Vec<WebhookType>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[schema(schema_with = word::<WebhookState>)]
    state: WebhookState,
    /// Why it is paused; absent while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused: Option<WebhookPause>,
    /// What its calls are signed by, for a library of Standard Webhooks. Only in the answer that made it:
    /// keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the webhook; calls don't outdate it.
    etag: String,
}

/// Why a webhook is told nothing, and since when.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({ "reason": "gone", "since": "2026-11-24T08:00:00Z" }))]
pub(crate) struct WebhookPause {
    #[schema(schema_with = word::<PauseReason>)]
    reason: PauseReason,
    since: DateTime<Utc>,
}

/// A page of webhooks.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct WebhookList {
    data: Vec<Webhook>,
    page: Page,
}

/// One thing that a webhook is told, and the calls by which it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000061", "type": "event.published",
    "subject": { "kind": "event", "id": "0198c0a0-0000-7000-8000-000000000001" },
    "state": "delivered", "timestamp": "2026-11-24T08:00:00Z", "created_at": "2026-11-24T08:00:00Z",
    "request_body": "{\"type\":\"event.published\",\"timestamp\":\"2026-11-24T08:00:00Z\",\"data\":{\"event_id\":\"0198c0a0-0000-7000-8000-000000000001\",\"state\":\"published\"}}",
    "attempts": [{
        "at": "2026-11-24T08:00:00Z", "duration_ms": 38,
        "request_headers": { "webhook-id": "0198c0a0-0000-7000-8000-000000000061" },
        "status": 204, "response_headers": { "server": "nginx" }
    }]
}))]
pub(crate) struct WebhookDelivery {
    /// The `webhook-id` of its calls: the same at each attempt, so that a receiver knows it again.
    id: Uuid,
    /// What happened: one of the types that a webhook is told of, or `webhook.test`.
    r#type: String,
    subject: WebhookSubject,
    #[schema(schema_with = word::<DeliveryState>)]
    state: DeliveryState,
    /// When it happened.
    timestamp: DateTime<Utc>,
    /// When it came to be told.
    created_at: DateTime<Utc>,
    /// When the next call is due; absent when none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<DateTime<Utc>>,
    /// The body of its calls, to the byte: what is signed.
    request_body: String,
    /// The last calls, the earliest first.
    attempts: Vec<WebhookAttempt>,
}

/// What something happened to: what is told of one thing is told in its order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({ "kind": "event", "id": "0198c0a0-0000-7000-8000-000000000001" }))]
pub(crate) struct WebhookSubject {
    /// Of which kind it is: `event`, `organisation`, `project`, `project_update`, `question`, `blocker`, `funding`.
    kind: String,
    /// Its id.
    id: Uuid,
}

/// A call, and what was answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "at": "2026-11-24T08:00:00Z", "duration_ms": 38,
    "request_headers": { "webhook-id": "0198c0a0-0000-7000-8000-000000000061" },
    "status": 503, "response_headers": { "retry-after": "120" }, "response_body": "Maintenance",
    "error": "status"
}))]
pub(crate) struct WebhookAttempt {
    /// When it was made.
    at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    #[schema(minimum = 0)]
    duration_ms: u64,
    /// The headers that were sent.
    request_headers: BTreeMap<String, String>,
    /// The HTTP status of the answer; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 100, maximum = 999)]
    status: Option<u16>,
    /// The headers of the answer; of a long list the beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    response_headers: Option<BTreeMap<String, String>>,
    /// The first 4 096 bytes of the answer's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    response_body: Option<String>,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<AttemptError>)]
    error: Option<AttemptError>,
}

/// A page of deliveries.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct WebhookDeliveryList {
    data: Vec<WebhookDelivery>,
    page: Page,
}

/// What is to be told again: these, or all from a moment on; one of the two.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "since": "2026-01-01T00:00:00Z" }))]
pub(crate) struct WebhookReplayInput {
    /// Ids of deliveries, which are the `webhook-id` of their calls.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 1000, nullable = false)]
    pub(super) ids: Option<Vec<Uuid>>,
    /// All that happened from then on, as far as it is kept: 14 days.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(super) since: Option<DateTime<Utc>>,
}

/// What is told again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "deliveries": 12 }))]
pub(crate) struct WebhookReplay {
    /// So many deliveries wait now to be told again.
    #[schema(minimum = 0)]
    pub(super) deliveries: u64,
}

fn some_types() -> utoipa::openapi::schema::Array {
    let mut types = words::<WebhookType>();
    types.min_items = Some(1);
    types
}

impl WebhookInput {
    /// What would have to be sent for the webhook as it is.
    pub(super) fn of(webhook: &Stored) -> Self {
        let content = &webhook.content;
        Self {
            url: content.url.as_str().to_owned(),
            types: content.types.clone(),
            description: content.description.as_ref().map(ToString::to_string),
        }
    }

    pub(super) fn parse(self, outgoing: &Outgoing) -> Result<WebhookContent, Faults> {
        let mut check = Check::new();
        let target = WebUrl::parse(&self.url);
        let target = target.and_then(|url| outgoing.target(&url).map(|()| url));
        let url = check.at("/url", target);
        let description = check.maybe("/description", self.description, |text| Line::parse(&text));
        if self.types.is_empty() {
            check.fault("/types", FaultCode::Required);
        }
        let types = self.types;
        let content = (|| {
            Some(WebhookContent {
                url: url?,
                types,
                description: description?,
            })
        })();
        check.done(content)
    }
}

/// A secret as Standard Webhooks writes it.
pub(super) fn written(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

impl Webhook {
    /// The webhook; with its secret where it was just made.
    pub(super) fn of(webhook: &Stored, secret: Option<&[u8]>) -> (Self, Tag) {
        let content = &webhook.content;
        let mut shown = Self {
            id: webhook.id.uuid(),
            organisation_id: webhook.organisation.map(Id::uuid),
            url: content.url.as_str().to_owned(),
            types: content.types.clone(),
            description: content.description.as_ref().map(ToString::to_string),
            state: webhook.state(),
            paused: webhook.paused.map(|pause| WebhookPause {
                reason: pause.reason,
                since: pause.since,
            }),
            secret: None,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(webhook.version, "owner", &to_json(&shown));
        shown.etag = tag.quoted(None);
        shown.secret = secret.map(written);
        (shown, tag)
    }
}

impl WebhookDelivery {
    pub(super) fn of(delivery: &Delivery) -> Self {
        Self {
            id: delivery.message_id,
            r#type: delivery.kind.clone(),
            subject: WebhookSubject {
                kind: delivery.subject.kind.clone(),
                id: delivery.subject.id,
            },
            state: delivery.state,
            timestamp: delivery.told_at,
            created_at: delivery.created_at,
            next_attempt_at: delivery.next_attempt_at,
            request_body: String::from_utf8_lossy(&body_of(delivery)).into_owned(),
            attempts: delivery.attempts.iter().map(WebhookAttempt::of).collect(),
        }
    }
}

impl WebhookAttempt {
    fn of(attempt: &Attempt) -> Self {
        // A header that comes twice is one with both values (RFC 9110, section 5.3).
        let joined = |headers: &[(String, String)]| {
            let mut all: BTreeMap<String, String> = BTreeMap::new();
            for (name, value) in headers {
                all.entry(name.clone())
                    .and_modify(|before| {
                        before.push_str(", ");
                        before.push_str(value);
                    })
                    .or_insert_with(|| value.clone());
            }
            all
        };
        Self {
            at: attempt.at,
            duration_ms: attempt.duration_ms,
            request_headers: joined(&attempt.request_headers),
            status: attempt.status,
            response_headers: attempt.status.map(|_| joined(&attempt.response_headers)),
            response_body: attempt.response_body.clone(),
            error: attempt.error,
        }
    }
}
