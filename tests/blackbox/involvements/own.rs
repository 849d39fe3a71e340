//! What a citizen does by themselves.

use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn a_citizen_follows_supports_and_offers_to_help_and_ends_it() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let basile = app.citizen("basile@courriel.example", "Basile").await;
        let made = joins(&app, &alma, &project, "follower").await;
        let follows = made.expect(201).body();
        let path = made.header("location");
        assert_eq!(made.header("etag"), follows["etag"]);
        assert_eq!(
            (&follows["state"], &follows["told"]),
            (&json!("active"), &json!(true))
        );
        assert!(follows.get("name").is_none() && follows.get("citizen_id").is_none());
        let again = joins(&app, &alma, &project, "follower").await;
        assert_eq!(again.expect(409).body()["existing"]["id"], follows["id"]);
        joined(&app, &alma, &project, "supporter").await;
        let offers = joined(&app, &alma, &project, "volunteer").await;
        assert_eq!(offers["state"], "offered");
        let holds = joins(&app, &alma, &project, "holder").await;
        assert_eq!(holds.expect(422).faults(), ["/role petr_only"]);

        let list = app.get("/v1/me/involvements").by(&alma).await;
        let list = list.expect(200).body();
        let roles = list["data"].as_array().unwrap().iter();
        let roles: Vec<_> = roles.map(|one| one["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["follower", "supporter", "volunteer"]);
        let query = [("role", "follower"), ("state", "ended")];
        let none = app.get("/v1/me/involvements").query(&query).by(&alma).await;
        assert_eq!(none.expect(200).body()["data"], json!([]));

        app.get(&path).by(&basile).await.expect(404);
        app.delete(&path)
            .by(&basile)
            .if_match("*")
            .await
            .expect(404);
        app.delete(&path).by(&alma).await.expect(428);
        app.delete(&path)
            .by(&alma)
            .if_match("\"v9-own-x\"")
            .await
            .expect(412);
        for _ in 0..2 {
            app.delete(&path).by(&alma).if_match("*").await.expect(204);
        }
        let ended = app.get(&path).by(&alma).await.expect(200).body();
        assert_eq!(
            (&ended["state"], &ended["told"]),
            (&json!("ended"), &json!(false))
        );
        joined(&app, &alma, &project, "follower").await;
        no_faults(&app).await;
    })
    .await;
}

#[tokio::test]
async fn what_not_everybody_sees_is_not_there_and_what_is_over_takes_nobody() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        for way in [&[][..], &["submit"]] {
            let hidden = led(&app, &cast, way).await;
            joins(&app, &alma, &hidden, "follower").await.expect(404);
        }
        let nowhere = Uuid::nil().to_string();
        joins(&app, &alma, &nowhere, "follower").await.expect(404);
        let over = led(&app, &cast, &["submit", "accept", "start", "complete"]).await;
        let refused = joins(&app, &alma, &over, "follower").await;
        assert_eq!(refused.expect(409).problem(), "wrong-state");
    })
    .await;
}

#[tokio::test]
async fn a_child_joins_nothing_until_a_parent_consents() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let zoe = app.citizen("zoe@courriel.example", "Zoé").await;
        let young = json!({ "age_band": "under_15" });
        app.patch("/v1/me").by(&zoe).json(&young).await.expect(200);
        for role in ["follower", "volunteer"] {
            let refused = joins(&app, &zoe, &project, role).await;
            assert_eq!(refused.expect(422).faults(), ["/role parents_consent"]);
        }
        let holds = recorded(&app, &cast.officer, &project, &zoe.id, "holder").await;
        assert_eq!(holds.expect(422).faults(), ["/citizen_id parents_consent"]);
        let path = format!("/v1/citizens/{}/consents/parental", zoe.id);
        let given = json!({ "given": true, "text_version": "2026-12", "given_by": "Un parent" });
        let put = app.call("PUT", &path).by(&cast.officer).json(&given);
        put.await.expect(200);
        let offers = joined(&app, &zoe, &project, "volunteer").await;
        let back = json!({ "given": false });
        let put = app.call("PUT", &path).by(&cast.officer).json(&back);
        put.await.expect(200);
        let since = json!({ "since": "2026-10-01" });
        let refused = turned(&app, &cast.officer, &offers, "accept", since).await;
        assert_eq!(refused.expect(422).faults(), ["/since parents_consent"]);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_is_gone_with_the_person() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let body = json!({ "project_id": project, "role": "follower" });
        let post = || {
            let call = app.post("/v1/me/involvements").by(&alma);
            call.header("Idempotency-Key", "one").json(&body)
        };
        let first = post().await.expect(201).body();
        assert_eq!(post().await.expect(201).body(), first);
        let rows = texts(&app, "select role from involvements").await;
        assert_eq!(rows, ["follower"]);
    })
    .await;
}

#[tokio::test]
async fn whose_data_are_restricted_joins_nothing_and_is_told_nothing() {
    for engine in harness::engines::engines() {
        let office = PostOffice::open().await;
        let app = App::start_with(engine, by(&office)).await;
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let basile = app.citizen("basile@courriel.example", "Basile").await;
        joined(&app, &alma, &project, "follower").await;
        joined(&app, &basile, &project, "follower").await;
        let restrict = app.post("/v1/me/restrict").by(&alma).json(&json!({}));
        restrict.await.expect(200);

        let refused = joins(&app, &alma, &project, "supporter").await;
        refused.expect(409);
        let path = format!("/v1/projects/{project}/involvements");
        let list = app.get(&path).by(&cast.officer).await.expect(200).body();
        let names: Vec<_> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["name"])
            .collect();
        assert_eq!(names, [&json!("Basile")]);
        goes(&app, &cast, &project, "Un local").await;
        let outcomes = outcomes(&app).await;
        assert!(
            outcomes.len() == 2 && outcomes[0] == "sent" && outcomes[1].starts_with("skipped"),
            "{outcomes:?}"
        );
        let all = app
            .get("/v1/me/involvements")
            .by(&alma)
            .await
            .expect(200)
            .body();
        assert_eq!(all["data"][0]["state"], "active", "it is kept");
    }
}
