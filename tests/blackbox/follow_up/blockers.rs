//! What stands in the way of projects.

use harness::app::on_each_database;
use serde_json::json;

use super::*;

#[tokio::test]
async fn it_is_noted_by_whoever_follows_the_project_and_is_never_public() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let referent = app.staff(Role::Referent).await;
        let project = under_way(&app, &cast).await;
        let body = json!({
            "title": "Permis", "description": "L’avis manque.",
            "owner": { "side": "petr", "role": "Référent énergie" },
            "interlocutor": {
                "kind": "state_service", "name": "DDT",
                "contact": { "role": "Accueil", "email": "ddt@etat.example" },
            },
            "opened_on": "2026-11-14", "internal_note": "Canari",
        });
        let (path, noted) = added(&app, &referent, &project, "blockers", &body).await;
        for field in [
            "title",
            "description",
            "owner",
            "interlocutor",
            "opened_on",
            "internal_note",
        ] {
            assert_eq!(noted[field], body[field], "{field}");
        }
        assert_eq!(
            [&noted["state"], &noted["age_days"]],
            [&json!("open"), &json!(10)]
        );
        assert_eq!(noted["project_title"], "Mille vélos");
        assert_eq!(noted["organisation_id"], json!(cast.holder));
        let seen = read(&app, Some(&cast.partner), &path)
            .await
            .expect(200)
            .body();
        assert_eq!(seen.get("internal_note"), None);
        assert_eq!(seen["title"], "Permis");
        read(&app, None, &path).await.expect(401);
        read(&app, Some(&cast.other), &path).await.expect(404);
        read(&app, Some(&cast.other), &format!("{project}/blockers"))
            .await
            .expect(404);
        read(&app, Some(&cast.partner), "/v1/blockers")
            .await
            .expect(403);
        assert_eq!(timeline(&app, None, &project).await, []);
        let told = timeline(&app, Some(&cast.partner), &project).await;
        assert_eq!(told, [("blocker_opened".to_owned(), noted["id"].clone())]);

        let own =
            json!({ "title": "Assurance", "owner": { "side": "holder" }, "internal_note": "x" });
        let refused = add(&app, &cast.partner, &project, "blockers", &own).await;
        assert_eq!(refused.expect(422).faults(), ["/internal_note petr_only"]);
        let (_, noted) = added(
            &app,
            &cast.partner,
            &project,
            "blockers",
            &blocker("Assurance"),
        )
        .await;
        assert_eq!(
            [&noted["opened_on"], &noted["age_days"]],
            [&json!("2026-11-24"), &json!(0)]
        );
    })
    .await;
}

#[tokio::test]
async fn a_holders_patch_leaves_the_staffs_note() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let mut body = blocker("Permis");
        body["internal_note"] = json!("Canari");
        let (path, _) = added(&app, &cast.officer, &project, "blockers", &body).await;
        let owner =
            json!({ "owner": { "side": "holder", "role": "Président" }, "description": "Lent." });
        let patched = patch(&app, &cast.partner, &path, &owner).await;
        assert_eq!(patched.expect(200).body()["owner"], owner["owner"]);
        for note in [json!(null), json!("x")] {
            let refused = patch(
                &app,
                &cast.partner,
                &path,
                &json!({ "internal_note": note }),
            )
            .await;
            assert_eq!(refused.expect(422).faults(), ["/internal_note petr_only"]);
        }
        let cleared = json!({ "owner": { "role": null }, "description": null });
        let patched = patch(&app, &cast.officer, &path, &cleared).await;
        let patched = patched.expect(200).body();
        assert_eq!(patched["internal_note"], "Canari");
        assert_eq!(patched["owner"], json!({ "side": "holder" }));
        assert_eq!(patched.get("description"), None);
        let tomorrow = json!({ "opened_on": "2026-11-25" });
        let refused = patch(&app, &cast.officer, &path, &tomorrow).await;
        assert_eq!(refused.expect(422).problem(), "rule-broken");
        assert_eq!(refused.faults(), ["/opened_on in_the_future"]);
    })
    .await;
}

