//! A schema of before, with what lay in it, goes up to today's.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{PASSWORD, Staff, on_each_database};
use harness::behind::execute;
use persistence::check_invariants;
use serde_json::{Value, json};

/// Takes the steps of 28 November 2026 back, with all that they added.
const BEFORE: [&str; 9] = [
    "drop table organisation_slugs",
    "drop index organisations_slug",
    "alter table organisations drop column slug",
    "alter table organisations drop column other_contacts",
    "alter table organisations drop column language",
    "alter table users drop column language",
    "alter table project_funding drop column side",
    "drop index occurrences_long",
    "create index occurrences_long on occurrences (long_ends_at, starts_at) where long_ends_at is not null",
];

#[tokio::test]
async fn what_was_there_gets_its_slugs_languages_and_sides() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let mut made = Vec::new();
        for code in ["54329", "54039", "54040"] {
            // The first to come is the first to choose.
            app.advance(TimeDelta::seconds(1));
            let body =
                json!({ "name": "L’Été à vélo", "kind": "association", "commune_code": code });
            let one = app
                .post("/v1/organisations")
                .by(&director)
                .json(&body)
                .await;
            made.push(one.expect(201).body());
        }
        let project = json!({ "title": "Un", "organisation_id": made[0]["id"] });
        let project = app.post("/v1/projects").by(&director).json(&project).await;
        let plan = format!("/v1/projects/{}/funding", project.expect(201).text("id"));
        for (source, note) in [("Région", Some("Canari")), ("Commune", None)] {
            app.advance(TimeDelta::seconds(1));
            let mut line = json!({ "source": source, "sought_cents": 100, "state": "sought" });
            if let Some(note) = note {
                line["internal_note"] = json!(note);
            }
            app.post(&plan).by(&director).json(&line).await.expect(201);
        }
        for statement in BEFORE {
            execute(&app, statement).await;
        }
        let steps = "delete from seaql_migrations where version like 'm20261128%'";
        assert_eq!(execute(&app, steps).await, 3);

        let app = app.another_instance_with(&app.url, |_| {}).await;
        let reply = app.sign_in("director@petr.example", PASSWORD).await;
        let director = Staff {
            token: reply.expect(200).text("access_token"),
            ..director
        };
        let read = |path: String| {
            let call = app.get(&path).by(&director);
            async move { call.await.expect(200).body() }
        };
        let mut slugs = Vec::new();
        for one in &made {
            let now = read(format!("/v1/organisations/{}", one["id"].as_str().unwrap())).await;
            assert_eq!(now["language"], "fr");
            slugs.push(now["slug"].clone());
            assert_eq!(
                read(format!(
                    "/v1/organisations/{}",
                    now["slug"].as_str().unwrap()
                ))
                .await["id"],
                one["id"]
            );
        }
        assert_eq!(slugs, ["l-ete-a-velo", "l-ete-a-velo-2", "l-ete-a-velo-3"]);
        let lines = read(plan.clone()).await;
        let rows = lines["data"].as_array().unwrap().iter();
        let sides: Vec<[&Value; 2]> = rows.map(|row| [&row["source"], &row["by"]]).collect();
        assert_eq!(sides, [["Région", "petr"], ["Commune", "holder"]]);
        assert_eq!(
            check_invariants(&app.store).await.unwrap(),
            Vec::<String>::new()
        );
    })
    .await;
}
