//! The series of an event: their rows, saving them with it, and finding them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::events::{Event, Recurrence, Rule, Series, SeriesPlan};
use domain::kernel::{Id, Timing};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use super::query::by_id;
use super::{load, rows};
use crate::entities::{removed_series, series};
use crate::store::{Snapshot, StoreError, Writing, bulk};
use domain::organisations::View;

/// A series that a draft had and has no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoneSeries {
    /// Which one.
    pub id: Id<Series>,
    /// When it was taken out.
    pub updated_at: DateTime<Utc>,
}

/// The series of an event, in the order they were made.
///
/// # Errors
/// The database can't be reached.
pub async fn series_of(snapshot: &Snapshot, event: Id<Event>) -> Result<Vec<Series>, StoreError> {
    of_event(&snapshot.tx, event.uuid()).await
}

/// The series of several events, by the events.
pub(super) async fn of_events(
    db: &impl ConnectionTrait,
    events: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Series>>, StoreError> {
    let rows = series::Entity::find()
        .filter(series::Column::EventId.is_in(bulk::padded(events)))
        .order_by_asc(series::Column::CreatedAt)
        .order_by_asc(series::Column::Id)
        .all(db)
        .await?;
    let mut all: HashMap<Uuid, Vec<Series>> = HashMap::new();
    for row in rows {
        let event = row.event_id;
        all.entry(event).or_default().push(as_series(row)?);
    }
    Ok(all)
}

pub(super) async fn of_event(
    db: &impl ConnectionTrait,
    event: Uuid,
) -> Result<Vec<Series>, StoreError> {
    let rows = series::Entity::find()
        .filter(series::Column::EventId.eq(event))
        .order_by_asc(series::Column::CreatedAt)
        .order_by_asc(series::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(as_series).collect()
}

/// The series that an event had and has no more, since then.
///
/// # Errors
/// The database can't be reached.
pub async fn removed_series(
    snapshot: &Snapshot,
    event: Id<Event>,
    since: DateTime<Utc>,
) -> Result<Vec<GoneSeries>, StoreError> {
    use removed_series::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::EventId.eq(event.uuid()))
        .filter(Column::RemovedAt.gte(since))
        .all(&snapshot.tx)
        .await?;
    let gone = |row: removed_series::Model| GoneSeries {
        id: Id::from_uuid(row.id),
        updated_at: row.removed_at,
    };
    Ok(rows.into_iter().map(gone).collect())
}

/// The series of that id with the event that it belongs to, if the view sees that.
///
/// # Errors
/// The database can't be reached.
pub async fn series(
    snapshot: &Snapshot,
    view: View,
    id: Id<Series>,
) -> Result<Option<(Event, Series)>, StoreError> {
    let row = series::Entity::find_by_id(id.uuid());
    let Some(row) = row.one(&snapshot.tx).await? else {
        return Ok(None);
    };
    let event = by_id(snapshot, view, row.event_id).await?;
    let series = as_series(row)?;
    Ok(event.map(|event| (event, series)))
}

/// The event that a series belongs to, locked until its change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load_by_series(
    writing: &Writing,
    id: Id<Series>,
) -> Result<Option<Event>, StoreError> {
    let row = series::Entity::find_by_id(id.uuid()).one(writing.db());
    match row.await? {
        Some(row) => load(writing, Id::from_uuid(row.event_id)).await,
        None => Ok(None),
    }
}

/// Saves what is new or other among the series, before the dates that name them.
pub(super) async fn save(
    writing: &Writing,
    before: Option<&Event>,
    after: &Event,
) -> Result<(), StoreError> {
    let old = before.map_or(&[][..], |event| &event.series);
    for one in &after.series {
        let row = row(after, one);
        match old.iter().find(|old| old.id == one.id) {
            None => series::Entity::insert(row)
                .exec_without_returning(writing.db())
                .await
                .map(drop)?,
            Some(old) if old != one => {
                row.update_without_returning(writing.db()).await?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Removes the series that are there no more, after the dates that named them.
pub(super) async fn remove_gone(
    writing: &Writing,
    before: &Event,
    after: &Event,
) -> Result<(), StoreError> {
    let old = &before.series;
    let is_gone = |one: &&Series| !after.series.iter().any(|new| new.id == one.id);
    for one in old.iter().filter(is_gone) {
        let gone = removed_series::ActiveModel {
            id: Set(one.id.uuid()),
            event_id: Set(after.id.uuid()),
            removed_at: Set(after.updated_at),
        };
        removed_series::Entity::insert(gone)
            .exec_without_returning(writing.db())
            .await?;
        series::Entity::delete_by_id(one.id.uuid())
            .exec(writing.db())
            .await?;
    }
    Ok(())
}

fn row(event: &Event, one: &Series) -> series::ActiveModel {
    let recurrence = one.plan.recurrence();
    let first = recurrence.first();
    series::ActiveModel {
        id: Set(one.id.uuid()),
        event_id: Set(event.id.uuid()),
        local_start: Set(first.local_start()),
        local_end: Set(first.local_end()),
        time_zone: Set(first.zone().name().to_owned()),
        starts_at: Set(first.starts_at()),
        ends_at: Set(first.ends_at()),
        rule: Set(one.plan.rule().to_string()),
        extra: Set(rows::json(&recurrence.extra())),
        excluded: Set(rows::json(&recurrence.excluded())),
        capacity: Set(one
            .plan
            .capacity()
            .and_then(|people| i32::try_from(people).ok())),
        version: Set(one.version),
        created_at: Set(one.created_at),
        updated_at: Set(one.updated_at),
    }
}

fn as_series(row: series::Model) -> Result<Series, StoreError> {
    let first = Timing::stored(
        (row.local_start, row.local_end),
        rows::zone(&row.time_zone)?,
        (row.starts_at, row.ends_at),
    );
    let unreadable = |what: &str| StoreError::Unreadable(format!("{what} of series {}", row.id));
    let rule = Rule::parse(&row.rule).map_err(|_| unreadable("the rule"))?;
    let (extra, excluded) = (
        rows::list(row.extra.clone())?,
        rows::list(row.excluded.clone())?,
    );
    let recurrence = Recurrence::new(first, vec![rule], extra, excluded);
    let recurrence = recurrence.map_err(|_| unreadable("the exceptions"))?;
    let capacity = row.capacity.and_then(|people| u32::try_from(people).ok());
    Ok(Series {
        id: Id::from_uuid(row.id),
        plan: SeriesPlan::stored(recurrence, capacity),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
