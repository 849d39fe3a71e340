//! `Idempotency-Key`: what is sent twice happens once, and is answered alike.

use std::collections::BTreeSet;
use std::sync::Arc;

use api::config::RawSettings;
use chrono::TimeDelta;
use domain::accounts::Role;
use domain::kernel::Id;
use harness::app::{App, Staff, on_each_database};
use harness::engines::{Engine, engines};
use harness::http::{Call, Reply};
use persistence::{Act, Actor, Claim, IdempotencyRefusal, Stop};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{path, workshop};

fn posting(app: &App, who: &Staff, key: &str, body: &Value) -> Call {
    app.post("/v1/events")
        .by(who)
        .header("Idempotency-Key", key)
        .json(body)
}

/// What an answer is, for whoever compares two.
fn whole(reply: &Reply) -> (u16, String, String, Vec<u8>) {
    (
        reply.status,
        reply.header("location"),
        reply.header("etag"),
        reply.bytes.clone(),
    )
}

async fn total(app: &App, who: &Staff) -> Value {
    app.get("/v1/events?count=true")
        .by(who)
        .await
        .expect(200)
        .body()["page"]["total"]
        .clone()
}

#[tokio::test]
async fn the_same_key_and_body_give_the_same_answer_to_the_byte() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = workshop("Séance");
        let first = posting(&app, &officer, "cle~1", &body).await;
        assert_eq!(first.expect(201).body()["title"], "Séance");
        // Even when the event has changed since.
        let at = first.header("location");
        let patch = app
            .patch(&at)
            .by(&officer)
            .if_match("*")
            .json(&json!({ "title": "Autre" }));
        assert_eq!(patch.await.expect(200).body()["title"], "Autre");
        app.advance(TimeDelta::minutes(5));
        let again = posting(&app, &officer, "cle~1", &body).await;
        assert_eq!(whole(&again), whole(&first));
        assert_eq!(total(&app, &officer).await, 1);
        // A renewed token repeats nothing.
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", officer.refresh_token.as_str()),
        ];
        let renewed = app.post("/oauth/token").form(&form).await;
        let renewed = Staff {
            token: renewed.expect(200).text("access_token"),
            ..officer.clone()
        };
        assert_ne!(renewed.token, officer.token);
        assert_eq!(
            whole(&posting(&app, &renewed, "cle~1", &body).await),
            whole(&first)
        );
        assert_eq!(total(&app, &officer).await, 1);
    })
    .await;
}

#[tokio::test]
async fn another_body_or_address_under_the_key_is_refused_and_another_person_is_independent() {
    on_each_database(|app| async move {
        let (officer, director) = (
            app.staff(Role::Officer).await,
            app.staff(Role::Director).await,
        );
        let first = posting(&app, &officer, "k", &workshop("Un")).await;
        let made = first.expect(201).body();
        let other = posting(&app, &officer, "k", &workshop("Deux")).await;
        assert_eq!(other.expect(422).problem(), "idempotency-key-reused");
        let copy = app.post(&format!("{}/duplicate", path(&made))).by(&officer);
        let copy = copy.header("Idempotency-Key", "k").await;
        assert_eq!(copy.expect(422).problem(), "idempotency-key-reused");
        let hers = posting(&app, &director, "k", &workshop("Un")).await;
        assert_ne!(hers.expect(201).body()["id"], made["id"]);
        assert_eq!(total(&app, &officer).await, 2);
    })
    .await;
}

#[tokio::test]
async fn every_creation_takes_a_key() {
    on_each_database(|app| async move {
        let (officer, director) = (
            app.staff(Role::Officer).await,
            app.staff(Role::Director).await,
        );
        let event = app.event(&officer, workshop("Séance")).await;
        let slot =
            json!({ "local_start": "2027-05-01T10:00:00", "local_end": "2027-05-01T11:00:00" });
        let user = json!({ "email": "a@petr.example", "name": "A", "roles": ["funder"] });
        for (at, who, body) in [
            (format!("{}/duplicate", path(&event)), &officer, json!({})),
            (format!("{}/occurrences", path(&event)), &officer, slot),
            ("/v1/users".to_owned(), &director, user),
        ] {
            let post = || {
                app.post(&at)
                    .by(who)
                    .header("Idempotency-Key", &at)
                    .json(&body)
            };
            let first = post().await;
            assert_eq!(whole(&post().await), whole(first.expect(201)));
        }
        assert_eq!(total(&app, &officer).await, 2);
        let event = app.get(&path(&event)).by(&officer).await.expect(200).body();
        assert_eq!(event["occurrences"].as_array().unwrap().len(), 2);
    })
    .await;
}

/// Many at once, from several instances where there can be several: one event, one answer.
#[tokio::test]
async fn fifty_at_once_make_one_event() {
    for engine in engines() {
        let app = App::start(engine).await;
        let officer = app.staff(Role::Officer).await;
        let other = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => {
                // Instances of one service have one public address.
                let one = app.get("/.well-known/oauth-authorization-server").await;
                let one = one.expect(200).text("issuer");
                let public = |raw: &mut RawSettings| raw.public_url = one.parse().ok();
                Some(app.another_instance_with(&app.url, public).await)
            }
        };
        let body = workshop("Ruée");
        for key in ["one", "two"] {
            let calls = (0..50).map(|i| {
                let there = other.as_ref().filter(|_| i % 2 == 1).unwrap_or(&app);
                tokio::spawn(posting(there, &officer, key, &body).into_future())
            });
            let mut answers = BTreeSet::new();
            for call in calls.collect::<Vec<_>>() {
                let reply = call.await.unwrap();
                answers.insert(whole(reply.expect(201)));
            }
            assert_eq!(answers.len(), 1, "{answers:?}");
        }
        assert_eq!(total(&app, &officer).await, 2);
    }
}

