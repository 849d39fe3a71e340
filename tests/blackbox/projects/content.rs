//! What a project says, and every fault in it.

use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn all_that_is_sent_comes_back() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let framework = json!({
            "code": "plan", "name": "Plan",
            "axes": [{ "code": "1", "name": "Axe", "actions": [{ "code": "1.1", "name": "Action" }] }],
        });
        let framework = app.post("/v1/frameworks").by(&cast.director).json(&framework);
        let framework = framework.await.expect(201).body();
        let axis = &framework["axes"][0];
        let workshop = json!({ "title": "Atelier", "occurrences": [{
            "local_start": "2050-03-24T18:30:00", "local_end": "2050-03-24T20:30:00",
        }] });
        let event = app.published(&cast.officer, workshop).await;
        let body = with(project("Atelier"), json!({
            "reference": "A-1", "axis_ids": [axis["id"]], "action_ids": [axis["actions"][0]["id"]],
            "latitude": 48.59, "longitude": 6.49, "audiences": ["company", "general_public"],
            "team": { "volunteers_sought": 3, "skills_sought": ["mécanique"] },
            "starts_on": "2050-01-01", "ends_on": "2050-12-31",
            "expected_effects": [{ "name": "Déchets évités", "quantity": 12.345, "unit": "tonnes" }],
            "budget_cents": 450_000, "language": "en", "came_from_event_ids": [event["id"]],
            "organised_event_ids": [event["id"]],
        }));
        let steps = json!([{ "title": "Local", "due_on": "2050-02-01", "state": "in_progress" }]);
        let sent = with(body.clone(), json!({ "steps": steps }));
        let shown = made(&app, &cast.partner, &sent).await;
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(shown[field], *value, "{field}");
        }
        let step = &shown["steps"][0];
        assert_eq!((&step["title"], &step["state"]), (&json!("Local"), &json!("in_progress")));
        assert_eq!(shown["communes"], json!([{ "code": "54329", "name": "Lunéville" }]));
        let read = read(&app, Some(&cast.partner), &shown).await.expect(200).body();
        assert_eq!(read, shown);
    })
    .await;
}

#[tokio::test]
async fn every_fault_is_told_with_its_place() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let nothing = "0198c0a0-0000-7000-8000-00000000ffff";
        let wrong = with(project("Atelier"), json!({
            "reference": "A\u{7}1", "commune_codes": ["54999"], "latitude": 48.5, "ends_on": "2049-01-01",
            "starts_on": "2050-01-01", "team": { "skills_sought": ["a", "a"] },
            "expected_effects": [{ "name": "x", "quantity": 0.0001, "unit": "t" }],
            "contact": { "role": "x" }, "petr_note": "Bravo.", "visibility": "hidden",
            "internal_note": "x", "petr_contact": { "email": "a@b.fr" },
        }));
        let refused = create(&app, &cast.partner, &wrong).await;
        let faults = [
            "/commune_codes/0 unknown_commune",
            "/contact/email required",
            "/expected_effects/0/quantity malformed",
            "/internal_note petr_only",
            "/latitude needs",
            "/petr_contact petr_only",
            "/petr_note petr_only",
            "/reference control_characters",
            "/team/skills_sought/1 duplicate",
            "/visibility petr_only",
        ];
        assert_eq!(refused.expect(422).faults(), faults);
        let backwards = json!({ "title": "x", "starts_on": "2050-01-02", "ends_on": "2050-01-01" });
        let refused = create(&app, &cast.partner, &backwards).await;
        assert_eq!(refused.expect(422).faults(), ["/ends_on ends_before_start"]);
        let unknown = with(project("Atelier"), json!({
            "axis_ids": [nothing], "action_ids": [nothing], "came_from_event_ids": [nothing],
            "organised_event_ids": [nothing],
        }));
        let refused = create(&app, &cast.partner, &unknown).await;
        let faults = [
            "/action_ids/0 unknown_action",
            "/axis_ids/0 unknown_axis",
            "/came_from_event_ids/0 unknown_event",
            "/organised_event_ids/0 unknown_event",
        ];
        assert_eq!(refused.expect(422).faults(), faults);
        let step = with(project("Atelier"), json!({ "steps": [{ "id": nothing, "title": "x" }] }));
        let refused = create(&app, &cast.partner, &step).await;
        assert_eq!(refused.expect(422).faults(), ["/steps/0/id unknown_step"]);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_a_partner_does_not_see_can_not_be_named_by_it() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let draft = app.event(&cast.officer, json!({ "title": "Secret" })).await;
        let body = with(
            project("Atelier"),
            json!({ "came_from_event_ids": [draft["id"]] }),
        );
        let refused = create(&app, &cast.partner, &body).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/came_from_event_ids/0 unknown_event"]
        );
        let staffs = with(body, json!({ "organisation_id": cast.holder }));
        create(&app, &cast.officer, &staffs).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_reference_is_one_project_of_its_holder() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let body = with(project("Atelier"), json!({ "reference": "A-1" }));
        let first = made(&app, &cast.partner, &body).await;
        let refused = create(&app, &cast.partner, &body).await;
        assert_eq!(refused.expect(409).faults(), ["/reference already_used"]);
        assert_eq!(refused.body()["existing"]["id"], first["id"]);
        let (_, other) = app.partner(&cast.director, "Vergers").await;
        made(&app, &other, &body).await;
        let second = made(&app, &cast.partner, &project("Autre")).await;
        let taken = patch(&app, &cast.partner, &second, &json!({ "reference": "A-1" })).await;
        assert_eq!(taken.expect(409).faults(), ["/reference already_used"]);
    })
    .await;
}

