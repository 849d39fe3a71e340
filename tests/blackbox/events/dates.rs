//! The dates of events: added, moved, cancelled, across the changes of the clock.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::{Value, json};

use super::{at, id, patch, path, turn, turn_date};

fn list(event: &Value) -> Vec<Value> {
    event["occurrences"].as_array().unwrap().clone()
}

/// A date as it would be sent again.
fn as_sent(date: &Value) -> Value {
    let mut sent = date.clone();
    let known = ["id", "local_start", "local_end", "time_zone", "capacity"];
    sent.as_object_mut()
        .unwrap()
        .retain(|name, _| known.contains(&name.as_str()));
    sent
}

#[tokio::test]
async fn a_date_is_added_and_changed() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({ "title": "Club", "occurrences": [at("2027-03-25", "18:30", "20:30")] });
        let event = app.published(&officer, body).await;
        let dates = format!("{}/occurrences", path(&event));
        let made = app.post(&dates).by(&officer).json(&at("2027-03-18", "18:30", "20:30")).await;
        let added = made.expect(201).body();
        assert_eq!(made.header("location"), format!("/v1/occurrences/{}", id(&added)));
        assert_eq!(made.header("etag"), added["etag"].as_str().unwrap());
        let alone = format!("/v1/occurrences/{}", id(&added));
        assert_eq!(app.get(&alone).by(&officer).await.expect(200).body(), added);
        let rows = app.get(&dates).await.expect(200).body()["data"].clone();
        assert_eq!(rows[0]["id"], added["id"]);
        assert_eq!(rows[1]["id"], event["occurrences"][0]["id"]);

        let etag = added["etag"].as_str().unwrap();
        let capacity = |n: Value| json!({ "capacity": n });
        let changed = app.patch(&alone).by(&officer).if_match(etag).json(&capacity(json!(40))).await;
        let changed = changed.expect(200).body();
        assert_eq!((&changed["capacity"], &changed["sequence"]), (&json!(40), &json!(0)));
        let stale = app.patch(&alone).by(&officer).if_match(etag).json(&capacity(json!(50))).await;
        assert_eq!(stale.expect(412).header("etag"), changed["etag"].as_str().unwrap());
        let cleared = app.patch(&alone).by(&officer).if_match("*").json(&capacity(json!(null))).await;
        assert!(cleared.expect(200).body().get("capacity").is_none());
        for wrong in [json!(0), json!(1_000_001), json!(1.5), json!("12")] {
            let reply = app.patch(&alone).by(&officer).if_match("*").json(&capacity(wrong)).await;
            assert_eq!(reply.expect(422).problem(), "invalid");
        }
        // An id names a date that is there.
        let named = json!({ "id": added["id"], "local_start": "2027-05-01T10:00:00", "local_end": "2027-05-01T11:00:00" });
        let reply = app.post(&dates).by(&officer).json(&named).await;
        assert_eq!(reply.expect(422).faults(), ["/id unknown_occurrence"]);
        let reply = app.post("/v1/events").by(&officer).json(&json!({ "title": "x", "occurrences": [named] }));
        assert_eq!(reply.await.expect(422).faults(), ["/occurrences/0/id unknown_occurrence"]);
        for nothing in ["/v1/occurrences/0198c0a0-0000-7000-8000-00000000dead", "/v1/occurrences/x"] {
            assert_eq!(app.get(nothing).await.expect(404).problem(), "not-found");
        }
    })
    .await;
}

