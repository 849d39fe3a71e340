//! Answers that are kept: never older than the last write that was answered, and given to nobody who
//! asked for something else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use api::config::RawSettings;
use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database, on_each_database_with};
use harness::engines::Engine;
use harness::http::Reply;
use harness::process::Launch;
use harness::wire::Wire;
use serde_json::{Value, json};

const MARCH: &str = "/v1/calendar?start=2027-03-01&end=2027-04-01";

/// An evening of that day.
fn workshop(title: &str, day: &str) -> Value {
    json!({ "title": title, "occurrences": [
        { "local_start": format!("{day}T18:30:00"), "local_end": format!("{day}T20:30:00") },
    ] })
}

fn path(event: &Value) -> String {
    format!("/v1/events/{}", event["id"].as_str().unwrap())
}

async fn get(app: &App, at: &str) -> Reply {
    let reply = app.get(at).await;
    reply.expect(200);
    reply
}

/// Asks twice, so that the second answer is a kept one if any is, and once in words never used before.
async fn thrice(app: &App, at: &str) -> (Value, Value, Value) {
    static NUMBER: AtomicUsize = AtomicUsize::new(201);
    let limit = NUMBER.fetch_add(1, Ordering::SeqCst) % 790 + 201;
    let first = get(app, at).await.body()["data"].clone();
    let second = get(app, at).await.body()["data"].clone();
    let fresh = get(app, &format!("{at}&limit={limit}")).await.body()["data"].clone();
    (first, second, fresh)
}

async fn change(app: &App, officer: &Staff, method: &str, at: &str, body: Value) -> Value {
    let call = app.call(method, at).by(officer).if_match("*").json(&body);
    call.await.expect(200).body()
}

#[tokio::test]
async fn the_answer_after_a_write_shows_it_whatever_was_kept() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.event(&officer, workshop("Atelier", "2027-03-25")).await;
        let date = format!(
            "/v1/occurrences/{}",
            event["occurrences"][0]["id"].as_str().unwrap()
        );
        let at = path(&event);
        let changes = [
            ("POST", format!("{at}/publish"), json!({})),
            ("PATCH", at.clone(), json!({ "title": "Autre titre" })),
            ("PATCH", at.clone(), json!({ "slug": "un-autre-nom" })),
            (
                "POST",
                format!("{date}/move"),
                json!({
                    "local_start": "2027-05-25T18:30:00", "local_end": "2027-05-25T20:30:00",
                }),
            ),
            ("PATCH", at.clone(), json!({ "visibility": "staff" })),
            ("PATCH", at.clone(), json!({ "visibility": "public" })),
            (
                "POST",
                format!("{date}/move"),
                json!({
                    "local_start": "2027-03-31T23:30:00", "local_end": "2027-04-01T00:30:00",
                }),
            ),
            (
                "POST",
                format!("{date}/cancel"),
                json!({ "reason": "Neige." }),
            ),
            ("POST", format!("{at}/archive"), json!({})),
        ];
        let windows = [MARCH, "/v1/calendar?start=2027-05-01&end=2027-06-01"];
        let mut seen = Vec::new();
        for (method, at, body) in changes {
            for window in windows {
                let _ = thrice(&app, window).await;
            }
            let _ = app.get(&path(&event)).await;
            let ics = "/v1/calendar.ics?start=2027-01-01&end=2028-01-01";
            let feed = get(&app, ics).await.utf8();
            app.advance(TimeDelta::minutes(1));
            let shown = change(&app, &officer, method, &at, body).await;
            for window in windows {
                let (first, second, fresh) = thrice(&app, window).await;
                assert_eq!(first, fresh, "{method} {at}");
                assert_eq!(second, fresh, "{method} {at}");
                seen.push(fresh.as_array().unwrap().len());
            }
            assert_ne!(get(&app, ics).await.utf8(), feed, "{method} {at}");
            if shown["visibility"] != "staff" {
                let event = get(&app, &path(&event)).await.body();
                assert_eq!(event, get(&app, &path(&event)).await.body(), "kept or not");
            }
        }
        assert_eq!(seen, [1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0]);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_given_what_another_asked_for() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let mut tagged = workshop("Mobilité", "2027-03-25");
        tagged["tags"] = json!(["velo"]);
        let _ = app.published(&officer, tagged).await;
        let _ = app
            .event(&officer, workshop("Brouillon", "2027-03-26"))
            .await;
        let rows = |reply: Reply| reply.body()["data"].as_array().unwrap().len();
        let filtered = format!("{MARCH}&tag=velo");
        for _ in 0..2 {
            assert_eq!(rows(get(&app, MARCH).await), 1);
            assert_eq!(rows(app.get(MARCH).by(&officer).await), 2);
            assert_eq!(rows(get(&app, &filtered).await), 1);
            assert_eq!(rows(get(&app, &format!("{MARCH}&tag=train")).await), 0);
            // The separators of the keys, in a value.
            let odd = format!("{MARCH}&q=x%01tag%02velo");
            assert_eq!(rows(get(&app, &odd).await), 0);
            assert_eq!(rows(get(&app, &format!("{MARCH}&q=x&tag=velo")).await), 0);
            assert_eq!(
                rows(get(&app, "/v1/calendar?end=2027-04-01&start=2027-03-01").await),
                1
            );
            let refused = app.get(&format!("{MARCH}&colour=red")).await;
            assert_eq!(refused.expect(422).faults(), ["colour unknown_parameter"]);
            let bad = app
                .get(MARCH)
                .header("authorization", "Bearer nonsense")
                .await;
            assert_eq!(bad.expect(401).problem(), "unauthorized");
        }
        let feed = "/v1/calendar.ics?start=2027-03-01&end=2027-04-01";
        let one = get(&app, &format!("{feed}&_=1")).await;
        let two = get(&app, &format!("{feed}&_=2")).await;
        assert_eq!(one.header("etag"), two.header("etag"));
    })
    .await;
}

