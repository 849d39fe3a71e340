//! Blockers, saved and found.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::follow_up::Whose;
use domain::follow_up::blockers::{
    Blocker, BlockerContent, BlockerFact, BlockerState, Interlocutor, InterlocutorKind, Owner,
    Resolution, entry_of,
};
use domain::kernel::{Change, Id, Line, Prose, Vocabulary};
use domain::projects::{Project, Side};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::place::{count, found, locked, projects_of, write};
use crate::audit;
use crate::entities::project_blockers::{ActiveModel, Column, Entity, Model};
use crate::page::{Direction, Listed, Part, found_among, rows_of};
use crate::projects::timeline;
use crate::store::{Snapshot, StoreError, Writing};
use crate::values::{contact, word};

/// Which blockers. What is empty or absent doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BlockerFilter {
    /// Of one of these projects.
    pub projects: Vec<Id<Project>>,
    /// In one of these states.
    pub states: Vec<BlockerState>,
    /// To be cleared by one of these sides.
    pub owners: Vec<Side>,
    /// With a structure of one of these kinds.
    pub interlocutors: Vec<InterlocutorKind>,
    /// Changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
}

/// By what a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockerOrder {
    /// The last change.
    UpdatedAt,
    /// The day it began.
    OpenedOn,
}

/// Saves a blocker that was noted, changed, resolved or reopened.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Blocker, BlockerFact>,
) -> Result<(), StoreError> {
    let row = row(change.after());
    write(writing, row, change.before().is_none()).await?;
    let told = entry_of(change, writing.ids());
    timeline::append(writing, told.into_iter().collect()).await?;
    audit::record(writing, change).await
}

/// The blocker of that id with its project, which is locked until the change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(
    writing: &Writing,
    id: Id<Blocker>,
) -> Result<Option<(Blocker, Project)>, StoreError> {
    let found = locked::<Entity>(writing, id.uuid(), |row| row.project_id).await?;
    found.map(with_project).transpose()
}

/// The blocker of that id with its project.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    id: Id<Blocker>,
) -> Result<Option<(Blocker, Project)>, StoreError> {
    let found = found::<Entity>(snapshot, id.uuid(), |row| row.project_id).await?;
    found.map(with_project).transpose()
}

fn with_project((row, project): (Model, Project)) -> Result<(Blocker, Project), StoreError> {
    Ok((blocker(row, Whose::of(&project))?, project))
}

/// A blocker and the project in whose way it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The blocker.
    pub blocker: Blocker,
    /// The project.
    pub project: Project,
}

/// How many blockers a project has.
///
/// # Errors
/// The database can't be reached.
pub async fn count_of(writing: &Writing, project: Id<Project>) -> Result<u64, StoreError> {
    let own = Column::ProjectId.eq(project.uuid());
    count::<Entity>(writing, own).await
}

/// A page of blockers, each with its project, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    filter: &BlockerFilter,
    (order, direction): (BlockerOrder, Direction),
    part: Part,
) -> Result<(Vec<Listed<Placed>>, Option<u64>), StoreError> {
    let matching = filter.condition();
    let query = match filter.updated_since {
        None => Entity::find().filter(matching.clone()),
        // What doesn't match may have matched before the change: a mirror is told that it is gone.
        Some(since) => Entity::find()
            .filter(filter.of_projects())
            .filter(Column::UpdatedAt.gte(since)),
    };
    let moment = match order {
        BlockerOrder::UpdatedAt => Column::UpdatedAt,
        BlockerOrder::OpenedOn => Column::OpenedAt,
    };
    let columns = (moment, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, direction, part).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.project_id).collect();
    let projects = projects_of(snapshot, &ids).await?;
    let kept: Option<HashSet<Uuid>> = match filter.updated_since {
        None => None,
        Some(_) => {
            let ids = rows.iter().map(|row| row.id).collect();
            Some(found_among(snapshot, Entity::find().filter(matching), Column::Id, ids).await?)
        }
    };
    let listed = rows.into_iter().filter_map(|row| {
        let project = projects.get(&row.project_id)?;
        let is_kept = kept.as_ref().is_none_or(|kept| kept.contains(&row.id));
        let gone = Listed::Gone {
            id: Id::from_uuid(row.id),
            updated_at: row.updated_at,
        };
        Some(match is_kept {
            true => placed(row, project.clone()),
            false => Ok(gone),
        })
    });
    Ok((listed.collect::<Result<_, _>>()?, total))
}