#[tokio::test]
async fn a_moved_date_keeps_its_id_and_says_where_it_was() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({ "title": "Club", "occurrences": [
            at("2027-03-25", "18:30", "20:30"), at("2027-04-01", "18:30", "20:30"),
        ]});
        let event = app.published(&officer, body).await;
        let date = &event["occurrences"][0];
        let mut to = at("2027-04-08", "19:00", "21:00");
        to["reason"] = json!("À votre demande.");
        let moved = turn_date(&app, &officer, date, "move", to)
            .await
            .expect(200)
            .body();
        assert_eq!((&moved["id"], &moved["uid"]), (&date["id"], &date["uid"]));
        assert_eq!(moved["starts_at"], "2027-04-08T17:00:00Z");
        assert_eq!(moved["reason"], "À votre demande.");
        assert_eq!(moved["sequence"], 1);
        let names = [
            "local_start",
            "local_end",
            "time_zone",
            "starts_at",
            "ends_at",
        ];
        let previous: Value = names
            .iter()
            .map(|name| ((*name).to_owned(), date[*name].clone()))
            .collect();
        assert_eq!(moved["previous"], previous);
        let now = app.get(&path(&event)).await.expect(200).body();
        assert_eq!(now["occurrences"][1]["id"], date["id"]);

        // A postponed event is in the calendar again once a date of it is moved ahead.
        let said = json!({ "reason": "Salle prise." });
        let postponed = turn(&app, &officer, &event, "postpone", said)
            .await
            .expect(200)
            .body();
        assert_eq!(postponed["state"], "postponed");
        assert!(
            list(&postponed)
                .iter()
                .all(|date| date["state"] == "postponed")
        );
        assert!(
            list(&postponed)
                .iter()
                .all(|date| date["reason"] == "Salle prise.")
        );
        turn_date(
            &app,
            &officer,
            date,
            "move",
            at("2027-05-06", "18:30", "20:30"),
        )
        .await
        .expect(200);
        let again = app.get(&path(&event)).await.expect(200).body();
        assert_eq!(again["state"], "published");
        assert!(again.get("reason").is_none());
        let states: Vec<_> = list(&again).iter().map(|d| d["state"].clone()).collect();
        assert_eq!(states, ["postponed", "scheduled"]);
        assert_eq!(again["occurrences"][1]["sequence"], 3);
    })
    .await;
}

#[tokio::test]
async fn a_date_allows_what_its_state_allows() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({ "title": "Club", "occurrences": [
            at("2027-03-25", "18:30", "20:30"), at("2027-04-01", "18:30", "20:30"),
        ]});
        let draft = app.event(&officer, body.clone()).await;
        let why = json!({ "reason": "Voilà." });
        let to = at("2027-06-01", "10:00", "11:00");
        for (verb, body) in [("cancel", &why), ("postpone", &why), ("move", &to)] {
            let reply = turn_date(&app, &officer, &draft["occurrences"][0], verb, body.clone()).await;
            assert_eq!(reply.expect(409).problem(), "wrong-state");
            assert_eq!(reply.body()["state"], "draft");
            assert_eq!(reply.body()["allowed_transitions"], json!(["publish", "delete"]));
        }
        let event = app.published(&officer, body).await;
        let [first, second] = [&event["occurrences"][0], &event["occurrences"][1]];
        let postponed = turn_date(&app, &officer, first, "postpone", why.clone()).await;
        assert_eq!(postponed.expect(200).body()["allowed_transitions"], json!(["cancel", "move"]));
        let again = turn_date(&app, &officer, first, "postpone", why.clone()).await;
        assert_eq!(again.expect(409).body()["state"], "postponed");
        assert_eq!(again.body()["allowed_transitions"], json!(["cancel", "move"]));
        let cancelled = turn_date(&app, &officer, second, "cancel", why.clone()).await;
        assert_eq!(cancelled.expect(200).body()["allowed_transitions"], json!([]));
        for (verb, body) in [("cancel", &why), ("postpone", &why), ("move", &to)] {
            let reply = turn_date(&app, &officer, second, verb, body.clone()).await;
            assert_eq!(reply.expect(409).body()["state"], "cancelled", "{verb}");
            assert_eq!(reply.body()["allowed_transitions"], json!([]));
        }
        // A patch brings no cancelled date back either.
        let change = app.patch(&format!("/v1/occurrences/{}", id(second))).by(&officer).if_match("*");
        let reply = change.json(&json!({ "local_start": "2027-04-02T18:30:00", "local_end": "2027-04-02T20:30:00" })).await;
        assert_eq!(reply.expect(422).faults(), ["/local_start occurrence_cancelled"]);
    })
    .await;
}

