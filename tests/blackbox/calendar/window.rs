//! What lies in a window of time: its borders, its pages, what a row says.

use std::collections::BTreeSet;

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

use crate::events::{at, id, titles, turn_date};

/// Events of one date, titled by its start: `Day HH:MM`.
async fn starting(app: &App, officer: &Staff, dates: &[(&str, &str)]) {
    for (start, end) in dates {
        let date = json!({ "local_start": start, "local_end": end });
        let title = start.replace('T', " ");
        app.published(officer, json!({ "title": title, "occurrences": [date] }))
            .await;
    }
}

async fn seen(app: &App, query: &str) -> Vec<String> {
    titles(
        &app.get(&format!("/v1/calendar?{query}"))
            .await
            .expect(200)
            .body(),
    )
}

#[tokio::test]
async fn what_overlaps_the_window_is_in_it() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        starting(
            &app,
            &officer,
            &[
                ("2027-02-28T18:00:00", "2027-03-01T00:00:00"), // ends as the window starts
                ("2027-02-28T18:30:00", "2027-03-01T00:00:01"), // a second longer
                ("2027-02-01T08:00:00", "2027-04-20T18:00:00"), // all along
                ("2027-03-01T00:00:00", "2027-03-01T01:00:00"), // with its start
                ("2027-03-31T23:30:00", "2027-04-01T01:30:00"), // late on the last day
                ("2027-03-31T23:59:59", "2027-04-01T00:30:00"),
                ("2027-04-01T00:00:00", "2027-04-01T01:00:00"), // starts as it ends
            ],
        )
        .await;
        let march = [
            "2027-02-01 08:00:00",
            "2027-02-28 18:30:00",
            "2027-03-01 00:00:00",
            "2027-03-31 23:30:00",
            "2027-03-31 23:59:59",
        ];
        assert_eq!(seen(&app, "start=2027-03-01&end=2027-04-01").await, march);
        // The same by instants: winter at one end, summer at the other.
        for (start, end) in [
            ("2027-02-28T23:00:00Z", "2027-03-31T22:00:00Z"),
            ("2027-03-01T00:00:00%2B01:00", "2027-04-01T00:00:00%2B02:00"),
            ("2027-03-01T00:00:00+01:00", "2027-04-01T00:00:00+02:00"),
            ("2027-02-28T23:00:00.000Z", "2027-03-31T22:00:00.000Z"),
        ] {
            assert_eq!(seen(&app, &format!("start={start}&end={end}")).await, march);
        }
        let last = "start=2027-03-31T21:59:59Z&end=2027-03-31T22:00:00.000001Z";
        assert_eq!(
            seen(&app, last).await,
            [march[0], march[3], march[4], "2027-04-01 00:00:00"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_day_has_as_many_hours_as_it_has() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        starting(
            &app,
            &officer,
            &[
                ("2027-03-27T23:30:00", "2027-03-27T23:59:00"),
                ("2027-03-28T00:30:00", "2027-03-28T01:30:00"),
                ("2027-03-28T23:30:00", "2027-03-28T23:59:00"),
                ("2027-03-29T00:30:00", "2027-03-29T01:30:00"),
                ("2027-10-30T23:30:00", "2027-10-30T23:59:00"),
                ("2027-10-31T00:30:00", "2027-10-31T01:30:00"),
                ("2027-10-31T23:30:00", "2027-10-31T23:59:00"),
                ("2027-11-01T00:30:00", "2027-11-01T01:30:00"),
            ],
        )
        .await;
        let day =
            async |start: &str, end: &str| seen(&app, &format!("start={start}&end={end}")).await;
        let short = day("2027-03-28", "2027-03-29").await;
        assert_eq!(short, ["2027-03-28 00:30:00", "2027-03-28 23:30:00"]);
        let long = day("2027-10-31", "2027-11-01").await;
        assert_eq!(long, ["2027-10-31 00:30:00", "2027-10-31 23:30:00"]);
    })
    .await;
}

