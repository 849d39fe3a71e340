//! What an entry says, and how the trail is read.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, PASSWORD, Staff, on_each_database};
use harness::behind::execute;
use harness::http::Call;
use persistence::audit::check_readable;
use serde_json::{Value, json};

use super::{entries, facts};

fn body() -> Value {
    json!({ "title": "Séance du club", "occurrences": [{
        "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00",
    }] })
}

/// An id that no other request has.
fn request_id() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    let count = u128::from(COUNT.fetch_add(1, Ordering::Relaxed));
    uuid::Uuid::from_u128(0x01a0_5b8d_9300_7000_8a36_0000_0000_0000 + count).to_string()
}

/// Sends a write and gives the one entry that it left.
async fn entry_of(app: &App, director: &Staff, call: Call, by: &Staff) -> Value {
    let id = request_id();
    let reply = call.by(by).header("X-Request-Id", &id).await;
    assert!((200..300).contains(&reply.status), "{}", reply.utf8());
    assert_eq!(reply.header("x-request-id"), id);
    let mut all = entries(app, director, &[]).await;
    all.retain(|entry| entry["request_id"] == id);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[tokio::test]
async fn each_write_of_an_event_leaves_one_entry() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let made = entry_of(
            &app,
            &director,
            app.post("/v1/events").json(&body()),
            &officer,
        )
        .await;
        let event = made["subject"]["id"].as_str().unwrap();
        assert_eq!(made["operation"], "events_create");
        assert_eq!(made["actor"], json!({ "kind": "user", "id": officer.id }));
        assert_eq!(made["subject"], json!({ "kind": "event", "id": event }));
        assert_eq!(made["facts"], json!(["event.created"]));
        assert_eq!(made["at"], "2026-11-24T09:00:00Z");
        assert_eq!(
            made["changes"]["content"]["after"]["title"],
            "Séance du club"
        );

        let path = format!("/v1/events/{event}");
        let date = app.get(&path).by(&officer).await.body()["occurrences"][0]["id"].clone();
        let date = format!("/v1/occurrences/{}", date.as_str().unwrap());
        let reason = json!({ "reason": "Salle inondée" });
        let moved = json!({
            "local_start": "2027-03-26T18:30:00", "local_end": "2027-03-26T20:30:00",
            "reason": "Salle inondée",
        });
        for (operation, call) in [
            (
                "events_update",
                app.patch(&path).json(&json!({ "title": "Club" })),
            ),
            ("events_publish", app.post(&format!("{path}/publish"))),
            (
                "occurrences_move",
                app.post(&format!("{date}/move")).json(&moved),
            ),
            (
                "occurrences_cancel",
                app.post(&format!("{date}/cancel")).json(&reason),
            ),
            (
                "events_cancel",
                app.post(&format!("{path}/cancel")).json(&reason),
            ),
            ("events_archive", app.post(&format!("{path}/archive"))),
        ] {
            let entry = entry_of(&app, &director, call.if_match("*"), &officer).await;
            assert_eq!(entry["operation"], operation);
            assert_eq!(entry["actor"]["id"], json!(officer.id));
            assert_eq!(entry["subject"]["id"], json!(event));
            let changes = entry["changes"].to_string();
            assert!(
                changes.contains(r#""before":"#) && changes.contains(r#""after":"#),
                "{changes}"
            );
            if operation == "events_update" {
                let title = r#""title":{"before":"Séance du club","after":"Club"}"#;
                assert!(changes.contains(title), "{changes}");
            }
        }
        let copied = app.post(&format!("{path}/duplicate"));
        let copied = entry_of(&app, &director, copied.if_match("*"), &officer).await;
        assert_ne!(copied["subject"]["id"], json!(event));
    })
    .await;
}

