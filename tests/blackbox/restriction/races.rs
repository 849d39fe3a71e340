//! What happens at once: nothing is done with somebody's data once it was answered that it is not.

use std::sync::Arc;

use futures_util::future::join_all;

use super::*;

fn without_limits(raw: &mut RawSettings) {
    raw.rate_limits = "off".parse().ok();
    raw.public_url = "https://concertation.example".parse().ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_registered_after_their_restriction_was_answered() {
    for engine in engines() {
        let app = Arc::new(App::start_with(engine, without_limits).await);
        let second = Arc::new(app.another_instance_with(&app.url, without_limits).await);
        let officer = app.staff(Role::Officer).await;
        let mut dates = Vec::new();
        for _ in 0..8 {
            dates.push(date_for(&app, &officer, 5).await);
        }
        for round in 0..4 {
            let email = format!("alma{round}@courriel.example");
            let alma = app.citizen(&email, "Alma").await;
            let registering = dates.iter().enumerate().map(|(number, date)| {
                let instance = [&app, &second][number % 2].clone();
                let (alma, officer, date) = (alma.clone(), officer.clone(), date.clone());
                tokio::spawn(async move {
                    let path = format!("/v1/occurrences/{date}/registrations");
                    let made = match number % 3 {
                        0 => {
                            let body = json!({ "citizen_id": alma.id });
                            instance.post(&path).by(&officer).json(&body).await
                        }
                        _ => instance.post(&path).by(&alma).json(&json!({})).await,
                    };
                    assert!([201, 409].contains(&made.status), "{}", made.utf8());
                })
            });
            let registering: Vec<_> = registering.collect();
            let restrict = second.post("/v1/me/restrict").by(&alma).json(&json!({}));
            restrict.await.expect(200);
            let own = async || {
                let own = app.get("/v1/me/registrations").by(&alma).await;
                own.expect(200).body()["data"].as_array().unwrap().len()
            };
            // Whoever looks now sees all that there ever will be.
            let then = own().await;
            for one in join_all(registering).await {
                one.unwrap();
            }
            assert_eq!(own().await, then, "registered after the answer");
            app.advance(TimeDelta::seconds(1));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_and_an_erasure_at_once_leave_nothing() {
    for engine in engines() {
        let app = Arc::new(App::start_with(engine, without_limits).await);
        let second = Arc::new(app.another_instance_with(&app.url, without_limits).await);
        let officer = app.staff(Role::Officer).await;
        for round in 0..6 {
            let email = format!("alma{round}@courriel.example");
            let alma = app.citizen(&email, "Alma").await;
            let objecting = ["participations", "attendance", "mails"].map(|processing| {
                let (app, alma) = (app.clone(), alma.clone());
                tokio::spawn(async move {
                    let body = json!({ "processing": processing, "grounds": "Kanarigrund" });
                    let made = app.post("/v1/me/objections").by(&alma).json(&body).await;
                    assert!([201, 401].contains(&made.status), "{}", made.utf8());
                })
            });
            let erase = second.delete(&format!("/v1/citizens/{}", alma.id));
            let erased = erase.by(&officer).if_match("*").await;
            assert_eq!(erased.status, 204, "{}", erased.utf8());
            for one in join_all(objecting).await {
                one.unwrap();
            }
            for table in ["objections", "restrictions"] {
                let count = format!("select cast(count(*) as text) from {table}");
                assert_eq!(texts(&app, &count).await, ["0"], "{table}");
            }
        }
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_restriction_is_kept_of_many_that_come_at_once() {
    for engine in engines() {
        let app = Arc::new(App::start_with(engine, without_limits).await);
        let officer = app.staff(Role::Officer).await;
        let zoe = written_down(&app, &officer, json!({ "name": "Zoé" })).await;
        let asking = (0..16).map(|_| restricted(&app, &officer, &zoe));
        join_all(asking).await;
        let count = "select cast(count(*) as text) from restrictions";
        assert_eq!(texts(&app, count).await, ["1"]);
        let lifting = join_all((0..8).map(|_| lifted(&app, &officer, &zoe))).await;
        assert_eq!(lifting.iter().filter(|one| one.status == 200).count(), 1);
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    }
}
