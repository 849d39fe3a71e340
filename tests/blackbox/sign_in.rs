//! Sign-in of the staff: tokens, their refreshing and their end.

mod forge;
mod form;
mod keys;
mod limits;
mod logs;
mod sessions;
mod tokens;

use domain::accounts::Role;
use domain::kernel::Vocabulary as _;
use harness::app::{App, PASSWORD, Staff, on_each_database};
use harness::http::Reply;

/// The session goes on with this refresh token.
async fn refresh(app: &App, token: &str) -> Reply {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    app.post("/oauth/token").form(&form).await
}

/// The same account with the tokens of an answer.
fn signed_in(staff: &Staff, reply: &Reply) -> Staff {
    Staff {
        id: staff.id.clone(),
        token: reply.expect(200).text("access_token"),
        refresh_token: reply.text("refresh_token"),
    }
}

/// The scopes of a role, as a token names them.
fn scopes_of(role: Role) -> String {
    let words: Vec<_> = role.scopes().iter().map(|scope| scope.word()).collect();
    words.join(" ")
}

/// The status of `/v1/me`: whether a token counts.
async fn counts(app: &App, staff: &Staff) -> u16 {
    app.get("/v1/me").by(staff).await.status
}

#[tokio::test]
async fn a_token_says_who_one_is() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let reply = app.get("/v1/me").by(&officer).await;
        let me = reply.expect(200).body();
        assert_eq!(me["email"], "officer@petr.example");
        assert_eq!(me["roles"], serde_json::json!(["officer"]));
        assert_eq!(reply.header("cache-control"), "private, no-store");
        assert_eq!(
            app.get("/v1/me").await.expect(401).problem(),
            "unauthorized"
        );
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_told_alike() {
    on_each_database(|app| async move {
        app.staff(Role::Officer).await;
        let wrong = app
            .sign_in("officer@petr.example", "une autre phrase de passe")
            .await;
        let unknown = app.sign_in("nobody@petr.example", PASSWORD).await;
        assert_eq!(wrong.expect(400).text("error"), "invalid_grant");
        assert_eq!(wrong.bytes, unknown.expect(400).bytes);
    })
    .await;
}
