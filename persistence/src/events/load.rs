//! Loading an event whole, locked until its change is written.

use std::collections::{HashMap, HashSet};

use domain::events::{Event, Occurrence};
use domain::kernel::Id;
use domain::organisations::View;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::query::visible;
use super::{rows, series};
use crate::entities::{events, occurrences};
use crate::store::{StoreError, Writing, bulk};

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

/// The events that were imported from these sources under these keys, by their keys; where several
/// sources have a key, the newest event.
///
/// # Errors
/// The database can't be reached.
pub async fn load_by_origins(
    writing: &Writing,
    sources: &[&str],
    uids: &[&str],
) -> Result<HashMap<String, Event>, StoreError> {
    let mut known = HashMap::with_capacity(uids.len());
    for some in uids.chunks(bulk::MOST_NAMED) {
        let rows = events::Entity::find()
            .filter(events::Column::OriginSource.is_in(bulk::padded(sources)))
            .filter(events::Column::OriginUid.is_in(bulk::padded(some)))
            .filter(events::Column::DeletedAt.is_null())
            // Whoever locks several does so in one order.
            .order_by_asc(events::Column::Id)
            .lock_exclusive()
            .all(writing.db())
            .await?;
        for event in all_whole(writing, rows).await? {
            let uid = event.origin.as_ref().map(|origin| origin.uid.to_string());
            known.insert(uid.unwrap_or_default(), event);
        }
    }
    Ok(known)
}

async fn all_whole(writing: &Writing, rows: Vec<events::Model>) -> Result<Vec<Event>, StoreError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut dates: HashMap<Uuid, Vec<occurrences::Model>> = HashMap::new();
    let found = occurrences::Entity::find()
        .filter(occurrences::Column::EventId.is_in(bulk::padded(&ids)))
        .order_by_asc(occurrences::Column::StartsAt)
        .order_by_asc(occurrences::Column::Id)
        .all(writing.db())
        .await?;
    for date in found {
        dates.entry(date.event_id).or_default().push(date);
    }
    let mut series = series::of_events(writing.db(), &ids).await?;
    let whole = rows.into_iter().map(|row| {
        let dates = dates.remove(&row.id).unwrap_or_default();
        let series = series.remove(&row.id).unwrap_or_default();
        rows::event(row, dates, series)
    });
    whole.collect()
}

/// Those of the events that there are not, or not for that view.
///
/// # Errors
/// The database can't be reached.
pub async fn unknown_to(
    writing: &Writing,
    view: View,
    named: &[Id<Event>],
) -> Result<HashSet<Id<Event>>, StoreError> {
    let mut unknown: HashSet<Id<Event>> = named.iter().copied().collect();
    let ids: Vec<Uuid> = unknown.iter().map(|id| id.uuid()).collect();
    for some in ids.chunks(bulk::MOST_NAMED) {
        let known: Vec<Uuid> = events::Entity::find()
            .select_only()
            .column(events::Column::Id)
            .filter(events::Column::Id.is_in(bulk::padded(some)))
            .filter(visible(view))
            .into_tuple()
            .all(writing.db())
            .await?;
        for id in known {
            unknown.remove(&Id::from_uuid(id));
        }
    }
    Ok(unknown)
}

/// The events that have a date of one of these UIDs, by the UIDs.
///
/// # Errors
/// The database can't be reached.
pub async fn holders_of_uids(
    writing: &Writing,
    uids: &[&str],
) -> Result<HashMap<String, Id<Event>>, StoreError> {
    let mut holders = HashMap::new();
    for some in uids.chunks(bulk::MOST_NAMED) {
        let found: Vec<(String, Uuid)> = occurrences::Entity::find()
            .filter(occurrences::Column::Uid.is_in(bulk::padded(some)))
            .select_only()
            .columns([occurrences::Column::Uid, occurrences::Column::EventId])
            .into_tuple()
            .all(writing.db())
            .await?;
        let found = found
            .into_iter()
            .map(|(uid, event)| (uid, Id::from_uuid(event)));
        holders.extend(found);
    }
    Ok(holders)
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
