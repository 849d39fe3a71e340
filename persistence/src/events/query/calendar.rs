//! The calendar: the occurrences that overlap a window of time, each with what its event says.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use domain::events::{Event, Occurrence, Visibility};
use domain::kernel::{Timing, Vocabulary};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect,
    RelationTrait, Select,
};
use uuid::Uuid;

use super::filter::visible;
use super::{EventFilter, View};
use crate::entities::{events, occurrences};
use crate::events::rows;
use crate::page::{Direction, Part, rows_of, total_of};
use crate::store::{Snapshot, StoreError};

/// Which occurrences.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CalendarFilter {
    /// They end after this moment.
    pub start: Option<DateTime<Utc>>,
    /// They start before this moment.
    pub end: Option<DateTime<Utc>>,
    /// Those too that overlap this span by the clock of their own place, wherever that is.
    pub wall: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Of these events.
    pub events: EventFilter,
    /// Of this event only.
    pub event: Option<Uuid>,
    /// With those that stood in the public view and don't any more, whatever the filter, so that
    /// subscribers are told.
    pub with_withdrawn: bool,
}

impl CalendarFilter {
    /// No date that ended by then is in it.
    fn reaches_from(&self) -> Option<DateTime<Utc>> {
        let outside = self.wall.map(|(from, _)| from.and_utc() - FURTHEST_ZONE);
        let start = self.start?;
        Some(outside.map_or(start, |outside| outside.min(start)))
    }
}

/// No place is further from UTC.
const FURTHEST_ZONE: Duration = Duration::days(1);

/// One occurrence with its event, whose own list of occurrences is left empty.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarRow {
    /// The occurrence.
    pub occurrence: Occurrence,
    /// The event.
    pub event: Arc<Event>,
}

impl CalendarRow {
    /// Whether it left the public view: nothing may be said of it but that. Whoever proposed it goes on seeing
    /// it as it is.
    #[must_use]
    pub fn is_withdrawn(&self, view: View) -> bool {
        let by = self.event.proposed_by;
        let is_theirs = view == View::Staff || by.is_some_and(|own| view.sees_all_of(own));
        !is_theirs && !self.event.is_public()
    }
}

/// The occurrences by their start, after the cursor; and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn calendar(
    snapshot: &Snapshot,
    view: View,
    filter: &CalendarFilter,
    part: Part,
) -> Result<(Vec<CalendarRow>, Option<u64>), StoreError> {
    let asked = filter.events.condition(snapshot.engine());
    let mut seen = Condition::any().add(visible(view).add(asked));
    if filter.with_withdrawn && view != View::Staff {
        // Whatever the filter: it matched what was said then, and must not tell what is said now.
        let withdrawn = Condition::all()
            .add(events::Column::WasPublic.eq(true))
            .add(events::Column::Visibility.ne(Visibility::Public.word()));
        seen = seen.add(withdrawn);
    }
    let query = dates_with_events().filter(in_window(filter).add(seen));
    let (dates, total) = match filter.reaches_from() {
        Some(start) if filter.event.is_none() => from(snapshot, query, start, part).await?,
        _ => by_start(snapshot, query, part).await?,
    };
    let events = events_of(&snapshot.tx, &dates).await?;
    let rows = dates.into_iter().filter_map(|date| {
        let event = events.get(&date.event_id)?.clone();
        Some(rows::occurrence(date).map(|occurrence| CalendarRow { occurrence, event }))
    });
    Ok((rows.collect::<Result<_, _>>()?, total))
}

async fn by_start(
    snapshot: &Snapshot,
    query: Select<occurrences::Entity>,
    part: Part,
) -> Result<(Vec<occurrences::Model>, Option<u64>), StoreError> {
    let columns = (occurrences::Column::StartsAt, occurrences::Column::Id);
    rows_of(snapshot, query, columns, Direction::Ascending, part).await
}

/// A window's dates: first the long ones that are under way, then those that start shortly before it
/// or in it. The starts since the first date ever are not walked through, so that a month costs the
/// same however long the history is.
async fn from(
    snapshot: &Snapshot,
    query: Select<occurrences::Entity>,
    start: DateTime<Utc>,
    part: Part,
) -> Result<(Vec<occurrences::Model>, Option<u64>), StoreError> {
    let bound = start - rows::LONG;
    let (under_way, others) = parted(query, start, bound);
    let (mut dates, of_long) = match part.after {
        Some((after, _)) if after > bound => {
            (vec![], total_of(snapshot, &under_way, part.total).await?)
        }
        _ => by_start(snapshot, under_way, part).await?,
    };
    let rest = Part {
        after: part.after.filter(|(after, _)| *after > bound),
        limit: part.limit - dates.len() as u64,
        ..part
    };
    let (others, of_others) = by_start(snapshot, others, rest).await?;
    dates.extend(others);
    let total = of_long.zip(of_others).map(|(long, others)| long + others);
    Ok((dates, total))
}

