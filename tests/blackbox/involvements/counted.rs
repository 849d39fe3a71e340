//! Who takes part in a project is counted: once, since that day, whoever they turn out to be, and still when they are
//! erased.

use harness::app::on_each_database;

use super::*;

async fn figures(app: &App, by: &Staff, query: &[(&str, &str)]) -> Value {
    let path = "/v1/participation-figures";
    let mut figures = app.get(path).query(query).by(by).await.expect(200).body();
    figures["computed_at"] = Value::Null;
    figures
}

async fn total(app: &App, by: &Staff) -> [u64; 4] {
    let figures = figures(app, by, &[]).await;
    ["entries", "people", "people_outside", "headcount"]
        .map(|field| figures["total"][field].as_u64().unwrap())
}

async fn citizen(app: &App, by: &Staff, name: &str, more: Value) -> Value {
    let mut body = json!({ "name": name, "commune_code": "54329" });
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    app.advance(TimeDelta::milliseconds(1));
    let made = app.post("/v1/citizens").by(by).json(&body).await;
    made.expect(201).body()
}

fn id(one: &Value) -> &str {
    one["id"].as_str().unwrap()
}

#[tokio::test]
async fn who_helps_and_who_carries_count_and_who_follows_does_not() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let officer = &cast.officer;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        for role in ["follower", "supporter"] {
            joined(&app, &alma, &project, role).await;
        }
        let offers = joined(&app, &alma, &project, "volunteer").await;
        assert_eq!(total(&app, officer).await, [0, 0, 0, 0]);
        let since = json!({ "since": "2026-10-01" });
        turned(&app, officer, &offers, "accept", since)
            .await
            .expect(200);
        let holds = recorded(&app, officer, &project, &alma.id, "holder").await;
        let holds = holds.expect(201).body();
        let reached = json!({ "email": "basile@courriel.example", "commune_code": "75056" });
        let basile = citizen(&app, officer, "Basile", reached).await;
        recorded(&app, officer, &project, id(&basile), "holder")
            .await
            .expect(201);
        let nameless = citizen(&app, officer, "Sur une feuille", json!({})).await;
        recorded(&app, officer, &project, id(&nameless), "volunteer")
            .await
            .expect(201);
        assert_eq!(total(&app, officer).await, [4, 1, 1, 0]);
        let by_kind = figures(&app, officer, &[("by", "kind")]).await;
        let parts = by_kind["parts"].as_array().unwrap().iter();
        let parts: Vec<_> = parts
            .map(|part| (part["of"].clone(), part["entries"].clone()))
            .collect();
        assert_eq!(
            parts,
            [
                (json!("project_holding"), json!(2)),
                (json!("volunteering"), json!(2))
            ]
        );
        let day = [
            ("from", "2026-10-01"),
            ("to", "2026-10-02"),
            ("kind", "volunteering"),
        ];
        assert_eq!(figures(&app, officer, &day).await["total"]["entries"], 2);

        // It ended, and was; or never was.
        turned(&app, officer, &offers, "end", Value::Null)
            .await
            .expect(200);
        assert_eq!(total(&app, officer).await, [4, 1, 1, 0]);
        for one in [&offers, &holds] {
            let reason = json!({ "reason": "never_took_part" });
            turned(&app, officer, one, "withdraw", reason)
                .await
                .expect(200);
        }
        assert_eq!(total(&app, officer).await, [2, 0, 1, 0]);
        no_faults(&app).await;
    })
    .await;
}

#[tokio::test]
async fn the_funder_sees_a_fact_and_not_of_which_project_it_is() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        recorded(&app, &cast.officer, &project, &alma.id, "holder")
            .await
            .expect(201);
        let facts = app.get("/v1/participations").by(&cast.officer).await;
        let fact = facts.expect(200).body()["data"][0].clone();
        assert_eq!(
            (
                &fact["kind"],
                &fact["project_id"],
                &fact["occurred_on"],
                &fact["identified"]
            ),
            (
                &json!("project_holding"),
                &json!(project),
                &json!("2026-10-01"),
                &json!(true)
            )
        );
        let funder = app.staff(Role::Funder).await;
        let facts = app.get("/v1/participations").by(&funder).await;
        let fact = facts.expect(200).body()["data"][0].clone();
        assert_eq!(fact["kind"], "project_holding");
        assert!(fact.get("project_id").is_none() && fact.get("commune_code").is_none());
    })
    .await;
}

