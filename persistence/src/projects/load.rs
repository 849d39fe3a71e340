//! Loading projects whole, locked until their change is written, and looking whether what they name is
//! there.

use std::collections::HashMap;

use domain::kernel::Id;
use domain::organisations::Organisation;
use domain::projects::Project;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rows;
use crate::entities::projects::{Column, Entity};
use crate::store::{StoreError, Writing, bulk};

/// The project of that id, unless it was removed.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Project>) -> Result<Option<Project>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .filter(Column::DeletedAt.is_null())
        .lock_exclusive();
    row.one(writing.db()).await?.map(rows::project).transpose()
}

/// Whether there is or was a project of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn was_ever(writing: &Writing, id: Id<Project>) -> Result<bool, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(writing.db()).await?;
    Ok(row.is_some())
}

/// The projects of a holder that have these references, by the references.
///
/// # Errors
/// The database can't be reached.
pub async fn load_by_references(
    writing: &Writing,
    organisation: Id<Organisation>,
    references: &[&str],
) -> Result<HashMap<String, Project>, StoreError> {
    let mut known = HashMap::with_capacity(references.len());
    for some in references.chunks(bulk::MOST_NAMED) {
        let rows = Entity::find()
            .filter(Column::OrganisationId.eq(organisation.uuid()))
            .filter(Column::Reference.is_in(bulk::padded(some)))
            .filter(Column::DeletedAt.is_null())
            // Whoever locks several does so in one order.
            .order_by_asc(Column::Id)
            .lock_exclusive()
            .all(writing.db())
            .await?;
        for row in rows {
            let reference = row.reference.clone().unwrap_or_default();
            known.insert(reference, rows::project(row)?);
        }
    }
    Ok(known)
}

/// All projects of a holder.
///
/// # Errors
/// The database can't be reached.
pub async fn load_of(
    writing: &Writing,
    organisation: Id<Organisation>,
) -> Result<Vec<Project>, StoreError> {
    let rows = Entity::find()
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::Id)
        .lock_exclusive();
    let rows = rows.all(writing.db()).await?;
    rows.into_iter().map(rows::project).collect()
}
