//! What those who registered are told when their date changes.

use crate::events::{Event, EventState, Occurrence, OccurrenceState};

/// What became of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateChange {
    /// It does not take place.
    Cancelled,
    /// It takes place later, nobody knows when yet.
    Postponed,
    /// It takes place at another time, or elsewhere, or again.
    Moved,
}

/// How a date stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    On,
    Cancelled,
    Postponed,
    /// Nobody was told of it, or it was filed.
    Untold,
}

fn standing(event: &Event, date: &Occurrence) -> Standing {
    match (event.state, date.state) {
        (EventState::Cancelled, _) | (EventState::Published, OccurrenceState::Cancelled) => {
            Standing::Cancelled
        }
        (EventState::Postponed, _) | (EventState::Published, OccurrenceState::Postponed) => {
            Standing::Postponed
        }
        (EventState::Published, OccurrenceState::Scheduled) => Standing::On,
        _ => Standing::Untold,
    }
}

/// What is told to those who come to a date, when it was one thing and is another.
#[must_use]
pub fn change_of_date(
    (before, old): (&Event, &Occurrence),
    (after, new): (&Event, &Occurrence),
) -> Option<DateChange> {
    match (standing(before, old), standing(after, new)) {
        (Standing::On | Standing::Postponed, Standing::Cancelled) => Some(DateChange::Cancelled),
        (Standing::On, Standing::Postponed) => Some(DateChange::Postponed),
        (Standing::Postponed, Standing::On) => Some(DateChange::Moved),
        (Standing::On, Standing::On) => {
            let is_elsewhere = before.content.place != after.content.place
                || before.content.online_url != after.content.online_url;
            (is_elsewhere || old.timing != new.timing).then_some(DateChange::Moved)
        }
        _ => None,
    }
}
