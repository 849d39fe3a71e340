//! Issuing, showing, rotating and revoking.

use domain::accounts::Role;
use harness::app::on_each_database;
use harness::behind;
use serde_json::json;

use super::*;

#[tokio::test]
async fn the_secret_is_shown_once_and_nowhere_again() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let body = json!({ "name": "Logiciel", "scopes": ["webhooks:write", "projects:read"] });
        let reply = issue(&app, &director, &garden, &body).await;
        let shown = reply.expect(201).body();
        let at = reply.header("location");
        assert_eq!(at, format!("/v1/clients/{}", text(&shown, "client_id")));
        assert_eq!(reply.header("cache-control"), "private, no-store");
        assert!(text(&shown, "client_secret").starts_with("ccs_"));
        assert_eq!(shown["scopes"], json!(["projects:read", "webhooks:write"]));
        assert_eq!(shown["organisation_id"], garden.as_str());
        let read = app.get(&at).by(&director).await.expect(200).body();
        let mut expected = shown.clone();
        expected.as_object_mut().unwrap().remove("client_secret");
        assert_eq!(read, expected);
        let list = format!("/v1/organisations/{garden}/clients");
        let list = app.get(&list).by(&director).await.expect(200).body();
        assert_eq!(list["data"], json!([expected]));
        let secret = text(&shown, "client_secret");
        let audit = app.get("/v1/audit-entries?limit=200").by(&director).await;
        assert!(!audit.expect(200).utf8().contains(secret));
    })
    .await;
}

#[tokio::test]
async fn the_same_key_gives_the_same_secret_which_is_stored_sealed() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let ask = || issue(&app, &director, &garden, &json!({})).header("Idempotency-Key", "k1");
        let first = ask().await;
        let again = ask().await;
        assert_eq!(first.expect(201).bytes, again.expect(201).bytes);
        let secret = first.text("client_secret");
        let kept = behind::texts(
            &app,
            match app.engine {
                harness::engines::Engine::Sqlite => {
                    "select hex(body) from idempotency_keys where body is not null"
                }
                harness::engines::Engine::Postgres => {
                    "select upper(encode(body, 'hex')) from idempotency_keys where body is not null"
                }
            },
        )
        .await;
        let plain: String = secret.bytes().map(|byte| format!("{byte:02X}")).collect();
        assert!(!kept.is_empty() && kept.iter().all(|body| !body.contains(&plain)));
    })
    .await;
}

#[tokio::test]
async fn what_no_partner_may_have_is_refused_by_name() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let refused = |body: Value| {
            let call = issue(&app, &director, &garden, &body);
            async move { call.await.expect(422).faults() }
        };
        let beyond = json!({ "scopes": ["projects:read", "projects:decide", "users:write"] });
        assert_eq!(
            refused(beyond).await,
            [
                "/scopes/1 scope_beyond_partners",
                "/scopes/2 scope_beyond_partners"
            ]
        );
        assert_eq!(refused(json!({ "scopes": [] })).await, ["/scopes required"]);
        let unknown = json!({ "scopes": ["everything"], "motif": 1 });
        assert_eq!(
            refused(unknown).await,
            ["/motif unknown_field", "/scopes/0 unknown_value"]
        );
        let past = json!({ "expires_at": "2026-11-24T08:59:59Z" });
        assert_eq!(refused(past).await, ["/expires_at in_the_past"]);
        let nobody = "0198c0a0-0000-7000-8000-000000000000";
        issue(&app, &director, nobody, &json!({})).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn while_the_secret_is_changed_both_count_for_as_long_as_was_said() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let first = issued(&app, &director, &garden, &json!({})).await;
        let second = change(
            &app,
            &director,
            &first,
            "rotate",
            &json!({ "overlap_hours": 1 }),
        );
        let second = second.await.expect(200).body();
        assert_ne!(first["client_secret"], second["client_secret"]);
        assert_eq!(second["previous_secret_until"], "2026-11-24T10:00:00Z");
        sign_in(&app, &first).await.expect(200);
        sign_in(&app, &second).await.expect(200);
        app.advance(chrono::TimeDelta::hours(1));
        let director = app.staff_named("d2@petr.example", &[Role::Director]).await;
        sign_in(&app, &first).await.expect(401);
        sign_in(&app, &second).await.expect(200);
        let at_once = change(
            &app,
            &director,
            &first,
            "rotate",
            &json!({ "overlap_hours": 0 }),
        );
        let third = at_once.await.expect(200).body();
        sign_in(&app, &second).await.expect(401);
        sign_in(&app, &third).await.expect(200);
        let too_long = change(
            &app,
            &director,
            &first,
            "rotate",
            &json!({ "overlap_hours": 721 }),
        );
        assert_eq!(
            too_long.await.expect(422).faults(),
            ["/overlap_hours out_of_range"]
        );
    })
    .await;
}

#[tokio::test]
async fn revoked_credentials_and_their_tokens_count_no_more_from_one_moment_to_the_next() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let client = issued(&app, &director, &garden, &json!({})).await;
        let other = issued(&app, &director, &garden, &json!({})).await;
        let (one, two) = (
            signed_in(&app, &client).await,
            signed_in(&app, &other).await,
        );
        me(&app, &one).await.expect(200);
        let stale = revoke(&app, &director, &client)
            .if_match("\"v9-staff-0\"")
            .await;
        assert_eq!(stale.expect(412).header("etag"), client["etag"]);
        let ended = revoke(&app, &director, &client).await.expect(200).body();
        assert_eq!(ended["state"], "revoked");
        assert_eq!(me(&app, &one).await.expect(401).problem(), "unauthorized");
        sign_in(&app, &client).await.expect(401);
        me(&app, &two).await.expect(200);
        let again = revoke(&app, &director, &client).await;
        assert_eq!(again.expect(409).problem(), "wrong-state");
        let rotated = change(&app, &director, &client, "rotate", &json!({})).await;
        assert_eq!(rotated.expect(409).problem(), "wrong-state");
    })
    .await;
}

#[tokio::test]
async fn what_expires_does_so_with_its_tokens() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let body = json!({ "expires_at": "2026-11-24T09:05:00Z" });
        let client = issued(&app, &director, &garden, &body).await;
        let partner = signed_in(&app, &client).await;
        me(&app, &partner).await.expect(200);
        app.advance(chrono::TimeDelta::minutes(5));
        me(&app, &partner).await.expect(401);
        sign_in(&app, &client).await.expect(401);
        let at = format!("/v1/clients/{}", text(&client, "id"));
        let read = app
            .get(&at)
            .by(&app.staff_named("d2@petr.example", &[Role::Director]).await);
        assert_eq!(read.await.expect(200).text("state"), "expired");
    })
    .await;
}

#[tokio::test]
async fn a_rotation_that_is_asked_again_gives_the_same_secret() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let client = issued(&app, &director, &garden, &json!({})).await;
        let path = format!("/v1/clients/{}/rotate", text(&client, "id"));
        let ask = || {
            let call = app.post(&path).by(&director).json(&json!({}));
            call.header("Idempotency-Key", "une fois")
        };
        let first = ask().await.expect(200).body();
        let again = ask().await.expect(200).body();
        assert_eq!(first, again);
        for secret in [
            text(&client, "client_secret"),
            text(&first, "client_secret"),
        ] {
            let signed = app.sign_in_client(text(&client, "client_id"), secret).await;
            signed.expect(200);
        }
        let all = harness::behind::everything_in(&app, "idempotency_keys").await;
        assert!(!all.contains(text(&first, "client_secret")));
    })
    .await;
}