#[tokio::test]
async fn an_event_has_a_thousand_dates_at_most_and_loses_none_that_was_published() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let many: Vec<_> = (0..1_001)
            .map(|n| {
                at(
                    &format!(
                        "{}-{:02}-{:02}",
                        2027 + n / 336,
                        n % 336 / 28 + 1,
                        n % 28 + 1
                    ),
                    "10:00",
                    "11:00",
                )
            })
            .collect();
        let body = |dates: &[Value]| json!({ "title": "Mille", "occurrences": dates });
        let refused = app.post("/v1/events").by(&officer).json(&body(&many)).await;
        assert_eq!(refused.expect(422).faults(), ["/occurrences too_many"]);
        let event = app.published(&officer, body(&many[..1_000])).await;
        let dates = list(&event);
        assert_eq!(dates.len(), 1_000);
        let one_more = app
            .post(&format!("{}/occurrences", path(&event)))
            .by(&officer);
        assert_eq!(
            one_more.json(&many[1_000]).await.expect(422).faults(),
            [" too_many"]
        );
        let first = format!("{}/occurrences?limit=200&count=true", path(&event));
        let (mut listed, mut at) = (Vec::new(), first.clone());
        loop {
            let page = app.get(&at).await.expect(200).body();
            assert_eq!(page["page"]["total"], 1_000);
            listed.extend(
                page["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["id"].clone()),
            );
            let Some(next) = page["page"]["next_cursor"].as_str() else {
                break;
            };
            at = format!("{first}&cursor={next}");
        }
        let ids: Vec<_> = dates.iter().map(|one| one["id"].clone()).collect();
        assert_eq!(listed, ids);

        let fewer: Vec<_> = dates.iter().skip(1).map(as_sent).collect();
        let refused = patch(&app, &officer, &event, json!({ "occurrences": fewer })).await;
        assert_eq!(refused.expect(422).problem(), "rule-broken");
        assert_eq!(refused.faults(), ["/occurrences occurrence_published"]);
        let refused = patch(&app, &officer, &event, json!({ "occurrences": [] })).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/occurrences occurrence_published"]
        );
        let kept = app.get(&path(&event)).by(&officer).await.expect(200).body();
        assert_eq!(kept, event);
    })
    .await;
}

#[tokio::test]
async fn a_list_of_dates_that_is_sent_again_keeps_their_ids() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({ "title": "Club", "occurrences": [
            at("2027-03-25", "18:30", "20:30"), at("2027-04-01", "18:30", "20:30"),
        ]});
        let draft = app.event(&officer, body.clone()).await;
        // By its start; one goes, one comes: a draft may.
        let change = json!({ "occurrences": [at("2027-04-01", "18:30", "21:00"), at("2027-04-08", "18:30", "20:30")] });
        let changed = patch(&app, &officer, &draft, change).await.expect(200).body();
        assert_eq!(changed["occurrences"][0]["id"], draft["occurrences"][1]["id"]);
        assert_eq!(changed["occurrences"][0]["ends_at"], "2027-04-01T19:00:00Z");
        assert_eq!(list(&changed).len(), 2);
        assert!(list(&draft).iter().all(|date| date["id"] != changed["occurrences"][1]["id"]));

        let event = app.published(&officer, body).await;
        let mut dates: Vec<_> = list(&event).iter().map(as_sent).collect();
        dates[0]["local_start"] = json!("2027-03-26T18:30:00");
        dates[0]["local_end"] = json!("2027-03-26T20:30:00");
        dates.push(at("2027-04-15", "18:30", "20:30"));
        dates.reverse();
        let moved = patch(&app, &officer, &event, json!({ "occurrences": dates })).await.expect(200).body();
        for n in [0, 1] {
            assert_eq!(moved["occurrences"][n]["id"], event["occurrences"][n]["id"]);
            assert_eq!(moved["occurrences"][n]["uid"], event["occurrences"][n]["uid"]);
        }
        assert_eq!(moved["occurrences"][0]["previous"]["local_start"], "2027-03-25T18:30:00");
        let sequences: Vec<_> = list(&moved).iter().map(|d| d["sequence"].clone()).collect();
        assert_eq!(sequences, [1, 0, 0]);
        let mut foreign = as_sent(&draft["occurrences"][0]);
        for (name, time) in [("local_start", "2027-05-01T17:30:00"), ("local_end", "2027-05-01T18:30:00")] {
            foreign[name] = json!(time);
        }
        let all: Vec<_> = list(&moved).iter().map(as_sent).chain([foreign]).collect();
        let refused = patch(&app, &officer, &event, json!({ "occurrences": all })).await;
        assert_eq!(refused.expect(422).faults(), ["/occurrences/3/id unknown_occurrence"]);
    })
    .await;
}