#[tokio::test]
async fn each_write_of_an_account_leaves_one_entry_and_none_quotes_a_password() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let secret = "une tortue verte au marché";
        let zoe = json!({
            "email": "zoe@petr.example", "name": "Zoé", "roles": ["officer"], "password": secret,
        });
        let call = app.post("/v1/users").json(&zoe);
        let made = entry_of(&app, &director, call, &director).await;
        let id = made["subject"]["id"].as_str().unwrap().to_owned();
        assert_eq!(made["operation"], "users_create");
        assert_eq!(made["actor"], json!({ "kind": "user", "id": director.id }));
        assert_eq!(made["subject"], json!({ "kind": "user", "id": id }));
        assert_eq!(made["facts"], json!(["user.created"]));
        assert_eq!(
            made["changes"]["content"]["after"]["email"],
            "zoe@petr.example"
        );

        let path = format!("/v1/users/{id}");
        let rename = json!({ "name": "Zoé Martin", "roles": ["referent"] });
        let rename = app.patch(&path).if_match("*").json(&rename);
        let renamed = entry_of(&app, &director, rename, &director).await;
        assert_eq!(renamed["facts"], json!(["user.updated"]));
        assert_eq!(
            renamed["changes"],
            json!({ "content": {
            "name": { "before": "Zoé", "after": "Zoé Martin" },
            "roles": { "before": ["officer"], "after": ["referent"] },
        } })
        );
        let reset = app
            .patch(&path)
            .if_match("*")
            .json(&json!({ "password": PASSWORD }));
        let reset = entry_of(&app, &director, reset, &director).await;
        assert_eq!(reset["facts"], json!(["user.password_changed"]));
        assert_eq!(reset["changes"], json!({}));

        let reply = app.sign_in("zoe@petr.example", PASSWORD).await;
        let zoe = Staff {
            token: reply.expect(200).text("access_token"),
            ..director.clone()
        };
        let change = json!({ "current_password": PASSWORD, "new_password": secret });
        let change = app.post("/v1/me/password").json(&change);
        let changed = entry_of(&app, &director, change, &zoe).await;
        assert_eq!(changed["operation"], "me_change_password");
        assert_eq!(changed["actor"], json!({ "kind": "user", "id": id }));

        let call = app.post(&format!("{path}/disable"));
        let out = entry_of(&app, &director, call, &director).await;
        assert_eq!(out["facts"], json!(["user.disabled"]));
        assert_eq!(
            out["changes"],
            json!({ "state": { "before": "active", "after": "disabled" } })
        );
        let call = app.post(&format!("{path}/enable"));
        let back = entry_of(&app, &director, call, &director).await;
        assert_eq!(back["facts"], json!(["user.enabled"]));

        let all = serde_json::to_string(&entries(&app, &director, &[]).await).unwrap();
        for told in [secret, PASSWORD, "argon2", "password_hash"] {
            assert!(!all.contains(told), "{told}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_write_leaves_nothing() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let event = app.event(&officer, body()).await;
        let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
        let before = entries(&app, &director, &[]).await;
        let one = json!({ "title": "Autre" });
        let mine = format!("/v1/users/{}", director.id);
        let taken = json!({ "email": "officer@petr.example", "name": "X", "roles": ["funder"] });
        for (call, status) in [
            (app.post("/v1/events").json(&json!({})).by(&officer), 422),
            (app.post("/v1/events").json(&one), 401),
            (app.patch(&path).json(&one).by(&officer), 428),
            (
                app.patch(&path).if_match("\"v0\"").json(&one).by(&officer),
                412,
            ),
            (
                app.patch(&path)
                    .if_match("*")
                    .json(&json!({ "titel": 1 }))
                    .by(&officer),
                422,
            ),
            (
                app.post(&format!("{path}/cancel"))
                    .if_match("*")
                    .by(&officer),
                409,
            ),
            (
                app.post(&format!("{path}/archive"))
                    .if_match("\"v0\"")
                    .by(&officer),
                412,
            ),
            (app.post("/v1/users").json(&taken).by(&director), 409),
            (app.post("/v1/users").json(&taken).by(&officer), 403),
            (app.post(&format!("{mine}/disable")).by(&director), 409),
            (app.post(&format!("{mine}/enable")).by(&director), 409),
            (
                app.patch(&mine)
                    .if_match("*")
                    .json(&json!({ "roles": ["funder"] }))
                    .by(&director),
                409,
            ),
        ] {
            let reply = call.await;
            assert_eq!(reply.status, status, "{}", reply.utf8());
        }
        // What would change nothing is no change.
        let same = json!({ "title": "Séance du club" });
        app.patch(&path)
            .if_match("*")
            .json(&same)
            .by(&officer)
            .await
            .expect(200);
        assert_eq!(entries(&app, &director, &[]).await.len(), before.len());
    })
    .await;
}

