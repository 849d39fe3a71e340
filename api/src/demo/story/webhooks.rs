//! Whom the demonstration tells what happens: one address, which is paused, so that nobody is called.

use chrono::{DateTime, Utc};
use domain::kernel::{Change, FaultCode, Line, WebUrl};
use domain::webhooks::{
    self, AlreadySo, TooMany, Webhook, WebhookContent, WebhookFact, WebhookType,
};

use super::ids::StoryIds;

/// The moment in its id.
const SINCE_SECONDS: i64 = 1_600_000_000;

/// What happened to it: it was made, and paused.
///
/// # Errors
/// The story is badly written.
pub(crate) fn paused_webhook(
    now: DateTime<Utc>,
) -> Result<[Change<Webhook, WebhookFact>; 2], FaultCode> {
    let content = WebhookContent {
        url: WebUrl::parse("https://site-du-petr.example/concertation")?,
        types: vec![
            WebhookType::EventPublished,
            WebhookType::EventCancelled,
            WebhookType::EventPostponed,
        ],
        description: Some(Line::parse("Site du PETR (démonstration)")?),
    };
    let since = DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default();
    let mut ids = StoryIds::of("site du petr", since);
    let made = webhooks::create(content, None, 0, &mut ids, now);
    let made = made.map_err(|TooMany| FaultCode::Duplicate)?;
    let paused = webhooks::pause(made.after().clone(), now);
    Ok([made, paused.map_err(|AlreadySo| FaultCode::Duplicate)?])
}
