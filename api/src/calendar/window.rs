//! The window of time that is asked for.

use chrono::{DateTime, Duration, TimeZone, Utc};
use domain::kernel::{DEFAULT_ZONE, FaultCode};

use crate::http::faults::FieldError;
use crate::http::query::Query;

/// The longest window of a page, in days.
const LONGEST: i64 = 400;

/// From, inclusive; to, exclusive.
pub(super) type Window = (DateTime<Utc>, DateTime<Utc>);

/// What is asked for when nothing is: days before today and after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Usual {
    pub(super) before: i64,
    pub(super) after: i64,
}

/// Reads `start` and `end`. Without both, the usual window around today; without one, as much on the
/// side that is missing.
pub(super) fn window(query: &mut Query<'_>, usual: Usual, now: DateTime<Utc>) -> Window {
    let (start, end) = (query.instant("start"), query.instant("end"));
    let days = |days: i64| Duration::days(days);
    let span = days(usual.before + usual.after);
    let today = midnight(now);
    let (start, end) = match (start, end) {
        (Some(start), Some(end)) => (start, end),
        (Some(start), None) => (start, start + span),
        (None, Some(end)) => (end - span, end),
        (None, None) => (today - days(usual.before), today + days(usual.after)),
    };
    // A day longer for the change of hour.
    let longest = days(LONGEST.max(usual.before + usual.after)) + Duration::hours(1);
    if end <= start {
        query.noted::<()>("end", Err(FaultCode::EndsBeforeStart));
    } else if end - start > longest {
        query.fault(FieldError::parameter(
            "end",
            "window_too_long",
            format!("La fenêtre va au plus sur {LONGEST} jours : demandez-la en plusieurs fois."),
            format!("The window is at most {LONGEST} days: ask for it in parts."),
        ));
    }
    (start, end)
}

fn midnight(now: DateTime<Utc>) -> DateTime<Utc> {
    let day = now.with_timezone(&DEFAULT_ZONE).date_naive();
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    // No zone of ours skips midnight.
    DEFAULT_ZONE.from_local_datetime(&midnight).earliest().map_or(now, |at| at.to_utc())
}
