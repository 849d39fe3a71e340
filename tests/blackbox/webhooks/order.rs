//! What is told of one thing comes in its order, whatever fails in between.

use std::collections::HashMap;
use std::future::IntoFuture as _;
use std::sync::Mutex;

use chrono::TimeDelta;
use harness::behind::execute;
use harness::engines::{Engine, engines};
use harness::receiver::Said;

use super::*;

#[tokio::test]
async fn the_later_waits_for_the_earlier_of_the_same_thing_and_for_no_other() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), ALL_OF_EVENTS).await;
        let failing = published(&app, &officer, "Un").await;
        until(&app, &officer, &hook, all_delivered(1)).await;
        let id = failing["id"].clone();
        receiver.says(move |told| match told.json()["data"]["event_id"] == id {
            true => Said::status(500),
            false => Said::status(204),
        });
        for title in ["Deux", "Trois", "Quatre"] {
            renamed(&app, &officer, &failing, title).await;
        }
        let other = published(&app, &officer, "Autre").await;
        renamed(&app, &officer, &other, "Autre encore").await;
        let waits = |told: &[Value]| {
            let pending = states(told).iter().filter(|s| **s == "pending").count();
            let tried = told.iter().filter(|one| !attempts(one).is_empty()).count();
            (told.len(), pending, tried) == (6, 3, 4)
        };
        until(&app, &officer, &hook, waits).await;
        // The first of the three was tried, the others wait for it.
        assert_eq!(receiver.told().len(), 4);
        receiver.says(|_| Said::status(204));
        app.advance(TimeDelta::seconds(6));
        let told = until(&app, &officer, &hook, all_delivered(6)).await;
        let ids: Vec<_> = told
            .iter()
            .rev()
            .filter(|one| one["subject"]["id"] == failing["id"])
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect();
        let calls = receiver.told();
        let of_it = calls
            .iter()
            .filter(|call| call.json()["data"]["event_id"] == failing["id"]);
        let order: Vec<_> = of_it.map(|call| call.id().to_owned()).collect();
        let ids: Vec<_> = [0, 1, 1, 2, 3].map(|at: usize| ids[at].clone()).into();
        assert_eq!(order, ids);
    })
    .await;
}

#[tokio::test]
async fn many_changes_of_many_things_come_in_order_though_calls_fail() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), ALL_OF_EVENTS).await;
        // Each thing's third call fails, and every seventh after that.
        let counts: Mutex<HashMap<String, usize>> = Mutex::default();
        receiver.says(move |told| {
            let mut counts = counts.lock().unwrap();
            let count = counts
                .entry(told.json()["data"]["event_id"].to_string())
                .or_default();
            *count += 1;
            Said::status(if *count % 7 == 3 { 503 } else { 204 })
        });
        let mut events = Vec::new();
        for number in 0..8 {
            events.push(published(&app, &officer, &format!("{number}")).await);
        }
        for round in 0..6 {
            for event in &events {
                renamed(&app, &officer, event, &format!("Encore {round}")).await;
            }
        }
        let mut officer = officer;
        for _ in 0..40 {
            let told = deliveries(&app, &officer, &hook, "?limit=200").await;
            if all_delivered(56)(&told) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            officer = later(&app, &officer, TimeDelta::seconds(10)).await;
        }
        let told = until(&app, &officer, &hook, all_delivered(56)).await;
        let calls = receiver.told();
        for event in &events {
            let kept: Vec<_> = told
                .iter()
                .rev()
                .filter(|one| one["subject"]["id"] == event["id"])
                .map(|one| one["id"].as_str().unwrap().to_owned())
                .collect();
            let mut order: Vec<_> = calls
                .iter()
                .filter(|call| call.json()["data"]["event_id"] == event["id"])
                .map(|call| call.id().to_owned())
                .collect();
            order.dedup();
            assert_eq!(order, kept);
        }
    })
    .await;
}

