//! A subscription, as it is kept. Its secrets are no part of it: they lie sealed beside it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::WebhookType;
use crate::kernel::{Fact, Id, Line, Vocabulary, WebUrl};
use crate::organisations::Organisation;

/// For how long the secret that was replaced signs as well.
pub const ROTATION: TimeDelta = TimeDelta::hours(24);

/// So many attempts of a delivery are kept, the last ones.
pub const MOST_KEPT_ATTEMPTS: usize = 20;

/// An address that is told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Webhook {
    /// Its id.
    pub id: Id<Webhook>,
    /// Whose it is; the staff's when absent.
    pub organisation: Option<Id<Organisation>>,
    /// What its owner says of it.
    pub content: WebhookContent,
    /// Why it is told nothing, if it is not.
    pub paused: Option<Pause>,
    /// Changes with every write of its owner, and when it is paused.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Webhook {
    /// Whether it is told.
    #[must_use]
    pub fn state(&self) -> WebhookState {
        match self.paused {
            None => WebhookState::Active,
            Some(_) => WebhookState::Paused,
        }
    }
}

/// What can be edited of a webhook.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WebhookContent {
    /// Where it is told.
    pub url: WebUrl,
    /// What it is told of; never empty.
    pub types: Vec<WebhookType>,
    /// What it is for, in its owner's words.
    pub description: Option<Line<200>>,
}

/// Whether a webhook is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// It is.
    Active,
    /// What happens waits.
    Paused,
}

impl Vocabulary for WebhookState {
    const NAME: &'static str = "WebhookState";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Active, "active"), (Self::Paused, "paused")];
}

/// That a webhook is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pause {
    /// Why.
    pub reason: PauseReason,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Why a webhook is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Its owner wants it so.
    Asked,
    /// Its address answered 410: it is not there any more.
    Gone,
    /// For three days no call came through.
    Failing,
}

impl Vocabulary for PauseReason {
    const NAME: &'static str = "WebhookPauseReason";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Asked, "asked"),
        (Self::Gone, "gone"),
        (Self::Failing, "failing"),
    ];
}

/// What happened to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookFact {
    /// It was made.
    Created,
    /// It has another address, or is told of other things.
    Edited,
    /// It is told nothing.
    Paused(PauseReason),
    /// It is told again.
    Resumed,
    /// It got another secret.
    Rotated,
    /// It is gone.
    Deleted,
}

impl Fact for WebhookFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Created => "webhook.created",
            Self::Edited => "webhook.updated",
            Self::Paused(_) => "webhook.paused",
            Self::Resumed => "webhook.resumed",
            Self::Rotated => "webhook.rotated",
            Self::Deleted => "webhook.deleted",
        }
    }

    /// Its owner knows what they did themselves.
    fn is_told(&self) -> bool {
        matches!(self, Self::Paused(PauseReason::Gone | PauseReason::Failing))
    }
}
