//! Checking the trail: every number once, every hash right, nothing missing between, and what an entry
//! says of a person readable as long as that person was not erased.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::changes::{Changes, keys_of, open};
use crate::entities::audit_entries::{Column, Entity};
use crate::store::chain::{Link, hexadecimal};
use crate::store::{Store, StoreError};

const BATCH: u64 = 1_000;

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// How many entries are sealed.
    pub sealed: i64,
    /// How many are not yet, which is no fault.
    pub unsealed: u64,
    /// The hash of the last one, in hexadecimal.
    pub head: Option<String>,
    /// What is wrong, in English; empty when nothing is.
    pub faults: Vec<String>,
}

/// Recomputes the whole chain. It stops at the first break, since all that follows hangs on it.
///
/// # Errors
/// The database can't be reached.
pub async fn check_chain(store: &Store) -> Result<ChainReport, StoreError> {
    let snapshot = store.read().await?;
    let unsealed = Entity::find()
        .filter(Column::Number.is_null())
        .count(&snapshot.tx)
        .await?;
    let mut report = ChainReport {
        sealed: 0,
        unsealed,
        head: None,
        faults: vec![],
    };
    // Such a one would be read as sealed and stand outside of the chain.
    let outside = Entity::find()
        .filter(Column::Number.lt(1))
        .count(&snapshot.tx)
        .await?;
    if outside > 0 {
        report.faults.push(format!(
            "audit chain: {outside} entries have a number below 1"
        ));
    }
    let mut last = Link::default();
    loop {
        let rows = Entity::find()
            .filter(Column::Number.gt(report.sealed))
            .order_by_asc(Column::Number)
            .limit(BATCH)
            .all(&snapshot.tx)
            .await?;
        if rows.is_empty() {
            return Ok(report);
        }
        for row in rows {
            let next = last.next(&row);
            let expected = next.number;
            let number = row.number.unwrap_or_default();
            if number != expected {
                let fault = format!("audit chain: entry {expected} is missing (next is {number})");
                report.faults.push(fault);
                return Ok(report);
            }
            if row.hash.as_deref() != Some(&next.hash) {
                let fault = format!("audit chain: entry {number} ({}) was altered", row.id);
                report.faults.push(fault);
                return Ok(report);
            }
            report.sealed = number;
            report.head = Some(hexadecimal(&next.hash));
            last = next;
        }
    }
}

/// Tries to read what every entry says; what was erased is no fault. In English; empty when nothing is
/// wrong.
///
/// # Errors
/// The database can't be reached.
pub async fn check_readable(store: &Store) -> Result<Vec<String>, StoreError> {
    let snapshot = store.read().await?;
    let mut faults = vec![];
    let mut after = uuid::Uuid::nil();
    loop {
        let rows = Entity::find()
            .filter(Column::Id.gt(after))
            .order_by_asc(Column::Id)
            .limit(BATCH)
            .all(&snapshot.tx)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(faults);
        };
        after = last.id;
        let keys = keys_of(&snapshot, &rows).await?;
        for row in &rows {
            if let Changes::Unreadable(cause) = open(store, &keys, row) {
                let fault = format!(
                    "audit entry {}: what changed can't be read: {cause}",
                    row.id
                );
                faults.push(fault);
            }
        }
    }
}
