//! Series edited as a whole, from one date on and one date alone, once they are published.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::on_each_database;
use persistence::check_invariants;
use serde_json::json;

use super::{at_series, change, dates, ids, published, told, weekly};
use crate::events::{at, id, patch, path, turn_date};

#[tokio::test]
async fn the_whole_moves_and_what_was_changed_alone_stays() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (event, series) = published(
            &app,
            &officer,
            &weekly("2027-03-11", "FREQ=WEEKLY;BYDAY=TH;COUNT=5"),
        )
        .await;
        let before = dates(&event);
        turn_date(
            &app,
            &officer,
            &before[1],
            "move",
            at("2027-03-20", "10:00", "12:00"),
        )
        .await
        .expect(200);
        turn_date(
            &app,
            &officer,
            &before[2],
            "cancel",
            json!({ "reason": "Pont." }),
        )
        .await
        .expect(200);
        let capacity = app
            .patch(&format!("/v1/occurrences/{}", id(&before[3])))
            .by(&officer)
            .if_match("*");
        let alone = capacity
            .json(&json!({ "capacity": 12 }))
            .await
            .expect(200)
            .body();
        assert_eq!(alone["detached"], true);
        // The series itself is as it was: a change of one date is none of it.
        assert_eq!(
            app.get(&at_series(&series))
                .by(&officer)
                .await
                .expect(200)
                .body()["etag"],
            series["etag"]
        );

        let later =
            json!({ "local_start": "2027-03-11T19:00:00", "local_end": "2027-03-11T21:00:00" });
        let reply = app
            .patch(&at_series(&series))
            .by(&officer)
            .if_match(series["etag"].as_str().unwrap())
            .json(&later)
            .await;
        let changed = reply.expect(200).body();
        assert_eq!(
            (&changed["id"], &changed["occurrence_ids"]),
            (&series["id"], &series["occurrence_ids"])
        );
        let expected = [
            "03-11 19:00 18:00Z",
            "03-20 10:00 09:00Z",
            "03-25 18:30 17:30Z cancelled",
            "04-01 18:30 16:30Z",
            "04-08 19:00 17:00Z",
        ];
        assert_eq!(told(&app, &event).await, expected);
        let now = app.get(&path(&event)).await.expect(200).body();
        assert_eq!(ids(&dates(&now)), ids(&before));
        let last = dates(&now)[4].clone();
        assert_eq!(
            (&last["sequence"], &last["previous"]["local_start"]),
            (&json!(1), &json!("2027-04-08T18:30:00"))
        );
        let stale = app
            .patch(&at_series(&series))
            .by(&officer)
            .if_match(series["etag"].as_str().unwrap())
            .json(&later)
            .await;
        assert_eq!(
            stale.expect(412).header("etag"),
            changed["etag"].as_str().unwrap()
        );
        // The same again changes nothing.
        assert_eq!(
            change(&app, &officer, &series, later)
                .await
                .expect(200)
                .body(),
            changed
        );
        assert_eq!(
            check_invariants(&app.store).await.unwrap(),
            Vec::<String>::new()
        );
    })
    .await;
}

