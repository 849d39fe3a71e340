//! Imports that nobody runs any more, and those that say that they go on.

use std::time::Duration;

use chrono::TimeDelta;
use domain::accounts::Role;
use domain::imports::{Import, ImportFormat, Publication, Run, start};
use domain::kernel::{Id, Line};
use harness::app::on_each_database;
use harness::engines::Engine;
use persistence::{Act, Stop, StoreError, imports};
use serde_json::json;

use super::*;

/// An import that begins and is run by nobody, as whoever died left it; where it is.
async fn left_over(app: &App) -> String {
    format!("/v1/imports/{}", begun(app).await)
}

async fn begun(app: &App) -> Id<Import> {
    let begun = app.store.write(act(), |writing| {
        Box::pin(async move {
            let id = Id::<Import>::new(writing.ids());
            let (source, now) = (Line::stored("openagenda".to_owned()), writing.now());
            let format = ImportFormat::Openagenda;
            let change = start(id, source, format, Run::Real, Publication::Drafts, now);
            imports::save(writing, &change).await?;
            Ok::<_, Stop<StoreError>>(id)
        })
    });
    begun.await.expect("an import")
}

fn act() -> Act {
    Act::system("test", uuid::Uuid::nil())
}

#[tokio::test]
async fn an_import_whose_instance_died_is_ended_by_another_within_minutes() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        // All of them look; one of them ends it.
        let mut others = vec![];
        if app.engine == Engine::Postgres {
            others.push(app.another_instance(&app.url).await);
        }
        let path = left_over(&app).await;
        app.advance(TimeDelta::seconds(100));
        let younger = left_over(&app).await;
        app.advance(TimeDelta::seconds(20));
        let ended = loop {
            let import = app.get(&path).by(&officer).await.expect(200).body();
            if import["state"] != "running" {
                break import;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let younger = app.get(&younger).by(&officer).await.expect(200).body();
        assert_eq!(younger["state"], "running", "it may just be slow");
        assert_eq!(
            (&ended["state"], &ended["problem"]["code"]),
            (&json!("failed"), &json!("interrupted"))
        );
        let audit = app.staff(Role::Director).await;
        let entries = app.get("/v1/audit-entries?operation=imports_end_interrupted");
        let entries = entries.by(&audit).await.expect(200).body();
        assert_eq!(entries["data"].as_array().unwrap().len(), 1, "once");
    })
    .await;
}

#[tokio::test]
async fn an_import_that_a_stop_cut_off_is_failed_at_the_next_start() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let path = left_over(&app).await;
    let import = app.get(&path).by(&officer).await.expect(200).body();
    assert_eq!(
        (&import["state"], import.get("problem")),
        (&json!("running"), None)
    );

    let url = format!("sqlite:{}", app.folder().join("test.sqlite").display());
    let _next = app.another_instance_with(&url, |_| {}).await;
    let reply = app
        .get(&path)
        .by(&officer)
        .header("Accept-Language", "en")
        .await;
    let import = reply.expect(200).body();
    assert_eq!(
        (&import["state"], &import["problem"]["code"]),
        (&json!("failed"), &json!("interrupted"))
    );
    let detail = import["problem"]["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("The service stopped during the import"),
        "{detail}"
    );
}

/// Says that the import goes on, as whoever runs it does; whether it still may.
async fn keep_alive(app: &App, id: Id<Import>) -> bool {
    let alive = app.store.write(act(), move |writing| {
        Box::pin(async move { Ok::<_, Stop<StoreError>>(imports::keep_alive(writing, id).await?) })
    });
    alive.await.expect("an answer")
}

#[tokio::test]
async fn an_import_that_says_that_it_goes_on_is_left_alone_and_one_that_was_ended_is_told() {
    on_each_database(|app| async move {
        let id = begun(&app).await;
        let two_minutes = TimeDelta::minutes(2);
        let is_quiet = async || {
            let snapshot = app.store.read_current().await.expect("a look");
            let quiet = imports::any_quiet(&snapshot, two_minutes).await;
            quiet.expect("an answer")
        };
        for _ in 0..3 {
            app.advance(TimeDelta::seconds(100));
            assert!(!is_quiet().await);
            assert!(keep_alive(&app, id).await);
        }
        app.advance(two_minutes);
        // The service ends it, now or by its own clock.
        let ended = app.store.write(act(), move |writing| {
            Box::pin(async move {
                let since = writing.now() - two_minutes;
                let ended = imports::end_interrupted(writing, since).await?;
                Ok::<_, Stop<StoreError>>(ended)
            })
        });
        assert!(ended.await.expect("an answer") <= 1);
        assert!(!is_quiet().await);
        assert!(!keep_alive(&app, id).await);
    })
    .await;
}
