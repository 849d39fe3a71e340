//! Access tokens: what is signed is read back, and everything else is refused.

use chrono::TimeZone as _;
use ed25519_dalek::Signer as _;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://agenda.example";
const AUDIENCE: &str = "https://agenda.example/v1";
const ISSUED: i64 = 1_900_000_000;
const EXPIRES: i64 = ISSUED + 900;

fn claims() -> Claims {
    Claims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: "01994f3c-7a10-7000-8000-000000000001".into(),
        jti: "01994f3c-7a10-7000-8000-000000000002".into(),
        iat: ISSUED,
        exp: EXPIRES,
        scope: "events:read events:write".into(),
        client_id: "swagger".into(),
        sid: Some("01994f3c-7a10-7000-8000-000000000003".into()),
        roles: vec!["director".into()],
    }
}

fn at(second: i64) -> DateTime<Utc> {
    Utc.timestamp_opt(second, 0).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_secret_bytes(&[7; 32])
}

fn verifier() -> Verifier {
    Verifier::new(ISSUER, AUDIENCE, [&key()])
}

fn verify(token: &str) -> Result<Claims, TokenError> {
    verifier().verify(token, at(ISSUED + 1))
}

/// A token with any header and payload, signed as it should be.
fn forge(header: &Value, payload: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(payload));
    let signature = key().key.sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn header() -> Value {
    json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": key().kid() })
}

fn payload() -> Value {
    serde_json::to_value(claims()).unwrap()
}

/// `value` with the member set, or removed when null.
fn with(mut value: Value, member: &str, to: Value) -> Value {
    let members = value.as_object_mut().unwrap();
    members.remove(member);
    if !to.is_null() {
        members.insert(member.into(), to);
    }
    value
}

#[test]
fn a_signed_token_says_its_claims() {
    let token = sign(&key(), &claims()).unwrap();
    assert_eq!(verify(&token), Ok(claims()));
    assert_eq!(verify(&forge(&header(), &payload())), Ok(claims()));
    let head = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(
        (head.typ.as_deref(), head.alg),
        (Some("at+jwt"), Algorithm::EdDSA)
    );
    assert_eq!(head.kid.as_deref(), Some(key().kid()));
}

#[test]
fn a_stored_key_is_the_same_key() {
    let key = SigningKey::generate();
    let again = SigningKey::from_secret_bytes(&key.to_secret_bytes());
    assert_eq!((again.kid(), again.jwk()), (key.kid(), key.jwk()));
    assert_ne!(SigningKey::generate().kid(), key.kid());
    assert_eq!(
        format!("{key:?}"),
        format!("SigningKey {{ kid: {:?}, .. }}", key.kid())
    );
}

#[test]
fn the_key_set_entry_is_public_and_readable_by_others() {
    let value = key().jwk();
    let members: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(members, ["kty", "crv", "x", "use", "alg", "kid"]);
    let jwk: Jwk = serde_json::from_value(value).unwrap();
    assert_eq!(jwk.thumbprint(ThumbprintHash::SHA256).unwrap(), key().kid());
    let token = sign(&key(), &claims()).unwrap();
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[AUDIENCE]);
    let decoding = DecodingKey::from_jwk(&jwk).unwrap();
    jsonwebtoken::decode::<Claims>(&token, &decoding, &validation).unwrap();
}

