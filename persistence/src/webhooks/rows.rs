//! Between the tables' rows and what the domain speaks of.

use chrono::{DateTime, Utc};
use domain::kernel::{Id, Line, Vocabulary, WebUrl};
use domain::webhooks::{
    Delivery, DeliveryState, Pause, Subject, Webhook, WebhookContent, WebhookType,
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::entities::{webhook_deliveries, webhooks};
use crate::store::StoreError;
use crate::values::word;
use crate::vault::MasterKey;

/// All of it but its secrets, and who is telling it.
pub(super) fn row(webhook: &Webhook) -> webhooks::ActiveModel {
    let (content, paused) = (&webhook.content, webhook.paused);
    webhooks::ActiveModel {
        id: Set(webhook.id.uuid()),
        organisation_id: Set(webhook.organisation.map(Id::uuid)),
        url: Set(content.url.as_str().to_owned()),
        types: Set(types_text(&content.types)),
        description: Set(content.description.as_ref().map(ToString::to_string)),
        paused_for: Set(paused.map(|pause| pause.reason.word().to_owned())),
        paused_at: Set(paused.map(|pause| pause.since)),
        version: Set(webhook.version),
        created_at: Set(webhook.created_at),
        updated_at: Set(webhook.updated_at),
        ..Default::default()
    }
}

/// Each word between commas, so that one is found by `like`.
fn types_text(types: &[WebhookType]) -> String {
    types.iter().fold(",".to_owned(), |mut text, one| {
        text.push_str(one.word());
        text.push(',');
        text
    })
}

pub(super) fn webhook(row: &webhooks::Model) -> Result<Webhook, StoreError> {
    let paused = match (&row.paused_for, row.paused_at) {
        (Some(reason), Some(since)) => Some(Pause {
            reason: word(reason)?,
            since,
        }),
        _ => None,
    };
    let types = row.types.split(',').filter(|text| !text.is_empty());
    Ok(Webhook {
        id: Id::from_uuid(row.id),
        organisation: row.organisation_id.map(Id::from_uuid),
        content: WebhookContent {
            url: WebUrl::stored(row.url.clone()),
            types: types.map(word).collect::<Result<_, _>>()?,
            description: row.description.clone().map(Line::stored),
        },
        paused,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// What a secret is sealed for: it opens for no other webhook.
fn context(id: Uuid) -> Vec<u8> {
    [b"webhook ".as_slice(), id.as_bytes()].concat()
}

pub(super) fn sealed(master: &MasterKey, id: Uuid, secret: &[u8]) -> Vec<u8> {
    master.wrap_bytes(secret, &context(id))
}

/// The secrets that sign at that moment, the newest first.
pub(super) fn secrets_of(
    master: &MasterKey,
    row: &webhooks::Model,
    now: DateTime<Utc>,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let counts = row.previous_until.is_some_and(|until| until > now);
    let previous = row.previous_secret.as_ref().filter(|_| counts);
    let sealed = std::iter::once(&row.secret).chain(previous);
    sealed
        .map(|sealed| master.unwrap_bytes(sealed, &context(row.id)))
        .collect::<Result<_, _>>()
        .map_err(|error| StoreError::Unreadable(format!("webhook {}: {error}", row.id)))
}

pub(super) fn delivery(row: webhook_deliveries::Model) -> Result<Delivery, StoreError> {
    let attempts = serde_json::from_str(&row.attempts);
    let attempts = attempts.map_err(|error| StoreError::Unreadable(error.to_string()))?;
    Ok(Delivery {
        message_id: row.message_id,
        kind: row.kind,
        subject: Subject {
            kind: row.subject_kind,
            id: row.subject_id,
            version: row.subject_version,
        },
        data: row.payload,
        told_at: row.told_at,
        state: word::<DeliveryState>(&row.state)?,
        tries: u32::try_from(row.tries).unwrap_or_default(),
        next_attempt_at: row.next_attempt_at,
        first_attempt_at: row.first_attempt_at,
        created_at: row.created_at,
        attempts,
    })
}

pub(super) fn attempts_text(delivery: &Delivery) -> Result<String, StoreError> {
    let text = serde_json::to_string(&delivery.attempts);
    text.map_err(|error| StoreError::Unreadable(error.to_string()))
}

pub(super) fn tries(delivery: &Delivery) -> i32 {
    i32::try_from(delivery.tries).unwrap_or(i32::MAX)
}
