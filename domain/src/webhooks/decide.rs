//! What may be done with a webhook: made, changed, paused, resumed, given another secret, deleted.

use chrono::{DateTime, Utc};

use super::{Pause, PauseReason, Webhook, WebhookContent, WebhookFact};
use crate::kernel::{Change, Id, Ids};
use crate::organisations::{Organisation, OrganisationState};

type Changed = Change<Webhook, WebhookFact>;

/// The state already is what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the webhook is already in that state")]
pub struct AlreadySo;

/// The most webhooks of one structure: each is told at its own pace, and none may crowd out the others.
pub const MOST_WEBHOOKS: u64 = 20;

/// The structure has as many webhooks as it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a structure has at most {MOST_WEBHOOKS} webhooks")]
pub struct TooMany;

/// Makes a webhook, for a structure or for the staff; `held` counts those that the structure has.
///
/// # Errors
/// It has as many as it may have.
pub fn create(
    content: WebhookContent,
    organisation: Option<Id<Organisation>>,
    held: u64,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, TooMany> {
    if organisation.is_some() && held >= MOST_WEBHOOKS {
        return Err(TooMany);
    }
    let webhook = Webhook {
        id: Id::new(ids),
        organisation,
        content,
        paused: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, webhook, WebhookFact::Created))
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

/// Gives a webhook to the structure that its own turned out to be. What one that was shut out had is paused
/// until whoever has it now resumes it: who listens there, the other one doesn't know.
#[must_use]
pub fn follow(
    webhook: Webhook,
    from: OrganisationState,
    into: Id<Organisation>,
    now: DateTime<Utc>,
) -> Changed {
    let pause = (from == OrganisationState::Suspended).then_some(Pause {
        reason: PauseReason::Asked,
        since: now,
    });
    let after = Webhook {
        organisation: Some(into),
        paused: webhook.paused.or(pause),
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
    use crate::kernel::testing::Counter;
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
        create(content(), None, 0, &mut Counter(0), NOW)
            .unwrap()
            .into_after()
    }

    #[test]
    fn a_structure_has_so_many_and_the_staff_as_many_as_it_wants() {
        let own = Some(Id::new(&mut Counter(0)));
        let made = |owner, held| create(content(), owner, held, &mut Counter(0), NOW).map(drop);
        assert_eq!(made(own, MOST_WEBHOOKS - 1), Ok(()));
        assert_eq!(made(own, MOST_WEBHOOKS), Err(TooMany));
        assert_eq!(made(None, MOST_WEBHOOKS), Ok(()));
    }

    #[test]
    fn what_one_that_was_shut_out_had_is_paused_until_its_new_owner_resumes_it() {
        use OrganisationState::{Active, Pending, Suspended};
        let into = Id::new(&mut Counter(0));
        for (from, state) in [
            (Pending, WebhookState::Active),
            (Active, WebhookState::Active),
            (Suspended, WebhookState::Paused),
        ] {
            let moved = follow(webhook(), from, into, NOW).into_after();
            assert_eq!((moved.organisation, moved.state()), (Some(into), state));
        }
        let gone = stop(webhook(), PauseReason::Gone, NOW)
            .unwrap()
            .into_after();
        let moved = follow(gone.clone(), Suspended, into, NOW).into_after();
        assert_eq!(moved.paused, gone.paused);
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
