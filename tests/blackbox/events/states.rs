//! How far events are: what each state allows, who sees what, and the reasons that people read.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

use super::{at, id, patch, path, turn, turn_date};

const WINDOW: &str = "start=2027-03-01&end=2027-05-01";

fn ahead(title: &str) -> Value {
    json!({ "title": title, "occurrences": [at("2027-03-25", "18:30", "20:30")] })
}

/// Whether an event is seen, by each way there is; all must agree.
async fn is_seen(app: &App, by: Option<&Staff>, event: &Value) -> bool {
    let ask = async |path: &str| {
        let call = app.get(path);
        let call = if let Some(staff) = by {
            call.by(staff)
        } else {
            call
        };
        call.await
    };
    let date = id(&event["occurrences"][0]);
    let slug = event["slug"].as_str().unwrap();
    let mut seen = Vec::new();
    for alone in [
        path(event),
        format!("/v1/events/{slug}"),
        format!("{}.ics", path(event)),
        format!("/v1/events/{slug}.ics"),
        format!("{}/occurrences", path(event)),
        format!("/v1/occurrences/{date}"),
    ] {
        let reply = ask(&alone).await;
        if reply.status != 200 {
            assert_eq!(reply.expect(404).problem(), "not-found", "{alone}");
        }
        seen.push((alone, reply.status == 200));
    }
    let title = event["title"].as_str().unwrap();
    for list in [
        "/v1/events".to_owned(),
        format!("/v1/events?q={slug}"),
        format!("/v1/calendar?{WINDOW}"),
        format!("/v1/calendar.ics?{WINDOW}"),
    ] {
        let text = ask(&list).await.expect(200).utf8();
        seen.push((list, text.contains(title) || text.contains(date)));
    }
    assert!(seen.iter().all(|(_, one)| *one == seen[0].1), "{seen:?}");
    seen[0].1
}

#[tokio::test]
async fn who_sees_an_event() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let referent = app.staff(Role::Referent).await;
        let funder = app.staff(Role::Funder).await;
        let draft = app.event(&officer, ahead("Brouillon")).await;
        let public = app.published(&officer, ahead("Publique")).await;
        let mut members = ahead("Membres");
        members["visibility"] = json!("members");
        let members = app.published(&officer, members).await;
        let mut staff = ahead("Interne");
        staff["visibility"] = json!("staff");
        let staff = app.published(&officer, staff).await;
        for (event, expected) in [
            (&draft, false),
            (&public, true),
            (&members, false),
            (&staff, false),
        ] {
            let title = &event["title"];
            assert_eq!(is_seen(&app, None, event).await, expected, "{title} by all");
            assert_eq!(
                is_seen(&app, Some(&funder), event).await,
                expected,
                "{title} by the funder"
            );
            assert!(
                is_seen(&app, Some(&referent), event).await,
                "{title} by the referent"
            );
        }
        for asked in ["state=draft", "state=published,draft"] {
            let reply = app.get(&format!("/v1/events?{asked}")).await;
            assert_eq!(reply.expect(422).faults(), ["state unknown_value"]);
        }
    })
    .await;
}

