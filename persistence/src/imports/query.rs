//! Finding imports and the lines of their reports.

use chrono::{DateTime, Utc};
use domain::imports::{Import, Outcome};
use domain::kernel::Id;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::records::{ReportLine, outcome_words};
use super::rows;
use crate::entities::{import_records, imports};
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

/// A page of imports, the newest first; `after` is the last one of the page before.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u64,
) -> Result<Vec<Import>, StoreError> {
    let beyond = after.map(|(at, id)| {
        let same = Condition::all()
            .add(imports::Column::StartedAt.eq(at))
            .add(imports::Column::Id.lt(id));
        Condition::any()
            .add(imports::Column::StartedAt.lt(at))
            .add(same)
    });
    let rows = imports::Entity::find()
        .filter(Condition::all().add_option(beyond))
        .order_by_desc(imports::Column::StartedAt)
        .order_by_desc(imports::Column::Id)
        .limit(limit)
        .all(&snapshot.tx)
        .await?;
    rows.into_iter().map(rows::import).collect()
}

/// A page of an import's report, by position; of these outcomes only, when any is given.
///
/// # Errors
/// The database can't be reached.
pub async fn records(
    snapshot: &Snapshot,
    id: Id<Import>,
    after: Option<u32>,
    limit: u64,
    outcomes: &[Outcome],
) -> Result<Vec<ReportLine>, StoreError> {
    let beyond = after.map(|position| import_records::Column::Position.gt(rows::stored(position)));
    let wanted = (!outcomes.is_empty())
        .then(|| import_records::Column::Outcome.is_in(outcome_words(outcomes)));
    let rows = import_records::Entity::find()
        .filter(import_records::Column::ImportId.eq(id.uuid()))
        .filter(Condition::all().add_option(beyond).add_option(wanted))
        .order_by_asc(import_records::Column::Position)
        .limit(limit)
        .all(&snapshot.tx)
        .await?;
    rows.into_iter().map(rows::line).collect()
}

/// How many imports there are.
///
/// # Errors
/// The database can't be reached.
pub async fn count(snapshot: &Snapshot) -> Result<u64, StoreError> {
    Ok(imports::Entity::find().count(&snapshot.tx).await?)
}

/// How many lines an import's report has; of these outcomes only, when any is given.
///
/// # Errors
/// The database can't be reached.
pub async fn count_records(
    snapshot: &Snapshot,
    id: Id<Import>,
    outcomes: &[Outcome],
) -> Result<u64, StoreError> {
    let wanted = (!outcomes.is_empty())
        .then(|| import_records::Column::Outcome.is_in(outcome_words(outcomes)));
    let lines = import_records::Entity::find()
        .filter(import_records::Column::ImportId.eq(id.uuid()))
        .filter(Condition::all().add_option(wanted));
    Ok(lines.count(&snapshot.tx).await?)
}
