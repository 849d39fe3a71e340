//! How many mails wait, and whether one is due.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::entities::mails::{Column, Entity};
use crate::store::{Snapshot, StoreError};

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// How many mails.
    pub waiting: u64,
    /// Since when the oldest of them does.
    pub since: Option<DateTime<Utc>>,
}

/// Whether a mail seems to be due: then it is worth a write to claim it.
///
/// # Errors
/// The database can't be reached.
pub async fn any_due(snapshot: &Snapshot) -> Result<bool, StoreError> {
    let due: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::NextAttemptAt.lte(snapshot.now().await?))
        .limit(1)
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    Ok(due.is_some())
}

/// How much waits, and for how long.
///
/// # Errors
/// The database can't be reached.
pub async fn backlog(snapshot: &Snapshot) -> Result<Backlog, StoreError> {
    let waiting = || Entity::find().filter(Column::NextAttemptAt.is_not_null());
    let oldest: Option<DateTime<Utc>> = waiting()
        .select_only()
        .column(Column::CreatedAt)
        .order_by_asc(Column::CreatedAt)
        .limit(1)
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    Ok(Backlog {
        waiting: waiting().count(&snapshot.tx).await?,
        since: oldest,
    })
}
