//! What people object to, and what they are answered.

use harness::behind::everything_in;

use super::*;

async fn objects(app: &App, citizen: &Staff, processing: &str) -> Reply {
    app.advance(TimeDelta::milliseconds(1));
    let body = json!({ "processing": processing, "grounds": "Kanarigrund" });
    let made = app.post("/v1/me/objections").by(citizen).json(&body);
    made.await
}

async fn answered(app: &App, officer: &Staff, objection: &Value, how: &str) -> Reply {
    let path = format!("/v1/objections/{}/{how}", objection["id"].as_str().unwrap());
    let body = json!({ "reason": "Kanariantwort" });
    app.post(&path).by(officer).json(&body).await
}

async fn is_restricted(app: &App, citizen: &Staff) -> bool {
    let me = app.get("/v1/me").by(citizen).await.expect(200).body();
    me["restricted_at"].is_string()
}

#[tokio::test]
async fn who_objects_is_restricted_until_they_are_answered_that_it_goes_on() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = app.staff(Role::Officer).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let basile = app.citizen("basile@courriel.example", "Basile").await;
        for other in ["newsletter", "audit_trail"] {
            let refused = objects(&app, &alma, other).await;
            assert_eq!(refused.expect(422).faults(), ["/processing not_objectable"]);
        }
        assert!(!is_restricted(&app, &alma).await);
        let made = objects(&app, &alma, "participations").await;
        let location = made.expect(201).header("location");
        let made = made.body();
        assert_eq!(
            (&made["state"], &made["late"]),
            (&json!("pending"), &json!(false))
        );
        assert!(
            made["due_at"].as_str().unwrap().starts_with("2026-12-24T"),
            "{made}"
        );
        assert!(is_restricted(&app, &alma).await);
        let again = objects(&app, &alma, "participations").await;
        assert_eq!(again.expect(409).body()["existing"]["id"], made["id"]);
        app.get(&location).by(&basile).await.expect(404);
        let own = app.get(&location).by(&alma).await.expect(200).body();
        assert_eq!(own["grounds"], "Kanarigrund");
        let all = app.get("/v1/me/objections").by(&alma).await;
        assert_eq!(all.expect(200).body()["data"][0]["id"], made["id"]);

        let me = json!({ "id": alma.id });
        lifted(&app, &officer, &me).await.expect(409);
        let list = app
            .get("/v1/objections")
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(list["data"][0]["citizen_id"], json!(alma.id));
        let rejected = answered(&app, &officer, &made, "reject").await;
        let rejected = rejected.expect(200).body();
        assert_eq!(rejected["state"], "rejected");
        assert!(!is_restricted(&app, &alma).await);
        let mails = post.has_taken(1).await;
        assert_eq!(mails[0].to, "alma@courriel.example");
        assert!(
            mails[0].text().contains("Kanariantwort"),
            "{}",
            mails[0].text()
        );
        let again = answered(&app, &officer, &made, "reject").await;
        assert_eq!(again.expect(200).body()["etag"], rejected["etag"]);
        let other = answered(&app, &officer, &made, "uphold").await;
        assert_eq!(other.expect(409).problem(), "wrong-state");
        let held = app.get("/v1/me/export").by(&alma).await.expect(200).body();
        assert_eq!(held["objections"][0]["answer"], "Kanariantwort");
        assert!(held["restrictions"][0]["ended_at"].is_string());

        let director = app.staff(Role::Director).await;
        let trail = read(&app, &director, "/v1/audit-entries?limit=200").await;
        assert!(trail.contains("objection.made") && trail.contains("objection.rejected"));
        assert!(!trail.contains("Kanari"), "the trail has no text");
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    }
}

