//! Partner structures: made once each, read by everybody when they are partners, merged when they are one.

mod content;
mod doubles;
mod lists;
mod merging;
mod pages;
mod slugs;
mod states;

use harness::app::{App, Staff};
use harness::http::{Call, Reply};
use serde_json::{Value, json};

/// An association in Lunéville.
fn association(name: &str) -> Value {
    json!({ "name": name, "kind": "association", "commune_code": "54329" })
}

/// The same with more fields, or others.
fn with(mut body: Value, more: Value) -> Value {
    let more = more.as_object().expect("fields").clone();
    body.as_object_mut().expect("a body").extend(more);
    body
}

fn create(app: &App, by: &Staff, body: &Value) -> Call {
    app.post("/v1/organisations").by(by).json(body)
}

async fn made(app: &App, by: &Staff, body: &Value) -> Value {
    create(app, by, body).await.expect(201).body()
}

/// Makes one and makes it a partner.
async fn partner(app: &App, by: &Staff, body: &Value) -> Value {
    let made = made(app, by, body).await;
    turn(app, by, &made, "activate").await.expect(200).body()
}

/// What is done with it by name, whatever its version.
async fn turn(app: &App, by: &Staff, organisation: &Value, action: &str) -> Reply {
    let path = format!("{}/{action}", path(organisation));
    app.post(&path).by(by).if_match("*").await
}

fn patch(app: &App, by: &Staff, organisation: &Value, body: &Value) -> Call {
    app.patch(&path(organisation))
        .by(by)
        .if_match("*")
        .json(body)
}

fn merge(app: &App, by: &Staff, goes: &Value, stays: &Value) -> Call {
    app.post(&format!("{}/merge", path(goes)))
        .by(by)
        .if_match("*")
        .json(&json!({ "into": stays["id"] }))
}

fn path(organisation: &Value) -> String {
    format!("/v1/organisations/{}", id(organisation))
}

fn id(organisation: &Value) -> &str {
    organisation["id"].as_str().expect("an id")
}

/// The ids of all that there are.
async fn ids_of_all(app: &App, by: &Staff) -> Vec<Value> {
    let list = app.get("/v1/organisations?limit=200").by(by).await;
    let list = list.expect(200).body();
    let rows = list["data"].as_array().expect("rows").iter();
    rows.map(|row| row["id"].clone()).collect()
}

/// How a refusal names one that is there.
fn named(organisation: &Value) -> Value {
    json!({
        "id": organisation["id"], "name": organisation["name"], "url": organisation["url"],
    })
}
