//! What changed in the calendar, for whoever keeps a mirror of it: dates that are there, and the mere
//! names of those that are not in it, or not any more.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::events::{Event, Occurrence};
use domain::kernel::Id;
use domain::organisations::Organisation;
use sea_orm::sea_query::{Query, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::View;
use super::calendar::{CalendarFilter, CalendarRow, dates_with_events, events_of, in_window};
use super::filter::{gone, visible};
use crate::entities::{events, occurrences, removed_occurrences};
use crate::events::rows;
use crate::page::{Direction, Part, Place, found_among, rows_of};
use crate::store::{Snapshot, StoreError};

/// What a mirror is told of a date.
#[derive(Debug, Clone, PartialEq)]
pub enum ChangedDate {
    /// It is in the calendar, as it says here.
    There(Box<CalendarRow>),
    /// It is not in the calendar that was asked for.
    Gone(GoneDate),
}

/// A date that left, or was never there: that can't be told apart later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoneDate {
    /// Which date.
    pub id: Id<Occurrence>,
    /// When it, or its event, was last changed.
    pub updated_at: DateTime<Utc>,
}

impl ChangedDate {
    /// Where it stands among the changes.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::There(row) => (row.event.updated_at, row.occurrence.id.uuid()),
            Self::Gone(gone) => (gone.updated_at, gone.id.uuid()),
        }
    }
}

/// The dates that changed then or later, or whose event did, by the moment of that; and how many
/// there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn calendar_changes(
    snapshot: &Snapshot,
    view: View,
    filter: &CalendarFilter,
    since: DateTime<Utc>,
    part: Part,
) -> Result<(Vec<ChangedDate>, Option<u64>), StoreError> {
    // What doesn't match may have matched before the change.
    let told = Condition::all()
        .add(Condition::any().add(visible(view)).add(gone(view)))
        .add(events::Column::UpdatedAt.gte(since));
    let query = dates_with_events().filter(told);
    let columns = (events::Column::UpdatedAt, occurrences::Column::Id);
    let (dates, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let matching = in_window(filter)
        .add(visible(view))
        .add(filter.events.condition(snapshot.engine()));
    let ids = dates.iter().map(|date| date.id).collect();
    let query = dates_with_events().filter(matching);
    let kept = found_among(snapshot, query, occurrences::Column::Id, ids).await?;
    let events = events_of(&snapshot.tx, &dates).await?;
    let (removed, removed_total) = match view {
        // Only what isn't announced yet loses dates, and nobody else sees that.
        View::Public => (vec![], None),
        View::Own(own) => {
            let theirs = proposed_by(own);
            removed(snapshot, since, part, Condition::all().add(theirs)).await?
        }
        View::Staff => removed(snapshot, since, part, Condition::all()).await?,
    };
    let mut rows = dates
        .into_iter()
        .filter_map(|date| told_of(date, &events, &kept).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    rows.extend(removed.into_iter().map(ChangedDate::Gone));
    rows.sort_by_key(ChangedDate::place);
    rows.truncate(usize::try_from(part.limit).unwrap_or(usize::MAX));
    Ok((rows, total.map(|total| total + removed_total.unwrap_or(0))))
}

fn told_of(
    date: occurrences::Model,
    events: &HashMap<Uuid, Arc<Event>>,
    kept: &HashSet<Uuid>,
) -> Result<Option<ChangedDate>, StoreError> {
    let Some(event) = events.get(&date.event_id).cloned() else {
        return Ok(None);
    };
    let is_kept = kept.contains(&date.id);
    let occurrence = rows::occurrence(date)?;
    Ok(Some(if is_kept {
        ChangedDate::There(Box::new(CalendarRow { occurrence, event }))
    } else {
        ChangedDate::Gone(GoneDate {
            id: occurrence.id,
            updated_at: event.updated_at,
        })
    }))
}

/// That a removed date was of an event which that structure proposed.
fn proposed_by(own: Id<Organisation>) -> SimpleExpr {
    let theirs = Query::select()
        .column(events::Column::Id)
        .from(events::Entity)
        .and_where(events::Column::ProposedBy.eq(own.uuid()))
        .to_owned();
    removed_occurrences::Column::EventId.in_subquery(theirs)
}

async fn removed(
    snapshot: &Snapshot,
    since: DateTime<Utc>,
    part: Part,
    whose: Condition,
) -> Result<(Vec<GoneDate>, Option<u64>), StoreError> {
    use removed_occurrences::{Column, Entity};
    let query = Entity::find()
        .filter(Column::RemovedAt.gte(since))
        .filter(whose);
    let columns = (Column::RemovedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    Ok((rows.into_iter().map(gone_date).collect(), total))
}

/// The dates that an event had and has no more, since then.
///
/// # Errors
/// The database can't be reached.
pub async fn removed_dates(
    snapshot: &Snapshot,
    event: Id<Event>,
    since: DateTime<Utc>,
) -> Result<Vec<GoneDate>, StoreError> {
    use removed_occurrences::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::EventId.eq(event.uuid()))
        .filter(Column::RemovedAt.gte(since))
        .all(&snapshot.tx)
        .await?;
    Ok(rows.into_iter().map(gone_date).collect())
}

fn gone_date(row: removed_occurrences::Model) -> GoneDate {
    GoneDate {
        id: Id::from_uuid(row.id),
        updated_at: row.removed_at,
    }
}
