//! What is told, to whom, signed by what; and when it is not taken, again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use harness::receiver::{Receiver, Said};
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_stock_library_takes_the_signature_of_what_is_told_at_this_moment() {
    on_each(|app| async move {
        #[expect(
            clippy::disallowed_methods,
            reason = "the library goes by the machine's clock"
        )]
        app.advance(Utc::now() - app.clock.now());
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        let event = published(&app, &officer, "Atelier").await;
        let told = receiver.told_times(1).await.remove(0);
        let mut headers = HeaderMap::new();
        for (name, value) in &told.headers {
            let name: HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        let library = standardwebhooks::Webhook::new(hook["secret"].as_str().unwrap()).unwrap();
        library.verify(&told.body, &headers).unwrap();
        let other = standardwebhooks::Webhook::from_bytes(vec![7; 32]).unwrap();
        assert!(other.verify(&told.body, &headers).is_err());
        let body = told.json();
        assert_eq!(
            body,
            json!({
                "type": "event.published", "timestamp": body["timestamp"],
                "data": { "event_id": event["id"], "state": "published" },
            })
        );
        assert_eq!(told.header("content-type"), "application/json");
        assert!(told.header("user-agent").starts_with("Concertation/"));
        let told = until(&app, &officer, &hook, all_delivered(1)).await;
        assert_eq!(told[0]["type"], "event.published");
        assert_eq!(
            told[0]["subject"],
            json!({ "kind": "event", "id": event["id"] })
        );
        assert_eq!(told[0]["request_body"], body.to_string());
    })
    .await;
}

#[tokio::test]
async fn only_what_was_asked_for_is_told_and_a_date_is_named() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let types = ["event.cancelled", "occurrence.moved"];
        let hook = webhook(&app, &officer, &receiver.url(), &types).await;
        let event = published(&app, &officer, "Atelier").await;
        let date = event["occurrences"][0]["id"].as_str().unwrap();
        let moved = json!({
            "local_start": "2027-03-26T18:30:00", "local_end": "2027-03-26T20:30:00",
        });
        let path = format!("/v1/occurrences/{date}/move");
        let moved = app.post(&path).by(&officer).if_match("*").json(&moved);
        moved.await.expect(200);
        let path = format!("/v1/events/{}/cancel", event["id"].as_str().unwrap());
        let reason = json!({ "reason": "Neige" });
        let cancelled = app.post(&path).by(&officer).if_match("*").json(&reason);
        cancelled.await.expect(200);
        let told = receiver.told_times(2).await;
        assert_eq!(kinds(&told), ["occurrence.moved", "event.cancelled"]);
        let data = json!({
            "event_id": event["id"], "state": "published", "occurrence_id": date,
        });
        assert_eq!(told[0].json()["data"], data);
        until(&app, &officer, &hook, all_delivered(2)).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_taken_is_told_again_later_with_the_same_id() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        receiver.says(|_| Said::status(500).with_body("Panne \u{0} é"));
        published(&app, &officer, "Atelier").await;
        let failed = |told: &[Value]| told.len() == 1 && attempts(&told[0]).len() == 1;
        let told = until(&app, &officer, &hook, failed).await;
        let attempt = &attempts(&told[0])[0];
        assert_eq!(
            (&attempt["status"], &attempt["error"]),
            (&json!(500), &json!("status"))
        );
        assert_eq!(attempt["response_body"], "Panne \u{0} é");
        let secret = hook["secret"].as_str().unwrap();
        assert!(
            !told[0]
                .to_string()
                .contains(secret.trim_start_matches("whsec_"))
        );
        let next: DateTime<Utc> = told[0]["next_attempt_at"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let pause = (next - app.clock.now()).num_milliseconds();
        assert!((4_500..=5_500).contains(&pause), "{pause}");
        receiver.says(|_| Said::status(200).with_body("ok"));
        app.advance(TimeDelta::seconds(6));
        let told = until(&app, &officer, &hook, all_delivered(1)).await;
        assert_eq!(attempts(&told[0]).len(), 2);
        let calls = receiver.told();
        assert_eq!(calls.len(), 2);
        assert_eq!(calls[0].id(), calls[1].id());
        assert_eq!(calls[0].body, calls[1].body);
        assert_ne!(
            calls[0].header("webhook-timestamp"),
            calls[1].header("webhook-timestamp")
        );
        assert!(calls.iter().all(|call| is_signed_by(call, secret)));
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_was_down_is_told_once_it_is_up_and_keeps_its_connection() {
    on_each(|app| async move {
        let (officer, mut receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), ALL_OF_EVENTS).await;
        receiver.goes_down();
        let event = published(&app, &officer, "Atelier").await;
        let failed = |told: &[Value]| told.len() == 1 && attempts(&told[0]).len() == 1;
        let told = until(&app, &officer, &hook, failed).await;
        assert_eq!(attempts(&told[0])[0]["error"], "unreachable");
        receiver.comes_up().await;
        app.advance(TimeDelta::seconds(6));
        until(&app, &officer, &hook, all_delivered(1)).await;
        for title in ["Un", "Deux", "Trois"] {
            renamed(&app, &officer, &event, title).await;
        }
        until(&app, &officer, &hook, all_delivered(4)).await;
        let calls = receiver.told();
        assert!(calls.iter().all(|call| call.connection == 1), "{calls:#?}");
    })
    .await;
}