#[tokio::test]
async fn a_window_that_is_not_asked_for_is_the_usual_one() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        // Ninety days from 24 November end with 21 February; a feed's 400 end with 28 December.
        starting(
            &app,
            &officer,
            &[
                ("2026-08-25T22:00:00", "2026-08-25T23:00:00"),
                ("2026-08-26T10:00:00", "2026-08-26T11:00:00"),
                ("2026-11-23T22:00:00", "2026-11-23T23:00:00"),
                ("2026-11-24T06:00:00", "2026-11-24T07:00:00"),
                ("2027-02-21T23:30:00", "2027-02-21T23:45:00"),
                ("2027-02-22T00:30:00", "2027-02-22T01:30:00"),
                ("2027-12-28T23:30:00", "2027-12-28T23:45:00"),
                ("2027-12-29T00:30:00", "2027-12-29T01:30:00"),
            ],
        )
        .await;
        assert_eq!(
            seen(&app, "").await,
            ["2026-11-24 06:00:00", "2027-02-21 23:30:00"]
        );
        let feed = super::reader::entries(&app.get("/v1/calendar.ics").await);
        let mut told: Vec<_> = feed.values().map(|entry| entry.get("SUMMARY")).collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [
                "2026-08-26 10:00:00",
                "2026-11-23 22:00:00",
                "2026-11-24 06:00:00",
                "2027-02-21 23:30:00",
                "2027-02-22 00:30:00",
                "2027-12-28 23:30:00",
            ]
        );
        // One side alone brings as much of the other, by the days of the clock on the wall.
        assert_eq!(
            seen(&app, "start=2026-11-24").await,
            ["2026-11-24 06:00:00", "2027-02-21 23:30:00"]
        );
        assert_eq!(
            seen(&app, "end=2027-02-22").await,
            ["2026-11-24 06:00:00", "2027-02-21 23:30:00"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_window_that_can_not_be_is_refused() {
    on_each_database(|app| async move {
        for (query, fault) in [
            ("start=2027-03-02&end=2027-03-01", "end ends_before_start"),
            ("start=2027-03-01&end=2027-03-01", "end ends_before_start"),
            ("start=2027-01-01&end=2028-02-06", "end window_too_long"),
            (
                "start=2027-01-01T00:00:00%2B01:00&end=2028-02-05T00:00:01%2B01:00",
                "end window_too_long",
            ),
            ("start=demain", "start malformed"),
            ("end=2027-02-30", "end malformed"),
            ("start=2027-03-01T10:00", "start malformed"),
            ("start=0001-01-01", "start out_of_range"),
            (
                "start=2027-03-01&end=2027-04-01&limit=1001",
                "limit out_of_range",
            ),
            ("from=2027-03-01", "from unknown_parameter"),
            ("timeZone=Europe/Paris", "timeZone unknown_parameter"),
        ] {
            let reply = app.get(&format!("/v1/calendar?{query}")).await;
            assert_eq!(reply.expect(422).problem(), "invalid", "{query}");
            assert_eq!(reply.faults(), [fault], "{query}");
        }
        assert_eq!(
            seen(&app, "start=2027-01-01&end=2028-02-05").await,
            Vec::<String>::new()
        );
    })
    .await;
}

#[tokio::test]
async fn a_row_says_what_people_need() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({
            "title": "Séance", "summary": "En deux mots.", "kind": "club_session",
            "audiences": ["agents"], "tags": ["climat"], "accessibility": ["wheelchair"],
            "place": { "name": "Mairie", "commune_code": "54329" },
            "online_url": "https://visio.petr.example/x", "description": "Longue.",
            "contact": { "email": "accueil@petr.example" },
            "occurrences": [
                { "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00", "capacity": 12 },
                at("2027-03-26", "18:30", "20:30"),
                at("2027-03-27", "18:30", "20:30"),
                at("2027-03-28", "18:30", "20:30"),
            ],
        });
        let event = app.published(&officer, body).await;
        let [first, second, third, fourth] = [0, 1, 2, 3].map(|n| event["occurrences"][n].clone());
        let why = |text: &str| json!({ "reason": text, "internal_note": "Secret." });
        turn_date(&app, &officer, &second, "cancel", why("Neige.")).await.expect(200);
        turn_date(&app, &officer, &third, "postpone", why("Grève.")).await.expect(200);
        let mut to = at("2027-03-29", "18:30", "20:30");
        to["reason"] = json!("Pâques.");
        turn_date(&app, &officer, &fourth, "move", to).await.expect(200);

        let now = app.get(&crate::events::path(&event)).await.expect(200).body();
        let rows = app.get("/v1/calendar?start=2027-03-25&end=2027-04-01&count=true").await.expect(200).body();
        assert_eq!(rows["page"], json!({ "limit": 200, "total": 4 }));
        let row = |date: &Value, state: &str, local: &str, instant: &str| {
            json!({
                "id": date["id"], "event_id": id(&event), "slug": "seance", "title": "Séance",
                "summary": "En deux mots.", "kind": "club_session", "audiences": ["agents"],
                "tags": ["climat"], "accessibility": ["wheelchair"], "state": state,
                "event_state": "published", "starts_at": format!("{instant}:30:00Z"),
                "ends_at": format!("{}:30:00Z", instant.replace("T17", "T19").replace("T16", "T18")),
                "local_start": format!("{local}T18:30:00"), "local_end": format!("{local}T20:30:00"),
                "time_zone": "Europe/Paris",
                "place": { "name": "Mairie", "commune_code": "54329", "commune_name": "Lunéville" },
                "online_url": "https://visio.petr.example/x", "url": event["url"],
                "updated_at": now["updated_at"],
            })
        };
        let mut expected = [
            row(&first, "scheduled", "2027-03-25", "2027-03-25T17"),
            row(&second, "cancelled", "2027-03-26", "2027-03-26T17"),
            row(&third, "postponed", "2027-03-27", "2027-03-27T17"),
            row(&fourth, "scheduled", "2027-03-29", "2027-03-29T16"),
        ];
        expected[0]["capacity"] = json!(12);
        expected[1]["reason"] = json!("Neige.");
        expected[2]["reason"] = json!("Grève.");
        expected[3]["reason"] = json!("Pâques.");
        expected[3]["previous_starts_at"] = json!("2027-03-28T16:30:00Z");
        assert_eq!(rows["data"], json!(expected));
    })
    .await;
}