#[tokio::test]
async fn an_answer_about_the_days_ahead_is_not_kept_past_midnight() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let _ = app
            .published(&officer, workshop("Ce soir", "2026-11-24"))
            .await;
        let rows = |reply: Reply| reply.body()["data"].as_array().unwrap().len();
        assert_eq!(rows(get(&app, "/v1/calendar").await), 1);
        assert_eq!(rows(get(&app, "/v1/calendar").await), 1);
        app.advance(TimeDelta::hours(15));
        assert_eq!(
            rows(get(&app, "/v1/calendar").await),
            0,
            "it is the 25th in Paris"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_wrote_reads_it_at_once_among_many_who_write_and_read() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (app, officer) = (&app, &officer);
        let one = |number: usize| async move {
            let day = 10 + number % 15;
            let title = format!("Atelier {number}");
            let event = workshop(&title, &format!("2027-03-{day}"));
            let event = app.published(officer, event).await;
            for round in 0..6 {
                let title = format!("Atelier {number}-{round}");
                let body = json!({ "title": title });
                let _ = change(app, officer, "PATCH", &path(&event), body).await;
                let seen = get(app, MARCH).await.body();
                let mut rows = seen["data"].as_array().unwrap().iter();
                let row = rows.find(|row| row["event_id"] == event["id"]).unwrap();
                assert_eq!(row["title"], title);
                assert_eq!(get(app, &path(&event)).await.body()["title"], title);
            }
        };
        let _ = futures_util::future::join_all((0..16).map(one)).await;
    })
    .await;
}

/// Until an answer is as it should be; says how long that took.
async fn until(app: &App, at: &str, wanted: impl Fn(&Reply) -> bool) -> Duration {
    let begun = Instant::now();
    while !wanted(&app.get(at).await) {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{at} stays as it was"
        );
    }
    begun.elapsed()
}

#[tokio::test]
async fn a_write_of_one_instance_is_shown_by_the_other_and_its_revoked_tokens_die_there() {
    let public = |raw: &mut RawSettings| {
        raw.public_url = "https://concertation.petr.example".parse().ok();
    };
    on_each_database_with(public, |app| async move {
        if app.engine != Engine::Postgres {
            return;
        }
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let other = app.another_instance_with(&app.url, public).await;
        let event = app
            .published(&officer, workshop("Atelier", "2027-03-25"))
            .await;
        let mut longest = Duration::ZERO;
        for round in 0..10 {
            let title = format!("Titre {round}");
            let _ = other.get(MARCH).await;
            let body = json!({ "title": title });
            let _ = change(&app, &officer, "PATCH", &path(&event), body).await;
            let wanted = |reply: &Reply| reply.body()["data"][0]["title"] == title.as_str();
            longest = longest.max(until(&other, MARCH, wanted).await);
        }
        assert!(longest < Duration::from_secs(1), "{longest:?}");
        let me = other.get("/v1/me").by(&officer).await;
        assert_eq!(me.expect(200).body()["roles"], json!(["officer"]));
        let disable = format!("/v1/users/{}/disable", me.text("id"));
        let _ = change(&app, &director, "POST", &disable, json!({})).await;
        let begun = Instant::now();
        while other.get("/v1/me").by(&officer).await.status != 401 {
            assert!(begun.elapsed() < Duration::from_secs(1));
        }
    })
    .await;
}

