//! Two who act at once.

use harness::app::on_each_database;
use serde_json::json;

use super::*;

#[tokio::test]
async fn of_two_who_resolve_at_once_one_does() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        for _ in 0..8 {
            let (path, _) = added(&app, &cast.officer, &project, "blockers", &blocker("X")).await;
            let resolve = |by: &Staff| {
                let call = app.post(&format!("{path}/resolve")).by(by);
                tokio::spawn(call.json(&json!({ "resolution": "Fait." })).into_future())
            };
            let (one, other) = (resolve(&cast.officer), resolve(&cast.partner));
            let mut statuses = [one.await.unwrap().status, other.await.unwrap().status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409]);
            let told = timeline(&app, Some(&cast.officer), &project).await;
            let resolved = told.iter().filter(|(kind, subject)| {
                kind == "blocker_resolved" && path.ends_with(subject.as_str().unwrap())
            });
            assert_eq!(resolved.count(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn a_question_is_answered_or_withdrawn_and_never_both() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        for _ in 0..8 {
            let body = question("Une salle ?", "public");
            let (path, asked) = added(&app, &cast.partner, &project, "questions", &body).await;
            let answer = app.post(&format!("{path}/answer")).by(&cast.officer);
            let answer = answer.json(&json!({ "text": "Oui." })).into_future();
            let withdraw = delete(&app, &cast.partner, &path).into_future();
            let (answer, withdraw) = (tokio::spawn(answer), tokio::spawn(withdraw));
            let statuses = [answer.await.unwrap().status, withdraw.await.unwrap().status];
            let left = read(&app, None, &path).await;
            let told = timeline(&app, Some(&cast.officer), &project).await;
            let told = told
                .iter()
                .filter(|(_, subject)| *subject == asked["id"])
                .count();
            match statuses {
                [200, 409] => {
                    assert_eq!(
                        left.expect(200).body()["answers"].as_array().unwrap().len(),
                        1
                    );
                    assert_eq!(told, 2);
                }
                [404, 204] => {
                    left.expect(404);
                    assert_eq!(told, 0);
                }
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_told_of_a_project_that_is_completed_at_once() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        for _ in 0..6 {
            let project = under_way(&app, &cast).await;
            let post = add(&app, &cast.partner, &project, "updates", &update("Bien."));
            let complete = app.post(&format!("{project}/complete")).by(&cast.partner);
            let complete = complete.if_match("*").empty().into_future();
            let (post, complete) = (tokio::spawn(post.into_future()), tokio::spawn(complete));
            let posted = post.await.unwrap().status;
            complete.await.unwrap().expect(200);
            let told = timeline(&app, None, &project).await.len();
            assert_eq!((posted, told), if told == 1 { (201, 1) } else { (409, 0) });
        }
    })
    .await;
}
