//! What people may ask of those who hold their data. Canaries: names that stand nowhere else, looked for
//! everywhere after they were erased.

use api::config::RawSettings;
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::behind::{everything_in, texts};
use harness::engines::Engine;
use serde_json::{Value, json};

/// Parts of a name, an address, a number and words that nobody else has.
const CANARIES: [&str; 5] = [
    "Zwirbelkanari",
    "kanari.adresse",
    "0698765432",
    "Kanarifrage",
    "Kanaribedarf",
];

/// A published evening for three, which is today: people can be checked in.
async fn date(app: &App, officer: &Staff) -> String {
    let body = json!({
        "title": "Atelier compost", "kind": "workshop", "visibility": "public",
        "occurrences": [{
            "local_start": "2026-11-24T18:00:00", "local_end": "2026-11-24T20:00:00", "capacity": 3,
        }],
    });
    let event = app.published(officer, body).await;
    event["occurrences"][0]["id"].as_str().unwrap().to_owned()
}

async fn later_date(app: &App, officer: &Staff) -> String {
    let body = json!({
        "title": "Atelier vélo", "kind": "workshop", "visibility": "public",
        "occurrences": [{
            "local_start": "2026-12-10T18:00:00", "local_end": "2026-12-10T20:00:00", "capacity": 2,
        }],
    });
    let event = app.published(officer, body).await;
    event["occurrences"][0]["id"].as_str().unwrap().to_owned()
}

/// Somebody whose every word is a canary, registered, checked in, written to; gives the citizen.
async fn planted(app: &App, officer: &Staff, today: &str, later: &str) -> Value {
    let body = json!({
        "name": "Zwirbelkanari Meier", "email": "kanari.adresse@courriel.example",
        "telephone": "0698765432", "commune_code": "54329",
    });
    let citizen = app
        .post("/v1/citizens")
        .by(officer)
        .header("Idempotency-Key", "canary-2");
    let citizen = citizen.json(&body).await.expect(201).body();
    for (date, party) in [(today, 2), (later, 2)] {
        let body = json!({
            "citizen_id": citizen["id"], "party_size": party,
            "answers": [{ "question": "Kanarifrage ?", "answer": "Kanarifrage, oui" }],
            "accessibility_needs": "Kanaribedarf",
        });
        let path = format!("/v1/occurrences/{date}/registrations");
        let made = app
            .post(&path)
            .by(officer)
            .json(&body)
            .await
            .expect(201)
            .body();
        if date == today {
            let path = format!(
                "/v1/registrations/{}/check-in",
                made["id"].as_str().unwrap()
            );
            app.post(&path)
                .by(officer)
                .json(&json!({}))
                .await
                .expect(200);
        }
    }
    citizen
}

/// All that the database holds, as text.
async fn everything(app: &App) -> String {
    let tables = match app.engine {
        Engine::Sqlite => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        }
        Engine::Postgres => {
            "select table_name::text from information_schema.tables where table_schema = 'public'"
        }
    };
    let mut all = String::new();
    for table in texts(app, tables).await {
        all.push_str(&everything_in(app, &table).await);
    }
    all
}

/// All that lies in the service's folder, as text; and the database's file.
fn files(app: &App) -> String {
    fn read(folder: &std::path::Path, all: &mut String) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => read(&path, all),
                false => {
                    let bytes = std::fs::read(&path).unwrap_or_default();
                    all.push_str(&String::from_utf8_lossy(&bytes));
                    all.push_str(&path.display().to_string());
                }
            }
        }
    }
    let mut all = String::new();
    read(app.folder(), &mut all);
    all
}

async fn figures(app: &App, officer: &Staff) -> Value {
    let query = [("by", "commune")];
    let mut figures = app
        .get("/v1/participation-figures")
        .query(&query)
        .by(officer)
        .await
        .expect(200)
        .body();
    figures["computed_at"] = Value::Null;
    figures
}

