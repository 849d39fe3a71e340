//! Problem documents: the right one for each refusal, in the reader's language, traceable, and telling
//! nothing of the inside.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::engines::Engine;
use harness::http::{Call, Reply};
use serde_json::{Value, json};

use super::{etag, path, workshop};

/// What a problem says of itself, without its words.
fn checked(reply: &Reply) -> (u16, String) {
    let name = reply.problem();
    let body = reply.body();
    let instance = format!("urn:uuid:{}", reply.header("x-request-id"));
    assert_eq!(body["instance"], instance);
    for words in ["title", "detail"] {
        assert!(
            body[words].as_str().is_some_and(|text| text.len() > 3),
            "{words}: {body}"
        );
    }
    assert!(reply.header("cache-control").contains("no-store"), "{body}");
    (reply.status, name)
}

async fn refusals(app: &App, officer: &Staff, funder: &Staff) -> Vec<(Call, u16, &'static str)> {
    let draft = app.event(officer, json!({ "title": "Brouillon" })).await;
    let (at, old) = (path(&draft), etag(&draft));
    let patch = app
        .patch(&at)
        .by(officer)
        .if_match(&old)
        .json(&json!({ "title": "Autre" }));
    let _ = patch.await.expect(200).body();
    let cancelled = app.published(officer, workshop("Annulé")).await;
    let cancel = |app: &App| {
        app.post(&format!("{}/cancel", path(&cancelled)))
            .by(officer)
    };
    let _ = cancel(app)
        .if_match("*")
        .json(&json!({ "reason": "Salle." }))
        .await
        .expect(200)
        .body();
    let nothing = json!({});
    vec![
        (app.get("/v1/nothing"), 404, "not-found"),
        (app.get(&at), 404, "not-found"),
        (app.get("/v1/events/0198c0a0"), 404, "not-found"),
        (
            app.patch("/v1/events").by(officer),
            405,
            "method-not-allowed",
        ),
        (app.get("/v1/users"), 401, "unauthorized"),
        (
            app.get("/v1/events").header("Authorization", "Bearer x"),
            401,
            "unauthorized",
        ),
        (
            app.post("/v1/events").by(funder).json(&workshop("X")),
            403,
            "forbidden",
        ),
        (
            app.post("/v1/events")
                .by(officer)
                .body("application/json", vec![b' '; 1_048_577]),
            413,
            "payload-too-large",
        ),
        (
            app.post("/v1/events").by(officer).body("text/plain", "{}"),
            415,
            "unsupported-media-type",
        ),
        (
            app.post("/v1/events")
                .by(officer)
                .body("application/json", "{"),
            400,
            "malformed-body",
        ),
        (
            app.post("/v1/events").by(officer).json(&nothing),
            422,
            "invalid",
        ),
        (app.get("/v1/events?nope=1"), 422, "invalid"),
        (
            app.patch(&at).by(officer).json(&nothing),
            428,
            "precondition-required",
        ),
        (
            app.patch(&at).by(officer).if_match(&old).json(&nothing),
            412,
            "precondition-failed",
        ),
        (
            cancel(app)
                .if_match("*")
                .json(&json!({ "reason": "Encore." })),
            409,
            "wrong-state",
        ),
        (
            app.post(&format!("{at}/publish")).by(officer).if_match("*"),
            422,
            "rule-broken",
        ),
    ]
}

#[tokio::test]
async fn every_refusal_is_the_right_problem_and_can_be_traced() {
    on_each_database(|app| async move {
        let (officer, funder) = (
            app.staff(Role::Officer).await,
            app.staff(Role::Funder).await,
        );
        for (call, status, name) in refusals(&app, &officer, &funder).await {
            let reply = call.await;
            assert_eq!(
                checked(&reply),
                (status, name.to_owned()),
                "{}",
                reply.utf8()
            );
        }
    })
    .await;
}

