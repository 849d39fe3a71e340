//! What money projects ask for and find.

use harness::app::on_each_database;
use serde_json::json;

use super::*;

#[tokio::test]
async fn the_plan_and_the_project_say_what_is_found_and_what_is_missing() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let before = read(&app, None, &project).await.expect(200).body();
        let nothing = json!({
            "budget_cents": 1_000_000, "sought_cents": 0, "granted_cents": 0, "refused_cents": 0,
            "to_find_cents": 1_000_000,
        });
        assert_eq!(before["funding"], nothing);
        let decided = |body: Value, state: &str, granted: Option<i64>| {
            let mut body = body;
            body["state"] = json!(state);
            body["decided_on"] = json!("2026-11-20");
            if let Some(granted) = granted {
                body["granted_cents"] = json!(granted);
            }
            body
        };
        for body in [
            line("ADEME", 300_000),
            decided(line("Région", 400_000), "granted", None),
            decided(line("Commune", 150_000), "partly_granted", Some(100_000)),
            decided(line("Fondation", 200_000), "refused", None),
        ] {
            added(&app, &cast.partner, &project, "funding", &body).await;
        }
        let totals = json!({
            "budget_cents": 1_000_000, "sought_cents": 1_050_000, "granted_cents": 500_000,
            "refused_cents": 250_000, "to_find_cents": 500_000,
        });
        let address = format!("{project}/funding");
        let plan = read(&app, None, &address).await.expect(200).body();
        assert_eq!(plan["totals"], totals);
        let rows = plan["data"].as_array().unwrap().iter();
        let granted: Vec<_> = rows.map(|row| row["granted_cents"].clone()).collect();
        assert_eq!(granted, [0, 400_000, 100_000, 0].map(|cents| json!(cents)));
        let page = read(&app, None, &format!("{address}?limit=1")).await;
        assert_eq!(page.expect(200).body()["totals"], totals);
        // The version is the project's own: what is derived leaves it.
        let after = read(&app, None, &project).await.expect(200).body();
        assert_eq!(after["funding"], totals);
        let version = |shown: &Value| {
            shown["etag"]
                .as_str()
                .unwrap()
                .split('-')
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(version(&after), version(&before));
        assert_ne!(after["etag"], before["etag"]);
        let list = column(&app, None, "/v1/projects", "funding").await;
        assert_eq!(list, std::slice::from_ref(&totals));
        // Who writes the project sees them as well.
        let steps = patch(
            &app,
            &cast.partner,
            &project,
            &json!({ "steps": [{ "title": "Un pas" }] }),
        );
        assert_eq!(steps.await.expect(200).body()["funding"], totals);
        let named = format!(
            "/v1/organisations/{}/projects/by-reference/velos",
            cast.holder
        );
        let body = json!({ "title": "Autre", "budget_cents": 500_000 });
        let put = app.call("PUT", &named).by(&cast.partner);
        let put = put
            .header("If-None-Match", "*")
            .json(&body)
            .await
            .expect(201)
            .body();
        let draft = format!("/v1/projects/{}", put["id"].as_str().unwrap());
        added(
            &app,
            &cast.partner,
            &draft,
            "funding",
            &line("ADEME", 300_000),
        )
        .await;
        let put = app
            .call("PUT", &named)
            .by(&cast.partner)
            .if_match("*")
            .json(&body);
        assert_eq!(
            put.await.expect(200).body()["funding"]["sought_cents"],
            300_000
        );
    })
    .await;
}

#[tokio::test]
async fn amounts_state_and_day_agree() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        for (more, faults) in [
            (json!({ "state": "granted" }), vec!["/decided_on required"]),
            (json!({ "state": "sought", "decided_on": "2026-11-01" }), vec!["/decided_on undecided"]),
            (json!({ "state": "refused", "granted_cents": 1, "decided_on": "2026-11-01" }), vec!["/granted_cents granted_differs"]),
            (json!({ "state": "partly_granted", "decided_on": "2026-11-01" }), vec!["/granted_cents required"]),
            (json!({ "state": "partly_granted", "granted_cents": 100, "decided_on": "2026-11-01" }), vec!["/granted_cents granted_differs"]),
            (json!({ "sought_cents": -1 }), vec!["/sought_cents out_of_range"]),
        ] {
            let mut body = line("ADEME", 100);
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let wrong = add(&app, &cast.officer, &project, "funding", &body).await;
            assert_eq!(wrong.expect(422).faults(), faults, "{more}");
        }
        let (path, _) = added(&app, &cast.officer, &project, "funding", &line("ADEME", 100)).await;
        let step = |body: Value| patch(&app, &cast.officer, &path, &body);
        let tomorrow = json!({ "state": "granted", "decided_on": "2026-11-25" });
        let wrong = step(tomorrow).await;
        assert_eq!(wrong.expect(422).faults(), ["/decided_on in_the_future"]);
        let granted = step(json!({ "state": "granted", "decided_on": "2026-11-20" })).await;
        assert_eq!(granted.expect(200).body()["granted_cents"], 100);
        let more = step(json!({ "sought_cents": 120 })).await;
        assert_eq!(more.expect(422).faults(), ["/granted_cents granted_differs"]);
        let partly = step(json!({ "state": "partly_granted", "granted_cents": 60 })).await;
        assert_eq!(partly.expect(200).body()["granted_cents"], 60);
        let refused = step(json!({ "state": "refused" })).await;
        assert_eq!(refused.expect(200).body()["granted_cents"], 0);
        let again = step(json!({ "state": "sought" })).await.expect(200).body();
        assert_eq!(again.get("decided_on"), None);
        assert_eq!([&again["state"], &again["granted_cents"]], [&json!("sought"), &json!(0)]);
    })
    .await;
}

