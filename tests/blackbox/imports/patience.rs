//! An import whose database is kept busy by others.

use std::time::Duration;

use domain::accounts::Role;
use harness::app::on_each_database;
use harness::engines::Engine;
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};

use super::{record, send};

const RECORDS: u32 = 1_000;

/// Longer than a write waits for the locks of others.
const BUSY: Duration = Duration::from_secs(6);

/// Shuts every write out for a while.
async fn keep_busy(engine: Engine, url: &str) {
    match engine {
        Engine::Sqlite => {
            let path = url.trim_start_matches("sqlite:");
            let mut other = sqlx::SqliteConnection::connect(path).await.unwrap();
            other.execute("pragma busy_timeout = 30000").await.unwrap();
            other.execute("begin immediate").await.unwrap();
            tokio::time::sleep(BUSY).await;
            other.execute("rollback").await.unwrap();
        }
        Engine::Postgres => {
            let mut other = sqlx::PgConnection::connect(url).await.unwrap();
            let mut lock = other.begin().await.unwrap();
            lock.execute("lock table import_records in exclusive mode")
                .await
                .unwrap();
            tokio::time::sleep(BUSY).await;
            lock.rollback().await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_import_waits_for_a_busy_database_and_loses_nothing() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let records: Vec<Value> = (0..RECORDS)
            .map(|n| {
                record(
                    &n.to_string(),
                    &format!("Séance {n}"),
                    super::again::MORNING,
                )
            })
            .collect();
        let file = json!({ "records": records }).to_string();
        let importing = send(&app, &officer, "", file);
        let disturbing = async {
            loop {
                let imports = app.get("/v1/imports").by(&officer).await.expect(200).body();
                if imports["data"][0]["records"].as_u64() > Some(0) {
                    break;
                }
            }
            keep_busy(app.engine, &app.url).await;
            let path = "/v1/imports?count=true";
            app.get(path).by(&officer).await.expect(200).body()["data"][0].clone()
        };
        let (reply, meanwhile) = tokio::join!(importing, disturbing);
        assert_eq!(
            meanwhile["state"], "running",
            "it was disturbed in its middle"
        );
        assert!(matches!(reply.status, 201 | 202), "{}", reply.utf8());
        let path = format!("/v1/imports/{}", reply.text("id"));
        let ended = loop {
            let import = app.get(&path).by(&officer).await.expect(200).body();
            if import["state"] != "running" {
                break import;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!(ended["state"], "done", "{ended}");
        assert_eq!(super::figures(&ended)[2..], [u64::from(RECORDS), 0, 0, 0]);
    })
    .await;
}
