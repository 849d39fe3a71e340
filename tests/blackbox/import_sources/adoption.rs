//! Events that came by a file, or from a source that was deleted: a source that brings them is theirs.
//! Those of a living one are not for others, and whoever looks at a source sees what it lost.

use harness::behind::{execute, texts};
use harness::outside::{Answer, Outside};

use super::*;

fn opened(raw: &mut api::config::RawSettings) {
    raw.allowed_targets = "127.0.0.1".parse().ok();
}

/// A calendar of two events of those titles.
fn calendar(titles: [&str; 2]) -> String {
    let entry = |(number, title): (usize, &str)| {
        format!(
            "BEGIN:VEVENT\r\nUID:{number}@ville.example\r\nDTSTAMP:20261101T000000Z\r\n\
             DTSTART;TZID=Europe/Paris:2027031{number}T183000\r\nDURATION:PT2H\r\n\
             SUMMARY:{title}\r\nEND:VEVENT\r\n"
        )
    };
    let entries: String = titles.into_iter().enumerate().map(entry).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{entries}END:VCALENDAR\r\n")
}

async fn send(app: &App, by: &Staff, kind: &str, file: String) -> Value {
    let import = app.post("/v1/imports?publish=true").by(by);
    import.body(kind, file).await.expect(201).body()
}

async fn delete(app: &App, by: &Staff, source: &Value) {
    let gone = app.delete(&path(source)).by(by).if_match("*").await;
    gone.expect(204);
}

/// What became of the records of a poll, as the source says it: created, updated, unchanged, refused.
async fn counts(app: &App, by: &Staff, source: &Value) -> [u64; 4] {
    let polled = poll(app, by, source).await.expect(200).body();
    assert_eq!(polled["last_outcome"], "done", "{polled}");
    ["created", "updated", "unchanged", "refused"]
        .map(|name| polled["last_import"][name].as_u64().unwrap())
}

/// The outcome and the remarks of each record of an import.
async fn said(app: &App, by: &Staff, import: &Value) -> Vec<String> {
    let report = app
        .get(import["records_url"].as_str().unwrap())
        .by(by)
        .await;
    let report = report.expect(200).body();
    let lines = report["data"].as_array().unwrap().iter();
    let said = lines.map(|line| {
        let mut words = vec![line["outcome"].as_str().unwrap()];
        for kind in ["warnings", "errors"] {
            let remarks = line[kind].as_array().unwrap().iter();
            words.extend(remarks.map(|remark| remark["code"].as_str().unwrap()));
        }
        words.join(" ")
    });
    said.collect()
}

/// The events there are, by their titles, with their ids.
async fn events(app: &App, by: &Staff) -> Vec<(String, String)> {
    let page = app.get("/v1/events").by(by).await.expect(200).body();
    let rows = page["data"].as_array().unwrap().iter();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let mut events: Vec<_> = rows
        .map(|row| (text(row, "title"), text(row, "id")))
        .collect();
    events.sort();
    events
}

#[tokio::test]
async fn what_came_by_a_file_is_followed_once_a_source_brings_it() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        let first = calendar(["Marché", "Visite"]);
        send(&app, &officer, "text/calendar", first.clone()).await;
        let before = events(&app, &officer).await;
        // What the staff wrote stays for as long as the record says what it said.
        let visit = json!({ "title": "Visite du parc" });
        let edited = app
            .patch(&format!("/v1/events/{}", before[1].1))
            .by(&officer);
        edited.if_match("*").json(&visit).await.expect(200);

        city.says("/a.ics", Answer::ok(first));
        let made = source(&app, &officer, &city.url("/a.ics")).await;
        assert_eq!(counts(&app, &officer, &made).await, [0, 2, 0, 0]);
        let now = read(&app, &officer, &made).await;
        let import = last_import(&app, &officer, &now).await;
        assert_eq!(said(&app, &officer, &import).await, ["updated adopted"; 2]);
        let kept = ["Marché", "Visite du parc"].map(str::to_owned);
        let ids = [before[0].1.clone(), before[1].1.clone()];
        let expected: Vec<_> = kept.into_iter().zip(ids.clone()).collect();
        assert_eq!(events(&app, &officer).await, expected);

        let second = calendar(["Marché de nuit", "Visite"]);
        city.says("/a.ics", Answer::ok(second.clone()));
        assert_eq!(counts(&app, &officer, &made).await, [0, 1, 1, 0]);
        assert_eq!(
            events(&app, &officer).await[0],
            ("Marché de nuit".to_owned(), ids[0].clone())
        );
        // The file by hand does not take them back.
        let by_hand = send(&app, &officer, "text/calendar", second).await;
        assert_eq!(
            said(&app, &officer, &by_hand).await,
            ["refused known_elsewhere"; 2]
        );
    })
    .await;
}

