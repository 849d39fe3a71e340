//! What may be done with a series, and what follows from it for its dates.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{InSeries, Series, SeriesPlan, matching};
use crate::events::decide::{changed, new_occurrence, next, sort};
use crate::events::edit::{edited, wrong_state};
use crate::events::event::MAX_OCCURRENCES;
use crate::events::{
    Event, EventFact, EventRefusal, EventState, Occurrence, OccurrenceState, Slot,
};
use crate::kernel::{Change, FaultCode, Faults, Id, Ids, Prose, Reason, Timing};

/// A change and the series that it is about.
type Decided = (Change<Event, EventFact>, Id<Series>);

/// What a series is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesEdit {
    /// Which one.
    pub series: Id<Series>,
    /// From which of its dates on, by the local start that the series gave it; all when absent.
    pub from: Option<NaiveDateTime>,
    /// What the dates follow from then.
    pub plan: SeriesPlan,
    /// Why; needed where published dates are cancelled by it.
    pub reason: Option<Prose<1000>>,
}

/// Adds the dates of a series.
///
/// # Errors
/// The event is archived or cancelled, or would have too many dates.
pub fn add_series(
    event: Event,
    plan: SeriesPlan,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Decided, EventRefusal> {
    must_be_open(&event)?;
    let mut after = next(&event, now);
    let series = new_series(plan, ids, &after);
    let id = series.id;
    for timing in series.plan.timings() {
        let date = new_date(&series, timing, ids, after.updated_at);
        after.occurrences.push(date);
    }
    after.series.push(series);
    must_hold(&after)?;
    sort(&mut after.occurrences);
    Ok((edited(event, after), id))
}

/// Changes a series, as a whole or from one of its dates on; then it ends before that date, and
/// another one begins there. `None` when nothing would change.
///
/// What somebody changed alone stays as it is. Of a published event, what has passed stays too, and a
/// date that the series has no more is cancelled; a draft loses it.
///
/// # Errors
/// The event is archived or cancelled, would have too many dates, or dates would be cancelled without
/// a reason; or `from` is none of its dates.
pub fn edit_series(
    event: Event,
    edit: SeriesEdit,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Option<Decided>, EventRefusal> {
    must_be_open(&event)?;
    let index = event.series.iter().position(|one| one.id == edit.series);
    let index = index.ok_or_else(|| Faults::one("", FaultCode::NotInSeries))?;
    let old = &event.series[index];
    let head = match edit.from {
        None => None,
        Some(from) => head(&event, old, from)?,
    };
    if head.is_none() && edit.plan == old.plan {
        return Ok(None);
    }
    let mut after = next(&event, now);
    let revised = &mut after.series[index];
    revised.version += 1;
    revised.updated_at = after.updated_at;
    let target = match (head, edit.from) {
        (Some(head), Some(from)) => {
            revised.plan = head;
            let new = new_series(edit.plan.clone(), ids, &after);
            hand_over(&mut after, edit.series, new.id, from);
            after.series.push(new.clone());
            new
        }
        _ => {
            revised.plan = edit.plan.clone();
            revised.clone()
        }
    };
    let cancelled = settle(&mut after, &target, edit.reason, ids, now)?;
    must_hold(&after)?;
    stamp(&event, &mut after);
    sort(&mut after.occurrences);
    let change = edited(event, after);
    let change = cancelled.into_iter().fold(change, |change, id| {
        change.and(EventFact::OccurrenceCancelled(id))
    });
    Ok(Some((change, target.id)))
}

/// Removes a series from a draft, with all of its dates.
///
/// # Errors
/// It was published once: then its dates are cancelled, by ending it or one by one.
pub fn delete_series(
    event: Event,
    id: Id<Series>,
    now: DateTime<Utc>,
) -> Result<Change<Event, EventFact>, EventRefusal> {
    if event.published_at.is_some() {
        return Err(EventRefusal::SeriesPublished);
    }
    must_be_open(&event)?;
    let mut after = next(&event, now);
    after.series.retain(|one| one.id != id);
    after
        .occurrences
        .retain(|one| one.series.is_none_or(|of| of.series != id));
    Ok(changed(
        event,
        after,
        EventFact::Edited { published: false },
    ))
}

fn must_be_open(event: &Event) -> Result<(), EventRefusal> {
    let closed = matches!(event.state, EventState::Archived | EventState::Cancelled);
    if closed || event.deleted_at.is_some() {
        return Err(wrong_state(event));
    }
    Ok(())
}

fn must_hold(event: &Event) -> Result<(), Faults> {
    if event.occurrences.len() > MAX_OCCURRENCES {
        return Err(Faults::one("/rrule", FaultCode::TooMany(MAX_OCCURRENCES)));
    }
    Ok(())
}

fn new_series(plan: SeriesPlan, ids: &mut dyn Ids, event: &Event) -> Series {
    Series {
        id: Id::new(ids),
        plan,
        version: 1,
        created_at: event.updated_at,
        updated_at: event.updated_at,
    }
}

fn new_date(series: &Series, timing: Timing, ids: &mut dyn Ids, now: DateTime<Utc>) -> Occurrence {
    let slot = Slot {
        id: None,
        timing,
        capacity: series.plan.capacity(),
    };
    let place = InSeries {
        series: series.id,
        original: timing.local_start(),
        detached: false,
    };
    Occurrence {
        series: Some(place),
        ..new_occurrence(slot, ids, now)
    }
}

/// What is left of a series before one of its dates; `None` when it is the first.
fn head(
    event: &Event,
    series: &Series,
    from: NaiveDateTime,
) -> Result<Option<SeriesPlan>, EventRefusal> {
    let unknown = || Faults::one("/from", FaultCode::NotInSeries);
    let mut originals = series.dates(event).into_iter().filter_map(|one| one.series);
    if !originals.any(|of| of.original == from) {
        return Err(unknown().into());
    }
    let (head, _) = series.plan.split(from).map_err(|_| unknown())?;
    Ok(head)
}

/// The dates of one series from one of them on are those of another.
fn hand_over(event: &mut Event, old: Id<Series>, new: Id<Series>, from: NaiveDateTime) {
    let places = event.occurrences.iter_mut();
    for place in places.filter_map(|one| one.series.as_mut()) {
        if place.series == old && place.original >= from {
            place.series = new;
        }
    }
}

/// Brings the dates of a series to its plan, and says which were cancelled.
fn settle(
    event: &mut Event,
    series: &Series,
    reason: Option<Prose<1000>>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Vec<Id<Occurrence>>, Faults> {
    let published = event.published_at.is_some();
    let has_passed = |timing: &Timing| published && timing.ends_at() <= now;
    let timings = series.plan.timings();
    let starts: Vec<_> = timings.iter().map(Timing::local_start).collect();
    let members = members(event, series.id);
    let originals: Vec<_> = members.iter().map(|(_, place)| place.original).collect();
    let pairs = matching::pairs(&originals, &starts);
    let (mut cancelled, mut removed) = (vec![], vec![]);
    for ((index, place), pair) in members.iter().zip(&pairs) {
        let one = &mut event.occurrences[*index];
        if has_passed(&one.timing) {
            continue;
        }
        if place.detached {
            // Only for which start it stands is another: else the next edit would add that start's date.
            let original = pair.map_or(place.original, |at| starts[at]);
            one.series = Some(InSeries { original, ..*place });
            continue;
        }
        match pair.map(|at| &timings[at]) {
            // What is ahead is not said to have been: it stays as it was.
            Some(timing) if has_passed(timing) => {}
            Some(timing) => follow(one, *timing, series, published, reason.as_ref()),
            None if published => cancelled.push(*index),
            None => removed.push(one.id),
        }
    }
    if !cancelled.is_empty() && reason.is_none() {
        return Err(Faults::one("/reason", FaultCode::ReasonRequired));
    }
    let why: Reason = reason.map(Reason::from).unwrap_or_default();
    for index in &cancelled {
        let one = &mut event.occurrences[*index];
        one.state = OccurrenceState::Cancelled;
        one.reason = why.clone();
        one.sequence += 1;
    }
    let cancelled = cancelled
        .iter()
        .map(|at| event.occurrences[*at].id)
        .collect();
    event.occurrences.retain(|one| !removed.contains(&one.id));
    let is_new =
        |(at, timing): &(usize, Timing)| !pairs.contains(&Some(*at)) && !has_passed(timing);
    for (_, timing) in timings.into_iter().enumerate().filter(is_new) {
        let date = new_date(series, timing, ids, event.updated_at);
        event.occurrences.push(date);
    }
    Ok(cancelled)
}

/// The dates that a series decides of or that stand for one of its starts, by that start. What the
/// series itself gave up is neither: a cancelled date stays as it was.
fn members(event: &Event, series: Id<Series>) -> Vec<(usize, InSeries)> {
    let place = |(index, one): (usize, &Occurrence)| {
        let place = one.series.filter(|place| place.series == series)?;
        let given_up = one.state == OccurrenceState::Cancelled && !place.detached;
        (!given_up).then_some((index, place))
    };
    let mut members: Vec<_> = event
        .occurrences
        .iter()
        .enumerate()
        .filter_map(place)
        .collect();
    members.sort_by_key(|(_, place)| place.original);
    members
}

/// One date as its series has it now.
fn follow(
    one: &mut Occurrence,
    timing: Timing,
    series: &Series,
    published: bool,
    reason: Option<&Prose<1000>>,
) {
    if let Some(place) = &mut one.series {
        place.original = timing.local_start();
    }
    one.capacity = series.plan.capacity();
    if one.timing == timing {
        return;
    }
    if published {
        one.previous = Some(one.timing);
        one.sequence += 1;
    }
    one.timing = timing;
    if one.state == OccurrenceState::Postponed {
        one.state = OccurrenceState::Scheduled;
        one.reason = Reason::default();
    }
    if let Some(reason) = reason {
        one.reason = reason.clone().into();
    }
}

/// Each date that was there before and differs has another version.
fn stamp(before: &Event, after: &mut Event) {
    let now = after.updated_at;
    for one in &mut after.occurrences {
        let old = before.occurrences.iter().find(|old| old.id == one.id);
        if old.is_some_and(|old| old != one) {
            one.version += 1;
            one.updated_at = now;
        }
    }
}
