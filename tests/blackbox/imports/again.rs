//! The same source again: no doubles, ids that stay, and what the staff did left alone.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::{Value, json};

use super::*;

pub(super) const MORNING: &str = "2027-03-25T10:00:00 2027-03-25T12:00:00";
const EVENING: &str = "2027-03-26T18:00:00 2027-03-26T20:00:00";

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let first = send(&app, &officer, "", export()).await.expect(201).body();
        let events = all(&app, &officer, "/v1/events?limit=200").await;
        let second = send(&app, &officer, "", export()).await.expect(201).body();
        assert_eq!(figures(&second), [100, 390, 0, 0, 100, 0]);
        assert_eq!(all(&app, &officer, "/v1/events?limit=200").await, events);
        let ids = |lines: Vec<Value>| -> Vec<Value> {
            lines
                .into_iter()
                .map(|line| line["event_id"].clone())
                .collect()
        };
        let before = ids(report(&app, &officer, &first).await);
        assert_eq!(ids(report(&app, &officer, &second).await), before);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_reports_the_same_and_changes_nothing() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dry = send(&app, &officer, "?dry_run=true", export())
            .await
            .expect(201)
            .body();
        assert_eq!(
            [&dry["dry_run"], &dry["state"]],
            [&json!(true), &json!("done")]
        );
        let rehearsed = report(&app, &officer, &dry).await;
        assert_eq!(
            all(&app, &officer, "/v1/events?limit=200").await,
            Vec::<Value>::new()
        );
        assert!(rehearsed.iter().all(|line| line.get("event_id").is_none()));

        let real = send(&app, &officer, "", export()).await.expect(201).body();
        assert_eq!(figures(&dry), figures(&real));
        let mut done = report(&app, &officer, &real).await;
        for line in &mut done {
            assert!(line.as_object_mut().unwrap().remove("event_id").is_some());
        }
        assert_eq!(rehearsed, done);
    })
    .await;
}

#[tokio::test]
async fn a_record_that_changed_updates_its_event_and_keeps_its_names() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dates = format!("{MORNING};{EVENING}");
        let before = [
            record("1", "Atelier", &dates),
            record("2", "Visite", MORNING),
        ];
        let import = send_records(&app, &officer, "?publish=true", &before).await;
        let lines = report(&app, &officer, &import).await;
        let old = event_of(&app, &officer, &lines[0]).await;
        let uids = feed_uids(&app).await;

        let longer = format!("{MORNING};2027-03-26T18:00:00 2027-03-26T21:00:00");
        let after = [
            record("1", "Atelier vélo", &longer),
            record("2", "Visite", MORNING),
        ];
        let import = send_records(&app, &officer, "?publish=true", &after).await;
        assert_eq!(figures(&import), [2, 3, 0, 1, 1, 0]);
        let new = event_of(&app, &officer, &report(&app, &officer, &import).await[0]).await;
        assert_eq!(new["title"], "Atelier vélo");
        assert_eq!(new["occurrences"][1]["local_end"], "2027-03-26T21:00:00");
        for name in ["id", "slug", "state", "created_at"] {
            assert_eq!(new[name], old[name], "{name}");
        }
        let ids = |event: &Value| [0, 1].map(|at: usize| event["occurrences"][at]["id"].clone());
        assert_eq!(ids(&new), ids(&old));
        assert_eq!(feed_uids(&app).await, uids);
    })
    .await;
}

#[tokio::test]
async fn a_date_that_the_staff_cancelled_stays_cancelled() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dates = format!("{MORNING};{EVENING}");
        let import = send_records(
            &app,
            &officer,
            "?publish=true",
            &[record("1", "Atelier", &dates)],
        )
        .await;
        let line = report(&app, &officer, &import).await.remove(0);
        let event = event_of(&app, &officer, &line).await;
        let date = event["occurrences"][1]["id"].as_str().unwrap();
        let reason = json!({ "reason": "La salle est fermée" });
        let path = format!("/v1/occurrences/{date}/cancel");
        let cancelled = app
            .post(&path)
            .by(&officer)
            .if_match("*")
            .json(&reason)
            .await;
        assert_eq!(cancelled.expect(200).body()["state"], "cancelled");

        // Once as it was, once with another text, which does come in.
        for title in ["Atelier", "Atelier vélo"] {
            let again = [record("1", title, &dates)];
            send_records(&app, &officer, "?publish=true", &again).await;
            let event = event_of(&app, &officer, &line).await;
            assert_eq!(event["title"], title);
            let states: Vec<_> = event["occurrences"]
                .as_array()
                .unwrap()
                .iter()
                .map(|d| &d["state"])
                .collect();
            assert_eq!(states, ["scheduled", "cancelled"]);
            assert_eq!(event["occurrences"][1]["reason"], "La salle est fermée");
        }
    })
    .await;
}

