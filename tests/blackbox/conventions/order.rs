//! The order of refusals: one request that is wrong in every way, put right one way after another.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::http::Reply;
use serde_json::json;

use super::{etag, path, workshop};

/// A request, wrong in every way at first.
struct Attempt<'a> {
    method: &'a str,
    at: String,
    who: Option<&'a Staff>,
    content_type: &'a str,
    body: Vec<u8>,
    if_match: Option<String>,
}

impl Attempt<'_> {
    async fn meets(&self, app: &App, status: u16, problem: &str) -> Reply {
        let mut call = app
            .call(self.method, &self.at)
            .body(self.content_type, self.body.clone());
        if let Some(who) = self.who {
            call = call.by(who);
        }
        if let Some(if_match) = &self.if_match {
            call = call.if_match(if_match);
        }
        let reply = call.await;
        assert_eq!(reply.expect(status).problem(), problem);
        reply
    }
}

/// From a path that isn't there to a body that can be read.
async fn peel_down_to_the_shape<'a>(
    app: &App,
    attempt: &mut Attempt<'a>,
    (method, at): (&'a str, String),
    (funder, officer): (&'a Staff, &'a Staff),
) {
    attempt.meets(app, 404, "not-found").await;
    attempt.at = at;
    attempt.meets(app, 405, "method-not-allowed").await;
    attempt.method = method;
    attempt.meets(app, 401, "unauthorized").await;
    attempt.who = Some(funder);
    attempt.meets(app, 403, "forbidden").await;
    attempt.who = Some(officer);
    attempt.meets(app, 413, "payload-too-large").await;
    attempt.body = b"{".to_vec();
    attempt.meets(app, 415, "unsupported-media-type").await;
    attempt.content_type = "application/json";
    attempt.meets(app, 400, "malformed-body").await;
    attempt.body = b"{\"nope\": 1}".to_vec();
    let reply = attempt.meets(app, 422, "invalid").await;
    assert_eq!(reply.faults(), ["/nope unknown_field"]);
}

fn all_wrong<'a>() -> Attempt<'a> {
    Attempt {
        method: "PUT",
        at: "/v1/evenements".to_owned(),
        who: None,
        content_type: "text/plain",
        body: vec![b'{'; 1_048_577],
        if_match: None,
    }
}

const UNKNOWN: &str = "0198c0a0-0000-7000-8000-00000000ffff";

#[tokio::test]
async fn a_change_is_refused_for_one_reason_after_another() {
    on_each_database(|app| async move {
        let (officer, funder) = (
            app.staff(Role::Officer).await,
            app.staff(Role::Funder).await,
        );
        let taken = app
            .event(&officer, json!({ "title": "Pris", "slug": "pris" }))
            .await;
        let event = app.event(&officer, workshop("Séance")).await;
        let published = app.published(&officer, workshop("Publié")).await;
        let archive = app
            .post(&format!("{}/archive", path(&published)))
            .by(&officer);
        let archived = archive.if_match(&etag(&published)).await.expect(200).body();
        let mut attempt = all_wrong();
        let at = format!("/v1/events/{UNKNOWN}");
        peel_down_to_the_shape(&app, &mut attempt, ("PATCH", at), (&funder, &officer)).await;
        attempt.body = json!({ "slug": taken["slug"] }).to_string().into_bytes();
        attempt.meets(&app, 404, "not-found").await;
        attempt.at = path(&archived);
        attempt.meets(&app, 428, "precondition-required").await;
        attempt.if_match = Some(etag(&published));
        attempt.meets(&app, 412, "precondition-failed").await;
        attempt.if_match = Some(etag(&archived));
        attempt.meets(&app, 409, "wrong-state").await;
        (attempt.at, attempt.if_match) = (path(&event), Some(etag(&event)));
        let reply = attempt.meets(&app, 422, "rule-broken").await;
        assert_eq!(reply.faults(), ["/slug already_used"]);
        assert_eq!(
            app.get(&attempt.at).by(&officer).await.expect(200).body(),
            event
        );
    })
    .await;
}

#[tokio::test]
async fn a_transition_is_refused_for_one_reason_after_another() {
    on_each_database(|app| async move {
        let (officer, funder) = (
            app.staff(Role::Officer).await,
            app.staff(Role::Funder).await,
        );
        let draft = app.event(&officer, workshop("Brouillon")).await;
        let published = app.published(&officer, workshop("Publié")).await;
        let mut attempt = all_wrong();
        let at = format!("/v1/events/{UNKNOWN}/cancel");
        peel_down_to_the_shape(&app, &mut attempt, ("POST", at), (&funder, &officer)).await;
        attempt.body = b"{}".to_vec();
        attempt.meets(&app, 404, "not-found").await;
        attempt.at = format!("{}/cancel", path(&draft));
        attempt.meets(&app, 428, "precondition-required").await;
        attempt.if_match = Some("\"v99-staff\"".to_owned());
        attempt.meets(&app, 412, "precondition-failed").await;
        attempt.if_match = Some(etag(&draft));
        let reply = attempt.meets(&app, 409, "wrong-state").await;
        assert_eq!(reply.body()["state"], "draft");
        attempt.at = format!("{}/cancel", path(&published));
        attempt.if_match = Some(etag(&published));
        let reply = attempt.meets(&app, 422, "rule-broken").await;
        assert_eq!(reply.faults(), ["/reason reason_required"]);
        assert_eq!(
            app.get(&path(&published))
                .by(&officer)
                .await
                .expect(200)
                .body(),
            published
        );
    })
    .await;
}

#[tokio::test]
async fn a_creation_speaks_of_its_key_after_its_shape_and_before_its_object() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let at = format!("/v1/events/{UNKNOWN}/occurrences");
        let slot = workshop("X")["occurrences"][0].clone();
        let post = |key: &str| app.post(&at).by(&officer).header("Idempotency-Key", key);
        let event = app
            .post("/v1/events")
            .by(&officer)
            .header("Idempotency-Key", "used");
        let _ = event.json(&workshop("X")).await.expect(201).body();
        let reply = post("used").json(&json!({ "local_start": "x" })).await;
        assert_eq!(reply.expect(422).problem(), "invalid");
        let reply = post("used").json(&slot).await;
        assert_eq!(reply.expect(422).problem(), "idempotency-key-reused");
        assert_eq!(
            post("new").json(&slot).await.expect(404).problem(),
            "not-found"
        );
    })
    .await;
}
