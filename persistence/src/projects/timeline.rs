//! The timelines of projects. Whatever happens to a project is told there by [`append`].

use domain::kernel::{Id, Vocabulary};
use domain::projects::{Project, TimelineEntry};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::project_timeline::{ActiveModel, Column, Entity, Model};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError, Writing, bulk};
use crate::values::{reason, word};

/// Adds entries to timelines.
///
/// # Errors
/// The database can't be reached.
pub async fn append(writing: &Writing, entries: Vec<TimelineEntry>) -> Result<(), StoreError> {
    let rows = entries.into_iter().map(row).collect();
    bulk::insert(writing.db(), rows, None).await
}

/// A page of a project's timeline, the oldest first, with what only some may see, and how many entries
/// there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    project: Id<Project>,
    only_public: bool,
    part: Part,
) -> Result<(Vec<TimelineEntry>, Option<u64>), StoreError> {
    let mut query = Entity::find().filter(Column::ProjectId.eq(project.uuid()));
    if only_public {
        query = query.filter(Column::IsPublic.eq(true));
    }
    let columns = (Column::At, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let entries = rows.into_iter().map(entry);
    Ok((entries.collect::<Result<_, _>>()?, total))
}

/// Takes what was told of a thing out again: it was taken back.
///
/// # Errors
/// The database can't be reached.
pub async fn forget(writing: &Writing, subject: Uuid) -> Result<(), StoreError> {
    let told = Entity::delete_many().filter(Column::SubjectId.eq(subject));
    told.exec(writing.db()).await?;
    Ok(())
}

/// Lets everybody see what is told of a thing, or nobody but those inside.
///
/// # Errors
/// The database can't be reached.
pub async fn show(writing: &Writing, subject: Uuid, is_public: bool) -> Result<(), StoreError> {
    let told = Entity::update_many()
        .col_expr(Column::IsPublic, Expr::value(is_public))
        .filter(Column::SubjectId.eq(subject));
    told.exec(writing.db()).await?;
    Ok(())
}

fn row(entry: TimelineEntry) -> ActiveModel {
    let why = &entry.reason;
    let reason = why.reason.as_ref().map(|text| text.as_str().to_owned());
    let note = why.note.as_ref().map(|text| text.as_str().to_owned());
    let internal = why.internal_note.as_ref();
    ActiveModel {
        id: Set(entry.id.uuid()),
        project_id: Set(entry.project.uuid()),
        at: Set(entry.at),
        kind: Set(entry.kind.word().to_owned()),
        from_state: Set(entry.from.map(|state| state.word().to_owned())),
        to_state: Set(entry.to.map(|state| state.word().to_owned())),
        reason: Set(reason),
        note: Set(note),
        internal_note: Set(internal.map(|text| text.as_str().to_owned())),
        side: Set(entry.by.word().to_owned()),
        is_public: Set(entry.is_public),
        subject_id: Set(entry.subject),
    }
}

fn entry(row: Model) -> Result<TimelineEntry, StoreError> {
    Ok(TimelineEntry {
        id: Id::from_uuid(row.id),
        project: Id::from_uuid(row.project_id),
        at: row.at,
        kind: word(&row.kind)?,
        from: row.from_state.as_deref().map(word).transpose()?,
        to: row.to_state.as_deref().map(word).transpose()?,
        reason: reason(row.reason, row.note, row.internal_note),
        by: word(&row.side)?,
        is_public: row.is_public,
        subject: row.subject_id,
    })
}
