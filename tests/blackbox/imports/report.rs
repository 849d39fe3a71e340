//! What is told of an import: its figures, a line a record, who may see it, what the audit keeps.

use domain::accounts::Role;
use harness::app::{App, on_each_database};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn the_export_comes_in_as_drafts_and_every_record_is_accounted_for() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let reply = send(&app, &officer, "", export()).await;
        let import = reply.expect(201).body();
        assert_eq!(figures(&import), [100, 390, 100, 0, 0, 0]);
        assert_eq!(import["state"], "done");
        assert_eq!([&import["dry_run"], &import["publish"]], [false, false]);
        let id = import["id"].as_str().unwrap();
        assert_eq!(reply.header("location"), format!("/v1/imports/{id}"));
        assert_eq!(reply.header("etag"), import["etag"].as_str().unwrap());
        let read = app.get(&reply.header("location")).by(&officer).await;
        assert_eq!(read.expect(200).body(), import);

        let lines = report(&app, &officer, &import).await;
        let positions: Vec<_> = lines
            .iter()
            .map(|line| line["position"].as_u64().unwrap())
            .collect();
        assert_eq!(positions, (1..=100).collect::<Vec<_>>());
        assert!(
            lines
                .iter()
                .all(|line| line["outcome"] == "created" && line["errors"] == json!([]))
        );
        let events = all(&app, &officer, "/v1/events?limit=200").await;
        assert_eq!(events.len(), 100);
        assert!(events.iter().all(|event| event["state"] == "draft"));
        let dates: usize = events
            .iter()
            .map(|event| event["occurrences"].as_array().unwrap().len())
            .sum();
        assert_eq!(dates, 390);
        // Drafts are nobody's business yet.
        assert_eq!(
            app.get("/v1/events").await.expect(200).body()["data"],
            json!([])
        );
    })
    .await;
}

#[tokio::test]
async fn a_form_carries_the_same_file() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let form = Form::new().part("file", Part::bytes(export()).file_name("export.json"));
        let reply = app.post("/v1/imports").by(&officer).multipart(form).await;
        assert_eq!(figures(&reply.expect(201).body()), [100, 390, 100, 0, 0, 0]);
        let raw = app
            .post("/v1/imports")
            .by(&officer)
            .body("application/octet-stream", export());
        assert_eq!(
            figures(&raw.await.expect(201).body()),
            [100, 390, 0, 0, 100, 0]
        );
    })
    .await;
}

#[tokio::test]
async fn evenings_that_end_past_midnight_are_set_to_the_next_day_and_told() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let import = send(&app, &officer, "", export()).await.expect(201).body();
        let lines = report(&app, &officer, &import).await;
        let of_line = |line: &Value| {
            let uid = line["source_id"].as_str().unwrap().to_owned();
            let warnings = line["warnings"].as_array().unwrap().clone();
            let late = warnings
                .into_iter()
                .filter(|warning| warning["code"] == "past_midnight");
            late.map(move |_| uid.clone()).collect::<Vec<_>>()
        };
        let mut uids: Vec<_> = lines.iter().flat_map(of_line).collect();
        uids.sort();
        let known = [
            "13047272", "13613384", "38890299", "68195516", "8039752", "8039752",
        ];
        assert_eq!(uids, known);

        let line = lines
            .iter()
            .find(|line| line["source_id"] == "13047272")
            .unwrap();
        let event = event_of(&app, &officer, line).await;
        let dates = event["occurrences"].as_array().unwrap();
        let night = dates
            .iter()
            .find(|date| date["local_start"] == "2018-02-02T22:00:00")
            .unwrap();
        assert_eq!(night["local_end"], "2018-02-03T05:30:00");
    })
    .await;
}

#[tokio::test]
async fn a_report_is_paged_filtered_and_in_the_readers_language() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let records = [
            record("1", "Un soir", "2027-02-02T22:00:00 2027-02-02T02:00:00"),
            record("2", "", "2027-02-03T10:00:00 2027-02-03T12:00:00"),
            record("3", "Un matin", "2027-02-04T10:00:00 2027-02-04T12:00:00"),
        ];
        let import = send_records(&app, &officer, "", &records).await;
        let url = import["records_url"].as_str().unwrap().to_owned();
        let words = async |path: &str, language: &str| {
            let reply = app.get(path).by(&officer).header("Accept-Language", language).await;
            reply.expect(200).body()
        };
        let refused = words(&format!("{url}?outcome=refused"), "fr").await;
        assert_eq!(refused["data"].as_array().unwrap().len(), 1);
        let line = &refused["data"][0];
        assert_eq!([&line["position"], &line["source_id"]], [&json!(2), &json!("2")]);
        assert_eq!(line.get("event_id"), None);
        let error = json!({
            "code": "required", "pointer": "/fields/title", "detail": "Cette valeur est nécessaire.",
        });
        assert_eq!(line["errors"], json!([error]));

        let first = words(&format!("{url}?limit=1&count=true"), "en").await;
        assert_eq!(first["page"]["total"], 3);
        let detail = first["data"][0]["warnings"][0]["detail"].as_str().unwrap();
        assert!(detail.contains("next day"), "{detail}");
        let lines = all(&app, &officer, &format!("{url}?limit=1")).await;
        let positions: Vec<_> = lines.iter().map(|line| line["position"].as_u64().unwrap()).collect();
        assert_eq!(positions, [1, 2, 3]);

        // A cursor belongs to its own report.
        let other = send_records(&app, &officer, "", &records).await;
        let other = other["records_url"].as_str().unwrap();
        let cursor = first["page"]["next_cursor"].as_str().unwrap();
        let strange = app.get(&format!("{other}?limit=1&cursor={cursor}")).by(&officer).await;
        assert_eq!(strange.expect(422).faults(), ["cursor cursor_invalid"]);
        let wrong = app.get(&format!("{url}?outcome=made")).by(&officer).await;
        assert_eq!(wrong.expect(422).faults(), ["outcome unknown_value"]);
    })
    .await;
}

