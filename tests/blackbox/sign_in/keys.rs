//! Keys that take turns: what was signed before counts until it expires, on every instance.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::accounts::Role;
use ed25519_dalek::SigningKey;
use harness::app::{App, PASSWORD, on_each_database, on_each_database_with};
use harness::engines::Engine;
use persistence::{Act, Stop, StoreError, accounts};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::forge::{Forge, is_signed_by};
use super::{counts, signed_in};

/// What `rotate-keys` does; the name of the new key.
async fn rotate(app: &App, seed: u8) -> String {
    let secret = [seed; 32];
    let x = URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&secret).verifying_key().as_bytes());
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(members));
    let (named, act) = (kid.clone(), Act::system("keys_rotate", uuid::Uuid::nil()));
    let done: Result<(), Stop<StoreError>> = app
        .store
        .write(act, move |writing| {
            let kid = named.clone();
            Box::pin(async move {
                let until = writing.now() + TimeDelta::minutes(30);
                Ok(accounts::add_signing_key(writing, &kid, &secret, until).await?)
            })
        })
        .await;
    done.unwrap();
    kid
}

/// The published keys, once there are so many.
async fn published(app: &App, count: usize) -> Vec<Value> {
    for _ in 0..200 {
        let set = app.get("/.well-known/jwks.json").await.expect(200).body();
        let keys = set["keys"].as_array().unwrap().clone();
        if keys.len() == count {
            return keys;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{count} keys were awaited");
}

#[tokio::test]
async fn what_an_old_key_signed_counts_until_it_expires() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let old = published(&app, 1).await;
        app.advance(TimeDelta::minutes(1));
        let kid = rotate(&app, 1).await;
        let keys = published(&app, 2).await;
        assert_eq!(
            (&keys[0]["kid"], &keys[1]),
            (&Value::from(kid.as_str()), &old[0])
        );
        assert!(is_signed_by(&old[0], &officer.token));
        assert_eq!(counts(&app, &officer).await, 200);

        let reply = app.sign_in("officer@petr.example", PASSWORD).await;
        let fresh = signed_in(&officer, &reply);
        assert_eq!(
            Forge::of(&app, &fresh.token).await.header["kid"],
            kid.as_str()
        );
        assert!(is_signed_by(&keys[0], &fresh.token));
        assert_eq!(counts(&app, &fresh).await, 200);

        app.advance(TimeDelta::minutes(14));
        assert_eq!(counts(&app, &officer).await, 401);
        app.advance(TimeDelta::minutes(16));
        assert_eq!(published(&app, 1).await, keys[..1]);
    })
    .await;
}

#[tokio::test]
async fn another_instance_takes_a_token_of_a_key_that_it_has_not_seen() {
    let public = |raw: &mut api::config::RawSettings| {
        raw.public_url = "https://concertation.petr.example".parse().ok();
    };
    on_each_database_with(public, |app| async move {
        if app.engine != Engine::Postgres {
            return;
        }
        let officer = app.staff(Role::Officer).await;
        let other = app.another_instance_with(&app.url, public).await;
        assert_eq!(counts(&other, &officer).await, 200);
        for seed in 1..=3 {
            app.advance(TimeDelta::minutes(1));
            rotate(&app, seed).await;
            published(&app, 1 + usize::from(seed)).await;
            let fresh = app.sign_in("officer@petr.example", PASSWORD).await;
            // At once, and by all who come together.
            let fresh = signed_in(&officer, &fresh);
            let calls: Vec<_> = (0..8)
                .map(|_| tokio::spawn(other.get("/v1/me").by(&fresh).into_future()))
                .collect();
            for call in calls {
                assert_eq!(call.await.unwrap().status, 200);
            }
            assert_eq!(counts(&other, &officer).await, 200);
        }
        // What one instance ends is ended on the other as soon as it hears of it.
        let form = [("token", officer.refresh_token.as_str())];
        app.post("/oauth/revoke").form(&form).await.expect(200);
        assert_eq!(counts(&app, &officer).await, 401);
        let begun = std::time::Instant::now();
        while counts(&other, &officer).await != 401 {
            assert!(begun.elapsed() < std::time::Duration::from_secs(1));
        }
    })
    .await;
}
