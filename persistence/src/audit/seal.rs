//! Sealing: entries get their number and their link to the one before, just after they were
//! committed, so that the chain never lines writers up.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::entities::audit_entries::{self, Column, Entity};
use crate::store::{Act, Actor, Stop, Store, StoreError, Writing, dialect};

/// How many entries one transaction seals: a write of this size passes unnoticed.
const BATCH: u64 = 500;

/// The last link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number; the chain begins with 1.
    pub number: i64,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

/// Seals what is not sealed yet, and says how many entries that was.
///
/// # Errors
/// The database can't be reached.
pub async fn seal(store: &Store) -> Result<u64, StoreError> {
    let mut sealed = 0;
    while is_waiting(store).await? {
        let act = Act {
            actor: Actor::System,
            operation: "audit_seal",
            request_id: Uuid::nil(),
        };
        let batch = store
            .write(act, |writing| Box::pin(seal_batch(writing)))
            .await;
        match batch {
            Ok(0) => break,
            Ok(count) => sealed += count,
            Err(stop) => return Err(stop.into_error()),
        }
    }
    Ok(sealed)
}

async fn is_waiting(store: &Store) -> Result<bool, StoreError> {
    let snapshot = store.read().await?;
    let waiting = Entity::find()
        .filter(Column::Number.is_null())
        .limit(1)
        .count(&snapshot.tx);
    Ok(waiting.await? > 0)
}

async fn seal_batch(writing: &mut Writing) -> Result<u64, Stop<StoreError>> {
    if !dialect::lock_sealer(writing.db()).await? {
        return Ok(0);
    }
    let last = last(writing.db()).await?;
    let (mut number, mut hash) = last.map_or((0, Vec::new()), |row| {
        (row.number.unwrap_or(0), row.hash.unwrap_or_default())
    });
    let waiting = Entity::find()
        .filter(Column::Number.is_null())
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .limit(BATCH)
        .all(writing.db())
        .await?;
    let count = waiting.len() as u64;
    for row in waiting {
        number += 1;
        hash = link(&hash, number, &row);
        let sealed = audit_entries::ActiveModel {
            id: Set(row.id),
            number: Set(Some(number)),
            hash: Set(Some(hash.clone())),
            ..Default::default()
        };
        sealed.update(writing.db()).await?;
    }
    Ok(count)
}

async fn last(db: &impl ConnectionTrait) -> Result<Option<audit_entries::Model>, StoreError> {
    let sealed = Entity::find().filter(Column::Number.is_not_null());
    Ok(sealed.order_by_desc(Column::Number).one(db).await?)
}

/// The last link, for the log and for every report: a chain of which no copy lies elsewhere proves
/// nothing against whoever runs the service.
///
/// # Errors
/// The database can't be reached.
pub async fn head(store: &Store) -> Result<Option<Head>, StoreError> {
    let snapshot = store.read().await?;
    Ok(last(&snapshot.tx).await?.map(|row| Head {
        number: row.number.unwrap_or(0),
        hash: hexadecimal(&row.hash.unwrap_or_default()),
    }))
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The hash of an entry: of the one before, of its number, and of all that it says. Encrypted values
/// go in as they are stored, so that the chain outlives an erasure.
pub(super) fn link(previous: &[u8], number: i64, row: &audit_entries::Model) -> Vec<u8> {
    let said = serde_json::json!([
        number,
        row.id,
        row.at.timestamp_micros(),
        row.operation,
        row.actor_kind,
        row.actor_id,
        row.subject_kind,
        row.subject_id,
        row.facts,
        row.changes,
        row.person_id,
        row.sealed_changes.as_deref().map(hexadecimal),
        row.request_id,
    ]);
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(said.to_string().as_bytes());
    hasher.finalize().to_vec()
}
