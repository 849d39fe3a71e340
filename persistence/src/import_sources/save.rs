//! Saving what the staff does with a source.

use domain::import_sources::{ImportSource, ImportSourceFact, key};
use domain::kernel::{Change, Id, WebUrl};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::rows;
use crate::audit;
use crate::entities::import_sources::{Column, Entity};
use crate::entities::{deleted_import_sources, imports};
use crate::store::{StoreError, Writing, dialect};

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

/// Removes a source; its imports and their events stay, and what it called them is kept: another source
/// may take them over. Those that lost records to others are read again when they are next polled.
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
    let deleted = deleted_import_sources::ActiveModel {
        key: Set(key(change.after().id).to_string()),
    };
    deleted_import_sources::Entity::insert(deleted)
        .exec_without_returning(writing.db())
        .await?;
    forget_refused(writing).await?;
    audit::record(writing, change).await
}

/// What was refused may be taken now: what those sources are known by is forgotten.
async fn forget_refused(writing: &Writing) -> Result<(), StoreError> {
    let refused = Query::select()
        .column(imports::Column::Id)
        .from(imports::Entity)
        .and_where(imports::Column::Refused.gt(0))
        .to_owned();
    Entity::update_many()
        .col_expr(Column::KnownEtag, Expr::value(None::<String>))
        .col_expr(Column::KnownLastModified, Expr::value(None::<String>))
        .col_expr(Column::KnownDigest, Expr::value(None::<String>))
        .filter(Column::LastImportId.in_subquery(refused))
        .exec(writing.db())
        .await?;
    Ok(())
}

/// What the sources that were deleted called their events.
///
/// # Errors
/// The database can't be reached.
pub async fn deleted_keys(writing: &Writing) -> Result<Vec<String>, StoreError> {
    let rows = deleted_import_sources::Entity::find()
        .all(writing.db())
        .await?;
    Ok(rows.into_iter().map(|row| row.key).collect())
}

/// Another source of that address. Until the transaction ends nobody else is told of the same one that
/// there is none: of two at once, the second finds the first.
///
/// # Errors
/// The database can't be reached, or others were before us for too long.
pub async fn other_at(
    writing: &Writing,
    url: &WebUrl,
    own: Option<Id<ImportSource>>,
) -> Result<Option<Id<ImportSource>>, StoreError> {
    let at = format!("import source at {}", url.as_str());
    dialect::lock_called(writing.db(), &at).await?;
    let but_own = own.map(|id| Column::Id.ne(id.uuid()));
    let other = Entity::find()
        .filter(Column::Url.eq(url.as_str()))
        .filter(Condition::all().add_option(but_own))
        .order_by_asc(Column::CreatedAt)
        .one(writing.db())
        .await?;
    Ok(other.map(|row| Id::from_uuid(row.id)))
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