#[tokio::test]
async fn it_is_resolved_once_and_opened_again_for_a_reason() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let mut body = blocker("Permis");
        body["opened_on"] = json!("2026-11-01");
        let (path, noted) = added(&app, &cast.partner, &project, "blockers", &body).await;
        // Each at its own moment.
        let post = |by: &Staff, action: &str, body: Value| {
            app.advance(TimeDelta::seconds(1));
            app.post(&format!("{path}/{action}")).by(by).json(&body)
        };
        let wordless = post(&cast.partner, "resolve", json!({})).await;
        assert_eq!(wordless.expect(422).faults(), ["/resolution required"]);
        let reopened = post(&cast.partner, "reopen", json!({ "reason": "x" })).await;
        assert_eq!(
            reopened.expect(409).body()["allowed_transitions"],
            json!(["resolve"])
        );
        for (day, code) in [
            ("2026-10-31", "ends_before_start"),
            ("2026-11-25", "in_the_future"),
        ] {
            let body = json!({ "resolution": "Reçu.", "resolved_on": day });
            let wrong = post(&cast.partner, "resolve", body).await;
            assert_eq!(wrong.expect(422).faults(), [format!("/resolved_on {code}")]);
        }
        let body = json!({ "resolution": "Reçu.", "resolved_on": "2026-11-11" });
        let resolved = post(&cast.officer, "resolve", body.clone()).await;
        let resolved = resolved.expect(200).body();
        assert_eq!(
            [&resolved["state"], &resolved["age_days"]],
            [&json!("resolved"), &json!(10)]
        );
        assert_eq!(resolved["resolution"], "Reçu.");
        let again = post(&cast.officer, "resolve", body).await;
        assert_eq!(
            again.expect(409).body()["allowed_transitions"],
            json!(["reopen"])
        );
        let stale = post(&cast.partner, "reopen", json!({ "reason": "Recours." }));
        let stale = stale.if_match(noted["etag"].as_str().unwrap()).await;
        assert!(!stale.expect(412).header("etag").is_empty());
        let reopened = post(&cast.partner, "reopen", json!({ "reason": "Recours." })).await;
        let reopened = reopened.expect(200).body();
        assert_eq!(
            [&reopened["state"], &reopened["age_days"]],
            [&json!("open"), &json!(23)]
        );
        assert_eq!(reopened["reopening_reason"], "Recours.");
        assert_eq!(reopened.get("resolution"), None);
        let kinds = timeline(&app, Some(&cast.officer), &project).await;
        let kinds: Vec<_> = kinds.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["blocker_opened", "blocker_resolved", "blocker_reopened"]
        );
    })
    .await;
}

#[tokio::test]
async fn all_are_listed_for_the_staff_the_oldest_first_and_narrowed() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let projects = [under_way(&app, &cast).await, under_way(&app, &cast).await];
        for (title, project, day, side, kind) in [
            ("B", 0, "2026-11-10", "petr", "state_service"),
            ("A", 1, "2026-10-01", "holder", "funder"),
            ("C", 0, "2026-11-10", "holder", "local_authority"),
            ("D", 1, "2026-11-20", "petr", "other"),
        ] {
            let body = json!({
                "title": title, "owner": { "side": side }, "opened_on": day,
                "interlocutor": { "kind": kind, "name": "Quelqu’un" },
            });
            let (path, _) = added(&app, &cast.officer, &projects[project], "blockers", &body).await;
            if title == "D" {
                let resolve = app.post(&format!("{path}/resolve")).by(&cast.officer);
                resolve
                    .json(&json!({ "resolution": "Fait." }))
                    .await
                    .expect(200);
            }
        }
        let second = projects[1].rsplit('/').next().unwrap();
        let of_second = format!("project={second}");
        for (query, expected) in [
            ("", "A B C D"),
            ("sort=opened_on", "A B C D"),
            ("sort=-opened_on", "D C B A"),
            ("sort=updated_at", "B A C D"),
            ("state=open", "A B C"),
            ("owner_side=holder", "A C"),
            ("interlocutor_kind=funder,other", "A D"),
            (of_second.as_str(), "A D"),
            ("state=open&owner_side=petr", "B"),
        ] {
            let address = format!("/v1/blockers?{query}");
            let found = column(&app, Some(&cast.officer), &address, "title").await;
            let found: Vec<_> = found
                .iter()
                .map(|one| one.as_str().unwrap().to_owned())
                .collect();
            assert_eq!(found.join(" "), expected, "{query}");
        }
        let address = format!("{}/blockers", projects[0]);
        let own = column(&app, Some(&cast.partner), &address, "title").await;
        assert_eq!(own, [json!("B"), json!("C")]);
        // Two began on one day: a page ends between them.
        let mut all = vec![];
        let mut at = "/v1/blockers?limit=1".to_owned();
        loop {
            let page = read(&app, Some(&cast.officer), &at)
                .await
                .expect(200)
                .body();
            all.push(page["data"][0]["title"].as_str().unwrap().to_owned());
            match page["page"]["next_cursor"].as_str() {
                Some(cursor) => at = format!("/v1/blockers?limit=1&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(all, ["A", "B", "C", "D"]);
        let wrong = read(&app, Some(&cast.officer), "/v1/blockers?sort=title").await;
        assert_eq!(wrong.expect(422).faults(), ["sort unknown_value"]);
    })
    .await;
}

#[tokio::test]
async fn nothing_stands_in_the_way_of_a_draft_or_of_what_is_over() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let draft = led(&app, &cast, &[]).await;
        let over = led(&app, &cast, &["submit", "decline"]).await;
        for (project, state) in [(draft, "draft"), (over, "declined")] {
            let refused = add(&app, &cast.officer, &project, "blockers", &blocker("X")).await;
            assert_eq!(refused.expect(409).body()["state"], state);
        }
    })
    .await;
}
