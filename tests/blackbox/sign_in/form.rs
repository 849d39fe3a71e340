//! The forms of `/oauth`: how a client names itself, and how it is refused (RFC 6749, RFC 7009).

use domain::accounts::Role;
use harness::app::{PASSWORD, on_each_database};
use harness::http::Reply;
use serde_json::json;

use super::{counts, refresh, signed_in};

const EMAIL: &str = "officer@petr.example";

/// `base64("swagger:")`
const SWAGGER: &str = "Basic c3dhZ2dlcjo=";

/// The error of an OAuth answer, checked to be one.
#[track_caller]
fn error(reply: &Reply) -> (u16, String) {
    assert_eq!(
        reply.header("content-type"),
        "application/json",
        "{}",
        reply.utf8()
    );
    assert!(reply.header("cache-control").contains("no-store"));
    let body = reply.body();
    let fields: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["error", "error_description"]);
    assert!(!reply.text("error_description").is_empty());
    (reply.status, reply.text("error"))
}

#[tokio::test]
async fn the_public_client_names_itself_as_it_likes() {
    on_each_database(|app| async move {
        app.staff(Role::Officer).await;
        let form = [
            ("grant_type", "password"),
            ("username", EMAIL),
            ("password", PASSWORD),
        ];
        let named = [
            &form[..],
            &[("client_id", "swagger"), ("client_secret", "")],
        ]
        .concat();
        for call in [
            app.post("/oauth/token").form(&form),
            app.post("/oauth/token").form(&named),
            app.post("/oauth/token")
                .header("Authorization", SWAGGER)
                .form(&form),
            app.post("/oauth/token")
                .header("Authorization", "basic c3dhZ2dlcjo=")
                .form(&form),
        ] {
            let reply = call.await;
            let body = reply.expect(200).body();
            let mut fields: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
            fields.sort();
            let expected = [
                "access_token",
                "expires_in",
                "refresh_token",
                "scope",
                "token_type",
            ];
            assert_eq!(fields, expected);
            assert_eq!(body["token_type"], "Bearer");
            assert_eq!(body["expires_in"], 900);
            assert_eq!(body["scope"], super::scopes_of(Role::Officer));
            assert!(reply.header("cache-control").contains("no-store"));
            assert_eq!(reply.header("pragma"), "no-cache");
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_that_is_not_known_is_refused_with_a_challenge() {
    on_each_database(|app| async move {
        app.staff(Role::Officer).await;
        let form = [
            ("grant_type", "password"),
            ("username", EMAIL),
            ("password", PASSWORD),
        ];
        let other = [&form[..], &[("client_id", "other")]].concat();
        let secret = [
            &form[..],
            &[("client_id", "swagger"), ("client_secret", "x")],
        ]
        .concat();
        for call in [
            app.post("/oauth/token").form(&other),
            app.post("/oauth/token").form(&secret),
            // `swagger:x`, `other:`, no base64, no colon, another scheme
            app.post("/oauth/token")
                .header("Authorization", "Basic c3dhZ2dlcjp4")
                .form(&form),
            app.post("/oauth/token")
                .header("Authorization", "Basic b3RoZXI6")
                .form(&form),
            app.post("/oauth/token")
                .header("Authorization", "Basic !")
                .form(&form),
            app.post("/oauth/token")
                .header("Authorization", "Basic c3dhZ2dlcg==")
                .form(&form),
            app.post("/oauth/token")
                .header("Authorization", "Bearer c3dhZ2dlcjo=")
                .form(&form),
            app.post("/oauth/revoke")
                .form(&[("token", "x"), ("client_id", "other")]),
        ] {
            let reply = call.await;
            assert_eq!(error(&reply), (401, "invalid_client".to_owned()));
            assert_eq!(
                reply.header("www-authenticate"),
                "Basic realm=\"concertation\""
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_form_is_refused_as_rfc_6749_says() {
    on_each_database(|app| async move {
        app.staff(Role::Officer).await;
        let by_password = |more: &[(&'static str, &'static str)]| {
            let form = [
                ("grant_type", "password"),
                ("username", EMAIL),
                ("password", PASSWORD),
            ];
            [&form[..], more].concat()
        };
        let cases: Vec<(Vec<(&str, &str)>, &str)> = vec![
            (vec![], "invalid_request"),
            (
                vec![("username", EMAIL), ("password", PASSWORD)],
                "invalid_request",
            ),
            (
                vec![("grant_type", "password"), ("password", PASSWORD)],
                "invalid_request",
            ),
            (
                vec![("grant_type", "password"), ("username", EMAIL)],
                "invalid_request",
            ),
            (
                vec![
                    ("grant_type", "password"),
                    ("username", EMAIL),
                    ("password", ""),
                ],
                "invalid_request",
            ),
            (by_password(&[("username", EMAIL)]), "invalid_request"),
            (
                by_password(&[("grant_type", "password")]),
                "invalid_request",
            ),
            (
                by_password(&[("scope", ""), ("scope", "events:read")]),
                "invalid_request",
            ),
            (
                by_password(&[("client_id", "swagger"), ("client_id", "swagger")]),
                "invalid_request",
            ),
            (
                by_password(&[("resource", "a"), ("resource", "b")]),
                "invalid_request",
            ),
            (vec![("grant_type", "refresh_token")], "invalid_request"),
            (
                vec![("grant_type", "refresh_token"), ("refresh_token", "x")],
                "invalid_grant",
            ),
            (vec![("grant_type", "implicit")], "unsupported_grant_type"),
            (vec![("grant_type", "PASSWORD")], "unsupported_grant_type"),
            (
                by_password(&[("scope", "events:read nothing:at-all")]),
                "invalid_scope",
            ),
            (by_password(&[("scope", "users:write")]), "invalid_scope"),
        ];
        for (form, expected) in cases {
            let reply = app.post("/oauth/token").form(&form).await;
            assert_eq!(error(&reply), (400, expected.to_owned()), "{form:?}");
        }
        let revoke = app
            .post("/oauth/revoke")
            .form(&[("token_type_hint", "access_token")])
            .await;
        assert_eq!(error(&revoke), (400, "invalid_request".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn errors_of_the_framework_have_the_same_shape_below_oauth() {
    on_each_database(|app| async move {
        let body = json!({ "grant_type": "password", "username": EMAIL, "password": PASSWORD });
        let form = format!("grant_type=password&username={EMAIL}&password=x");
        let is = |status: u16| (status, "invalid_request".to_owned());
        assert_eq!(error(&app.post("/oauth/token").json(&body).await), is(415));
        assert_eq!(
            error(&app.post("/oauth/token").body("text/plain", form).await),
            is(415)
        );
        let long = format!("grant_type=password&username={}", "a".repeat(1024 * 1024));
        let urlencoded = "application/x-www-form-urlencoded";
        assert_eq!(
            error(&app.post("/oauth/token").body(urlencoded, long).await),
            is(413)
        );
        let get = app
            .get("/oauth/token")
            .query(&[("grant_type", "password")])
            .await;
        assert_eq!(error(&get), is(405));
        assert_eq!(get.header("allow"), "POST, OPTIONS");
        assert_eq!(error(&app.delete("/oauth/revoke").await), is(405));
        assert_eq!(error(&app.post("/oauth/authorize").await), is(404));
        // What a form says in its address is not read: addresses stand in logs.
        let pairs = [
            ("grant_type", "password"),
            ("username", EMAIL),
            ("password", PASSWORD),
        ];
        let reply = app
            .post("/oauth/token")
            .query(&pairs)
            .body(urlencoded, "")
            .await;
        assert_eq!(error(&reply).0, 400);
    })
    .await;
}

#[tokio::test]
async fn a_scope_narrows_a_session_and_refreshing_never_widens_it() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let form = |scope| {
            [
                ("grant_type", "password"),
                ("username", EMAIL),
                ("password", PASSWORD),
                ("scope", scope),
            ]
        };
        // What the role lacks is left out, and said.
        let reply = app
            .post("/oauth/token")
            .form(&form("users:write events:read"))
            .await;
        assert_eq!(reply.expect(200).text("scope"), "events:read");
        let narrow = signed_in(&officer, &reply);
        let event = json!({ "title": "Séance du club" });
        let refused = app.post("/v1/events").by(&narrow).json(&event).await;
        assert_eq!(refused.expect(403).problem(), "forbidden");
        assert_eq!(
            app.get("/v1/me").by(&narrow).await.body()["scopes"],
            json!(["events:read"])
        );

        let mut token = narrow.refresh_token;
        for scope in ["", "events:read", "events:read events:write"] {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", &token),
                ("scope", scope),
            ];
            let reply = app.post("/oauth/token").form(&form).await;
            assert_eq!(reply.expect(200).text("scope"), "events:read", "{scope}");
            token = reply.text("refresh_token");
        }
        // A scope that can't be given is refused, and the refresh token is not used up by it.
        for scope in ["events:write", "nothing:at-all"] {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", &token),
                ("scope", scope),
            ];
            let reply = app.post("/oauth/token").form(&form).await;
            assert_eq!(error(&reply), (400, "invalid_scope".to_owned()), "{scope}");
        }
        let last = refresh(&app, &token).await;
        assert_eq!(counts(&app, &signed_in(&officer, &last)).await, 200);
    })
    .await;
}
