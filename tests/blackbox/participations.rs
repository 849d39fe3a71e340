//! Who took part in what: facts without names, headcounts, figures.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

/// A published evening of today.
async fn date(app: &App, officer: &Staff) -> String {
    let body = json!({
        "title": "Atelier compost", "kind": "workshop", "visibility": "public",
        "occurrences": [{
            "local_start": "2026-11-24T18:00:00", "local_end": "2026-11-24T20:00:00",
        }],
    });
    let event = app.published(officer, body).await;
    event["occurrences"][0]["id"].as_str().unwrap().to_owned()
}

/// Somebody of that commune was there, with so many; gives the registration.
async fn was_there(
    app: &App,
    officer: &Staff,
    date: &str,
    (name, commune): (&str, &str),
    party: u32,
) -> Value {
    let email = format!("{name}@courriel.example");
    let citizen = json!({ "name": name, "email": email, "commune_code": commune });
    let citizen = app
        .post("/v1/citizens")
        .by(officer)
        .json(&citizen)
        .await
        .expect(201)
        .body();
    let body = json!({ "citizen_id": citizen["id"], "party_size": party });
    let path = format!("/v1/occurrences/{date}/registrations");
    let made = app
        .post(&path)
        .by(officer)
        .json(&body)
        .await
        .expect(201)
        .body();
    act(app, officer, &made, "check-in", json!({})).await
}

async fn act(app: &App, officer: &Staff, one: &Value, action: &str, body: Value) -> Value {
    let path = format!("/v1/registrations/{}/{action}", one["id"].as_str().unwrap());
    app.post(&path)
        .by(officer)
        .json(&body)
        .await
        .expect(200)
        .body()
}

async fn figures(app: &App, by: &Staff, query: &[(&str, &str)]) -> Value {
    app.get("/v1/participation-figures")
        .query(query)
        .by(by)
        .await
        .expect(200)
        .body()
}

fn total(figures: &Value) -> Vec<u64> {
    let total = &figures["total"];
    let fields = ["entries", "people", "people_outside", "headcount"];
    fields
        .iter()
        .map(|field| total[field].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_person_counts_once_and_a_class_is_counted_without_a_name() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let (first, second) = (date(&app, &officer).await, date(&app, &officer).await);
        let alma = was_there(&app, &officer, &first, ("alma", "54329"), 3).await;
        was_there(&app, &officer, &first, ("basile", "75056"), 1).await;
        let body = json!({ "citizen_id": alma["citizen_id"] });
        let path = format!("/v1/occurrences/{second}/registrations");
        let again = app
            .post(&path)
            .by(&officer)
            .json(&body)
            .await
            .expect(201)
            .body();
        act(&app, &officer, &again, "check-in", json!({})).await;
        let class = json!({ "count": 27, "audience": "primary_school", "commune_code": "54329" });
        let path = format!("/v1/occurrences/{second}/headcounts");
        let counted = app
            .post(&path)
            .by(&officer)
            .json(&class)
            .await
            .expect(201)
            .body();
        assert_eq!(total(&figures(&app, &officer, &[]).await), [3, 1, 1, 29]);
        // Corrected: two of three were there; and the class was another one's.
        act(&app, &officer, &alma, "check-in", json!({ "present": 2 })).await;
        let path = format!("/v1/headcounts/{}/void", counted["id"].as_str().unwrap());
        app.post(&path).by(&officer).empty().await.expect(200);
        app.post(&path).by(&officer).empty().await.expect(200);
        assert_eq!(total(&figures(&app, &officer, &[]).await), [3, 1, 1, 1]);
        act(&app, &officer, &alma, "take-back", json!({})).await;
        assert_eq!(total(&figures(&app, &officer, &[]).await), [2, 1, 1, 0]);
        // The referent's presence is an entry, and no citizen's.
        act(
            &app,
            &officer,
            &again,
            "check-in",
            json!({ "role": "referent" }),
        )
        .await;
        assert_eq!(total(&figures(&app, &officer, &[]).await), [2, 0, 1, 0]);
        let other_day = figures(&app, &officer, &[("from", "2026-11-25")]).await;
        assert_eq!(total(&other_day), [0, 0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_know_who_it_is_sees_no_small_part_and_no_commune_of_one() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let evening = date(&app, &officer).await;
        for number in 0..6 {
            let name = format!("lune{number}");
            was_there(&app, &officer, &evening, (&name, "54329"), 1).await;
        }
        let alma = was_there(&app, &officer, &evening, ("alma", "54039"), 1).await;
        let own = figures(&app, &officer, &[("by", "commune")]).await;
        assert_eq!(own["parts"].as_array().unwrap().len(), 2);
        assert_eq!(own["parts_sum_to_total"], true);
        let funder = app.staff(Role::Funder).await;
        let shown = figures(&app, &funder, &[("by", "commune")]).await;
        assert_eq!(total(&shown), total(&own));
        let parts = shown["parts"].as_array().unwrap();
        assert_eq!((parts.len(), &parts[0]["of"]), (1, &json!("merged")));

        let rows = app.get("/v1/participations").by(&funder).await;
        rows.expect(200);
        for telling in [
            "54329",
            "54039",
            "alma",
            alma["citizen_id"].as_str().unwrap(),
        ] {
            assert!(!rows.utf8().contains(telling), "{telling}: {}", rows.utf8());
        }
        let people: std::collections::HashSet<String> = rows.body()["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["person"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(people.len(), 7);
        let query = [("commune_code", "54039")];
        let refused = app
            .get("/v1/participations")
            .query(&query)
            .by(&funder)
            .await;
        assert_eq!(refused.expect(422).faults(), ["commune_code petr_only"]);
        // Another query has other pseudonyms, and each of its pages the same.
        let query = [("kind", "attendance"), ("limit", "3")];
        let page = app
            .get("/v1/participations")
            .query(&query)
            .by(&funder)
            .await
            .expect(200)
            .body();
        let name = page["data"][0]["person"].as_str().unwrap();
        assert!(!people.contains(name), "{name} means nothing elsewhere");
        let citizen = alma["citizen_id"].as_str().unwrap();
        let hers = [("citizen_id", citizen)];
        let hers = app
            .get("/v1/participations")
            .query(&hers)
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(hers["data"].as_array().unwrap().len(), 1);
        assert_eq!(hers["data"][0]["commune_code"], "54039");
    })
    .await;
}
