//! Imports: the real export of a city's agenda, and small files that are wrong in one way each.

mod again;
mod calendar;
mod command;
mod ics;
mod left_over;
mod patience;
mod refused;
mod report;
mod together;

use harness::app::{App, Staff};
use harness::http::Reply;
use serde_json::{Value, json};

/// A hundred events of Paris in 2018, as its open data platform gave them.
const EXPORT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/data/openagenda-export-2018.json"
);

fn export() -> Vec<u8> {
    std::fs::read(EXPORT).expect("the export is there")
}

/// Sends a file; `query` begins with a question mark, or is empty.
async fn send(app: &App, staff: &Staff, query: &str, file: impl Into<reqwest::Body>) -> Reply {
    app.post(&format!("/v1/imports{query}"))
        .by(staff)
        .body("application/json", file)
        .await
}

/// Sends records, all that it takes to make a file of them added.
async fn send_records(app: &App, staff: &Staff, query: &str, records: &[Value]) -> Value {
    let file = json!({ "records": records }).to_string();
    send(app, staff, query, file).await.expect(201).body()
}

/// A record as an export has it.
fn record(uid: &str, title: &str, timetable: &str) -> Value {
    json!({ "recordid": "x", "fields": {
        "uid": uid, "title": title, "timetable": timetable, "lang": "fr",
    } })
}

/// The figures of an import: records, timings, created, updated, unchanged, refused.
fn figures(import: &Value) -> [u64; 6] {
    [
        "records",
        "timings",
        "created",
        "updated",
        "unchanged",
        "refused",
    ]
    .map(|name| import[name].as_u64().expect("a figure"))
}

/// The whole report of an import.
async fn report(app: &App, staff: &Staff, import: &Value) -> Vec<Value> {
    let url = import["records_url"].as_str().expect("where the report is");
    all(app, staff, &format!("{url}?limit=200")).await
}

/// All rows of a list, page by page.
async fn all(app: &App, staff: &Staff, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut next = path.to_owned();
    loop {
        let page = app.get(&next).by(staff).await.expect(200).body();
        rows.extend(page["data"].as_array().expect("rows").iter().cloned());
        let Some(cursor) = page["page"]["next_cursor"].as_str() else {
            return rows;
        };
        next = format!("{path}&cursor={cursor}");
    }
}

/// The event of a line of a report.
async fn event_of(app: &App, staff: &Staff, line: &Value) -> Value {
    let id = line["event_id"]
        .as_str()
        .unwrap_or_else(|| panic!("no event: {line}"));
    app.get(&format!("/v1/events/{id}"))
        .by(staff)
        .await
        .expect(200)
        .body()
}
