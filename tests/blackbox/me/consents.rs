//! What people consent to, and take back.

use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn a_consent_is_to_a_text_and_is_taken_back_as_easily() {
    on_each_database(|app| async move {
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let list = app
            .get("/v1/me/consents")
            .by(&alma)
            .await
            .expect(200)
            .body();
        let newsletter = &list["data"][0];
        assert_eq!(
            (&newsletter["purpose"], &newsletter["given"]),
            (&json!("newsletter"), &json!(false))
        );
        assert!(
            newsletter["text"]
                .as_str()
                .unwrap()
                .starts_with("J’accepte")
                || newsletter["text"]
                    .as_str()
                    .unwrap()
                    .starts_with("J'accepte")
        );
        let put = |body| {
            let call = app.call("PUT", "/v1/me/consents/newsletter").by(&alma);
            call.json(&body)
        };
        put(json!({ "given": true })).await.expect(409);
        put(json!({ "given": true, "text_version": "2019-05" }))
            .await
            .expect(409);
        let version = newsletter["text_version"].clone();
        let given = json!({ "given": true, "text_version": version });
        let list = put(given.clone()).await.expect(200).body();
        assert_eq!(list["data"][0]["given"], true);
        app.advance(chrono::TimeDelta::seconds(1));
        put(given).await.expect(200);
        let list = put(json!({ "given": false })).await.expect(200).body();
        let history = list["data"][0]["history"].as_array().unwrap();
        let said: Vec<bool> = history
            .iter()
            .map(|one| one["given"].as_bool().unwrap())
            .collect();
        assert_eq!(
            said,
            [false, true],
            "what changes nothing is not kept again"
        );
        assert_eq!(history[1]["channel"], "account");
        let parental = app.call("PUT", "/v1/me/consents/parental").by(&alma);
        let parental = parental
            .json(&json!({ "given": true, "text_version": version }))
            .await;
        assert_eq!(parental.expect(422).faults(), ["/given petr_only"]);
        app.call("PUT", "/v1/me/consents/everything")
            .by(&alma)
            .json(&json!({ "given": true }))
            .await
            .expect(404);
    })
    .await;
}

#[tokio::test]
async fn a_child_is_registered_once_a_parent_consents() {
    on_each_database(|app| async move {
        let officer = officer(&app).await;
        let date = date_on(&app, &officer, "2026-12-10").await;
        let body = json!({ "name": "Zoé", "telephone": "0601020304", "age_band": "under_15" });
        let child = app.post("/v1/citizens").by(&officer).json(&body).await;
        let child = child.expect(201).body()["id"].as_str().unwrap().to_owned();
        let registering = json!({ "citizen_id": child });
        let path = format!("/v1/occurrences/{date}/registrations");
        let refused = app.post(&path).by(&officer).json(&registering).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/citizen_id parents_consent"]
        );
        let put = |body| {
            let path = format!("/v1/citizens/{child}/consents/parental");
            app.call("PUT", &path).by(&officer).json(&body)
        };
        let unsaid = put(json!({ "given": true, "text_version": "2026-12" })).await;
        assert_eq!(unsaid.expect(422).faults(), ["/given_by required"]);
        let given = json!({ "given": true, "text_version": "2026-12", "given_by": "Parentkanari" });
        put(given).await.expect(200);
        app.post(&path)
            .by(&officer)
            .json(&registering)
            .await
            .expect(201);
        let rows = harness::behind::everything_in(&app, "consents").await;
        assert!(!rows.contains("Parentkanari"), "who consents is sealed");
        let list = app
            .get(&format!("/v1/citizens/{child}/consents"))
            .by(&officer);
        let list = list.await.expect(200).body();
        assert_eq!(list["data"][2]["history"][0]["given_by"], "Parentkanari");
    })
    .await;
}
