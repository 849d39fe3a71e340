//! Finding frameworks.

use chrono::{DateTime, Utc};
use domain::frameworks::Framework;
use domain::kernel::Id;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::rows;
use crate::entities::frameworks::{Column, Entity};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError};

/// A page of frameworks by their last change, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    updated_since: Option<DateTime<Utc>>,
    part: Part,
) -> Result<(Vec<Framework>, Option<u64>), StoreError> {
    let since = updated_since.map(|since| Column::UpdatedAt.gte(since));
    let query = Entity::find().filter(Condition::all().add_option(since));
    let columns = (Column::UpdatedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let frameworks = rows.into_iter().map(rows::framework);
    Ok((frameworks.collect::<Result<_, _>>()?, total))
}

/// The framework of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find(snapshot: &Snapshot, id: Id<Framework>) -> Result<Option<Framework>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    row.map(rows::framework).transpose()
}