#[tokio::test]
async fn everybody_who_sees_the_project_reads_the_plan_but_for_the_staffs_notes() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = led(&app, &cast, &["submit"]).await;
        let mut body = line("ADEME", 100);
        body["note"] = json!("Dépôt en mars.");
        body["internal_note"] = json!("Canari");
        let refused = add(&app, &cast.partner, &project, "funding", &body).await;
        assert_eq!(refused.expect(422).faults(), ["/internal_note petr_only"]);
        let (path, noted) = added(&app, &cast.officer, &project, "funding", &body).await;
        assert_eq!(noted["internal_note"], "Canari");
        let address = format!("{project}/funding");
        for outside in [None, Some(&cast.other)] {
            read(&app, outside, &path).await.expect(404);
            read(&app, outside, &address).await.expect(404);
        }
        let own = read(&app, Some(&cast.partner), &path)
            .await
            .expect(200)
            .body();
        assert_eq!(
            (own.get("internal_note"), &own["note"]),
            (None, &body["note"])
        );
        let theirs = patch(&app, &cast.partner, &path, &json!({ "note": null })).await;
        assert_eq!(theirs.expect(409).problem(), "conflict");
        let kept = patch(&app, &cast.officer, &path, &json!({ "note": null })).await;
        assert_eq!(kept.expect(200).body().get("note"), None);
        let noted = read(&app, Some(&cast.officer), &path)
            .await
            .expect(200)
            .body();
        assert_eq!(noted["internal_note"], "Canari");
        turn(&app, &cast, &project, "accept").await;
        let public = read(&app, None, &path).await.expect(200).body();
        assert_eq!(public.get("internal_note"), None);
        let hidden = json!({ "visibility": "hidden" });
        patch(&app, &cast.officer, &project, &hidden)
            .await
            .expect(200);
        read(&app, None, &path).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_is_deleted_takes_its_plan_along() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = led(&app, &cast, &[]).await;
        let (path, _) = added(
            &app,
            &cast.partner,
            &project,
            "funding",
            &line("ADEME", 100),
        )
        .await;
        delete(&app, &cast.partner, &project).await.expect(204);
        read(&app, Some(&cast.officer), &path).await.expect(404);
        patch(&app, &cast.officer, &path, &json!({ "note": "x" }))
            .await
            .expect(404);
        let trail = app
            .get("/v1/audit-entries?limit=200")
            .by(&cast.director)
            .await;
        let trail = trail.expect(200).body();
        let facts: Vec<_> = trail["data"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|one| one["facts"].as_array().unwrap().clone())
            .collect();
        assert!(facts.contains(&json!("funding.deleted")), "{facts:?}");
    })
    .await;
}

#[tokio::test]
async fn a_holder_keeps_its_plan_while_the_project_goes_on_and_leaves_what_the_petr_says() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let waiting = led(&app, &cast, &["submit"]).await;
        let refused = add(
            &app,
            &cast.partner,
            &waiting,
            "funding",
            &line("ADEME", 100),
        )
        .await;
        assert_eq!(refused.expect(409).problem(), "wrong-state");
        added(
            &app,
            &cast.officer,
            &waiting,
            "funding",
            &line("ADEME", 100),
        )
        .await;

        let project = under_way(&app, &cast).await;
        let (own, noted) = added(
            &app,
            &cast.partner,
            &project,
            "funding",
            &line("ADEME", 100),
        )
        .await;
        assert_eq!(noted["by"], "holder");
        let more = patch(&app, &cast.partner, &own, &json!({ "sought_cents": 200 })).await;
        assert_eq!(more.expect(200).body()["by"], "holder");
        let decided = json!({ "state": "refused", "decided_on": "2026-11-20" });
        let decided = patch(&app, &cast.officer, &own, &decided).await;
        assert_eq!(decided.expect(200).body()["by"], "petr");
        let turned = json!({ "state": "granted", "decided_on": "2026-11-20" });
        let turned = patch(&app, &cast.partner, &own, &turned).await;
        assert_eq!(turned.expect(409).problem(), "conflict");
        assert_eq!(
            delete(&app, &cast.partner, &own)
                .await
                .expect(409)
                .problem(),
            "conflict"
        );
        delete(&app, &cast.officer, &own).await.expect(204);
    })
    .await;
}
