//! The command line's import, beside a service that runs on the same database.

use std::path::Path;
use std::time::Duration;

use domain::accounts::Role;
use harness::app::App;
use harness::databases::master_key;
use harness::engines::Engine;
use harness::process::{Finished, Launch};
use serde_json::json;

use super::*;

const LIMIT: Duration = Duration::from_secs(120);

/// Runs the command on the database of a service.
async fn import(app: &App, file: &Path, options: &[&str]) -> Finished {
    let folder = app.folder();
    let database = format!("sqlite:{}", folder.join("test.sqlite").display());
    let data = folder.display().to_string();
    let file = file.display().to_string();
    let key = master_key().display().to_string();
    let mut arguments = vec![
        "import",
        &file,
        "--database-url",
        &database,
        "--data-dir",
        &data,
    ];
    arguments.extend(["--master-key-file", &key]);
    arguments.extend(options);
    Launch::concertation(arguments).run(LIMIT).await
}

/// The summary at the end of the output: names and figures.
fn summary(finished: &Finished) -> Vec<(String, u64)> {
    let lines = finished.stdout.iter().rev().take(6).rev();
    let words = |line: &String| {
        let (name, figure) = line
            .split_once(' ')
            .unwrap_or_else(|| panic!("{finished:?}"));
        (
            name.to_owned(),
            figure
                .trim()
                .parse()
                .unwrap_or_else(|_| panic!("{finished:?}")),
        )
    };
    lines.map(words).collect()
}

fn figures_of(created: u64, unchanged: u64) -> Vec<(String, u64)> {
    let named = [
        ("records", 100),
        ("timings", 390),
        ("created", created),
        ("updated", 0),
        ("unchanged", unchanged),
        ("refused", 0),
    ];
    named.map(|(name, figure)| (name.to_owned(), figure)).into()
}

#[tokio::test]
async fn a_file_comes_in_by_the_command_line_while_the_service_runs() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let export = Path::new(EXPORT);
    let dry = import(&app, export, &["--dry-run"]).await;
    assert_eq!(
        (dry.status.code(), summary(&dry)),
        (Some(0), figures_of(100, 0)),
        "{dry:?}"
    );
    assert_eq!(
        all(&app, &officer, "/v1/events?limit=200").await,
        Vec::<Value>::new()
    );

    let real = import(&app, export, &["--publish"]).await;
    assert_eq!(
        (real.status.code(), summary(&real)),
        (Some(0), figures_of(100, 0)),
        "{real:?}"
    );
    let late = real
        .stdout
        .iter()
        .filter(|line| line.contains(": warning past_midnight: "));
    assert_eq!(late.count(), 6);
    let events = all(&app, &officer, "/v1/events?limit=200").await;
    assert_eq!(
        events
            .iter()
            .filter(|event| event["state"] == "published")
            .count(),
        100
    );

    let again = import(&app, export, &[]).await;
    assert_eq!(
        (again.status.code(), summary(&again)),
        (Some(0), figures_of(0, 100))
    );
    assert_eq!(all(&app, &officer, "/v1/events?limit=200").await, events);
}

#[tokio::test]
async fn a_calendar_comes_in_by_the_command_line() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/icalendar");
    let apple = Path::new(folder).join("apple.ics");
    let real = import(&app, &apple, &["--publish"]).await;
    let expected = [
        ("records", 2),
        ("timings", 6),
        ("created", 2),
        ("updated", 0),
        ("unchanged", 0),
        ("refused", 0),
    ];
    let expected = expected.map(|(name, figure)| (name.to_owned(), figure));
    assert_eq!(
        (real.status.code(), summary(&real)),
        (Some(0), expected.to_vec()),
        "{real:?}"
    );
    let told = real
        .stdout
        .iter()
        .map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "));
    assert_eq!(
        told.take(3).collect::<Vec<_>>(),
        [
            "record 1 (7C3E1F9A-0B7D-4F0E-9C55-1E2D3C4B5A69): warning attachment_set_aside",
            "record 2 (FLOTTANT-1): warning zone_assumed",
            "record 2 (FLOTTANT-1): warning no_end",
        ]
    );
    assert_eq!(all(&app, &officer, "/v1/events?limit=200").await.len(), 2);

    // Whatever its content: a file of that name is read as a calendar.
    let broken = app.folder().join("broken.ics");
    std::fs::write(&broken, "<html></html>").unwrap();
    let broken = import(&app, &broken, &[]).await;
    assert_eq!(broken.status.code(), Some(1));
    let told = |line: &String| line.contains("no iCalendar calendar");
    assert!(broken.stderr.iter().any(told), "{broken:?}");
}

#[tokio::test]
async fn the_command_fails_when_a_record_is_refused_or_the_file_is_broken() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let file = app.folder().join("records.json");
    let records = [record("1", "Atelier", ""), record("2", "", "")];
    std::fs::write(&file, json!(records).to_string()).unwrap();
    let refused = import(&app, &file, &[]).await;
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let told = "record 2 (2): error required: This value is needed.";
    assert!(
        refused.stdout.iter().any(|line| line == told),
        "{refused:?}"
    );
    assert_eq!(all(&app, &officer, "/v1/events?limit=200").await.len(), 1);

    std::fs::write(&file, "[\n{]").unwrap();
    let broken = import(&app, &file, &[]).await;
    assert_eq!(broken.status.code(), Some(1));
    assert!(
        broken
            .stderr
            .iter()
            .any(|line| line.contains("line 2, column 2")),
        "{broken:?}"
    );
    let missing = import(&app, Path::new("/nowhere.json"), &[]).await;
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        missing
            .stderr
            .iter()
            .any(|line| line.contains("/nowhere.json")),
        "{missing:?}"
    );
    assert_eq!(all(&app, &officer, "/v1/imports?limit=200").await.len(), 1);
}
