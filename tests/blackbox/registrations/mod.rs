//! Registrations: places, the waitlist, what is proved by mail, who was there.

mod attendance;
mod dates;
mod door;
mod forms;
mod lists;
mod mails;
mod places;
mod races;
mod sheet;

use api::config::RawSettings;
use domain::accounts::Role;
use harness::app::{App, Staff};
use harness::http::Reply;
use harness::post_office::{PostOffice, Taken};
use serde_json::{Value, json};

/// Mail to that server.
fn by(post: &PostOffice) -> impl Fn(&mut RawSettings) {
    let url = post.url();
    move |raw| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
        raw.rate_limits = "off".parse().ok();
    }
}

/// One of several instances, which people know by one address.
fn without_limits(raw: &mut RawSettings) {
    raw.rate_limits = "off".parse().ok();
    raw.public_url = "https://concertation.example".parse().ok();
}

/// A published workshop on 10 December 2026 for so many; gives its only date's id.
async fn date_for(app: &App, officer: &Staff, capacity: Option<u32>) -> String {
    let mut occurrence = json!({
        "local_start": "2026-12-10T18:00:00", "local_end": "2026-12-10T20:00:00",
    });
    if let Some(capacity) = capacity {
        occurrence["capacity"] = json!(capacity);
    }
    let body = json!({
        "title": "Atelier compost", "kind": "workshop", "visibility": "public",
        "place": { "name": "Salle des fêtes", "commune_code": "54329" },
        "occurrences": [occurrence],
    });
    let event = app.published(officer, body).await;
    event["occurrences"][0]["id"].as_str().unwrap().to_owned()
}

async fn officer(app: &App) -> Staff {
    app.staff(Role::Officer).await
}

/// Registers somebody without a token.
async fn register(app: &App, date: &str, name: &str, party_size: u32) -> Reply {
    let email = format!("{}@courriel.example", name.to_lowercase());
    let body = json!({ "name": name, "email": email, "party_size": party_size });
    let made = app.post(&format!("/v1/occurrences/{date}/registrations"));
    let made = made.json(&body).await;
    one_after_the_other(app);
    made
}

/// Of two at one moment nobody was first.
fn one_after_the_other(app: &App) {
    app.advance(chrono::TimeDelta::milliseconds(1));
}

/// The staff registers somebody; gives the registration.
async fn registered(app: &App, officer: &Staff, date: &str, name: &str, party_size: u32) -> Value {
    let email = format!("{}@courriel.example", name.to_lowercase());
    let body = json!({ "name": name, "email": email, "party_size": party_size });
    let path = format!("/v1/occurrences/{date}/registrations");
    let made = app.post(&path).by(officer).json(&body).await;
    one_after_the_other(app);
    made.expect(201).body()
}

/// Does something by name, by the staff.
async fn turned(app: &App, officer: &Staff, registration: &Value, action: &str) -> Reply {
    let path = path(registration, action);
    app.post(&path).by(officer).json(&json!({})).await
}

fn path(registration: &Value, action: &str) -> String {
    format!(
        "/v1/registrations/{}/{action}",
        registration["id"].as_str().unwrap()
    )
}

/// All registrations for a date, as the staff sees them.
async fn all(app: &App, officer: &Staff, date: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut query = vec![("limit", "200")];
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let path = format!("/v1/occurrences/{date}/registrations");
        let page = app
            .get(&path)
            .query(&query)
            .by(officer)
            .await
            .expect(200)
            .body();
        all.extend(page["data"].as_array().unwrap().iter().cloned());
        match page["page"]["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return all,
        }
    }
}

/// What each of them is, by name.
async fn states(app: &App, officer: &Staff, date: &str) -> Vec<String> {
    let said = |one: &Value| {
        let name = one["name"].as_str().unwrap_or("-").to_owned();
        format!("{name} {}", one["state"].as_str().unwrap())
    };
    all(app, officer, date).await.iter().map(said).collect()
}

/// The text of a mail.
fn text(mail: &Taken) -> String {
    mail.text()
}

/// What stands in the link of a mail.
fn link(mail: &Taken) -> String {
    mail.behind("/registrations/")
}

/// The code of a mail.
fn code(mail: &Taken) -> String {
    mail.code()
}