#[tokio::test]
async fn reading_accounts_and_the_trail_is_noted_and_reading_events_is_not() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let user = format!("/v1/users/{}", officer.id);
        let list = app
            .get("/v1/audit-entries")
            .by(&director)
            .await
            .expect(200)
            .body();
        let one = list["data"][0]["id"].as_str().unwrap().to_owned();
        let (entry, before) = (
            format!("/v1/audit-entries/{one}"),
            list["data"].as_array().unwrap().len(),
        );
        for path in ["/v1/users", &user, &entry] {
            app.advance(TimeDelta::seconds(1));
            app.get(path).by(&director).await.expect(200);
        }
        app.advance(TimeDelta::seconds(1));
        app.get("/v1/events").by(&officer).await.expect(200);
        app.get("/v1/me").by(&officer).await.expect(200);
        app.get("/v1/users").by(&officer).await.expect(403);
        let list = app
            .get("/v1/audit-entries")
            .by(&director)
            .await
            .expect(200)
            .body();
        let data = list["data"].as_array().unwrap();
        let read: Vec<_> = data[..data.len() - before]
            .iter()
            .map(|entry| {
                assert_eq!(entry["facts"], json!(["personal_data.read"]));
                assert_eq!(entry["actor"]["id"], json!(director.id));
                (
                    entry["operation"].as_str().unwrap(),
                    entry["subject"].clone(),
                )
            })
            .collect();
        // The list shows its own reading, since that was committed before.
        assert_eq!(
            read,
            [
                ("audit_entries_list", json!({ "kind": "audit_entry" })),
                ("audit_entries_get", json!({ "kind": "audit_entry" })),
                ("users_get", json!({ "kind": "user", "id": officer.id })),
                ("users_list", json!({ "kind": "user" })),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn the_trail_is_filtered_and_paged_newest_first() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let mut events = vec![];
        for _ in 0..3 {
            app.advance(TimeDelta::minutes(1));
            let event = app.event(&officer, body()).await;
            events.push(event["id"].as_str().unwrap().to_owned());
        }
        app.advance(TimeDelta::minutes(1));
        let path = format!("/v1/events/{}/publish", events[0]);
        app.post(&path).by(&officer).if_match("*").await.expect(200);

        let of = async |filter: &[(&str, &str)]| entries(&app, &director, filter).await;
        let first = of(&[("subject", &events[0])]).await;
        assert_eq!(facts(&first), ["event.published", "event.created"]);
        let made = of(&[("operation", "events_create")]).await;
        let subjects: Vec<_> = made
            .iter()
            .map(|e| e["subject"]["id"].as_str().unwrap())
            .collect();
        assert_eq!(
            subjects,
            events.iter().rev().map(String::as_str).collect::<Vec<_>>()
        );
        assert_eq!(of(&[("actor", &officer.id)]).await.len(), 4);
        let between = [
            ("from", "2026-11-24T09:01:00Z"),
            ("to", "2026-11-24T09:03:00Z"),
        ];
        assert_eq!(
            facts(&of(&between).await),
            ["event.created", "event.created"]
        );
        let both = [
            ("operation", "events_create"),
            ("subject", events[1].as_str()),
        ];
        assert_eq!(of(&both).await.len(), 1);
        assert_eq!(of(&[("from", "2026-11-25")]).await, Vec::<Value>::new());

        // Page by page it is the same, though each reading adds an entry at the top.
        let whole = of(&[("to", "2026-11-24T09:04:00Z")]).await;
        let (mut seen, mut cursor) = (vec![], None);
        loop {
            let mut query = vec![
                ("to", "2026-11-24T09:04:00Z".to_owned()),
                ("limit", "1".to_owned()),
            ];
            query.extend(cursor.map(|cursor| ("cursor", cursor)));
            let query: Vec<_> = query
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let page = app
                .get("/v1/audit-entries")
                .query(&query)
                .by(&director)
                .await;
            let page = page.expect(200).body();
            seen.extend(page["data"].as_array().unwrap().clone());
            cursor = page["page"]["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        let ids = |all: &[Value]| {
            all.iter()
                .map(|entry| entry["id"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(&seen), ids(&whole));
        let path = format!("/v1/audit-entries/{}", made[0]["id"].as_str().unwrap());
        let one = app.get(&path).by(&director).await.expect(200).body();
        assert_eq!(one["changes"], made[0]["changes"]);
        let wrong = "/v1/audit-entries?subject=x&actor=y&from=z&colour=red";
        assert_eq!(
            app.get(wrong)
                .by(&director)
                .await
                .expect(422)
                .faults()
                .len(),
            4
        );
        let unknown = "/v1/audit-entries/01a05b8d-9300-7000-8a36-ed8212f372a7";
        assert_eq!(
            app.get(unknown).by(&director).await.expect(404).problem(),
            "not-found"
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_erased_and_what_does_not_open_are_told_apart() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let about = async |id: &str| {
            let all = entries(&app, &director, &[("subject", id)]).await;
            let made = all
                .into_iter()
                .find(|entry| entry["facts"] == json!(["user.created"]));
            made.expect("the account was made")
        };
        let told = about(&officer.id).await;
        assert!(told["changes"]["content"].is_object(), "{told}");
        assert_eq!(told.get("changes_withheld"), None);
        assert_eq!(check_readable(&app.store).await.unwrap(), [""; 0]);

        // The key of another one lies in its place.
        let of = |email: &str| format!("select id from users where email = '{email}@petr.example'");
        let other = format!(
            "update person_keys set wrapped = (select k.wrapped from person_keys k \
             where k.person_id = ({})) where person_id = ({})",
            of("director"),
            of("officer")
        );
        assert_eq!(execute(&app, &other).await, 1);
        let withheld = about(&officer.id).await;
        assert_eq!(withheld["changes_withheld"], "unreadable");
        assert_eq!(withheld.get("changes"), None);
        let faults = check_readable(&app.store).await.unwrap();
        assert!(!faults.is_empty());
        let start = format!("audit entry {}: ", told["id"].as_str().unwrap());
        assert!(
            faults.iter().any(|fault| fault.starts_with(&start)),
            "{faults:?}"
        );

        let erase = format!(
            "delete from person_keys where person_id = ({})",
            of("officer")
        );
        assert_eq!(execute(&app, &erase).await, 1);
        let withheld = about(&officer.id).await;
        assert_eq!(withheld["changes_withheld"], "erased");
        assert_eq!(withheld.get("changes"), None);
        assert_eq!(check_readable(&app.store).await.unwrap(), [""; 0]);
    })
    .await;
}
