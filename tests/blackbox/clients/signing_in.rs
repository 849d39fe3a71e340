//! The client credentials grant.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::*;

fn basic(shown: &Value) -> String {
    let pair = format!(
        "{}:{}",
        text(shown, "client_id"),
        text(shown, "client_secret")
    );
    format!("Basic {}", BASE64_STANDARD.encode(pair))
}

#[tokio::test]
async fn a_partner_signs_in_by_basic_or_by_the_form_and_is_told_who_it_is() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let client = issued(&app, &director, &garden, &json!({ "name": "Logiciel" })).await;
        let form = [("grant_type", "client_credentials"), ("scope", "projects:read projects:decide")];
        let by_basic = app.post("/oauth/token").header("Authorization", &basic(&client));
        let by_basic = by_basic.form(&form).await.expect(200).body();
        assert_eq!(by_basic["scope"], "projects:read");
        assert_eq!((&by_basic["token_type"], &by_basic["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert_eq!(by_basic.get("refresh_token"), None);
        let part = text(&by_basic, "access_token").split('.').nth(1).unwrap().to_owned();
        let claims = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["sub"], client["client_id"]);
        assert_eq!(claims["client_id"], client["client_id"]);
        assert_eq!((claims.get("sid"), claims.get("roles")), (None, None));

        let partner = signed_in(&app, &client).await;
        let told = me(&app, &partner).await.expect(200).body();
        let expected = json!({
            "kind": "client", "id": client["id"], "name": "Logiciel",
            "organisation": { "id": garden, "name": "Jardins" },
            "scopes": ["organisations:own", "projects:read", "projects:write", "events:propose", "webhooks:write"],
        });
        assert_eq!(told, expected);
        let at = format!("/v1/clients/{}", text(&client, "id"));
        let read = app.get(&at).by(&director).await.expect(200).body();
        assert_eq!(read["last_used_at"], "2026-11-24T09:00:00Z");
        assert_eq!(read["etag"].as_str().map(|etag| &etag[..4]), Some("\"v1-"));
    })
    .await;
}

#[tokio::test]
async fn what_does_not_prove_it_is_refused_as_the_standard_says() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let client = issued(&app, &director, &garden, &json!({})).await;
        let other = issued(&app, &director, &garden, &json!({})).await;
        let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
        let wrong = [
            (id, text(&other, "client_secret")),
            (id, "ccs_"),
            (id, ""),
            ("0198c0a0-0000-7000-8000-000000000000", secret),
            ("", secret),
            ("nobody", secret),
        ];
        for (id, secret) in wrong {
            let refused = app.sign_in_client(id, secret).await;
            assert_eq!(refused.expect(401).text("error"), "invalid_client", "{id}");
            assert_eq!(
                refused.header("www-authenticate"),
                "Basic realm=\"concertation\""
            );
        }
        let by_password = [
            ("grant_type", "password"),
            ("username", "director@petr.example"),
            ("password", harness::app::PASSWORD),
            ("client_id", id),
            ("client_secret", secret),
        ];
        let refused = app.post("/oauth/token").form(&by_password).await;
        assert_eq!(refused.expect(400).text("error"), "unauthorized_client");
        let beyond = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
            ("scope", "users:write"),
        ];
        let refused = app.post("/oauth/token").form(&beyond).await;
        assert_eq!(refused.expect(400).text("error"), "invalid_scope");
        let nobody = app
            .post("/oauth/token")
            .form(&[("grant_type", "client_credentials")]);
        assert_eq!(nobody.await.expect(401).text("error"), "invalid_client");
        sign_in(&app, &client).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn many_that_start_at_once_with_the_right_secret_are_no_guesses() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let client = issued(&app, &director, &garden, &json!({})).await;
        let calls = (0..40).map(|_| sign_in(&app, &client));
        for reply in futures_util::future::join_all(calls).await {
            reply.expect(200);
        }
        // Nor are many guesses at once let through.
        let guess = format!("ccs_{}", "A".repeat(43));
        let id = text(&client, "client_id");
        let calls = (0..40).map(|_| app.sign_in_client(id, &guess));
        let replies = futures_util::future::join_all(calls).await;
        let tried = replies.iter().filter(|reply| reply.status == 401).count();
        assert_eq!((tried, replies.len()), (10, 40));
    })
    .await;
}

#[tokio::test]
async fn guessing_is_stopped() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let client = issued(&app, &director, &garden, &json!({})).await;
        let guess = format!("ccs_{}", "A".repeat(43));
        for _ in 0..10 {
            app.sign_in_client(text(&client, "client_id"), &guess)
                .await
                .expect(401);
        }
        let refused = sign_in(&app, &client).await;
        assert_eq!(refused.expect(429).header("retry-after"), "900");
        app.advance(chrono::TimeDelta::minutes(16));
        sign_in(&app, &client).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_partner_revokes_its_own_tokens_and_no_others() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let client = issued(&app, &director, &garden, &json!({})).await;
        let other = issued(&app, &director, &garden, &json!({})).await;
        let (mine, others) = (
            signed_in(&app, &client).await,
            signed_in(&app, &other).await,
        );
        let revoke = |token: String| {
            let call = app
                .post("/oauth/revoke")
                .header("Authorization", &basic(&client));
            let call = call.form(&[("token", token.as_str())]);
            async move {
                call.await.expect(200);
            }
        };
        for token in [&others.token, &director.token, &director.refresh_token] {
            revoke(token.clone()).await;
        }
        me(&app, &others).await.expect(200);
        me(&app, &director).await.expect(200);
        revoke(mine.token.clone()).await;
        me(&app, &mine).await.expect(401);
        let wrong = app.post("/oauth/revoke").form(&[
            ("token", others.token.as_str()),
            ("client_id", text(&client, "client_id")),
            ("client_secret", text(&other, "client_secret")),
        ]);
        assert_eq!(wrong.await.expect(401).text("error"), "invalid_client");
        me(&app, &others).await.expect(200);
    })
    .await;
}
