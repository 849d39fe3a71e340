//! Projects: written by their holders, decided on by the PETR, followed by everybody.

mod batch;
mod by_reference;
mod content;
mod editing;
mod lists;
mod merging;
mod owning;
mod races;
mod states;
mod table;
mod timeline;

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff};
use harness::http::{Call, Reply};
use serde_json::{Value, json};

/// A holder with its software, and an officer.
struct Cast {
    director: Staff,
    officer: Staff,
    holder: String,
    partner: Staff,
}

async fn cast(app: &App) -> Cast {
    let director = app.staff(Role::Director).await;
    let officer = app.staff(Role::Officer).await;
    let (holder, partner) = app.partner(&director, "Ateliers").await;
    Cast {
        director,
        officer,
        holder,
        partner,
    }
}

/// The same, signed in again after so long that their tokens count no more.
async fn cast_again(app: &App, cast: Cast) -> Cast {
    let email = |name: &str| format!("{name}.{}@petr.example", cast.officer.id);
    let director = app
        .staff_named(&email("directrice"), &[Role::Director])
        .await;
    let officer = app.staff_named(&email("agente"), &[Role::Officer]).await;
    let issued = app.post(&format!("/v1/organisations/{}/clients", cast.holder));
    let issued = issued.by(&director).json(&json!({})).await;
    let issued = issued.expect(201);
    let (id, secret) = (issued.text("client_id"), issued.text("client_secret"));
    let partner = app.partner_with(&id, &secret).await;
    Cast {
        director,
        officer,
        partner,
        ..cast
    }
}

/// Complete enough to submit.
fn project(title: &str) -> Value {
    json!({
        "title": title, "summary": "En bref.", "description": "Tout au **long**.", "theme": "mobility",
        "commune_codes": ["54329"], "contact": { "email": "contact@velo.example" },
    })
}

/// The same with more fields, or others.
fn with(mut body: Value, more: Value) -> Value {
    let more = more.as_object().expect("fields").clone();
    body.as_object_mut().expect("a body").extend(more);
    body
}

fn create(app: &App, by: &Staff, body: &Value) -> Call {
    app.post("/v1/projects").by(by).json(body)
}

async fn made(app: &App, by: &Staff, body: &Value) -> Value {
    create(app, by, body).await.expect(201).body()
}

/// What is done with it by name, whatever its version, with a reason.
async fn turn(app: &App, by: &Staff, project: &Value, action: &str) -> Reply {
    let call = app.post(&format!("{}/{action}", path(project))).by(by);
    call.if_match("*")
        .json(&json!({ "reason": "Parce que." }))
        .await
}

/// One led there by its holder and the officer.
async fn led(app: &App, cast: &Cast, title: &str, way: &[&str]) -> Value {
    let mut project = made(app, &cast.partner, &project(title)).await;
    for action in way {
        let is_decision = ["request-information", "accept", "decline"].contains(action);
        let by = if is_decision {
            &cast.officer
        } else {
            &cast.partner
        };
        // Each at its own moment.
        app.advance(TimeDelta::seconds(1));
        project = turn(app, by, &project, action).await.expect(200).body();
    }
    project
}

fn patch(app: &App, by: &Staff, project: &Value, body: &Value) -> Call {
    app.patch(&path(project)).by(by).if_match("*").json(body)
}

async fn read(app: &App, by: Option<&Staff>, project: &Value) -> Reply {
    let call = app.get(&path(project));
    match by {
        Some(by) => call.by(by).await,
        None => call.await,
    }
}

fn path(project: &Value) -> String {
    format!("/v1/projects/{}", project["id"].as_str().expect("an id"))
}

/// The titles of a list, in its order.
async fn titles(app: &App, by: Option<&Staff>, query: &str) -> Vec<String> {
    let call = app.get(&format!("/v1/projects?{query}"));
    let reply = match by {
        Some(by) => call.by(by).await,
        None => call.await,
    };
    let list = reply.expect(200).body();
    let rows = list["data"].as_array().expect("rows").iter();
    let title = |row: &Value| row["title"].as_str().unwrap_or("†").to_owned();
    rows.map(title).collect()
}
