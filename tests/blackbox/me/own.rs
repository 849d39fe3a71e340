//! What is a citizen's: seen, set right, taken along, erased, by them and by no other.

use chrono::TimeDelta;
use harness::app::on_each_database;
use harness::engines::engines;
use serde_json::Value;

use super::*;

async fn registered(app: &App, citizen: &Staff, date: &str) -> Value {
    let path = format!("/v1/occurrences/{date}/registrations");
    let made = app
        .post(&path)
        .by(citizen)
        .json(&json!({ "party_size": 1 }));
    let made = made.await.expect(201).body();
    app.advance(TimeDelta::milliseconds(1));
    made
}

fn path(registration: &Value, rest: &str) -> String {
    format!(
        "/v1/registrations/{}{rest}",
        registration["id"].as_str().unwrap()
    )
}

#[tokio::test]
async fn a_citizen_registers_without_confirming_and_cancels_and_takes_a_place() {
    on_each_database(|app| async move {
        let officer = officer(&app).await;
        let date = date_on(&app, &officer, "2026-12-10").await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let basile = app.citizen("basile@courriel.example", "Basile").await;
        let chloe = app.citizen("chloe@courriel.example", "Chloé").await;
        let hers = registered(&app, &alma, &date).await;
        assert_eq!(
            (&hers["state"], &hers["channel"]),
            (&json!("confirmed"), &json!("account"))
        );
        assert_eq!(hers["name"], "Alma");
        registered(&app, &basile, &date).await;
        let waiting = registered(&app, &chloe, &date).await;
        assert_eq!(waiting["state"], "waitlisted");
        let again = format!("/v1/occurrences/{date}/registrations");
        let again = app.post(&again).by(&alma).json(&json!({})).await;
        assert_eq!(again.status, 409);

        // Another's is nowhere.
        for call in [
            app.get(&path(&hers, "")).by(&basile),
            app.post(&path(&hers, "/cancel"))
                .by(&basile)
                .json(&json!({})),
            app.post(&path(&hers, "/confirm"))
                .by(&basile)
                .json(&json!({})),
        ] {
            assert_eq!(call.await.expect(404).problem(), "not-found");
        }
        app.get(&path(&hers, "")).by(&alma).await.expect(200);
        let cancelled = app.post(&path(&hers, "/cancel")).by(&alma).json(&json!({}));
        let cancelled = cancelled.await.expect(200).body();
        assert_eq!(
            (&cancelled["state"], &cancelled["because"]),
            (&json!("cancelled"), &json!("withdrawn"))
        );
        let taken = app
            .post(&path(&waiting, "/confirm"))
            .by(&chloe)
            .json(&json!({}));
        assert_eq!(taken.await.expect(200).body()["state"], "confirmed");

        let list = app
            .get("/v1/me/registrations")
            .by(&alma)
            .await
            .expect(200)
            .body();
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        let none = app.get("/v1/me/registrations?state=confirmed").by(&alma);
        assert_eq!(none.await.expect(200).body()["data"], json!([]));
        let of_staff = json!({ "citizen_id": alma.id, "name": "Alma" });
        let refused = app.post(&format!("/v1/occurrences/{date}/registrations"));
        let refused = refused.by(&alma).json(&of_staff).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/citizen_id petr_only", "/name known_of_you"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_citizen_sets_right_what_is_known_but_not_the_address_by_which_they_come_in() {
    on_each_database(|app| async move {
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let me = app.get("/v1/me").by(&alma).await.expect(200).body();
        app.advance(TimeDelta::milliseconds(1));
        let patch = json!({ "name": "Alma Rey", "commune_code": "54329", "interests": ["water"] });
        let set = app
            .patch("/v1/me")
            .by(&alma)
            .json(&patch)
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&set["name"], &set["commune_code"]),
            (&json!("Alma Rey"), &json!("54329"))
        );
        assert_ne!(set["etag"], me["etag"]);
        let stale = app
            .patch("/v1/me")
            .by(&alma)
            .if_match(me["etag"].as_str().unwrap());
        stale.json(&json!({ "name": "A" })).await.expect(412);
        let other = json!({ "email": "other@courriel.example" });
        app.patch("/v1/me").by(&alma).json(&other).await.expect(409);
        let officer = officer(&app).await;
        app.patch("/v1/me")
            .by(&officer)
            .json(&patch)
            .await
            .expect(403);
        let trail = app.staff(Role::Director).await;
        let trail = app
            .get(&format!("/v1/audit-entries?subject={}", alma.id))
            .by(&trail);
        let trail = trail.await.expect(200).body();
        assert_eq!(trail["data"][0]["actor"]["kind"], "citizen");
    })
    .await;
}

