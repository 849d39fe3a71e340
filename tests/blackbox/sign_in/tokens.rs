//! Access tokens: what they say, and that nobody else makes any.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, on_each_database};
use serde_json::json;

use super::forge::{Forge, is_signed_by};

/// What a public and a closed operation answer to a token.
async fn answers(app: &App, token: &str) -> Vec<(u16, String)> {
    let mut seen = vec![];
    for path in ["/v1/events", "/v1/me", "/v1/nothing-here"] {
        let reply = app
            .get(path)
            .header("Authorization", &format!("Bearer {token}"))
            .await;
        if reply.status == 401 {
            assert_eq!(
                reply.header("www-authenticate"),
                "Bearer realm=\"concertation\", error=\"invalid_token\""
            );
            assert!(reply.header("cache-control").contains("no-store"));
        }
        let kind = if reply.status < 400 {
            String::new()
        } else {
            reply.problem()
        };
        seen.push((reply.status, kind));
    }
    seen
}

fn taken() -> Vec<(u16, String)> {
    vec![
        (200, String::new()),
        (200, String::new()),
        (404, "not-found".to_owned()),
    ]
}

fn refused() -> Vec<(u16, String)> {
    let one = (401, "unauthorized".to_owned());
    vec![one.clone(), one, (404, "not-found".to_owned())]
}

#[tokio::test]
async fn a_token_is_what_rfc_9068_says() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let token = Forge::of(&app, &officer.token).await;
        let jwks = app.get("/.well-known/jwks.json").await.expect(200).body();
        assert_eq!(jwks["keys"].as_array().unwrap().len(), 1);
        let jwk = &jwks["keys"][0];
        assert!(is_signed_by(jwk, &officer.token));
        let mut members: Vec<_> = jwk.as_object().unwrap().keys().cloned().collect();
        members.sort();
        assert_eq!(
            members,
            ["alg", "crv", "kid", "kty", "use", "x"],
            "nothing secret"
        );
        let expected = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": jwk["kid"] });
        assert_eq!(token.header, expected);

        let metadata = app
            .get("/.well-known/oauth-authorization-server")
            .await
            .body();
        let issuer = metadata["issuer"].as_str().unwrap();
        assert_eq!(
            metadata["jwks_uri"],
            format!("{issuer}/.well-known/jwks.json")
        );
        let now = app.clock.now().timestamp();
        let claims = &token.claims;
        let (sid, jti) = (claims["sid"].clone(), claims["jti"].clone());
        assert_eq!(
            *claims,
            json!({
                "iss": issuer, "aud": issuer, "sub": officer.id, "jti": jti, "sid": sid,
                "iat": now, "exp": now + 900, "client_id": "swagger", "roles": ["officer"],
                "scope": super::scopes_of(Role::Officer),
            })
        );
        let again = app
            .sign_in("officer@petr.example", harness::app::PASSWORD)
            .await;
        let again = Forge::of(&app, &again.text("access_token")).await.claims;
        assert_ne!(again["jti"], jti);
        assert_ne!(again["sid"], sid);
    })
    .await;
}

#[tokio::test]
async fn a_forged_token_is_refused_on_public_reads_too() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let ours = Forge::of(&app, &officer.token).await;
        let same = || ours.clone();
        // The forge itself works, so what follows is refused for the reason that is given.
        assert_eq!(answers(&app, &same().token()).await, taken());
        let later = app.clock.now().timestamp() + 60;
        let raw = |public: &[u8; 32]| public.to_vec();
        let pem = |public: &[u8; 32]| {
            use base64::Engine as _;
            let coded = base64::prelude::BASE64_STANDARD.encode(public);
            format!(
                "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA{coded}\n-----END PUBLIC KEY-----\n"
            )
            .into_bytes()
        };
        let huge = same().with_claim("more", "x".repeat(20_000)).token();
        let cut = &officer.token[..officer.token.len() - 4];
        for (what, token) in [
            (
                "alg none",
                same().with_header("alg", "none").without_signature(),
            ),
            (
                "alg None, signed",
                same().with_header("alg", "None").token(),
            ),
            ("no signature", same().without_signature()),
            (
                "HS256, raw key",
                same().with_header("alg", "HS256").token_by_hmac(raw),
            ),
            (
                "HS256, PEM",
                same().with_header("alg", "HS256").token_by_hmac(pem),
            ),
            ("RS256", same().with_header("alg", "RS256").token()),
            ("HMAC under EdDSA", same().token_by_hmac(raw)),
            ("another key, our kid", same().with_other_key().token()),
            (
                "an unknown kid",
                same().with_header("kid", "unknown").token(),
            ),
            (
                "a kid that is a path",
                same().with_header("kid", "../../dev/null").token(),
            ),
            (
                "a kid that is SQL",
                same().with_header("kid", "' or 1=1 --").token(),
            ),
            (
                "a key of its own",
                same()
                    .with_other_key()
                    .with_header("jwk", json!({}))
                    .token(),
            ),
            (
                "critical",
                same().with_header("crit", json!(["exp"])).token(),
            ),
            ("an id token", same().with_header("typ", "JWT").token()),
            (
                "another audience",
                same().with_claim("aud", "https://other.example").token(),
            ),
            (
                "one audience of many",
                same()
                    .with_claim("aud", json!([ours.claims["aud"]]))
                    .token(),
            ),
            (
                "another issuer",
                same().with_claim("iss", "https://other.example").token(),
            ),
            ("expired", same().with_claim("exp", later - 60).token()),
            ("without end", same().without_claim("exp").token()),
            ("not issued yet", same().with_claim("iat", later).token()),
            ("not valid yet", same().with_claim("nbf", later).token()),
            (
                "another session",
                same().with_claim("sid", officer.id.as_str()).token(),
            ),
            ("no session", same().without_claim("sid").token()),
            ("huge", huge),
            ("cut", cut.to_owned()),
            (
                "two parts",
                officer.token.rsplit_once('.').unwrap().0.to_owned(),
            ),
            ("four parts", format!("{}.x", officer.token)),
            ("garbage", "garbage".to_owned()),
            ("points", "..".to_owned()),
            ("nothing", String::new()),
            ("the refresh token", officer.refresh_token.clone()),
        ] {
            assert_eq!(answers(&app, &token).await, refused(), "{what}");
        }
        for value in ["Basic c3dhZ2dlcjo=", "Basic", "Bearer", "", &officer.token] {
            let reply = app.get("/v1/events").header("Authorization", value).await;
            assert_eq!(reply.expect(401).problem(), "unauthorized", "{value}");
        }
        // A scope that is written into a token and that the account has not is worth nothing.
        let wide = same()
            .with_claim("scope", "events:read users:write users:read")
            .token();
        let bearer = format!("Bearer {wide}");
        let reply = app.get("/v1/users").header("Authorization", &bearer).await;
        assert_eq!(reply.expect(403).problem(), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn a_token_lives_for_a_quarter_of_an_hour() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        app.advance(TimeDelta::seconds(899));
        assert_eq!(answers(&app, &officer.token).await, taken());
        app.advance(TimeDelta::seconds(1));
        assert_eq!(answers(&app, &officer.token).await, refused());
    })
    .await;
}
