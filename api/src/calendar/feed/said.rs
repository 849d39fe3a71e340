//! What every format says of a date: its title with its state, where and when it is, and why it is not
//! as it was announced.

use chrono::{DateTime, Utc};
use domain::events::OccurrenceState;
use domain::kernel::Prose;
use persistence::events::CalendarRow;

use crate::events::wire::Place;
use crate::pages::french;

/// How a date stands, as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Only the staff sees it.
    Draft,
    /// It takes place.
    On,
    Cancelled,
    Postponed,
}

impl Standing {
    pub(super) fn of(row: &CalendarRow) -> Self {
        match row.occurrence.state {
            _ if !row.event.state.is_announced() => Self::Draft,
            OccurrenceState::Scheduled => Self::On,
            OccurrenceState::Cancelled => Self::Cancelled,
            OccurrenceState::Postponed => Self::Postponed,
        }
    }
}

/// The title; what does not take place as announced says so before all else.
pub(super) fn title(row: &CalendarRow) -> String {
    let title = row.event.content.title.as_str();
    match Standing::of(row) {
        Standing::Draft => format!("BROUILLON\u{a0}: {title}"),
        Standing::On => title.to_owned(),
        Standing::Cancelled => format!("ANNULÉ\u{a0}: {title}"),
        Standing::Postponed => format!("REPORTÉ\u{a0}: {title}"),
    }
}

/// When the date, or its event, last changed.
pub(super) fn updated(row: &CalendarRow) -> DateTime<Utc> {
    row.event.updated_at.max(row.occurrence.updated_at)
}

/// Where it is, in one line.
pub(super) fn place(row: &CalendarRow) -> Option<String> {
    let place = row.event.content.place.as_ref();
    place.map(|place| Place::of(place).line())
}

/// Where it is on the web.
pub(super) fn online(row: &CalendarRow) -> Option<&str> {
    row.event
        .content
        .online_url
        .as_ref()
        .map(|url| url.as_str())
}

pub(super) fn summary(row: &CalendarRow) -> Option<&str> {
    row.event.content.summary.as_ref().map(Prose::as_str)
}

pub(super) fn organiser(row: &CalendarRow) -> Option<&str> {
    let name = row.event.content.organiser_name.as_ref();
    name.map(|name| name.as_str())
}

pub(super) fn tags(row: &CalendarRow) -> impl Iterator<Item = &str> {
    row.event.content.tags.iter().map(|tag| tag.as_str())
}

/// Why it is not as it was announced.
pub(super) fn reason(row: &CalendarRow) -> Option<&str> {
    row.occurrence.reason.reason.as_ref().map(Prose::as_str)
}

/// More about that.
pub(super) fn note(row: &CalendarRow) -> Option<&str> {
    row.occurrence.reason.note.as_ref().map(Prose::as_str)
}

/// Why it is as it is, what it is, and where to read more.
pub(super) fn description(row: &CalendarRow, url: &str) -> String {
    let content = &row.event.content;
    let parts = [
        reason(row),
        note(row),
        summary(row),
        content.price_note.as_ref().map(|note| note.as_str()),
        online(row),
        Some(url),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// All that one reads at a glance: when, where, why not, what.
pub(super) fn glance(row: &CalendarRow) -> String {
    let (content, one) = (&row.event.content, &row.occurrence);
    let before = one
        .previous
        .map(|timing| format!("Initialement\u{a0}: {}", french::when(&timing)));
    let ways = content
        .accessibility
        .iter()
        .map(|way| french::accessibility(*way));
    let ways: Vec<_> = ways.collect();
    let lines = [
        Some(french::when(&one.timing)),
        before,
        place(row),
        online(row).map(str::to_owned),
        reason(row).map(str::to_owned),
        note(row).map(str::to_owned),
        summary(row).map(str::to_owned),
        content.price_note.as_ref().map(ToString::to_string),
        (!ways.is_empty()).then(|| format!("Accessibilité\u{a0}: {}", ways.join(", "))),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}
