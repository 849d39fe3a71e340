//! Following what the calendar that an event comes from says of its dates: many at once, in one
//! change. Uses what the transitions by name use.

use chrono::{DateTime, Utc};

use super::decide::{changed, next, turn};
use super::{Event, EventFact, EventState, Occurrence, OccurrenceState, Origin};
use crate::kernel::{Change, Id, Reason};

/// What is said of one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Which.
    pub id: Id<Occurrence>,
    /// How far it is.
    pub state: OccurrenceState,
    /// Why.
    pub reason: Reason,
}

/// Turns dates to what is said of them; `None` when nothing would change. When all the dates of a
/// published event are cancelled by it, or all postponed, so is the event.
#[must_use]
pub fn follow(event: Event, told: &[Told], now: DateTime<Utc>) -> Option<Change<Event, EventFact>> {
    let mut after = next(&event, now);
    let mut facts = Vec::new();
    for said in told {
        let found = after.occurrences.iter_mut().find(|o| o.id == said.id);
        let Some(occurrence) = found else { continue };
        if occurrence.state == said.state && occurrence.reason == said.reason {
            continue;
        }
        facts.extend(fact_of(said.id, occurrence.state, said.state));
        turn(occurrence, said.state, said.reason.clone(), now);
        occurrence.called_off_by_source = said.state == OccurrenceState::Cancelled;
    }
    if after.occurrences == event.occurrences {
        return None;
    }
    let published = event.state == EventState::Published;
    if !published {
        // Nobody was told of a draft's dates: nobody is told that they changed.
        facts.clear();
    }
    match common_state(&after).filter(|_| published) {
        Some((state, fact, reason)) => {
            after.state = state;
            after.reason = reason;
            facts = vec![fact];
        }
        None => facts.push(EventFact::Edited { published }),
    }
    let mut facts = facts.into_iter();
    let first = facts.next().unwrap_or(EventFact::Edited { published });
    let change = changed(event, after, first);
    Some(facts.fold(change, Change::and))
}

/// Whether an event doesn't take place because the calendar that it comes from said so.
#[must_use]
pub fn is_off_by_source(event: &Event) -> bool {
    let mut dates = event.occurrences.iter();
    event.state == EventState::Cancelled && dates.any(|date| date.called_off_by_source)
}

/// Takes back, as the calendar that an event comes from does, that these dates are off; with them an
/// event that it had called off is in the calendar again, be it for new dates alone. `None` when it had
/// called nothing of it off, or the event is filed.
#[must_use]
pub fn stand_again(
    event: Event,
    dates: &[Id<Occurrence>],
    origin: Origin,
    now: DateTime<Utc>,
) -> Option<Change<Event, EventFact>> {
    if event.state == EventState::Archived {
        return None;
    }
    let mut after = next(&event, now);
    after.origin = Some(origin);
    let published = matches!(event.state, EventState::Published | EventState::Postponed);
    let mut facts = Vec::new();
    if is_off_by_source(&event) {
        after.state = EventState::Published;
        after.reason = Reason::default();
        facts.push(EventFact::Published);
    }
    for date in &mut after.occurrences {
        if date.called_off_by_source && dates.contains(&date.id) {
            turn(date, OccurrenceState::Scheduled, Reason::default(), now);
            facts.extend(published.then_some(EventFact::OccurrenceMoved(date.id)));
        }
    }
    if after.state == event.state && after.occurrences == event.occurrences {
        return None;
    }
    let mut facts = facts.into_iter();
    let first = facts.next();
    let change = changed(
        event,
        after,
        first.unwrap_or(EventFact::Edited { published }),
    );
    Some(facts.fold(change, Change::and))
}

fn fact_of(
    id: Id<Occurrence>,
    before: OccurrenceState,
    after: OccurrenceState,
) -> Option<EventFact> {
    match after {
        _ if before == after => None,
        OccurrenceState::Cancelled => Some(EventFact::OccurrenceCancelled(id)),
        OccurrenceState::Postponed => Some(EventFact::OccurrencePostponed(id)),
        OccurrenceState::Scheduled => Some(EventFact::OccurrenceMoved(id)),
    }
}

/// The state of the whole, where no date stands any more.
fn common_state(event: &Event) -> Option<(EventState, EventFact, Reason)> {
    let last = event.occurrences.last()?;
    if event.occurrences.iter().any(|o| o.state != last.state) {
        return None;
    }
    let reason = last.reason.clone();
    match last.state {
        OccurrenceState::Scheduled => None,
        OccurrenceState::Cancelled => Some((EventState::Cancelled, EventFact::Cancelled, reason)),
        OccurrenceState::Postponed => Some((EventState::Postponed, EventFact::Postponed, reason)),
    }
}
