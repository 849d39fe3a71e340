//! What every endpoint shares, tried on events, accounts and communes: problems, versions, keys,
//! pages, mirrors, headers, limits.

mod bodies;
mod coding;
mod etags;
mod headers;
mod idempotency;
mod limits;
mod mirror;
mod order;
mod pages;
mod patches;
mod problems;
mod races;
mod raw;
mod trouble;

use serde_json::{Value, json};

/// An event with one date ahead.
fn workshop(title: &str) -> Value {
    json!({
        "title": title,
        "occurrences": [
            { "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00" },
        ],
    })
}

/// Where an event is.
fn path(event: &Value) -> String {
    format!("/v1/events/{}", event["id"].as_str().expect("an id"))
}

/// The version that `If-Match` takes.
fn etag(shown: &Value) -> String {
    shown["etag"].as_str().expect("an etag").to_owned()
}
