//! The way of those who develop: mail lies in a folder.

use harness::app::on_each_database;
use harness::behind::everything_in;
use harness::post_office::read;

use super::*;

#[tokio::test]
async fn without_a_server_a_mail_is_a_file_that_is_named_by_no_name() {
    on_each_database(|app| async move {
        let officer = officer(&app).await;
        activated(&app, &officer, "Jardins").await;
        until(&app, &["sent 1"]).await;
        let folder = app.folder().join("mail");
        let names: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(names.len(), 1);
        let name = names[0].file_name().unwrap().to_str().unwrap();
        assert!(
            name.ends_with(".eml") && !name.contains("jardins"),
            "{name}"
        );
        let raw = std::fs::read(&names[0]).unwrap();
        let message = read(&raw);
        let to = message.to().unwrap().first().unwrap();
        assert_eq!(to.address(), Some("jardins@asso.example"));
        let from = message.from().unwrap().first().unwrap();
        assert_eq!(from.address(), Some("concertation@concertation.local"));
        let stored = everything_in(&app, "mails").await;
        assert!(
            !stored.contains("asso.example") && !stored.contains("Jardins"),
            "{stored}"
        );
    })
    .await;
}

#[tokio::test]
async fn who_has_no_address_gets_no_mail_and_that_is_known() {
    on_each_database(|app| async move {
        let officer = officer(&app).await;
        let body = json!({ "name": "Muette", "kind": "other" });
        let made = app.post("/v1/organisations").by(&officer).json(&body).await;
        let made = made.expect(201).body();
        turned(&app, &officer, &made, "activate", json!({})).await;
        until(&app, &["skipped no_address 1"]).await;
        assert!(!app.folder().join("mail").exists());
    })
    .await;
}

#[tokio::test]
async fn a_refused_change_tells_nobody() {
    on_each_database(|app| async move {
        let officer = officer(&app).await;
        let made = activated(&app, &officer, "Jardins").await;
        until(&app, &["sent 1"]).await;
        let path = format!(
            "/v1/organisations/{}/activate",
            made["id"].as_str().unwrap()
        );
        app.post(&path)
            .by(&officer)
            .if_match("*")
            .empty()
            .await
            .expect(409);
        assert_eq!(outcomes(&app).await, ["sent 1"]);
    })
    .await;
}
