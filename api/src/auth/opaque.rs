//! Opaque secrets: refresh tokens, and what a partner's software signs in with. The client is shown one
//! once; only its SHA-256 is stored, which is enough for 256 random bits.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const RANDOM_BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const ENCODED_CHARS: usize = 43;

/// A kind of secret, by the prefix that lets people and secret scanners tell what a leaked string is.
pub(crate) struct Opaque(&'static str);

/// What renews a session.
pub(super) const REFRESH_TOKEN: Opaque = Opaque("crt_");

/// What a partner's software proves itself with.
pub(crate) const CLIENT_SECRET: Opaque = Opaque("ccs_");

impl Opaque {
    /// The secret to show once and the hash to store.
    pub(crate) fn generate(&self) -> (String, [u8; 32]) {
        let mut random = [0; RANDOM_BYTES];
        getrandom::fill(&mut random)
            .expect("the kernel's random source is ready before any service starts");
        self.of(random)
    }

    /// The secret of those bytes, and the hash to store.
    pub(crate) fn of(&self, bytes: [u8; RANDOM_BYTES]) -> (String, [u8; 32]) {
        let secret = format!("{}{}", self.0, URL_SAFE_NO_PAD.encode(bytes));
        let hash = Sha256::digest(secret.as_bytes()).into();
        (secret, hash)
    }

    /// The hash under which a presented secret would be stored; none when it can't be one of ours.
    pub(crate) fn hash_of(&self, secret: &str) -> Option<[u8; 32]> {
        let encoded = secret.strip_prefix(self.0)?;
        if encoded.len() != ENCODED_CHARS {
            return None;
        }
        // Decoding refuses other alphabets and stray last bits, so one secret has one spelling.
        URL_SAFE_NO_PAD.decode(encoded).ok()?;
        Some(Sha256::digest(secret.as_bytes()).into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_found_by_its_hash() {
        let (token, hash) = REFRESH_TOKEN.generate();
        assert!(token.starts_with("crt_"));
        assert_eq!(token.len(), 47);
        assert_eq!(REFRESH_TOKEN.hash_of(&token), Some(hash));
        assert_ne!(REFRESH_TOKEN.generate().1, hash);
    }

    #[test]
    fn what_is_not_ours_has_no_hash() {
        let token = format!("crt_{}", "A".repeat(43));
        assert!(REFRESH_TOKEN.hash_of(&token).is_some());
        let wrong = [
            String::new(),
            "crt_".into(),
            "A".repeat(47),
            format!("CRT_{}", "A".repeat(43)),
            format!("ccs_{}", "A".repeat(43)),
            format!("crt_{}", "A".repeat(42)),
            format!("crt_{}", "A".repeat(44)),
            format!("crt_{}=", "A".repeat(43)),
            format!("crt_{}+", "A".repeat(42)),
            format!("crt_{}B", "A".repeat(42)), // stray last bits: a second spelling
            format!(" {token}"),
            format!("crt_{}é", "A".repeat(41)),
        ];
        for token in wrong {
            assert_eq!(REFRESH_TOKEN.hash_of(&token), None, "{token}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = REFRESH_TOKEN.hash_of(&text);
        }
    }
}
