//! Following what the calendar that an event comes from says of its dates: many at once, in one
//! change. Uses what the transitions by name use.

use chrono::{DateTime, Utc};

use super::decide::{changed, next, turn};
use super::{Event, EventFact, EventState, Occurrence, OccurrenceState, Reason};
use crate::kernel::{Change, Id};

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