#[tokio::test]
async fn pages_through_many_dates_lose_none_and_repeat_none() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let mut made = BTreeSet::new();
        for n in 0..5 {
            // Dates of several events start at one moment.
            let dates: Vec<_> = (0..500)
                .map(|i| {
                    at(
                        &format!("2027-{:02}-{:02}", 3 + i / 28 / 6, 1 + i % 28),
                        &format!("{:02}:00", 8 + i / 28 % 6),
                        "23:00",
                    )
                })
                .collect();
            let title = format!("Série {n}");
            let event = app
                .published(&officer, json!({ "title": title, "occurrences": dates }))
                .await;
            made.extend(
                event["occurrences"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|d| id(d).to_owned()),
            );
        }
        assert_eq!(made.len(), 2_500);
        for (limit, pages) in [(1_000, 3), (999, 3), (137, 19)] {
            let base = format!("/v1/calendar?start=2027-01-01&end=2027-12-31&limit={limit}");
            let (mut rows, mut next, mut count) = (Vec::new(), base.clone(), 0);
            loop {
                let page = app.get(&next).await.expect(200).body();
                rows.extend(page["data"].as_array().unwrap().clone());
                count += 1;
                let Some(cursor) = page["page"]["next_cursor"].as_str() else {
                    break;
                };
                next = format!("{base}&cursor={cursor}");
            }
            assert_eq!(count, pages);
            assert_eq!(rows.len(), 2_500);
            assert_eq!(
                rows.iter()
                    .map(|row| id(row).to_owned())
                    .collect::<BTreeSet<_>>(),
                made
            );
            assert!(
                rows.iter()
                    .map(|row| row["starts_at"].as_str().unwrap())
                    .is_sorted()
            );
        }
        let feed = super::reader::entries(
            &app.get("/v1/calendar.ics?start=2027-01-01&end=2027-12-31")
                .await,
        );
        assert_eq!(feed.into_keys().collect::<BTreeSet<_>>(), made);
        // A cursor is of its window.
        let page = app
            .get("/v1/calendar?start=2027-01-01&end=2027-12-31")
            .await
            .expect(200)
            .body();
        let cursor = page["page"]["next_cursor"].as_str().unwrap();
        let other = app.get(&format!(
            "/v1/calendar?start=2027-01-02&end=2027-12-31&cursor={cursor}"
        ));
        assert_eq!(other.await.expect(422).faults(), ["cursor cursor_invalid"]);
    })
    .await;
}

/// What was under way long before the window comes first, on the right page, however it is paged; and
/// what ended before it does not come because it was long.
#[tokio::test]
async fn what_lasts_long_is_found_wherever_it_began() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        starting(
            &app,
            &officer,
            &[
                ("2026-12-01T08:00:00", "2027-11-30T18:00:00"), // a year's exhibition
                ("2027-01-04T08:00:00", "2027-02-28T18:00:00"), // over
                ("2027-02-01T08:00:00", "2027-03-01T08:00:00"), // until the first morning
                ("2027-02-22T00:00:00", "2027-03-01T00:00:00"), // a week to the second, over
                ("2027-02-22T00:00:00", "2027-03-01T00:00:01"), // a second more
                ("2027-02-22T00:00:01", "2027-03-01T00:00:01"), // a week, and still there
                ("2027-02-27T10:00:00", "2027-03-02T10:00:00"),
                ("2027-03-05T10:00:00", "2027-03-25T10:00:00"), // long, within
                ("2027-03-31T10:00:00", "2027-04-30T10:00:00"),
                ("2027-04-01T10:00:00", "2027-05-30T10:00:00"), // not yet
            ],
        )
        .await;
        let march = [
            "2026-12-01 08:00:00",
            "2027-02-01 08:00:00",
            "2027-02-22 00:00:00",
            "2027-02-22 00:00:01",
            "2027-02-27 10:00:00",
            "2027-03-05 10:00:00",
            "2027-03-31 10:00:00",
        ];
        let window = "start=2027-03-01&end=2027-04-01";
        assert_eq!(seen(&app, window).await, march);
        for limit in 1..=march.len() + 1 {
            let base = format!("/v1/calendar?{window}&limit={limit}&count=true");
            let mut path = base.clone();
            let mut found = Vec::new();
            loop {
                let page = app.get(&path).await.expect(200).body();
                assert_eq!(page["page"]["total"], march.len());
                found.extend(titles(&page));
                match page["page"]["next_cursor"].as_str() {
                    Some(cursor) => path = format!("{base}&cursor={cursor}"),
                    None => break,
                }
            }
            assert_eq!(found, march, "{limit} a page");
        }
    })
    .await;
}
