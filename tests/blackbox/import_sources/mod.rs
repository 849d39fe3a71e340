//! Addresses that are polled: kept by the staff, asked by the clock, and never to be led inside.

mod adoption;
mod clock;
mod polls;
mod targets;

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, PASSWORD, Staff, on_each_database, on_each_database_with};
use harness::http::{Call, Reply};
use serde_json::{Value, json};

const MORNING: &str = "2027-03-25T10:00:00 2027-03-25T12:00:00";

fn agenda() -> Value {
    json!({ "name": "Agenda de la ville", "url": "https://agenda.example/export.json" })
}

fn create(app: &App, by: &Staff, body: &Value) -> Call {
    app.post("/v1/import-sources").by(by).json(body)
}

/// A source at that address, as it was made.
async fn source(app: &App, by: &Staff, url: &str) -> Value {
    let body = json!({ "name": "Agenda", "url": url, "publish": true });
    create(app, by, &body).await.expect(201).body()
}

fn path(source: &Value) -> String {
    format!("/v1/import-sources/{}", source["id"].as_str().unwrap())
}

async fn read(app: &App, by: &Staff, source: &Value) -> Value {
    app.get(&path(source)).by(by).await.expect(200).body()
}

async fn poll(app: &App, by: &Staff, source: &Value) -> Reply {
    app.post(&format!("{}/poll", path(source)))
        .by(by)
        .empty()
        .await
}

fn patch(app: &App, by: &Staff, source: &Value, body: &Value) -> Call {
    app.patch(&path(source)).by(by).if_match("*").json(body)
}

/// An export of one record.
fn export(title: &str) -> String {
    let fields = json!({ "uid": "1", "title": title, "timetable": MORNING, "lang": "fr" });
    json!({ "records": [{ "recordid": "x", "fields": fields }] }).to_string()
}

/// The same officer after a while; tokens don't live that long.
async fn later(app: &App, by: &Staff, while_: TimeDelta) -> Staff {
    app.advance(while_);
    let reply = app.sign_in("officer@petr.example", PASSWORD).await;
    reply.expect(200);
    Staff {
        token: reply.text("access_token"),
        refresh_token: reply.text("refresh_token"),
        ..by.clone()
    }
}

/// The last import that a poll made.
async fn last_import(app: &App, by: &Staff, polled: &Value) -> Value {
    let id = polled["last_import_id"].as_str().unwrap();
    app.get(&format!("/v1/imports/{id}"))
        .by(by)
        .await
        .expect(200)
        .body()
}

/// What the audit trail says happened, in those entries, sorted.
async fn facts(app: &App, director: &Staff, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let trail = app.get("/v1/audit-entries?limit=200").by(director).await;
    let trail = trail.expect(200).body();
    let entries = trail["data"].as_array().unwrap().iter();
    let mut facts: Vec<_> = entries
        .filter(|entry| wanted(entry))
        .flat_map(|entry| entry["facts"].as_array().unwrap())
        .map(|fact| fact.as_str().unwrap().to_owned())
        .collect();
    facts.sort();
    facts
}

