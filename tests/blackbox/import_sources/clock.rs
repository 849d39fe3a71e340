//! Polls by the clock: each when it is due, by one instance, again after one that died.

use std::time::Duration;

use harness::behind::execute;
use harness::engines::Engine;
use harness::outside::{Answer, Outside};

use super::*;

fn opened(raw: &mut api::config::RawSettings) {
    raw.allowed_targets = "127.0.0.1".parse().ok();
}

/// The source, once it says so; the clock of the jobs ticks every second.
async fn once(app: &App, by: &Staff, source: &Value, holds: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let now = read(app, by, source).await;
        if holds(&now) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never came: {}", read(app, by, source).await);
}

fn polled_at(moment: &'static str) -> impl Fn(&Value) -> bool {
    move |source| source["last_polled_at"] == moment
}

#[tokio::test]
async fn a_source_is_polled_when_it_is_due_and_backs_off_when_it_fails() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        city.says(
            "/agenda",
            Answer::ok(export("Atelier")).with("ETag", "\"a\""),
        );
        let made = source(&app, &officer, &city.url("/agenda")).await;
        app.advance(TimeDelta::minutes(1));
        let polled = once(&app, &officer, &made, polled_at("2026-11-24T09:01:00Z")).await;
        assert_eq!(
            (&polled["last_outcome"], &polled["next_poll_at"]),
            (&json!("done"), &json!("2026-11-24T10:01:00Z"))
        );
        city.says("/agenda", Answer::status(500));
        let officer = later(&app, &officer, TimeDelta::hours(1)).await;
        let failed = once(&app, &officer, &made, polled_at("2026-11-24T10:01:00Z")).await;
        assert_eq!(failed["next_poll_at"], "2026-11-24T11:01:00Z");
        let officer = later(&app, &officer, TimeDelta::hours(1)).await;
        let again = once(&app, &officer, &made, polled_at("2026-11-24T11:01:00Z")).await;
        assert_eq!(
            (
                &again["failures"],
                &again["next_poll_at"],
                &again["problem"]["code"]
            ),
            (&json!(2), &json!("2026-11-24T13:01:00Z"), &json!("status"))
        );
        city.says("/agenda", Answer::status(304));
        let officer = later(&app, &officer, TimeDelta::hours(2)).await;
        let good = once(&app, &officer, &made, polled_at("2026-11-24T13:01:00Z")).await;
        assert_eq!(
            (
                &good["last_outcome"],
                &good["failures"],
                good.get("problem")
            ),
            (&json!("unchanged"), &json!(0), None)
        );
        assert_eq!(city.asked().len(), 4);
        // Of all that, the trail tells what changed: the import is told of its own.
        let director = app.staff(Role::Director).await;
        let facts = facts(&app, &director, |entry| {
            entry["operation"] == "import_sources_poll" && entry["subject"]["kind"] != "event"
        });
        let facts = facts.await;
        assert_eq!(
            facts,
            [
                "import.finished",
                "import.started",
                "import_source.failed",
                "import_source.recovered"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_paused_source_is_left_alone_by_the_clock() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        for path in ["/paused", "/active"] {
            city.says(path, Answer::ok(export("Atelier")));
        }
        let paused = source(&app, &officer, &city.url("/paused")).await;
        app.post(&format!("{}/pause", path(&paused)))
            .by(&officer)
            .empty()
            .await
            .expect(200);
        let active = source(&app, &officer, &city.url("/active")).await;
        let officer = later(&app, &officer, TimeDelta::days(1)).await;
        once(&app, &officer, &active, polled_at("2026-11-25T09:00:00Z")).await;
        let asked = city.asked();
        assert!(
            asked.len() == 1 && asked[0].starts_with("GET /active "),
            "{asked:?}"
        );
        // By hand it is polled all the same, and stays paused.
        let polled = poll(&app, &officer, &paused).await.expect(200).body();
        assert_eq!(
            (
                &polled["last_outcome"],
                &polled["state"],
                polled.get("next_poll_at")
            ),
            (&json!("done"), &json!("paused"), None)
        );
    })
    .await;
}

#[tokio::test]
async fn of_several_instances_one_polls_a_source() {
    on_each_database_with(opened, |app| async move {
        if app.engine == Engine::Sqlite {
            return;
        }
        let mut officer = app.staff(Role::Officer).await;
        let others = [
            app.another_instance_with(&app.url, opened).await,
            app.another_instance_with(&app.url, opened).await,
        ];
        let city = Outside::start().await;
        let mut sources = Vec::new();
        for number in 0..6 {
            let path = format!("/{number}");
            city.says(&path, Answer::ok(export("Atelier")).when_let_go());
            sources.push(source(&app, &officer, &city.url(&path)).await);
        }
        for round in 1..=2 {
            officer = later(&app, &officer, TimeDelta::hours(2)).await;
            city.asked_times(6 * round).await;
            // Nobody has an answer yet: time for another instance to ask too, if it could.
            tokio::time::sleep(Duration::from_millis(2_500)).await;
            city.let_go(6);
            let polled_now = |source: &Value| {
                let next = source["next_poll_at"].as_str().unwrap();
                next.parse::<chrono::DateTime<chrono::Utc>>().unwrap() > app.clock.now()
            };
            for source in &sources {
                once(&app, &officer, source, polled_now).await;
            }
            let mut asked: Vec<_> = city
                .asked()
                .iter()
                .map(|head| head.split(' ').nth(1).unwrap().to_owned())
                .collect();
            asked.sort();
            let expected: Vec<_> = (0..6)
                .flat_map(|number| vec![format!("/{number}"); round])
                .collect();
            assert_eq!(asked, expected);
        }
        let imports = imports(&app, &officer).await;
        assert_eq!(imports.len(), 6);
        drop(others);
    })
    .await;
}

#[tokio::test]
async fn the_claim_of_an_instance_that_died_ends() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        city.says("/agenda", Answer::ok(export("Atelier")));
        let made = source(&app, &officer, &city.url("/agenda")).await;
        // Somebody claimed it a moment ago, and is gone.
        let (who, until) = match app.engine {
            Engine::Sqlite => (
                "x'0198c0a0000070008000000000000001'",
                "'2026-11-24T09:03:00+00:00'",
            ),
            Engine::Postgres => (
                "'0198c0a0-0000-7000-8000-000000000001'",
                "'2026-11-24T09:03:00Z'",
            ),
        };
        let sql = format!("update import_sources set claimed_by = {who}, claimed_until = {until}");
        assert_eq!(execute(&app, &sql).await, 1);
        poll(&app, &officer, &made).await.expect(202);
        app.advance(TimeDelta::minutes(2));
        poll(&app, &officer, &made).await.expect(202);
        assert_eq!(city.asked(), Vec::<String>::new());
        app.advance(TimeDelta::minutes(1));
        let polled = once(&app, &officer, &made, polled_at("2026-11-24T09:03:00Z")).await;
        assert_eq!(polled["last_outcome"], "done");
    })
    .await;
}