#[tokio::test]
async fn an_old_slug_leads_to_the_project() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let first = made(&app, &cast.partner, &project("Atelier")).await;
        let second = made(&app, &cast.partner, &project("Atelier")).await;
        assert_eq!([&first["slug"], &second["slug"]], ["atelier", "atelier-2"]);
        let renamed = json!({ "slug": "atelier-velo" });
        patch(&app, &cast.partner, &first, &renamed)
            .await
            .expect(200);
        let old = app.get("/v1/projects/atelier").by(&cast.partner).await;
        assert_eq!(
            old.expect(308).header("location"),
            "/v1/projects/atelier-velo"
        );
        app.get("/v1/projects/atelier").await.expect(404);
        let taken = patch(&app, &cast.partner, &second, &json!({ "slug": "atelier" })).await;
        assert_eq!(taken.expect(422).faults(), ["/slug already_used"]);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_makes_one_project() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let call =
            || create(&app, &cast.partner, &project("Atelier")).header("Idempotency-Key", "k");
        let (first, again) = (call().await, call().await);
        assert_eq!(first.expect(201).body(), again.expect(201).body());
        assert_eq!(first.header("location"), path(&first.body()));
        assert_eq!(titles(&app, Some(&cast.partner), "").await, ["Atelier"]);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_answers_as_it_would_and_keeps_nothing() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let tried = app.post("/v1/projects?dry_run=true").by(&cast.partner);
        let tried = tried
            .header("Idempotency-Key", "k")
            .json(&project("Atelier"))
            .await;
        assert_eq!(tried.expect(201).body()["slug"], "atelier");
        assert_eq!(tried.header("location"), "");
        read(&app, Some(&cast.officer), &tried.body())
            .await
            .expect(404);
        let wrong = app
            .post("/v1/projects?dry_run=true")
            .by(&cast.partner)
            .json(&json!({ "title": "" }));
        assert_eq!(
            wrong.await.expect(422).faults(),
            ["/title too_short", "/title required"][..1]
        );
        // Its key is not used up.
        let made = create(&app, &cast.partner, &project("Verger")).header("Idempotency-Key", "k");
        let made = made.await.expect(201).body();
        let tried = app
            .patch(&format!("{}?dry_run=true", path(&made)))
            .by(&cast.partner);
        let tried = tried.if_match("*").json(&json!({ "title": "Autre" })).await;
        assert_eq!(tried.expect(200).body()["title"], "Autre");
        let kept = read(&app, Some(&cast.partner), &made)
            .await
            .expect(200)
            .body();
        assert_eq!(kept, made);
        let trail = app.get(&format!(
            "/v1/audit-entries?subject={}",
            made["id"].as_str().unwrap()
        ));
        let trail = trail.by(&cast.director).await.expect(200).body();
        assert_eq!(trail["data"].as_array().unwrap().len(), 1);
    })
    .await;
}