#[tokio::test]
async fn each_state_allows_what_it_allows_and_says_so() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let why = json!({ "reason": "Pour voir." });
        let verbs = ["publish", "cancel", "postpone", "archive", "delete"];
        for (state, steps, allowed) in [
            ("draft", &[][..], &["publish", "delete"][..]),
            (
                "published",
                &["publish"],
                &["cancel", "postpone", "archive"],
            ),
            (
                "postponed",
                &["publish", "postpone"],
                &["publish", "cancel", "archive"],
            ),
            ("cancelled", &["publish", "cancel"], &["archive"]),
            ("archived", &["publish", "archive"], &[]),
        ] {
            for verb in verbs {
                let event = app.event(&officer, ahead("Étape")).await;
                for step in steps {
                    turn(&app, &officer, &event, step, why.clone())
                        .await
                        .expect(200);
                }
                let before = app.get(&path(&event)).by(&officer).await.expect(200).body();
                assert_eq!(before["state"], state);
                assert_eq!(before["allowed_transitions"], json!(allowed));
                let reply = match verb {
                    "delete" => app.delete(&path(&event)).by(&officer).if_match("*").await,
                    _ => turn(&app, &officer, &event, verb, why.clone()).await,
                };
                if !allowed.contains(&verb) {
                    assert_eq!(
                        reply.expect(409).problem(),
                        "wrong-state",
                        "{state}, {verb}"
                    );
                    assert_eq!(reply.body()["state"], state);
                    assert_eq!(reply.body()["allowed_transitions"], json!(allowed));
                    let after = app.get(&path(&event)).by(&officer).await.expect(200).body();
                    assert_eq!(after, before, "{state}, {verb}");
                } else if (state, verb) == ("postponed", "publish") {
                    assert_eq!(reply.expect(422).problem(), "rule-broken");
                    assert_eq!(reply.faults(), ["/occurrences no_occurrence"]);
                } else {
                    assert_eq!(reply.status, if verb == "delete" { 204 } else { 200 });
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_transition_says_why_and_needs_the_version() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let empty = app.event(&officer, json!({ "title": "Sans date" })).await;
        let refused = turn(&app, &officer, &empty, "publish", json!({})).await;
        assert_eq!(refused.expect(422).faults(), ["/occurrences no_occurrence"]);
        let event = app.published(&officer, ahead("Motif")).await;
        for verb in ["cancel", "postpone"] {
            for body in [json!({}), json!({ "note": "Rien." })] {
                let refused = turn(&app, &officer, &event, verb, body).await;
                assert_eq!(refused.expect(422).faults(), ["/reason reason_required"]);
            }
            let date = turn_date(&app, &officer, &event["occurrences"][0], verb, json!({})).await;
            assert_eq!(date.expect(422).faults(), ["/reason reason_required"]);
            let unasked = app.post(&format!("{}/{verb}", path(&event))).by(&officer);
            let unasked = unasked.json(&json!({ "reason": "x" })).await;
            assert_eq!(unasked.expect(428).problem(), "precondition-required");
        }
        let said = json!({ "reason": "Dégât des eaux.", "note": "Remboursement sur place." });
        let cancelled = turn(&app, &officer, &event, "cancel", said)
            .await
            .expect(200)
            .body();
        let public = app.get(&path(&event)).await.expect(200).body();
        assert_eq!(public["state"], "cancelled");
        assert_eq!(public["reason"], "Dégât des eaux.");
        assert_eq!(public["note"], "Remboursement sur place.");
        assert_eq!(public["occurrences"][0]["reason"], "Dégât des eaux.");
        let row = app
            .get(&format!("/v1/calendar?{WINDOW}"))
            .await
            .expect(200)
            .body();
        assert_eq!(row["data"][0]["state"], "cancelled");
        assert_eq!(row["data"][0]["reason"], "Dégât des eaux.");

        // Filed later, it still says why.
        turn(&app, &officer, &cancelled, "archive", json!({}))
            .await
            .expect(200);
        let filed = app.get(&path(&event)).await.expect(200).body();
        assert_eq!(
            (&filed["state"], &filed["reason"]),
            (&json!("archived"), &public["reason"])
        );
        let edited = patch(&app, &officer, &event, json!({ "title": "Autre" })).await;
        assert_eq!(edited.expect(409).problem(), "wrong-state");
    })
    .await;
}

#[tokio::test]
async fn cancelling_an_event_cancels_only_what_has_not_ended() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.published(
            &officer,
            json!({ "title": "Trois dates", "occurrences": [
                at("2026-11-26", "18:30", "20:30"), at("2026-12-03", "18:30", "20:30"),
                at("2026-12-10", "18:30", "20:30"), at("2026-12-17", "18:30", "20:30"),
            ]}),
        );
        let event = event.await;
        let gone = json!({ "reason": "Neige." });
        turn_date(&app, &officer, &event["occurrences"][3], "cancel", gone)
            .await
            .expect(200);
        // In the middle of the second.
        app.advance(
            "2026-12-03T18:30:00Z"
                .parse::<chrono::DateTime<chrono::Utc>>()
                .unwrap()
                - harness::app::today(),
        );
        let officer = app
            .staff_named("later@petr.example", &[Role::Officer])
            .await;
        let said = json!({ "reason": "Plus de salle.", "internal_note": "Litige." });
        let cancelled = turn(&app, &officer, &event, "cancel", said)
            .await
            .expect(200)
            .body();
        let dates = cancelled["occurrences"].as_array().unwrap();
        let told: Vec<_> = dates
            .iter()
            .map(|d| (d["state"].clone(), d["reason"].clone()))
            .collect();
        assert_eq!(
            told,
            [
                (json!("scheduled"), json!(null)),
                (json!("cancelled"), json!("Plus de salle.")),
                (json!("cancelled"), json!("Plus de salle.")),
                (json!("cancelled"), json!("Neige.")),
            ]
        );
        assert!(dates.iter().all(|date| date.get("internal_note").is_none()));

        // Nothing is ahead of an event whose dates lie behind.
        let past = json!({ "title": "Passé", "occurrences": [at("2026-12-01", "18:30", "20:30")] });
        let past = app.published(&officer, past).await;
        for verb in ["cancel", "postpone"] {
            let reply = turn(&app, &officer, &past, verb, json!({ "reason": "x" })).await;
            assert_eq!(reply.expect(409).problem(), "conflict");
        }
        let late = turn_date(
            &app,
            &officer,
            &past["occurrences"][0],
            "postpone",
            json!({ "reason": "x" }),
        );
        assert_eq!(late.await.expect(409).problem(), "conflict");
        let late = turn_date(
            &app,
            &officer,
            &past["occurrences"][0],
            "cancel",
            json!({ "reason": "x" }),
        );
        assert_eq!(late.await.expect(200).body()["state"], "cancelled");
    })
    .await;
}