#[tokio::test]
async fn an_export_that_came_by_a_file_is_followed_too() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        send(&app, &officer, "application/json", export("Atelier")).await;
        let before = events(&app, &officer).await;
        city.says("/a", Answer::ok(export("Atelier vélo")));
        let made = source(&app, &officer, &city.url("/a")).await;
        assert_eq!(counts(&app, &officer, &made).await, [0, 1, 0, 0]);
        let after = events(&app, &officer).await;
        assert_eq!(after, [("Atelier vélo".to_owned(), before[0].1.clone())]);
    })
    .await;
}

#[tokio::test]
async fn a_new_source_goes_on_where_the_one_that_was_deleted_was() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        for (path, first, second) in [
            (
                "/a.ics",
                calendar(["Marché", "Visite"]),
                calendar(["Marché", "Balade"]),
            ),
            ("/export", export("Atelier"), export("Atelier vélo")),
        ] {
            city.says(path, Answer::ok(first.clone()));
            let old = source(&app, &officer, &city.url(path)).await;
            let made = counts(&app, &officer, &old).await[0];
            let before = events(&app, &officer).await;
            delete(&app, &officer, &old).await;
            let new = source(&app, &officer, &city.url(path)).await;
            assert_eq!(
                counts(&app, &officer, &new).await,
                [0, made, 0, 0],
                "{path}"
            );
            assert_eq!(events(&app, &officer).await, before);
            city.says(path, Answer::ok(second));
            assert_eq!(
                counts(&app, &officer, &new).await,
                [0, 1, made - 1, 0],
                "{path}"
            );
            assert_eq!(events(&app, &officer).await.len(), before.len());
        }
    })
    .await;
}

/// Two sources of one calendar at two addresses: the first one brings what the second is refused.
async fn both(app: &App, officer: &Staff, city: &Outside) -> [Value; 2] {
    for path in ["/one.ics", "/two.ics"] {
        city.says(path, Answer::ok(calendar(["Marché", "Visite"])));
    }
    let one = source(app, officer, &city.url("/one.ics")).await;
    let two = source(app, officer, &city.url("/two.ics")).await;
    assert_eq!(counts(app, officer, &one).await, [2, 0, 0, 0]);
    assert_eq!(counts(app, officer, &two).await, [0, 0, 0, 2]);
    [one, two]
}

#[tokio::test]
async fn what_a_living_source_brings_is_no_others_until_it_is_deleted() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        let [one, two] = both(&app, &officer, &city).await;
        let unchanged = poll(&app, &officer, &two).await.expect(200).body();
        assert_eq!(unchanged["last_outcome"], "unchanged");
        assert_eq!(unchanged["last_import"]["refused"], 2, "it still shows");
        // Then the other one has them, though nothing is new there.
        delete(&app, &officer, &one).await;
        assert_eq!(counts(&app, &officer, &two).await, [0, 2, 0, 0]);
    })
    .await;
}

/// The schema as it was when nobody kept what deleted sources called their events.
#[tokio::test]
async fn what_sources_lost_before_is_given_back_by_a_newer_schema() {
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        let [one, two] = both(&app, &officer, &city).await;
        let there = read(&app, &officer, &two).await;
        for back in [
            "delete from import_sources where url like '%/one.ics'",
            "drop table deleted_import_sources",
            "alter table import_sources drop column last_tally",
            "delete from seaql_migrations where version = 'm20261127_000004_deleted_sources'",
        ] {
            execute(&app, back).await;
        }
        let url = app.url.clone();
        let app = app.another_instance_with(&url, opened).await;
        let officer = later(&app, &officer, TimeDelta::seconds(1)).await;
        assert_eq!(
            read(&app, &officer, &two).await["last_import"],
            there["last_import"]
        );
        let known = "select key from deleted_import_sources";
        assert_eq!(texts(&app, known).await, [one["source"].as_str().unwrap()]);
        assert_eq!(counts(&app, &officer, &two).await, [0, 2, 0, 0]);
    })
    .await;
}