#[tokio::test]
async fn two_instances_tell_everything_once_and_in_order() {
    let Some(engine) = engines().into_iter().find(|one| *one == Engine::Postgres) else {
        return;
    };
    let app = App::start_with(engine, open).await;
    let other = app.another_instance_with(&app.url, open).await;
    let (officer, receiver) = officer_and_receiver(&app).await;
    let mut hooks = Vec::new();
    for _ in 0..4 {
        hooks.push(webhook(&app, &officer, &receiver.url(), ALL_OF_EVENTS).await);
    }
    // On each instance some make events and change them, all at once.
    let by = |instance: &'static str, app: App, officer: Staff| async move {
        for number in 0..6 {
            let event = published(&app, &officer, &format!("{instance} {number}")).await;
            for round in 0..4 {
                renamed(
                    &app,
                    &officer,
                    &event,
                    &format!("{instance} {number} {round}"),
                )
                .await;
            }
        }
        app
    };
    let there = later(&other, &officer, TimeDelta::zero()).await;
    let (app, other) = tokio::join!(by("une", app, officer.clone()), by("autre", other, there));
    for hook in &hooks {
        let told = until(&app, &officer, hook, all_delivered(60)).await;
        assert!(told.iter().all(|one| attempts(one).len() == 1));
    }
    let calls = receiver.told();
    assert_eq!(calls.len(), 4 * 60, "each once");
    let mut versions: HashMap<String, Vec<&str>> = HashMap::new();
    for call in &calls {
        let event = call.json()["data"]["event_id"].to_string();
        versions.entry(event).or_default().push(call.id());
    }
    // Published first, however the calls of the four webhooks mix.
    for ids in versions.values() {
        let mut firsts = ids.clone();
        let mut seen = std::collections::HashSet::new();
        firsts.retain(|id| seen.insert(*id));
        assert_eq!(firsts.len(), 5);
        assert!(firsts.is_sorted(), "{firsts:?}");
    }
    drop(other);
}

#[tokio::test]
async fn what_is_replayed_comes_in_its_order_however_much_it_is() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), &["event.cancelled"]).await;
        let mut events = Vec::new();
        for number in 0..300 {
            events.push(published(&app, &officer, &format!("{number}")).await);
        }
        let calls = events.iter().map(|event| {
            let path = format!("/v1/events/{}/cancel", event["id"].as_str().unwrap());
            let call = app.post(&path).by(&officer).if_match("*");
            call.json(&json!({ "reason": "Pluie." })).into_future()
        });
        for reply in futures_util::future::join_all(calls).await {
            reply.expect(200);
        }
        receiver.told_times(300).await;
        // It hears of their beginnings only now.
        let patch = app.patch(&path(&hook)).by(&officer).if_match("*");
        let types = json!({ "types": ["event.published", "event.cancelled"] });
        patch.json(&types).await.expect(200);
        turn(&app, &officer, &hook, "pause").await.expect(200);
        let replay = app.post(&format!("{}/replay", path(&hook))).by(&officer);
        let since = json!({ "since": "2026-11-01T00:00:00Z" });
        let replayed = replay.json(&since).await.expect(200).body();
        assert_eq!(replayed, json!({ "deliveries": 600 }));
        // As if another instance, whose clock is behind, had handed the ends on.
        let earlier = "update webhook_deliveries set created_at = '2026-11-24T08:59:00+00:00' \
                       where kind = 'event.cancelled'";
        assert_eq!(execute(&app, earlier).await, 300);
        turn(&app, &officer, &hook, "resume").await.expect(200);
        let told = receiver.told_times(900).await;
        let mut of_each: HashMap<String, Vec<String>> = HashMap::new();
        for call in &told[300..] {
            let event = call.json()["data"]["event_id"].to_string();
            of_each.entry(event).or_default().push(call.kind());
        }
        assert_eq!(of_each.len(), 300);
        for kinds in of_each.values() {
            assert_eq!(*kinds, ["event.published", "event.cancelled"]);
        }
    })
    .await;
}
