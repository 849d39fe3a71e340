//! Loading an event whole, locked until its change is written.

use domain::events::{Event, Occurrence};
use domain::kernel::Id;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::{rows, series};
use crate::entities::{events, occurrences};
use crate::store::{StoreError, Writing};

/// SQLite takes 32 766 values a statement.
const UIDS_A_STATEMENT: usize = 500;

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

/// An event, other than the one given, that has a date of one of these UIDs.
///
/// # Errors
/// The database can't be reached.
pub async fn holder_of_uids(
    writing: &Writing,
    uids: &[&str],
    except: Option<Id<Event>>,
) -> Result<Option<Id<Event>>, StoreError> {
    for some in uids.chunks(UIDS_A_STATEMENT) {
        let others = except.map(|id| occurrences::Column::EventId.ne(id.uuid()));
        let found = occurrences::Entity::find()
            .filter(occurrences::Column::Uid.is_in(some.iter().copied()))
            .filter(Condition::all().add_option(others))
            .one(writing.db())
            .await?;
        if let Some(row) = found {
            return Ok(Some(Id::from_uuid(row.event_id)));
        }
    }
    Ok(None)
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