#[tokio::test]
async fn who_is_right_stays_restricted_until_they_want_to_come_again() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let made = objects(&app, &alma, "attendance").await.expect(201).body();
        let other = objects(&app, &alma, "mails").await.expect(201).body();
        answered(&app, &officer, &other, "reject").await.expect(200);
        assert!(is_restricted(&app, &alma).await, "the other one stands");
        let upheld = answered(&app, &officer, &made, "uphold").await;
        assert_eq!(upheld.expect(200).body()["answer"], "Kanariantwort");
        assert!(is_restricted(&app, &alma).await);
        lifted(&app, &officer, &json!({ "id": alma.id }))
            .await
            .expect(200);
        assert!(!is_restricted(&app, &alma).await);
    })
    .await;
}

#[tokio::test]
async fn late_ones_come_first_and_nobody_else_reads_them() {
    on_each_database(async |app| {
        let mut made = Vec::new();
        for name in ["alma", "basile", "chloe"] {
            let citizen = app.citizen(&format!("{name}@courriel.example"), name).await;
            made.push(
                objects(&app, &citizen, "participations")
                    .await
                    .expect(201)
                    .body(),
            );
            app.advance(TimeDelta::days(20));
        }
        let officer = app.staff(Role::Officer).await;
        answered(&app, &officer, &made[1], "uphold")
            .await
            .expect(200);
        let list = app
            .get("/v1/objections?limit=1&count=true")
            .by(&officer)
            .await;
        let list = list.expect(200).body();
        assert_eq!(
            (&list["data"][0]["id"], &list["data"][0]["late"]),
            (&made[0]["id"], &json!(true))
        );
        assert_eq!(list["page"]["total"], 2);
        let cursor = list["page"]["next_cursor"].as_str().unwrap();
        let query = [("limit", "1"), ("count", "true"), ("cursor", cursor)];
        let next = app
            .get("/v1/objections")
            .query(&query)
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&next["data"][0]["id"], &next["data"][0]["late"]),
            (&made[2]["id"], &json!(false))
        );
        let upheld = app.get("/v1/objections?state=upheld").by(&officer).await;
        assert_eq!(upheld.expect(200).body()["data"][0]["id"], made[1]["id"]);
        for role in [Role::Referent, Role::Funder] {
            let other = app.staff(role).await;
            app.get("/v1/objections").by(&other).await.expect(403);
            app.get("/v1/citizens?restricted=true")
                .by(&other)
                .await
                .expect(403);
        }
    })
    .await;
}

#[tokio::test]
async fn with_a_person_what_they_said_of_their_data_goes() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let key = ["Idempotency-Key", "objection-1"];
        let body = json!({ "processing": "participations", "grounds": "Kanarigrund" });
        let made = app
            .post("/v1/me/objections")
            .by(&alma)
            .header(key[0], key[1]);
        let made = made.json(&body).await.expect(201).body();
        let me = json!({ "id": alma.id });
        restricted(&app, &officer, &me).await;
        answered(&app, &officer, &made, "reject").await.expect(200);
        lifted(&app, &officer, &me).await.expect(200);
        app.delete("/v1/me").by(&alma).await.expect(204);
        let path = format!("/v1/objections/{}", made["id"].as_str().unwrap());
        app.get(&path).by(&officer).await.expect(404);
        answered(&app, &officer, &made, "uphold").await.expect(404);
        let mut found = String::new();
        for table in [
            "restrictions",
            "objections",
            "audit_entries",
            "idempotency_keys",
            "mails",
            "outbox",
        ] {
            found.push_str(&everything_in(&app, table).await);
        }
        for entry in std::fs::read_dir(app.folder().join("mail"))
            .into_iter()
            .flatten()
            .flatten()
        {
            found.push_str(&String::from_utf8_lossy(
                &std::fs::read(entry.path()).unwrap(),
            ));
        }
        assert!(!found.contains("Kanari"));
        for table in ["objections", "restrictions"] {
            let count = format!("select cast(count(*) as text) from {table}");
            assert_eq!(texts(&app, &count).await, ["0"], "{table}");
        }
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    })
    .await;
}
