//! A disk without room, on the database that lies on this service's own.

use domain::accounts::Role;
use harness::app::{App, on_each_database};
use harness::behind;
use harness::engines::Engine;
use persistence::check_invariants;
use serde_json::{Value, json};

use crate::events::titles;

fn long(title: &str) -> Value {
    let date = json!({
        "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00",
    });
    json!({ "title": title, "description": "Une longue histoire. ".repeat(900), "occurrences": [date] })
}

#[tokio::test]
async fn without_room_writes_are_refused_clearly_and_reads_go_on_until_there_is_room_again() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let kept = app.published(&officer, long("Gardé")).await;
    let path = format!("/v1/events/{}", kept["id"].as_str().unwrap());

    app.store.bound_size(1).await.unwrap();
    let posted = |key: String, title: &str| {
        let post = app.post("/v1/events").by(&officer);
        post.header("Idempotency-Key", &key).json(&long(title))
    };
    let mut made = 1;
    let refused = loop {
        let reply = posted(format!("key-{made}"), "Un de plus").await;
        if reply.status != 201 {
            break reply;
        }
        made += 1;
        assert!(made < 100, "there is room without end");
    };
    assert_eq!(refused.expect(507).problem(), "storage-full");
    let rush = (0..16).map(|n| {
        let post = posted(format!("rush-{n}"), "Tous à la fois");
        tokio::spawn(post.into_future())
    });
    for reply in futures_util::future::join_all(rush).await {
        assert_eq!(reply.unwrap().expect(507).problem(), "storage-full");
    }

    assert_eq!(app.get(&path).by(&officer).await.expect(200).body(), kept);
    let all = app.get("/v1/events?count=true").by(&officer).await;
    assert_eq!(all.expect(200).body()["page"]["total"], made);
    app.get("/readyz").await.expect(200);

    app.store.bound_size(u32::MAX - 1).await.unwrap();
    let key = format!("key-{made}");
    let again = posted(key.clone(), "Un de plus").await;
    assert_eq!(again.expect(201).text("title"), "Un de plus");
    assert_eq!(
        posted(key, "Un de plus").await.expect(201).body(),
        again.body()
    );
    assert_eq!(check_invariants(&app.store).await.unwrap(), [""; 0]);
}

/// The schema as it was before long dates were told apart, with dates in it.
#[tokio::test]
async fn a_schema_goes_up_on_the_dates_that_are_there() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let date = json!({
            "local_start": "2027-01-02T08:00:00", "local_end": "2027-12-30T18:00:00",
        });
        let body = json!({ "title": "Exposition", "occurrences": [date] });
        app.published(&officer, body).await;
        for back in [
            "drop index occurrences_long",
            "alter table occurrences drop column long_ends_at",
            "delete from seaql_migrations where version = 'm20261127_000002_long_dates'",
        ] {
            behind::execute(&app, back).await;
        }
        let url = app.url.clone();
        let app = app.another_instance_with(&url, |_| {}).await;
        let june = app
            .get("/v1/calendar?start=2027-06-01&end=2027-07-01")
            .await;
        assert_eq!(titles(&june.expect(200).body()), ["Exposition"]);
    })
    .await;
}
