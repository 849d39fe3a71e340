//! Who may what: the holder with its own, the staff by its scopes, another partner nothing.

use harness::app::on_each_database;
use serde_json::json;

use super::*;

/// One of each on a project: path and what is shown to the officer.
async fn one_of_each(app: &App, cast: &Cast, project: &str) -> Vec<(String, Value)> {
    let asked = question("Une salle ?", "public");
    let all = [
        ("updates", update("Bien.")),
        ("questions", asked),
        ("blockers", blocker("Permis")),
        ("funding", line("ADEME", 100)),
    ];
    let mut made = Vec::new();
    for (what, body) in all {
        made.push(added(app, &cast.officer, project, what, &body).await);
    }
    made
}

#[tokio::test]
async fn another_partner_changes_nothing_of_it() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let all = one_of_each(&app, &cast, &project).await;
        for (path, body) in [
            ("updates", update("X.")),
            ("questions", question("X ?", "public")),
            ("blockers", blocker("X")),
            ("funding", line("X", 1)),
        ] {
            let refused = add(&app, &cast.other, &project, path, &body).await;
            assert_eq!(refused.expect(404).problem(), "not-found", "{path}");
        }
        let id = |index: usize| all[index].0.as_str();
        let post = |path: String, body: Value| app.post(&path).by(&cast.other).json(&body);
        let writes = [
            patch(&app, &cast.other, id(0), &update("X.")),
            delete(&app, &cast.other, id(0)),
            patch(&app, &cast.other, id(1), &json!({ "text": "X ?" })),
            delete(&app, &cast.other, id(1)),
            post(format!("{}/answer", id(1)), json!({ "text": "X." })),
            patch(&app, &cast.other, id(2), &json!({ "title": "X" })),
            post(format!("{}/resolve", id(2)), json!({ "resolution": "X." })),
            post(format!("{}/reopen", id(2)), json!({ "reason": "X." })),
            patch(&app, &cast.other, id(3), &json!({ "note": "X" })),
            delete(&app, &cast.other, id(3)),
        ];
        for write in writes {
            assert_eq!(write.await.expect(404).problem(), "not-found");
        }
        for (path, shown) in &all {
            let now = read(&app, Some(&cast.officer), path)
                .await
                .expect(200)
                .body();
            assert_eq!(now, *shown);
        }
    })
    .await;
}

#[tokio::test]
async fn the_referent_writes_blockers_and_funding_and_nothing_else() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let referent = app.staff(Role::Referent).await;
        let project = under_way(&app, &cast).await;
        let all = one_of_each(&app, &cast, &project).await;
        for (what, body) in [
            ("updates", update("X.")),
            ("questions", question("X ?", "public")),
        ] {
            let refused = add(&app, &referent, &project, what, &body).await;
            assert_eq!(refused.expect(403).problem(), "forbidden", "{what}");
        }
        let id = |index: usize| all[index].0.as_str();
        let answer = app.post(&format!("{}/answer", id(1))).by(&referent);
        answer.json(&json!({ "text": "Oui." })).await.expect(403);
        patch(&app, &referent, id(0), &update("X."))
            .await
            .expect(403);
        delete(&app, &referent, id(1)).await.expect(403);
        patch(&app, &referent, &project, &json!({ "petr_note": "X" }))
            .await
            .expect(403);

        added(&app, &referent, &project, "blockers", &blocker("Assurance")).await;
        added(&app, &referent, &project, "funding", &line("Région", 100)).await;
        let note = json!({ "internal_note": "Relancée." });
        patch(&app, &referent, id(2), &note).await.expect(200);
        let resolve = app.post(&format!("{}/resolve", id(2))).by(&referent);
        resolve
            .json(&json!({ "resolution": "Fait." }))
            .await
            .expect(200);
        let granted = json!({ "state": "granted", "decided_on": "2026-11-24" });
        patch(&app, &referent, id(3), &granted).await.expect(200);
        for (path, _) in &all {
            read(&app, Some(&referent), path).await.expect(200);
        }
        let seen = column(&app, Some(&referent), "/v1/blockers", "title").await;
        assert_eq!(seen.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn it_goes_with_its_project_when_the_holder_turns_out_to_be_another_one() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let (path, _) = added(
            &app,
            &cast.partner,
            &project,
            "blockers",
            &blocker("Permis"),
        )
        .await;
        let (into, partner) = app.partner(&cast.director, "Cyclistes").await;
        let merge = app.post(&format!("/v1/organisations/{}/merge", cast.holder));
        let merge = merge.by(&cast.officer).if_match("*");
        merge.json(&json!({ "into": into })).await.expect(200);
        let seen = read(&app, Some(&partner), &path).await.expect(200).body();
        assert_eq!(seen["organisation_id"], json!(into));
        let described = json!({ "description": "Repris." });
        patch(&app, &partner, &path, &described).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_of_it_holds_together() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let all = one_of_each(&app, &cast, &project).await;
        let answer = app.post(&format!("{}/answer", all[1].0)).by(&cast.partner);
        answer.json(&json!({ "text": "Oui." })).await.expect(200);
        let resolve = app.post(&format!("{}/resolve", all[2].0)).by(&cast.partner);
        resolve
            .json(&json!({ "resolution": "Fait." }))
            .await
            .expect(200);
        delete(&app, &cast.officer, &all[0].0).await.expect(204);
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert_eq!(faults, Vec::<String>::new());
        for sql in [
            "update project_questions set answered_at = null",
            "update project_blockers set state = 'open'",
            "update project_funding set granted_cents = 5",
        ] {
            harness::behind::execute(&app, sql).await;
        }
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert_eq!(faults.len(), 3, "{faults:?}");
    })
    .await;
}
