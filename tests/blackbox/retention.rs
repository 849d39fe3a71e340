//! How long data are kept: the register says what the clock does, the dry run says what it would do, and the run
//! does it.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::behind::texts;
use harness::engines::Engine;
use serde_json::{Value, json};

/// Tables that hold nothing of people.
const OF_NOBODY: [&str; 23] = [
    "deleted_import_sources",
    "event_slugs",
    "event_terms",
    "event_texts",
    "frameworks",
    "headcounts",
    "import_sources",
    "meta",
    "occurrences",
    "organisation_slugs",
    "project_slugs",
    "project_terms",
    "project_timeline",
    "registration_settings",
    "removed_occurrences",
    "removed_series",
    "retention_runs",
    "revoked_tokens",
    "seaql_migrations",
    "series",
    "signing_keys",
    "webhook_deliveries",
    "webhooks",
];

#[tokio::test]
async fn every_table_that_holds_something_of_people_is_in_the_register() {
    on_each_database(async |app| {
        let register = app.get("/v1/processing-activities").await.expect(200).body();
        let mut declared: BTreeSet<String> = BTreeSet::new();
        for one in register["data"].as_array().unwrap() {
            for table in one["stored_in"].as_array().unwrap() {
                declared.insert(table.as_str().unwrap().to_owned());
            }
        }
        let tables = match app.engine {
            Engine::Sqlite => {
                "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
            }
            Engine::Postgres => {
                "select table_name::text from information_schema.tables where table_schema = 'public'"
            }
        };
        // What SQLite keeps beside a full-text index is part of it.
        let is_part = |table: &String| table.contains("_index");
        let tables: BTreeSet<String> = texts(&app, tables)
            .await
            .into_iter()
            .filter(|table| !is_part(table))
            .collect();
        let known: BTreeSet<String> = declared
            .iter()
            .cloned()
            .chain(OF_NOBODY.map(str::to_owned))
            .collect();
        assert_eq!(tables, known, "a table is in the register or holds nothing of people");
        for table in OF_NOBODY {
            assert!(!declared.contains(table), "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_says_in_both_languages_what_the_rules_are() {
    on_each_database(async |app| {
        let french = app.get("/privacy").await.expect(200).utf8();
        assert!(
            french.contains("3 ans") && french.contains("90 jours"),
            "{french}"
        );
        assert!(french.contains("href=\"/sign-in\""));
        let english = app.get("/privacy").header("Accept-Language", "en");
        let english = english.await.expect(200).utf8();
        assert!(
            english.contains("3 years") && english.contains("90 days"),
            "{english}"
        );
        let list = app.get("/v1/processing-activities");
        let list = list
            .header("Accept-Language", "en")
            .await
            .expect(200)
            .body();
        let mails = list["data"].as_array().unwrap().iter();
        let mails = mails
            .clone()
            .find(|one| one["activity"] == "mails")
            .unwrap();
        assert_eq!(mails["kept"][0]["period"], "P90D");
        assert_eq!(mails["legal_basis"], "public_interest");
    })
    .await;
}

async fn written_down(app: &App, officer: &Staff, name: &str) -> Value {
    app.advance(TimeDelta::milliseconds(1));
    let email = format!("{}@courriel.example", name.to_lowercase());
    let body = json!({ "name": name, "email": email, "commune_code": "54329" });
    let made = app.post("/v1/citizens").by(officer).json(&body).await;
    made.expect(201).body()
}

/// Of each purpose how many are due.
async fn due(app: &App, officer: &Staff, query: &[(&str, &str)], purpose: &str) -> u64 {
    let shown = app.get("/v1/retention").query(query).by(officer).await;
    count(&shown.expect(200).body(), "data", "due", purpose)
}

fn count(shown: &Value, list: &str, field: &str, purpose: &str) -> u64 {
    let all = shown[list].as_array().unwrap();
    let one = all.iter().find(|one| one["purpose"] == purpose).unwrap();
    one[field].as_u64().unwrap()
}

async fn again(app: &App) -> Staff {
    let reply = app
        .sign_in("officer@petr.example", harness::app::PASSWORD)
        .await;
    Staff {
        id: String::new(),
        token: reply.expect(200).text("access_token"),
        refresh_token: reply.text("refresh_token"),
    }
}

/// Waits until so many runs were reported.
pub(crate) async fn until_runs(app: &App, runs: usize) {
    for _ in 0..200 {
        if count_runs(app).await >= runs {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no run was reported");
}

async fn count_runs(app: &App) -> usize {
    let count = texts(app, "select cast(count(*) as text) from retention_runs").await;
    count[0].parse().unwrap()
}

/// What is looked at every hour is looked at when a service starts.
async fn run(app: App) -> App {
    until_runs(&app, 1).await;
    let before = count_runs(&app).await;
    let app = app.restarted().await;
    until_runs(&app, before + 1).await;
    app
}

/// What came of the last run.
async fn report(app: &App, officer: &Staff) -> Value {
    let runs = app.get("/v1/retention/runs").by(officer).await;
    runs.expect(200).body()["data"][0].clone()
}

#[tokio::test]
async fn a_citizen_is_forgotten_three_years_after_they_were_last_heard_of() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        written_down(&app, &officer, "Vergessen").await;
        let told = written_down(&app, &officer, "Abonnee").await;
        let back = written_down(&app, &officer, "Revenante").await;
        let path = format!("/v1/citizens/{}/consents/newsletter", told["id"].as_str().unwrap());
        let consent = json!({ "given": true, "text_version": "2026-12" });
        app.call("PUT", &path).by(&officer).json(&consent).await.expect(200);
        assert_eq!(due(&app, &officer, &[], "inactive_citizens").await, 0);
        let later = [("as_of", "2030-01-01")];
        assert_eq!(due(&app, &officer, &later, "inactive_citizens").await, 2);

        // Two years later one of them is at an evening.
        app.advance(TimeDelta::days(730));
        let officer = again(&app).await;
        let event = json!({
            "title": "Atelier compost", "kind": "workshop", "visibility": "public",
            "occurrences": [{
                "local_start": "2028-12-01T18:00:00", "local_end": "2028-12-01T20:00:00", "capacity": 3,
            }],
        });
        let event = app.published(&officer, event).await;
        let date = event["occurrences"][0]["id"].as_str().unwrap();
        let path = format!("/v1/occurrences/{date}/registrations");
        let body = json!({ "citizen_id": back["id"] });
        app.post(&path).by(&officer).json(&body).await.expect(201);

        app.advance(TimeDelta::days(370));
        let officer = again(&app).await;
        assert_eq!(due(&app, &officer, &[], "inactive_citizens").await, 1);
        let app = run(app).await;
        let officer = again(&app).await;
        let came = report(&app, &officer).await;
        assert_eq!(count(&came, "forgotten", "count", "inactive_citizens"), 1);
        let left = app.get("/v1/citizens").by(&officer).await.expect(200).body();
        let mut left: Vec<&str> = left["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        left.sort_unstable();
        assert_eq!(left, ["Abonnee", "Revenante"]);
        assert_eq!(due(&app, &officer, &[], "inactive_citizens").await, 0);
        app.advance(TimeDelta::seconds(1));
        let app = run(app).await;
        let officer = again(&app).await;
        let came = report(&app, &officer).await;
        assert_eq!(count(&came, "forgotten", "count", "inactive_citizens"), 0);
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    })
    .await;
}

#[tokio::test]
async fn who_turned_out_to_be_somebody_goes_with_them_or_stays_with_them() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let mut people = Vec::new();
        for name in ["Une", "Bis", "Seule", "Double"] {
            people.push(written_down(&app, &officer, name).await);
        }
        let id = |n: usize| people[n]["id"].as_str().unwrap();
        // What the one who was merged agreed to keeps the person.
        let path = format!("/v1/citizens/{}/consents/newsletter", id(1));
        let consent = json!({ "given": true, "text_version": "2026-12" });
        app.call("PUT", &path)
            .by(&officer)
            .json(&consent)
            .await
            .expect(200);
        for (one, into) in [(1, 0), (3, 2)] {
            let merge = app
                .post(&format!("/v1/citizens/{}/merge", id(one)))
                .by(&officer);
            merge.json(&json!({ "into": id(into) })).await.expect(200);
        }
        let later = [("as_of", "2030-01-01")];
        assert_eq!(due(&app, &officer, &later, "inactive_citizens").await, 1);

        app.advance(TimeDelta::days(1100));
        let app = run(app).await;
        let officer = again(&app).await;
        let came = report(&app, &officer).await;
        assert_eq!(count(&came, "forgotten", "count", "inactive_citizens"), 1);
        for (who, status) in [(0, 200), (1, 200), (2, 404), (3, 404)] {
            let card = app.get(&format!("/v1/citizens/{}", id(who))).by(&officer);
            card.await.expect(status);
        }
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    })
    .await;
}

#[tokio::test]
async fn a_mail_goes_after_ninety_days_with_its_file() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        written_down(&app, &officer, "Alma").await;
        let asked = json!({ "email": "alma@courriel.example" });
        app.post("/v1/citizens/sign-in")
            .json(&asked)
            .await
            .expect(202);
        let folder = app.folder().join("mail");
        let files = || {
            std::fs::read_dir(&folder)
                .into_iter()
                .flatten()
                .flatten()
                .count()
        };
        for _ in 0..100 {
            if files() > 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(files(), 1);
        app.advance(TimeDelta::days(89));
        let app = run(app).await;
        assert_eq!(files(), 1, "before its time");
        app.advance(TimeDelta::days(2));
        let officer = again(&app).await;
        assert_eq!(due(&app, &officer, &[], "mails").await, 1);
        let app = run(app).await;
        assert_eq!(files(), 0, "it lies there still");
        let officer = again(&app).await;
        let came = report(&app, &officer).await;
        assert_eq!(count(&came, "forgotten", "count", "mails"), 1);
        assert_eq!(due(&app, &officer, &[], "mails").await, 0);
    })
    .await;
}
