//! Bodies: their type, their size, their form, and every fault in them at once.

use domain::accounts::Role;
use harness::app::{App, on_each_database};
use harness::engines::Engine;
use serde_json::json;

use super::raw::{exchange, posting};
use super::{path, workshop};

#[tokio::test]
async fn every_fault_of_a_body_is_told_with_its_place() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let body = json!({
        "summary": 3,
        "kind": "party",
        "audiences": ["company", "company"],
        "tags": ["ok", 5],
        "place": { "latitude": 91, "a/b~c": 1, "commune_code": "5" },
        "image": { "url": "https://petr.example/a.jpg" },
        "colour": "red",
        "x/y~z": null,
        "occurrences": [
            { "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00" },
            { "local_start": "tomorrow", "capacity": 0, "until": 1 },
        ],
    });
    let reply = app.post("/v1/events").by(&officer).json(&body).await;
    assert_eq!(reply.expect(422).problem(), "invalid");
    assert_eq!(
        reply.faults(),
        [
            "/audiences duplicate",
            "/colour unknown_field",
            "/image/alternative_text required",
            "/image/credit required",
            "/kind unknown_value",
            "/occurrences/1/capacity out_of_range",
            "/occurrences/1/local_end required",
            "/occurrences/1/local_start malformed",
            "/occurrences/1/until unknown_field",
            "/place/a~1b~0c unknown_field",
            "/place/commune_code too_short",
            "/place/latitude out_of_range",
            "/summary type",
            "/tags/1 type",
            "/title required",
            "/x~1y~0z unknown_field",
        ]
    );
}

#[tokio::test]
async fn what_only_the_domain_knows_is_told_at_once_too() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let body = json!({
        "title": "Un\u{0}titre",
        "online_url": "javascript:alert(1)",
        "tags": ["a", "b\nc"],
        "languages": ["fr", "not a language"],
        "place": { "latitude": 48.6, "commune_code": "54999" },
        "contact": { "email": "nobody", "telephone": "abc" },
        "occurrences": [
            { "local_start": "2027-02-30T18:30:00", "local_end": "2027-03-25T20:30:00" },
            { "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T18:30:00" },
            { "local_start": "2027-03-26T18:30:00", "local_end": "2027-03-26T19:30:00", "time_zone": "Mars/Olympus" },
        ],
    });
    let reply = app.post("/v1/events").by(&officer).json(&body).await;
    assert_eq!(reply.expect(422).problem(), "invalid");
    assert_eq!(
        reply.faults(),
        [
            "/contact/email malformed",
            "/contact/telephone malformed",
            "/languages/1 malformed",
            "/occurrences/0/local_start malformed",
            "/occurrences/1/local_end ends_before_start",
            "/occurrences/2/time_zone unknown_time_zone",
            "/online_url malformed",
            "/place/commune_code unknown_commune",
            "/place/latitude needs",
            "/tags/1 control_characters",
            "/title control_characters",
        ]
    );
}

#[tokio::test]
async fn accounts_are_refused_the_same_way() {
    let app = App::start(Engine::Sqlite).await;
    let director = app.staff(Role::Director).await;
    let body = json!({ "email": "x", "name": "", "roles": ["king"], "age": 3 });
    let reply = app.post("/v1/users").by(&director).json(&body).await;
    assert_eq!(reply.expect(422).problem(), "invalid");
    assert_eq!(
        reply.faults(),
        [
            "/age unknown_field",
            "/email too_short",
            "/name too_short",
            "/roles/0 unknown_value"
        ]
    );
}

#[tokio::test]
async fn what_is_no_json_is_told_with_line_and_column() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    for (body, line, column) in [
        (&b"{\"title\": \"x\",\n  \"kind\": }"[..], 2, 11),
        (b"{\"title\": \"x\"", 1, 13),
        (b"", 1, 0),
        (b"{}{}", 1, 3),
        (b"{\"title\": \"\xff\"}", 1, 12),
        (b"{\"title\": 1e999}", 1, 15),
    ] {
        let call = app
            .post("/v1/events")
            .by(&officer)
            .header("Accept-Language", "en");
        let reply = call.body("application/json", body).await;
        assert_eq!(reply.expect(400).problem(), "malformed-body");
        let told = format!("The body is not valid JSON: line {line}, column {column}.");
        assert_eq!(
            reply.body()["detail"],
            told,
            "{}",
            String::from_utf8_lossy(body)
        );
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let reply = app
        .post("/v1/events")
        .by(&officer)
        .body("application/json", deep)
        .await;
    assert_eq!(reply.expect(400).problem(), "malformed-body");
}