/// All imports.
async fn imports(app: &App, by: &Staff) -> Vec<Value> {
    let body = app
        .get("/v1/imports?limit=200")
        .by(by)
        .await
        .expect(200)
        .body();
    body["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_source_is_made_and_read_again() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let reply = create(&app, &officer, &agenda()).await;
        let made = reply.expect(201).body();
        let id = made["id"].as_str().unwrap();
        assert_eq!(reply.header("location"), format!("/v1/import-sources/{id}"));
        assert_eq!(reply.header("etag"), made["etag"]);
        assert_eq!(
            made,
            json!({
                "id": id, "name": "Agenda de la ville", "url": "https://agenda.example/export.json",
                "every_minutes": 60, "publish": false, "state": "active",
                "source": format!("import-source:{id}"),
                "next_poll_at": "2026-11-24T09:01:00Z", "failures": 0,
                "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
                "etag": made["etag"],
            })
        );
        assert_eq!(read(&app, &officer, &made).await, made);
        app.advance(TimeDelta::seconds(1));
        let whole = json!({
            "name": "Autre", "url": "webcal://agenda.example/a.ics", "format": "openagenda",
            "every_minutes": 15, "publish": true,
        });
        let other = create(&app, &officer, &whole).await.expect(201).body();
        assert_eq!(other["url"], "https://agenda.example/a.ics");
        assert_eq!(other["format"], "openagenda");
        let pages = [
            "/v1/import-sources?limit=1&count=true",
            "/v1/import-sources?limit=2",
        ];
        let first = app.get(pages[0]).by(&officer).await.expect(200).body();
        assert_eq!(
            (&first["data"], &first["page"]["total"]),
            (&json!([made]), &json!(2))
        );
        let all = app.get(pages[1]).by(&officer).await.expect(200).body();
        assert_eq!(all["data"], json!([made, other]));
    })
    .await;
}

#[tokio::test]
async fn one_address_is_polled_by_one_source() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let at = |url: &str| json!({ "name": "Autre", "url": url });
        let first = create(&app, &officer, &agenda()).await.expect(201).body();
        let same = "https://Agenda.example:443/a/../export.json#mars";
        let reply = create(&app, &officer, &at(same)).await;
        assert_eq!(reply.expect(409).problem(), "conflict");
        assert_eq!(reply.faults(), ["/url already_used"]);
        let detail = reply.body()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(&path(&first)), "{detail}");
        let other = create(&app, &officer, &at("https://agenda.example/other"));
        let other = other.await.expect(201).body();
        let reply = patch(&app, &officer, &other, &json!({ "url": same })).await;
        assert_eq!(reply.expect(409).faults(), ["/url already_used"]);
        // Its own is no other's.
        let own = json!({ "url": format!("{}#x", first["url"].as_str().unwrap()), "name": "Ici" });
        let own = patch(&app, &officer, &first, &own).await.expect(200).body();
        assert_eq!(own["url"], first["url"]);
        let gone = app.delete(&path(&first)).by(&officer).if_match("*").await;
        gone.expect(204);
        create(&app, &officer, &agenda()).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn of_several_made_at_one_address_at_once_one_is() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for round in 0..10 {
            let body = json!({ "name": "Agenda", "url": format!("https://a.example/{round}") });
            let made = async || create(&app, &officer, &body).await.status;
            let made = tokio::join!(made(), made(), made(), made(), made(), made());
            let mut made = [made.0, made.1, made.2, made.3, made.4, made.5];
            made.sort_unstable();
            assert_eq!(made, [201, 409, 409, 409, 409, 409], "{round}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_fault_of_a_source_is_told_at_once() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let wrong = json!({ "name": " ", "url": "ftp://agenda.example/", "every_minutes": 14 });
        let reply = create(&app, &officer, &wrong).await;
        assert_eq!(reply.expect(422).problem(), "invalid");
        let faults = [
            "/every_minutes out_of_range",
            "/name required",
            "/url malformed",
        ];
        assert_eq!(reply.faults(), faults);
        let wrong = json!({ "publish": "yes", "state": "paused", "format": "xml" });
        let reply = create(&app, &officer, &wrong).await;
        let faults = [
            "/format unknown_value",
            "/name required",
            "/publish type",
            "/state unknown_field",
            "/url required",
        ];
        assert_eq!(reply.expect(422).faults(), faults);
        let made = create(&app, &officer, &agenda()).await.expect(201).body();
        let reply = patch(
            &app,
            &officer,
            &made,
            &json!({ "every_minutes": 10081, "url": null }),
        )
        .await;
        assert_eq!(
            reply.expect(422).faults(),
            ["/every_minutes out_of_range", "/url type"]
        );
    })
    .await;
}

