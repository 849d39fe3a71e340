//! Cursors: where a list went on, signed, and bound to the filters it was made for.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use persistence::Place;
use sha2::Sha256;
use uuid::Uuid;

/// Makes and reads cursors.
#[derive(Clone)]
pub(crate) struct Cursors {
    key: [u8; 32],
}

/// What a cursor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At {
    /// The row that it stands behind.
    pub(crate) place: Place,
    /// For a mirror: what the first page knew to be complete.
    pub(crate) synced_until: Option<DateTime<Utc>>,
}

const SIGNATURE: usize = 16;
const PLACE: usize = 8 + 16;
const LONGEST: usize = PLACE + 8;

impl Cursors {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The cursor that says so, for these filters.
    pub(crate) fn write(&self, at: At, filters: &str) -> String {
        let (moment, id) = at.place;
        let mut bytes = Vec::with_capacity(LONGEST + SIGNATURE);
        bytes.extend(moment.timestamp_micros().to_be_bytes());
        bytes.extend(id.as_bytes());
        if let Some(until) = at.synced_until {
            bytes.extend(until.timestamp_micros().to_be_bytes());
        }
        let signature = self.signature(&bytes, filters);
        bytes.extend(signature);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a cursor says; nothing when it is none of ours, or of other filters.
    pub(crate) fn read(&self, cursor: &str, filters: &str) -> Option<At> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (said, signature) = bytes.split_last_chunk::<SIGNATURE>()?;
        if self.signature(said, filters) != *signature {
            return None;
        }
        let (moment, rest) = said.split_first_chunk()?;
        let (id, until) = rest.split_first_chunk()?;
        let synced_until = match until {
            [] => None,
            until => Some(moment_of(until.try_into().ok()?)?),
        };
        Some(At {
            place: (moment_of(*moment)?, Uuid::from_bytes(*id)),
            synced_until,
        })
    }

    fn signature(&self, said: &[u8], filters: &str) -> [u8; SIGNATURE] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(said);
        mac.update(filters.as_bytes());
        // No text ends so: what is said and the filters can't be divided in another way.
        if said.len() > PLACE {
            mac.update(&[0xff]);
        }
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        let mut signature = [0; SIGNATURE];
        signature.copy_from_slice(&whole[..SIGNATURE]);
        signature
    }
}

fn moment_of(micros: [u8; 8]) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(i64::from_be_bytes(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_for_its_own_filters_only() {
        let cursors = Cursors::new([7; 32]);
        let moment = DateTime::from_timestamp_micros(1_520_000_000_123_456).unwrap();
        for synced_until in [None, Some(moment)] {
            let at = At {
                place: (moment, Uuid::max()),
                synced_until,
            };
            let cursor = cursors.write(at, "kind=visit");
            assert_eq!(cursors.read(&cursor, "kind=visit"), Some(at));
            assert_eq!(cursors.read(&cursor, "kind=workshop"), None);
            assert_eq!(Cursors::new([8; 32]).read(&cursor, "kind=visit"), None);
        }
    }

    #[test]
    fn filters_are_not_taken_for_a_part_of_the_cursor() {
        let cursors = Cursors::new([7; 32]);
        let at = At {
            place: (DateTime::UNIX_EPOCH, Uuid::max()),
            synced_until: None,
        };
        let cursor = cursors.write(at, "kind=visit");
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap();
        bytes.splice(PLACE..PLACE, *b"kind=vis");
        let forged = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        assert_eq!(cursors.read(&forged, "it"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_taken_for_a_cursor(text in ".{0,80}") {
            proptest::prop_assert_eq!(Cursors::new([7; 32]).read(&text, ""), None);
        }
    }
}
