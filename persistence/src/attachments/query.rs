//! Finding files.

use std::collections::HashSet;

use domain::attachments::Attachment;
use domain::kernel::Id;
use domain::projects::Project;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::rows;
use crate::entities::attachments::{Column, Entity};
use crate::page::{Direction, Part, rows_of};
use crate::projects;
use crate::store::{Snapshot, StoreError, bulk};

/// A file with the project that it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The file.
    pub attachment: Attachment,
    /// Its project, as it is kept.
    pub project: Project,
}

/// The file of that id, if the view sees its project.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    view: domain::organisations::View,
    id: Id<Attachment>,
) -> Result<Option<Found>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    let Some(attachment) = row.map(rows::attachment).transpose()? else {
        return Ok(None);
    };
    let name = attachment.project.to_string();
    let found = projects::find(snapshot, view, &name).await?;
    Ok(found.map(|found| Found {
        attachment,
        project: found.project,
    }))
}

/// A page of a project's files, in the order they were added, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    project: Id<Project>,
    part: Part,
) -> Result<(Vec<Attachment>, Option<u64>), StoreError> {
    let query = Entity::find().filter(Column::ProjectId.eq(project.uuid()));
    let columns = (Column::CreatedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let attachments = rows.into_iter().map(rows::attachment);
    Ok((attachments.collect::<Result<_, _>>()?, total))
}

/// Of these ids, those that no file has.
///
/// # Errors
/// The database can't be reached.
pub async fn unknown(snapshot: &Snapshot, ids: Vec<Uuid>) -> Result<Vec<Uuid>, StoreError> {
    let mut known = HashSet::new();
    for some in ids.chunks(bulk::MOST_NAMED) {
        let found: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(bulk::padded(some)))
            .into_tuple()
            .all(&snapshot.tx)
            .await?;
        known.extend(found);
    }
    let is_unknown = |id: &Uuid| !known.contains(id);
    Ok(ids.into_iter().filter(is_unknown).collect())
}
