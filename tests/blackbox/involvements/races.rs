//! Many at once: nobody is the same twice.

use std::sync::Arc;

use futures_util::future::join_all;
use harness::engines::engines;

use super::*;

fn without_limits(raw: &mut RawSettings) {
    raw.rate_limits = "off".parse().ok();
    raw.public_url = "https://concertation.example".parse().ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_follows_forty_times_at_once_follows_once() {
    for engine in engines() {
        let app = Arc::new(App::start_with(engine, without_limits).await);
        let second = Arc::new(app.another_instance_with(&app.url, without_limits).await);
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let body = json!({ "project_id": project, "role": "follower" });
        let doors = [&app, &second];
        let following = (0..40).map(|number| {
            let call = doors[number % 2].post("/v1/me/involvements");
            call.by(&alma).json(&body).into_future()
        });
        let answers = join_all(following).await;
        let made = answers.iter().filter(|one| one.status == 201).count();
        assert_eq!(made, 1);
        assert!(answers.iter().all(|one| [201, 409].contains(&one.status)));
        let rows = texts(&app, "select role from involvements").await;
        assert_eq!(rows, ["follower"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_is_recorded_and_withdrawn_at_once_is_counted_once_or_not_at_all() {
    for engine in engines() {
        let app = Arc::new(App::start_with(engine, without_limits).await);
        let second = Arc::new(app.another_instance_with(&app.url, without_limits).await);
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let offers = joined(&app, &alma, &project, "volunteer").await;
        let doors = [&app, &second];
        let one = offers["id"].as_str().unwrap();
        let turning = (0..30).map(|number| {
            let (action, body) = match number % 3 {
                0 => ("accept", json!({ "since": "2026-10-01" })),
                1 => ("end", json!({})),
                _ => ("withdraw", json!({ "reason": "wrong_person" })),
            };
            let call = doors[number % 2].post(&format!("/v1/involvements/{one}/{action}"));
            let call = call.by(&cast.officer);
            match action {
                "end" => call.empty().into_future(),
                _ => call.json(&body).into_future(),
            }
        });
        for answer in join_all(turning).await {
            assert!([200, 409].contains(&answer.status), "{}", answer.utf8());
        }
        no_faults(&app).await;
    }
}