#[tokio::test]
async fn who_is_erased_is_found_nowhere_and_no_count_changes() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let director = app.staff(Role::Director).await;
        let (today, later) = (date(&app, &officer).await, later_date(&app, &officer).await);
        let citizen = planted(&app, &officer, &today, &later).await;
        let next = json!({ "name": "Suivante", "email": "suivante@courriel.example" });
        let path = format!("/v1/occurrences/{later}/registrations");
        let next = app
            .post(&path)
            .by(&officer)
            .json(&next)
            .await
            .expect(201)
            .body();
        assert_eq!(next["state"], "waitlisted");
        until_mails(&app, 2).await;
        let before = figures(&app, &officer).await;
        assert_eq!(before["total"]["people"], 1);
        assert_eq!(before["total"]["headcount"], 1, "who came with them");
        let there = [everything(&app).await, files(&app)].concat();
        for canary in &CANARIES[..3] {
            assert!(there.contains(canary), "{canary} was never there");
        }

        let path = format!("/v1/citizens/{}", citizen["id"].as_str().unwrap());
        app.delete(&path).by(&officer).await.expect(428);
        app.delete(&path)
            .by(&officer)
            .if_match("*")
            .await
            .expect(204);
        app.get(&path).by(&officer).await.expect(404);
        app.delete(&path)
            .by(&officer)
            .if_match("*")
            .await
            .expect(404);
        assert_eq!(figures(&app, &officer).await, before, "the facts stay");

        let trail = app
            .get("/v1/audit-entries")
            .query(&[("limit", "200")])
            .by(&director);
        let trail = trail.await.expect(200).utf8();
        assert!(trail.contains("citizen.erased") && trail.contains("\"erased\""));
        assert!(
            !trail.contains(citizen["id"].as_str().unwrap()),
            "no id of theirs is left"
        );
        let path = format!("/v1/occurrences/{later}/registrations");
        let list = app.get(&path).by(&officer).await.expect(200).body();
        let states: Vec<&str> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["state"].as_str().unwrap())
            .collect();
        assert!(
            states.contains(&"offered") && states.contains(&"cancelled"),
            "{states:?}"
        );
        let again = json!({
            "name": "Zwirbelkanari Meier", "email": "kanari.adresse@courriel.example",
            "telephone": "0698765432", "commune_code": "54329",
        });
        let again = app
            .post("/v1/citizens")
            .by(&officer)
            .header("Idempotency-Key", "canary-2")
            .json(&again);
        again.await.expect(410);

        let found = [list.to_string(), trail, everything(&app).await, files(&app)].concat();
        for canary in CANARIES {
            assert!(!found.contains(canary), "{canary} is there still");
        }
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    })
    .await;
}

#[tokio::test]
async fn with_a_person_all_go_who_turned_out_to_be_them_and_no_count_changes() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let (today, later) = (date(&app, &officer).await, later_date(&app, &officer).await);
        let merged = planted(&app, &officer, &today, &later).await;
        // Before they turn out to be somebody who has no address, for a while.
        until_mails(&app, 1).await;
        let written_down = async |body: Value| {
            app.advance(chrono::TimeDelta::milliseconds(1));
            let made = app.post("/v1/citizens").by(&officer).json(&body).await;
            made.expect(201).body()
        };
        // The second knew nothing but the name; the last one is kept, and came somewhere else.
        let between = written_down(json!({ "name": "Meier Zwirbelkanari" })).await;
        let kept =
            json!({ "name": "Z. Zwirbelkanari", "email": "autre.kanari.adresse@courriel.example" });
        let kept = written_down(kept).await;
        let other = date(&app, &officer).await;
        for one in [&between, &kept] {
            let path = format!("/v1/occurrences/{other}/registrations");
            let body = json!({ "citizen_id": one["id"], "accessibility_needs": "Kanaribedarf" });
            let made = app
                .post(&path)
                .by(&officer)
                .json(&body)
                .await
                .expect(201)
                .body();
            let path = format!(
                "/v1/registrations/{}/check-in",
                made["id"].as_str().unwrap()
            );
            app.post(&path)
                .by(&officer)
                .json(&json!({}))
                .await
                .expect(200);
        }
        let path =
            |one: &Value, what: &str| format!("/v1/citizens/{}{what}", one["id"].as_str().unwrap());
        for (one, into) in [(&merged, &between), (&between, &kept)] {
            let body = json!({ "into": into["id"] });
            app.post(&path(one, "/merge"))
                .by(&officer)
                .json(&body)
                .await
                .expect(200);
        }
        let other = written_down(json!({ "name": "Autre Personne" })).await;
        let body = json!({ "from": other["id"] });
        app.post(&path(&kept, "/distinct"))
            .by(&officer)
            .json(&body)
            .await
            .expect(200);
        let before = figures(&app, &officer).await;
        assert_eq!(
            (&before["total"]["people"], &before["total"]["entries"]),
            (&json!(1), &json!(3))
        );

        // Who was merged is erased with the one kept.
        for one in [&merged, &between] {
            let refused = app.delete(&path(one, "")).by(&officer).if_match("*").await;
            assert_eq!(refused.expect(409).body()["existing"]["id"], kept["id"]);
        }
        app.delete(&path(&kept, ""))
            .by(&officer)
            .if_match("*")
            .await
            .expect(204);
        for one in [&merged, &between, &kept] {
            app.get(&path(one, "")).by(&officer).await.expect(404);
        }
        assert_eq!(
            figures(&app, &officer).await,
            before,
            "the facts stay, and whose they are"
        );
        let found = [everything(&app).await, files(&app)].concat();
        for canary in CANARIES {
            assert!(!found.contains(canary), "{canary} is there still");
        }
        for one in [&merged, &between, &kept] {
            let id = one["id"].as_str().unwrap();
            assert!(
                !found.contains(id) && !found.contains(&id.replace('-', "")),
                "{id}"
            );
        }
        let ledger = std::fs::read_to_string(app.folder().join("erasures.txt")).unwrap();
        assert_eq!(ledger.lines().count(), 3, "{ledger}");
        assert_eq!(
            texts(&app, "select cast(count(*) as text) from distinctions").await,
            ["0"]
        );
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    })
    .await;
}

