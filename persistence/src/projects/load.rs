//! Loading projects whole, locked until their change is written, and looking whether what they name is
//! there.

use std::collections::{HashMap, HashSet};

use domain::events::{Event, EventState, Visibility};
use domain::kernel::{Id, Vocabulary};
use domain::organisations::Organisation;
use domain::projects::Project;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::rows;
use crate::entities::events;
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

/// Those of the events that there are not, or not for who sees only what is public.
///
/// # Errors
/// The database can't be reached.
pub async fn events_unknown_to(
    writing: &Writing,
    only_public: bool,
    events: &[Id<Event>],
) -> Result<HashSet<Id<Event>>, StoreError> {
    let mut unknown: HashSet<Id<Event>> = events.iter().copied().collect();
    let ids: Vec<Uuid> = unknown.iter().map(|id| id.uuid()).collect();
    let public = Condition::all()
        .add(events::Column::Visibility.eq(Visibility::Public.word()))
        .add(events::Column::State.ne(EventState::Draft.word()));
    for some in ids.chunks(bulk::MOST_NAMED) {
        let known: Vec<Uuid> = events::Entity::find()
            .select_only()
            .column(events::Column::Id)
            .filter(events::Column::Id.is_in(bulk::padded(some)))
            .filter(events::Column::DeletedAt.is_null())
            .filter(Condition::all().add_option(only_public.then(|| public.clone())))
            .into_tuple()
            .all(writing.db())
            .await?;
        for id in known {
            unknown.remove(&Id::from_uuid(id));
        }
    }
    Ok(unknown)
}