#[tokio::test]
async fn an_answer_says_how_long_to_wait() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        receiver.says(|_| Said::status(429).with("Retry-After", "600"));
        published(&app, &officer, "Atelier").await;
        let failed = |told: &[Value]| told.len() == 1 && attempts(&told[0]).len() == 1;
        let told = until(&app, &officer, &hook, failed).await;
        let next: DateTime<Utc> = told[0]["next_attempt_at"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(next - app.clock.now(), TimeDelta::seconds(600));
        assert_eq!(
            attempts(&told[0])[0]["response_headers"]["retry-after"],
            "600"
        );
        receiver.says(|_| Said::status(204));
        let officer = later(&app, &officer, TimeDelta::seconds(601)).await;
        until(&app, &officer, &hook, all_delivered(1)).await;
        assert_eq!(receiver.told().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_gone_is_told_nothing_more_and_its_owner_is_told() {
    on_each(|app| async move {
        let director = app.staff(Role::Director).await;
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        receiver.says(|_| Said::status(410));
        published(&app, &officer, "Un").await;
        until(&app, &officer, &hook, |told| states(told) == ["failed"]).await;
        let paused = read(&app, &officer, &hook).await;
        assert_eq!(paused["state"], "paused");
        let now = "2026-11-24T09:00:00Z";
        assert_eq!(paused["paused"], json!({ "reason": "gone", "since": now }));
        app.advance(TimeDelta::milliseconds(2));
        published(&app, &officer, "Deux").await;
        let waits = |told: &[Value]| states(told) == ["pending", "failed"];
        until(&app, &officer, &hook, waits).await;
        let trail = app
            .get("/v1/audit-entries?operation=webhooks_tell")
            .by(&director);
        let trail = trail.await.expect(200).body();
        assert_eq!(trail["data"][0]["facts"], json!(["webhook.paused"]));
        let rows = "select cast(payload as text) from outbox where kind = 'webhook.paused'";
        let rows = harness::behind::texts(&app, rows).await;
        let payload: Value = serde_json::from_str(&rows[0]).unwrap();
        assert_eq!(
            payload,
            json!({ "webhook_id": hook["id"], "state": "paused" })
        );
        // Back at another place, it is told what waits.
        receiver.says(|_| Said::status(204));
        turn(&app, &officer, &hook, "resume").await.expect(200);
        let told = |told: &[Value]| states(told) == ["delivered", "failed"];
        until(&app, &officer, &hook, told).await;
        assert_eq!(receiver.told().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn for_three_days_it_is_tried_and_then_given_up_and_paused() {
    on_each(|app| async move {
        let (officer, mut receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        receiver.goes_down();
        published(&app, &officer, "Un").await;
        let mut officer = officer;
        for tries in 1..=11 {
            let tried = |told: &[Value]| told.len() == 1 && attempts(&told[0]).len() == tries;
            let told = until(&app, &officer, &hook, tried).await;
            let next = told[0]["next_attempt_at"].as_str();
            assert_eq!(next.is_none(), tries == 11, "{tries}");
            if let Some(next) = next {
                let next: DateTime<Utc> = next.parse().unwrap();
                let pause = next - app.clock.now();
                officer = later(&app, &officer, pause).await;
            }
        }
        let paused = read(&app, &officer, &hook).await;
        assert_eq!(paused["paused"]["reason"], "failing");
        let told = deliveries(&app, &officer, &hook, "?state=failed").await;
        let begun: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
        let lasted = app.clock.now() - begun;
        assert!((68..=84).contains(&lasted.num_hours()), "{lasted}");
        // It is there to be sent again.
        receiver.comes_up().await;
        turn(&app, &officer, &hook, "resume").await.expect(200);
        let again = json!({ "ids": [told[0]["id"]] });
        let replay = app.post(&format!("{}/replay", path(&hook))).by(&officer);
        let reply = replay.json(&again).await;
        assert_eq!(reply.expect(200).body(), json!({ "deliveries": 1 }));
        until(&app, &officer, &hook, all_delivered(1)).await;
    })
    .await;
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let elsewhere = Receiver::start().await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        let url = elsewhere.url();
        receiver.says(move |_| Said::status(307).with("Location", &url));
        published(&app, &officer, "Atelier").await;
        let failed = |told: &[Value]| told.len() == 1 && attempts(&told[0]).len() == 1;
        let told = until(&app, &officer, &hook, failed).await;
        assert_eq!(attempts(&told[0])[0]["error"], "redirect");
        assert_eq!(elsewhere.told().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn for_a_day_two_secrets_sign() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        let old = hook["secret"].as_str().unwrap().to_owned();
        let rotated = turn(&app, &officer, &hook, "rotate-secret").await;
        let new = rotated.expect(200).text("secret");
        assert_ne!(old, new);
        published(&app, &officer, "Un").await;
        let told = receiver.told_times(1).await.remove(0);
        assert!(is_signed_by(&told, &old) && is_signed_by(&told, &new));
        assert_eq!(told.header("webhook-signature").split(' ').count(), 2);
        until(&app, &officer, &hook, all_delivered(1)).await;
        let officer = later(&app, &officer, TimeDelta::hours(24)).await;
        published(&app, &officer, "Deux").await;
        let told = receiver.told_times(2).await.remove(1);
        assert!(!is_signed_by(&told, &old) && is_signed_by(&told, &new));
    })
    .await;
}

#[tokio::test]
async fn of_a_long_answer_the_beginning_is_kept() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        receiver.says(|_| Said::status(200).with_body(vec![b'x'; 1_000_000]));
        published(&app, &officer, "Atelier").await;
        let told = until(&app, &officer, &hook, all_delivered(1)).await;
        let kept = attempts(&told[0])[0]["response_body"].as_str().unwrap();
        assert_eq!(kept, "x".repeat(4096));
    })
    .await;
}

#[tokio::test]
async fn one_that_is_slow_delays_no_other() {
    on_each(|app| async move {
        let (officer, slow) = officer_and_receiver(&app).await;
        slow.says(|_| Said::status(204).after(Duration::from_secs(600)));
        let quick = Receiver::start().await;
        webhook(&app, &officer, &slow.url(), ALL_OF_EVENTS).await;
        webhook(&app, &officer, &quick.url(), ALL_OF_EVENTS).await;
        for round in 0..20 {
            published(&app, &officer, &format!("Atelier {round}")).await;
        }
        let begun = std::time::Instant::now();
        quick.told_times(20).await;
        assert!(begun.elapsed() < Duration::from_secs(10));
    })
    .await;
}
