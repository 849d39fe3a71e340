//! Events that partners propose.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::http::Reply;
use serde_json::{Value, json};

fn ride() -> Value {
    json!({
        "title": "Vélo-école", "summary": "Remonter en selle.", "kind": "training",
        "occurrences": [{ "local_start": "2027-03-06T10:00:00", "local_end": "2027-03-06T12:00:00" }],
    })
}

async fn proposed(app: &App, partner: &Staff) -> Value {
    let made = app.post("/v1/events").by(partner).json(&ride()).await;
    made.expect(201).body()
}

fn path(event: &Value) -> String {
    format!("/v1/events/{}", event["id"].as_str().unwrap())
}

async fn turn(app: &App, by: &Staff, event: &Value, action: &str, body: &Value) -> Reply {
    let path = format!("{}/{action}", path(event));
    app.post(&path).by(by).if_match("*").json(body).await
}

async fn titles(app: &App, at: &str, by: Option<&Staff>) -> Vec<String> {
    let call = app.get(at);
    let list = match by {
        Some(by) => call.by(by).await,
        None => call.await,
    };
    let list = list.expect(200).body();
    let rows = list["data"].as_array().unwrap().iter();
    rows.map(|row| row["title"].as_str().unwrap_or("(gone)").to_owned())
        .collect()
}

#[tokio::test]
async fn a_partners_event_is_a_proposal_that_only_it_and_the_staff_see() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (organisation, partner) = app.partner(&director, "Ateliers").await;
        let (_, other) = app.partner(&director, "Jardins").await;
        let made = proposed(&app, &partner).await;
        assert_eq!(
            (&made["state"], &made["proposed_by"]),
            (&json!("proposed"), &json!(organisation))
        );
        assert_eq!(made["allowed_transitions"], json!(["delete"]));
        assert!(made["etag"].as_str().unwrap().starts_with("\"v1-own-"));
        app.get(&path(&made)).await.expect(404);
        app.get(&path(&made)).by(&other).await.expect(404);
        let own = app.get(&path(&made)).by(&partner).await;
        assert_eq!(own.expect(200).body()["id"], made["id"]);
        assert_eq!(own.header("cache-control"), "private, no-store");
        // Nor is it kept for those who ask next.
        app.get(&path(&made)).await.expect(404);
        let staff = app.get(&path(&made)).by(&director).await.expect(200).body();
        assert_eq!(
            staff["allowed_transitions"],
            json!(["publish", "decline", "delete"])
        );
        for (by, expected) in [
            (None, 0),
            (Some(&other), 0),
            (Some(&partner), 1),
            (Some(&director), 1),
        ] {
            let window = "/v1/calendar?start=2027-03-01&end=2027-04-01";
            for list in ["/v1/events", window, "/v1/events?updated_since=2026-01-01"] {
                assert_eq!(titles(&app, list, by).await.len(), expected, "{list}");
            }
        }
        let hidden = app.get("/v1/events?state=proposed").await;
        assert_eq!(hidden.expect(422).faults(), ["state unknown_value"]);
        assert_eq!(
            titles(&app, "/v1/events?state=proposed", Some(&partner)).await,
            ["Vélo-école"]
        );
    })
    .await;
}

#[tokio::test]
async fn it_is_changed_and_withdrawn_by_its_partner_until_the_staff_answers() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Ateliers").await;
        let (_, other) = app.partner(&director, "Jardins").await;
        let made = proposed(&app, &partner).await;
        let change = json!({ "title": "Vélo-école du samedi" });
        let patch = |by: &Staff| app.patch(&path(&made)).by(by).if_match("*").json(&change);
        patch(&other).await.expect(404);
        assert_eq!(
            patch(&partner).await.expect(200).text("title"),
            "Vélo-école du samedi"
        );
        let forbidden = turn(&app, &partner, &made, "publish", &json!({})).await;
        assert_eq!(forbidden.expect(403).problem(), "forbidden");
        let silent = turn(&app, &director, &made, "decline", &json!({})).await;
        assert_eq!(silent.expect(422).faults(), ["/reason reason_required"]);
        let why =
            json!({ "reason": "Déjà proposé ce jour-là.", "internal_note": "Voir avec Zoé." });
        let declined = turn(&app, &director, &made, "decline", &why)
            .await
            .expect(200)
            .body();
        assert_eq!(declined["state"], "declined");
        let read = app.get(&path(&made)).by(&partner).await.expect(200).body();
        assert_eq!(read["reason"], "Déjà proposé ce jour-là.");
        assert_eq!(
            (read.get("internal_note"), &read["allowed_transitions"]),
            (None, &json!([]))
        );
        app.get(&path(&made)).await.expect(404);
        let late = patch(&partner).await;
        assert_eq!(late.expect(409).problem(), "wrong-state");
        let gone = app.delete(&path(&made)).by(&partner).if_match("*").await;
        assert_eq!(gone.expect(409).body()["state"], "declined");

        let second = proposed(&app, &partner).await;
        app.delete(&path(&second))
            .by(&partner)
            .if_match("*")
            .await
            .expect(204);
        app.get(&path(&second)).by(&partner).await.expect(404);
        let mut since = titles(&app, "/v1/events?updated_since=2026-01-01", Some(&partner)).await;
        since.sort();
        assert_eq!(since, ["(gone)", "Vélo-école du samedi"]);
    })
    .await;
}