/// The long dates under way at that start, and those that start after the bound before it.
fn parted(
    query: Select<occurrences::Entity>,
    start: DateTime<Utc>,
    bound: DateTime<Utc>,
) -> (Select<occurrences::Entity>, Select<occurrences::Entity>) {
    let under_way = query
        .clone()
        .filter(occurrences::Column::LongEndsAt.gt(start))
        .filter(occurrences::Column::StartsAt.gte(start - Timing::longest()))
        .filter(occurrences::Column::StartsAt.lte(bound));
    let others = query.filter(occurrences::Column::StartsAt.gt(bound));
    (under_way, others)
}

pub(super) fn dates_with_events() -> Select<occurrences::Entity> {
    occurrences::Entity::find().join(JoinType::InnerJoin, occurrences::Relation::Event.def())
}

/// The condition on the dates themselves.
pub(super) fn in_window(filter: &CalendarFilter) -> Condition {
    let overlaps = match filter.wall {
        None => overlapping(filter.start, filter.end),
        Some((from, to)) => {
            // Instants, which are indexed, bound the search.
            let start = filter.reaches_from();
            let end = filter.end.map(|at| at.max(to.and_utc() + FURTHEST_ZONE));
            let by_the_wall = Condition::all()
                .add(occurrences::Column::LocalStart.lt(to))
                .add(occurrences::Column::LocalEnd.gt(from));
            let by_either = Condition::any()
                .add(overlapping(filter.start, filter.end))
                .add(by_the_wall);
            overlapping(start, end).add(by_either)
        }
    };
    overlaps.add_option(filter.event.map(|id| occurrences::Column::EventId.eq(id)))
}

fn overlapping(start: Option<DateTime<Utc>>, end: Option<DateTime<Utc>>) -> Condition {
    Condition::all()
        .add_option(end.map(|end| occurrences::Column::StartsAt.lt(end)))
        .add_option(start.map(|start| occurrences::Column::EndsAt.gt(start)))
}

/// The events of the dates.
pub(super) async fn events_of(
    db: &impl ConnectionTrait,
    dates: &[occurrences::Model],
) -> Result<HashMap<Uuid, Arc<Event>>, StoreError> {
    let mut ids: Vec<Uuid> = dates.iter().map(|date| date.event_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = events::Entity::find()
        .filter(events::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let whole = |row: events::Model| Ok((row.id, Arc::new(rows::event(row, vec![], vec![])?)));
    rows.into_iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryOrder, QueryTrait, Statement};

    use super::*;
    use crate::store::tests::on_file;

    async fn plan(snapshot: &Snapshot, query: Select<occurrences::Entity>) -> String {
        let ordered = query
            .order_by_asc(occurrences::Column::StartsAt)
            .order_by_asc(occurrences::Column::Id)
            .limit(201);
        let asked = ordered.build(DbBackend::Sqlite).to_string();
        let asked =
            Statement::from_string(DbBackend::Sqlite, format!("explain query plan {asked}"));
        let rows = snapshot.tx.query_all_raw(asked).await.unwrap();
        let said = rows
            .iter()
            .map(|row| row.try_get::<String>("", "detail").unwrap());
        said.collect::<Vec<_>>().join("; ")
    }

    #[tokio::test]
    async fn a_window_walks_through_neither_what_is_over_nor_what_is_far() {
        let folder = tempfile::tempdir().unwrap();
        let store = on_file(&folder).await;
        let snapshot = store.read().await.unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let filter = CalendarFilter {
            start: Some(at("2027-03-01T00:00:00Z")),
            end: Some(at("2027-04-01T00:00:00Z")),
            ..CalendarFilter::default()
        };
        let start = filter.reaches_from().unwrap();
        let seen = in_window(&filter).add(visible(View::Public));
        let query = dates_with_events().filter(seen);
        let (under_way, others) = parted(query, start, start - rows::LONG);
        for (query, index) in [
            (under_way, "occurrences_long"),
            (others, "occurrences_start"),
        ] {
            let plan = plan(&snapshot, query).await;
            let walked = format!("occurrences USING INDEX {index} (starts_at>? AND starts_at<?)");
            assert!(plan.contains(&walked), "{plan}");
            assert!(!plan.contains("ORDER BY"), "{plan}");
        }
    }
}
