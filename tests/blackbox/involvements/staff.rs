//! What the staff sees and does.

use harness::app::on_each_database;
use harness::engines::Engine;

use super::*;

#[tokio::test]
async fn an_offer_is_taken_or_not_and_what_was_taken_ends_or_was_a_mistake() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let officer = &cast.officer;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let basile = app.citizen("basile@courriel.example", "Basile").await;
        let offers = joined(&app, &alma, &project, "volunteer").await;
        let tomorrow = json!({ "since": "2026-11-25" });
        let refused = turned(&app, officer, &offers, "accept", tomorrow).await;
        assert_eq!(refused.expect(422).faults(), ["/since in_the_future"]);
        let since = json!({ "since": "2026-10-01" });
        for _ in 0..2 {
            let accepted = turned(&app, officer, &offers, "accept", since.clone()).await;
            let accepted = accepted.expect(200).body();
            assert_eq!(
                (&accepted["state"], &accepted["since"], &accepted["name"]),
                (&json!("active"), &json!("2026-10-01"), &json!("Alma"))
            );
            assert_eq!(accepted["allowed_transitions"], json!(["end", "withdraw"]));
        }
        let wrong = turned(&app, officer, &offers, "decline", Value::Null).await;
        assert_eq!(wrong.expect(409).problem(), "wrong-state");
        let stale = format!("/v1/involvements/{}/end", offers["id"].as_str().unwrap());
        let stale = app
            .post(&stale)
            .by(officer)
            .if_match(offers["etag"].as_str().unwrap());
        stale.empty().await.expect(412);
        turned(&app, officer, &offers, "end", Value::Null)
            .await
            .expect(200);
        let word = json!({ "reason": "whatever" });
        turned(&app, officer, &offers, "withdraw", word)
            .await
            .expect(422);
        let reason = json!({ "reason": "wrong_day" });
        let withdrawn = turned(&app, officer, &offers, "withdraw", reason).await;
        let withdrawn = withdrawn.expect(200).body();
        assert_eq!(
            (&withdrawn["state"], &withdrawn["reason"]),
            (&json!("withdrawn"), &json!("wrong_day"))
        );

        let offers = joined(&app, &basile, &project, "volunteer").await;
        turned(&app, officer, &offers, "decline", Value::Null)
            .await
            .expect(200);
        joined(&app, &basile, &project, "volunteer").await;
        no_faults(&app).await;
    })
    .await;
}

#[tokio::test]
async fn the_staff_records_who_takes_part_and_sees_all() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let officer = &cast.officer;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let basile = app.citizen("basile@courriel.example", "Basile").await;
        joined(&app, &alma, &project, "follower").await;
        let made = recorded(&app, officer, &project, &basile.id, "holder").await;
        let holds = made.expect(201).body();
        let path = made.header("location");
        assert_eq!(app.get(&path).by(officer).await.expect(200).body(), holds);
        let again = recorded(&app, officer, &project, &basile.id, "holder").await;
        assert_eq!(again.expect(409).body()["existing"]["id"], holds["id"]);
        let follows = recorded(&app, officer, &project, &basile.id, "follower").await;
        assert_eq!(follows.expect(422).faults(), ["/role unknown_value"]);
        let nobody = recorded(&app, officer, &project, &Uuid::nil().to_string(), "holder").await;
        assert_eq!(nobody.expect(422).faults(), ["/citizen_id unknown_citizen"]);

        let path = format!("/v1/projects/{project}/involvements");
        let names = |list: Value| -> Vec<String> {
            let rows = list["data"].as_array().unwrap().iter();
            rows.map(|row| {
                format!(
                    "{} {}",
                    row["name"].as_str().unwrap(),
                    row["role"].as_str().unwrap()
                )
            })
            .collect()
        };
        let list = app.get(&path).by(officer).await.expect(200).body();
        assert_eq!(names(list), ["Alma follower", "Basile holder"]);
        let some = [("role", "holder,volunteer"), ("state", "active")];
        let some = app.get(&path).query(&some).by(officer).await;
        assert_eq!(names(some.expect(200).body()), ["Basile holder"]);
        let first = app
            .get(&path)
            .query(&[("limit", "1"), ("count", "true")])
            .by(officer)
            .await;
        let first = first.expect(200).body();
        assert_eq!(first["page"]["total"], 2);
        let cursor = first["page"]["next_cursor"].as_str().unwrap();
        let next = [("limit", "1"), ("count", "true"), ("cursor", cursor)];
        let next = app.get(&path).query(&next).by(officer).await;
        assert_eq!(names(next.expect(200).body()), ["Basile holder"]);
        for role in [Role::Referent, Role::Funder] {
            let other = app.staff(role).await;
            app.get(&path).by(&other).await.expect(403);
        }
        app.get(&path).by(&alma).await.expect(403);
        app.get(&path).by(&cast.partner).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn looks_are_recorded_and_the_trail_never_says_whose_it_is() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let offers = joined(&app, &alma, &project, "volunteer").await;
        let since = json!({ "since": "2026-10-01" });
        turned(&app, &cast.officer, &offers, "accept", since)
            .await
            .expect(200);
        app.advance(TimeDelta::milliseconds(1));
        let path = format!("/v1/projects/{project}/involvements");
        app.get(&path).by(&cast.officer).await.expect(200);
        let rows = texts(
            &app,
            "select facts || ' ' || actor_kind || ' ' || coalesce(changes, '') from audit_entries \
             where subject_kind = 'involvement' order by at, id",
        )
        .await;
        let facts: Vec<&str> = rows
            .iter()
            .map(|row| row.split(' ').next().unwrap())
            .collect();
        assert_eq!(
            facts,
            [
                "involvement.offered",
                "involvement.accepted",
                "personal_data.read"
            ]
        );
        assert!(
            rows[0].contains("citizen") && rows[1].contains("2026-10-01"),
            "{rows:?}"
        );
        let whose = match app.engine {
            Engine::Postgres => "select cast(pseudonym as text) from citizens",
            // SQLite keeps ids as bytes.
            Engine::Sqlite => "select hex(pseudonym) from citizens",
        };
        let whose = texts(&app, whose).await;
        for row in &rows {
            let bare = row.replace('-', "").to_uppercase();
            for one in &whose {
                assert!(
                    !bare.contains(&one.replace('-', "").to_uppercase()),
                    "{row}"
                );
            }
        }
    })
    .await;
}
