//! Series of dates: made from a rule, bounded, copied, and taken out of drafts.

mod edited;

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::http::Reply;
use persistence::check_invariants;
use serde_json::{Value, json};

use super::{at, id, patch, path, turn};

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
        // A draft goes with its series.
        let other = app.event(&officer, json!({ "title": "Autre" })).await;
        let rule = weekly("2027-03-11", "FREQ=WEEKLY;COUNT=4");
        let its = add(&app, &officer, &other, &rule).await.expect(201).body();
        let gone = app.delete(&path(&other)).by(&officer).if_match("*").await;
        gone.expect(204);
        assert_eq!(app.get(&at_series(&its)).by(&officer).await.expect(404).problem(), "not-found");
        let gone = poll("occurrences").await.expect(200).body();
        let gone = gone["data"].as_array().unwrap();
        assert!(gone.len() == 5 && gone.iter().all(|row| row["deleted"] == true));
        assert_eq!(check_invariants(&app.store).await.unwrap(), Vec::<String>::new());
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
