//! One call, and what its answer means for the next.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use domain::webhooks::{Answered, Attempt, AttemptError, Delivery, Webhook};
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap};
use url::Url;

use super::message::{body_of, headers_of};
use crate::app::App;
use crate::outgoing::{Call, OutgoingError};

/// How long the whole call may take (Standard Webhooks: 15 to 30 seconds).
const WITHIN: Duration = Duration::from_secs(20);
/// So much of an answer's body is kept.
const MOST_KEPT: usize = 4 * 1024;
/// So much of an answer's headers is kept.
const MOST_HEADERS: usize = 4 * 1024;

/// Tells a webhook once.
pub(crate) async fn attempt(
    app: &App,
    webhook: &Webhook,
    secrets: &[Vec<u8>],
    delivery: &Delivery,
) -> (Attempt, Answered) {
    let (at, begun) = (app.store.clock().now(), Instant::now());
    let body = body_of(delivery);
    let headers = headers_of(delivery, &body, secrets, at);
    let request_headers = std::iter::once((
        header::USER_AGENT.as_str().to_owned(),
        app.outgoing.user_agent().to_owned(),
    ))
    .chain(headers.iter().map(|(name, value)| {
        let value = value.to_str().unwrap_or_default();
        (name.as_str().to_owned(), value.to_owned())
    }))
    .collect();
    let call = Call {
        headers,
        body: Bytes::from(body),
        within: WITHIN,
        most_kept: MOST_KEPT,
    };
    let called = match Url::parse(webhook.content.url.as_str()) {
        Ok(url) => app.outgoing.call(&url, &call).await,
        Err(_) => Err(OutgoingError::Malformed),
    };
    let mut attempt = Attempt {
        at,
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        request_headers,
        status: None,
        response_headers: Vec::new(),
        response_body: None,
        error: None,
    };
    let answered = match called {
        Ok(called) => {
            attempt.status = Some(called.status);
            attempt.response_headers = headers_kept(&called.headers);
            let body = String::from_utf8_lossy(&called.body).into_owned();
            attempt.response_body = Some(body).filter(|body| !body.is_empty());
            attempt.error = error_of_status(called.status);
            answered(called.status, &called.headers, at)
        }
        Err(error) => {
            tracing::debug!(webhook = %webhook.id, %error, "a webhook could not be told");
            attempt.error = Some(error_of(&error));
            Answered::Failed { retry_after: None }
        }
    };
    (attempt, answered)
}

fn error_of_status(status: u16) -> Option<AttemptError> {
    match status {
        200..300 => None,
        300..400 => Some(AttemptError::Redirect),
        _ => Some(AttemptError::Status),
    }
}

fn answered(status: u16, headers: &HeaderMap, now: DateTime<Utc>) -> Answered {
    match status {
        200..300 => Answered::Taken,
        410 => Answered::Gone,
        429 | 502..=504 => Answered::Failed {
            retry_after: retry_after(headers, now),
        },
        _ => Answered::Failed { retry_after: None },
    }
}

/// In seconds, or a moment (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(TimeDelta::seconds(seconds.into()));
    }
    let moment = DateTime::parse_from_rfc2822(text).ok()?;
    Some((moment.to_utc() - now).max(TimeDelta::zero()))
}

fn headers_kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut left = MOST_HEADERS;
    let texts = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let fits = |(name, value): &(String, String)| {
        let length = name.len() + value.len();
        let fits = length <= left;
        left = left.saturating_sub(length);
        fits
    };
    texts.take_while(fits).collect()
}

fn error_of(error: &OutgoingError) -> AttemptError {
    match error {
        OutgoingError::Private => AttemptError::PrivateTarget,
        OutgoingError::Unencrypted => AttemptError::NeedsHttps,
        OutgoingError::Port(_) => AttemptError::PortRefused,
        OutgoingError::UnknownHost => AttemptError::UnknownHost,
        OutgoingError::Unreachable(_) => AttemptError::Unreachable,
        OutgoingError::Tls(_) => AttemptError::Tls,
        OutgoingError::TooSlow => AttemptError::Timeout,
        OutgoingError::TooManyRedirects | OutgoingError::Redirect => AttemptError::Redirect,
        OutgoingError::Status(_) => AttemptError::Status,
        OutgoingError::Malformed
        | OutgoingError::TooLarge(_)
        | OutgoingError::Coding
        | OutgoingError::Broken(_)
        | OutgoingError::Spool(_) => AttemptError::Broken,
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn an_answer_may_say_how_long_to_wait_in_seconds_or_by_a_moment() {
        let now: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
        let asked = |text: &'static str| {
            let headers = [(header::RETRY_AFTER, HeaderValue::from_static(text))];
            match answered(429, &headers.into_iter().collect(), now) {
                Answered::Failed { retry_after } => retry_after.map(|after| after.num_seconds()),
                Answered::Taken | Answered::Gone => None,
            }
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Tue, 24 Nov 2026 09:10:00 GMT"), Some(600));
        assert_eq!(asked("Tue, 24 Nov 2026 08:00:00 GMT"), Some(0));
        assert_eq!(asked("99999999999999999999"), None);
        assert_eq!(asked("-1"), None);
        assert_eq!(asked("soon"), None);
    }
}
