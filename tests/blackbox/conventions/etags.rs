//! Entity tags: what tells two answers apart, what a reader gets for one, what a writer is held to.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

use super::{etag, path, workshop};

/// An event that is long enough to be coded.
async fn long_event(app: &App, officer: &Staff) -> Value {
    let mut body = workshop("Séance du club");
    body["description"] = json!("Un café, puis le tour des actions. ".repeat(60));
    app.published(officer, body).await
}

#[tokio::test]
async fn a_tag_tells_views_and_codings_apart() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = long_event(&app, &officer).await;
        let mut seen = Vec::new();
        for coding in ["", "br", "gzip", "zstd"] {
            for staff in [true, false] {
                let call = app.get(&path(&event)).header("Accept-Encoding", coding);
                let reply = if staff {
                    call.by(&officer).await
                } else {
                    call.await
                };
                let tag = reply.expect(200).header("etag");
                assert_eq!(reply.header("content-encoding"), coding);
                assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
                assert!(!seen.contains(&tag), "{tag}");
                if coding.is_empty() {
                    assert_eq!(reply.body()["etag"], tag);
                }
                seen.push(tag);
            }
        }
        assert_eq!(seen.len(), 8);
        assert_eq!(seen[0], etag(&event));
    })
    .await;
}

#[tokio::test]
async fn answers_to_writes_carry_the_tag_that_reading_gives() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let mut body = workshop("Séance");
        body["description"] = json!("Un café, puis le tour des actions. ".repeat(60));
        for coding in ["identity", "br"] {
            let made = app
                .post("/v1/events")
                .by(&officer)
                .header("Accept-Encoding", coding);
            let made = made.json(&body).await;
            let at = made.expect(201).header("location");
            let get = || app.get(&at).by(&officer).header("Accept-Encoding", coding);
            assert_eq!(made.header("etag"), get().await.expect(200).header("etag"));
            let published = app
                .post(&format!("{at}/publish"))
                .by(&officer)
                .if_match("*");
            let published = published.header("Accept-Encoding", coding).await;
            assert_eq!(
                published.expect(200).header("etag"),
                get().await.header("etag")
            );
            assert_ne!(published.header("etag"), made.header("etag"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_reader_who_has_it_already_gets_no_body() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = long_event(&app, &officer).await;
        for title in ["Un", "Deux", "Trois", "Quatre"] {
            let _ = app.published(&officer, workshop(title)).await;
        }
        let list = "/v1/events".to_owned();
        let calendar = "/v1/calendar?start=2027-01-01&end=2027-12-01".to_owned();
        for at in [path(&event), list, calendar] {
            for coding in ["", "br"] {
                let get = || app.get(&at).header("Accept-Encoding", coding);
                let first = get().await;
                let tag = first.expect(200).header("etag");
                for known in [
                    tag.clone(),
                    "*".into(),
                    format!("W/{tag}"),
                    format!("\"a\", {tag} , \"b\""),
                ] {
                    let again = get().header("If-None-Match", &known).await;
                    assert_eq!(again.expect(304).bytes, b"", "{at} {known}");
                    for name in ["etag", "cache-control", "vary"] {
                        assert_eq!(again.header(name), first.header(name), "{name}");
                    }
                }
                let two = get()
                    .header("If-None-Match", "\"x\"")
                    .header("If-None-Match", &tag);
                assert_eq!(two.await.expect(304).bytes, b"");
                let head = app.call("HEAD", &at).header("Accept-Encoding", coding);
                assert_eq!(
                    head.header("If-None-Match", &tag).await.expect(304).bytes,
                    b""
                );
                for other in [
                    "\"x\"".to_owned(),
                    tag.replacen('"', "\"x", 1),
                    String::new(),
                ] {
                    let again = get().header("If-None-Match", &other).await;
                    assert_eq!(again.expect(200).bytes, first.bytes, "{other}");
                }
                let other = if coding.is_empty() { "gzip" } else { "" };
                let call = app.get(&at).header("Accept-Encoding", other);
                let reply = call.header("If-None-Match", &tag).await;
                assert_eq!(reply.expect(200).header("content-encoding"), other);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_writer_may_send_the_tag_of_any_view_and_coding() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = long_event(&app, &officer).await;
        let at = path(&event);
        let patch = |tag: &str, title: &str| {
            app.patch(&at)
                .by(&officer)
                .if_match(tag)
                .json(&json!({ "title": title }))
        };
        let public = app.get(&at).await.header("etag");
        let coded = app
            .get(&at)
            .header("Accept-Encoding", "br")
            .await
            .header("etag");
        let (staff, bare) = (etag(&event), etag(&event).trim_matches('"').to_owned());
        let of_version =
            |tag: &str, version: i64| tag.replacen(&tag[1..3], &format!("v{version}"), 1);
        assert_eq!(&public[1..4], "v2-");
        for (round, good) in [
            public,
            coded,
            staff,
            bare,
            "\"x\", \"v2-public\"".into(),
            "*".into(),
        ]
        .into_iter()
        .enumerate()
        {
            let now = app.get(&at).await.header("etag");
            let version: i64 = now[2..].split('-').next().unwrap().parse().unwrap();
            let sent = if good.starts_with('"') && good.len() > 20 && !good.contains(',') {
                of_version(&good, version)
            } else {
                good.replace("v2", &format!("v{version}"))
            };
            let weak = patch(&format!("W/{now}"), "Faible").await;
            assert_eq!(weak.expect(412).problem(), "precondition-failed");
            let title = format!("Titre {round}");
            assert_eq!(
                patch(&sent, &title).await.expect(200).body()["title"],
                title,
                "{sent}"
            );
        }
        for bad in ["", "\"\"", "\"v\"", "\"v2\", \"v3\"", "2", "\"*\"", "v-1"] {
            assert_eq!(
                patch(bad, "Mauvais").await.expect(412).problem(),
                "precondition-failed"
            );
        }
        assert_eq!(app.get(&at).await.expect(200).body()["title"], "Titre 5");
    })
    .await;
}

#[tokio::test]
async fn a_stale_writer_is_told_the_tag_of_now_and_one_without_a_tag_is_told_to_send_it() {
    on_each_database(|app| async move {
        let (officer, director) = (
            app.staff(Role::Officer).await,
            app.staff(Role::Director).await,
        );
        let event = app.published(&officer, workshop("Séance")).await;
        let one = event["occurrences"][0]["id"].as_str().unwrap();
        let (date, me) = (
            format!("/v1/occurrences/{one}"),
            format!("/v1/users/{}", officer.id),
        );
        let patch = json!({});
        for (method, at, action, who) in [
            ("PATCH", path(&event), "", &officer),
            ("DELETE", path(&event), "", &officer),
            ("POST", path(&event), "/publish", &officer),
            ("POST", path(&event), "/cancel", &officer),
            ("POST", path(&event), "/postpone", &officer),
            ("POST", path(&event), "/archive", &officer),
            ("PATCH", date.clone(), "", &officer),
            ("POST", date.clone(), "/cancel", &officer),
            ("POST", date.clone(), "/postpone", &officer),
            ("PATCH", me, "", &director),
        ] {
            let call = || {
                let call = app.call(method, &format!("{at}{action}")).by(who);
                if method == "PATCH" {
                    call.json(&patch)
                } else {
                    call
                }
            };
            let missing = call().await;
            assert_eq!(
                missing.expect(428).problem(),
                "precondition-required",
                "{method} {at}"
            );
            let stale = call().if_match("\"v77-staff-0\"").await;
            assert_eq!(
                stale.expect(412).problem(),
                "precondition-failed",
                "{method} {at}"
            );
            let now = app.get(&at).by(who).await.expect(200).header("etag");
            assert_eq!(stale.header("etag"), now, "{method} {at}{action}");
        }
        let moved =
            json!({ "local_start": "2027-04-01T10:00:00", "local_end": "2027-04-01T11:00:00" });
        let move_to = app.post(&format!("{date}/move")).by(&officer).json(&moved);
        assert_eq!(move_to.await.expect(428).problem(), "precondition-required");
        assert_eq!(
            app.get(&path(&event)).by(&officer).await.expect(200).body(),
            event
        );
    })
    .await;
}

#[tokio::test]
async fn an_event_has_a_new_tag_when_a_date_changes_and_not_when_it_is_read() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.published(&officer, workshop("Séance")).await;
        let at = path(&event);
        let tags = || async {
            let of = |call: harness::http::Call| async { call.await.expect(200).header("etag") };
            (
                of(app.get(&at)).await,
                of(app.get(&at).by(&officer)).await,
                of(app.get("/v1/events")).await,
            )
        };
        let first = tags().await;
        let _ = app
            .get(event["url"].as_str().unwrap())
            .await
            .expect(200)
            .body();
        assert_eq!(tags().await, first);
        let date = format!(
            "/v1/occurrences/{}",
            event["occurrences"][0]["id"].as_str().unwrap()
        );
        let capacity = app
            .patch(&date)
            .by(&officer)
            .if_match("*")
            .json(&json!({ "capacity": 12 }));
        assert_eq!(capacity.await.expect(200).body()["capacity"], 12);
        let second = tags().await;
        assert!(
            first.0 != second.0 && first.1 != second.1 && first.2 != second.2,
            "{second:?}"
        );
        let cancel = app
            .post(&format!("{date}/cancel"))
            .by(&officer)
            .if_match("*");
        let cancelled = cancel
            .json(&json!({ "reason": "Malade." }))
            .await
            .expect(200)
            .body();
        assert_eq!(cancelled["state"], "cancelled");
        let third = tags().await;
        assert!(
            second.0 != third.0 && second.1 != third.1 && second.2 != third.2,
            "{third:?}"
        );
        let stale = app
            .patch(&at)
            .by(&officer)
            .if_match(&second.1)
            .json(&json!({ "title": "X" }));
        assert_eq!(stale.await.expect(412).header("etag"), third.1);
        // A date's own tag in its event is one that can be sent.
        let shown = app.get(&at).by(&officer).await.body();
        let tag = shown["occurrences"][0]["etag"].as_str().unwrap().to_owned();
        let again = app
            .post(&format!("{date}/cancel"))
            .by(&officer)
            .if_match(&tag);
        let again = again.json(&json!({ "reason": "Encore." })).await;
        assert_eq!(again.expect(409).problem(), "wrong-state");
    })
    .await;
}
