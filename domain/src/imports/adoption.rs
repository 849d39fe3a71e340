//! Events that no source brings any more: those that came by a file that somebody sent, and those of a
//! source that was deleted. A source that is polled takes them over; from a living one nobody does.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::ImportedEvent;
use crate::events::{self, Event, EventFact, Origin};
use crate::kernel::{Change, Line};

/// Whether a record means an event that nobody brings and that has the record's key. Keys of calendars
/// are only as good as the programs that make them: where dates bear UIDs, one must be the same.
#[must_use]
pub fn is_meant(event: &Event, record: &ImportedEvent) -> bool {
    let held: HashSet<&str> = event.occurrences.iter().map(|o| o.uid.as_str()).collect();
    let mut uids = record.dates.iter().filter_map(|date| date.uid.as_deref());
    let bears_none = record.dates.iter().all(|date| date.uid.is_none());
    bears_none || uids.any(|uid| held.contains(uid))
}

/// An event of another source, as one of this source that was read as it was there; `None` for its own.
pub(super) fn adopted(
    event: &Event,
    source: &Line<100>,
    now: DateTime<Utc>,
) -> Option<Change<Event, EventFact>> {
    let origin = event.origin.clone()?;
    if origin.source == *source {
        return None;
    }
    let origin = Origin {
        source: source.clone(),
        ..origin
    };
    Some(events::come_from(event.clone(), origin, now))
}
