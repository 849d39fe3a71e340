//! Series of dates: made from a rule, edited as a whole, from one date on and one date alone.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::http::Reply;
use persistence::check_invariants;
use serde_json::{Value, json};

use super::{at, id, patch, path, turn, turn_date};

/// A weekly evening from a day on.
fn weekly(day: &str, rule: &str) -> Value {
    let mut body = at(day, "18:30", "20:30");
    body["rrule"] = json!(rule);
    body
}

async fn add(app: &App, by: &Staff, event: &Value, body: &Value) -> Reply {
    app.post(&format!("{}/series", path(event)))
        .by(by)
        .json(body)
        .await
}

/// A published event with a series, and the series.
async fn published(app: &App, by: &Staff, body: &Value) -> (Value, Value) {
    let event = app.event(by, json!({ "title": "Club" })).await;
    let series = add(app, by, &event, body).await.expect(201).body();
    let event = turn(app, by, &event, "publish", json!({}))
        .await
        .expect(200)
        .body();
    (event, series)
}

fn at_series(series: &Value) -> String {
    format!("/v1/series/{}", id(series))
}

async fn change(app: &App, by: &Staff, series: &Value, body: Value) -> Reply {
    app.patch(&at_series(series))
        .by(by)
        .if_match("*")
        .json(&body)
        .await
}

/// The dates of an event as people see them: `03-25 18:30 17:30Z`, and what became of them.
async fn told(app: &App, event: &Value) -> Vec<String> {
    let event = app.get(&path(event)).await.expect(200).body();
    dates(&event).iter().map(line).collect()
}

fn dates(event: &Value) -> Vec<Value> {
    event["occurrences"].as_array().unwrap().clone()
}

fn line(date: &Value) -> String {
    let text = |name: &str| date[name].as_str().unwrap().to_owned();
    let (local, instant) = (text("local_start"), text("starts_at"));
    let state = match text("state").as_str() {
        "scheduled" => String::new(),
        other => format!(" {other}"),
    };
    format!(
        "{} {} {}Z{state}",
        &local[5..10],
        &local[11..16],
        &instant[11..16]
    )
}

fn ids(dates: &[Value]) -> Vec<(String, String)> {
    let mut ids: Vec<_> = dates
        .iter()
        .map(|one| (id(one).to_owned(), one["uid"].to_string()))
        .collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn a_weekly_evening_stays_at_its_hour_across_both_clock_changes() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for (first, expected) in [
            (
                "2027-03-18",
                [
                    "03-18 18:30 17:30Z",
                    "03-25 18:30 17:30Z",
                    "04-01 18:30 16:30Z",
                    "04-08 18:30 16:30Z",
                ],
            ),
            (
                "2027-10-21",
                [
                    "10-21 18:30 16:30Z",
                    "10-28 18:30 16:30Z",
                    "11-04 18:30 17:30Z",
                    "11-11 18:30 17:30Z",
                ],
            ),
        ] {
            let (event, _) = published(
                &app,
                &officer,
                &weekly(first, "FREQ=WEEKLY;BYDAY=TH;COUNT=4"),
            )
            .await;
            assert_eq!(told(&app, &event).await, expected);
            assert!(
                dates(&event)
                    .iter()
                    .all(|date| date["local_end"].as_str().unwrap().ends_with("T20:30:00"))
            );
        }
        assert_eq!(
            check_invariants(&app.store).await.unwrap(),
            Vec::<String>::new()
        );
    })
    .await;
}

