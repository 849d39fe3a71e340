//! Saving a project's change: its row, its slug, the words it is found by, its timeline, and what each
//! change implies.

use domain::kernel::Change;
use domain::projects::{Project, ProjectFact, entry_of};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{rows, timeline};
use crate::audit;
use crate::entities::project_parts;
use crate::slugs::Whose;
use crate::store::{FoundBy, Index, StoreError, Writing, bulk};

type Changed = Change<Project, ProjectFact>;

/// Saves a change of a project.
///
/// # Errors
/// The database can't be reached; [`StoreError::Conflict`] when another project took the slug or the
/// reference meanwhile, so that the write is tried again and finds it.
pub async fn save(writing: &mut Writing, change: &Changed) -> Result<(), StoreError> {
    match change.before() {
        None => save_new(writing, std::slice::from_ref(change)).await,
        Some(before) => {
            let saved = update(writing, before, change).await;
            saved.map_err(StoreError::unique_is_conflict)
        }
    }
}

/// Saves the making of projects, many a statement.
///
/// # Errors
/// As [`save`].
pub async fn save_new(writing: &mut Writing, made: &[Changed]) -> Result<(), StoreError> {
    let saved = insert(writing, made).await;
    saved.map_err(StoreError::unique_is_conflict)
}

async fn insert(writing: &mut Writing, made: &[Changed]) -> Result<(), StoreError> {
    let all = || made.iter().map(Change::after);
    bulk::insert(writing.db(), all().map(rows::row).collect(), None).await?;
    let slugs = all().map(|project| (&project.slug, project.id.uuid()));
    Whose::Projects.remember_new(writing, slugs).await?;
    bulk::insert(writing.db(), all().flat_map(parts).collect(), None).await?;
    implied(writing, made).await
}

async fn update(
    writing: &mut Writing,
    before: &Project,
    change: &Changed,
) -> Result<(), StoreError> {
    let after = change.after();
    let row = rows::row(after);
    row.update_without_returning(writing.db()).await?;
    let id = after.id.uuid();
    if after.deleted_at.is_some() {
        Whose::Projects.forget(writing, id).await?;
    } else if before.slug != after.slug {
        Whose::Projects.remember(writing, &after.slug, id).await?;
    }
    if before.plan != after.plan {
        let own = project_parts::Column::ProjectId.eq(id);
        let old = project_parts::Entity::delete_many().filter(own);
        old.exec(writing.db()).await?;
        bulk::insert(writing.db(), parts(after).collect(), None).await?;
    }
    implied(writing, std::slice::from_ref(change)).await
}

/// What the project names of the frameworks. Whoever changes a framework asks for these rows, so they are
/// written at once.
fn parts(project: &Project) -> impl Iterator<Item = project_parts::ActiveModel> {
    let axes = project.plan.axes().iter().map(|id| id.uuid());
    let actions = project.plan.actions().iter().map(|id| id.uuid());
    let project_id = project.id.uuid();
    axes.chain(actions)
        .map(move |part| project_parts::ActiveModel {
            part_id: Set(part),
            project_id: Set(project_id),
        })
}

/// What changes imply: by what the projects are found, what their timelines and the trail say, and what
/// others are told.
async fn implied(writing: &mut Writing, changes: &[Changed]) -> Result<(), StoreError> {
    let mut entries = Vec::new();
    for change in changes {
        let (before, after) = (change.before(), change.after());
        if before.is_none_or(|before| before.content != after.content) {
            let found_by = found_by(after, before.is_none());
            let id = after.id.uuid();
            writing.later().find(Index::Projects, id, found_by);
        }
        entries.extend(entry_of(change, writing.ids()));
        audit::record(writing, change).await?;
    }
    timeline::append(writing, entries).await
}

/// By what it is found: its communes, as filters ask for them, and its text.
fn found_by(project: &Project, is_new: bool) -> FoundBy {
    let communes = project.content.communes.iter();
    FoundBy {
        is_new,
        terms: communes.map(|code| ("commune", code.to_string())).collect(),
        text: project.content.search_text(),
    }
}
