//! What lies in the tables beside the state: ids and states in the outbox, ciphertext in the trail.

use domain::accounts::Role;
use harness::app::on_each_database;
use harness::behind::{everything_in, execute, texts};
use harness::engines::Engine;
use serde_json::{Value, json};

use super::{entries, facts};

#[tokio::test]
async fn the_outbox_holds_ids_and_states_and_never_a_title() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({
            "title": "Canari des bois", "summary": "Canari résumé", "description": "Canari décrit",
            "occurrences": [{
                "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00",
            }],
        });
        let event = app.published(&officer, body).await;
        let id = event["id"].as_str().unwrap();
        app.advance(chrono::TimeDelta::minutes(1));
        let path = format!("/v1/events/{id}/cancel");
        let reason = json!({ "reason": "Canari malade" });
        app.post(&path)
            .by(&officer)
            .if_match("*")
            .json(&reason)
            .await
            .expect(200);
        let rows = "select kind || ' ' || subject_kind || ' ' || cast(payload as text) from outbox \
                    order by created_at, id";
        let rows = texts(&app, rows).await;
        let kinds: Vec<_> = rows
            .iter()
            .map(|row| row.split(' ').next().unwrap())
            .collect();
        assert_eq!(kinds, ["event.published", "event.cancelled"]);
        for (row, state) in rows.iter().zip(["published", "cancelled"]) {
            let payload: Value = serde_json::from_str(row.splitn(3, ' ').nth(2).unwrap()).unwrap();
            assert_eq!(payload, json!({ "event_id": id, "state": state }));
        }
        let all = everything_in(&app, "outbox").await;
        assert!(
            !all.is_empty() && !all.to_lowercase().contains("canari"),
            "{all}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_personal_is_read_by_the_director_and_not_in_the_table_s_bytes() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let body = json!({
            "email": "canary.zoe@petr.example", "name": "Zoé Canari", "roles": ["officer"],
        });
        let made = app.post("/v1/users").by(&director).json(&body);
        let made = made
            .header("Idempotency-Key", "canary-key")
            .await
            .expect(201)
            .body();
        let id = made["id"].as_str().unwrap();
        let path = format!("/v1/users/{id}");
        app.advance(chrono::TimeDelta::minutes(1));
        let change = json!({ "name": "Zoé Canari-Martin", "email": "canary.z@petr.example" });
        app.patch(&path)
            .by(&director)
            .if_match("*")
            .json(&change)
            .await
            .expect(200);
        app.sign_in("canary.z@petr.example", "une autre phrase de passe")
            .await
            .expect(400);

        let told = entries(&app, &director, &[("subject", id)]).await;
        assert_eq!(facts(&told), ["user.updated", "user.created"]);
        let quoted = told[0]["changes"].to_string();
        assert!(
            quoted.contains("Zoé Canari\"") && quoted.contains("canary.z@"),
            "{quoted}"
        );

        // Where it belongs it is found, so it would be found elsewhere.
        let users = everything_in(&app, "users").await;
        assert!(users.contains("Zoé Canari-Martin") && users.contains("canary.z@petr.example"));
        for table in [
            "audit_entries",
            "idempotency_keys",
            "outbox",
            "sign_in_attempts",
            "sessions",
        ] {
            let all = everything_in(&app, table).await;
            assert!(all.len() > 10 || table == "outbox", "{table} is empty");
            for personal in ["Canari", "canary.", "Zoé", "@petr.example"] {
                assert!(!all.contains(personal), "{personal} in {table}");
            }
        }
        // In the whole file and its log the old address is nowhere: what is deleted is overwritten,
        // and what is in its place never held it in the clear.
        if app.engine == Engine::Sqlite {
            let path = app.url.trim_start_matches("sqlite:").to_owned();
            execute(&app, "pragma wal_checkpoint(truncate)").await;
            let file = std::fs::read(&path).unwrap();
            let wal = std::fs::read(format!("{path}-wal")).unwrap_or_default();
            let holds = |what: &str| {
                [&file, &wal]
                    .iter()
                    .any(|bytes| bytes.windows(what.len()).any(|w| w == what.as_bytes()))
            };
            assert!(
                holds("canary.z@petr.example"),
                "the file was looked through"
            );
            assert!(!holds("canary.zoe@"), "the old address lies in the file");
        }
    })
    .await;
}
