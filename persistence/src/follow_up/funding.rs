//! Funding plans, saved and found, and what they amount to.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::follow_up::Whose;
use domain::follow_up::funding::{self, Funding, FundingContent, FundingFact, Totals};
use domain::kernel::{Change, Id, Line, Prose, Vocabulary};
use domain::projects::Project;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::place::{count, found, locked, write};
use crate::audit;
use crate::entities::project_funding::{ActiveModel, Column, Entity, Model};
use crate::page::{Direction, Listed, Part, rows_of};
use crate::store::{Snapshot, StoreError, Writing, bulk};
use crate::values::word;

/// Saves a line that was noted, changed or removed.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Funding, FundingFact>,
) -> Result<(), StoreError> {
    let row = row(change.after());
    write(writing, row, change.before().is_none()).await?;
    audit::record(writing, change).await
}

/// The line of that id with its project, which is locked until the change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(
    writing: &Writing,
    id: Id<Funding>,
) -> Result<Option<(Funding, Project)>, StoreError> {
    let found = locked::<Entity>(writing, id.uuid(), |row| row.project_id).await?;
    there(found)
}

/// The line of that id with its project.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    id: Id<Funding>,
) -> Result<Option<(Funding, Project)>, StoreError> {
    let found = found::<Entity>(snapshot, id.uuid(), |row| row.project_id).await?;
    there(found)
}

fn there(found: Option<(Model, Project)>) -> Result<Option<(Funding, Project)>, StoreError> {
    let found = found.filter(|(row, _)| row.deleted_at.is_none());
    let read = found.map(|(row, project)| Ok((funding(row, Whose::of(&project))?, project)));
    read.transpose()
}

/// How many lines a project's plan has.
///
/// # Errors
/// The database can't be reached.
pub async fn count_of(writing: &Writing, project: Id<Project>) -> Result<u64, StoreError> {
    let own = Column::ProjectId.eq(project.uuid());
    count::<Entity>(writing, own.and(Column::DeletedAt.is_null())).await
}

/// All lines of a project, which is locked: they go with it.
///
/// # Errors
/// The database can't be reached.
pub async fn load_of(writing: &Writing, project: &Project) -> Result<Vec<Funding>, StoreError> {
    let rows = Entity::find()
        .filter(Column::ProjectId.eq(project.id.uuid()))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::Id)
        .all(writing.db())
        .await?;
    let whose = Whose::of(project);
    rows.into_iter().map(|row| funding(row, whose)).collect()
}

/// A page of a project's lines, the oldest first, and how many there are, when that is asked; or of those
/// changed since a moment, in the order of their changes.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    project: &Project,
    updated_since: Option<DateTime<Utc>>,
    part: Part,
) -> Result<(Vec<Listed<Funding>>, Option<u64>), StoreError> {
    let all = Entity::find().filter(Column::ProjectId.eq(project.id.uuid()));
    let (query, moment) = match updated_since {
        None => (all.filter(Column::DeletedAt.is_null()), Column::CreatedAt),
        Some(since) => (all.filter(Column::UpdatedAt.gte(since)), Column::UpdatedAt),
    };
    let columns = (moment, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let whose = Whose::of(project);
    let listed = rows.into_iter().map(|row| {
        Ok(match row.deleted_at {
            None => Listed::There(Box::new(funding(row, whose)?)),
            Some(_) => Listed::Gone {
                id: Id::from_uuid(row.id),
                updated_at: row.updated_at,
            },
        })
    });
    Ok((listed.collect::<Result<_, StoreError>>()?, total))
}

/// What the plans of these projects amount to; of one without a line nothing is said.
///
/// # Errors
/// The database can't be reached.
pub async fn totals(
    snapshot: &Snapshot,
    projects: &[Id<Project>],
) -> Result<HashMap<Id<Project>, Totals>, StoreError> {
    totals_in(&snapshot.tx, projects).await
}

/// The same within a write.
///
/// # Errors
/// The database can't be reached.
pub async fn totals_for(
    writing: &Writing,
    projects: &[Id<Project>],
) -> Result<HashMap<Id<Project>, Totals>, StoreError> {
    totals_in(writing.db(), projects).await
}

async fn totals_in(
    db: &impl ConnectionTrait,
    projects: &[Id<Project>],
) -> Result<HashMap<Id<Project>, Totals>, StoreError> {
    let mut totals: HashMap<Id<Project>, Totals> = HashMap::new();
    let ids: Vec<Uuid> = projects.iter().map(|id| id.uuid()).collect();
    for some in ids.chunks(bulk::MOST_NAMED) {
        let rows: Vec<(Uuid, i64, i64, String, Option<NaiveDate>)> = Entity::find()
            .select_only()
            .columns([
                Column::ProjectId,
                Column::SoughtCents,
                Column::GrantedCents,
                Column::State,
                Column::DecidedOn,
            ])
            .filter(Column::ProjectId.is_in(bulk::padded(some)))
            .filter(Column::DeletedAt.is_null())
            .into_tuple()
            .all(db)
            .await?;
        for (project, sought, granted, state, decided_on) in rows {
            let part = part(sought, granted, &state, decided_on)?;
            totals.entry(Id::from_uuid(project)).or_default().add(part);
        }
    }
    Ok(totals)
}

fn row(funding: &Funding) -> ActiveModel {
    let content = &funding.content;
    let said = |text: &Prose<2_000>| text.as_str().to_owned();
    ActiveModel {
        id: Set(funding.id.uuid()),
        project_id: Set(funding.whose.project.uuid()),
        source: Set(content.source.to_string()),
        scheme: Set(content.scheme.as_ref().map(ToString::to_string)),
        sought_cents: Set(content.part.sought_cents()),
        granted_cents: Set(content.part.granted_cents()),
        state: Set(content.part.state().word().to_owned()),
        decided_on: Set(content.part.decided_on()),
        note: Set(content.note.as_ref().map(said)),
        internal_note: Set(funding.internal_note.as_ref().map(said)),
        side: Set(funding.by.word().to_owned()),
        deleted_at: Set(funding.deleted_at),
        version: Set(funding.version),
        created_at: Set(funding.created_at),
        updated_at: Set(funding.updated_at),
    }
}

pub(crate) fn funding(row: Model, whose: Whose) -> Result<Funding, StoreError> {
    let part = part(
        row.sought_cents,
        row.granted_cents,
        &row.state,
        row.decided_on,
    )?;
    Ok(Funding {
        id: Id::from_uuid(row.id),
        whose,
        content: FundingContent {
            source: Line::stored(row.source),
            scheme: row.scheme.map(Line::stored),
            part,
            note: row.note.map(Prose::stored),
        },
        internal_note: row.internal_note.map(Prose::stored),
        by: word(&row.side)?,
        deleted_at: row.deleted_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn part(
    sought: i64,
    granted: i64,
    state: &str,
    decided_on: Option<NaiveDate>,
) -> Result<funding::Part, StoreError> {
    let part = funding::Part::new(sought, Some(granted), word(state)?, decided_on);
    part.map_err(|faults| StoreError::Unreadable(format!("a line of a funding plan: {faults}")))
}
