//! What a subscriber's calendar is told of changes: the UID stays, SEQUENCE rises, the status says it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, on_each_database, on_each_database_with};
use serde_json::{Value, json};

use super::reader::{Entry, entries};
use crate::events::{at, id, patch, turn, turn_date};

async fn feed(app: &App) -> BTreeMap<String, Entry> {
    entries(
        &app.get("/v1/calendar.ics?start=2027-01-01&end=2027-12-31")
            .await,
    )
}

#[tokio::test]
async fn each_change_that_matters_raises_the_sequence_of_what_it_changes() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({ "title": "Club", "occurrences": [
            at("2027-03-25", "18:30", "20:30"), at("2027-04-01", "18:30", "20:30"),
            at("2027-04-08", "18:30", "20:30"),
        ]});
        let event = app.published(&officer, body).await;
        let other =
            json!({ "title": "Autre", "occurrences": [at("2027-03-25", "18:30", "20:30")] });
        let other = app.published(&officer, other).await;
        let dates = [0, 1, 2].map(|n| event["occurrences"][n].clone());
        let uids = dates.each_ref().map(|date| id(date).to_owned());
        let stranger = id(&other["occurrences"][0]);
        let why = json!({ "reason": "Orage." });
        let mut before = feed(&app).await;
        assert_eq!(before.len(), 4);
        for (step, raised, status, summary) in [
            ("title", [true, true, true], ["CONFIRMED"; 3], ["Cercle"; 3]),
            ("slug", [false; 3], ["CONFIRMED"; 3], ["Cercle"; 3]),
            (
                "move",
                [true, false, false],
                ["CONFIRMED"; 3],
                ["Cercle"; 3],
            ),
            ("capacity", [false; 3], ["CONFIRMED"; 3], ["Cercle"; 3]),
            (
                "cancel",
                [false, true, false],
                ["CONFIRMED", "CANCELLED", "CONFIRMED"],
                ["Cercle", "ANNULÉ\u{a0}: Cercle", "Cercle"],
            ),
            (
                "postpone",
                [false, false, true],
                ["CONFIRMED", "CANCELLED", "TENTATIVE"],
                ["Cercle", "ANNULÉ\u{a0}: Cercle", "REPORTÉ\u{a0}: Cercle"],
            ),
            (
                "postpone all",
                [true, false, false],
                ["TENTATIVE", "CANCELLED", "TENTATIVE"],
                [
                    "REPORTÉ\u{a0}: Cercle",
                    "ANNULÉ\u{a0}: Cercle",
                    "REPORTÉ\u{a0}: Cercle",
                ],
            ),
            (
                "move back",
                [false, false, true],
                ["TENTATIVE", "CANCELLED", "CONFIRMED"],
                ["REPORTÉ\u{a0}: Cercle", "ANNULÉ\u{a0}: Cercle", "Cercle"],
            ),
            (
                "cancel all",
                [true, false, true],
                ["CANCELLED"; 3],
                ["ANNULÉ\u{a0}: Cercle"; 3],
            ),
            (
                "archive",
                [false; 3],
                ["CANCELLED"; 3],
                ["ANNULÉ\u{a0}: Cercle"; 3],
            ),
        ] {
            app.advance(TimeDelta::seconds(7));
            let to = |day| at(day, "19:00", "21:00");
            let reply = match step {
                "title" => patch(&app, &officer, &event, json!({ "title": "Cercle" })).await,
                "slug" => patch(&app, &officer, &event, json!({ "slug": "cercle" })).await,
                "move" => turn_date(&app, &officer, &dates[0], "move", to("2027-04-15")).await,
                "capacity" => {
                    let path = format!("/v1/occurrences/{}", uids[1]);
                    app.patch(&path)
                        .by(&officer)
                        .if_match("*")
                        .json(&json!({ "capacity": 9 }))
                        .await
                }
                "cancel" => turn_date(&app, &officer, &dates[1], "cancel", why.clone()).await,
                "postpone" => turn_date(&app, &officer, &dates[2], "postpone", why.clone()).await,
                "postpone all" => turn(&app, &officer, &event, "postpone", why.clone()).await,
                "move back" => turn_date(&app, &officer, &dates[2], "move", to("2027-06-01")).await,
                "cancel all" => turn(&app, &officer, &event, "cancel", why.clone()).await,
                _ => turn(&app, &officer, &event, "archive", json!({})).await,
            };
            reply.expect(200);
            let after = feed(&app).await;
            assert_eq!(
                after.keys().collect::<Vec<_>>(),
                before.keys().collect::<Vec<_>>(),
                "{step}"
            );
            assert_eq!(after[stranger], before[stranger], "{step}");
            for n in 0..3 {
                let (old, new) = (&before[&uids[n]], &after[&uids[n]]);
                let rose = new.sequence() - old.sequence();
                assert_eq!(rose, i32::from(raised[n]), "{step}, {n}");
                assert_eq!(new.get("STATUS"), status[n], "{step}, {n}");
                assert_eq!(new.get("SUMMARY"), summary[n], "{step}, {n}");
                assert_eq!(new.get("CREATED"), old.get("CREATED"));
                let stamps = |e: &Entry| [e.instant("DTSTAMP"), e.instant("LAST-MODIFIED")];
                let later = TimeDelta::seconds(7);
                assert_eq!(
                    stamps(new),
                    stamps(old).map(|stamp| stamp + later),
                    "{step}, {n}"
                );
                if new.get("STATUS") != "CONFIRMED" {
                    assert!(
                        new.get("DESCRIPTION").starts_with("Orage.\n\n"),
                        "{step}, {n}"
                    );
                }
            }
            before = after;
        }
        assert_eq!(before[&uids[0]].get("DTSTART"), "20270415T190000");
        assert_eq!(before[&uids[2]].get("DTSTART"), "20270601T190000");
    })
    .await;
}

#[tokio::test]
async fn a_uid_does_not_come_from_the_address_of_the_service() {
    on_each_database_with(
        |raw| raw.public_url = "https://agenda.petr.example/concertation".parse().ok(),
        |app| async move {
            let officer = app.staff(Role::Officer).await;
            let body =
                json!({ "title": "Club", "occurrences": [at("2027-03-25", "18:30", "20:30")] });
            let event: Value = app.published(&officer, body).await;
            let date = &event["occurrences"][0];
            let feed = feed(&app).await;
            let entry = &feed[date["uid"].as_str().unwrap()];
            assert_eq!(entry.get("UID"), id(date));
            assert_eq!(
                entry.get("URL"),
                "https://agenda.petr.example/concertation/v1/events/club"
            );
        },
    )
    .await;
}
