//! Events: what the calendar holds, and what may be done with it.
//! Uses `kernel`, `organisations` and `territory`.

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
    archive, cancel, cancel_occurrence, create, decline, delete, duplicate, move_occurrence,
    postpone, postpone_occurrence, propose, publish, still_proposed,
};
pub use edit::{Schedule, become_of, come_from, edit, edit_occurrence};
pub use event::{
    Event, EventFact, EventRefusal, MAX_OCCURRENCES, Occurrence, Origin, Slot,
    allowed_occurrence_transitions, allowed_to_proposer, allowed_transitions,
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
