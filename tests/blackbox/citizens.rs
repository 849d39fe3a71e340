//! Citizens as the staff sees them: written down, found, set right, found to be one.

mod doubles;
mod merging;

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

async fn written_down(app: &App, officer: &Staff, body: Value) -> Value {
    let made = app.post("/v1/citizens").by(officer).json(&body).await;
    made.expect(201).body()
}

#[tokio::test]
async fn a_citizen_is_written_down_found_by_name_and_set_right() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let zoe = json!({
            "name": "Zoé Lefèvre", "email": "zoe@courriel.example", "telephone": "+33 6 12 34 56 78",
            "commune_code": "54329", "age_band": "25_39", "interests": ["water"],
        });
        let zoe = written_down(&app, &officer, zoe).await;
        assert_eq!(zoe["commune_name"], "Lunéville");
        assert_eq!((&zoe["source"], &zoe["is_identified"]), (&json!("staff"), &json!(true)));
        let nobody = written_down(&app, &officer, json!({ "name": "Quelqu’un" })).await;
        assert_eq!(nobody["is_identified"], false, "nobody could reach them");
        let found = async |body: Value| -> Vec<String> {
            let found = app.post("/v1/citizens/search").by(&officer).json(&body).await;
            let found = found.expect(200).body();
            let rows = found["data"].as_array().unwrap().iter();
            rows.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        for body in [
            json!({ "q": "LEFEVRE" }),
            json!({ "email": "ZOE@courriel.example" }),
            json!({ "telephone": "06.12.34.56.78" }),
            json!({ "q": "zoé", "telephone": "0612345678" }),
        ] {
            assert_eq!(found(body.clone()).await, ["Zoé Lefèvre"], "{body}");
        }
        assert!(found(json!({ "q": "zoé", "email": "other@courriel.example" })).await.is_empty());
        let path = format!("/v1/citizens/{}", zoe["id"].as_str().unwrap());
        let patch = json!({ "telephone": null, "age_band": "40_64" });
        app.patch(&path).by(&officer).json(&patch).await.expect(428);
        let etag = zoe["etag"].as_str().unwrap();
        let changed = app.patch(&path).by(&officer).if_match(etag).json(&patch).await;
        let changed = changed.expect(200).body();
        assert!(changed.get("telephone").is_none());
        assert_eq!(changed["age_band"], "40_64");
        app.patch(&path).by(&officer).if_match(etag).json(&patch).await.expect(412);
        let wrong = json!({ "name": " ", "email": "no-address", "commune_code": "99999" });
        let wrong = app.post("/v1/citizens").by(&officer).json(&wrong).await;
        let faults = wrong.expect(422).faults();
        assert_eq!(faults.len(), 3, "{faults:?}");
    })
    .await;
}

#[tokio::test]
async fn those_who_may_be_one_are_said_with_the_reasons() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let zoe = json!({ "name": "Zoé Lefèvre", "email": "zoe@courriel.example" });
        let zoe = written_down(&app, &officer, zoe).await;
        written_down(
            &app,
            &officer,
            json!({ "name": "LEFEVRE Zoe", "email": "Zoe@courriel.example" }),
        )
        .await;
        written_down(
            &app,
            &officer,
            json!({ "name": "Zoé Lefèvre", "telephone": "0612345678" }),
        )
        .await;
        written_down(&app, &officer, json!({ "name": "Ana Petit" })).await;
        let path = format!("/v1/citizens/{}/doubles", zoe["id"].as_str().unwrap());
        let doubles = app.get(&path).by(&officer).await.expect(200).body();
        let reasons: Vec<&Value> = doubles["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["reasons"])
            .collect();
        // Written down at the same moment, as far as the clock of the test goes.
        assert_eq!(reasons.len(), 2);
        assert!(reasons.contains(&&json!(["same_email", "same_name"])));
        assert!(reasons.contains(&&json!(["same_name"])));
    })
    .await;
}

#[tokio::test]
async fn nobody_else_sees_them_and_each_look_is_recorded() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let zoe = written_down(&app, &officer, json!({ "name": "Zoé Lefèvre" })).await;
        let path = format!("/v1/citizens/{}", zoe["id"].as_str().unwrap());
        for role in [Role::Referent, Role::Funder] {
            let other = app.staff(role).await;
            app.get(&path).by(&other).await.expect(403);
            app.get("/v1/citizens").by(&other).await.expect(403);
        }
        app.get(&path).await.expect(401);
        app.get(&path).by(&officer).await.expect(200);
        let director = app.staff(Role::Director).await;
        let trail = app
            .get("/v1/audit-entries")
            .query(&[("operation", "citizens_get")]);
        let trail = trail.by(&director).await.expect(200).body();
        assert_eq!(trail["data"][0]["facts"], json!(["personal_data.read"]));
        assert_eq!(trail["data"][0]["subject"]["kind"], "citizen");
        assert_eq!(
            trail["data"][0]["subject"]["id"], zoe["id"],
            "as whoever reads it knows them"
        );
        let made = app
            .get("/v1/audit-entries")
            .query(&[("subject", zoe["id"].as_str().unwrap())]);
        let made = made.by(&director).await.expect(200).body();
        let facts: Vec<&Value> = made["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["facts"])
            .collect();
        assert!(facts.contains(&&json!(["citizen.entered"])), "{facts:?}");
    })
    .await;
}