#[tokio::test]
async fn an_instance_that_may_not_have_heard_of_a_write_shows_nothing_that_it_has_kept() {
    let public = |raw: &mut RawSettings| {
        raw.public_url = "https://concertation.petr.example".parse().ok();
    };
    on_each_database_with(public, |app| async move {
        if app.engine != Engine::Postgres {
            return;
        }
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let wire = Wire::to(&app.url).await;
        let other = app
            .another_instance_with(&wire.through(&app.url), public)
            .await;
        let event = app
            .published(&officer, workshop("Avant", "2027-03-25"))
            .await;
        while !wire.is_listened_to() {
            tokio::task::yield_now().await;
        }
        let is_old = |reply: &Reply| reply.body()["data"][0]["title"] == "Avant";
        until(&other, MARCH, is_old).await;
        for _ in 0..20 {
            assert!(is_old(&other.get(MARCH).await));
            other.get("/v1/me").by(&officer).await.expect(200);
        }
        let me = other.get("/v1/me").by(&officer).await.text("id");

        // It takes longer until the connection is given up.
        const SOON: Duration = Duration::from_millis(700);
        wire.break_silently();
        let body = json!({ "title": "Après" });
        let _ = change(&app, &officer, "PATCH", &path(&event), body).await;
        let is_new = |reply: &Reply| reply.body()["data"][0]["title"] == "Après";
        let took = until(&other, MARCH, is_new).await;
        assert!(took < SOON, "{took:?}");
        assert!(is_new(&other.get(MARCH).await));
        let disable = format!("/v1/users/{me}/disable");
        let _ = change(&app, &director, "POST", &disable, json!({})).await;
        let begun = Instant::now();
        while other.get("/v1/me").by(&officer).await.status != 401 {
            assert!(begun.elapsed() < SOON);
        }
    })
    .await;
}

#[tokio::test]
async fn what_another_process_writes_into_the_same_file_is_shown() {
    let app = App::start(Engine::Sqlite).await;
    let all = "/v1/calendar?start=2018-03-01&end=2018-04-01&limit=1000";
    assert_eq!(get(&app, all).await.body()["data"], json!([]));
    assert_eq!(get(&app, all).await.body()["data"], json!([]));
    let export = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/data/openagenda-export-2018.json"
    );
    let import = Launch::concertation(["import", export, "--publish"])
        .env("CONCERTATION_DATABASE_URL", &app.url)
        .env("CONCERTATION_DATA_DIR", app.folder())
        .env(
            "CONCERTATION_MASTER_KEY_FILE",
            harness::databases::master_key(),
        );
    let done = import.run(Duration::from_secs(60)).await;
    assert!(done.status.success(), "{:?}", done.stderr);
    let wanted = |reply: &Reply| reply.body()["data"].as_array().unwrap().len() > 100;
    assert!(until(&app, all, wanted).await < Duration::from_secs(1));
}

#[tokio::test]
async fn a_token_that_was_found_good_dies_when_its_session_or_account_ends() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        for _ in 0..3 {
            let me = app.get("/v1/me").by(&officer).await;
            assert_eq!(me.expect(200).body()["roles"], json!(["officer"]));
        }
        let me = app.get("/v1/me").by(&officer).await.text("id");
        let roles = json!({ "roles": ["funder"] });
        let _ = change(&app, &director, "PATCH", &format!("/v1/users/{me}"), roles).await;
        let refused = app
            .post("/v1/events")
            .by(&officer)
            .json(&workshop("X", "2027-03-25"))
            .await;
        assert_eq!(refused.status, 403, "a role that was lost counts at once");
        let disable = format!("/v1/users/{me}/disable");
        let _ = change(&app, &director, "POST", &disable, json!({})).await;
        assert_eq!(
            app.get("/v1/me").by(&officer).await.expect(401).problem(),
            "unauthorized"
        );
        assert_eq!(
            app.get(MARCH).by(&officer).await.expect(401).problem(),
            "unauthorized"
        );
        let late = app.staff_named("tard@petr.example", &[Role::Officer]).await;
        let _ = app.get("/v1/me").by(&late).await.expect(200).body();
        app.advance(TimeDelta::minutes(16));
        assert_eq!(
            app.get("/v1/me").by(&late).await.expect(401).problem(),
            "unauthorized"
        );
    })
    .await;
}
