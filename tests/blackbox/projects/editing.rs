//! What may be edited when, and by whom.

use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn the_state_says_what_is_written() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let way = [
            "submit",
            "request-information",
            "submit",
            "accept",
            "start",
            "complete",
        ];
        for steps in 0..=way.len() {
            let project = led(&app, &cast, "Atelier", &way[..steps]).await;
            let state = project["state"].as_str().unwrap();
            let titled = patch(&app, &cast.partner, &project, &json!({ "title": "Autre" })).await;
            let stepped =
                json!({ "steps": [{ "title": "Local" }], "team": { "volunteers_sought": 2 } });
            let stepped = patch(&app, &cast.partner, &project, &stepped).await;
            match state {
                "draft" | "information_requested" => {
                    assert_eq!(titled.expect(200).body()["title"], "Autre");
                    stepped.expect(200);
                }
                "accepted" | "in_progress" => {
                    assert_eq!(titled.expect(422).faults(), ["/title locked"]);
                    assert_eq!(stepped.expect(200).body()["team"]["volunteers_sought"], 2);
                }
                _ => {
                    for refused in [titled, stepped] {
                        assert_eq!(refused.expect(409).problem(), "wrong-state");
                        assert_eq!(refused.body()["state"], state);
                        let names = refused.text("detail").contains("request-information");
                        assert_eq!(names, state == "submitted");
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_petrs_part_is_the_staffs_in_any_state() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let part = json!({
            "petr_note": "Suivi par l’agente.", "internal_note": "Prudence.",
            "petr_contact": { "email": "agente@petr.example" }, "visibility": "hidden",
        });
        for way in [&[][..], &["submit"], &["submit", "decline"]] {
            let project = led(&app, &cast, "Atelier", way).await;
            for field in ["petr_note", "internal_note", "petr_contact", "visibility"] {
                let own = json!({ field: part[field] });
                let refused = patch(&app, &cast.partner, &project, &own).await;
                assert_eq!(
                    refused.expect(422).faults(),
                    [format!("/{field} petr_only")]
                );
                let clear = patch(&app, &cast.partner, &project, &json!({ field: null })).await;
                assert_eq!(clear.expect(422).faults(), [format!("/{field} petr_only")]);
            }
            let written = patch(&app, &cast.officer, &project, &part)
                .await
                .expect(200)
                .body();
            for field in ["petr_note", "internal_note", "petr_contact", "visibility"] {
                assert_eq!(written[field], part[field], "{field}");
            }
            let own = read(&app, Some(&cast.partner), &project)
                .await
                .expect(200)
                .body();
            assert_eq!(own["internal_note"], Value::Null);
            assert_eq!(own["petr_note"], part["petr_note"]);
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_petr_classified_a_partner_keeps() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let framework = json!({
            "code": "plan", "name": "Plan",
            "axes": [{ "code": "1", "name": "Un" }, { "code": "2", "name": "Deux" }],
        });
        let framework = app
            .post("/v1/frameworks")
            .by(&cast.director)
            .json(&framework);
        let framework = framework.await.expect(201).body();
        let (one, two) = (&framework["axes"][0]["id"], &framework["axes"][1]["id"]);
        let project = made(&app, &cast.partner, &project("Atelier")).await;
        let own = patch(&app, &cast.partner, &project, &json!({ "axis_ids": [one] })).await;
        assert_eq!(own.expect(200).body()["classified_by_petr"], false);
        let set = patch(&app, &cast.officer, &project, &json!({ "axis_ids": [two] })).await;
        assert_eq!(set.expect(200).body()["classified_by_petr"], true);
        let other = patch(&app, &cast.partner, &project, &json!({ "axis_ids": [one] })).await;
        assert_eq!(other.expect(422).faults(), ["/axis_ids set_by_petr"]);
        let same = json!({ "axis_ids": [two], "title": "Autre" });
        let same = patch(&app, &cast.partner, &project, &same)
            .await
            .expect(200)
            .body();
        assert_eq!(same["axis_ids"], json!([two]));
        // Nobody takes the axis away from under it.
        let without = json!({ "axes": [{ "id": one, "code": "1", "name": "Un" }] });
        let framework_path = format!("/v1/frameworks/{}", framework["id"].as_str().unwrap());
        let refused = app
            .patch(&framework_path)
            .by(&cast.director)
            .if_match("*")
            .json(&without)
            .await;
        let used = json!([{ "id": two, "name": "Deux", "projects": 1 }]);
        assert_eq!(refused.expect(409).body()["in_use"], used);
        let gone = app
            .delete(&path(&project))
            .by(&cast.partner)
            .if_match("*")
            .await;
        gone.expect(204);
        let free = app
            .patch(&framework_path)
            .by(&cast.director)
            .if_match("*")
            .json(&without)
            .await;
        assert_eq!(free.expect(200).body()["axes"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn steps_that_are_sent_back_keep_their_ids() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let steps = json!({ "steps": [{ "title": "Local" }, { "title": "Outils" }] });
        let project = made(&app, &cast.partner, &with(project("Atelier"), steps)).await;
        let ids = [&project["steps"][0]["id"], &project["steps"][1]["id"]];
        let turned = json!({ "steps": [
            { "title": "Outils", "state": "done" }, { "id": ids[0], "title": "Un local" }, { "title": "Fête" },
        ] });
        let after = patch(&app, &cast.partner, &project, &turned).await.expect(200).body();
        let now: Vec<_> = (0..3).map(|at| after["steps"][at]["id"].clone()).collect();
        assert_eq!((&now[0], &now[1]), (ids[1], ids[0]));
        assert!(!ids.contains(&&now[2]));
        let again = json!({ "steps": after["steps"] });
        let same = patch(&app, &cast.partner, &project, &again).await.expect(200).body();
        assert_eq!(same["etag"], after["etag"]);
    })
    .await;
}