#[tokio::test]
async fn imports_are_listed_the_newest_first() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let mut made = Vec::new();
        for number in 0..3 {
            let records = [record("1", &format!("Titre {number}"), "")];
            made.insert(0, send_records(&app, &officer, "", &records).await);
            app.advance(chrono::TimeDelta::minutes(1));
        }
        assert_eq!(all(&app, &officer, "/v1/imports?limit=2").await, made);
        let page = app
            .get("/v1/imports?count=true")
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(page["page"]["total"], 3);
        let unknown = "/v1/imports/0198c0a0-0000-7000-8000-000000000040";
        for path in [unknown.to_owned(), format!("{unknown}/records")] {
            let reply = app.get(&path).by(&officer).await;
            assert_eq!(reply.expect(404).problem(), "not-found", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn those_who_run_the_calendar_import_and_nobody_else() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let file = json!({ "records": [record("1", "Un matin", "")] }).to_string();
        let made = send(&app, &director, "", file.clone())
            .await
            .expect(201)
            .body();
        let records_url = made["records_url"].as_str().unwrap().to_owned();
        let paths = ["/v1/imports".to_owned(), location(&made), records_url];
        let post = |file: String| app.post("/v1/imports").body("application/json", file);
        assert_eq!(
            post(file.clone()).await.expect(401).problem(),
            "unauthorized"
        );
        for path in &paths {
            assert_eq!(app.get(path).await.expect(401).problem(), "unauthorized");
        }
        for role in [Role::Referent, Role::Funder] {
            let staff = app.staff(role).await;
            assert_eq!(
                send(&app, &staff, "", file.clone())
                    .await
                    .expect(403)
                    .problem(),
                "forbidden"
            );
            for path in &paths {
                // The referent reads all but accounts, the audit trail and personal data.
                let reply = app.get(path).by(&staff).await;
                match role {
                    Role::Referent => assert!(reply.expect(200).body().is_object()),
                    _ => assert_eq!(reply.expect(403).problem(), "forbidden"),
                }
            }
        }
        let officer = app.staff(Role::Officer).await;
        let again = send(&app, &officer, "", file).await.expect(201).body();
        assert_eq!(figures(&again), [1, 0, 0, 0, 1, 0]);
    })
    .await;
}

#[tokio::test]
async fn the_audit_has_the_import_and_each_of_its_events() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let request = "0198c0a0-0000-7000-8000-0000000000aa";
        let reply = app
            .post("/v1/imports?publish=true")
            .by(&officer)
            .header("X-Request-Id", request)
            .body("application/json", export())
            .await;
        let import = reply.expect(201).body();
        let path = "/v1/audit-entries?operation=imports_create&limit=200";
        let entries = all(&app, &director, path).await;
        assert!(
            entries
                .iter()
                .all(|entry| entry["actor"]["id"] == officer.id.as_str())
        );
        assert!(entries.iter().all(|entry| entry["request_id"] == request));
        let mut told: Vec<_> = entries
            .iter()
            .filter(|e| e["subject"]["kind"] == "import")
            .collect();
        told.sort_by_key(|entry| entry["facts"][0].as_str());
        let facts: Vec<_> = told.iter().map(|entry| &entry["facts"]).collect();
        assert_eq!(
            facts,
            [&json!(["import.finished"]), &json!(["import.started"])]
        );
        assert!(
            told.iter()
                .all(|entry| entry["subject"]["id"] == import["id"])
        );

        let of_events = |fact: &str| {
            let is_it = |entry: &&Value| entry["facts"].as_array().unwrap().contains(&json!(fact));
            let mut ids: Vec<String> = entries
                .iter()
                .filter(is_it)
                .map(|e| e["subject"]["id"].to_string())
                .collect();
            ids.sort();
            ids
        };
        let lines = report(&app, &officer, &import).await;
        let mut ids: Vec<_> = lines
            .iter()
            .map(|line| line["event_id"].to_string())
            .collect();
        ids.sort();
        assert_eq!(ids.len(), 100);
        assert_eq!(of_events("event.created"), ids);
        assert_eq!(of_events("event.published"), ids);
    })
    .await;
}

#[tokio::test]
async fn entities_in_a_title_are_decoded() {
    on_each_database(|app: App| async move {
        let officer = app.staff(Role::Officer).await;
        let import = send(&app, &officer, "", export()).await.expect(201).body();
        let lines = report(&app, &officer, &import).await;
        for (uid, title) in [
            (
                "91447191",
                "Negotiation de Olé Khamchanla & Pichet Klunchun",
            ),
            ("89464975", "Les Beberts + 39th & The Nortons + Revizors"),
        ] {
            let line = lines.iter().find(|line| line["source_id"] == uid).unwrap();
            let event = event_of(&app, &officer, line).await;
            assert_eq!(event["title"], title);
            assert_eq!(
                event["origin"],
                json!({ "source": "openagenda", "source_id": uid })
            );
        }
    })
    .await;
}

fn location(import: &Value) -> String {
    format!("/v1/imports/{}", import["id"].as_str().unwrap())
}
