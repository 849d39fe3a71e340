//! What others are told of the follow-up: ids and states, to whom it concerns.

use harness::app::on_each_database;
use harness::behind::{everything_in, texts};
use serde_json::json;

use super::*;

#[tokio::test]
async fn the_outbox_says_what_happened_to_whose_project_and_never_a_word_of_it() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let (_, told) = added(&app, &cast.partner, &project, "updates", &update("Canari.")).await;
        let body = question("Canari ?", "internal");
        let (path, asked) = added(&app, &cast.officer, &project, "questions", &body).await;
        app.advance(TimeDelta::seconds(1));
        let answer = app.post(&format!("{path}/answer")).by(&cast.partner);
        answer.json(&json!({ "text": "Canari." })).await.expect(200);
        let body = blocker("Canari");
        let (path, noted) = added(&app, &cast.officer, &project, "blockers", &body).await;
        for (action, body) in [
            ("resolve", json!({ "resolution": "Canari." })),
            ("reopen", json!({ "reason": "Canari." })),
        ] {
            app.advance(TimeDelta::seconds(1));
            let call = app.post(&format!("{path}/{action}")).by(&cast.officer);
            call.json(&body).await.expect(200);
        }
        let body = line("Canari", 100);
        let (path, planned) = added(&app, &cast.partner, &project, "funding", &body).await;
        app.advance(TimeDelta::seconds(1));
        let granted = json!({ "state": "granted", "decided_on": "2026-11-24" });
        patch(&app, &cast.partner, &path, &granted).await.expect(200);
        app.advance(TimeDelta::seconds(1));
        patch(&app, &cast.partner, &path, &json!({ "state": "refused" })).await.expect(200);

        let rows = "select kind || ' ' || case when is_public then 'public' else 'own' end || ' ' || \
                    cast(payload as text) from outbox where subject_kind in \
                    ('project_update', 'question', 'blocker', 'funding') order by created_at, id";
        let id = project.rsplit('/').next().unwrap();
        let of = |name: &str, thing: &Value, more: Value| {
            let mut data = json!({ "project_id": id, "organisation_id": cast.holder });
            data[name] = thing["id"].clone();
            data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            data
        };
        let by_petr = json!({ "asked_by": "petr" });
        let expected = [
            ("project.update_posted", "public", of("update_id", &told, json!({}))),
            ("question.asked", "own", of("question_id", &asked, by_petr.clone())),
            ("question.answered", "own", of("question_id", &asked, by_petr)),
            ("blocker.opened", "own", of("blocker_id", &noted, json!({ "state": "open" }))),
            ("blocker.resolved", "own", of("blocker_id", &noted, json!({ "state": "resolved" }))),
            ("blocker.reopened", "own", of("blocker_id", &noted, json!({ "state": "open" }))),
            ("funding.sought", "public", of("funding_id", &planned, json!({ "state": "sought" }))),
            ("funding.granted", "public", of("funding_id", &planned, json!({ "state": "granted" }))),
            ("funding.refused", "public", of("funding_id", &planned, json!({ "state": "refused" }))),
        ];
        let rows = texts(&app, rows).await;
        let rows: Vec<_> = rows.iter().map(|row| {
            let mut parts = row.splitn(3, ' ');
            let (kind, whom) = (parts.next().unwrap(), parts.next().unwrap());
            let data: Value = serde_json::from_str(parts.next().unwrap()).unwrap();
            (kind, whom, data)
        }).collect();
        assert_eq!(rows, expected);
        let all = everything_in(&app, "outbox").await;
        assert!(!all.to_lowercase().contains("canari"), "{all}");
    })
    .await;
}
