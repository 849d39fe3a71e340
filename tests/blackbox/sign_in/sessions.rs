//! Sessions: refresh tokens that are used once, and all the ways in which a session ends.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, PASSWORD, Staff, on_each_database};
use harness::http::Reply;
use serde_json::json;

use super::{counts, refresh, signed_in};

const WRONG: &str = "une autre phrase de passe";

async fn revoke(app: &App, token: &str) -> Reply {
    app.post("/oauth/revoke").form(&[("token", token)]).await
}

async fn is_refused(app: &App, refresh_token: &str) -> bool {
    let reply = refresh(app, refresh_token).await;
    (reply.status, reply.text("error")) == (400, "invalid_grant".to_owned())
}

async fn another_session(app: &App, staff: &Staff) -> Staff {
    let email = app.get("/v1/me").by(staff).await.text("email");
    signed_in(staff, &app.sign_in(&email, PASSWORD).await)
}

#[tokio::test]
async fn a_revoked_access_token_dies_at_once_and_alone() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        assert_eq!(counts(&app, &officer).await, 200);
        let reply = revoke(&app, &officer.token).await;
        assert_eq!((reply.status, reply.bytes.len()), (200, 0));
        assert_eq!(counts(&app, &officer).await, 401);
        let public = app.get("/v1/events").by(&officer).await;
        assert_eq!(public.expect(401).problem(), "unauthorized");
        let next = signed_in(&officer, &refresh(&app, &officer.refresh_token).await);
        assert_eq!(counts(&app, &next).await, 200);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_refresh_token_ends_its_session_and_no_other() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let other = another_session(&app, &officer).await;
        let next = signed_in(&officer, &refresh(&app, &officer.refresh_token).await);
        // One that was used already belongs to the session as well.
        revoke(&app, &officer.refresh_token).await.expect(200);
        assert_eq!(counts(&app, &officer).await, 401);
        assert_eq!(counts(&app, &next).await, 401);
        assert!(is_refused(&app, &next.refresh_token).await);
        assert_eq!(counts(&app, &other).await, 200);
        // What is unknown, or ended before, is answered alike (RFC 7009, section 2.2).
        for token in [&next.refresh_token, &next.token, "garbage"] {
            let reply = revoke(&app, token).await;
            assert_eq!((reply.status, reply.bytes.len()), (200, 0));
        }
    })
    .await;
}

#[tokio::test]
async fn an_old_refresh_token_used_again_ends_the_whole_family() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let other = another_session(&app, &officer).await;
        let second = signed_in(&officer, &refresh(&app, &officer.refresh_token).await);
        let third = signed_in(&officer, &refresh(&app, &second.refresh_token).await);
        for one in [&officer, &second, &third] {
            assert_eq!(counts(&app, one).await, 200);
        }
        assert!(is_refused(&app, &officer.refresh_token).await);
        for one in [&officer, &second, &third] {
            assert_eq!(counts(&app, one).await, 401);
        }
        for one in [&officer, &second, &third] {
            assert!(is_refused(&app, &one.refresh_token).await);
        }
        assert_eq!(counts(&app, &other).await, 200);
        let trail = app
            .get("/v1/audit-entries")
            .query(&[("operation", "oauth_token"), ("limit", "200")])
            .by(&director)
            .await
            .expect(200)
            .body();
        let noted = trail["data"].as_array().unwrap();
        let noted = noted
            .iter()
            .filter(|entry| entry["facts"][0] == "session.reuse_detected");
        // Twice: the first, and once more when `officer` and `second` were tried after it.
        let subjects: Vec<_> = noted.map(|entry| entry["subject"]["id"].clone()).collect();
        assert_eq!(subjects.len(), 3);
        assert!(
            subjects
                .iter()
                .all(|id| id.is_string() && *id == subjects[0])
        );
    })
    .await;
}

