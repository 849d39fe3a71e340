//! Which projects are listed, for whom, in which order.

use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn everybody_sees_what_was_decided_on_and_a_partner_its_own_besides() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let ways: [(&str, &[&str]); 7] = [
            ("Brouillon", &[]),
            ("Déposé", &["submit"]),
            ("Accepté", &["submit", "accept"]),
            ("Refusé", &["submit", "decline"]),
            ("Retiré", &["submit", "abandon"]),
            ("Abandonné", &["submit", "accept", "abandon"]),
            ("Fini", &["submit", "accept", "start", "complete"]),
        ];
        for (title, way) in ways {
            led(&app, &cast, title, way).await;
        }
        let public = ["Abandonné", "Accepté", "Fini", "Refusé"];
        assert_eq!(titles(&app, None, "sort=title").await, public);
        let (_, other) = app.partner(&cast.director, "Vergers").await;
        assert_eq!(titles(&app, Some(&other), "sort=title").await, public);
        let all = [
            "Retiré",
            "Refusé",
            "Fini",
            "Déposé",
            "Brouillon",
            "Accepté",
            "Abandonné",
        ];
        for by in [&cast.partner, &cast.officer] {
            assert_eq!(titles(&app, Some(by), "sort=-title").await, all);
            // Page by page too.
            let mut paged = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = app.get(&format!(
                    "/v1/projects?sort=-title&limit=2&count=true{cursor}"
                ));
                let page = page.by(by).await.expect(200).body();
                assert_eq!(page["page"]["total"], 7);
                let rows = page["data"].as_array().unwrap().iter();
                paged.extend(rows.map(|row| row["title"].as_str().unwrap().to_owned()));
                match page["page"]["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(paged, all);
        }
        let refused = app
            .get("/v1/projects?state=draft&overdue=true&reference=A")
            .await;
        let faults = [
            "overdue unknown_value",
            "reference unknown_value",
            "state unknown_value",
        ];
        assert_eq!(refused.expect(422).faults(), faults);
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_the_list() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let framework = json!({
            "code": "plan", "name": "Plan",
            "axes": [{ "code": "1", "name": "Axe", "actions": [{ "code": "1.1", "name": "Action" }] }],
        });
        let framework = app.post("/v1/frameworks").by(&cast.director).json(&framework);
        let framework = framework.await.expect(201).body();
        let axis = framework["axes"][0]["id"].as_str().unwrap();
        let action = framework["axes"][0]["actions"][0]["id"].as_str().unwrap();
        let (_, other) = app.partner(&cast.director, "Vergers").await;
        let first = with(project("Énergie à pédales"), json!({
            "reference": "A,1", "theme": "energy", "axis_ids": [axis], "action_ids": [action],
            "latitude": 48.59, "longitude": 6.49,
        }));
        made(&app, &cast.partner, &first).await;
        let second = with(project("Verger"), json!({
            "reference": "B-2", "commune_codes": ["54039"], "latitude": 48.45, "longitude": 6.74,
        }));
        made(&app, &other, &second).await;
        let (one, two) = (vec!["Énergie à pédales"], vec!["Verger"]);
        let holder = format!("organisation_id={}", cast.holder);
        let [by_axis, by_action] = [format!("axis={axis}"), format!("action={action}")];
        for (query, expected) in [
            ("q=energie", &one),
            ("q=pedal", &one),
            ("q=luneville", &one),
            ("theme=energy", &one),
            ("theme=mobility,water", &two),
            ("commune_code=54039", &two),
            (holder.as_str(), &one),
            (&by_axis, &one),
            (&by_action, &one),
            ("reference=B-2", &two),
            ("near=48.59,6.49&within_km=2", &one),
            ("state=submitted", &vec![]),
            ("q=verger&theme=energy", &vec![]),
        ] {
            assert_eq!(&titles(&app, Some(&cast.officer), query).await, expected, "{query}");
        }
        let both = titles(&app, Some(&cast.officer), "epci=200069433,200070324,200067643,245400759");
        assert_eq!(both.await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_an_answer_is_listed_the_oldest_first_and_overdue_after_a_month() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let first = led(&app, &cast, "Premier", &["submit"]).await;
        app.advance(TimeDelta::days(20));
        let cast = super::cast_again(&app, cast).await;
        led(&app, &cast, "Deuxième", &["submit"]).await;
        let queue = "state=submitted&sort=submitted_at";
        assert_eq!(
            titles(&app, Some(&cast.officer), queue).await,
            ["Premier", "Deuxième"]
        );
        assert_eq!(
            titles(&app, Some(&cast.officer), "overdue=true").await,
            Vec::<String>::new()
        );
        app.advance(TimeDelta::days(11));
        let cast = super::cast_again(&app, cast).await;
        assert_eq!(
            titles(&app, Some(&cast.officer), "overdue=true").await,
            ["Premier"]
        );
        let seen = read(&app, Some(&cast.officer), &first)
            .await
            .expect(200)
            .body();
        let waiting = (&seen["is_overdue"], &seen["waiting_since"]);
        assert_eq!(waiting, (&json!(true), &seen["submitted_at"]));
        let own = read(&app, Some(&cast.partner), &first)
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&own["is_overdue"], &own["waiting_since"]),
            (&Value::Null, &Value::Null)
        );
        // Asked and submitted again, it waits from then on.
        for (by, action) in [
            (&cast.officer, "request-information"),
            (&cast.partner, "submit"),
        ] {
            turn(&app, by, &first, action).await.expect(200);
        }
        assert_eq!(
            titles(&app, Some(&cast.officer), "overdue=true").await,
            Vec::<String>::new()
        );
        assert_eq!(
            titles(&app, Some(&cast.officer), queue).await,
            ["Deuxième", "Premier"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_mirror_is_told_what_left_its_view() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let accepted = led(&app, &cast, "Accepté", &["submit", "accept"]).await;
        let draft = led(&app, &cast, "Brouillon", &[]).await;
        let hidden = json!({ "visibility": "hidden" });
        patch(&app, &cast.officer, &accepted, &hidden)
            .await
            .expect(200);
        app.advance(TimeDelta::seconds(1));
        app.delete(&path(&draft))
            .by(&cast.partner)
            .if_match("*")
            .await
            .expect(204);
        let since = "updated_since=2020-01-01";
        // Who never saw the draft is not told of it.
        assert_eq!(titles(&app, None, since).await, ["†"]);
        assert_eq!(
            titles(&app, Some(&cast.partner), since).await,
            ["Accepté", "†"]
        );
        assert_eq!(
            titles(&app, Some(&cast.officer), since).await,
            ["Accepté", "†"]
        );
        let (_, other) = app.partner(&cast.director, "Vergers").await;
        assert_eq!(titles(&app, Some(&other), since).await, ["†"]);
        read(&app, None, &accepted).await.expect(404);
        let shown = json!({ "visibility": "public" });
        patch(&app, &cast.officer, &accepted, &shown)
            .await
            .expect(200);
        assert_eq!(titles(&app, None, since).await, ["Accepté"]);
    })
    .await;
}
