//! What comes of a poll: an import where there is something new, and otherwise why there is none.

use harness::outside::{Answer, Outside};

use super::*;

/// The export of a hundred events.
const EXPORT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/data/openagenda-export-2018.json"
);

fn opened(raw: &mut api::config::RawSettings) {
    raw.allowed_targets = "127.0.0.1".parse().ok();
}

#[tokio::test]
async fn what_is_new_is_imported_and_what_is_not_is_not() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        let file = std::fs::read(EXPORT).unwrap();
        city.says("/agenda", Answer::ok(file.clone()).with("ETag", "\"one\""));
        let made = source(&app, &officer, &city.url("/agenda")).await;
        let polled = poll(&app, &officer, &made).await.expect(200).body();
        assert_eq!(read(&app, &officer, &polled).await, polled);
        assert_eq!(
            (
                &polled["last_outcome"],
                &polled["last_polled_at"],
                &polled["next_poll_at"]
            ),
            (
                &json!("done"),
                &json!("2026-11-24T09:00:00Z"),
                &json!("2026-11-24T10:00:00Z")
            )
        );
        let import = last_import(&app, &officer, &polled).await;
        assert_eq!(
            [
                &import["state"],
                &import["source"],
                &import["created"],
                &import["publish"]
            ],
            [&json!("done"), &made["source"], &json!(100), &json!(true)]
        );
        let counts = json!({
            "records": 100, "created": 100, "updated": 0, "unchanged": 0, "refused": 0,
        });
        assert_eq!(polled["last_import"], counts);
        let first = &city.asked()[0];
        assert!(!first.contains("if-none-match"), "{first}");
        let us = app.base.replace("127.0.0.1", "localhost");
        let agent = format!(
            "user-agent: Concertation/{} (+{us})\r\n",
            env!("CARGO_PKG_VERSION")
        );
        assert!(first.contains(&agent), "{first}");
        // Its server says that it did not change, or sends the same again.
        let unchanged = async |answer: Answer| {
            city.says("/agenda", answer);
            let polled = poll(&app, &officer, &made).await.expect(200).body();
            assert_eq!(polled["last_outcome"], "unchanged");
            assert_eq!(polled["last_import_id"], import["id"]);
            assert_eq!(polled["last_import"], counts);
        };
        unchanged(Answer::status(304)).await;
        assert!(city.asked()[1].contains("if-none-match: \"one\"\r\n"));
        unchanged(Answer::ok(file.clone()).with("ETag", "\"two\"")).await;
        assert_eq!(imports(&app, &officer).await.len(), 1);
        // Polls don't outdate what the staff has read.
        let renamed = app
            .patch(&path(&made))
            .by(&officer)
            .if_match(made["etag"].as_str().unwrap())
            .json(&json!({ "name": "Autre nom" }))
            .await;
        renamed.expect(200);
    })
    .await;
}

#[tokio::test]
async fn records_are_matched_and_what_vanishes_stays() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        let (one, other) = (city.url("/one"), city.url("/other"));
        city.says("/one", Answer::ok(export("Atelier")));
        city.says("/other", Answer::ok(export("Autre atelier")));
        let made = source(&app, &officer, &one).await;
        let counts = async |by: &Value| {
            let polled = poll(&app, &officer, by).await.expect(200).body();
            assert_eq!(polled["last_outcome"], "done", "{polled}");
            let import = last_import(&app, &officer, &polled).await;
            ["created", "updated", "unchanged"].map(|name| import[name].as_u64().unwrap())
        };
        assert_eq!(counts(&made).await, [1, 0, 0]);
        city.says("/one", Answer::ok(export("Atelier vélo")));
        assert_eq!(counts(&made).await, [0, 1, 0]);
        // The same key of another source is another event.
        let second = source(&app, &officer, &other).await;
        assert_eq!(counts(&second).await, [1, 0, 0]);
        city.says("/one", Answer::ok("{\"records\":[]}"));
        assert_eq!(counts(&made).await, [0, 0, 0]);
        let events = app.get("/v1/events").by(&officer).await.expect(200).body();
        let mut titles: Vec<_> = events["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| {
                (
                    event["title"].as_str().unwrap(),
                    event["state"].as_str().unwrap(),
                )
            })
            .collect();
        titles.sort_unstable();
        assert_eq!(
            titles,
            [
                ("Atelier vélo", "published"),
                ("Autre atelier", "published")
            ]
        );
        // The source moves to another address, and its events with it.
        let moved = city.url("/moved");
        city.says("/moved", Answer::ok(export("Autre atelier")));
        patch(&app, &officer, &made, &json!({ "url": moved }))
            .await
            .expect(200);
        assert_eq!(counts(&made).await, [0, 1, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_calendar_is_polled_like_an_export_and_its_series_followed() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        let calendar = |rest: &str| {
            let lines = [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Ville//Agenda//FR",
                "BEGIN:VEVENT",
                "UID:marche@ville.example",
                "DTSTAMP:20261101T000000Z",
                "DTSTART;TZID=Europe/Paris:20270319T183000",
                "DURATION:PT2H",
                "RRULE:FREQ=WEEKLY;COUNT=3",
                "SUMMARY:Marché du soir",
                rest,
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ];
            Answer::ok(lines.join("\r\n"))
        };
        city.says("/agenda.ics", calendar("CATEGORIES:marché"));
        let made = source(&app, &officer, &city.url("/agenda.ics")).await;
        let counts = async || {
            let polled = poll(&app, &officer, &made).await.expect(200).body();
            assert_eq!(polled["last_outcome"], "done", "{polled}");
            let import = last_import(&app, &officer, &polled).await;
            assert_eq!(import["format"], "icalendar");
            ["created", "updated", "unchanged"].map(|name| import[name].as_u64().unwrap())
        };
        let dates = async || {
            let at = "/v1/calendar?start=2027-03-01&end=2027-05-01";
            let page = app.get(at).await.expect(200).body();
            let rows = page["data"].as_array().unwrap().iter();
            rows.map(|row| (row["local_start"].clone(), row["state"].clone()))
                .collect::<Vec<_>>()
        };
        let date = |day: &str, state: &str| (json!(format!("{day}T18:30:00")), json!(state));
        assert_eq!(counts().await, [1, 0, 0]);
        let three = ["2027-03-19", "2027-03-26", "2027-04-02"];
        assert_eq!(dates().await, three.map(|day| date(day, "scheduled")));
        city.says(
            "/agenda.ics",
            calendar("EXDATE;TZID=Europe/Paris:20270326T183000"),
        );
        assert_eq!(counts().await, [0, 1, 0]);
        let states = ["scheduled", "cancelled", "scheduled"];
        let followed: Vec<_> = (0..3).map(|at| date(three[at], states[at])).collect();
        assert_eq!(dates().await, followed, "what was published never vanishes");
    })
    .await;
}

