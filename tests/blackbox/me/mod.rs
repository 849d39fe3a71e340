//! A citizen who comes in without a password, and what is theirs.

mod consents;
mod own;
mod sign_in;

use api::config::RawSettings;
use domain::accounts::Role;
use harness::app::{App, Staff};
use harness::post_office::PostOffice;
use serde_json::json;

/// Mail to that server.
fn by(post: &PostOffice) -> impl Fn(&mut RawSettings) {
    let url = post.url();
    move |raw| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
        raw.rate_limits = "off".parse().ok();
    }
}

/// A published workshop on that day, for two; gives its only date's id.
async fn date_on(app: &App, officer: &Staff, day: &str) -> String {
    let body = json!({
        "title": "Atelier compost", "kind": "workshop", "visibility": "public",
        "occurrences": [{
            "local_start": format!("{day}T18:00:00"), "local_end": format!("{day}T20:00:00"), "capacity": 2,
        }],
    });
    let event = app.published(officer, body).await;
    event["occurrences"][0]["id"].as_str().unwrap().to_owned()
}

async fn officer(app: &App) -> Staff {
    app.staff(Role::Officer).await
}
