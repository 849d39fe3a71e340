//! The chain of the audit trail: what an entry's number and hash are, after the one before.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use super::StoreError;
use crate::entities::audit_entries::{Column, Entity, Model};

/// A link of the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// Its number; the chain begins with 1.
    pub(crate) number: i64,
    /// Its hash.
    pub(crate) hash: Vec<u8>,
}

impl Link {
    /// The last one; none before the first.
    pub(crate) async fn last(db: &impl ConnectionTrait) -> Result<Option<Self>, StoreError> {
        let sealed = Entity::find()
            .select_only()
            .columns([Column::Number, Column::Hash])
            .filter(Column::Number.is_not_null())
            .order_by_desc(Column::Number);
        let last: Option<(Option<i64>, Option<Vec<u8>>)> = sealed.into_tuple().one(db).await?;
        Ok(last.map(|(number, hash)| Self {
            number: number.unwrap_or(0),
            hash: hash.unwrap_or_default(),
        }))
    }

    /// The one that seals this entry, behind this one.
    ///
    /// Its hash is of the one before, of its number, and of all that the entry says. Encrypted values go
    /// in as they are stored, so that the chain outlives an erasure.
    pub(crate) fn next(&self, entry: &Model) -> Self {
        let number = self.number + 1;
        let said = (
            number,
            entry.id,
            entry.at.timestamp_micros(),
            &entry.operation,
            &entry.actor_kind,
            entry.actor_id,
            &entry.subject_kind,
            entry.subject_id,
            &entry.facts,
            &entry.changes,
            entry.person_id,
            entry.sealed_changes.as_deref().map(hexadecimal),
            entry.request_id,
        );
        let said = serde_json::to_vec(&said).expect("texts, numbers and ids have a form in JSON");
        let mut hasher = Sha256::new();
        hasher.update(&self.hash);
        hasher.update(&said);
        Self {
            number,
            hash: hasher.finalize().to_vec(),
        }
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    /// Chains that were sealed once must be told whole for ever.
    #[test]
    fn a_hash_never_changes_its_recipe() {
        let entry = Model {
            id: Uuid::from_u128(1),
            at: DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap(),
            operation: "events_create".to_owned(),
            actor_kind: "user".to_owned(),
            actor_id: Some(Uuid::from_u128(2)),
            subject_kind: "event".to_owned(),
            subject_id: None,
            facts: "event.created,event.published".to_owned(),
            changes: Some("{\"title\":{\"after\":\"L’été « à \\\"vélo\\\" »\\n\"}}".to_owned()),
            person_id: None,
            sealed_changes: Some(vec![0, 255]),
            request_id: Uuid::from_u128(3),
            number: None,
            hash: None,
        };
        let first = Link::default().next(&entry);
        let second = first.next(&entry);
        let said = serde_json::json!([
            2,
            entry.id,
            1_700_000_000_123_456_i64,
            "events_create",
            "user",
            entry.actor_id,
            "event",
            (),
            "event.created,event.published",
            entry.changes,
            (),
            "00ff",
            entry.request_id,
        ]);
        let expected = Sha256::digest([&first.hash[..], said.to_string().as_bytes()].concat());
        assert_eq!((second.number, second.hash), (2, expected.to_vec()));
    }
}
