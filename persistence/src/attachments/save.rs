//! Saving what happens to a file.

use domain::attachments::{Attachment, AttachmentFact, Held};
use domain::kernel::{Change, Id};
use domain::projects::Project;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::rows;
use crate::audit;
use crate::entities::attachments::{Column, Entity};
use crate::entities::projects;
use crate::store::{StoreError, Writing};

type Changed = Change<Attachment, AttachmentFact>;

/// Saves a file that was added, or of which something else is said.
///
/// # Errors
/// The database can't be reached.
pub async fn save(writing: &mut Writing, change: &Changed) -> Result<(), StoreError> {
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

/// Removes a file; what it holds is removed once that is committed.
///
/// # Errors
/// The database can't be reached.
pub async fn remove(writing: &mut Writing, change: &Changed) -> Result<(), StoreError> {
    Entity::delete_by_id(change.after().id.uuid())
        .exec(writing.db())
        .await?;
    audit::record(writing, change).await
}

/// The file of that id. Its project, which is locked first, keeps others from it.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Attachment>) -> Result<Option<Attachment>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(writing.db()).await?;
    row.map(rows::attachment).transpose()
}

/// What a project has, which is locked.
///
/// # Errors
/// The database can't be reached.
pub async fn held(writing: &Writing, project: Id<Project>) -> Result<Held, StoreError> {
    let sizes: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::Bytes)
        .filter(Column::ProjectId.eq(project.uuid()))
        .into_tuple()
        .all(writing.db())
        .await?;
    let bytes = sizes.iter().map(|bytes| u64::try_from(*bytes).unwrap_or(0));
    Ok(Held {
        files: sizes.len() as u64,
        bytes: bytes.sum(),
    })
}

/// Forgets the files of drafts that were removed; says how many.
///
/// # Errors
/// The database can't be reached.
pub async fn forget_of_deleted(writing: &Writing) -> Result<u64, StoreError> {
    let deleted = Query::select()
        .column(projects::Column::Id)
        .from(projects::Entity)
        .and_where(projects::Column::DeletedAt.is_not_null())
        .to_owned();
    let forgotten = Entity::delete_many()
        .filter(Column::ProjectId.in_subquery(deleted))
        .exec(writing.db())
        .await?;
    Ok(forgotten.rows_affected)
}
