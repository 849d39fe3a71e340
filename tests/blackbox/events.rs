//! Events: made, published, changed, cancelled.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

#[tokio::test]
async fn an_event_is_seen_once_it_is_published() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dates = json!([{
            "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00",
        }]);
        let event =
            app.event(&officer, json!({ "title": "Séance du club", "occurrences": dates })).await;
        let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
        assert_eq!(event["state"], "draft");
        assert_eq!(app.get(&path).await.expect(404).problem(), "not-found");
        let etag = event["etag"].as_str().unwrap();
        let published = app
            .post(&format!("{path}/publish"))
            .by(&officer)
            .if_match(etag)
            .empty()
            .await;
        assert_eq!(published.expect(200).body()["state"], "published");
        let seen = app.get(&path).await.expect(200).body();
        assert_eq!(seen["occurrences"][0]["starts_at"], "2027-03-25T17:30:00Z");
        assert!(seen.get("allowed_transitions").is_none());
    })
    .await;
}
