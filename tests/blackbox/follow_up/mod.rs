//! The follow-up of projects: what is told, asked and answered, what stands in the way, what money is found.

mod blockers;
mod funding;
mod questions;
mod races;
mod rights;
mod told;
mod updates;

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff};
use harness::http::{Call, Reply};
use serde_json::{Value, json};

/// A holder with its software, an officer, and another partner's software.
struct Cast {
    director: Staff,
    officer: Staff,
    holder: String,
    partner: Staff,
    other: Staff,
}

async fn cast(app: &App) -> Cast {
    let director = app.staff(Role::Director).await;
    let officer = app.staff(Role::Officer).await;
    let (holder, partner) = app.partner(&director, "Ateliers").await;
    let (_, other) = app.partner(&director, "Vergers").await;
    Cast {
        director,
        officer,
        holder,
        partner,
        other,
    }
}

/// A project led there by its holder and the officer; its path.
async fn led(app: &App, cast: &Cast, way: &[&str]) -> String {
    let body = json!({
        "title": "Mille vélos", "summary": "En bref.", "description": "Tout au long.",
        "theme": "mobility", "commune_codes": ["54329"], "budget_cents": 1_000_000,
        "contact": { "email": "contact@velo.example" },
    });
    let made = app.post("/v1/projects").by(&cast.partner).json(&body).await;
    let path = format!("/v1/projects/{}", made.expect(201).text("id"));
    for action in way {
        turn(app, cast, &path, action).await;
    }
    path
}

async fn turn(app: &App, cast: &Cast, path: &str, action: &str) {
    let by = match action {
        "request-information" | "accept" | "decline" => &cast.officer,
        _ => &cast.partner,
    };
    // Each at its own moment.
    app.advance(TimeDelta::seconds(1));
    let call = app.post(&format!("{path}/{action}")).by(by).if_match("*");
    let reason = json!({ "reason": "Parce que." });
    call.json(&reason).await.expect(200);
}

/// One that is under way.
async fn under_way(app: &App, cast: &Cast) -> String {
    led(app, cast, &["submit", "accept", "start"]).await
}

fn add(app: &App, by: &Staff, project: &str, what: &str, body: &Value) -> Call {
    app.post(&format!("{project}/{what}")).by(by).json(body)
}

/// The same, done, a second after what was before; its path and what is shown of it.
async fn added(app: &App, by: &Staff, project: &str, what: &str, body: &Value) -> (String, Value) {
    app.advance(TimeDelta::seconds(1));
    let made = add(app, by, project, what, body).await;
    made.expect(201);
    let (path, shown) = (made.header("location"), made.body());
    assert_eq!(
        path,
        format!("/v1/{what}/{}", shown["id"].as_str().unwrap())
    );
    assert_eq!(made.header("etag"), shown["etag"]);
    (path, shown)
}

async fn read(app: &App, by: Option<&Staff>, path: &str) -> Reply {
    match by {
        Some(by) => app.get(path).by(by).await,
        None => app.get(path).await,
    }
}

fn patch(app: &App, by: &Staff, path: &str, body: &Value) -> Call {
    app.patch(path).by(by).if_match("*").json(body)
}

fn delete(app: &App, by: &Staff, path: &str) -> Call {
    app.delete(path).by(by).if_match("*").empty()
}

/// A field of each row of a list.
async fn column(app: &App, by: Option<&Staff>, path: &str, field: &str) -> Vec<Value> {
    let list = read(app, by, path).await.expect(200).body();
    let rows = list["data"].as_array().expect("rows").iter();
    rows.map(|row| row[field].clone()).collect()
}

/// What a project's timeline tells of its follow-up: kinds, and of what.
async fn timeline(app: &App, by: Option<&Staff>, project: &str) -> Vec<(String, Value)> {
    let list = read(app, by, &format!("{project}/timeline")).await;
    let list = list.expect(200).body();
    let rows = list["data"].as_array().expect("rows").iter();
    let rows = rows.filter(|row| row.get("subject_id").is_some());
    rows.map(|row| {
        (
            row["kind"].as_str().unwrap().to_owned(),
            row["subject_id"].clone(),
        )
    })
    .collect()
}

fn update(text: &str) -> Value {
    json!({ "text": text })
}

fn question(text: &str, visibility: &str) -> Value {
    json!({ "text": text, "visibility": visibility })
}

fn blocker(title: &str) -> Value {
    json!({ "title": title, "owner": { "side": "petr" } })
}

fn line(source: &str, sought_cents: i64) -> Value {
    json!({ "source": source, "sought_cents": sought_cents, "state": "sought" })
}
