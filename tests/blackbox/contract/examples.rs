//! The examples of what changes something, tried on a fresh demonstration as they stand.
//!
//! Creations, patches and the public forms are tried twice in a row and succeed twice, for who reads
//! the documentation tries more than once; an account's address and a structure's name are the
//! exceptions, there being one of each. Everything else takes its object to another state (a draft is
//! published once), and is tried once, each on a demonstration of its own. An id that no demonstration can
//! fix is taken from the answer to its creation, or from its list.

use harness::app::{App, Staff};
use harness::contract::{Document, Operation};
use harness::demonstration::PASSWORD;
use harness::engines::{Engine, engines};
use harness::http::Reply;
use serde_json::json;

/// A natural key is the point: a second time it is taken.
const ONCE: [&str; 7] = [
    "frameworks_create",
    "import_sources_create",
    "involvements_create",
    "me_involvements_create",
    "me_objections_create",
    "organisations_create",
    "users_create",
];

/// Examples of what a partner sends, which doesn't say who it is.
const PARTNERS: [&str; 2] = ["projects_batch", "projects_create"];

/// Anybody does that who proves by mail that they may; the staff needs to prove nothing.
const WITHOUT_PROOF: [&str; 2] = ["registrations_cancel", "registrations_confirm"];

/// Of whom operations for citizens alone are tried.
const CITIZENS_ADDRESS: &str = "alma.exemple@courriel.example";

/// Whoever the example is for: a citizen where nobody else may do it.
pub(super) async fn who(app: &App, operation: &Operation, otherwise: &Staff) -> Staff {
    match operation.citizen_scopes().is_some() && operation.staff_scopes().is_none() {
        true => app.citizen(CITIZENS_ADDRESS, "Alma").await,
        false => otherwise.clone(),
    }
}

/// What undoes the other, and is tried in turn with it.
const IN_TURN: [&str; 2] = ["users_disable", "users_enable"];

fn is_repeatable(operation: &Operation) -> bool {
    let creates = operation
        .successes()
        .iter()
        .any(|status| [201, 202].contains(status));
    let is_public = operation.is_public();
    creates || is_public || ["PATCH", "PUT"].contains(&operation.method.as_str())
}

/// The path of an operation's example; where the demonstration can't have the object, one that is there.
pub(super) async fn place(app: &App, operation: &Operation, by: &Staff) -> String {
    let document = Document::served();
    let example = operation.example_path();
    let Some((collection, rest)) = operation.path.split_once("/{") else {
        return example;
    };
    let rest = rest.split_once('}').map_or("", |(_, rest)| rest);
    // Some are made below what they belong to, and are found by themselves.
    let below = collection.trim_start_matches("/v1");
    let above = |method: &str| {
        let all = document.operations();
        let is_it =
            |one: &Operation| one.path == collection || one.path.ends_with(&format!("}}{below}"));
        all.into_iter()
            .find(|one| is_it(one) && one.method == method)
    };
    if operation.path.starts_with("/sign-in/{token}") {
        return format!("/sign-in/{}", app.link_for(CITIZENS_ADDRESS, "Alma").await);
    }
    if operation.path.starts_with("/unsubscribe/{token}") {
        return format!("/unsubscribe/{}", link_of_news(app, by).await);
    }
    if operation.path.starts_with("/registrations/{token}") {
        let rest = operation.path.replacen("/registrations/{token}", "", 1);
        return format!("/registrations/{}{rest}", link_by_mail(app).await);
    }
    let sample = example.strip_suffix(rest).unwrap_or(&example);
    if !has_read(&document, collection) || app.get(sample).by(by).await.status != 404 {
        return example;
    }
    if let Some(creation) = above("POST") {
        let made = creation
            .call(
                app,
                &creation.example_path(),
                creation.bodies().first(),
                Some(by),
            )
            .await;
        assert!(
            creation.successes().contains(&made.status),
            "{creation}: {}",
            made.utf8()
        );
        return format!("{}{rest}", made.header("location"));
    }
    assert!(
        above("GET").is_some(),
        "{operation}: its example is not in the demonstration"
    );
    let list = app.get(collection).by(by).await.expect(200).body();
    format!(
        "{collection}/{}{rest}",
        list["data"][0]["id"]
            .as_str()
            .expect("something in the list")
    )
}

