//! Guessing passwords: how often one may be wrong, from where, and that nothing tells who exists.

use std::time::{Duration, Instant};

use api::config::RawSettings;
use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, PASSWORD, on_each_database, on_each_database_with};
use harness::http::{Call, Reply};
use serde_json::json;

const OFFICER: &str = "officer@petr.example";
const WRONG: &str = "une autre phrase de passe";

/// Behind a proxy on this machine, so that each call may come from elsewhere.
fn behind_a_proxy(raw: &mut RawSettings) {
    raw.trusted_proxies = "127.0.0.1".parse().ok();
}

fn from(app: &App, address: &str, email: &str, password: &str) -> Call {
    app.post("/oauth/token")
        .header("X-Forwarded-For", address)
        .form(&[
            ("grant_type", "password"),
            ("username", email),
            ("password", password),
        ])
}

async fn status(app: &App, address: &str, email: &str, password: &str) -> u16 {
    from(app, address, email, password).await.status
}

#[track_caller]
fn is_shut_out(reply: &Reply) {
    assert_eq!(reply.expect(429).text("error"), "temporarily_unavailable");
    assert_eq!(reply.header("retry-after"), "900");
}

#[tokio::test]
async fn ten_failures_shut_out_for_a_quarter_of_an_hour_whether_the_account_exists_or_not() {
    on_each_database_with(behind_a_proxy, |app| async move {
        app.staff(Role::Officer).await;
        for (address, email) in [("192.0.2.1", OFFICER), ("192.0.2.2", "nobody@petr.example")] {
            for _ in 0..10 {
                let reply = from(&app, address, email, WRONG).await;
                assert_eq!(reply.expect(400).text("error"), "invalid_grant");
            }
            is_shut_out(&from(&app, address, email, WRONG).await);
            is_shut_out(&from(&app, address, email, PASSWORD).await);
            // Another spelling of the address is the same account.
            is_shut_out(&from(&app, address, &email.to_uppercase(), PASSWORD).await);
        }
        app.advance(TimeDelta::seconds(899));
        is_shut_out(&from(&app, "192.0.2.1", OFFICER, PASSWORD).await);
        app.advance(TimeDelta::seconds(1));
        assert_eq!(status(&app, "192.0.2.1", OFFICER, PASSWORD).await, 200);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_signed_in_before_is_not_shut_out_by_others() {
    on_each_database_with(behind_a_proxy, |app| async move {
        app.staff(Role::Officer).await;
        assert_eq!(status(&app, "192.0.2.1", OFFICER, PASSWORD).await, 200);
        for last in 1..=10 {
            assert_eq!(
                status(&app, &format!("198.51.100.{last}"), OFFICER, WRONG).await,
                400
            );
        }
        // Guesses from many addresses count together, and shut out whoever is new.
        is_shut_out(&from(&app, "203.0.113.1", OFFICER, PASSWORD).await);
        assert_eq!(status(&app, "192.0.2.1", OFFICER, PASSWORD).await, 200);
        // Its own failures shut it out all the same, and what it knows elsewhere helps nobody.
        for _ in 0..10 {
            assert_eq!(status(&app, "192.0.2.1", OFFICER, WRONG).await, 400);
        }
        is_shut_out(&from(&app, "192.0.2.1", OFFICER, PASSWORD).await);
    })
    .await;
}

#[tokio::test]
async fn one_address_that_tries_many_accounts_is_shut_out() {
    on_each_database_with(behind_a_proxy, |app| async move {
        app.staff(Role::Officer).await;
        // Of an IPv6 network of one household, any address.
        for last in 1..=10 {
            let (address, email) = (
                format!("2001:db8::{last}"),
                format!("user{last}@petr.example"),
            );
            assert_eq!(status(&app, &address, &email, WRONG).await, 400);
        }
        is_shut_out(&from(&app, "2001:db8::ff", OFFICER, PASSWORD).await);
        assert_eq!(
            status(&app, "2001:db8:0:1::1", OFFICER, PASSWORD).await,
            200
        );
    })
    .await;
}

#[tokio::test]
async fn a_header_moves_nobody_where_no_proxy_is_trusted() {
    on_each_database(|app| async move {
        for last in 1..=10 {
            let (address, email) = (
                format!("192.0.2.{last}"),
                format!("user{last}@petr.example"),
            );
            assert_eq!(status(&app, &address, &email, WRONG).await, 400);
        }
        is_shut_out(&from(&app, "198.51.100.1", "user11@petr.example", WRONG).await);
    })
    .await;
}

#[tokio::test]
async fn of_thirty_guesses_at_once_ten_are_heard() {
    on_each_database_with(behind_a_proxy, |app| async move {
        app.staff(Role::Officer).await;
        // One account, then one address with an account a guess.
        for is_one_account in [true, false] {
            let calls: Vec<_> = (0..30)
                .map(|number| {
                    let call = match is_one_account {
                        true => from(&app, &format!("192.0.2.{number}"), OFFICER, WRONG),
                        false => {
                            let email = format!("user{number}@petr.example");
                            from(&app, "198.51.100.1", &email, WRONG)
                        }
                    };
                    tokio::spawn(call.into_future())
                })
                .collect();
            let mut heard = 0;
            for call in calls {
                let reply = call.await.unwrap();
                match reply.status {
                    400 => heard += 1,
                    _ => is_shut_out(&reply),
                }
            }
            assert_eq!(heard, 10, "one account: {is_one_account}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_that_was_found_does_not_help_to_guess_the_password() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let change = |current: &str| {
            let fresh = "un tandem bleu sous la pluie";
            let body = json!({ "current_password": current, "new_password": fresh });
            app.post("/v1/me/password").by(&officer).json(&body)
        };
        for _ in 0..10 {
            assert_eq!(change(WRONG).await.expect(409).problem(), "conflict");
        }
        let refused = change(PASSWORD).await;
        assert_eq!(refused.expect(429).problem(), "too-many-requests");
        assert_eq!(refused.header("retry-after"), "900");
        assert_eq!(app.sign_in(OFFICER, PASSWORD).await.status, 429);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    on_each_database_with(behind_a_proxy, |app| async move {
        let director = app.staff(Role::Director).await;
        // Made through the API, so that its hash costs what hashes cost.
        let body = json!({ "email": "real@petr.example", "name": "Réelle", "roles": ["officer"] });
        app.post("/v1/users")
            .by(&director)
            .json(&body)
            .await
            .expect(201);
        let (mut known, mut unknown, mut malformed) = (vec![], vec![], vec![]);
        for round in 0..9 {
            let address = format!("192.0.2.{round}");
            for (times, email) in [
                (&mut known, "real@petr.example"),
                (&mut unknown, "nobody@petr.example"),
                (&mut malformed, "no address"),
            ] {
                let begun = Instant::now();
                assert_eq!(status(&app, &address, email, WRONG).await, 400);
                times.push(begun.elapsed());
            }
        }
        let [known, unknown, malformed] = [known, unknown, malformed].map(median);
        for other in [unknown, malformed] {
            let ratio = other.as_secs_f64() / known.as_secs_f64();
            assert!(
                (0.4..2.5).contains(&ratio),
                "{known:?}, {unknown:?}, {malformed:?}"
            );
        }
    })
    .await;
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
