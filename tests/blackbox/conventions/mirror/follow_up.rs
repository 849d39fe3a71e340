//! Mirrors of what belongs to a project.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::{Mirror, source};

#[tokio::test]
async fn mirrors_of_a_projects_follow_up_follow_what_is_changed_hidden_and_removed() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (_, partner) = app.partner(&app.staff(Role::Director).await, "Ateliers").await;
        let body = json!({
            "title": "Mille vélos", "summary": "En bref.", "description": "Tout.", "theme": "mobility",
            "commune_codes": ["54329"], "contact": { "email": "contact@velo.example" },
        });
        let made = app.post("/v1/projects").by(&partner).json(&body).await;
        let project = format!("/v1/projects/{}", made.expect(201).text("id"));
        for action in ["submit", "accept"] {
            let call = app.post(&format!("{project}/{action}")).by(&officer);
            call.if_match("*").empty().await.expect(200);
        }
        let add = async |what: &str, body: serde_json::Value| {
            let made = app.post(&format!("{project}/{what}")).by(&officer).json(&body);
            made.await.expect(201).header("location")
        };
        let patch = async |path: &str, body: serde_json::Value| {
            let call = app.patch(path).by(&officer).if_match("*").json(&body);
            call.await.expect(200);
        };
        let delete = async |path: &str| {
            app.delete(path).by(&officer).if_match("*").empty().await.expect(204);
        };
        let (mut updates, mut questions, mut lines) = (vec![], vec![], vec![]);
        for (number, visibility) in ["public", "internal", "public"].into_iter().enumerate() {
            let text = format!("Texte {number}");
            updates.push(add("updates", json!({ "text": text })).await);
            let question = json!({ "text": text, "visibility": visibility });
            questions.push(add("questions", question).await);
            let line = json!({ "source": text, "sought_cents": 100, "state": "planned" });
            lines.push(add("funding", line).await);
            let blocker = json!({ "title": text, "owner": { "side": "petr" } });
            add("blockers", blocker).await;
        }
        let blockers = source(&app, Some(&officer), "/v1/blockers").await;
        let blocker = format!("/v1/blockers/{}", blockers.keys().next().unwrap());
        let public = ["updates", "questions", "funding"].map(|what| format!("{project}/{what}"));
        let inside = format!("{project}/questions?answered=false");
        let open = "/v1/blockers?state=open".to_owned();
        let mut mirrors: Vec<_> = public.iter().map(|at| (Mirror::of(at), None)).collect();
        for address in [&inside, &open] {
            mirrors.push((Mirror::of(address), Some(&officer)));
        }
        for round in 0..4 {
            app.advance(TimeDelta::minutes(1));
            match round {
                0 => {}
                1 => {
                    patch(&updates[0], json!({ "progress": 10 })).await;
                    patch(&questions[0], json!({ "visibility": "internal" })).await;
                    patch(&lines[0], json!({ "state": "sought" })).await;
                    let resolve = app.post(&format!("{blocker}/resolve")).by(&officer);
                    resolve.json(&json!({ "resolution": "Fait." })).await.expect(200);
                }
                2 => {
                    delete(&updates[1]).await;
                    delete(&questions[2]).await;
                    delete(&lines[2]).await;
                    let reopen = app.post(&format!("{blocker}/reopen")).by(&officer);
                    reopen.json(&json!({ "reason": "Encore." })).await.expect(200);
                }
                _ => {
                    patch(&questions[1], json!({ "visibility": "public" })).await;
                    let answer = app.post(&format!("{}/answer", questions[0])).by(&partner);
                    answer.json(&json!({ "text": "Oui." })).await.expect(200);
                }
            }
            for (mirror, who) in &mut mirrors {
                mirror.poll(&app, *who, 2).await;
                let all = source(&app, *who, &mirror.address).await;
                assert_eq!(mirror.rows, all, "{round} {}", mirror.address);
            }
            let counts: Vec<_> = mirrors.iter().map(|(mirror, _)| mirror.rows.len()).collect();
            let expected = [[3, 2, 3, 3, 3], [3, 1, 3, 3, 2], [2, 0, 2, 2, 3], [2, 1, 2, 1, 3]];
            assert_eq!(counts, expected[round], "{round}");
        }
    })
    .await;
}
