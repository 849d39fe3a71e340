//! Events: what the calendar holds, and what may be done with it.
//! Uses `kernel` and `territory`.

mod content;
mod decide;
mod edit;
mod event;
mod follow;
mod recurrence;
mod series;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use content::{EventContent, Image, Place};
pub use decide::{
    archive, cancel, cancel_occurrence, create, delete, duplicate, move_occurrence, postpone,
    postpone_occurrence, publish,
};
pub use edit::{Schedule, come_from, edit, edit_occurrence};
pub use event::{
    Event, EventFact, EventRefusal, MAX_OCCURRENCES, Occurrence, Origin, Slot,
    allowed_occurrence_transitions, allowed_transitions,
};
pub use follow::{Told, follow, is_off_by_source, stand_again};
pub use recurrence::{Bound, Excluded, Expansion, Recurrence, Rule, RuleEnd};
pub use series::{
    InSeries, Series, SeriesEdit, SeriesPlan, add_series, delete_series, edit_series,
};
pub use vocabulary::{
    Accessibility, Audience, EventKind, EventState, EventTransition, OccurrenceState,
    OccurrenceTransition, Visibility,
};
