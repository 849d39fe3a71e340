//! Made or changed by the holder's own reference.

use harness::app::on_each_database;

use super::*;

fn put(app: &App, cast: &Cast, by: &Staff, reference: &str, body: &Value) -> Call {
    let holder = &cast.holder;
    let path = format!("/v1/organisations/{holder}/projects/by-reference/{reference}");
    app.call("PUT", &path).by(by).json(body)
}

#[tokio::test]
async fn a_project_is_made_and_changed_by_its_reference() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let body = project("Atelier");
        let neither = put(&app, &cast, &cast.partner, "A-1", &body).await;
        assert_eq!(neither.expect(428).problem(), "precondition-required");
        let absent = put(&app, &cast, &cast.partner, "A-1", &body)
            .if_match("*")
            .await;
        assert_eq!(absent.expect(412).problem(), "precondition-failed");
        let make = || put(&app, &cast, &cast.partner, "A-1", &body).header("If-None-Match", "*");
        let made = make().await;
        let first = made.expect(201).body();
        assert_eq!(made.header("location"), path(&first));
        assert_eq!(first["reference"], "A-1");
        let there = make().await;
        assert_eq!(there.expect(412).header("etag"), first["etag"]);
        let neither = put(&app, &cast, &cast.partner, "A-1", &body).await;
        assert_eq!(neither.expect(428).problem(), "precondition-required");
        let found = format!(
            "/v1/organisations/{}/projects/by-reference/A-1",
            cast.holder
        );
        assert_eq!(
            app.get(&found).by(&cast.partner).await.expect(200).body(),
            first
        );
        // What is absent is cleared; the same again changes nothing.
        let bare = json!({ "title": "Autre" });
        let tag = first["etag"].as_str().unwrap();
        let changed = put(&app, &cast, &cast.partner, "A-1", &bare)
            .if_match(tag)
            .await;
        let changed = changed.expect(200).body();
        assert_eq!(
            (&changed["title"], &changed["summary"]),
            (&json!("Autre"), &Value::Null)
        );
        assert_eq!(
            (&changed["slug"], &changed["id"]),
            (&first["slug"], &first["id"])
        );
        let again = put(&app, &cast, &cast.partner, "A-1", &bare)
            .if_match("*")
            .await;
        assert_eq!(again.expect(200).body(), changed);
        let stale = put(&app, &cast, &cast.partner, "A-1", &body)
            .if_match(tag)
            .await;
        assert_eq!(stale.expect(412).header("etag"), changed["etag"]);
    })
    .await;
}

#[tokio::test]
async fn a_reference_is_any_text_and_the_one_of_the_address() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        for (coded, text) in [
            ("A%2F1", "A/1"),
            ("a%20b+c", "a b+c"),
            ("100%25%20v%C3%A9lo", "100% vélo"),
        ] {
            let made = put(&app, &cast, &cast.partner, coded, &project("Atelier"));
            let made = made.header("If-None-Match", "*").await.expect(201).body();
            assert_eq!(made["reference"], text);
            let same = with(project("Atelier"), json!({ "reference": text }));
            let same = put(&app, &cast, &cast.partner, coded, &same)
                .if_match("*")
                .await;
            assert_eq!(same.expect(200).body()["id"], made["id"]);
        }
        let other = with(project("Atelier"), json!({ "reference": "B" }));
        let other = put(&app, &cast, &cast.partner, "A", &other)
            .header("If-None-Match", "*")
            .await;
        assert_eq!(other.expect(422).faults(), ["/reference reference_differs"]);
        for nothing in ["%20", "%07", &"x".repeat(101), "%FF"] {
            let call = put(&app, &cast, &cast.partner, nothing, &project("x"));
            call.header("If-None-Match", "*").await.expect(404);
        }
    })
    .await;
}

#[tokio::test]
async fn a_put_never_touches_what_the_petr_set() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let framework = json!({
            "code": "plan", "name": "Plan", "axes": [{ "code": "1", "name": "Un" }, { "code": "2", "name": "Deux" }],
        });
        let framework = app.post("/v1/frameworks").by(&cast.director).json(&framework);
        let framework = framework.await.expect(201).body();
        let (one, two) = (&framework["axes"][0]["id"], &framework["axes"][1]["id"]);
        let body = with(project("Atelier"), json!({ "axis_ids": [one] }));
        let made = put(&app, &cast, &cast.partner, "A-1", &body).header("If-None-Match", "*").await;
        let made = made.expect(201).body();
        let part = json!({ "axis_ids": [two], "petr_note": "Suivi.", "visibility": "hidden" });
        patch(&app, &cast.officer, &made, &part).await.expect(200);
        for by in [&cast.partner, &cast.officer] {
            let bare = project("Atelier");
            let after = put(&app, &cast, by, "A-1", &bare).if_match("*").await.expect(200).body();
            for field in ["axis_ids", "petr_note", "visibility"] {
                assert_eq!(after[field], part[field], "{field}");
            }
        }
        let refused = put(&app, &cast, &cast.partner, "A-1", &body).if_match("*").await;
        assert_eq!(refused.expect(422).faults(), ["/axis_ids set_by_petr"]);
    })
    .await;
}

