//! When a date takes registrations.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::events::{Event, EventState, Occurrence, OccurrenceState};
use crate::kernel::{Check, FaultCode, Faults, Id, Line};

/// A date of an event, as far as registrations have to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Which event's.
    pub event: Id<Event>,
    /// How far that is.
    pub event_state: EventState,
    /// Which of its dates.
    pub occurrence: Id<Occurrence>,
    /// How far that one is.
    pub state: OccurrenceState,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// How many people it holds; absent when nobody counts them.
    pub capacity: Option<u32>,
}

impl Date {
    /// Whether it takes place, as far as anybody knows.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.event_state == EventState::Published && self.state == OccurrenceState::Scheduled
    }
}

/// How a date takes registrations. What is absent is as for every other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationSettings {
    /// Not before; from its publication on when absent.
    pub opens_at: Option<DateTime<Utc>>,
    /// Not from then on; until it starts when absent.
    pub closes_at: Option<DateTime<Utc>>,
    /// Whether those who find no place may wait for one.
    pub has_waitlist: bool,
    /// The largest party.
    pub largest_party: u32,
    /// How long an offered place is kept for whoever waited, in hours.
    pub offer_hours: u32,
    /// What the organiser asks.
    pub questions: Vec<Line<200>>,
}

impl Default for RegistrationSettings {
    fn default() -> Self {
        Self {
            opens_at: None,
            closes_at: None,
            has_waitlist: true,
            largest_party: 10,
            offer_hours: 24,
            questions: Vec::new(),
        }
    }
}

impl RegistrationSettings {
    /// The most questions of an organiser.
    pub const MOST_QUESTIONS: usize = 10;

    /// Checks what hangs together.
    ///
    /// # Errors
    /// It would close before it opens.
    pub fn checked(self) -> Result<Self, Faults> {
        let mut check = Check::new();
        if let (Some(opens), Some(closes)) = (self.opens_at, self.closes_at)
            && closes <= opens
        {
            check.fault("/closes_at", FaultCode::EndsBeforeStart);
        }
        check.done(Some(self))
    }

    /// Until when it takes registrations.
    #[must_use]
    pub fn closes_at(&self, date: &Date) -> DateTime<Utc> {
        let start = date.starts_at;
        self.closes_at.map_or(start, |closes| closes.min(start))
    }
}

/// Whether a date takes registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// It does.
    Open,
    /// Its event is not announced, was called off or put off, or the date was.
    NotHeld,
    /// Not yet, but from then on.
    NotYet(DateTime<Utc>),
    /// Not any more, since then.
    Closed(DateTime<Utc>),
}

/// Whether a date takes registrations at that moment.
#[must_use]
pub fn openness(date: &Date, settings: &RegistrationSettings, now: DateTime<Utc>) -> Openness {
    let closes = settings.closes_at(date);
    match settings.opens_at {
        _ if !date.is_held() => Openness::NotHeld,
        Some(opens) if now < opens => Openness::NotYet(opens),
        _ if now >= closes => Openness::Closed(closes),
        _ => Openness::Open,
    }
}

/// Whether those who wait for a date are still given the places that become free.
#[must_use]
pub fn gives_places(date: &Date, now: DateTime<Utc>) -> bool {
    date.is_held() && now < date.starts_at
}
