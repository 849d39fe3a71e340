//! What shows who was at a date: scanned sheets, seen by few, destroyed in the end.

use std::path::Path;

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::behind::{everything_in, texts};
use harness::http::Reply;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// What a scan holds that names somebody.
const SHEET: &[u8] = b"%PDF-1.4\nZwirbelkanari Meier, signature\n%%EOF\n";

async fn date(app: &App, officer: &Staff) -> String {
    let body = json!({
        "title": "Atelier compost", "kind": "workshop", "visibility": "public",
        "occurrences": [{
            "local_start": "2026-11-24T18:00:00", "local_end": "2026-11-24T20:00:00",
        }],
    });
    let event = app.published(officer, body).await;
    event["occurrences"][0]["id"].as_str().unwrap().to_owned()
}

fn sheet() -> Form {
    let file = Part::bytes(SHEET.to_vec()).file_name("emargement-Zwirbelkanari.pdf");
    let file = file.mime_str("application/pdf").unwrap();
    Form::new()
        .text("title", "Feuille d’émargement")
        .part("file", file)
}

async fn add(app: &App, by: &Staff, path: &str, form: Form) -> Reply {
    let added = app.post(path).by(by).multipart(form).await;
    app.advance(chrono::TimeDelta::milliseconds(1));
    added
}

async fn ids(app: &App, by: &Staff, path: &str) -> Vec<Value> {
    let list = app.get(path).by(by).await.expect(200).body();
    let rows = list["data"].as_array().unwrap().iter();
    rows.map(|row| row["id"].clone()).collect()
}

/// All that lies in a folder, as text.
fn files(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => all.push_str(&files(&path)),
            false => {
                let bytes = std::fs::read(&path).unwrap_or_default();
                all.push_str(&String::from_utf8_lossy(&bytes));
                all.push_str(&path.display().to_string());
            }
        }
    }
    all
}

#[tokio::test]
async fn a_scanned_sheet_is_seen_by_few_and_destroyed_in_the_end() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let date = date(&app, &officer).await;
        let dates = format!("/v1/occurrences/{date}/evidence");
        let added = add(&app, &officer, &dates, sheet())
            .await
            .expect(201)
            .body();
        assert_eq!(added["basis"], "public_interest");
        assert_eq!(added["bytes"], SHEET.len());
        let body = json!({ "count": 27, "audience": "primary_school" });
        let counted = app.post(&format!("/v1/occurrences/{date}/headcounts"));
        let counted = counted.by(&officer).json(&body).await.expect(201).body();
        let class = format!(
            "/v1/headcounts/{}/evidence",
            counted["id"].as_str().unwrap()
        );
        let of_class = add(&app, &officer, &class, sheet())
            .await
            .expect(201)
            .body();
        assert_eq!(of_class["headcount_id"], counted["id"]);
        let both = [added["id"].clone(), of_class["id"].clone()];
        assert_eq!(ids(&app, &officer, &dates).await, both);
        assert_eq!(ids(&app, &officer, &class).await, both[1..]);

        let one = format!("/v1/evidence/{}", added["id"].as_str().unwrap());
        let content = format!("{one}/content");
        let got = app.get(&content).by(&officer).await;
        assert_eq!(got.expect(200).bytes, SHEET);
        let name = got.header("content-disposition");
        assert!(
            name.contains("justificatif-") && !name.contains("Zwirbel"),
            "{name}"
        );
        assert_eq!(got.header("cache-control"), "private, no-store");
        let readings = "select facts from audit_entries where facts like '%personal_data.read%' \
            and subject_kind = 'evidence'";
        assert_eq!(texts(&app, readings).await.len(), 1);
        for table in ["evidence", "audit_entries", "outbox"] {
            let all = everything_in(&app, table).await;
            assert!(!all.contains("Zwirbel"), "{table}: {all}");
        }
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        for by in [
            &app.staff(Role::Referent).await,
            &app.staff(Role::Funder).await,
            &partner,
        ] {
            for path in [&dates, &class, &one, &content] {
                app.get(path).by(by).await.expect(403);
            }
        }
        for path in [&dates, &class, &one, &content] {
            app.get(path).await.expect(401);
            app.get(path).by(&director).await.expect(200);
        }

        app.delete(&one).by(&officer).await.expect(428);
        let etag = added["etag"].as_str().unwrap();
        let gone = app.delete(&one).by(&officer).if_match(etag).await;
        gone.expect(204);
        app.get(&content).by(&officer).await.expect(404);
        let gone = format!("/v1/evidence/{}", of_class["id"].as_str().unwrap());
        app.delete(&gone)
            .by(&officer)
            .if_match("*")
            .await
            .expect(204);
        assert_eq!(ids(&app, &officer, &dates).await, Vec::<Value>::new());
        let destroyed = "select facts from audit_entries where facts like '%evidence.destroyed%'";
        assert_eq!(texts(&app, destroyed).await.len(), 2);
        let folder = app.folder().join("attachments");
        for _ in 0..100 {
            if !files(&folder).contains("Zwirbel") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        assert!(
            !files(app.folder()).contains("Zwirbel"),
            "it is somewhere still"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_no_evidence_is_refused_by_its_part() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let date = date(&app, &officer).await;
        let path = format!("/v1/occurrences/{date}/evidence");
        let form = sheet().text("alt", "Une feuille").text("kind", "image");
        let refused = add(&app, &officer, &path, form).await;
        let expected = ["/alt unknown_field", "/kind unknown_field"];
        assert_eq!(refused.expect(422).faults(), expected);
        let form = Form::new().text("title", "");
        let refused = add(&app, &officer, &path, form).await;
        let expected = ["/file required", "/title required"];
        assert_eq!(refused.expect(422).faults(), expected);
        let nowhere = "/v1/occurrences/0198c0a0-0000-7000-8000-000000000001/evidence";
        add(&app, &officer, nowhere, sheet()).await.expect(404);
        let nobody = nowhere.replace("occurrences", "headcounts");
        add(&app, &officer, &nobody, sheet()).await.expect(404);
    })
    .await;
}
