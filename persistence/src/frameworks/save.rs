//! Saving a framework, and keeping it and the projects that name its parts from changing past each other.

use std::collections::{HashMap, HashSet};

use domain::frameworks::{Action, Axis, Framework, FrameworkFact};
use domain::kernel::{Change, Id, Slug};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::rows;
use crate::audit;
use crate::entities::frameworks::{Column, Entity};
use crate::entities::project_parts;
use crate::store::{StoreError, Writing, bulk};

/// Saves a framework that was made or changed.
///
/// # Errors
/// The database can't be reached; [`StoreError::Conflict`] when another one took its code meanwhile, so
/// that the write is tried again and finds it.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Framework, FrameworkFact>,
) -> Result<(), StoreError> {
    let row = rows::row(change.after());
    let saved = match change.before() {
        None => Entity::insert(row)
            .exec_without_returning(writing.db())
            .await
            .map(drop),
        Some(_) => row.update_without_returning(writing.db()).await.map(drop),
    };
    saved.map_err(|error| StoreError::from(error).unique_is_conflict())?;
    audit::record(writing, change).await
}

/// The framework of that id, locked until its change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Framework>) -> Result<Option<Framework>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).lock_exclusive();
    let row = row.one(writing.db()).await?;
    row.map(rows::framework).transpose()
}

/// Whether another framework has that code.
///
/// # Errors
/// The database can't be reached.
pub async fn is_code_taken(
    writing: &Writing,
    code: &Slug,
    but: Option<Id<Framework>>,
) -> Result<bool, StoreError> {
    let other = but.map(|id| Column::Id.ne(id.uuid()));
    let others = Entity::find()
        .filter(Column::Code.eq(code.as_str()))
        .filter(Condition::all().add_option(other));
    Ok(others.count(writing.db()).await? > 0)
}

/// How many projects name each axis and action of a framework. It is locked, so that none names another
/// meanwhile.
///
/// # Errors
/// The database can't be reached.
pub async fn uses(
    writing: &Writing,
    framework: &Framework,
) -> Result<HashMap<Uuid, u64>, StoreError> {
    let ids = framework.axes.iter().flat_map(|axis| {
        let actions = axis.actions.iter().map(|action| action.id.uuid());
        actions.chain(std::iter::once(axis.id.uuid()))
    });
    let ids: Vec<Uuid> = ids.collect();
    let mut uses = HashMap::new();
    for some in ids.chunks(bulk::MOST_NAMED) {
        let counted: Vec<(Uuid, i64)> = project_parts::Entity::find()
            .select_only()
            .column(project_parts::Column::PartId)
            .column_as(project_parts::Column::ProjectId.count(), "projects")
            .filter(project_parts::Column::PartId.is_in(bulk::padded(some)))
            .group_by(project_parts::Column::PartId)
            .into_tuple()
            .all(writing.db())
            .await?;
        let counted = counted.into_iter();
        uses.extend(counted.filter_map(|(id, count)| Some((id, u64::try_from(count).ok()?))));
    }
    Ok(uses)
}

/// The axes and actions that there are.
#[derive(Debug, Clone, Default)]
pub struct Known {
    axes: HashSet<Id<Axis>>,
    actions: HashSet<Id<Action>>,
}

impl Known {
    /// Whether there is that axis.
    #[must_use]
    pub fn has_axis(&self, id: Id<Axis>) -> bool {
        self.axes.contains(&id)
    }

    /// Whether there is that action.
    #[must_use]
    pub fn has_action(&self, id: Id<Action>) -> bool {
        self.actions.contains(&id)
    }
}

/// The axes and actions that a project may name. None of them is removed until the write is done.
///
/// # Errors
/// The database can't be reached.
pub async fn known(writing: &Writing) -> Result<Known, StoreError> {
    let rows = Entity::find().lock_shared().all(writing.db()).await?;
    let mut known = Known::default();
    for row in rows {
        for axis in rows::framework(row)?.axes {
            known.axes.insert(axis.id);
            known.actions.extend(axis.actions.iter().map(|one| one.id));
        }
    }
    Ok(known)
}
