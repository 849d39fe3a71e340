//! Saving what the staff does with a source.

use domain::import_sources::{ImportSource, ImportSourceFact};
use domain::kernel::{Change, Id};
use sea_orm::{ActiveModelTrait, EntityTrait, QuerySelect};

use super::rows;
use crate::audit;
use crate::entities::import_sources::Entity;
use crate::store::{StoreError, Writing};

/// Saves a source that was made or changed.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    change: &Change<ImportSource, ImportSourceFact>,
) -> Result<(), StoreError> {
    let row = rows::row(change.after());
    match change.before() {
        None => Entity::insert(row)
            .exec_without_returning(writing.db())
            .await
            .map(drop)?,
        Some(_) => row.update(writing.db()).await.map(drop)?,
    }
    audit::record(writing, change).await
}

/// Removes a source; its imports and their events stay.
///
/// # Errors
/// The database can't be reached.
pub async fn delete(
    writing: &mut Writing,
    change: &Change<ImportSource, ImportSourceFact>,
) -> Result<(), StoreError> {
    Entity::delete_by_id(change.after().id.uuid())
        .exec(writing.db())
        .await?;
    audit::record(writing, change).await
}

/// The source of that id, locked until its change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(
    writing: &Writing,
    id: Id<ImportSource>,
) -> Result<Option<ImportSource>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(rows::source).transpose()
}