#[tokio::test]
async fn two_imports_of_one_file_at_once_leave_no_doubles() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (one, other) = tokio::join!(
            send(&app, &officer, "", export()),
            send(&app, &officer, "", export()),
        );
        let (one, other) = (
            figures(&one.expect(201).body()),
            figures(&other.expect(201).body()),
        );
        assert_eq!((one[0], one[5], other[0], other[5]), (100, 0, 100, 0));
        let made_and_known = |at: usize| one[at] + other[at];
        assert_eq!((made_and_known(2), made_and_known(4)), (100, 100));
        let events = all(&app, &officer, "/v1/events?limit=200").await;
        let keys: std::collections::BTreeSet<_> = events
            .iter()
            .map(|event| event["origin"]["source_id"].as_str())
            .collect();
        assert_eq!((events.len(), keys.len()), (100, 100));
    })
    .await;
}

#[tokio::test]
async fn the_same_key_and_file_give_the_import_that_was_made() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let file = |title: &str| json!({ "records": [record("1", title, MORNING)] }).to_string();
        let keyed = async |query: &str, file: String| {
            app.post(&format!("/v1/imports{query}"))
                .by(&officer)
                .header("Idempotency-Key", "une-fois")
                .body("application/json", file)
                .await
        };
        let first = keyed("", file("Atelier")).await;
        assert_eq!(figures(&first.expect(201).body()), [1, 1, 1, 0, 0, 0]);
        let again = keyed("", file("Atelier")).await;
        assert_eq!(again.expect(201).bytes, first.bytes);
        for name in ["location", "etag"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
        for other in [
            keyed("", file("Visite")).await,
            keyed("?publish=true", file("Atelier")).await,
        ] {
            assert_eq!(other.expect(422).problem(), "idempotency-key-reused");
        }
        assert_eq!(
            all(&app, &officer, "/v1/imports?limit=200").await,
            [first.body()]
        );
    })
    .await;
}

async fn feed_uids(app: &App) -> Vec<String> {
    let feed = app
        .get("/v1/calendar.ics?start=2027-03-01&end=2027-04-01")
        .await;
    let feed = feed.expect(200).utf8();
    let mut uids: Vec<_> = feed
        .lines()
        .filter(|line| line.starts_with("UID:"))
        .map(str::to_owned)
        .collect();
    uids.sort();
    assert_eq!(uids.len(), 3, "{feed}");
    uids
}

#[tokio::test]
async fn two_that_take_the_same_records_in_opposite_orders_both_come_to_their_end() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let mut records: Vec<Value> = (0..120)
            .map(|n| record(&format!("uid-{n}"), &format!("Séance {n}"), MORNING))
            .collect();
        let forth = json!({ "records": records }).to_string();
        records.reverse();
        let back = json!({ "records": records }).to_string();
        let replies = tokio::join!(
            send(&app, &officer, "", forth.clone()),
            send(&app, &officer, "", back.clone()),
            send(&app, &officer, "", forth),
            send(&app, &officer, "", back),
        );
        let ended =
            [replies.0, replies.1, replies.2, replies.3].map(|reply| reply.expect(201).body());
        assert!(
            ended.iter().all(|import| import["state"] == "done"),
            "{ended:?}"
        );
        let sum = |place: usize| -> u64 { ended.iter().map(|one| figures(one)[place]).sum() };
        assert_eq!(
            [sum(2), sum(4), sum(5)],
            [120, 360, 0],
            "made once, and then as it is"
        );
    })
    .await;
}
