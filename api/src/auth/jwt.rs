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
    /// The id of the account, or of the partner's credentials.
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
    /// The session it belongs to, and dies with; a partner's has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<String>,
    /// The account's roles; a partner has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
mod tests;