#[tokio::test]
async fn what_was_refused_is_not_kept() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let taken = app
            .event(&officer, json!({ "title": "Pris", "slug": "pris" }))
            .await;
        let wanted = json!({ "title": "Autre", "slug": "pris" });
        let refused = posting(&app, &officer, "k", &wanted).await;
        assert_eq!(refused.expect(422).problem(), "rule-broken");
        let rename = json!({ "slug": "libre" });
        let rename = app
            .patch(&path(&taken))
            .by(&officer)
            .if_match("*")
            .json(&rename);
        assert_eq!(rename.await.expect(200).body()["slug"], "libre");
        // The old name still leads to the first event, so it stays refused; the key is free.
        let refused = posting(&app, &officer, "k", &wanted).await;
        assert_eq!(refused.expect(422).problem(), "rule-broken");
        let free = json!({ "title": "Autre", "slug": "autre" });
        assert_eq!(
            posting(&app, &officer, "k", &free).await.expect(201).body()["slug"],
            "autre"
        );
        let shape = posting(&app, &officer, "k3", &json!({})).await;
        assert_eq!(shape.expect(422).problem(), "invalid");
        assert_eq!(
            posting(&app, &officer, "k3", &workshop("X"))
                .await
                .expect(201)
                .body()["title"],
            "X"
        );
        let archived = app.published(&officer, workshop("Archivé")).await;
        let archive = app
            .post(&format!("{}/archive", path(&archived)))
            .by(&officer)
            .if_match("*");
        assert_eq!(archive.await.expect(200).body()["state"], "archived");
        let slot = workshop("X")["occurrences"][0].clone();
        let add = app
            .post(&format!("{}/occurrences", path(&archived)))
            .by(&officer);
        let add = add.header("Idempotency-Key", "k4").json(&slot).await;
        assert_eq!(add.expect(409).problem(), "wrong-state");
        let other = json!({ "title": "Y" });
        assert_eq!(
            posting(&app, &officer, "k4", &other)
                .await
                .expect(201)
                .body()["title"],
            "Y"
        );
    })
    .await;
}

/// SQLite has one writer: there a first request never still runs when the second begins.
#[tokio::test]
async fn whoever_comes_while_the_first_still_runs_is_told_to_come_back() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let app = App::start(Engine::Postgres).await;
    let officer = app.staff(Role::Officer).await;
    let (begun, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let actor = Actor::User(Id::from_uuid(officer.id.parse().expect("an id")));
    let act = Act {
        actor,
        operation: "test",
        request_id: uuid::Uuid::nil(),
    };
    let claim = Claim {
        key: "slow".to_owned(),
        fingerprint: [0; 32],
    };
    let (told, held) = (begun.clone(), release.clone());
    let first = app.store.write_once(act, Some(claim), move |_| {
        let (told, held) = (told.clone(), held.clone());
        Box::pin(async move {
            told.notify_one();
            held.notified().await;
            Err(Stop::Refused(Refusal))
        })
    });
    let second = async {
        begun.notified().await;
        let reply = posting(&app, &officer, "slow", &workshop("Séance")).await;
        release.notify_one();
        reply
    };
    let (first, second) = tokio::join!(first, second);
    assert!(matches!(first, Err(Stop::Refused(Refusal))));
    assert_eq!(second.expect(409).problem(), "idempotency-in-progress");
    assert_eq!(second.header("retry-after"), "1");
    let third = posting(&app, &officer, "slow", &workshop("Séance")).await;
    assert_eq!(third.expect(201).body()["title"], "Séance");
    assert_eq!(total(&app, &officer).await, 1);
}

/// How the first one ends.
#[derive(Debug)]
struct Refusal;

impl From<IdempotencyRefusal> for Refusal {
    fn from(_: IdempotencyRefusal) -> Self {
        Self
    }
}

#[tokio::test]
async fn a_key_is_kept_for_a_day() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let sign_in = || async {
            let reply = app
                .sign_in("officer@petr.example", harness::app::PASSWORD)
                .await;
            Staff {
                token: reply.expect(200).text("access_token"),
                ..officer.clone()
            }
        };
        let body = workshop("Séance");
        let first = posting(&app, &officer, "k", &body).await.expect(201).body();
        app.advance(TimeDelta::hours(23) + TimeDelta::minutes(59));
        let later = sign_in().await;
        assert_eq!(
            posting(&app, &later, "k", &body).await.expect(201).body(),
            first
        );
        app.advance(TimeDelta::minutes(2));
        let day_after = sign_in().await;
        let second = posting(&app, &day_after, "k", &body)
            .await
            .expect(201)
            .body();
        assert_ne!(second["id"], first["id"]);
        assert_eq!(
            posting(&app, &day_after, "k", &body)
                .await
                .expect(201)
                .body(),
            second
        );
        assert_eq!(total(&app, &day_after).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_key_has_a_form() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let body = workshop("Séance");
    for bad in [
        String::new(),
        "x".repeat(256),
        "clé".to_owned(),
        "a\tb".to_owned(),
    ] {
        let reply = posting(&app, &officer, &bad, &body).await;
        assert_eq!(
            reply.expect(422).faults(),
            ["Idempotency-Key malformed"],
            "{bad:?}"
        );
    }
    for good in ["x".repeat(255), "~!\"#$% &".to_owned(), "0".to_owned()] {
        assert_eq!(
            posting(&app, &officer, &good, &body)
                .await
                .expect(201)
                .body()["title"],
            "Séance"
        );
    }
    assert_eq!(total(&app, &officer).await, 3);
}