#[tokio::test]
async fn only_a_draft_is_deleted_and_then_it_is_nowhere() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let draft = app.event(&officer, ahead("Jetable")).await;
        let unasked = app.delete(&path(&draft)).by(&officer).await;
        assert_eq!(unasked.expect(428).problem(), "precondition-required");
        let etag = draft["etag"].as_str().unwrap();
        let gone = app.delete(&path(&draft)).by(&officer).if_match(etag).await;
        assert_eq!(gone.expect(204).utf8(), "");
        assert!(!is_seen(&app, Some(&officer), &draft).await);
        let again = app.delete(&path(&draft)).by(&officer).if_match("*").await;
        assert_eq!(again.expect(404).problem(), "not-found");
        assert_eq!(
            patch(&app, &officer, &draft, json!({}))
                .await
                .expect(404)
                .problem(),
            "not-found"
        );
        let copy = turn(&app, &officer, &draft, "duplicate", json!({})).await;
        assert_eq!(copy.expect(404).problem(), "not-found");
        // Its name is free again.
        assert_eq!(
            app.event(&officer, ahead("Jetable")).await["slug"],
            "jetable"
        );
    })
    .await;
}

#[tokio::test]
async fn a_copy_is_a_draft_with_the_same_hours_across_the_change_of_clock() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({
            "title": "Club", "kind": "club_session", "tags": ["climat"],
            "occurrences": [
                { "local_start": "2027-03-18T18:30:00", "local_end": "2027-03-18T20:30:00", "capacity": 12 },
                { "local_start": "2027-03-25T23:00:00", "local_end": "2027-03-26T01:00:00" },
            ],
        });
        let event = app.published(&officer, body).await;
        let copy = turn(&app, &officer, &event, "duplicate", json!({ "starts_on": "2027-03-27" })).await;
        let copied = copy.expect(201).body();
        assert_eq!(copy.header("location"), path(&copied));
        assert_ne!(copied["id"], event["id"]);
        assert_eq!((&copied["state"], &copied["slug"]), (&json!("draft"), &json!("club-2")));
        assert_eq!((&copied["kind"], &copied["tags"]), (&event["kind"], &event["tags"]));
        let times = |event: &Value| -> Vec<_> {
            let dates = event["occurrences"].as_array().unwrap();
            let names = ["local_start", "local_end", "starts_at"];
            dates.iter().map(|d| names.map(|n| d[n].as_str().unwrap().to_owned())).collect()
        };
        assert_eq!(
            times(&copied),
            [
                ["2027-03-27T18:30:00", "2027-03-27T20:30:00", "2027-03-27T17:30:00Z"],
                ["2027-04-03T23:00:00", "2027-04-04T01:00:00", "2027-04-03T21:00:00Z"],
            ]
        );
        assert_eq!(copied["occurrences"][0]["capacity"], 12);
        let ids = |e: &Value| [0, 1].map(|n| e["occurrences"][n]["id"].clone());
        assert!(ids(&event).iter().all(|one| !ids(&copied).contains(one)));

        let same = turn(&app, &officer, &event, "duplicate", json!({})).await.expect(201).body();
        assert_eq!(times(&same), times(&event));
        for day in ["2027-02-30", "9999-01-01", "demain"] {
            let refused = turn(&app, &officer, &event, "duplicate", json!({ "starts_on": day })).await;
            let code = if day == "9999-01-01" { "out_of_range" } else { "malformed" };
            assert_eq!(refused.expect(422).faults(), [format!("/starts_on {code}")], "{day}");
        }
    })
    .await;
}
