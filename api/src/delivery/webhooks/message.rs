//! What a webhook is sent: a thin body, and its signatures (Standard Webhooks).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use domain::webhooks::Delivery;
use hmac::{Hmac, KeyInit, Mac};
use hyper::header::{self, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use sha2::Sha256;

use crate::http::answer::to_json;

/// The body, the same at each attempt.
pub(crate) fn body_of(delivery: &Delivery) -> Vec<u8> {
    #[derive(Serialize)]
    struct Body<'d> {
        r#type: &'d str,
        timestamp: DateTime<Utc>,
        data: &'d Value,
    }
    to_json(&Body {
        r#type: &delivery.kind,
        timestamp: delivery.told_at,
        data: &delivery.data,
    })
}

/// The headers of a call at that moment.
pub(super) fn headers_of(
    delivery: &Delivery,
    body: &[u8],
    secrets: &[Vec<u8>],
    now: DateTime<Utc>,
) -> Vec<(HeaderName, HeaderValue)> {
    let (id, seconds) = (delivery.message_id.to_string(), now.timestamp().to_string());
    let signature = signatures(secrets, &id, &seconds, body);
    let text = |name: &'static str, value: &str| {
        let value = HeaderValue::from_str(value);
        let value = value.expect("ids, figures and base64 are visible characters");
        (HeaderName::from_static(name), value)
    };
    vec![
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        text("webhook-id", &id),
        text("webhook-timestamp", &seconds),
        text("webhook-signature", &signature),
    ]
}

/// One for each secret that counts, the newest first.
fn signatures(secrets: &[Vec<u8>], id: &str, seconds: &str, body: &[u8]) -> String {
    let one = |secret: &Vec<u8>| {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
            mac.update(part);
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn it_signs_as_the_specification_s_example_does() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signatures(
            &[secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            b"{\"test\": 2432232314}",
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
