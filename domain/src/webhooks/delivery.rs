//! One thing that a webhook is told, and how that went.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Answered, MOST_KEPT_ATTEMPTS, Next, next};
use crate::kernel::Vocabulary;

/// One thing that a webhook is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The id of what is told, the same at each attempt and for every webhook: `webhook-id`.
    pub message_id: Uuid,
    /// What happened: a word of [`super::WebhookType`], or [`super::TEST`].
    pub kind: String,
    /// To what.
    pub subject: Subject,
    /// Ids and states.
    pub data: Value,
    /// When it happened.
    pub told_at: DateTime<Utc>,
    /// How far it is.
    pub state: DeliveryState,
    /// So many attempts count; those before a replay don't.
    pub tries: u32,
    /// When the next one is due, while it waits.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When the first attempt that counts was made.
    pub first_attempt_at: Option<DateTime<Utc>>,
    /// When it came to be told.
    pub created_at: DateTime<Utc>,
    /// The last attempts, the earliest first.
    pub attempts: Vec<Attempt>,
}

impl Delivery {
    /// It, after one more call: when the next one is due, or that it ended.
    #[must_use]
    pub fn tried(
        mut self,
        attempt: Attempt,
        answered: Answered,
        chance: u16,
        now: DateTime<Utc>,
    ) -> Self {
        self.tries = self.tries.saturating_add(1);
        self.first_attempt_at = self.first_attempt_at.or(Some(attempt.at));
        self.attempts.push(attempt);
        let before = self.attempts.len().saturating_sub(MOST_KEPT_ATTEMPTS);
        self.attempts.drain(..before);
        (self.state, self.next_attempt_at) = match next(self.tries, answered, chance, now) {
            Next::Delivered => (DeliveryState::Delivered, None),
            Next::Again(at) => (DeliveryState::Pending, Some(at)),
            Next::GivenUp => (DeliveryState::Failed, None),
        };
        self
    }

    /// What its last call, that was answered so, says of the address.
    #[must_use]
    pub fn says_of_address(&self, answered: Answered) -> Address {
        match (answered, self.state, self.first_attempt_at) {
            (Answered::Gone, ..) => Address::Gone,
            (_, DeliveryState::Failed, Some(since)) => Address::DeadUnlessTakenSince(since),
            _ => Address::Lives,
        }
    }
}

/// What a call says of a webhook's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// Nothing that speaks against it.
    Lives,
    /// It says itself that it is gone.
    Gone,
    /// What is given up now was first tried then: an address that has taken nothing since is dead.
    DeadUnlessTakenSince(DateTime<Utc>),
}

/// What something happened to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Of which kind it is (`event`).
    pub kind: String,
    /// Which one.
    pub id: Uuid,
    /// Its version then: what is told of one thing is told in this order.
    pub version: i64,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits: for its turn, for its next attempt, or for the webhook to be resumed.
    Pending,
    /// It was taken.
    Delivered,
    /// It was given up.
    Failed,
}

impl Vocabulary for DeliveryState {
    const NAME: &'static str = "WebhookDeliveryState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::Delivered, "delivered"),
        (Self::Failed, "failed"),
    ];
}

/// One call, and what was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub duration_ms: u64,
    /// The headers that were sent.
    pub request_headers: Vec<(String, String)>,
    /// The status of the answer; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The headers of the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_headers: Vec<(String, String)>,
    /// How the answer's body begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_body: Option<String>,
    /// Why it failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<AttemptError>,
}

/// Why a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptError {
    /// The answer's status is no success.
    Status,
    /// The answer leads elsewhere: that is not followed.
    Redirect,
    /// No answer came in time.
    Timeout,
    /// Nobody answers at the address.
    Unreachable,
    /// No address bears the name.
    UnknownHost,
    /// The name leads to an address that is not public.
    PrivateTarget,
    /// The name leads to a public address, which is told by https only.
    NeedsHttps,
    /// The port is for another service.
    PortRefused,
    /// The encryption can't be set up, or the certificate is not right.
    Tls,
    /// The answer is no HTTP, or broke off.
    Broken,
}

impl Vocabulary for AttemptError {
    const NAME: &'static str = "WebhookAttemptError";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Status, "status"),
        (Self::Redirect, "redirect"),
        (Self::Timeout, "timeout"),
        (Self::Unreachable, "unreachable"),
        (Self::UnknownHost, "unknown_host"),
        (Self::PrivateTarget, "private_target"),
        (Self::NeedsHttps, "needs_https"),
        (Self::PortRefused, "port_refused"),
        (Self::Tls, "tls"),
        (Self::Broken, "broken"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhooks::TRIES;
    use chrono::TimeDelta;

    fn first_of_march() -> DateTime<Utc> {
        "2026-03-01T09:00:00Z".parse().unwrap()
    }

    fn tried_every_minute(answers: &[Answered]) -> Delivery {
        let start = first_of_march();
        let new = Delivery {
            message_id: Uuid::nil(),
            kind: "event.published".to_owned(),
            subject: Subject {
                kind: "event".to_owned(),
                id: Uuid::nil(),
                version: 1,
            },
            data: Value::Null,
            told_at: start,
            state: DeliveryState::Pending,
            tries: 0,
            next_attempt_at: Some(start),
            first_attempt_at: None,
            created_at: start,
            attempts: Vec::new(),
        };
        (0..)
            .zip(answers)
            .fold(new, |delivery, (minute, answered)| {
                let at = start + TimeDelta::minutes(minute);
                let attempt = Attempt {
                    at,
                    duration_ms: 1,
                    request_headers: Vec::new(),
                    status: None,
                    response_headers: Vec::new(),
                    response_body: None,
                    error: None,
                };
                delivery.tried(attempt, *answered, 0, at)
            })
    }

    #[test]
    fn an_address_is_gone_when_it_says_so_and_dead_only_once_something_was_given_up() {
        let failed = Answered::Failed { retry_after: None };
        let gone = tried_every_minute(&[Answered::Gone]);
        assert_eq!(gone.says_of_address(Answered::Gone), Address::Gone);
        let last = usize::try_from(TRIES).unwrap();
        for tries in 1..last {
            let waits = tried_every_minute(&vec![failed; tries]);
            assert_eq!(waits.says_of_address(failed), Address::Lives, "{tries}");
        }
        let given_up = tried_every_minute(&vec![failed; last]);
        assert_eq!(
            given_up.says_of_address(failed),
            Address::DeadUnlessTakenSince(first_of_march())
        );
        let taken = tried_every_minute(&[failed, Answered::Taken]);
        assert_eq!(taken.says_of_address(Answered::Taken), Address::Lives);
    }

    #[test]
    fn the_words_are_those_of_serde() {
        for (state, word) in DeliveryState::WORDS {
            assert_eq!(serde_json::to_value(state).unwrap(), *word);
        }
        for (error, word) in AttemptError::WORDS {
            assert_eq!(serde_json::to_value(error).unwrap(), *word);
        }
    }
}
