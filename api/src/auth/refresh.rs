//! Opaque refresh tokens. The client is shown the token once; only its SHA-256 is stored, which is enough
//! for 256 random bits.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Lets people and secret scanners tell what a leaked string is.
const PREFIX: &str = "crt_";
const RANDOM_BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const ENCODED_CHARS: usize = 43;

/// A refresh token, as it is made and as it is found again.
pub(crate) struct RefreshToken;

impl RefreshToken {
    /// The token to show once and the hash to store.
    pub(crate) fn generate() -> (String, [u8; 32]) {
        let mut random = [0; RANDOM_BYTES];
        getrandom::fill(&mut random)
            .expect("the kernel's random source is ready before any service starts");
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
        let hash = Sha256::digest(token.as_bytes()).into();
        (token, hash)
    }

    /// The hash under which a presented token would be stored; none when it can't be one of ours.
    pub(crate) fn hash_of(token: &str) -> Option<[u8; 32]> {
        let encoded = token.strip_prefix(PREFIX)?;
        if encoded.len() != ENCODED_CHARS {
            return None;
        }
        // Decoding refuses other alphabets and stray last bits, so one token has one spelling.
        URL_SAFE_NO_PAD.decode(encoded).ok()?;
        Some(Sha256::digest(token.as_bytes()).into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_found_by_its_hash() {
        let (token, hash) = RefreshToken::generate();
        assert!(token.starts_with("crt_"));
        assert_eq!(token.len(), 47);
        assert_eq!(RefreshToken::hash_of(&token), Some(hash));
        assert_ne!(RefreshToken::generate().1, hash);
    }

    #[test]
    fn what_is_not_ours_has_no_hash() {
        let token = format!("crt_{}", "A".repeat(43));
        assert!(RefreshToken::hash_of(&token).is_some());
        let wrong = [
            String::new(),
            "crt_".into(),
            "A".repeat(47),
            format!("CRT_{}", "A".repeat(43)),
            format!("crt_{}", "A".repeat(42)),
            format!("crt_{}", "A".repeat(44)),
            format!("crt_{}=", "A".repeat(43)),
            format!("crt_{}+", "A".repeat(42)),
            format!("crt_{}B", "A".repeat(42)), // stray last bits: a second spelling
            format!(" {token}"),
            format!("crt_{}é", "A".repeat(41)),
        ];
        for token in wrong {
            assert_eq!(RefreshToken::hash_of(&token), None, "{token}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = RefreshToken::hash_of(&text);
        }
    }
}
