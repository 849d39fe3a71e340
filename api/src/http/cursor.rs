//! Cursors: where a list went on, signed, and bound to the filters it was made for.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use persistence::Place;
use sha2::Sha256;
use uuid::Uuid;

/// Makes and reads cursors.
#[derive(Clone)]
pub(crate) struct Cursors {
    key: [u8; 32],
}

const SIGNATURE: usize = 16;
const LENGTH: usize = 8 + 16 + SIGNATURE;

impl Cursors {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The cursor behind a row, for these filters.
    pub(crate) fn write(&self, (at, id): Place, filters: &str) -> String {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(at.timestamp_micros().to_be_bytes());
        bytes.extend(id.as_bytes());
        let signature = self.signature(&bytes, filters);
        bytes.extend(signature);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The row that a cursor stands behind; nothing when it is none of ours, or of other filters.
    pub(crate) fn read(&self, cursor: &str, filters: &str) -> Option<Place> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .filter(|b| b.len() == LENGTH)?;
        let (said, signature) = bytes.split_at(LENGTH - SIGNATURE);
        if self.signature(said, filters) != signature {
            return None;
        }
        let micros = i64::from_be_bytes(said[..8].try_into().ok()?);
        let id = Uuid::from_slice(&said[8..]).ok()?;
        Some((DateTime::from_timestamp_micros(micros)?, id))
    }

    fn signature(&self, said: &[u8], filters: &str) -> [u8; SIGNATURE] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(said);
        mac.update(filters.as_bytes());
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        let mut signature = [0; SIGNATURE];
        signature.copy_from_slice(&whole[..SIGNATURE]);
        signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_for_its_own_filters_only() {
        let cursors = Cursors::new([7; 32]);
        let place = (
            DateTime::from_timestamp_micros(1_520_000_000_123_456).unwrap(),
            Uuid::max(),
        );
        let cursor = cursors.write(place, "kind=visit");
        assert_eq!(cursors.read(&cursor, "kind=visit"), Some(place));
        assert_eq!(cursors.read(&cursor, "kind=workshop"), None);
        assert_eq!(Cursors::new([8; 32]).read(&cursor, "kind=visit"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_taken_for_a_cursor(text in ".{0,80}") {
            proptest::prop_assert_eq!(Cursors::new([7; 32]).read(&text, ""), None);
        }
    }
}
