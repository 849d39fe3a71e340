//! Mail: who is written to, in which words, and that it arrives once whatever happens on the way.

mod folder;
mod letters;
mod projects;
mod smtp;

use api::config::RawSettings;
use domain::accounts::Role;
use harness::app::{App, Staff};
use harness::behind::texts;
use harness::post_office::PostOffice;
use serde_json::{Value, json};

/// Mail to that server.
fn by(post: &PostOffice) -> impl Fn(&mut RawSettings) {
    let url = post.url();
    move |raw| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
    }
}

/// Names of which none is taken for another.
pub(crate) const NAMES: [&str; 26] = [
    "Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett",
    "Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango",
    "Uniform", "Victor", "Whiskey", "Xray", "Yankee", "Zulu",
];

pub(crate) fn contact_of(name: &str) -> String {
    format!("{}@asso.example", name.to_lowercase())
}

/// Makes a structure, with the address of its contact, and activates it: that is told by mail.
async fn activated(app: &App, officer: &Staff, name: &str) -> Value {
    let body = json!({
        "name": name, "kind": "association", "commune_code": "54329",
        "contact": { "email": contact_of(name) },
    });
    let made = app.post("/v1/organisations").by(officer).json(&body).await;
    let made = made.expect(201).body();
    turned(app, officer, &made, "activate", json!({})).await
}

async fn turned(app: &App, by: &Staff, organisation: &Value, action: &str, body: Value) -> Value {
    let path = format!(
        "/v1/organisations/{}/{action}",
        organisation["id"].as_str().unwrap()
    );
    let turned = app.post(&path).by(by).if_match("*").json(&body).await;
    turned.expect(200).body()
}

/// What became of the mails, sorted: state, problem, how often tried.
async fn outcomes(app: &App) -> Vec<String> {
    let told = "select state || coalesce(' ' || problem, '') || ' ' || attempts from mails \
                order by 1";
    texts(app, told).await
}

/// Waits until it is so.
async fn until(app: &App, expected: &[&str]) {
    let mut now = Vec::new();
    for _ in 0..200 {
        now = outcomes(app).await;
        if now == expected {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("it never came: {now:?}, and not {expected:?}");
}

async fn officer(app: &App) -> Staff {
    app.staff(Role::Officer).await
}
