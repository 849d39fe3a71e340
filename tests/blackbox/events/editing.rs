//! Two people, or more, who change one event at once: nothing is lost.

use std::collections::BTreeSet;

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

use super::{at, path};

/// Reads, changes, and tries again when somebody was faster. How often that was.
async fn edit(app: &App, by: &Staff, event: &Value, change: impl Fn(&Value) -> Value) -> u32 {
    let mut again = 0;
    loop {
        let read = app.get(&path(event)).by(by).await.expect(200).body();
        let etag = read["etag"].as_str().unwrap();
        let reply = app
            .patch(&path(event))
            .by(by)
            .if_match(etag)
            .json(&change(&read))
            .await;
        if reply.status == 412 {
            assert_eq!(reply.problem(), "precondition-failed");
            assert_ne!(reply.header("etag"), etag);
            again += 1;
            continue;
        }
        reply.expect(200);
        return again;
    }
}

fn with_tag(read: &Value, tag: &str) -> Value {
    let mut tags = read["tags"].as_array().unwrap().clone();
    tags.push(json!(tag));
    json!({ "tags": tags })
}

#[tokio::test]
async fn two_people_editing_one_event_at_once_lose_nothing() {
    const ROUNDS: usize = 14;
    on_each_database(|app| async move {
        let ada = app.staff_named("ada@petr.example", &[Role::Officer]).await;
        let bob = app.staff_named("bob@petr.example", &[Role::Director]).await;
        let event = app.event(&ada, json!({ "title": "À deux" })).await;
        let ada_works = async {
            let mut again = 0;
            for round in 0..ROUNDS {
                again += edit(&app, &ada, &event, |r| with_tag(r, &format!("ada {round}"))).await;
                let note = format!("prix {round}");
                again += edit(&app, &ada, &event, |_| json!({ "price_note": note })).await;
            }
            again
        };
        let bob_works = async {
            let mut again = 0;
            for round in 0..ROUNDS {
                again += edit(&app, &bob, &event, |r| with_tag(r, &format!("bob {round}"))).await;
                let name = format!("organisateur {round}");
                again += edit(&app, &bob, &event, |_| json!({ "organiser_name": name })).await;
            }
            again
        };
        let (ada_again, bob_again) = tokio::join!(ada_works, bob_works);
        assert!(
            ada_again + bob_again > 0,
            "they never met: this says nothing"
        );

        let end = app.get(&path(&event)).by(&ada).await.expect(200).body();
        let tags: BTreeSet<_> = end["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t.as_str().unwrap().to_owned())
            .collect();
        let both = ["ada", "bob"].into_iter();
        let all = both.flat_map(|who| (0..ROUNDS).map(move |round| format!("{who} {round}")));
        assert_eq!(tags, all.collect());
        assert_eq!(end["price_note"], format!("prix {}", ROUNDS - 1));
        assert_eq!(
            end["organiser_name"],
            format!("organisateur {}", ROUNDS - 1)
        );
        // One version a write, none more: the making, and two a round for each.
        let version = end["etag"].as_str().unwrap().split('-').next().unwrap();
        assert_eq!(version, format!("\"v{}", 1 + 4 * ROUNDS));
    })
    .await;
}

#[tokio::test]
async fn of_two_who_read_one_version_the_second_is_told() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dates = json!([at("2027-03-25", "18:30", "20:30")]);
        let made = json!({ "title": "Un", "occurrences": dates });
        // Whatever the first did, and whatever the second wants.
        for first in ["patch", "publish", "cancel-date"] {
            for second in ["patch", "publish", "delete", "postpone"] {
                let mut event = app.event(&officer, made.clone()).await;
                if first == "cancel-date" {
                    event = super::turn(&app, &officer, &event, "publish", json!({}))
                        .await
                        .body();
                }
                let etag = event["etag"].as_str().unwrap().to_owned();
                let why = json!({ "reason": "Voilà." });
                match first {
                    "patch" => {
                        let title = json!({ "title": "Deux" });
                        super::patch(&app, &officer, &event, title)
                            .await
                            .expect(200);
                    }
                    "publish" => {
                        super::turn(&app, &officer, &event, "publish", json!({}))
                            .await
                            .expect(200);
                    }
                    _ => {
                        let date = &event["occurrences"][0];
                        super::turn_date(&app, &officer, date, "cancel", why.clone())
                            .await
                            .expect(200);
                    }
                }
                let before = app.get(&path(&event)).by(&officer).await.expect(200).body();
                let call = match second {
                    "patch" => app.patch(&path(&event)).json(&json!({ "title": "Trois" })),
                    "delete" => app.delete(&path(&event)),
                    verb => app.post(&format!("{}/{verb}", path(&event))).json(&why),
                };
                let reply = call.by(&officer).if_match(&etag).await;
                assert_eq!(
                    reply.expect(412).problem(),
                    "precondition-failed",
                    "{first}, {second}"
                );
                assert_eq!(reply.header("etag"), before["etag"].as_str().unwrap());
                let after = app.get(&path(&event)).by(&officer).await.expect(200).body();
                assert_eq!(after, before, "{first}, {second}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn dates_of_one_event_that_are_changed_at_once_are_all_changed() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let days: Vec<_> = (1..=9)
            .map(|day| at(&format!("2027-04-0{day}"), "18:30", "20:30"))
            .collect();
        let event = app
            .published(&officer, json!({ "title": "Neuf", "occurrences": days }))
            .await;
        let dates = event["occurrences"].as_array().unwrap().clone();
        let calls = dates.iter().enumerate().map(|(n, date)| {
            let date_path = format!("/v1/occurrences/{}", super::id(date));
            let etag = date["etag"].as_str().unwrap();
            let call = match n % 3 {
                0 => app.patch(&date_path).json(&json!({ "capacity": 40 })),
                1 => app
                    .post(&format!("{date_path}/cancel"))
                    .json(&json!({ "reason": "Non." })),
                _ => app.post(&format!("{date_path}/move")).json(&at(
                    &format!("2027-05-0{}", n + 1),
                    "18:30",
                    "20:30",
                )),
            };
            let call = call.by(&officer).if_match(etag);
            tokio::spawn(async move { call.await.expect(200).body() })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap();
        }
        let end = app.get(&path(&event)).by(&officer).await.expect(200).body();
        let of = |name: &str| -> Vec<_> {
            let mut sorted = end["occurrences"].as_array().unwrap().clone();
            sorted.sort_by_key(|date| dates.iter().position(|d| d["id"] == date["id"]));
            sorted.iter().map(|date| date[name].clone()).collect()
        };
        let every_third = |first: Value, second: Value, third: Value| {
            [first, second, third]
                .into_iter()
                .cycle()
                .take(9)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("capacity"),
            every_third(json!(40), json!(null), json!(null))
        );
        let states = every_third(json!("scheduled"), json!("cancelled"), json!("scheduled"));
        assert_eq!(of("state"), states);
        let moved: Vec<_> = of("previous").iter().map(|p| !p.is_null()).collect();
        assert_eq!(moved, [false, false, true].repeat(3));
    })
    .await;
}
