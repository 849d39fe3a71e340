//! Saving an import: its beginning, its end, and the end of those that nobody runs any more.

use chrono::{DateTime, Utc};
use domain::imports::{Import, ImportFact, ImportProblem, ImportState, finish};
use domain::kernel::{Change, Id, Vocabulary};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use super::rows;
use crate::audit;
use crate::entities::imports::{Column, Entity};
use crate::store::{StoreError, Writing, dialect};

/// Saves an import's beginning or end.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Import, ImportFact>,
) -> Result<(), StoreError> {
    let row = rows::import_row(change.after());
    match change.before() {
        None => Entity::insert(row)
            .exec_without_returning(writing.db())
            .await
            .map(drop)?,
        Some(_) => row.update(writing.db()).await.map(drop)?,
    }
    audit::record(writing, change).await
}

/// The import of that id, locked until its change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Import>) -> Result<Option<Import>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(rows::import).transpose()
}

/// Lines up the writes of imports of one source until their transactions end: two that take the same
/// records in different orders would wait for each other's events, again and again.
///
/// # Errors
/// The database can't be reached, or others were before us for too long.
pub async fn line_up(writing: &Writing, source: &str) -> Result<(), StoreError> {
    dialect::lock_called(writing.db(), &format!("imports of {source}")).await
}

/// Says that an import goes on; whether it does: somebody may have taken it for one that nobody runs.
///
/// # Errors
/// The database can't be reached.
pub async fn keep_alive(writing: &Writing, id: Id<Import>) -> Result<bool, StoreError> {
    let alive = Entity::update_many()
        .col_expr(Column::UpdatedAt, Expr::value(writing.now()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq(ImportState::Running.word()))
        .exec(writing.db())
        .await?;
    Ok(alive.rows_affected > 0)
}

/// Ends, as interrupted, the imports that have not gone on since that moment; says how many. At the
/// start of the only process that writes, that moment is now; where there may be others, earlier.
///
/// # Errors
/// The database can't be reached.
pub async fn end_interrupted(
    writing: &mut Writing,
    quiet_since: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let left = Entity::find()
        .filter(is_quiet(quiet_since))
        .lock_exclusive()
        .all(writing.db())
        .await?;
    let mut ended = 0;
    for row in left {
        let import = rows::import(row)?;
        let problem = Some(ImportProblem::Interrupted);
        if let Ok(change) = finish(import, problem, writing.now()) {
            save(writing, &change).await?;
            ended += 1;
        }
    }
    Ok(ended)
}

/// It runs, and has not gone on since.
pub(super) fn is_quiet(since: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::State.eq(ImportState::Running.word()))
        .add(Column::UpdatedAt.lte(since))
}