#[tokio::test]
async fn anothers_place_is_nowhere_and_a_dry_run_keeps_nothing() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let (_, other) = app.partner(&cast.director, "Vergers").await;
        let body = project("Atelier");
        let made = put(&app, &cast, &cast.partner, "A-1", &body)
            .header("If-None-Match", "*")
            .await;
        let made = made.expect(201).body();
        let found = format!(
            "/v1/organisations/{}/projects/by-reference/A-1",
            cast.holder
        );
        app.get(&found).by(&other).await.expect(404);
        put(&app, &cast, &other, "A-1", &body)
            .if_match("*")
            .await
            .expect(404);
        put(&app, &cast, &other, "B-2", &body)
            .header("If-None-Match", "*")
            .await
            .expect(404);
        let nobody = found.replace(&cast.holder, "0198c0a0-0000-7000-8000-00000000ffff");
        let nobody = app
            .call("PUT", &nobody)
            .by(&cast.officer)
            .if_match("*")
            .json(&body)
            .await;
        nobody.expect(404);
        let changed = json!({ "title": "Autre" });
        let tried = app
            .call("PUT", &format!("{found}?dry_run=true"))
            .by(&cast.partner);
        let tried = tried.if_match("*").json(&changed).await;
        assert_eq!(tried.expect(200).body()["title"], "Autre");
        let fresh = found.replace("A-1", "B-2");
        let tried = app
            .call("PUT", &format!("{fresh}?dry_run=true"))
            .by(&cast.partner);
        let tried = tried.header("If-None-Match", "*").json(&changed).await;
        assert_eq!(
            (
                tried.expect(201).header("location"),
                tried.text("reference")
            ),
            (String::new(), "B-2".to_owned())
        );
        app.get(&fresh).by(&cast.partner).await.expect(404);
        assert_eq!(
            app.get(&found).by(&cast.partner).await.expect(200).body(),
            made
        );
    })
    .await;
}

#[tokio::test]
async fn of_twenty_that_make_it_at_once_one_does() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let body = project("Atelier");
        let batch = json!({ "items": [with(body.clone(), json!({ "reference": "A-1" }))] });
        let calls = (0..20).map(|turn| {
            let call = match turn % 4 {
                0 => app
                    .post("/v1/projects/batch")
                    .by(&cast.partner)
                    .json(&batch),
                _ => put(&app, &cast, &cast.partner, "A-1", &body).header("If-None-Match", "*"),
            };
            tokio::spawn(call.into_future())
        });
        let calls: Vec<_> = calls.collect();
        let mut made = 0;
        for call in calls {
            let reply = call.await.unwrap();
            let status = match reply.status {
                200 => reply.body()["items"][0]["status"].as_u64().unwrap(),
                alone => u64::from(alone),
            };
            assert!([201, 409, 412].contains(&status), "{}", reply.utf8());
            made += usize::from(status == 201);
        }
        assert_eq!(made, 1);
        assert_eq!(titles(&app, Some(&cast.partner), "").await, ["Atelier"]);
    })
    .await;
}

#[tokio::test]
async fn it_is_refused_for_one_reason_after_another() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let (_, other) = app.partner(&cast.director, "Jardins").await;
        let own = format!(
            "/v1/organisations/{}/projects/by-reference/A-1",
            cast.holder
        );
        let nowhere = "0198c0a0-0000-7000-8000-00000000ffff";
        let nowhere = format!("/v1/organisations/{nowhere}/projects/by-reference/A-1");
        let put = |by: &Staff, at: &str, body: &Value| app.call("PUT", at).by(by).json(body);
        let (wrong, right) = (json!({ "titre": "x" }), json!({ "title": "Un" }));
        for (by, at) in [(&other, &own), (&cast.officer, &nowhere)] {
            let big = app
                .call("PUT", at)
                .by(by)
                .body("application/json", vec![b' '; 1_048_577]);
            assert_eq!(big.await.expect(413).problem(), "payload-too-large");
            let text = app.call("PUT", at).by(by).body("text/plain", "x");
            assert_eq!(text.await.expect(415).problem(), "unsupported-media-type");
            put(by, at, &wrong).await.expect(422);
            assert_eq!(put(by, at, &right).await.expect(404).problem(), "not-found");
        }
        put(&cast.partner, &own, &wrong).await.expect(422);
        let unsaid = put(&cast.partner, &own, &right).await;
        assert_eq!(unsaid.expect(428).problem(), "precondition-required");
        let absent = put(&cast.partner, &own, &right).if_match("*").await;
        assert_eq!(absent.expect(412).problem(), "precondition-failed");
    })
    .await;
}
