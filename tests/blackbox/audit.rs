//! The audit trail: every change leaves its entry, in a chain that shows what was altered; what others
//! are told of it; and that neither quotes what is personal in the clear.

mod chain;
mod told;
mod trail;

use harness::app::{App, Staff};
use serde_json::Value;

/// The entries that a filter finds, newest first; reading them is itself noted, and left out here.
async fn entries(app: &App, director: &Staff, filter: &[(&str, &str)]) -> Vec<Value> {
    let filter = [&[("limit", "200")], filter].concat();
    let reply = app
        .get("/v1/audit-entries")
        .query(&filter)
        .by(director)
        .await;
    let entries = reply.expect(200).body()["data"].as_array().unwrap().clone();
    entries
        .into_iter()
        .filter(|entry| entry["subject"]["kind"] != "audit_entry")
        .collect()
}

/// What happened, entry by entry.
fn facts(entries: &[Value]) -> Vec<String> {
    let words = |entry: &Value| {
        let facts = entry["facts"].as_array().unwrap().iter();
        facts
            .map(|fact| fact.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    };
    entries.iter().map(words).collect()
}
