//! Calendars in iCalendar: as programs write them, again and changed, and our own that come back.

mod again;
mod refused;
mod round;

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

use super::*;

/// A file of the tests, in the manner of a program.
fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/icalendar");
    std::fs::read(format!("{folder}/{name}.ics")).expect("the file is there")
}

/// A calendar of these components.
pub(super) fn calendar(components: &str) -> String {
    let file = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{components}END:VCALENDAR\n");
    file.replace('\n', "\r\n")
}

/// An entry with its key, its title and these lines.
pub(super) fn entry(uid: &str, title: &str, lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{title}\n{lines}\nEND:VEVENT\n")
}

/// Sends a calendar; `query` begins with a question mark, or is empty.
pub(super) async fn send_calendar(
    app: &App,
    staff: &Staff,
    query: &str,
    file: impl Into<reqwest::Body>,
) -> Value {
    let path = format!("/v1/imports{query}");
    let reply = app.post(&path).by(staff).body("text/calendar", file).await;
    reply.expect(201).body()
}

/// What became of each record, and what was said of it.
pub(super) async fn outcomes(app: &App, staff: &Staff, import: &Value) -> Vec<String> {
    let said = |line: &Value, kind: &str| -> Vec<String> {
        let remarks = line[kind].as_array().expect("remarks").iter();
        let code = |remark: &Value| remark["code"].as_str().expect("a code").to_owned();
        remarks.map(code).collect()
    };
    let lines = report(app, staff, import).await;
    let words = |line: &Value| {
        let outcome = line["outcome"].as_str().expect("an outcome").to_owned();
        let all = [vec![outcome], said(line, "warnings"), said(line, "errors")].concat();
        all.join(" ")
    };
    lines.iter().map(words).collect()
}

/// The dates of an event: their start by the clock there, and their state.
fn dates(event: &Value) -> Vec<String> {
    let dates = event["occurrences"].as_array().expect("dates").iter();
    let date = |date: &Value| {
        let text = |name: &str| date[name].as_str().expect("a text").to_owned();
        format!("{} {}", &text("local_start")[..16], text("state"))
    };
    dates.map(date).collect()
}

/// The only event of a one-record import.
async fn only_event(app: &App, staff: &Staff, import: &Value) -> Value {
    let lines = report(app, staff, import).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    event_of(app, staff, &lines[0]).await
}

#[tokio::test]
async fn a_calendar_of_google_becomes_events_with_their_dates() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let import = send_calendar(&app, &officer, "?publish=true", fixture("google")).await;
        assert_eq!(figures(&import), [3, 8, 3, 0, 0, 0]);
        assert_eq!(
            [&import["source"], &import["format"]],
            [&json!("icalendar"), &json!("icalendar")]
        );
        assert_eq!(
            outcomes(&app, &officer, &import).await,
            [
                "created override_reduced organiser_set_aside",
                "created all_day",
                "created",
            ]
        );
        let lines = report(&app, &officer, &import).await;
        let series = event_of(&app, &officer, &lines[0]).await;
        assert_eq!(
            series["origin"],
            json!({ "source": "icalendar", "source_id": "4a1b2c3d4e5f@google.com" })
        );
        assert_eq!(
            dates(&series),
            [
                "2027-03-04T18:30 scheduled",
                "2027-03-11T18:30 scheduled",
                "2027-03-26T19:00 scheduled",
                "2027-04-01T18:30 scheduled",
                "2027-04-08T18:30 cancelled",
                "2027-04-15T18:30 scheduled",
            ]
        );
        // The change of hour lies between these two.
        let starts = |at: usize| series["occurrences"][at]["starts_at"].clone();
        assert_eq!(starts(1), "2027-03-11T17:30:00Z");
        assert_eq!(starts(3), "2027-04-01T16:30:00Z");
        assert_eq!(series["tags"], json!([]));
        assert_eq!(series["place"]["commune_code"], "54329");
        assert!(!series.to_string().contains("amille"), "{series}");

        // What is private there is not public here.
        let private = event_of(&app, &officer, &lines[2]).await;
        let path = format!("/v1/events/{}", private["id"].as_str().unwrap());
        assert_eq!(private["visibility"], "staff");
        assert_eq!(app.get(&path).await.expect(404).problem(), "not-found");
        let feed = app
            .get("/v1/calendar.ics?start=2027-01-01&end=2028-01-01")
            .await;
        let feed = feed.expect(200).utf8();
        assert!(!feed.contains("Bureau de l"), "{feed}");
        assert!(
            feed.contains("UID:4a1b2c3d4e5f@google.com#20270325T183000\r\n"),
            "{feed}"
        );
        assert!(feed.contains("UID:9f8e7d6c@google.com\r\n"), "{feed}");
    })
    .await;
}

#[tokio::test]
async fn a_file_is_known_by_what_it_is_however_it_is_sent() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let part = reqwest::multipart::Part::bytes(fixture("nextcloud")).file_name("ville.ics");
        let form = reqwest::multipart::Form::new().part("file", part);
        let reply = app.post("/v1/imports").by(&officer).multipart(form).await;
        let import = reply.expect(201).body();
        assert_eq!(figures(&import), [1, 1, 1, 0, 0, 0]);
        for media_type in ["application/octet-stream", "text/calendar; charset=utf-8"] {
            let post = app.post("/v1/imports").by(&officer);
            let again = post.body(media_type, fixture("nextcloud")).await;
            let again = again.expect(201).body();
            assert_eq!(figures(&again), [1, 1, 0, 0, 1, 0], "{media_type}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_of_a_calendar_says_the_same_and_changes_nothing() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dry = send_calendar(&app, &officer, "?dry_run=true", fixture("outlook")).await;
        let rehearsed = outcomes(&app, &officer, &dry).await;
        assert_eq!(
            all(&app, &officer, "/v1/events?limit=200").await,
            Vec::<Value>::new()
        );
        let real = send_calendar(&app, &officer, "", fixture("outlook")).await;
        assert_eq!(figures(&dry), figures(&real));
        assert_eq!(outcomes(&app, &officer, &real).await, rehearsed);
        assert_eq!(
            rehearsed,
            [
                "created",
                "created zone_guessed",
                "refused unknown_time_zone"
            ]
        );
    })
    .await;
}
