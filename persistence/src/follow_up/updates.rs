//! Updates, saved and found.

use chrono::{DateTime, Utc};
use domain::follow_up::Whose;
use domain::follow_up::updates::{Progress, Update, UpdateContent, UpdateFact, entry_of};
use domain::kernel::{Change, Id, Line, Prose, Vocabulary};
use domain::projects::Project;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::place::{count, found, locked, write};
use crate::audit;
use crate::entities::project_updates::{ActiveModel, Column, Entity, Model};
use crate::involvements;
use crate::page::{Direction, Listed, Part, rows_of};
use crate::projects::timeline;
use crate::store::{Snapshot, StoreError, Writing};
use crate::values::word;

/// Saves an update that was told, changed or removed.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Update, UpdateFact>,
) -> Result<(), StoreError> {
    let update = change.after();
    let row = row(update);
    write(writing, row, change.before().is_none()).await?;
    if update.deleted_at.is_some() {
        timeline::forget(writing, update.id.uuid()).await?;
    }
    let told = entry_of(change, writing.ids());
    timeline::append(writing, told.into_iter().collect()).await?;
    if change.before().is_none() {
        involvements::announce(writing, update).await?;
    }
    audit::record(writing, change).await
}

/// Whether there is or was an update of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn was_ever(writing: &Writing, id: Id<Update>) -> Result<bool, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(writing.db()).await?;
    Ok(row.is_some())
}

/// The update of that id with its project, which is locked until the change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(
    writing: &Writing,
    id: Id<Update>,
) -> Result<Option<(Update, Project)>, StoreError> {
    let found = locked::<Entity>(writing, id.uuid(), |row| row.project_id).await?;
    there(found)
}

/// The update of that id with its project.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    id: Id<Update>,
) -> Result<Option<(Update, Project)>, StoreError> {
    let found = found::<Entity>(snapshot, id.uuid(), |row| row.project_id).await?;
    there(found)
}

fn there(found: Option<(Model, Project)>) -> Result<Option<(Update, Project)>, StoreError> {
    let found = found.filter(|(row, _)| row.deleted_at.is_none());
    let read = found.map(|(row, project)| Ok((update(row, Whose::of(&project))?, project)));
    read.transpose()
}

/// How many updates a project has.
///
/// # Errors
/// The database can't be reached.
pub async fn count_of(writing: &Writing, project: Id<Project>) -> Result<u64, StoreError> {
    let own = Column::ProjectId.eq(project.uuid());
    count::<Entity>(writing, own.and(Column::DeletedAt.is_null())).await
}

/// A page of a project's updates, the newest first, and how many there are, when that is asked; or of those
/// changed since a moment, in the order of their changes.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    project: &Project,
    updated_since: Option<DateTime<Utc>>,
    part: Part,
) -> Result<(Vec<Listed<Update>>, Option<u64>), StoreError> {
    let all = Entity::find().filter(Column::ProjectId.eq(project.id.uuid()));
    let (rows, total) = match updated_since {
        None => {
            let query = all.filter(Column::DeletedAt.is_null());
            let columns = (Column::CreatedAt, Column::Id);
            rows_of(snapshot, query, columns, Direction::Descending, part).await?
        }
        Some(since) => {
            let query = all.filter(Column::UpdatedAt.gte(since));
            let columns = (Column::UpdatedAt, Column::Id);
            rows_of(snapshot, query, columns, Direction::Ascending, part).await?
        }
    };
    let whose = Whose::of(project);
    let listed = rows.into_iter().map(|row| {
        Ok(match row.deleted_at {
            None => Listed::There(Box::new(update(row, whose)?)),
            Some(_) => Listed::Gone {
                id: Id::from_uuid(row.id),
                updated_at: row.updated_at,
            },
        })
    });
    Ok((listed.collect::<Result<_, StoreError>>()?, total))
}

fn row(update: &Update) -> ActiveModel {
    let content = &update.content;
    ActiveModel {
        id: Set(update.id.uuid()),
        project_id: Set(update.whose.project.uuid()),
        title: Set(content.title.as_ref().map(ToString::to_string)),
        content: Set(content.text.as_str().to_owned()),
        progress: Set(content.progress.map(|progress| progress.percent().into())),
        side: Set(update.by.word().to_owned()),
        deleted_at: Set(update.deleted_at),
        version: Set(update.version),
        created_at: Set(update.created_at),
        updated_at: Set(update.updated_at),
    }
}

pub(crate) fn update(row: Model, whose: Whose) -> Result<Update, StoreError> {
    let progress = row.progress.map(Progress::new).transpose();
    let unreadable = |_| StoreError::Unreadable("a progress that is none".to_owned());
    Ok(Update {
        id: Id::from_uuid(row.id),
        whose,
        content: UpdateContent {
            title: row.title.map(Line::stored),
            text: Prose::stored(row.content),
            progress: progress.map_err(unreadable)?,
        },
        by: word(&row.side)?,
        deleted_at: row.deleted_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
