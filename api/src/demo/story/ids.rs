//! Ids that are the same in every demonstration, so that the documentation can name them: shaped as
//! UUIDv7, of the moment of the story, their chance drawn from the name of the thing.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use domain::kernel::Ids;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The ids of one thing of the story: its own first, then those of its parts.
pub(super) struct StoryIds {
    key: Cow<'static, str>,
    millis: u64,
    count: u16,
}

impl StoryIds {
    /// Of one thing of a sort.
    pub(super) fn of_two(kind: &str, key: &str, since: DateTime<Utc>) -> Self {
        Self {
            key: format!("{kind}/{key}").into(),
            ..Self::of("", since)
        }
    }

    pub(super) fn of(key: &'static str, since: DateTime<Utc>) -> Self {
        Self {
            key: key.into(),
            millis: since.timestamp_millis().max(0).unsigned_abs(),
            count: 0,
        }
    }
}

impl Ids for StoryIds {
    fn next(&mut self) -> Uuid {
        let digest = Sha256::digest(format!("{}/{}", self.key, self.count));
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&digest[..10]);
        // The twelve bits behind the moment count up, so that each id is later than the one before.
        bytes[..2].copy_from_slice(&self.count.to_be_bytes());
        self.count += 1;
        uuid::Builder::from_unix_timestamp_millis(self.millis, &bytes).into_uuid()
    }
}