#[tokio::test]
async fn a_poll_that_fails_says_why_and_imports_nothing() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        city.says("/500", Answer::status(500));
        city.says("/html", Answer::ok("<!doctype html><title>Erreur</title>"));
        city.says("/other", Answer::ok("{\"events\":[]}"));
        city.says("/empty", Answer::ok(""));
        city.says("/loop", Answer::redirect("/loop"));
        city.says("/inside", Answer::redirect("http://127.0.0.2/secret"));
        city.says(
            "/metadata",
            Answer::redirect("http://169.254.169.254/latest"),
        );
        city.says("/huge", Answer::ok(vec![b' '; 64 * 1024 * 1024 + 1]));
        city.says("/br", Answer::ok("x").with("Content-Encoding", "br"));
        let tls = city.url("/500").replace("http:", "https:");
        for (url, code) in [
            (city.url("/500"), "status"),
            (city.url("/404"), "status"),
            (city.url("/html"), "not_a_calendar"),
            (city.url("/other"), "not_an_export"),
            (city.url("/empty"), "malformed"),
            (city.url("/loop"), "too_many_redirects"),
            (city.url("/inside"), "private_target"),
            (city.url("/metadata"), "private_target"),
            (city.url("/huge"), "too_large"),
            (city.url("/br"), "coding_unknown"),
            (tls, "tls"),
            ("http://127.0.0.1:1/".to_owned(), "unreachable"),
        ] {
            let made = source(&app, &officer, &url).await;
            let polled = poll(&app, &officer, &made).await.expect(200).body();
            let said = [
                &polled["last_outcome"],
                &polled["problem"]["code"],
                &polled["failures"],
            ];
            assert_eq!(said, [&json!("failed"), &json!(code), &json!(1)], "{url}");
            app.delete(&path(&made))
                .by(&officer)
                .if_match("*")
                .await
                .expect(204);
        }
        assert_eq!(imports(&app, &officer).await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn why_a_poll_failed_is_said_in_the_readers_language() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        city.says("/agenda", Answer::status(503));
        let made = source(&app, &officer, &city.url("/agenda")).await;
        poll(&app, &officer, &made).await.expect(200);
        for (language, said) in [
            ("fr", "La source a répondu par le statut HTTP 503."),
            ("en", "The source answered with the HTTP status 503."),
        ] {
            let read = app
                .get(&path(&made))
                .by(&officer)
                .header("Accept-Language", language)
                .await;
            assert_eq!(read.expect(200).body()["problem"]["detail"], said);
        }
    })
    .await;
}

#[tokio::test]
async fn one_that_is_being_polled_is_not_polled_twice() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        city.says("/agenda", Answer::ok(export("Atelier")).when_let_go());
        let made = source(&app, &officer, &city.url("/agenda")).await;
        let first = poll(&app, &officer, &made);
        let second = async {
            city.asked_times(1).await;
            let second = poll(&app, &officer, &made).await;
            assert!(second.expect(202).body().get("last_outcome").is_none());
            city.let_go(1);
        };
        let (first, ()) = tokio::join!(first, second);
        assert_eq!(first.expect(200).body()["last_outcome"], "done");
        assert_eq!(city.asked().len(), 1);
        // And then it may be again.
        city.says("/agenda", Answer::ok(export("Atelier")));
        assert_eq!(
            poll(&app, &officer, &made).await.expect(200).body()["last_outcome"],
            "unchanged"
        );
    })
    .await;
}

#[tokio::test]
async fn a_poll_that_a_change_overtook_is_forgotten() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        city.says("/old", Answer::status(500).when_let_go());
        let made = source(&app, &officer, &city.url("/old")).await;
        let old = poll(&app, &officer, &made);
        let change = async {
            city.asked_times(1).await;
            patch(&app, &officer, &made, &json!({ "url": city.url("/new") }))
                .await
                .expect(200);
            city.let_go(1);
        };
        let (old, ()) = tokio::join!(old, change);
        let after = old.expect(200).body();
        assert_eq!(
            (after.get("last_outcome"), &after["failures"]),
            (None, &json!(0))
        );
        assert_eq!(after["next_poll_at"], "2026-11-24T09:01:00Z");
    })
    .await;
}