#[tokio::test]
async fn what_the_staff_publishes_is_everybodys_and_the_staffs_to_change() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Ateliers").await;
        let made = proposed(&app, &partner).await;
        turn(&app, &director, &made, "publish", &json!({}))
            .await
            .expect(200);
        let public = app.get(&path(&made)).await.expect(200).body();
        assert_eq!(
            (&public["state"], public.get("proposed_by")),
            (&json!("published"), None)
        );
        let own = app.get(&path(&made)).by(&partner).await.expect(200).body();
        assert!(own["proposed_by"].is_string());
        let late = app.patch(&path(&made)).by(&partner).if_match("*");
        let late = late.json(&json!({ "title": "Autre chose" })).await;
        assert_eq!(late.expect(409).problem(), "wrong-state");
        let title = json!({ "title": "Vélo-école pour tous" });
        let changed = app
            .patch(&path(&made))
            .by(&director)
            .if_match("*")
            .json(&title)
            .await;
        assert_eq!(changed.expect(200).text("title"), "Vélo-école pour tous");
        turn(
            &app,
            &director,
            &made,
            "decline",
            &json!({ "reason": "Non." }),
        )
        .await
        .expect(409);
    })
    .await;
}

#[tokio::test]
async fn proposals_follow_a_structure_that_is_merged() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (goes, partner) = app.partner(&director, "Ateliers").await;
        let (stays, other) = app.partner(&director, "Maison du vélo").await;
        let made = proposed(&app, &partner).await;
        let merge = app
            .post(&format!("/v1/organisations/{goes}/merge"))
            .by(&director);
        merge
            .if_match("*")
            .json(&json!({ "into": stays }))
            .await
            .expect(200);
        for by in [&partner, &other] {
            let read = app.get(&path(&made)).by(by).await.expect(200).body();
            assert_eq!(read["proposed_by"], stays.as_str());
        }
    })
    .await;
}

/// The staff publishes while the partner withdraws: one of them is told that it was too late.
#[tokio::test]
async fn an_answer_and_a_withdrawal_at_once_leave_one_outcome() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Ateliers").await;
        for _ in 0..10 {
            let made = proposed(&app, &partner).await;
            let etag = made["etag"].as_str().unwrap();
            let publish = app
                .post(&format!("{}/publish", path(&made)))
                .by(&director)
                .if_match(etag);
            let withdraw = app.delete(&path(&made)).by(&partner).if_match(etag);
            let (published, withdrawn) = tokio::join!(publish, withdraw);
            match (published.status, withdrawn.status) {
                (200, 412) => app.get(&path(&made)).await.expect(200),
                (404, 204) => app.get(&path(&made)).by(&director).await.expect(404),
                other => panic!("{other:?}"),
            };
        }
    })
    .await;
}

#[tokio::test]
async fn its_holder_follows_a_proposal_as_it_is_and_learns_of_the_dates_that_it_lost() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Ateliers").await;
        let (_, other) = app.partner(&director, "Jardins").await;
        let made = proposed(&app, &partner).await;
        for feed in [
            format!("{}.ics", path(&made)),
            "/v1/calendar.ics?start=2027-03-01&end=2027-04-01".to_owned(),
        ] {
            let calendar = app.get(&feed).by(&partner).await.expect(200).utf8();
            assert!(calendar.contains("Vélo-école"), "{calendar}");
            assert!(!calendar.contains("STATUS:CANCELLED"), "{calendar}");
        }
        let later = json!({ "occurrences": [
            { "local_start": "2027-04-06T10:00:00", "local_end": "2027-04-06T12:00:00" },
        ] });
        let lost = made["occurrences"][0]["id"].clone();
        let patch = app.patch(&path(&made)).by(&partner).if_match("*");
        patch.json(&later).await.expect(200);
        let since = "updated_since=2026-01-01";
        for list in [
            format!("{}/occurrences?{since}", path(&made)),
            format!("/v1/calendar?start=2027-01-01&end=2027-12-31&{since}"),
        ] {
            for (by, is_told) in [(&partner, true), (&director, true), (&other, false)] {
                let reply = app.get(&list).by(by).await;
                if reply.status == 404 {
                    assert!(!is_told, "{list}");
                    continue;
                }
                let body = reply.expect(200).body();
                let rows = body["data"].as_array().unwrap().iter();
                let gone: Vec<_> = rows.filter(|row| row["deleted"] == true).collect();
                assert_eq!(gone.iter().any(|row| row["id"] == lost), is_told, "{list}");
            }
        }
    })
    .await;
}
