//! What belongs to a project, with the project: whoever changes it locks the project first, so that whose it
//! is and how far it is stay as they are until the change is written.

use std::collections::HashMap;

use domain::kernel::Id;
use domain::projects::Project;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait,
    PrimaryKeyTrait, QueryFilter,
};
use uuid::Uuid;

use crate::entities::projects::{Column, Entity};
use crate::projects::{as_project, load};
use crate::store::{Snapshot, StoreError, Writing, bulk};

/// How many of them are so.
pub(super) async fn count<E>(writing: &Writing, so: SimpleExpr) -> Result<u64, StoreError>
where
    E: EntityTrait,
    E::Model: Sync,
{
    Ok(E::find().filter(so).count(writing.db()).await?)
}

/// Writes a row that is new, or that was there.
pub(super) async fn write<A>(writing: &Writing, row: A, is_new: bool) -> Result<(), StoreError>
where
    A: ActiveModelTrait + ActiveModelBehavior + Send,
{
    let db = writing.db();
    if is_new {
        A::Entity::insert(row).exec_without_returning(db).await?;
    } else {
        row.update_without_returning(db).await?;
    }
    Ok(())
}

/// The row of that id with its project, which is locked until the change is written.
pub(super) async fn locked<E>(
    writing: &Writing,
    id: Uuid,
    project_of: fn(&E::Model) -> Uuid,
) -> Result<Option<(E::Model, Project)>, StoreError>
where
    E: EntityTrait,
    <E::PrimaryKey as PrimaryKeyTrait>::ValueType: From<Uuid>,
{
    let Some(row) = E::find_by_id(id).one(writing.db()).await? else {
        return Ok(None);
    };
    let Some(project) = load(writing, Id::from_uuid(project_of(&row))).await? else {
        return Ok(None);
    };
    // As it is now that nobody else changes it.
    let row = E::find_by_id(id).one(writing.db()).await?;
    Ok(row.map(|row| (row, project)))
}

/// The row of that id with its project.
pub(super) async fn found<E>(
    snapshot: &Snapshot,
    id: Uuid,
    project_of: fn(&E::Model) -> Uuid,
) -> Result<Option<(E::Model, Project)>, StoreError>
where
    E: EntityTrait,
    <E::PrimaryKey as PrimaryKeyTrait>::ValueType: From<Uuid>,
{
    let Some(row) = E::find_by_id(id).one(&snapshot.tx).await? else {
        return Ok(None);
    };
    let mut projects = projects_of(snapshot, &[project_of(&row)]).await?;
    let project = projects.remove(&project_of(&row));
    Ok(project.map(|project| (row, project)))
}

/// The projects of these ids.
pub(super) async fn projects_of(
    snapshot: &Snapshot,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Project>, StoreError> {
    let mut projects = HashMap::with_capacity(ids.len());
    for some in ids.chunks(bulk::MOST_NAMED) {
        let rows = Entity::find().filter(Column::Id.is_in(bulk::padded(some)));
        for row in rows.all(&snapshot.tx).await? {
            projects.insert(row.id, as_project(row)?);
        }
    }
    Ok(projects)
}
