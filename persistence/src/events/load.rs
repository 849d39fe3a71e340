//! Loading an event whole, locked until its change is written.

use domain::events::{Event, Occurrence};
use domain::kernel::Id;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::{rows, series};
use crate::entities::{events, occurrences};
use crate::store::{StoreError, Writing};

/// The event of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Event>) -> Result<Option<Event>, StoreError> {
    whole(writing, events::Entity::find_by_id(id.uuid())).await
}

/// The event that an occurrence belongs to.
///
/// # Errors
/// The database can't be reached.
pub async fn load_by_occurrence(
    writing: &Writing,
    id: Id<Occurrence>,
) -> Result<Option<Event>, StoreError> {
    let row = occurrences::Entity::find_by_id(id.uuid())
        .one(writing.db())
        .await?;
    match row {
        Some(row) => load(writing, Id::from_uuid(row.event_id)).await,
        None => Ok(None),
    }
}

/// The event that was imported from there under that key.
///
/// # Errors
/// The database can't be reached.
pub async fn load_by_origin(
    writing: &Writing,
    source: &str,
    uid: &str,
) -> Result<Option<Event>, StoreError> {
    let query = events::Entity::find()
        .filter(events::Column::OriginSource.eq(source))
        .filter(events::Column::OriginUid.eq(uid));
    whole(writing, query).await
}

async fn whole(
    writing: &Writing,
    query: Select<events::Entity>,
) -> Result<Option<Event>, StoreError> {
    let row = query
        .filter(events::Column::DeletedAt.is_null())
        .lock_exclusive();
    let Some(row) = row.one(writing.db()).await? else {
        return Ok(None);
    };
    let occurrences = occurrences::Entity::find()
        .filter(occurrences::Column::EventId.eq(row.id))
        .order_by_asc(occurrences::Column::StartsAt)
        .order_by_asc(occurrences::Column::Id)
        .all(writing.db())
        .await?;
    let series = series::of_event(writing.db(), row.id).await?;
    rows::event(row, occurrences, series).map(Some)
}
