//! The window of time that is asked for.

use chrono::{DateTime, Duration, NaiveDateTime, NaiveTime, TimeZone, Utc};
use domain::kernel::{DEFAULT_ZONE, FaultCode};

use crate::http::faults::FieldError;
use crate::http::kept::{Footprint, Keep};
use crate::http::query::Query;

/// The longest window of a page, in days.
pub(super) const LONGEST_OF_A_PAGE: i64 = 400;

/// A window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Inclusive.
    pub(super) start: DateTime<Utc>,
    /// Exclusive.
    pub(super) end: DateTime<Utc>,
    /// When it is another one, since it was reckoned from today.
    until: Option<DateTime<Utc>>,
}

impl Window {
    /// How an answer is kept that shows what lies in it.
    pub(super) fn keep(&self) -> Keep {
        Keep {
            footprint: Footprint::Window {
                start: self.start,
                end: self.end,
            },
            until: self.until,
        }
    }

    /// The same where what overlaps a span by the clock of its own place is shown too: no place is
    /// further from UTC than a day.
    pub(super) fn keep_with(&self, (from, to): Wall) -> Keep {
        let day = Duration::days(1);
        Keep {
            footprint: Footprint::Window {
                start: self.start.min(from.and_utc() - day),
                end: self.end.max(to.and_utc() + day),
            },
            until: self.until,
        }
    }
}

/// From, to: by the clock on the wall.
pub(super) type Wall = (NaiveDateTime, NaiveDateTime);

/// What is asked for when nothing is: days before today and after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Usual {
    pub(super) before: i64,
    pub(super) after: i64,
    /// The longest that may be asked for.
    pub(super) longest: Longest,
}

/// How long a window may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Longest {
    /// So many days.
    Days(i64),
    /// As long as one likes: a feed is bounded by what it holds.
    Any,
}

/// Reads `start` and `end`. Without both, the usual window around today; without one, as much on the
/// side that is missing.
pub(super) fn window(query: &mut Query<'_>, usual: Usual, now: DateTime<Utc>) -> Window {
    let (start, end) = (query.instant("start"), query.instant("end"));
    let span = usual.before + usual.after;
    let (start, end, until) = match (start, end) {
        (Some(start), Some(end)) => (start, end, None),
        (Some(start), None) => (start, days_later(start, span), None),
        (None, Some(end)) => (days_later(end, -span), end, None),
        (None, None) => {
            let today = midnight(now);
            (
                days_later(today, -usual.before),
                days_later(today, usual.after),
                Some(days_later(today, 1)),
            )
        }
    };
    if end <= start {
        query.noted::<()>("end", Err(FaultCode::EndsBeforeStart));
    } else if let Longest::Days(days) = usual.longest
        && end > days_later(start, days)
    {
        query.fault(too_long(days));
    }
    Window { start, end, until }
}

fn too_long(days: i64) -> FieldError {
    FieldError::parameter(
        "end",
        "window_too_long",
        format!("La fenêtre couvre au plus {days} jours : demandez-la en plusieurs fois."),
        format!("The window is at most {days} days: ask for it in parts."),
    )
}

/// A window by the clock on the wall: what a browser shows as a month is one wherever it is.
pub(super) fn wall_of(query: &Query<'_>, window: Window) -> Wall {
    let wall = |name, instant: DateTime<Utc>| {
        let here = || instant.with_timezone(&DEFAULT_ZONE).naive_local();
        query.wall_time(name).unwrap_or_else(here)
    };
    (wall("start", window.start), wall("end", window.end))
}

/// Reads `start` and `end` where either may be left open.
pub(super) fn open_window(query: &mut Query<'_>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let (start, end) = (query.instant("start"), query.instant("end"));
    if start.zip(end).is_some_and(|(start, end)| end <= start) {
        query.noted::<()>("end", Err(FaultCode::EndsBeforeStart));
    }
    (start, end)
}

fn midnight(now: DateTime<Utc>) -> DateTime<Utc> {
    let day = now.with_timezone(&DEFAULT_ZONE).date_naive();
    in_zone(day.and_time(NaiveTime::MIN)).unwrap_or(now)
}

/// The same time of another day, by the clock on the wall: a day may have 23 hours, or 25.
fn days_later(instant: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let plain = instant + Duration::days(days);
    let local = instant.with_timezone(&DEFAULT_ZONE).naive_local() + Duration::days(days);
    in_zone(local).unwrap_or(plain)
}

/// `None` in the hour that the clock skips.
fn in_zone(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    DEFAULT_ZONE
        .from_local_datetime(&local)
        .earliest()
        .map(|at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_those_of_the_clock_on_the_wall() {
        let spring = at("2027-03-27T23:00:00Z");
        assert_eq!(days_later(spring, 1), at("2027-03-28T22:00:00Z"));
        assert_eq!(days_later(at("2027-03-28T22:00:00Z"), -1), spring);
        assert_eq!(
            days_later(at("2027-10-30T22:00:00Z"), 1),
            at("2027-10-31T23:00:00Z")
        );
        assert_eq!(midnight(at("2027-03-28T12:00:00Z")), spring);
    }

    #[test]
    fn a_skipped_time_is_reckoned_in_hours() {
        assert_eq!(
            days_later(at("2027-03-27T01:30:00Z"), 1),
            at("2027-03-28T01:30:00Z")
        );
    }
}
