//! Two at once: one of them wins, the other is told.

use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn of_two_decisions_at_once_one_is_taken() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        for round in 0..8 {
            let submitted = led(&app, &cast, "Atelier", &["submit"]).await;
            let tag = if round % 2 == 0 {
                submitted["etag"].as_str().unwrap()
            } else {
                "*"
            };
            let decide = |action: &str| {
                let call = app
                    .post(&format!("{}/{action}", path(&submitted)))
                    .by(&cast.officer);
                let call = call.if_match(tag).json(&json!({ "reason": "Parce que." }));
                tokio::spawn(call.into_future())
            };
            let (accept, decline) = (decide("accept"), decide("decline"));
            let replies = [accept.await.unwrap(), decline.await.unwrap()];
            let mut statuses = [replies[0].status, replies[1].status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, if tag == "*" { 409 } else { 412 }]);
            let seen = read(&app, Some(&cast.officer), &submitted)
                .await
                .expect(200)
                .body();
            let won = replies.iter().find(|reply| reply.status == 200).unwrap();
            assert_eq!(seen["state"], won.body()["state"]);
        }
    })
    .await;
}

#[tokio::test]
async fn of_twenty_projects_of_one_reference_one_is_made() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let body = with(project("Atelier"), json!({ "reference": "A-1" }));
        let calls = (0..20).map(|_| tokio::spawn(create(&app, &cast.partner, &body).into_future()));
        let calls: Vec<_> = calls.collect();
        let mut made = 0;
        for call in calls {
            let reply = call.await.unwrap();
            match reply.status {
                201 => made += 1,
                _ => assert_eq!(reply.expect(409).faults(), ["/reference already_used"]),
            }
        }
        assert_eq!(made, 1);
        assert_eq!(titles(&app, Some(&cast.partner), "").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_axis_is_either_named_or_removed() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        for round in 0..8 {
            let framework = json!({
                "code": format!("plan-{round}"), "name": "Plan", "axes": [{ "code": "1", "name": "Un" }],
            });
            let framework = app.post("/v1/frameworks").by(&cast.director).json(&framework);
            let framework = framework.await.expect(201).body();
            let body = json!({ "axis_ids": [framework["axes"][0]["id"]] });
            let body = with(project("Atelier"), body);
            let place = format!("/v1/frameworks/{}", framework["id"].as_str().unwrap());
            let remove = app.patch(&place).by(&cast.director).if_match("*").json(&json!({ "axes": [] }));
            let remove = tokio::spawn(remove.into_future());
            let name = tokio::spawn(create(&app, &cast.partner, &body).into_future());
            let (remove, name) = (remove.await.unwrap(), name.await.unwrap());
            let statuses = (remove.status, name.status);
            assert!([(200, 422), (409, 201)].contains(&statuses), "{statuses:?}");
        }
    })
    .await;
}