fn placed(row: Model, project: Project) -> Result<Listed<Placed>, StoreError> {
    let (blocker, project) = with_project((row, project))?;
    Ok(Listed::There(Box::new(Placed { blocker, project })))
}

impl BlockerFilter {
    fn of_projects(&self) -> Condition {
        let projects = self.projects.iter().map(|id| id.uuid());
        Condition::all()
            .add_option((!self.projects.is_empty()).then(|| Column::ProjectId.is_in(projects)))
    }

    /// The condition, without `updated_since`.
    fn condition(&self) -> Condition {
        let states = self.states.iter().map(|state| state.word());
        let owners = self.owners.iter().map(|side| side.word());
        let kinds = self.interlocutors.iter().map(|kind| kind.word());
        self.of_projects()
            .add_option((!self.states.is_empty()).then(|| Column::State.is_in(states)))
            .add_option((!self.owners.is_empty()).then(|| Column::OwnerSide.is_in(owners)))
            .add_option(
                (!self.interlocutors.is_empty()).then(|| Column::InterlocutorKind.is_in(kinds)),
            )
    }
}

/// The moment by which lists have the day that a blocker began. Pages go by moments.
#[must_use]
pub fn moment_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn row(blocker: &Blocker) -> ActiveModel {
    let content = &blocker.content;
    let said = |text: &Prose<5_000>| text.as_str().to_owned();
    let interlocutor = content.interlocutor.as_ref();
    let contact = interlocutor.and_then(|one| one.contact.as_ref());
    let email = contact.and_then(|one| one.email.as_ref());
    let telephone = contact.and_then(|one| one.telephone.as_ref());
    let resolution = blocker.resolution.as_ref();
    let because = blocker.reopened_because.as_ref();
    ActiveModel {
        id: Set(blocker.id.uuid()),
        project_id: Set(blocker.whose.project.uuid()),
        title: Set(content.title.to_string()),
        description: Set(content.description.as_ref().map(said)),
        owner_side: Set(content.owner.side.word().to_owned()),
        owner_role: Set(content.owner.role.as_ref().map(ToString::to_string)),
        interlocutor_kind: Set(interlocutor.map(|one| one.kind.word().to_owned())),
        interlocutor_name: Set(interlocutor.map(|one| one.name.to_string())),
        contact_role: Set(contact.and_then(|one| one.role.as_ref().map(ToString::to_string))),
        contact_email: Set(email.map(|email| email.as_str().to_owned())),
        contact_telephone: Set(telephone.map(|number| number.as_str().to_owned())),
        opened_at: Set(moment_of(content.opened_on)),
        internal_note: Set(blocker.internal_note.as_ref().map(said)),
        state: Set(blocker.state.word().to_owned()),
        resolution: Set(resolution.map(|one| one.text.as_str().to_owned())),
        resolved_on: Set(resolution.map(|one| one.on)),
        reopened_because: Set(because.map(|text| text.as_str().to_owned())),
        version: Set(blocker.version),
        created_at: Set(blocker.created_at),
        updated_at: Set(blocker.updated_at),
    }
}

pub(crate) fn blocker(row: Model, whose: Whose) -> Result<Blocker, StoreError> {
    let contact = contact(row.contact_role, row.contact_email, row.contact_telephone);
    let interlocutor = match row.interlocutor_kind.zip(row.interlocutor_name) {
        None => None,
        Some((kind, name)) => Some(Interlocutor {
            kind: word(&kind)?,
            name: Line::stored(name),
            contact,
        }),
    };
    let resolution = row.resolution.zip(row.resolved_on);
    Ok(Blocker {
        id: Id::from_uuid(row.id),
        whose,
        content: BlockerContent {
            title: Line::stored(row.title),
            description: row.description.map(Prose::stored),
            owner: Owner {
                side: word(&row.owner_side)?,
                role: row.owner_role.map(Line::stored),
            },
            interlocutor,
            opened_on: row.opened_at.date_naive(),
        },
        internal_note: row.internal_note.map(Prose::stored),
        state: word(&row.state)?,
        resolution: resolution.map(|(text, on)| Resolution {
            text: Prose::stored(text),
            on,
        }),
        reopened_because: row.reopened_because.map(Prose::stored),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
