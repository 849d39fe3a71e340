//! Access tokens: JWTs of RFC 9068, signed EdDSA over Ed25519. Keys are handed in and the moment too; who
//! was revoked meanwhile is for the caller to know.

use std::collections::HashMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const ALGORITHM: Algorithm = Algorithm::EdDSA;
const TYPE: &str = "at+jwt";

/// Ours have some 600 bytes; nothing longer is worth decoding.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// How far the clocks of two instances may differ before a fresh token seems to come from the future.
/// None is granted at the end: an expired token is expired.
const LEEWAY_SECONDS: i64 = 5;

/// Why a token was refused, or could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("this is no access token of this service")]
    Malformed,
    #[error("the token was signed with a key that is not known, or no longer")]
    UnknownKey,
    #[error("the token's signature is wrong")]
    BadSignature,
    #[error("the token was issued by another service")]
    WrongIssuer,
    #[error("the token was issued for another service")]
    WrongAudience,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYet,
    #[error("the token could not be signed: {0}")]
    Signing(String),
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The service that issued it.
    pub(crate) iss: String,
    /// The service it is for.
    pub(crate) aud: String,
    /// The account's id.
    pub(crate) sub: String,
    /// The token's own id.
    pub(crate) jti: String,
    /// When it was issued, in seconds since 1970.
    pub(crate) iat: i64,
    /// The first second at which it is worth nothing.
    pub(crate) exp: i64,
    /// What it may do, separated by spaces.
    pub(crate) scope: String,
    /// The program that asked for it.
    pub(crate) client_id: String,
    /// The session it belongs to, and dies with.
    pub(crate) sid: String,
    /// The account's roles.
    pub(crate) roles: Vec<String>,
}

/// A key that signs tokens.
pub(crate) struct SigningKey {
    key: ed25519_dalek::SigningKey,
    encoding: EncodingKey,
    kid: String,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// A new random key.
    pub(crate) fn generate() -> Self {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)
            .expect("the kernel's random source is ready before any service starts");
        Self::from_secret_bytes(&secret)
    }

    /// The key of these bytes: any 32 are one.
    pub(crate) fn from_secret_bytes(secret: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(secret);
        let der = key
            .to_pkcs8_der()
            .expect("a key of fixed size has a DER form");
        let encoding = EncodingKey::from_ed_der(der.as_bytes());
        let kid = thumbprint(&public_x(&key));
        Self { key, encoding, kid }
    }

    /// What to wrap and store.
    pub(crate) fn to_secret_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// The key's name: its RFC 7638 thumbprint.
    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half, as the key set shows it (RFC 8037).
    pub(crate) fn jwk(&self) -> serde_json::Value {
        serde_json::json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "x": public_x(&self.key),
            "use": "sig",
            "alg": "EdDSA",
            "kid": self.kid,
        })
    }
}

fn public_x(key: &ed25519_dalek::SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes())
}

/// The required members in the order of their names and without a space, hashed (RFC 7638, RFC 8037).
fn thumbprint(x: &str) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members.as_bytes()))
}

/// The token that says `claims`.
///
/// # Errors
/// [`TokenError::Signing`], which no claims of this shape give.
pub(crate) fn sign(key: &SigningKey, claims: &Claims) -> Result<String, TokenError> {
    let mut header = Header::new(ALGORITHM);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key.kid.clone());
    jsonwebtoken::encode(&header, claims, &key.encoding)
        .map_err(|error| TokenError::Signing(error.to_string()))
}

/// Verifies tokens against the keys that are valid now.
pub(crate) struct Verifier {
    keys: HashMap<String, DecodingKey>,
    issuer: String,
    audience: String,
    validation: Validation,
}

/// Our claims and the one that others may add.
#[derive(Deserialize)]
struct Received {
    #[serde(flatten)]
    claims: Claims,
    nbf: Option<i64>,
}

impl Verifier {
    /// A verifier of what `issuer` signs for `audience` with any of `keys`.
    pub(crate) fn new<'a>(
        issuer: impl Into<String>,
        audience: impl Into<String>,
        keys: impl IntoIterator<Item = &'a SigningKey>,
    ) -> Self {
        let decoding = |key: &SigningKey| {
            (
                key.kid.clone(),
                DecodingKey::from_ed_der(key.key.verifying_key().as_bytes()),
            )
        };
        let mut validation = Validation::new(ALGORITHM);
        // The library would ask the machine's clock, and take one right audience among many: both are
        // checked here.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        Self {
            keys: keys.into_iter().map(decoding).collect(),
            issuer: issuer.into(),
            audience: audience.into(),
            validation,
        }
    }

    /// What the token says, if it is ours, unchanged and valid at `now`.
    ///
    /// # Errors
    /// The first reason to refuse it.
    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let key = self.key_of(token)?;
        let Received { claims, nbf } = jsonwebtoken::decode(token, key, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidSignature => TokenError::BadSignature,
                _ => TokenError::Malformed,
            })?
            .claims;
        if claims.iss != self.issuer {
            return Err(TokenError::WrongIssuer);
        }
        if claims.aud != self.audience {
            return Err(TokenError::WrongAudience);
        }
        let now = now.timestamp();
        if now >= claims.exp {
            return Err(TokenError::Expired);
        }
        if nbf.unwrap_or(claims.iat).max(claims.iat) > now.saturating_add(LEEWAY_SECONDS) {
            return Err(TokenError::NotYet);
        }
        Ok(claims)
    }

    /// The key that the header names. Nothing else is taken from the header: it is not yet verified.
    fn key_of(&self, token: &str) -> Result<&DecodingKey, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Malformed)?;
        let typ = header.typ.unwrap_or_default().to_ascii_lowercase();
        // `crit` lists what must be understood, and nothing is (RFC 7515, 4.1.11).
        if header.alg != ALGORITHM
            || typ.strip_prefix("application/").unwrap_or(&typ) != TYPE
            || header.crit.is_some()
        {
            return Err(TokenError::Malformed);
        }
        let kid = header.kid.ok_or(TokenError::Malformed)?;
        self.keys.get(&kid).ok_or(TokenError::UnknownKey)
    }
}

#[cfg(test)]
mod tests {
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
            sid: "01994f3c-7a10-7000-8000-000000000003".into(),
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
                let token =
                    jsonwebtoken::encode(&head, &claims(), &EncodingKey::from_secret(secret));
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
        for member in payload().as_object().unwrap().keys() {
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
}
