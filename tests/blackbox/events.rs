//! Events: made, published, changed, cancelled, found.

mod content;
mod dates;
mod editing;
mod filters;
mod near;
mod proposals;
mod search;
mod series;
mod slugs;
mod states;

use harness::app::{App, Staff};
use harness::http::Reply;
use serde_json::{Value, json};

/// The id of what a representation shows.
pub(crate) fn id(of: &Value) -> &str {
    of["id"].as_str().expect("an id")
}

/// Where an event is read and written.
pub(crate) fn path(event: &Value) -> String {
    format!("/v1/events/{}", id(event))
}

/// A date in Paris as it is sent: `at("2027-03-25", "18:30", "20:30")`.
pub(crate) fn at(day: &str, from: &str, to: &str) -> Value {
    json!({ "local_start": format!("{day}T{from}:00"), "local_end": format!("{day}T{to}:00") })
}

/// A named transition of an event, whatever its version.
pub(crate) async fn turn(app: &App, by: &Staff, event: &Value, verb: &str, body: Value) -> Reply {
    app.post(&format!("{}/{verb}", path(event)))
        .by(by)
        .if_match("*")
        .json(&body)
        .await
}

/// A named transition of a date, whatever its version.
pub(crate) async fn turn_date(
    app: &App,
    by: &Staff,
    date: &Value,
    verb: &str,
    body: Value,
) -> Reply {
    let path = format!("/v1/occurrences/{}/{verb}", id(date));
    app.post(&path).by(by).if_match("*").json(&body).await
}

/// A change of an event, whatever its version.
pub(crate) async fn patch(app: &App, by: &Staff, event: &Value, body: Value) -> Reply {
    app.patch(&path(event))
        .by(by)
        .if_match("*")
        .json(&body)
        .await
}

/// The titles of a list, in its order.
pub(crate) fn titles(list: &Value) -> Vec<String> {
    let rows = list["data"].as_array().expect("a list");
    rows.iter()
        .map(|row| row["title"].as_str().unwrap_or("(gone)").to_owned())
        .collect()
}