#[tokio::test]
async fn words_follow_the_reader_and_types_and_codes_never_change() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let ask = |languages: Option<&str>| {
        let call = app
            .post("/v1/events?nope=1")
            .by(&officer)
            .json(&json!({ "title": 7, "x": 1 }));
        match languages {
            Some(languages) => call.header("Accept-Language", languages),
            None => call,
        }
    };
    let french = ask(None).await;
    let english = ask(Some("en-GB, en;q=0.9, fr;q=0.5")).await;
    assert_eq!(french.expect(422).body()["title"], "Données non valides");
    assert_eq!(english.expect(422).body()["title"], "Invalid data");
    assert_eq!(french.header("content-language"), "fr");
    assert_eq!(english.header("content-language"), "en");
    assert_eq!(
        french.faults(),
        ["/title type", "/x unknown_field", "nope unknown_parameter"]
    );
    assert_eq!(french.faults(), english.faults());
    assert_eq!(french.body()["type"], english.body()["type"]);
    for (fr, en) in texts(&french).iter().zip(texts(&english)) {
        assert_ne!(*fr, en);
    }
    for languages in ["fr-FR, en;q=0.9", "de", "*"] {
        assert_eq!(
            ask(Some(languages)).await.body()["title"],
            "Données non valides",
            "{languages}"
        );
    }
}

fn texts(reply: &Reply) -> Vec<String> {
    let body = reply.body();
    let errors = body["errors"].as_array().expect("errors").iter();
    let mut texts: Vec<_> = errors.map(|error| error["detail"].to_string()).collect();
    texts.extend([body["title"].to_string(), body["detail"].to_string()]);
    texts
}

#[tokio::test]
async fn a_request_keeps_the_id_that_it_came_with_and_gets_one_otherwise() {
    let app = App::start(Engine::Sqlite).await;
    let given = "5b0b2a6e-6d0f-4a52-9d7c-2f0c3ad2f9b1";
    let with = |id: &str| app.get("/v1/nothing").header("X-Request-Id", id);
    let reply = with(given).await;
    assert_eq!(reply.header("x-request-id"), given);
    assert_eq!(reply.body()["instance"], format!("urn:uuid:{given}"));
    let mut seen = vec![given.to_owned()];
    for bad in ["", "42", "<script>", "5b0b2a6e-6d0f-4a52-9d7c-2f0c3ad2f9bZ"] {
        let id = with(bad).await.header("x-request-id");
        assert!(
            uuid::Uuid::try_parse(&id).is_ok() && !seen.contains(&id),
            "{bad}: {id}"
        );
        seen.push(id);
    }
    let well = app.get("/healthz").header("X-Request-Id", given).await;
    assert_eq!(well.expect(200).header("x-request-id"), given);
}

#[tokio::test]
async fn each_type_of_the_closed_list_has_its_page() {
    let app = App::start(Engine::Sqlite).await;
    let contract = app.get("/openapi.json").await.expect(200).body();
    let types = contract["components"]["schemas"]["Problem"]["properties"]["type"]["enum"].clone();
    let types: Vec<String> = serde_json::from_value(types).expect("a list of types");
    assert_eq!(types.len(), 23);
    for kind in types {
        let french = app.get(&kind).await.expect(200).utf8();
        let english = app
            .get(&kind)
            .header("Accept-Language", "en")
            .await
            .expect(200)
            .utf8();
        assert!(french.contains("<html lang=\"fr\">"), "{french}");
        assert!(english.contains("<html lang=\"en\">"), "{english}");
    }
    let known = app
        .get("/problems/precondition-failed")
        .await
        .expect(200)
        .utf8();
    assert!(known.contains("<h1>Modifié entre-temps"), "{known}");
    assert_eq!(
        app.get("/problems/nothing").await.expect(404).problem(),
        "not-found"
    );
}