/// What stands in the link of the mail to somebody who registers now: each service has keys of its own.
async fn link_by_mail(app: &App) -> String {
    mail_of(app, "01a05b8d-9300-7001-9dbb-16392dbad21a").await.0
}

/// What stands in the link of the mail to somebody who registers for a date, and the code beside it.
async fn mail_of(app: &App, date: &str) -> (String, String) {
    let date = format!("/v1/occurrences/{date}/registrations");
    let body = json!({ "name": "Alma", "email": "alma.link@courriel.example" });
    app.post(&date).json(&body).await.expect(201);
    let (link, text) = mail_with(app, "/registrations/").await;
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let code = text.split_whitespace().find(is_code).unwrap();
    (link, code.to_owned())
}

/// What stands in the link by which somebody is told no more how the project of the examples goes.
async fn link_of_news(app: &App, by: &Staff) -> String {
    let project = "016d8b4a-d400-7000-876c-4f4ccb30225d";
    let body = json!({ "text": "Les ateliers reprennent." });
    let path = format!("/v1/projects/{project}/updates");
    app.post(&path).by(by).json(&body).await.expect(201);
    mail_with(app, "/unsubscribe/").await.0
}

/// What stands behind that in the link of a mail, and the mail's text.
async fn mail_with(app: &App, link: &str) -> (String, String) {
    let folder = app.folder().join("mail");
    for _ in 0..100 {
        for file in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if file.path().extension().is_none_or(|kind| kind != "eml") {
                continue;
            }
            let raw = std::fs::read(file.path()).unwrap_or_default();
            let message = harness::post_office::read(&raw);
            let text = message.body_text(0).unwrap_or_default();
            if let Some((_, rest)) = text.split_once(link) {
                let behind = rest.lines().next().unwrap().trim().to_owned();
                return (behind, text.into_owned());
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("no mail with a link came");
}

/// A date of this evening, and the code that somebody brings to it: each service has keys of its own.
async fn at_the_door(app: &App, by: &Staff) -> (String, String) {
    let body = json!({
        "title": "Ce soir", "kind": "workshop", "visibility": "public",
        "occurrences": [{
            "local_start": "2026-11-24T20:00:00", "local_end": "2026-11-24T22:00:00",
        }],
    });
    let event = app.published(by, body).await;
    let date = event["occurrences"][0]["id"].as_str().unwrap();
    let (_, code) = mail_of(app, date).await;
    (date.to_owned(), code)
}

fn has_read(document: &Document, collection: &str) -> bool {
    let is_it = |one: &Operation| {
        one.is_read()
            && one
                .path
                .strip_prefix(collection)
                .is_some_and(|rest| rest.starts_with("/{") && rest.ends_with('}'))
    };
    document.operations().iter().any(is_it)
}

#[track_caller]
fn assert_succeeds(operation: &Operation, reply: &Reply) {
    let is_success = operation.successes().contains(&reply.status);
    assert!(is_success, "{operation}: {} {}", reply.status, reply.utf8());
    let document = Document::served();
    let response = document.resolve(&operation.value["responses"][reply.status.to_string()]);
    let media_type = reply.header("content-type");
    let media_type = media_type.split(';').next().unwrap_or_default();
    if media_type.ends_with("json") {
        let schema = &response["content"][media_type]["schema"];
        let faults = document.faults(schema, &reply.body());
        assert!(faults.is_empty(), "{operation}: {}", faults.join("\n"));
    } else {
        let is_page = media_type == "text/html" && reply.utf8().starts_with("<!DOCTYPE html>");
        assert!(
            is_page || reply.bytes.is_empty(),
            "{operation}: {media_type}"
        );
    }
}

async fn try_it(app: &App, operation: &Operation, by: &Staff, times: usize) {
    let is_by_nobody = operation.is_public() && !WITHOUT_PROOF.contains(&operation.id());
    let by = &who(app, operation, by).await;
    let who = (!is_by_nobody).then_some(by);
    let bodies = operation.bodies();
    let variants: Vec<_> = if bodies.is_empty() {
        vec![None]
    } else {
        bodies.iter().map(Some).collect()
    };
    for body in variants {
        for time in 0..times {
            let mut place = place(app, operation, by).await;
            let mut body = body.cloned();
            if let Some(body) = &mut body
                && operation.id() == "attendance_check_in"
            {
                let (date, code) = at_the_door(app, by).await;
                place = operation.path.replace("{id}", &date);
                body.example["code"] = json!(code);
            }
            let reply = operation.call(app, &place, body.as_ref(), who).await;
            if time > 0 && ONCE.contains(&operation.id()) {
                assert_eq!(reply.expect(409).problem(), "conflict", "{operation}");
            } else {
                assert_succeeds(operation, &reply);
            }
        }
    }
}

async fn all_succeed(engine: Engine) {
    let changes = Document::served()
        .operations()
        .into_iter()
        .filter(|one| !one.is_read());
    let (repeatable, mut rest): (Vec<_>, Vec<_>) = changes.partition(is_repeatable);
    assert!(repeatable.len() > 5 && rest.len() > 5);
    let shared = App::demonstration(engine).await;
    let director = shared.of_the_story("director").await;
    let partner = shared.partner_of_the_story().await;
    for operation in &repeatable {
        let by = match PARTNERS.contains(&operation.id()) {
            true => &partner,
            false => &director,
        };
        try_it(&shared, operation, by, 2).await;
    }
    rest.retain(|one| !IN_TURN.contains(&one.id()));
    for operation in &rest {
        let app = App::demonstration(engine).await;
        let by = match PARTNERS.contains(&operation.id()) {
            true => app.partner_of_the_story().await,
            false => app.of_the_story("director").await,
        };
        try_it(&app, operation, &by, 1).await;
        // Each has connections of its own.
        app.stop().await;
    }
}

#[tokio::test]
async fn every_example_that_changes_something_succeeds_on_a_fresh_demonstration() {
    for engine in engines() {
        all_succeed(engine).await;
    }
}

/// On the same account, which none of the roles signs in with.
#[tokio::test]
async fn an_account_is_disabled_and_enabled_in_turn_and_so_again() {
    let operations = Document::served().operations();
    let named = |id: &str| operations.iter().find(|one| one.id() == id).unwrap();
    for engine in engines() {
        let app = App::demonstration(engine).await;
        let director = app.of_the_story("director").await;
        for id in IN_TURN.repeat(2) {
            try_it(&app, named(id), &director, 1).await;
        }
        for role in ["officer", "referent", "funder"] {
            app.of_the_story(role).await;
        }
    }
}

/// A transition's body may be left out; where a reason is needed the refusal says so.
#[tokio::test]
async fn a_body_that_is_not_needed_may_be_absent_and_is_never_null() {
    let app = App::demonstration(Engine::Sqlite).await;
    let director = app.of_the_story("director").await;
    let is_optional = |one: &Operation| {
        one.value
            .get("requestBody")
            .is_some_and(|body| body["required"] != true)
    };
    let optional: Vec<_> = Document::served()
        .operations()
        .into_iter()
        .filter(is_optional)
        .collect();
    assert!(optional.len() > 5);
    for operation in optional {
        let path = operation.example_path();
        let null = operation.call(&app, &path, None, Some(&director));
        let null = null.body("application/json", json!(null).to_string()).await;
        assert_eq!(null.expect(422).faults(), [" type"], "{operation}");
        let unknown = operation.call(&app, &path, None, Some(&director));
        let unknown = unknown.json(&json!({ "motif": "x" })).await;
        assert_eq!(
            unknown.expect(422).faults(),
            ["/motif unknown_field"],
            "{operation}"
        );
        let absent = operation.call(&app, &path, None, Some(&director)).await;
        let is_fine = operation.successes().contains(&absent.status)
            || (absent.status == 422 && absent.faults() == ["/reason reason_required"])
            // An example before may have changed the state of the same object.
            || (absent.status == 409 && absent.problem() == "wrong-state");
        assert!(is_fine, "{operation}: {} {}", absent.status, absent.utf8());
    }
}

#[tokio::test]
async fn the_password_of_the_example_is_the_demonstrations() {
    let document = Document::served();
    let is_it = |one: &Operation| one.id() == "oauth_token";
    let operation = document.operations().into_iter().find(is_it).unwrap();
    assert_eq!(operation.bodies()[0].example["password"], PASSWORD);
}