#[tokio::test]
async fn a_series_is_made_read_again_and_listed() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app
            .event(
                &officer,
                json!({ "title": "Club", "occurrences": [at("2027-02-01", "10:00", "11:00")] }),
            )
            .await;
        let mut body = weekly("2027-03-18", "rrule:freq=weekly;count=4");
        body["exdates"] = json!(["2027-03-25", "2027-04-08T18:30:00"]);
        body["rdates"] = json!(["2027-04-03T10:00:00"]);
        body["capacity"] = json!(30);
        let call = || {
            app.post(&format!("{}/series", path(&event)))
                .by(&officer)
                .header("Idempotency-Key", "une-fois")
                .json(&body)
        };
        let made = call().await;
        let series = made.expect(201).body();
        assert_eq!(made.header("location"), at_series(&series));
        assert_eq!(made.header("etag"), series["etag"].as_str().unwrap());
        assert_eq!(call().await.expect(201).body(), series);
        assert_eq!(series["rrule"], "FREQ=WEEKLY;COUNT=4");
        assert_eq!(
            series["exdates"],
            json!(["2027-03-25", "2027-04-08T18:30:00"])
        );
        assert_eq!(series["event_id"], event["id"]);
        let now = app.get(&path(&event)).by(&officer).await.expect(200).body();
        let all = dates(&now);
        let lines: Vec<_> = all.iter().map(line).collect();
        assert_eq!(
            lines,
            [
                "02-01 10:00 09:00Z",
                "03-18 18:30 17:30Z",
                "04-01 18:30 16:30Z",
                "04-03 10:00 08:00Z"
            ]
        );
        assert!(all[0].get("series_id").is_none() && all[0].get("detached").is_none());
        assert_eq!(
            series["occurrence_ids"],
            json!([id(&all[1]), id(&all[2]), id(&all[3])])
        );
        for date in &all[1..] {
            assert_eq!(
                (&date["series_id"], &date["detached"]),
                (&series["id"], &json!(false))
            );
            assert_eq!(
                (&date["original_local_start"], &date["capacity"]),
                (&date["local_start"], &json!(30))
            );
        }
        assert_eq!(
            app.get(&at_series(&series))
                .by(&officer)
                .await
                .expect(200)
                .body(),
            series
        );
        let list = format!("{}/series", path(&event));
        assert_eq!(
            app.get(&list).by(&officer).await.expect(200).body()["data"],
            json!([series])
        );

        // Nobody else sees a draft's.
        for hidden in [&list, &at_series(&series)] {
            assert_eq!(app.get(hidden).await.expect(404).problem(), "not-found");
        }
        turn(&app, &officer, &event, "publish", json!({}))
            .await
            .expect(200);
        let public = app.get(&at_series(&series)).await.expect(200).body();
        assert_eq!(public["occurrence_ids"], series["occurrence_ids"]);
        assert_eq!(
            app.get(&list).await.expect(200).body()["data"],
            json!([public])
        );
        for nothing in [
            "/v1/series/0198c0a0-0000-7000-8000-00000000dead",
            "/v1/series/x",
        ] {
            assert_eq!(app.get(nothing).await.expect(404).problem(), "not-found");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_series_may_not_be_is_said_clearly() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.event(&officer, json!({ "title": "Club" })).await;
        for (rule, faults) in [
            ("FREQ=WEEKLY", "/rrule rule_unbounded"),
            ("FREQ=DAILY;COUNT=1001", "/rrule too_many"),
            ("FREQ=WEEKLY;UNTIL=20320402", "/rrule spans_too_long"),
            ("FREQ=HOURLY;COUNT=2", "/rrule rule_too_frequent"),
            ("FREQ=WEEKLY;COUNT=2;UNTIL=20270501", "/rrule malformed"),
            ("tous les jeudis", "/rrule malformed"),
            (
                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
                "/rrule rule_without_date",
            ),
            (
                "FREQ=WEEKLY;BYDAY=FR;COUNT=2",
                "/local_start start_off_rule",
            ),
        ] {
            let reply = add(&app, &officer, &event, &weekly("2027-03-18", rule)).await;
            assert_eq!(reply.expect(422).faults(), [faults], "{rule}");
        }
        let mut body = weekly("2027-03-18", "FREQ=NEVER");
        body["exdates"] = json!(["2027-03-18", "2027-03-18", "jeudi"]);
        body["rdates"] = json!(["2027-03-18"]);
        body["time_zone"] = json!("Lorraine");
        body["capacity"] = json!(0);
        let reply = add(&app, &officer, &event, &body).await;
        let faults = reply.expect(422).faults();
        let all = [
            "/capacity out_of_range",
            "/exdates/1 duplicate",
            "/exdates/2 malformed",
            "/rdates/0 malformed",
            "/rrule malformed",
            "/time_zone unknown_time_zone",
        ];
        assert_eq!(faults, all);
        // An event has a thousand dates, whatever they are of.
        let many = weekly("2027-03-18", "FREQ=DAILY;COUNT=600");
        add(&app, &officer, &event, &many).await.expect(201);
        let reply = add(&app, &officer, &event, &many).await;
        assert_eq!(reply.expect(422).faults(), ["/rrule too_many"]);
        let event = app
            .published(
                &officer,
                json!({ "title": "Club", "occurrences": [at("2027-02-01", "10:00", "11:00")] }),
            )
            .await;
        turn(
            &app,
            &officer,
            &event,
            "cancel",
            json!({ "reason": "Voilà." }),
        )
        .await
        .expect(200);
        let reply = add(
            &app,
            &officer,
            &event,
            &weekly("2027-03-18", "FREQ=WEEKLY;COUNT=2"),
        )
        .await;
        assert_eq!(reply.expect(409).problem(), "wrong-state");
    })
    .await;
}

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
async fn a_draft_loses_dates_and_series_and_mirrors_are_told() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.event(&officer, json!({ "title": "Club" })).await;
        let series = add(&app, &officer, &event, &weekly("2027-03-11", "FREQ=WEEKLY;COUNT=4")).await.expect(201).body();
        let all = series["occurrence_ids"].as_array().unwrap().clone();
        let shorter = json!({ "rrule": "FREQ=WEEKLY;COUNT=3" });
        let shorter = change(&app, &officer, &series, shorter).await.expect(200).body();
        assert_eq!(shorter["occurrence_ids"], json!(all[..3]));
        // Taken out of the list of all dates, one is left out from then on.
        let fewer = json!({ "occurrences": [at("2027-03-11", "18:30", "20:30"), at("2027-03-25", "18:30", "20:30")] });
        patch(&app, &officer, &event, fewer).await.expect(200);
        let fewer = app.get(&at_series(&series)).by(&officer).await.expect(200).body();
        assert_eq!((&fewer["exdates"], &fewer["occurrence_ids"]), (&json!(["2027-03-18T18:30:00"]), &json!([all[0], all[2]])));
        let longer = change(&app, &officer, &series, json!({ "rrule": "FREQ=WEEKLY;COUNT=4" })).await.expect(200).body();
        assert_eq!(longer["occurrence_ids"].as_array().unwrap().len(), 3);

        let since = "2000-01-01T00:00:00Z";
        let poll = |what: &str| {
            let call = app.get(&format!("{}/{what}", path(&event))).by(&officer);
            call.query(&[("updated_since", since)])
        };
        assert_eq!(poll("series").await.expect(200).body()["data"], json!([longer]));
        let stale = app.delete(&at_series(&series)).by(&officer).if_match(series["etag"].as_str().unwrap()).await;
        assert_eq!(stale.expect(412).header("etag"), longer["etag"].as_str().unwrap());
        app.delete(&at_series(&series)).by(&officer).if_match(longer["etag"].as_str().unwrap()).await.expect(204);
        assert_eq!(app.get(&at_series(&series)).by(&officer).await.expect(404).problem(), "not-found");
        let polled = poll("series").await.expect(200).body();
        assert!(polled["page"]["synced_until"].is_string());
        assert_eq!((&polled["data"][0]["id"], &polled["data"][0]["deleted"]), (&series["id"], &json!(true)));
        let gone = poll("occurrences").await.expect(200).body();
        let gone = gone["data"].as_array().unwrap();
        assert!(gone.len() == 5 && gone.iter().all(|row| row["deleted"] == true));
        assert_eq!(check_invariants(&app.store).await.unwrap(), Vec::<String>::new());
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

#[tokio::test]
async fn a_copy_takes_its_series_along() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (event, _) = published(
            &app,
            &officer,
            &weekly("2027-03-11", "FREQ=WEEKLY;BYDAY=TH;COUNT=3"),
        )
        .await;
        let copy = |day: &str| {
            let call = app
                .post(&format!("{}/duplicate", path(&event)))
                .by(&officer);
            call.json(&json!({ "starts_on": day }))
        };
        let next_year = copy("2028-03-09").await.expect(201).body();
        let series = app
            .get(&format!("{}/series", path(&next_year)))
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(
            series["data"][0]["occurrence_ids"]
                .as_array()
                .unwrap()
                .len(),
            3
        );
        assert_eq!(series["data"][0]["local_start"], "2028-03-09T18:30:00");
        let friday = copy("2028-03-10").await.expect(201).body();
        let none = app
            .get(&format!("{}/series", path(&friday)))
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!((&none["data"], dates(&friday).len()), (&json!([]), 3));
    })
    .await;
}
