//! Finding imports and the lines of their reports.

use chrono::TimeDelta;
use domain::imports::{Import, Outcome};
use domain::kernel::Id;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::records::{ReportLine, outcome_words};
use super::rows;
use super::save::is_quiet;
use crate::entities::{import_records, imports};
use crate::page::{Direction, Part, Total, rows_of, total_of};
use crate::store::{Snapshot, StoreError};

/// The import of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find(snapshot: &Snapshot, id: Id<Import>) -> Result<Option<Import>, StoreError> {
    let row = imports::Entity::find_by_id(id.uuid())
        .one(&snapshot.tx)
        .await?;
    row.map(rows::import).transpose()
}

/// A page of imports, the newest first; and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    part: Part,
) -> Result<(Vec<Import>, Option<u64>), StoreError> {
    let columns = (imports::Column::StartedAt, imports::Column::Id);
    let query = imports::Entity::find();
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Descending, part).await?;
    let imports = rows.into_iter().map(rows::import);
    Ok((imports.collect::<Result<_, _>>()?, total))
}

/// Whether an import seems to be run by nobody, having been quiet for so long: then it is worth a write
/// to end it.
///
/// # Errors
/// The database can't be reached.
pub async fn any_quiet(snapshot: &Snapshot, quiet: TimeDelta) -> Result<bool, StoreError> {
    let found: Option<uuid::Uuid> = imports::Entity::find()
        .select_only()
        .column(imports::Column::Id)
        .filter(is_quiet(snapshot.now().await? - quiet))
        .limit(1)
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    Ok(found.is_some())
}

/// A page of an import's report, by position, after the one given; of these outcomes only, when any
/// is given; and how many such lines there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn records(
    snapshot: &Snapshot,
    id: Id<Import>,
    outcomes: &[Outcome],
    after: Option<u32>,
    limit: u64,
    total: Total,
) -> Result<(Vec<ReportLine>, Option<u64>), StoreError> {
    let beyond = after.map(|position| import_records::Column::Position.gt(rows::stored(position)));
    let wanted = (!outcomes.is_empty())
        .then(|| import_records::Column::Outcome.is_in(outcome_words(outcomes)));
    let query = import_records::Entity::find()
        .filter(import_records::Column::ImportId.eq(id.uuid()))
        .filter(Condition::all().add_option(wanted));
    let total = total_of(snapshot, &query, total).await?;
    let rows = query
        .filter(Condition::all().add_option(beyond))
        .order_by_asc(import_records::Column::Position)
        .limit(limit)
        .all(&snapshot.tx)
        .await?;
    let lines = rows.into_iter().map(rows::line);
    Ok((lines.collect::<Result<_, _>>()?, total))
}
