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
        let said = serde_json::json!([
            number,
            entry.id,
            entry.at.timestamp_micros(),
            entry.operation,
            entry.actor_kind,
            entry.actor_id,
            entry.subject_kind,
            entry.subject_id,
            entry.facts,
            entry.changes,
            entry.person_id,
            entry.sealed_changes.as_deref().map(hexadecimal),
            entry.request_id,
        ]);
        let mut hasher = Sha256::new();
        hasher.update(&self.hash);
        hasher.update(said.to_string().as_bytes());
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