#[tokio::test]
async fn from_one_date_on_another_series_begins() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (event, series) = published(&app, &officer, &weekly("2027-03-11", "FREQ=WEEKLY;BYDAY=TH;COUNT=5")).await;
        let unknown = json!({ "from": "2027-03-26T18:30:00", "capacity": 10 });
        assert_eq!(change(&app, &officer, &series, unknown).await.expect(422).faults(), ["/from not_in_series"]);
        let malformed = json!({ "from": "2027-03-25", "reason": "" });
        assert_eq!(change(&app, &officer, &series, malformed).await.expect(422).problem(), "invalid");
        app.advance(TimeDelta::minutes(1));
        let tuesdays = json!({
            "from": "2027-03-25T18:30:00", "local_start": "2027-03-23T18:30:00", "local_end": "2027-03-23T20:30:00",
            "rrule": "FREQ=WEEKLY;BYDAY=TU;COUNT=3",
        });
        let reply = change(&app, &officer, &series, tuesdays).await;
        let rest = reply.expect(200).body();
        assert_ne!(rest["id"], series["id"]);
        assert_eq!(reply.header("location"), at_series(&rest));
        assert_eq!(reply.header("etag"), rest["etag"].as_str().unwrap());
        let expected = ["03-11 18:30 17:30Z", "03-18 18:30 17:30Z", "03-23 18:30 17:30Z", "03-30 18:30 16:30Z", "04-06 18:30 16:30Z"];
        assert_eq!(told(&app, &event).await, expected);
        let now = app.get(&path(&event)).await.expect(200).body();
        assert_eq!(ids(&dates(&now)), ids(&dates(&event)));
        let head = app.get(&at_series(&series)).await.expect(200).body();
        assert_eq!(head["rrule"], "FREQ=WEEKLY;BYDAY=TH;UNTIL=20270318T173000Z");
        let all = series["occurrence_ids"].as_array().unwrap();
        assert_eq!((head["occurrence_ids"].clone(), rest["occurrence_ids"].clone()), (json!(all[..2]), json!(all[2..])));
        let list = app.get(&format!("{}/series?limit=1", path(&event))).await.expect(200).body();
        assert_eq!(list["data"][0]["id"], series["id"]);
        let cursor = list["page"]["next_cursor"].as_str().unwrap();
        let list = app.get(&format!("{}/series", path(&event))).query(&[("limit", "1"), ("cursor", cursor)]).await.expect(200).body();
        assert_eq!((&list["data"][0]["id"], list["page"].get("next_cursor")), (&rest["id"], None));
        // What is left of COUNT is what is patched.
        let capacity = json!({ "from": "2027-03-30T18:30:00", "capacity": 10 });
        let last = change(&app, &officer, &rest, capacity).await.expect(200).body();
        assert_eq!((&last["rrule"], &last["capacity"]), (&json!("FREQ=WEEKLY;BYDAY=TU;COUNT=2"), &json!(10)));
        assert_eq!(check_invariants(&app.store).await.unwrap(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn nothing_published_vanishes_and_the_past_is_left_alone() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (event, series) = published(&app, &officer, &weekly("2026-11-26", "FREQ=WEEKLY;BYDAY=TH;COUNT=4")).await;
        app.advance(TimeDelta::days(4));
        let officer = app.staff_named("autre@petr.example", &[Role::Officer]).await;
        let shorter = json!({ "rrule": "FREQ=WEEKLY;BYDAY=TH;COUNT=2", "local_start": "2026-11-26T19:00:00", "local_end": "2026-11-26T21:00:00" });
        let refused = change(&app, &officer, &series, shorter.clone()).await;
        assert_eq!(refused.expect(422).faults(), ["/reason reason_required"]);
        assert_eq!(refused.problem(), "rule-broken");
        let mut explained = shorter;
        explained["reason"] = json!("La salle ferme.");
        let changed = change(&app, &officer, &series, explained).await.expect(200).body();
        assert_eq!(changed["occurrence_ids"], series["occurrence_ids"]);
        let expected = ["11-26 18:30 17:30Z", "12-03 19:00 18:00Z", "12-10 18:30 17:30Z cancelled", "12-17 18:30 17:30Z cancelled"];
        assert_eq!(told(&app, &event).await, expected);
        let now = app.get(&path(&event)).await.expect(200).body();
        assert_eq!(dates(&now)[3]["reason"], "La salle ferme.");
        let deleted = app.delete(&at_series(&series)).by(&officer).if_match("*").await;
        assert_eq!(deleted.expect(409).problem(), "conflict");
        assert_eq!(app.get(&path(&event)).await.expect(200).body(), now);
        // Nor by the list of all dates.
        let fewer = json!({ "occurrences": [at("2026-12-03", "19:00", "21:00")] });
        assert_eq!(patch(&app, &officer, &event, fewer).await.expect(422).faults(), ["/occurrences occurrence_published"]);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_change_a_series_at_once_one_is_told() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (_, mut series) =
            published(&app, &officer, &weekly("2027-03-11", "FREQ=WEEKLY;COUNT=4")).await;
        for round in 0..6 {
            let tag = series["etag"].as_str().unwrap().to_owned();
            let change = |capacity: u32| {
                let call = app.patch(&at_series(&series)).by(&officer).if_match(&tag);
                tokio::spawn(call.json(&json!({ "capacity": capacity })).into_future())
            };
            let (one, other) = tokio::join!(change(10 + round), change(50 + round));
            let mut replies = [one.unwrap(), other.unwrap()];
            replies.sort_by_key(|reply| reply.status);
            let won = replies[0].expect(200).body();
            assert_eq!(
                replies[1].expect(412).header("etag"),
                won["etag"].as_str().unwrap()
            );
            series = won;
        }
    })
    .await;
}

#[tokio::test]
async fn subscribers_and_mirrors_follow_what_becomes_of_a_series() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (event, series) =
            published(&app, &officer, &weekly("2027-03-11", "FREQ=WEEKLY;COUNT=3")).await;
        let calendar = |since: &str| {
            let since = since.to_owned();
            let call = app.get("/v1/calendar");
            async move {
                call.query(&[("updated_since", &since)])
                    .await
                    .expect(200)
                    .body()
            }
        };
        let first = calendar("2000-01-01T00:00:00Z").await;
        assert_eq!(first["data"].as_array().unwrap().len(), 3);
        app.advance(TimeDelta::minutes(5));
        let later = json!({
            "local_start": "2027-03-11T19:00:00", "local_end": "2027-03-11T21:00:00",
            "rrule": "FREQ=WEEKLY;COUNT=2", "reason": "La salle ferme.",
        });
        change(&app, &officer, &series, later).await.expect(200);
        let next = calendar(first["page"]["synced_until"].as_str().unwrap()).await;
        let mut rows: Vec<_> = next["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                (
                    row["local_start"].as_str().unwrap().to_owned(),
                    row["state"].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        rows.sort();
        let expected = [
            ("2027-03-11T19:00:00", "scheduled"),
            ("2027-03-18T19:00:00", "scheduled"),
            ("2027-03-25T18:30:00", "cancelled"),
        ];
        assert_eq!(
            rows,
            expected.map(|(start, state)| (start.to_owned(), state.to_owned()))
        );

        let feed = app
            .get(&format!("{}.ics", path(&event)))
            .await
            .expect(200)
            .utf8()
            .to_owned();
        for date in dates(&event) {
            assert_eq!(
                feed.matches(&format!("UID:{}", date["uid"].as_str().unwrap()))
                    .count(),
                1
            );
        }
        assert_eq!(feed.matches("BEGIN:VEVENT").count(), 3);
        assert_eq!(feed.matches("STATUS:CANCELLED").count(), 1);
        assert!(feed.contains("DTSTART;TZID=Europe/Paris:20270318T190000"));
        assert!(!feed.contains("\nRRULE:FREQ=WEEKLY"));
    })
    .await;
}