#[test]
fn the_thumbprint_is_that_of_rfc_8037() {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    assert_eq!(thumbprint(x), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn two_keys_may_be_valid_at_a_time() {
    let (old, new, other) = (key(), SigningKey::generate(), SigningKey::generate());
    let verifier = Verifier::new(ISSUER, AUDIENCE, [&old, &new]);
    for key in [&old, &new] {
        assert!(
            verifier
                .verify(&sign(key, &claims()).unwrap(), at(ISSUED))
                .is_ok()
        );
    }
    let token = sign(&other, &claims()).unwrap();
    assert_eq!(
        verifier.verify(&token, at(ISSUED)),
        Err(TokenError::UnknownKey)
    );
    let none = Verifier::new(ISSUER, AUDIENCE, []);
    assert_eq!(none.verify(&token, at(ISSUED)), Err(TokenError::UnknownKey));
}

#[test]
fn another_key_under_a_known_name_is_a_bad_signature() {
    let mut other = SigningKey::generate();
    other.kid = key().kid;
    assert_eq!(
        verify(&sign(&other, &claims()).unwrap()),
        Err(TokenError::BadSignature)
    );
}

#[test]
fn no_other_algorithm_is_taken() {
    // The classic: the public key, which everybody has, as the secret of an HMAC.
    let public = key().key.verifying_key();
    let secrets = [
        public.as_bytes().to_vec(),
        public_x(&key().key).into_bytes(),
    ];
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        for secret in &secrets {
            let mut head = Header::new(algorithm);
            head.typ = Some(TYPE.into());
            head.kid = Some(key().kid);
            let token = jsonwebtoken::encode(&head, &claims(), &EncodingKey::from_secret(secret));
            let token = token.unwrap();
            assert_eq!(verify(&token), Err(TokenError::Malformed));
            let (_, rest) = token.split_once('.').unwrap();
            let renamed = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header().to_string()));
            assert_eq!(verify(&renamed), Err(TokenError::BadSignature));
        }
    }
    for algorithm in [
        "none", "None", "NONE", "", "RS256", "PS256", "ES256", "ES384", "eddsa",
    ] {
        let forged = forge(&with(header(), "alg", json!(algorithm)), &payload());
        assert_eq!(verify(&forged), Err(TokenError::Malformed), "{algorithm}");
        let (unsigned, _) = forged.rsplit_once('.').unwrap();
        assert_eq!(
            verify(&format!("{unsigned}.")),
            Err(TokenError::Malformed),
            "{algorithm}"
        );
    }
    let (unsigned, _) = forge(&header(), &payload())
        .rsplit_once('.')
        .map(own)
        .unwrap();
    assert_eq!(
        verify(&format!("{unsigned}.")),
        Err(TokenError::BadSignature)
    );
}

fn own((one, two): (&str, &str)) -> (String, String) {
    (one.into(), two.into())
}

#[test]
fn the_header_says_an_access_token_and_nothing_that_must_be_understood() {
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/at+JWT",
    ] {
        let token = forge(&with(header(), "typ", json!(typ)), &payload());
        assert_eq!(verify(&token), Ok(claims()), "{typ}");
    }
    for typ in [
        json!("JWT"),
        json!("id+jwt"),
        json!(""),
        json!(7),
        json!("text/at+jwt"),
        Value::Null,
    ] {
        let token = forge(&with(header(), "typ", typ.clone()), &payload());
        assert_eq!(verify(&token), Err(TokenError::Malformed), "{typ}");
    }
    let critical = with(header(), "crit", json!(["exp"]));
    assert_eq!(
        verify(&forge(&critical, &payload())),
        Err(TokenError::Malformed)
    );
    let nameless = with(header(), "kid", Value::Null);
    assert_eq!(
        verify(&forge(&nameless, &payload())),
        Err(TokenError::Malformed)
    );
    let unknown = with(header(), "kid", json!("another"));
    assert_eq!(
        verify(&forge(&unknown, &payload())),
        Err(TokenError::UnknownKey)
    );
    // A key that the token brings along is not asked.
    let brought = with(header(), "jwk", SigningKey::generate().jwk());
    assert_eq!(verify(&forge(&brought, &payload())), Ok(claims()));
}

#[test]
fn issuer_and_audience_are_exact() {
    let changed = |member, to| verify(&forge(&header(), &with(payload(), member, to)));
    for issuer in ["https://other.example", "https://agenda.example/", ""] {
        assert_eq!(changed("iss", json!(issuer)), Err(TokenError::WrongIssuer));
    }
    for audience in ["https://agenda.example", "HTTPS://agenda.example/v1", ""] {
        assert_eq!(
            changed("aud", json!(audience)),
            Err(TokenError::WrongAudience)
        );
    }
    assert_eq!(
        changed("aud", json!([AUDIENCE, "other"])),
        Err(TokenError::Malformed)
    );
    assert_eq!(changed("iss", json!([ISSUER])), Err(TokenError::Malformed));
}

