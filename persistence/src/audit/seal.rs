//! Sealing: entries get their number and their link to the one before, just after they were
//! committed, so that the chain never lines writers up. SQLite's one writer has sealed its own before.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::entities::audit_entries::{self, Column, Entity};
use crate::store::chain::{Link, hexadecimal};
use crate::store::{Act, Stop, Store, StoreError, Writing, dialect};

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
        let act = Act::system("audit_seal", Uuid::nil());
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
    let mut last = Link::last(writing.db()).await?.unwrap_or_default();
    let waiting = Entity::find()
        .filter(Column::Number.is_null())
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .limit(BATCH)
        .all(writing.db())
        .await?;
    let count = waiting.len() as u64;
    for row in waiting {
        last = last.next(&row);
        let sealed = audit_entries::ActiveModel {
            id: Set(row.id),
            number: Set(Some(last.number)),
            hash: Set(Some(last.hash.clone())),
            ..Default::default()
        };
        sealed.update(writing.db()).await?;
    }
    Ok(count)
}

/// The last link, for the log and for every report: a chain of which no copy lies elsewhere proves
/// nothing against whoever runs the service.
///
/// # Errors
/// The database can't be reached.
pub async fn head(store: &Store) -> Result<Option<Head>, StoreError> {
    let snapshot = store.read().await?;
    Ok(Link::last(&snapshot.tx).await?.map(|link| Head {
        number: link.number,
        hash: hexadecimal(&link.hash),
    }))
}
