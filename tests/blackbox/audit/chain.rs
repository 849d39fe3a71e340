//! The chain: sealed just after the commits, whole under many writers, and telling when somebody
//! altered an entry behind the service's back.

use std::time::Duration;

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::behind::{execute, texts};
use harness::engines::Engine;
use harness::process::Launch;
use persistence::audit::{ChainReport, check_chain};
use serde_json::json;

use super::entries;

/// The chain, once every entry of it is sealed.
async fn sealed(app: &App) -> ChainReport {
    for _ in 0..200 {
        let report = check_chain(&app.store).await.unwrap();
        if report.unsealed == 0 {
            return report;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("some entries are still not sealed");
}

async fn with_events(app: &App, count: usize) {
    let officer = app.staff(Role::Officer).await;
    // Time stands still here, so that only what is sealed by now surely comes before the events.
    sealed(app).await;
    let calls: Vec<_> = (0..count)
        .map(|number| {
            let body = json!({ "title": format!("Séance {number}") });
            let call =
                move |app: &App, officer: &Staff| app.post("/v1/events").by(officer).json(&body);
            (tokio::spawn(call(app, &officer).into_future()), call)
        })
        .collect();
    for (sent, call) in calls {
        let mut reply = sent.await.unwrap();
        // A busy machine may ask to wait: then nothing was written.
        while reply.status == 503 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            reply = call(app, &officer).await;
        }
        reply.expect(201);
    }
}

#[tokio::test]
async fn two_hundred_writes_at_once_are_sealed_without_a_gap() {
    on_each_database(|app| async move {
        with_events(&app, 200).await;
        let report = sealed(&app).await;
        assert_eq!(report.faults, Vec::<String>::new());
        let numbers = "select cast(a.number as text) from audit_entries a order by a.number";
        let all = texts(&app, numbers).await;
        let expected: Vec<_> = (1..=report.sealed)
            .map(|number| number.to_string())
            .collect();
        assert_eq!(all, expected);
        let kinds =
            "select cast(count(*) as text) from audit_entries where operation = 'events_create'";
        assert_eq!(texts(&app, kinds).await, ["200"]);

        // Readers see the same numbers and the same head.
        app.advance(TimeDelta::seconds(1));
        let director = app.staff(Role::Director).await;
        let report = sealed(&app).await;
        let newest = entries(&app, &director, &[("from", "2026-11-24T09:00:01Z")]).await;
        let head = newest
            .iter()
            .find(|entry| entry["number"] == report.sealed)
            .unwrap();
        assert_eq!(head["hash"].as_str(), report.head.as_deref());
        if app.engine == Engine::Sqlite {
            assert_eq!(check_by_command(&app).await, (0, vec![]));
        }
    })
    .await;
}

/// What the binary says of the file.
async fn check_by_command(app: &App) -> (i32, Vec<String>) {
    let settings = ["--database-url", &app.url];
    let done = Launch::concertation([&["check"][..], &settings].concat())
        .env(
            "CONCERTATION_MASTER_KEY_FILE",
            harness::databases::master_key(),
        )
        .run(Duration::from_secs(60))
        .await;
    let faults = done
        .stdout
        .into_iter()
        .filter(|line| line.starts_with("FAULT"));
    (done.status.code().unwrap_or(-1), faults.collect())
}

#[tokio::test]
async fn what_is_altered_behind_the_service_is_found() {
    on_each_database(|app| async move {
        with_events(&app, 9).await;
        let clean = sealed(&app).await;
        assert!(clean.sealed >= 10 && clean.faults.is_empty(), "{clean:?}");
        let entry = |number: i64| format!("audit chain: entry {number} ");
        let swap = "update audit_entries set number = case number when 4 then -5 else -4 end \
                    where number in (4, 5)";
        let swap_back = "update audit_entries set number = -number where number in (-4, -5)";
        let set = |what: &str| format!("update audit_entries set {what} where number = 4");
        for (what, alter, restore, found) in [
            (
                "the operation",
                set("operation = 'events_creatE'"),
                set("operation = 'events_create'"),
                entry(4),
            ),
            (
                "the actor",
                set("actor_kind = 'system'"),
                set("actor_kind = 'user'"),
                entry(4),
            ),
            (
                "the changed text",
                set("changes = replace(changes, 'Séance', 'Canari')"),
                set("changes = replace(changes, 'Canari', 'Séance')"),
                entry(4),
            ),
            (
                "whom it speaks of",
                set("person_id = subject_id"),
                set("person_id = null"),
                entry(4),
            ),
            (
                "the request",
                set("request_id = subject_id"),
                // Kept aside, since it can't be made up again.
                set("request_id = (select kept from aside)"),
                entry(4),
            ),
        ] {
            execute(&app, "drop table if exists aside").await;
            let keep = "create table aside as select request_id as kept from audit_entries where number = 4";
            execute(&app, keep).await;
            assert_eq!(execute(&app, &alter).await, 1, "{what}");
            let report = check_chain(&app.store).await.unwrap();
            assert_eq!(report.faults.len(), 1, "{what}");
            assert!(report.faults[0].starts_with(&found), "{what}: {:?}", report.faults);
            execute(&app, &restore).await;
            assert_eq!(check_chain(&app.store).await.unwrap(), clean, "{what}, put back");
        }
        // Two that change places.
        execute(&app, swap).await;
        execute(&app, swap_back).await;
        let swapped = check_chain(&app.store).await.unwrap();
        assert!(swapped.faults[0].starts_with(&entry(4)), "{swapped:?}");
        execute(&app, swap).await;
        execute(&app, swap_back).await;
        assert_eq!(check_chain(&app.store).await.unwrap(), clean);
        // One that stands beside the chain, and one that is gone.
        execute(&app, &set("number = 0")).await;
        let beside = check_chain(&app.store).await.unwrap();
        assert_eq!(beside.faults.len(), 2, "{beside:?}");
        execute(&app, "delete from audit_entries where number = 0").await;
        let gone = check_chain(&app.store).await.unwrap();
        assert_eq!(gone.faults, ["audit chain: entry 4 is missing (next is 5)"]);
        if app.engine == Engine::Sqlite {
            let fault = format!("FAULT {}", gone.faults[0]);
            assert_eq!(check_by_command(&app).await, (1, vec![fault]));
        }
    })
    .await;
}