#[test]
fn every_claim_is_required() {
    // A partner's token has neither session nor roles, and is looked up by what it stands for.
    let needed = |member: &&String| !["sid", "roles"].contains(&member.as_str());
    for member in payload().as_object().unwrap().keys().filter(needed) {
        let token = forge(&header(), &with(payload(), member, Value::Null));
        assert_eq!(verify(&token), Err(TokenError::Malformed), "{member}");
    }
    let token = forge(
        &header(),
        &with(payload(), "more", json!({ "is": ["ignored"] })),
    );
    assert_eq!(verify(&token), Ok(claims()));
}

#[test]
fn times_are_judged_at_the_given_moment() {
    let token = sign(&key(), &claims()).unwrap();
    let verdict = |second| verifier().verify(&token, at(second)).map(|_| ());
    assert_eq!(verdict(ISSUED - 6), Err(TokenError::NotYet));
    assert_eq!(verdict(ISSUED - 5), Ok(()));
    assert_eq!(verdict(EXPIRES - 1), Ok(()));
    assert_eq!(verdict(EXPIRES), Err(TokenError::Expired));
    assert_eq!(verdict(i64::from(i32::MAX) * 2), Err(TokenError::Expired));

    let not_before =
        |second: i64| verify(&forge(&header(), &with(payload(), "nbf", json!(second))));
    assert_eq!(not_before(ISSUED + 6), Ok(claims()));
    assert_eq!(not_before(ISSUED + 7), Err(TokenError::NotYet));
    for odd in [json!("soon"), json!(1.5), json!(u64::MAX), json!({})] {
        for member in ["exp", "iat", "nbf"] {
            let token = forge(&header(), &with(payload(), member, odd.clone()));
            assert_eq!(verify(&token), Err(TokenError::Malformed), "{member} {odd}");
        }
    }
}

#[test]
fn no_byte_can_be_changed_or_left_out() {
    let token = sign(&key(), &claims()).unwrap();
    for place in 0..token.len() {
        let other = if token.as_bytes()[place] == b'A' {
            "B"
        } else {
            "A"
        };
        let mut changed = token.clone();
        changed.replace_range(place..=place, other);
        assert!(verify(&changed).is_err(), "{place}");
        assert!(verify(&token[..place]).is_err(), "{place}");
    }
    assert!(verify(&format!("{token}.")).is_err());
    assert!(verify(&format!("{token}=")).is_err());
    assert!(verify(&format!(" {token}")).is_err());
}

#[test]
fn what_is_huge_is_not_decoded() {
    let long = with(payload(), "scope", json!("x".repeat(MAX_TOKEN_BYTES)));
    assert_eq!(verify(&forge(&header(), &long)), Err(TokenError::Malformed));
    assert_eq!(verify(&"a.".repeat(1 << 20)), Err(TokenError::Malformed));
    let deep = format!("{}1{}", "[".repeat(3000), "]".repeat(3000));
    let deep = format!("{}.e30.", URL_SAFE_NO_PAD.encode(deep));
    assert_eq!(verify(&deep), Err(TokenError::Malformed));
}

proptest! {
    #[test]
    fn any_text_is_refused(text in ".*") {
        prop_assert!(verify(&text).is_err());
    }

    #[test]
    fn any_three_parts_are_refused(header in ".*", payload in ".*", signature in any::<[u8; 64]>()) {
        let parts = [header.as_bytes(), payload.as_bytes(), &signature].map(|part| URL_SAFE_NO_PAD.encode(part));
        prop_assert!(verify(&parts.join(".")).is_err());
    }

    #[test]
    fn any_signed_payload_is_answered(payload in ".*", typ in "[a-z+/]{0,8}") {
        let _ = verify(&forge(&with(header(), "typ", json!(typ)), &json!(payload)));
        prop_assert_eq!(verify(&forge(&header(), &json!(payload))), Err(TokenError::Malformed));
    }
}
