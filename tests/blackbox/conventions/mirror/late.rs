//! A write that stalls is seen later than others that began after it. (On SQLite the writes come one
//! after the other; what a stalled one does there is tried beside the store.)

use std::time::Duration;

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff};
use harness::engines::Engine;
use harness::postgres::cluster;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::super::{path, workshop};
use super::{Mirror, get, source};

const EVENTS: &str = "/v1/events";

async fn titled(app: &App, who: &Staff, event: &Value, title: &str) {
    let patch = app.patch(&path(event)).by(who).if_match("*");
    let patch = patch.json(&json!({ "title": title })).await;
    patch.expect(200);
}

/// Until a write waits for somebody's lock.
async fn until_one_waits(watch: &mut PgConnection) {
    let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' \
                   and datname = current_database()";
    while sqlx::query_scalar::<_, i64>(waiting)
        .fetch_one(&mut *watch)
        .await
        .unwrap()
        == 0
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_write_that_is_seen_late_is_missed_by_no_mirror_however_slowly_it_pages() {
    if cluster().is_none() {
        return;
    }
    let app = App::start(Engine::Postgres).await;
    let officer = app.staff(Role::Officer).await;
    let mut events = Vec::new();
    for title in ["Lente", "Vive", "Autre"] {
        events.push(app.published(&officer, workshop(title)).await);
    }
    app.advance(TimeDelta::minutes(5));
    let (mut quick, mut slow) = (Mirror::of(EVENTS), Mirror::of(EVENTS));
    for mirror in [&mut quick, &mut slow] {
        mirror.poll(&app, None, 200).await;
    }
    app.advance(TimeDelta::minutes(5));

    // Their moment is that of the beginning.
    let mut other = PgConnection::connect(&app.url).await.unwrap();
    let mut watch = PgConnection::connect(&app.url).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    let id = events[0]["id"].as_str().unwrap();
    let locked = format!("select 1 from events where id = '{id}' for update");
    sqlx::query(AssertSqlSafe(locked))
        .execute(&mut *lock)
        .await
        .unwrap();
    let late = app.patch(&path(&events[0])).by(&officer).if_match("*");
    let late = tokio::spawn(late.json(&json!({ "title": "En retard" })).into_future());
    until_one_waits(&mut watch).await;
    app.advance(TimeDelta::minutes(1));
    for event in &events[1..] {
        titled(&app, &officer, event, "Changé").await;
    }
    app.advance(TimeDelta::minutes(1));

    quick.poll(&app, None, 200).await;
    // The first page of the slow one ends behind the moment of the write that is not seen yet.
    let since = slow.since.clone().unwrap();
    let first = format!("{EVENTS}?updated_since={since}&limit=1");
    let page = get(&app, None, &first).await;
    slow.take(&page["data"][0]);
    let cursor = page["page"]["next_cursor"].as_str().unwrap().to_owned();

    lock.rollback().await.unwrap();
    late.await.unwrap().expect(200);
    app.advance(TimeDelta::minutes(1));
    let page = get(&app, None, &format!("{first}&cursor={cursor}")).await;
    slow.take(&page["data"][0]);
    slow.since = page["page"]["synced_until"].as_str().map(str::to_owned);

    for mirror in [&mut quick, &mut slow] {
        mirror.poll(&app, None, 200).await;
        assert_eq!(mirror.rows, source(&app, None, EVENTS).await);
    }
    // Once nothing is under way any more, it goes on; what the service itself is at may take a moment.
    app.advance(TimeDelta::minutes(1));
    let whole = app.clock.now() - TimeDelta::seconds(15);
    let mut until = None;
    for _ in 0..200 {
        quick.poll(&app, None, 200).await;
        until = quick.since.clone();
        let told: chrono::DateTime<chrono::Utc> = until.as_deref().unwrap().parse().unwrap();
        if told == whole {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("complete up to {until:?}, and not to {whole}");
}
