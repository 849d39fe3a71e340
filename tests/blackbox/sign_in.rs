//! Sign-in of the staff: tokens, their refreshing and their end.

use domain::accounts::Role;
use harness::app::{PASSWORD, on_each_database};

#[tokio::test]
async fn a_token_says_who_one_is() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let reply = app.get("/v1/me").by(&officer).await;
        let me = reply.expect(200).body();
        assert_eq!(me["email"], "officer@petr.example");
        assert_eq!(me["roles"], serde_json::json!(["officer"]));
        assert_eq!(reply.header("cache-control"), "private, no-store");
        assert_eq!(app.get("/v1/me").await.expect(401).problem(), "unauthorized");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_told_alike() {
    on_each_database(|app| async move {
        app.staff(Role::Officer).await;
        let wrong = app.sign_in("officer@petr.example", "une autre phrase de passe").await;
        let unknown = app.sign_in("nobody@petr.example", PASSWORD).await;
        assert_eq!(wrong.expect(400).text("error"), "invalid_grant");
        assert_eq!(wrong.bytes, unknown.expect(400).bytes);
    })
    .await;
}