#[tokio::test]
async fn json_that_is_no_object_is_of_the_wrong_type() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let event = app.event(&officer, workshop("Séance")).await;
    for body in ["[]", "3", "\"x\"", "null", "true"] {
        let call = app
            .post("/v1/events")
            .by(&officer)
            .body("application/json", body);
        assert_eq!(call.await.expect(422).faults(), [" type"], "{body}");
        let call = app.patch(&path(&event)).by(&officer).if_match("*");
        let reply = call.body("application/merge-patch+json", body).await;
        assert_eq!(reply.expect(422).faults(), [" type"], "{body}");
        let call = app
            .post(&format!("{}/publish", path(&event)))
            .by(&officer)
            .if_match("*");
        let reply = call.body("application/json", body).await;
        assert_eq!(reply.expect(422).faults(), [" type"], "{body}");
    }
}

#[tokio::test]
async fn a_transition_checks_its_optional_body() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let event = app.event(&officer, workshop("Séance")).await;
    let publish = || {
        app.post(&format!("{}/publish", path(&event)))
            .by(&officer)
            .if_match("*")
    };
    let reply = publish()
        .json(&json!({ "reason": "", "why": 1, "note": null }))
        .await;
    let faults = ["/note type", "/reason too_short", "/why unknown_field"];
    assert_eq!(reply.expect(422).faults(), faults);
    let reply = publish().body("text/plain", "hello").await;
    assert_eq!(reply.expect(415).problem(), "unsupported-media-type");
    assert_eq!(
        publish().empty().await.expect(200).body()["state"],
        "published"
    );
}

#[tokio::test]
async fn a_body_of_another_type_is_refused_and_the_right_ones_are_named() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let post = || {
        app.post("/v1/events")
            .by(&officer)
            .header("Accept-Language", "en")
    };
    let body = workshop("Séance").to_string();
    for other in [
        "text/plain",
        "application/xml",
        "application/merge-patch+json",
        "json",
        "",
    ] {
        let reply = post().body(other, body.clone()).await;
        assert_eq!(
            reply.expect(415).problem(),
            "unsupported-media-type",
            "{other}"
        );
        let told = "Types taken here: application/json, without Content-Encoding.";
        assert_eq!(reply.body()["detail"], told);
    }
    let coded = post()
        .header("Content-Encoding", "gzip")
        .body("application/json", body.clone());
    assert_eq!(coded.await.expect(415).problem(), "unsupported-media-type");
    let untyped = format!(
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
        Authorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{body}",
        officer.token,
        body.len()
    );
    let answered = exchange(&app, untyped.into_bytes(), false).await;
    assert!(answered.starts_with("HTTP/1.1 415 "), "{answered}");
    for right in ["application/json", "Application/JSON; charset=utf-8"] {
        assert_eq!(
            post().body(right, body.clone()).await.expect(201).body()["title"],
            "Séance"
        );
    }
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_refused_announced_or_not() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let large = vec![b' '; 1_048_577];
    let announced = app
        .post("/v1/events")
        .by(&officer)
        .body("application/json", large.clone());
    let reply = announced.await;
    assert_eq!(reply.expect(413).problem(), "payload-too-large");
    let mut chunked = posting(&officer.token, "Transfer-Encoding: chunked").into_bytes();
    for chunk in large.chunks(65_536) {
        chunked.extend(format!("{:x}\r\n", chunk.len()).bytes());
        chunked.extend(chunk);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    let answered = exchange(&app, chunked, false).await;
    assert!(answered.starts_with("HTTP/1.1 413 "), "{answered}");
    assert!(
        answered.contains("/problems/payload-too-large"),
        "{answered}"
    );
    // To the byte: a mebibyte is taken, and found to be an event.
    let mut whole = workshop("Séance").to_string().into_bytes();
    whole.resize(1_048_576, b' ');
    let reply = app
        .post("/v1/events")
        .by(&officer)
        .body("application/json", whole)
        .await;
    assert_eq!(reply.expect(201).body()["title"], "Séance");
    assert_eq!(
        app.get("/v1/events?count=true").by(&officer).await.body()["page"]["total"],
        1
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_makes_nothing() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = workshop("Coupé").to_string();
        let head = posting(
            &officer.token,
            &format!("Content-Length: {}", body.len() + 1),
        );
        let answered = exchange(&app, format!("{head}{body}").into_bytes(), true).await;
        assert!(
            answered.is_empty() || answered.starts_with("HTTP/1.1 400 "),
            "{answered}"
        );
        let events = app
            .get("/v1/events?count=true")
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(events["page"]["total"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_write_takes_no_parameter_that_it_does_not_know() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.event(&officer, workshop("Séance")).await;
        let at = path(&event);
        let calls = [
            app.post("/v1/events?dry_run=true").json(&workshop("Autre")),
            app.patch(&format!("{at}?dry_run=true"))
                .if_match("*")
                .json(&json!({ "title": "Autre" })),
            app.post(&format!("{at}/publish?dry_run=true"))
                .if_match("*"),
            app.delete(&format!("{at}?dry_run=true")).if_match("*"),
        ];
        for call in calls {
            let reply = call.by(&officer).await;
            assert_eq!(reply.expect(422).faults(), ["dry_run unknown_parameter"]);
        }
        assert_eq!(app.get(&at).by(&officer).await.expect(200).body(), event);
    })
    .await;
}