#[tokio::test]
async fn who_turn_out_to_be_one_count_once_and_twice_when_that_is_taken_back() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let officer = &cast.officer;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        joined(&app, &alma, &project, "follower").await;
        recorded(&app, officer, &project, &alma.id, "volunteer")
            .await
            .expect(201);
        let double = citizen(
            &app,
            officer,
            "Alma B.",
            json!({ "telephone": "0601020304" }),
        )
        .await;
        recorded(&app, officer, &project, id(&double), "volunteer")
            .await
            .expect(201);
        assert_eq!(total(&app, officer).await, [2, 2, 0, 0]);
        let merge = format!("/v1/citizens/{}/merge", id(&double));
        let into = json!({ "into": alma.id });
        app.post(&merge).by(officer).json(&into).await.expect(200);
        assert_eq!(total(&app, officer).await, [2, 1, 0, 0]);
        no_faults(&app).await;
        let again = recorded(&app, officer, &project, id(&double), "volunteer").await;
        again.expect(409);
        let query = [("role", "volunteer"), ("state", "active")];
        let own = app.get("/v1/me/involvements").query(&query).by(&alma).await;
        let own = own.expect(200).body();
        let both = own["data"].as_array().unwrap();
        assert_eq!(both.len(), 2, "both are theirs");
        // Ended once, it has ended by either name.
        let path = format!("/v1/me/involvements/{}", id(&both[0]));
        app.delete(&path).by(&alma).if_match("*").await.expect(204);
        let own = app.get("/v1/me/involvements").query(&query).by(&alma).await;
        assert_eq!(own.expect(200).body()["data"], json!([]));
        let unmerge = format!("/v1/citizens/{}/unmerge", id(&double));
        app.post(&unmerge).by(officer).empty().await.expect(200);
        assert_eq!(total(&app, officer).await, [2, 2, 0, 0]);
        no_faults(&app).await;
    })
    .await;
}

#[tokio::test]
async fn who_is_erased_is_tied_to_nothing_and_is_counted_still() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let officer = &cast.officer;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        joined(&app, &alma, &project, "supporter").await;
        recorded(&app, officer, &project, &alma.id, "holder")
            .await
            .expect(201);
        let double = citizen(
            &app,
            officer,
            "Alma B.",
            json!({ "telephone": "0601020304" }),
        )
        .await;
        let offers = recorded(&app, officer, &project, id(&double), "volunteer").await;
        offers.expect(201);
        let merge = format!("/v1/citizens/{}/merge", id(&double));
        let into = json!({ "into": alma.id });
        app.post(&merge).by(officer).json(&into).await.expect(200);
        let held = app.get("/v1/me/export").by(&alma).await.expect(200).body();
        let roles = held["involvements"].as_array().unwrap().iter();
        let roles: Vec<_> = roles.map(|one| one["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["supporter", "holder", "volunteer"]);
        let before = figures(&app, officer, &[("by", "commune")]).await;
        assert_eq!(before["total"]["people"], 1);

        app.delete("/v1/me").by(&alma).await.expect(204);
        assert_eq!(figures(&app, officer, &[("by", "commune")]).await, before);
        for table in ["involvements", "involvement_participations"] {
            let left = texts(&app, &format!("select 'left' from {table}")).await;
            assert_eq!(left, Vec::<String>::new(), "{table}");
        }
        let path = format!("/v1/projects/{project}/involvements");
        let list = app.get(&path).by(officer).await.expect(200).body();
        assert_eq!(list["data"], json!([]));
        no_faults(&app).await;
    })
    .await;
}
