//! Lists of events, page by page, and one event by its name.

use std::collections::{HashMap, HashSet};

use domain::events::{Event, Occurrence};
use domain::kernel::Id;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::filter::{gone, visible};
use super::{EventFilter, View};
use crate::entities::{events, occurrences};
use crate::events::rows;
use crate::page::{Direction, Listed, Part, found_among, rows_of};
use crate::slugs::Whose;
use crate::store::{Snapshot, StoreError};

/// By which moment a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The first date; that of its making for what has none.
    StartsAt,
    /// The last change.
    UpdatedAt,
    /// The making.
    CreatedAt,
}

/// A page of events and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    view: View,
    filter: &EventFilter,
    (order, direction): (Order, Direction),
    part: Part,
) -> Result<(Vec<Listed<Event>>, Option<u64>), StoreError> {
    let matching = filter.condition(snapshot.engine());
    let wanted = match filter.updated_since {
        None => visible(view).add(matching.clone()),
        // What doesn't match may have matched before the change: a mirror is told that it is gone.
        Some(since) => Condition::all()
            .add(Condition::any().add(visible(view)).add(gone(view)))
            .add(events::Column::UpdatedAt.gte(since)),
    };
    let column = match order {
        Order::StartsAt => events::Column::FirstStartsAt,
        Order::UpdatedAt => events::Column::UpdatedAt,
        Order::CreatedAt => events::Column::CreatedAt,
    };
    let query = events::Entity::find().filter(wanted);
    let columns = (column, events::Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, direction, part).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let kept: Option<HashSet<Uuid>> = match filter.updated_since {
        None => None,
        Some(_) => {
            let query = events::Entity::find().filter(matching);
            Some(found_among(snapshot, query, events::Column::Id, ids.clone()).await?)
        }
    };
    let mut dates = dates_of(&snapshot.tx, ids).await?;
    let listed = rows.into_iter().map(|row| {
        let dates = dates.remove(&row.id).unwrap_or_default();
        let event = rows::event(row, dates, vec![])?;
        let matches = kept
            .as_ref()
            .is_none_or(|kept| kept.contains(&event.id.uuid()));
        let seen = matches && is_seen(view, &event);
        Ok(if seen {
            Listed::There(Box::new(event))
        } else {
            Listed::Gone {
                id: event.id,
                updated_at: event.updated_at,
            }
        })
    });
    Ok((listed.collect::<Result<_, StoreError>>()?, total))
}

async fn dates_of(
    db: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Vec<occurrences::Model>>, StoreError> {
    let rows = occurrences::Entity::find()
        .filter(occurrences::Column::EventId.is_in(ids))
        .order_by_asc(occurrences::Column::StartsAt)
        .order_by_asc(occurrences::Column::Id)
        .all(db)
        .await?;
    let mut dates: HashMap<Uuid, Vec<_>> = HashMap::new();
    for row in rows {
        dates.entry(row.event_id).or_default().push(row);
    }
    Ok(dates)
}

/// An event found by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The event.
    pub event: Event,
    /// Whether it was asked for by a slug that it doesn't have any more.
    pub by_old_slug: bool,
}

/// The event of that id or slug, if the view sees it.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    view: View,
    name: &str,
) -> Result<Option<Found>, StoreError> {
    let id = match Uuid::try_parse(name) {
        Ok(id) => Some(id),
        Err(_) => Whose::Events.holder(&snapshot.tx, name).await?,
    };
    let Some(id) = id else { return Ok(None) };
    let row = events::Entity::find_by_id(id).one(&snapshot.tx).await?;
    let Some(row) = row else { return Ok(None) };
    let by_old_slug = Uuid::try_parse(name).is_err() && row.slug != name;
    let event = whole(snapshot, view, row).await?;
    Ok(event.map(|event| Found { event, by_old_slug }))
}

/// The event that an occurrence belongs to, if the view sees it.
///
/// # Errors
/// The database can't be reached.
pub async fn occurrence(
    snapshot: &Snapshot,
    view: View,
    id: Id<Occurrence>,
) -> Result<Option<Event>, StoreError> {
    let Some(row) = occurrences::Entity::find_by_id(id.uuid())
        .one(&snapshot.tx)
        .await?
    else {
        return Ok(None);
    };
    by_id(snapshot, view, row.event_id).await
}

/// The event of that id, if the view sees it.
pub(in crate::events) async fn by_id(
    snapshot: &Snapshot,
    view: View,
    id: Uuid,
) -> Result<Option<Event>, StoreError> {
    let row = events::Entity::find_by_id(id).one(&snapshot.tx).await?;
    match row {
        Some(row) => whole(snapshot, view, row).await,
        None => Ok(None),
    }
}

async fn whole(
    snapshot: &Snapshot,
    view: View,
    row: events::Model,
) -> Result<Option<Event>, StoreError> {
    let mut dates = dates_of(&snapshot.tx, vec![row.id]).await?;
    let dates = dates.remove(&row.id).unwrap_or_default();
    let event = rows::event(row, dates, vec![])?;
    Ok(is_seen(view, &event).then_some(event))
}

fn is_seen(view: View, event: &Event) -> bool {
    let sees_all = match event.proposed_by {
        Some(by) => view.sees_all_of(by),
        None => view == View::Staff,
    };
    event.deleted_at.is_none() && (sees_all || event.is_public())
}