#[tokio::test]
async fn all_that_is_held_comes_along_and_then_nothing_is_held() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let today = date_on(&app, &officer, "2026-11-24").await;
        let later = date_on(&app, &officer, "2026-12-10").await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let hers = registered(&app, &alma, &today).await;
        registered(&app, &alma, &later).await;
        let basile = app.citizen("basile@courriel.example", "Basile").await;
        registered(&app, &basile, &later).await;
        app.advance(TimeDelta::hours(9));
        let officer = app
            .staff_named("other@petr.example", &[Role::Officer])
            .await;
        app.post(&path(&hers, "/check-in"))
            .by(&officer)
            .json(&json!({}))
            .await
            .expect(200);
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let newsletter = json!({ "given": true, "text_version": "2026-12" });
        let consent = app.call("PUT", "/v1/me/consents/newsletter").by(&alma);
        consent.json(&newsletter).await.expect(200);

        let held = app.get("/v1/me/export").by(&alma).await.expect(200).body();
        assert_eq!(held["citizen"]["email"], "alma@courriel.example");
        assert_eq!(held["registrations"].as_array().unwrap().len(), 2);
        assert_eq!(held["participations"][0]["kind"], "attendance");
        assert_eq!(held["consents"]["data"][0]["given"], true);
        assert_eq!(held["sessions"].as_array().unwrap().len(), 2);
        let kinds: Vec<&str> = held["mails"]
            .as_array()
            .unwrap()
            .iter()
            .map(|mail| mail["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["registration.confirmed", "registration.confirmed"]);
        let trail = held["trail"].as_array().unwrap();
        assert!(
            trail
                .iter()
                .any(|entry| entry["facts"] == json!(["consent.given"])),
            "{trail:?}"
        );
        assert!(!held.to_string().contains("Basile"));
        let by_staff = app
            .get(&format!("/v1/citizens/{}/export", alma.id))
            .by(&officer);
        assert_eq!(
            by_staff.await.expect(200).body()["citizen"],
            held["citizen"]
        );

        app.delete("/v1/me").by(&alma).await.expect(204);
        app.get("/v1/me").by(&alma).await.expect(401);
        let refresh = [
            ("grant_type", "refresh_token"),
            ("refresh_token", alma.refresh_token.as_str()),
        ];
        app.post("/oauth/token").form(&refresh).await.expect(400);
        app.get(&format!("/v1/citizens/{}", alma.id))
            .by(&officer)
            .await
            .expect(404);
        let figures = app.get("/v1/participation-figures").by(&officer);
        assert_eq!(figures.await.expect(200).body()["total"]["people"], 1);
        // The place that was hers is free again.
        let places = app
            .get(&format!("/v1/occurrences/{later}/availability"))
            .await;
        assert_eq!(places.expect(200).body()["held"], 1);
    }
}

#[tokio::test]
async fn who_turned_out_to_be_somebody_else_is_that_one_until_it_was_a_mistake() {
    on_each_database(|app| async move {
        let officer = officer(&app).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let kept = app.post("/v1/citizens").by(&officer);
        let kept = kept.json(&json!({ "name": "Alma Rey" })).await;
        let kept = kept.expect(201).body()["id"].as_str().unwrap().to_owned();
        let merge = app.post(&format!("/v1/citizens/{}/merge", alma.id));
        let merge = merge.by(&officer).json(&json!({ "into": kept })).await;
        merge.expect(200);
        let again = app.citizen("alma@courriel.example", "Alma").await;
        for token in [&alma, &again] {
            let me = app.get("/v1/me").by(token).await.expect(200).body();
            assert_eq!((&me["id"], &me["name"]), (&json!(kept), &json!("Alma Rey")));
        }
        // Nobody has shown that this address is theirs.
        let taken = json!({ "email": "victim@courriel.example" });
        app.patch("/v1/me")
            .by(&again)
            .json(&taken)
            .await
            .expect(409);
        let held = app.get("/v1/me/export").by(&again).await.expect(200).body();
        let other = &held["also_written_down_as"][0];
        assert_eq!(other["email"], "alma@courriel.example");
        let undone = app.post(&format!("/v1/citizens/{}/unmerge", alma.id));
        undone.by(&officer).json(&json!({})).await.expect(200);
        for token in [&alma, &again] {
            let me = app.get("/v1/me").by(token).await.expect(200).body();
            assert_eq!(me["id"], json!(alma.id));
        }
    })
    .await;
}