#[tokio::test]
async fn of_twenty_who_refresh_at_once_one_succeeds_and_the_family_ends() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &officer.refresh_token),
        ];
        let calls: Vec<_> = (0..20)
            .map(|_| tokio::spawn(app.post("/oauth/token").form(&form).into_future()))
            .collect();
        let mut winners = vec![];
        for call in calls {
            let reply = call.await.unwrap();
            match reply.status {
                200 => winners.push(signed_in(&officer, &reply)),
                _ => assert_eq!(reply.expect(400).text("error"), "invalid_grant"),
            }
        }
        assert_eq!(winners.len(), 1);
        // Nobody can tell the thief from the owner, so both are out (RFC 9700, section 4.14.2).
        assert_eq!(counts(&app, &winners[0]).await, 401);
        assert_eq!(counts(&app, &officer).await, 401);
        assert!(is_refused(&app, &winners[0].refresh_token).await);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_often_it_is_refreshed() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        app.advance(TimeDelta::hours(6));
        let noon = signed_in(&officer, &refresh(&app, &officer.refresh_token).await);
        app.advance(TimeDelta::minutes(6 * 60 - 1));
        let last = signed_in(&officer, &refresh(&app, &noon.refresh_token).await);
        app.advance(TimeDelta::seconds(59));
        assert_eq!(counts(&app, &last).await, 200);
        app.advance(TimeDelta::seconds(1));
        assert_eq!(counts(&app, &last).await, 401);
        assert!(is_refused(&app, &last.refresh_token).await);
    })
    .await;
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once_and_told_as_a_wrong_password() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let wrong = app.sign_in("officer@petr.example", WRONG).await;
        let path = format!("/v1/users/{}", officer.id);
        let disabled = app.post(&format!("{path}/disable")).by(&director).await;
        assert_eq!(disabled.expect(200).text("state"), "disabled");

        assert_eq!(counts(&app, &officer).await, 401);
        assert_eq!(app.get("/v1/events").by(&officer).await.status, 401);
        assert!(is_refused(&app, &officer.refresh_token).await);
        let right = app.sign_in("officer@petr.example", PASSWORD).await;
        assert_eq!((right.status, right.bytes), (400, wrong.bytes));

        // What was ended stays ended.
        app.post(&format!("{path}/enable"))
            .by(&director)
            .await
            .expect(200);
        assert_eq!(counts(&app, &officer).await, 401);
        assert!(is_refused(&app, &officer.refresh_token).await);
        app.sign_in("officer@petr.example", PASSWORD)
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_role_taken_away_narrows_live_tokens_at_once() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let event = json!({ "title": "Séance du club" });
        app.post("/v1/events")
            .by(&officer)
            .json(&event)
            .await
            .expect(201);
        let path = format!("/v1/users/{}", officer.id);
        let roles = |roles: &[&str]| json!({ "roles": roles });
        let patch = app
            .patch(&path)
            .by(&director)
            .if_match("*")
            .json(&roles(&["referent"]));
        patch.await.expect(200);
        let refused = app.post("/v1/events").by(&officer).json(&event).await;
        assert_eq!(refused.expect(403).problem(), "forbidden");
        let me = app.get("/v1/me").by(&officer).await.expect(200).body();
        assert_eq!(
            me["scopes"],
            json!(
                super::scopes_of(Role::Referent)
                    .split(' ')
                    .collect::<Vec<_>>()
            )
        );
        let next = refresh(&app, &officer.refresh_token).await;
        assert_eq!(
            next.expect(200).text("scope"),
            super::scopes_of(Role::Referent)
        );
        // More than the session began with is not given to it either.
        let patch = app
            .patch(&path)
            .by(&director)
            .if_match("*")
            .json(&roles(&["director"]));
        patch.await.expect(200);
        let next = refresh(&app, &next.text("refresh_token")).await;
        assert_eq!(
            next.expect(200).text("scope"),
            super::scopes_of(Role::Officer)
        );
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let other = another_session(&app, &officer).await;
        let fresh = "un tandem bleu sous la pluie";
        let body = json!({ "current_password": PASSWORD, "new_password": fresh });
        let reply = app.post("/v1/me/password").by(&officer).json(&body).await;
        assert_eq!((reply.status, reply.bytes.len()), (204, 0));
        assert_eq!(counts(&app, &officer).await, 200);
        assert_eq!(counts(&app, &other).await, 401);
        assert!(is_refused(&app, &other.refresh_token).await);
        app.sign_in("officer@petr.example", PASSWORD)
            .await
            .expect(400);
        app.sign_in("officer@petr.example", fresh).await.expect(200);
        // One that the director sets ends them all.
        let path = format!("/v1/users/{}", officer.id);
        let body = json!({ "password": "une tortue verte au marché" });
        app.patch(&path)
            .by(&director)
            .if_match("*")
            .json(&body)
            .await
            .expect(200);
        assert_eq!(counts(&app, &officer).await, 401);
        assert!(is_refused(&app, &officer.refresh_token).await);
        app.sign_in("officer@petr.example", "une tortue verte au marché")
            .await
            .expect(200);
    })
    .await;
}
