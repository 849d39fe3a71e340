//! An event with its occurrences, what happened to it, and which transitions are open.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{
    EventContent, EventState, EventTransition, InSeries, OccurrenceState, OccurrenceTransition,
    Series, Visibility,
};
use crate::kernel::{Fact, Faults, Id, Line, Reason, Slug, Timing};
use crate::organisations::Organisation;

/// The most occurrences that one event has.
pub const MAX_OCCURRENCES: usize = 1_000;

/// An event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Its id.
    pub id: Id<Event>,
    /// Its name in addresses.
    pub slug: Slug,
    /// What it says.
    pub content: EventContent,
    /// How far it is.
    pub state: EventState,
    /// Why it is in that state.
    pub reason: Reason,
    /// Its dates, by their start.
    pub occurrences: Vec<Occurrence>,
    /// The series that some of its dates follow from, in the order they were made.
    pub series: Vec<Series>,
    /// Where it was imported from.
    pub origin: Option<Origin>,
    /// The partner who proposed it.
    pub proposed_by: Option<Id<Organisation>>,
    /// How often what it says has changed since it was published (iCalendar's SEQUENCE).
    pub sequence: i32,
    /// When it was first published.
    pub published_at: Option<DateTime<Utc>>,
    /// Whether it ever stood in the public view: mirrors of that view are told when it leaves.
    pub was_public: bool,
    /// When it left the public view; absent while it is there, and when it never was.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// When it was removed; only what was never published can be.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it, or one of its occurrences, was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Event {
    /// Whether everybody sees it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.content.visibility == Visibility::Public
            && self.state.is_announced()
            && self.deleted_at.is_none()
    }
}

/// One date of an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Occurrence {
    /// Its id.
    pub id: Id<Occurrence>,
    /// Its iCalendar UID, made once and stored.
    pub uid: String,
    /// When it takes place.
    pub timing: Timing,
    /// When it was to take place before it was moved.
    pub previous: Option<Timing>,
    /// How many people it holds; unlimited when absent.
    pub capacity: Option<u32>,
    /// Its place in a series, if it is of one.
    pub series: Option<InSeries>,
    /// How far it is.
    pub state: OccurrenceState,
    /// Whether it was the calendar it comes from that called it off: that one may take it back, while
    /// what the staff called off stays so.
    pub called_off_by_source: bool,
    /// Why it is in that state.
    pub reason: Reason,
    /// How often its time or state has changed since it was published (iCalendar's SEQUENCE).
    pub sequence: i32,
    /// Changes with every write.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Where an event was imported from: the source and its key there, never its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The name of the source.
    pub source: Line<100>,
    /// The record's key in that source.
    pub uid: Line<200>,
    /// A digest of the record as it was last read: the same one changes nothing.
    pub digest: String,
}

/// A date as somebody asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// Which occurrence is meant; a new one, or the one at that time, when absent.
    pub id: Option<Id<Occurrence>>,
    /// When.
    pub timing: Timing,
    /// For how many.
    pub capacity: Option<u32>,
}

/// What happened to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventFact {
    /// It was made.
    Created,
    /// A partner proposed it.
    Proposed,
    /// The proposal was not taken.
    Declined,
    /// What it says, or its dates, changed.
    Edited {
        /// Whether it had been published.
        published: bool,
    },
    /// It entered the calendar.
    Published,
    /// It does not take place.
    Cancelled,
    /// It takes place later.
    Postponed,
    /// It was filed.
    Archived,
    /// It was removed.
    Deleted,
    /// One date does not take place.
    OccurrenceCancelled(Id<Occurrence>),
    /// One date takes place later.
    OccurrencePostponed(Id<Occurrence>),
    /// One date takes place at another time.
    OccurrenceMoved(Id<Occurrence>),
}

impl EventFact {
    /// The occurrence that it is about, when it is about one.
    #[must_use]
    pub fn occurrence(&self) -> Option<Id<Occurrence>> {
        match self {
            Self::OccurrenceCancelled(id)
            | Self::OccurrencePostponed(id)
            | Self::OccurrenceMoved(id) => Some(*id),
            _ => None,
        }
    }
}

impl Fact for EventFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Created => "event.created",
            Self::Proposed => "event.proposed",
            Self::Declined => "event.declined",
            Self::Edited { .. } => "event.updated",
            Self::Published => "event.published",
            Self::Cancelled => "event.cancelled",
            Self::Postponed => "event.postponed",
            Self::Archived => "event.archived",
            Self::Deleted => "event.deleted",
            Self::OccurrenceCancelled(_) => "occurrence.cancelled",
            Self::OccurrencePostponed(_) => "occurrence.postponed",
            Self::OccurrenceMoved(_) => "occurrence.moved",
        }
    }

    fn is_told(&self) -> bool {
        !matches!(
            self,
            Self::Created | Self::Deleted | Self::Edited { published: false }
        )
    }

    fn part(&self) -> Option<(&'static str, Uuid)> {
        self.occurrence().map(|id| ("occurrence_id", id.uuid()))
    }
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EventRefusal {
    /// The event's state doesn't allow it.
    #[error("a {} event takes none of this", .state.word_for_log())]
    WrongState {
        /// The state it is in.
        state: EventState,
        /// What is open from here.
        open: Vec<EventTransition>,
    },
    /// The occurrence's state doesn't allow it.
    #[error("the occurrence takes none of this")]
    WrongOccurrenceState {
        /// The state it is in.
        state: OccurrenceState,
        /// What is open from here.
        open: Vec<OccurrenceTransition>,
    },
    /// All of its dates lie behind: there is nothing left to cancel or to postpone.
    #[error("every occurrence has ended")]
    NothingAhead,
    /// The date lies behind: it can't be postponed.
    #[error("the occurrence has ended")]
    HasEnded,
    /// A published event loses no date, and so no series.
    #[error("the series was published")]
    SeriesPublished,
    /// A rule is broken, at these places.
    #[error(transparent)]
    Broken(#[from] Faults),
}

impl EventState {
    fn word_for_log(self) -> &'static str {
        use crate::kernel::Vocabulary;
        self.word()
    }
}

/// What is open for an event, from the state it is in.
#[must_use]
pub fn allowed_transitions(state: EventState) -> Vec<EventTransition> {
    use EventTransition::{Archive, Cancel, Decline, Delete, Postpone, Publish};
    match state {
        EventState::Draft | EventState::Declined => vec![Publish, Delete],
        EventState::Proposed => vec![Publish, Decline, Delete],
        EventState::Published => vec![Cancel, Postpone, Archive],
        EventState::Postponed => vec![Publish, Cancel, Archive],
        EventState::Cancelled => vec![Archive],
        EventState::Archived => vec![],
    }
}

/// What is open to the partner who proposed an event, from the state it is in.
#[must_use]
pub fn allowed_to_proposer(state: EventState) -> Vec<EventTransition> {
    match state {
        EventState::Proposed => vec![EventTransition::Delete],
        _ => vec![],
    }
}

/// What is open for one occurrence, from its state and its event's.
#[must_use]
pub fn allowed_occurrence_transitions(
    event: EventState,
    occurrence: OccurrenceState,
) -> Vec<OccurrenceTransition> {
    use OccurrenceTransition::{Cancel, Move, Postpone};
    if !matches!(event, EventState::Published | EventState::Postponed) {
        return vec![];
    }
    match occurrence {
        OccurrenceState::Scheduled => vec![Cancel, Postpone, Move],
        OccurrenceState::Postponed => vec![Cancel, Move],
        OccurrenceState::Cancelled => vec![],
    }
}
