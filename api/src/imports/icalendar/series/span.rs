//! When one entry is: its start, how long it lasts, and the timing that follows.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::imports::{ImportFault, WarningCode};
use domain::kernel::{DEFAULT_ZONE, FaultCode, Timing, parse_zone};

use super::{Context, Dates};
use crate::imports::icalendar::entry::Entry;
use crate::imports::icalendar::times::{Length, Meant, Time};

/// The line by which the calendars of this service tell by whose clock a time in UTC is read.
const OWN_ZONE: &str = "X-CONCERTATION-ZONE";

/// When an entry is: how its start is written, how long it lasts, and by whose clock people read it if
/// it is in UTC.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: Time,
    pub(super) length: Length,
    pub(super) shown_in: Tz,
}

impl Dates {
    /// When an entry is; a change of one date that says nothing of it is when that date is.
    pub(super) fn span(
        &mut self,
        entry: &Entry,
        instead: Option<Span>,
        context: &Context<'_>,
    ) -> Option<Span> {
        let Some(property) = entry.first("DTSTART") else {
            if instead.is_none() {
                self.faults
                    .push(ImportFault::new(FaultCode::Required, "/DTSTART"));
            }
            return instead;
        };
        let start = match Time::one(property, context.zones) {
            Ok(start) => start,
            Err(code) => {
                let zone = property.parameter("TZID").unwrap_or_default();
                let quote = match code {
                    FaultCode::UnknownTimeZone => zone,
                    _ => &property.value,
                };
                self.fault(code, "/DTSTART", quote);
                return None;
            }
        };
        if start.is_guessed {
            let quote = property.parameter("TZID").unwrap_or_default();
            let guessed = format!("{quote} = {}", start.clock().name());
            self.warn(WarningCode::ZoneGuessed, "/DTSTART", Some(&guessed));
        }
        match start.meant {
            Meant::Day => self.warn(WarningCode::AllDay, "/DTSTART", None),
            Meant::Floating => self.warn(WarningCode::ZoneAssumed, "/DTSTART", None),
            Meant::Utc | Meant::Zone(_) => {}
        }
        let length = self.length(entry, &start, context)?;
        let shown_in = entry.text(OWN_ZONE);
        let shown_in = shown_in.and_then(|name| parse_zone(name.trim()).ok());
        Some(Span {
            start,
            length,
            shown_in: shown_in.unwrap_or(DEFAULT_ZONE),
        })
    }

    fn length(&mut self, entry: &Entry, start: &Time, context: &Context<'_>) -> Option<Length> {
        let is_day = start.meant == Meant::Day;
        let (length, at) = if let Some(property) = entry.first("DTEND") {
            let end = match Time::one(property, context.zones) {
                Ok(end) => end,
                Err(code) => {
                    self.fault(code, "/DTEND", &property.value);
                    return None;
                }
            };
            let end = end.shown_in(start.clock());
            (self.until(start.local, end, &property.value)?, "/DTEND")
        } else if let Some(property) = entry.first("DURATION") {
            match Length::read(&property.value) {
                Ok(length) => (length, "/DURATION"),
                Err(code) => {
                    self.fault(code, "/DURATION", &property.value);
                    return None;
                }
            }
        } else {
            (Length::days(0), "/DTSTART")
        };
        if !length.is_nothing() {
            return Some(length);
        }
        if is_day {
            return Some(Length::days(1));
        }
        self.warn(WarningCode::NoEnd, at, None);
        Some(Length::a_minute())
    }

    /// From the start to the end; an end "before" its start on the same day is past midnight.
    fn until(&mut self, start: NaiveDateTime, end: NaiveDateTime, quote: &str) -> Option<Length> {
        if end >= start {
            return Some(Length::between(start, end));
        }
        if end.date() != start.date() {
            self.fault(FaultCode::EndsBeforeStart, "/DTEND", quote);
            return None;
        }
        self.warn(WarningCode::PastMidnight, "/DTEND", Some(quote));
        Some(Length::between(start, end + Duration::days(1)))
    }

    /// The timing of a date that starts then by the clock of the span.
    pub(super) fn timing(&mut self, start: NaiveDateTime, span: &Span) -> Option<Timing> {
        match timing_of(start, span, span.start.clock()) {
            Ok(timing) => Some(shown(&timing, span)),
            Err((code, at)) => {
                self.fault(code, at, &start.to_string());
                None
            }
        }
    }
}

type TimingFault = (FaultCode, &'static str);

pub(super) fn timing_of(
    start: NaiveDateTime,
    span: &Span,
    clock: Tz,
) -> Result<Timing, TimingFault> {
    let end = span.length.after(start, clock);
    let end = end.ok_or((FaultCode::LastsTooLong(366), "/DURATION"))?;
    Timing::new(start, end, clock).map_err(|faults| {
        let first = &faults.all()[0];
        let at = match first.pointer.as_str() {
            "/local_start" => "/DTSTART",
            _ => "/DTEND",
        };
        (first.code.clone(), at)
    })
}

/// What is meant in UTC is shown as the clocks here show it, or those that the entry names.
pub(super) fn shown(timing: &Timing, span: &Span) -> Timing {
    let zone = span.shown_in;
    if timing.zone() != Tz::UTC {
        return *timing;
    }
    let local = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
    let (start, end) = (local(timing.starts_at()), local(timing.ends_at()));
    Timing::new(start, end, zone).unwrap_or(*timing)
}
