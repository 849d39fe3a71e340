//! What may be done with a webhook: made, changed, paused, resumed, given another secret, deleted.

use chrono::{DateTime, Utc};

use super::{Pause, PauseReason, Webhook, WebhookContent, WebhookFact};
use crate::kernel::{Change, Id, Ids};
use crate::organisations::Organisation;

type Changed = Change<Webhook, WebhookFact>;

/// The state already is what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the webhook is already in that state")]
pub struct AlreadySo;

/// Makes a webhook, for a structure or for the staff.
pub fn create(
    content: WebhookContent,
    organisation: Option<Id<Organisation>>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Changed {
    let webhook = Webhook {
        id: Id::new(ids),
        organisation,
        content,
        paused: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Change::new(None, webhook, WebhookFact::Created)
}

/// Changes a webhook; `None` when nothing would change.
#[must_use]
pub fn edit(webhook: Webhook, content: WebhookContent, now: DateTime<Utc>) -> Option<Changed> {
    if content == webhook.content {
        return None;
    }
    let after = Webhook {
        content,
        ..next_version(&webhook, now)
    };
    Some(Change::new(Some(webhook), after, WebhookFact::Edited))
}

/// Pauses a webhook as its owner wants it: what happens meanwhile waits.
///
/// # Errors
/// It is paused.
pub fn pause(webhook: Webhook, now: DateTime<Utc>) -> Result<Changed, AlreadySo> {
    stop(webhook, PauseReason::Asked, now).ok_or(AlreadySo)
}

/// Pauses a webhook for that reason; `None` when it is paused already.
#[must_use]
pub fn stop(webhook: Webhook, reason: PauseReason, now: DateTime<Utc>) -> Option<Changed> {
    if webhook.paused.is_some() {
        return None;
    }
    let after = Webhook {
        paused: Some(Pause { reason, since: now }),
        ..next_version(&webhook, now)
    };
    let fact = WebhookFact::Paused(reason);
    Some(Change::new(Some(webhook), after, fact))
}

/// Has a webhook told again.
///
/// # Errors
/// It is.
pub fn resume(webhook: Webhook, now: DateTime<Utc>) -> Result<Changed, AlreadySo> {
    if webhook.paused.is_none() {
        return Err(AlreadySo);
    }
    let after = Webhook {
        paused: None,
        ..next_version(&webhook, now)
    };
    Ok(Change::new(Some(webhook), after, WebhookFact::Resumed))
}

/// Gives a webhook another secret.
#[must_use]
pub fn rotate(webhook: Webhook, now: DateTime<Utc>) -> Changed {
    let after = next_version(&webhook, now);
    Change::new(Some(webhook), after, WebhookFact::Rotated)
}

/// Gives a webhook to the structure that its own turned out to be.
#[must_use]
pub fn follow(webhook: Webhook, into: Id<Organisation>, now: DateTime<Utc>) -> Changed {
    let after = Webhook {
        organisation: Some(into),
        ..next_version(&webhook, now)
    };
    Change::new(Some(webhook), after, WebhookFact::Edited)
}

/// Deletes a webhook.
#[must_use]
pub fn delete(webhook: Webhook, now: DateTime<Utc>) -> Changed {
    let after = next_version(&webhook, now);
    Change::new(Some(webhook), after, WebhookFact::Deleted)
}

fn next_version(webhook: &Webhook, now: DateTime<Utc>) -> Webhook {
    Webhook {
        version: webhook.version + 1,
        updated_at: now.max(webhook.updated_at),
        ..webhook.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Fact, WebUrl};
    use crate::webhooks::{WebhookState, WebhookType};

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn content() -> WebhookContent {
        WebhookContent {
            url: WebUrl::parse("https://partner.example/hook").unwrap(),
            types: vec![WebhookType::EventPublished],
            description: None,
        }
    }

    fn webhook() -> Webhook {
        struct One;
        impl Ids for One {
            fn next(&mut self) -> uuid::Uuid {
                uuid::Uuid::from_u128(1)
            }
        }
        create(content(), None, &mut One, NOW).into_after()
    }

    #[test]
    fn it_is_paused_once_and_resumed_once() {
        let paused = pause(webhook(), NOW).unwrap().into_after();
        assert_eq!(paused.state(), WebhookState::Paused);
        assert_eq!(pause(paused.clone(), NOW), Err(AlreadySo));
        assert_eq!(stop(paused.clone(), PauseReason::Gone, NOW), None);
        let resumed = resume(paused, NOW).unwrap().into_after();
        assert_eq!(
            (resumed.state(), resumed.version),
            (WebhookState::Active, 3)
        );
        assert_eq!(resume(resumed, NOW), Err(AlreadySo));
    }

    #[test]
    fn its_owner_is_told_of_a_pause_that_they_did_not_ask_for() {
        for (reason, is_told) in [
            (PauseReason::Asked, false),
            (PauseReason::Gone, true),
            (PauseReason::Failing, true),
        ] {
            let change = stop(webhook(), reason, NOW).unwrap();
            assert_eq!(change.facts()[0].is_told(), is_told);
        }
    }

    #[test]
    fn the_same_content_changes_nothing() {
        assert_eq!(edit(webhook(), content(), NOW), None);
        let other = WebhookContent {
            types: vec![WebhookType::EventCancelled],
            ..content()
        };
        let edited = edit(webhook(), other.clone(), NOW).unwrap().into_after();
        assert_eq!((edited.content, edited.version), (other, 2));
    }
}