#[tokio::test]
async fn an_address_that_leads_inside_is_refused_as_it_is_written() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for (url, code) in [
            ("https://127.0.0.1/", "private_target"),
            ("https://0x7f.1/", "private_target"),
            ("https://2130706433/", "private_target"),
            ("https://10.0.0.1/", "private_target"),
            ("https://169.254.169.254/latest", "private_target"),
            ("https://[::1]/", "private_target"),
            ("https://[::ffff:127.0.0.1]/", "private_target"),
            ("http://192.168.1.1/", "private_target"),
            ("http://agenda.example/", "needs_https"),
            ("http://1.1.1.1/", "needs_https"),
            ("https://agenda.example:22/", "port_refused"),
            ("https://localhost./", "malformed"),
            ("https://me:secret@agenda.example/", "malformed"),
            ("file:///etc/passwd", "malformed"),
        ] {
            let body = json!({ "name": "Agenda", "url": url });
            let reply = create(&app, &officer, &body).await;
            assert_eq!(
                reply.expect(422).faults(),
                [format!("/url {code}")],
                "{url}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_source_is_changed_paused_resumed_and_deleted() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let made = create(&app, &officer, &agenda()).await.expect(201).body();
        let etag = made["etag"].as_str().unwrap();
        let change = json!({ "name": "Autre nom", "every_minutes": 240 });
        let missing = app.patch(&path(&made)).by(&officer).json(&change).await;
        assert_eq!(missing.expect(428).problem(), "precondition-required");
        let changed = app
            .patch(&path(&made))
            .by(&officer)
            .if_match(etag)
            .json(&change)
            .await;
        let changed = changed.expect(200).body();
        assert_eq!(
            (&changed["name"], &changed["every_minutes"]),
            (&json!("Autre nom"), &json!(240))
        );
        let stale = app
            .patch(&path(&made))
            .by(&officer)
            .if_match(etag)
            .json(&change)
            .await;
        assert_eq!(stale.expect(412).header("etag"), changed["etag"]);

        let turn = async |by: &Staff, word: &str| {
            app.post(&format!("{}/{word}", path(&made)))
                .by(by)
                .empty()
                .await
        };
        let paused = turn(&officer, "pause").await.expect(200).body();
        assert_eq!(
            (&paused["state"], paused.get("next_poll_at")),
            (&json!("paused"), None)
        );
        assert_eq!(
            turn(&officer, "pause").await.expect(409).problem(),
            "wrong-state"
        );
        let officer = later(&app, &officer, TimeDelta::hours(1)).await;
        let resumed = turn(&officer, "resume").await.expect(200).body();
        assert_eq!(resumed["next_poll_at"], "2026-11-24T10:01:00Z");
        assert_eq!(
            turn(&officer, "resume").await.expect(409).problem(),
            "wrong-state"
        );

        let without = app.delete(&path(&made)).by(&officer).await;
        assert_eq!(without.expect(428).problem(), "precondition-required");
        app.delete(&path(&made))
            .by(&officer)
            .if_match("*")
            .await
            .expect(204);
        assert_eq!(
            app.get(&path(&made))
                .by(&officer)
                .await
                .expect(404)
                .problem(),
            "not-found"
        );
        assert_eq!(
            poll(&app, &officer, &made).await.expect(404).problem(),
            "not-found"
        );

        let director = app.staff(Role::Director).await;
        let facts = facts(&app, &director, |entry| {
            entry["subject"]["kind"] == "import_source"
        });
        let facts = facts.await;
        assert_eq!(
            facts,
            [
                "import_source.created",
                "import_source.deleted",
                "import_source.paused",
                "import_source.resumed",
                "import_source.updated",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_key_makes_one_source() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let keyed = async || {
            create(&app, &officer, &agenda())
                .header("Idempotency-Key", "une-fois")
                .await
        };
        let (one, again) = (keyed().await, keyed().await);
        assert_eq!(
            (again.expect(201).bytes.clone(), again.header("location")),
            (one.bytes.clone(), one.header("location"))
        );
        let all = app
            .get("/v1/import-sources")
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(all["data"], json!([one.body()]));
    })
    .await;
}
