//! Files that are refused whole, and records that are refused alone.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

const MORNING: &str = "2027-03-25T10:00:00 2027-03-25T12:00:00";

/// Nothing was imported, nor begun, and nothing lies about.
async fn assert_untouched(app: &App, staff: &Staff) {
    for path in ["/v1/imports?limit=200", "/v1/events?limit=200"] {
        assert_eq!(all(app, staff, path).await, Vec::<Value>::new(), "{path}");
    }
    let left = std::fs::read_dir(app.folder().join("tmp")).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}

#[tokio::test]
async fn one_bad_record_stops_no_other() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let records = [
            record("1", "Atelier", MORNING),
            json!({ "fields": { "uid": "2", "title": "Sans heure", "timetable": "demain" } }),
            json!("pas un enregistrement"),
            record("1", "Le même", MORNING),
            record("5", "Visite", MORNING),
        ];
        let import = send_records(&app, &officer, "", &records).await;
        assert_eq!(import["state"], "done");
        assert_eq!(figures(&import), [5, 2, 2, 0, 0, 3]);
        let lines = report(&app, &officer, &import).await;
        let said: Vec<_> = lines
            .iter()
            .map(|line| {
                (
                    line["outcome"].as_str().unwrap(),
                    line["errors"][0]["code"].as_str(),
                )
            })
            .collect();
        let expected = [
            ("created", None),
            ("refused", Some("malformed")),
            ("refused", Some("malformed")),
            ("refused", Some("duplicate")),
            ("created", None),
        ];
        assert_eq!(said, expected);
        let events = all(&app, &officer, "/v1/events?limit=200").await;
        let mut titles: Vec<_> = events
            .iter()
            .map(|e| e["title"].as_str().unwrap())
            .collect();
        titles.sort_unstable();
        assert_eq!(titles, ["Atelier", "Visite"]);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_no_json_is_refused_with_its_line_and_column() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        // Good records before the fault would have come in if nothing had looked first.
        let good = record("1", "Atelier", MORNING);
        let file = format!("{{\"records\": [\n{good},\n{{\"fields\": oops}}]}}");
        let reply = app
            .post("/v1/imports")
            .by(&officer)
            .header("Accept-Language", "en")
            .body("application/json", file)
            .await;
        assert_eq!(reply.expect(400).problem(), "malformed-body");
        assert_eq!(
            reply.text("detail"),
            "The file is not valid JSON: line 3, column 12."
        );
        let empty = send(&app, &officer, "", "").await;
        assert_eq!(empty.expect(400).problem(), "malformed-body");
        assert_untouched(&app, &officer).await;
    })
    .await;
}

#[tokio::test]
async fn json_that_is_no_export_is_refused() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for file in ["{}", "3", "{\"records\": {}}"] {
            let reply = send(&app, &officer, "", file).await;
            assert_eq!(reply.expect(422).faults(), [" malformed"], "{file}");
        }
        assert_untouched(&app, &officer).await;
    })
    .await;
}

#[tokio::test]
async fn other_types_other_parts_and_other_parameters_are_refused_by_name() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let csv = app
            .post("/v1/imports")
            .by(&officer)
            .body("text/csv", "uid,title")
            .await;
        assert_eq!(csv.expect(415).problem(), "unsupported-media-type");
        let form = async |form: Form| app.post("/v1/imports").by(&officer).multipart(form).await;
        let part = || Part::bytes(export());
        let other = form(Form::new().text("note", "x").part("fichier", part())).await;
        let faults = [
            "/fichier unknown_field",
            "/file required",
            "/note unknown_field",
        ];
        assert_eq!(other.expect(422).faults(), faults);
        let two = form(Form::new().part("file", part()).part("file", part())).await;
        assert_eq!(two.expect(422).faults(), ["/file duplicate"]);
        let nothing = Form::new().part("file", Part::bytes(vec![]));
        let empty = form(nothing.text("note", "x")).await;
        let faults = ["/file required", "/note unknown_field"];
        assert_eq!(empty.expect(422).faults(), faults);
        let broken = app
            .post("/v1/imports")
            .by(&officer)
            .body(
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{",
            )
            .await;
        assert_eq!(broken.expect(400).problem(), "malformed-body");
        let parameter = send(&app, &officer, "?dryrun=true", export()).await;
        assert_eq!(parameter.expect(422).faults(), ["dryrun unknown_parameter"]);
        let value = send(&app, &officer, "?dry_run=yes", export()).await;
        assert_eq!(value.expect(422).faults(), ["dry_run malformed"]);
        assert_untouched(&app, &officer).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_before_it_is_sent() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let address = app.base.strip_prefix("http://").unwrap();
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let length = 512 * 1024 * 1024 + 1;
        let head = format!(
            "POST /v1/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: \
             application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
            officer.token
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(
            answer.contains("\"/problems/payload-too-large\""),
            "{answer}"
        );
        assert_untouched(&app, &officer).await;
    })
    .await;
}
