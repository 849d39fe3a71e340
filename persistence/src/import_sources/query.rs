//! Finding sources.

use domain::import_sources::ImportSource;
use domain::kernel::Id;
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};

use super::claim::is_due;
use super::rows;
use crate::entities::import_sources::{Column, Entity};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError};

/// The source of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    id: Id<ImportSource>,
) -> Result<Option<ImportSource>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    row.map(rows::source).transpose()
}

/// A page of sources, in the order they were made; and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    part: Part,
) -> Result<(Vec<ImportSource>, Option<u64>), StoreError> {
    let columns = (Column::CreatedAt, Column::Id);
    let query = Entity::find();
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let sources = rows.into_iter().map(rows::source);
    Ok((sources.collect::<Result<_, _>>()?, total))
}

/// Whether a source seems to be due: then it is worth a write to claim it.
///
/// # Errors
/// The database can't be reached.
pub async fn any_due(snapshot: &Snapshot) -> Result<bool, StoreError> {
    let due: Option<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(is_due(snapshot.now().await?))
        .limit(1)
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    Ok(due.is_some())
}
