//! Tokens made by hand, with the service's own key or without: what an attacker sends.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey, Verifier, VerifyingKey};
use harness::app::App;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// The parts of a token, and the key that signs what is made of them.
#[derive(Clone)]
pub(super) struct Forge {
    pub(super) header: Value,
    pub(super) claims: Value,
    key: SigningKey,
}

impl Forge {
    /// The parts of a real token, with the key that signed it, taken from the store.
    pub(super) async fn of(app: &App, token: &str) -> Self {
        let keys = persistence::accounts::signing_keys(&app.store, app.clock.now())
            .await
            .unwrap();
        let secret: [u8; 32] = keys[0].secret.as_slice().try_into().unwrap();
        let mut parts = token.split('.').map(decoded);
        let (header, claims) = (parts.next().unwrap(), parts.next().unwrap());
        Self {
            header,
            claims,
            key: SigningKey::from_bytes(&secret),
        }
    }

    pub(super) fn with_header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    pub(super) fn with_claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    pub(super) fn without_claim(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    pub(super) fn with_other_key(mut self) -> Self {
        self.key = SigningKey::from_bytes(&[7; 32]);
        self
    }

    fn unsigned(&self) -> String {
        format!("{}.{}", encoded(&self.header), encoded(&self.claims))
    }

    pub(super) fn token(&self) -> String {
        let signed = self.unsigned();
        let signature = self.key.sign(signed.as_bytes()).to_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub(super) fn without_signature(&self) -> String {
        format!("{}.", self.unsigned())
    }

    /// Signed by HMAC with what everybody knows: the public key, as this function writes it.
    pub(super) fn token_by_hmac(&self, secret: impl Fn(&[u8; 32]) -> Vec<u8>) -> String {
        let signed = self.unsigned();
        let public = secret(self.key.verifying_key().as_bytes());
        let mut mac = Hmac::<Sha256>::new_from_slice(&public).unwrap();
        mac.update(signed.as_bytes());
        let code = mac.finalize().into_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(code))
    }
}

/// Whether a key of the published set signed that token.
pub(super) fn is_signed_by(jwk: &Value, token: &str) -> bool {
    let x = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
    let key = VerifyingKey::from_bytes(&x.try_into().unwrap()).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&signature).unwrap();
    key.verify(signed.as_bytes(), &signature).is_ok()
}

pub(super) fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn decoded(part: &str) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
    serde_json::from_slice(&bytes).unwrap_or_default()
}