#[tokio::test]
async fn times_by_the_clock_on_the_wall_hold_across_its_changes() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let table = [
            // The hour that is skipped: read with the offset before the change.
            (
                "2027-03-28T01:30:00",
                "2027-03-28T04:00:00",
                "2027-03-28T00:30:00Z",
                "2027-03-28T02:00:00Z",
            ),
            (
                "2027-03-28T02:30:00",
                "2027-03-28T05:00:00",
                "2027-03-28T01:30:00Z",
                "2027-03-28T03:00:00Z",
            ),
            // The hour that comes twice: its first coming, and an end after its start.
            (
                "2027-10-31T02:30:00",
                "2027-10-31T02:45:00",
                "2027-10-31T00:30:00Z",
                "2027-10-31T00:45:00Z",
            ),
            (
                "2027-10-31T02:50:00",
                "2027-10-31T02:10:00",
                "2027-10-31T00:50:00Z",
                "2027-10-31T01:10:00Z",
            ),
            (
                "2027-10-31T02:55:00",
                "2027-10-31T03:30:00",
                "2027-10-31T00:55:00Z",
                "2027-10-31T02:30:00Z",
            ),
        ];
        let dates: Vec<_> = table
            .iter()
            .map(|(start, end, ..)| json!({ "local_start": start, "local_end": end }))
            .collect();
        let made = app
            .published(&officer, json!({ "title": "Nuit", "occurrences": dates }))
            .await;
        let shown = |event: &Value| -> Vec<_> {
            let names = ["local_start", "local_end", "starts_at", "ends_at"];
            list(event)
                .iter()
                .map(|d| names.map(|n| d[n].as_str().unwrap().to_owned()))
                .collect()
        };
        assert_eq!(
            shown(&made),
            table.map(|(a, b, c, d)| [a, b, c, d].map(str::to_owned))
        );

        // Saved as they are, with their ids or without, they are what they were: to the version.
        for bare in [false, true] {
            let mut same: Vec<_> = list(&made).iter().map(as_sent).collect();
            for date in same.iter_mut().filter(|_| bare) {
                date.as_object_mut().unwrap().remove("id");
            }
            let saved = patch(
                &app,
                &officer,
                &made,
                json!({ "title": "Nuit", "occurrences": same }),
            )
            .await;
            assert_eq!(saved.expect(200).body(), made, "bare: {bare}");
        }
        for date in list(&made) {
            let saved = app
                .patch(&format!("/v1/occurrences/{}", id(&date)))
                .by(&officer);
            let mut same = as_sent(&date);
            same.as_object_mut().unwrap().remove("id");
            let saved = saved
                .if_match(date["etag"].as_str().unwrap())
                .json(&same)
                .await;
            assert_eq!(saved.expect(200).body()["starts_at"], date["starts_at"]);
        }
        assert_eq!(
            app.get(&path(&made)).by(&officer).await.expect(200).body(),
            made
        );
        let backwards = json!({ "title": "x", "occurrences": [
            { "local_start": "2027-03-28T02:30:00", "local_end": "2027-03-28T03:15:00" },
        ]});
        let refused = app.post("/v1/events").by(&officer).json(&backwards).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/occurrences/0/local_end ends_before_start"]
        );
    })
    .await;
}
