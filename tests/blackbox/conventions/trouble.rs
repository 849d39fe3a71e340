//! What the service can't help: a broken database, a slow sender. It says so, tells nothing of its
//! inside, and lives on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use api::config::RawSettings;
use domain::accounts::Role;
use harness::app::{App, on_each_database};
use harness::engines::Engine;
use serde_json::json;
use sqlx::AssertSqlSafe;

use super::raw::posting;
use super::{path, workshop};

/// Does something to the database behind the API's back.
async fn behind(app: &App, statement: &str) {
    let statement = AssertSqlSafe(statement.to_owned());
    match app.engine {
        Engine::Sqlite => {
            let pool = sqlx::SqlitePool::connect(&app.url).await.expect("the file");
            sqlx::raw_sql(statement).execute(&pool).await.expect("done");
            pool.close().await;
        }
        Engine::Postgres => {
            let pool = sqlx::PgPool::connect(&app.url).await.expect("the database");
            sqlx::raw_sql(statement).execute(&pool).await.expect("done");
            pool.close().await;
        }
    }
}

#[tokio::test]
async fn nothing_of_the_inside_is_told_when_the_database_breaks() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.published(&officer, workshop("Séance secrète")).await;
        behind(&app, "alter table occurrences rename to elsewhere").await;
        for call in [
            app.get("/v1/events"),
            app.get(&path(&event)),
            app.post("/v1/events").by(&officer).json(&workshop("Autre")),
            app.patch(&path(&event))
                .by(&officer)
                .if_match("*")
                .json(&json!({ "title": "X" })),
        ] {
            let reply = call.header("Accept-Language", "en").await;
            assert_eq!(reply.expect(500).problem(), "internal");
            let wanted = json!({
                "type": "/problems/internal",
                "title": "Internal error",
                "status": 500,
                "detail": "The service met an unforeseen error; it is in its log under the number \
                           given in instance. Give it to the operator.",
                "instance": format!("urn:uuid:{}", reply.header("x-request-id")),
            });
            assert_eq!(reply.body(), wanted);
        }
        behind(&app, "alter table elsewhere rename to occurrences").await;
        assert_eq!(
            app.get(&path(&event)).by(&officer).await.expect(200).body(),
            event
        );
        let list = app
            .get("/v1/events?count=true")
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(list["page"]["total"], 1, "what failed was not made");
    })
    .await;
}

/// Sends what there is, waits, and gives what is answered until the service closes.
async fn stalled(app: &App, sent: String) -> String {
    let address = app.base.trim_start_matches("http://").to_owned();
    let talk = move || {
        let mut socket = TcpStream::connect(address).expect("a connection");
        socket
            .set_read_timeout(Some(Duration::from_secs(30)))
            .expect("a timeout");
        socket.write_all(sent.as_bytes()).expect("sent");
        let (mut answered, mut some) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = socket.read(&mut some) {
            answered.extend_from_slice(&some[..count]);
        }
        String::from_utf8_lossy(&answered).into_owned()
    };
    tokio::task::spawn_blocking(talk).await.expect("an answer")
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let hasty = |raw: &mut RawSettings| raw.request_timeout = "1".parse().ok();
    let app = App::start_with(Engine::Sqlite, hasty).await;
    let officer = app.staff(Role::Officer).await;
    let body = workshop("Lent").to_string();
    let sent = format!(
        "{}{}",
        posting(&officer.token, &format!("Content-Length: {}", body.len())),
        &body[..20]
    );
    let answered = stalled(&app, sent).await;
    assert!(answered.starts_with("HTTP/1.1 503 "), "{answered}");
    assert!(
        answered.to_ascii_lowercase().contains("retry-after: 5"),
        "{answered}"
    );
    assert!(answered.contains("/problems/timeout"), "{answered}");
    let list = app
        .get("/v1/events?count=true")
        .by(&officer)
        .await
        .expect(200)
        .body();
    assert_eq!(list["page"]["total"], 0);
}