async fn until_mails(app: &App, mails: usize) {
    for _ in 0..100 {
        let folder = app.folder().join("mail");
        let count = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .count();
        if count >= mails {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the mails never came");
}

#[tokio::test]
async fn an_erasure_is_entered_into_the_ledger() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let (today, later) = (date(&app, &officer).await, later_date(&app, &officer).await);
        let citizen = planted(&app, &officer, &today, &later).await;
        let path = format!("/v1/citizens/{}", citizen["id"].as_str().unwrap());
        app.delete(&path)
            .by(&officer)
            .if_match("*")
            .await
            .expect(204);
        let ledger = std::fs::read_to_string(app.folder().join("erasures.txt")).unwrap();
        assert_eq!(ledger.lines().count(), 1, "{ledger}");
        assert!(!ledger.contains(citizen["id"].as_str().unwrap()));
    })
    .await;
}

fn without_mail(raw: &mut RawSettings) {
    raw.mail = "off".parse().ok();
}

#[tokio::test]
async fn an_address_that_nobody_confirmed_is_forgotten_after_a_day() {
    for engine in harness::engines::engines() {
        let app = App::start_with(engine, without_mail).await;
        let officer = app.staff(Role::Officer).await;
        let later = later_date(&app, &officer).await;
        let body = json!({ "name": "Zwirbelkanari", "email": "kanari.adresse@courriel.example" });
        let path = format!("/v1/occurrences/{later}/registrations");
        app.post(&path).json(&body).await.expect(201);
        app.advance(chrono::TimeDelta::hours(25));
        for _ in 0..100 {
            if texts(&app, "select state from registrations").await == ["cancelled"] {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        // What is looked at every hour is looked at when a service starts.
        let again = app.another_instance_with(&app.url, without_mail).await;
        let mut is_there = true;
        for _ in 0..100 {
            is_there = everything(&again).await.contains("Zwirbelkanari");
            if !is_there {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert!(!is_there, "they are there still");
    }
}

/// What stands in the newest mail's link.
async fn link(app: &App, mails: usize) -> String {
    until_mails(app, mails).await;
    let folder = app.folder().join("mail");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|file| file.path())
        .collect();
    // Named by ids that count up with time.
    files.sort();
    let raw = std::fs::read(files.last().unwrap()).unwrap();
    let text = harness::post_office::read(&raw)
        .body_text(0)
        .unwrap()
        .into_owned();
    let (_, rest) = text.split_once("/registrations/").unwrap();
    rest.lines().next().unwrap().trim().to_owned()
}

#[tokio::test]
async fn what_was_written_before_one_was_known_and_typed_again_goes_too() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let (today, later) = (date(&app, &officer).await, later_date(&app, &officer).await);
        let body = json!({ "name": "Zwirbelkanari", "email": "kanari.adresse@courriel.example" });
        let register = async |date: &str| {
            let path = format!("/v1/occurrences/{date}/registrations");
            app.advance(chrono::TimeDelta::seconds(1));
            app.post(&path).json(&body).await.expect(201);
        };
        // Known by the first; the second turns out to be of the same person; the third is never confirmed.
        for (date, mails) in [(&today, 1), (&later, 3)] {
            register(date).await;
            let page = format!("/registrations/{}", link(&app, mails).await);
            app.post(&format!("{page}/confirm"))
                .empty()
                .await
                .expect(303);
            until_mails(&app, mails + 1).await;
        }
        let third = later_date(&app, &officer).await;
        register(&third).await;
        until_mails(&app, 5).await;
        let citizens = app
            .get("/v1/citizens")
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(citizens["data"].as_array().unwrap().len(), 1);
        let path = format!(
            "/v1/citizens/{}",
            citizens["data"][0]["id"].as_str().unwrap()
        );
        app.delete(&path)
            .by(&officer)
            .if_match("*")
            .await
            .expect(204);
        let found = [everything(&app).await, files(&app)].concat();
        for canary in &CANARIES[..2] {
            assert!(!found.contains(canary), "{canary} is there still");
        }
    })
    .await;
}