#[tokio::test]
async fn a_path_or_a_method_that_is_not_there_is_a_problem_too() {
    let app = App::start(Engine::Sqlite).await;
    for nowhere in [
        "/v2/events",
        "/v1/events/",
        "//",
        "/v1/events/x/y/z",
        "/v1/%00",
        "/.env",
    ] {
        assert_eq!(
            app.get(nowhere).await.expect(404).problem(),
            "not-found",
            "{nowhere}"
        );
    }
    for (method, at, allowed) in [
        ("DELETE", "/v1/events", "GET, POST, HEAD, OPTIONS"),
        ("PUT", "/v1/events/x", "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ("GET", "/v1/events/x/publish", "POST, OPTIONS"),
        ("HEAD", "/oauth/revoke", "POST, OPTIONS"),
        ("PROPFIND", "/healthz", "GET, HEAD, OPTIONS"),
    ] {
        let reply = app.call(method, at).await;
        let mut told: Vec<_> = reply.expect(405).headers["allow"]
            .to_str()
            .unwrap()
            .split(", ")
            .collect();
        let mut allowed: Vec<_> = allowed.split(", ").collect();
        told.sort_unstable();
        allowed.sort_unstable();
        assert_eq!(told, allowed, "{method} {at}");
    }
    assert_eq!(
        app.delete("/v1/events").await.problem(),
        "method-not-allowed"
    );
}

#[tokio::test]
async fn a_malformed_id_in_a_path_names_nothing() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let good = "0198c0a0-0000-7000-8000-00000000ffff";
        let braces = format!("{{{good}}}");
        let simple = good.replace('-', "");
        for id in [good, "1", "%00", "..%2f", "%F0%9F%8C%B1", &braces, &simple] {
            for (method, at) in [
                ("GET", format!("/v1/events/{id}")),
                ("PATCH", format!("/v1/events/{id}")),
                ("DELETE", format!("/v1/events/{id}")),
                ("POST", format!("/v1/events/{id}/archive")),
                ("GET", format!("/v1/occurrences/{id}")),
                ("POST", format!("/v1/events/{id}/occurrences")),
                ("GET", format!("/v1/communes/{id}")),
            ] {
                let call = app.call(method, &at).by(&officer).if_match("*");
                let call = match (method, at.ends_with("occurrences")) {
                    ("PATCH", _) => call.json(&json!({})),
                    ("POST", true) => call.json(&workshop("X")["occurrences"][0]),
                    _ => call,
                };
                assert_eq!(
                    call.await.expect(404).problem(),
                    "not-found",
                    "{method} {at}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_text_in_an_address_makes_the_database_stumble() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let _ = app.published(&officer, workshop("Séance")).await;
        for text in [
            "%00",
            "a%00b",
            "'",
            "\"",
            "%5C",
            "%25",
            "*",
            "%26%7C%21%28%29",
            "%FF",
            "(",
            ":*",
        ] {
            for parameter in [
                "q", "tag", "kind", "commune", "epci", "cursor", "sort", "state",
            ] {
                let at = format!("/v1/events?{parameter}={text}");
                let reply = app.get(&at).await;
                assert!(matches!(reply.status, 200 | 422), "{at}: {}", reply.utf8());
                let at = format!("/v1/calendar?start=2027-01-01&end=2027-12-01&{parameter}={text}");
                let reply = app.get(&at).await;
                assert!(matches!(reply.status, 200 | 422), "{at}: {}", reply.utf8());
            }
            let at = format!("/v1/communes?q={text}");
            let reply = app.get(&at).await;
            assert!(matches!(reply.status, 200 | 422), "{at}: {}", reply.utf8());
        }
    })
    .await;
}

#[tokio::test]
async fn parameters_are_refused_by_name_all_at_once() {
    on_each_database(|app| async move {
        let at = "/v1/events?knid=visit&limit=0&limit=5&sort=colour&updated_since=never&kind=a,b";
        let reply = app.get(at).header("Accept-Language", "en").await;
        assert_eq!(reply.expect(422).problem(), "invalid");
        assert_eq!(
            reply.faults(),
            [
                "kind unknown_value",
                "kind unknown_value",
                "knid unknown_parameter",
                "limit duplicate",
                "limit out_of_range",
                "sort unknown_value",
                "updated_since malformed",
            ]
        );
        let body = reply.body();
        let errors = body["errors"].as_array().unwrap();
        let unknown = errors
            .iter()
            .find(|error| error["parameter"] == "knid")
            .unwrap();
        assert_eq!(unknown["detail"], "Unknown parameter; did you mean “kind”?");
        for at in [
            "/v1/communes?qq=x",
            "/v1/calendar?start=2027-01-01&end=2027-02-01&kin=x",
        ] {
            let reply = app.get(at).await;
            let codes: Vec<Value> = reply.expect(422).body()["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|e| e["code"].clone())
                .collect();
            assert_eq!(codes, ["unknown_parameter"], "{at}");
        }
    })
    .await;
}
