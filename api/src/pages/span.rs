//! What there is to say of when something takes place, in whichever language.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use domain::kernel::{DEFAULT_ZONE, Timing};

/// When something takes place, by the clock of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    /// A whole day.
    Day(NaiveDate),
    /// Whole days, from the first to the last.
    Days(NaiveDate, NaiveDate),
    /// Hours of one day.
    Hours(NaiveDateTime, NaiveDateTime),
    /// From one day into another.
    Across(NaiveDateTime, NaiveDateTime),
}

impl Span {
    pub(super) fn of(timing: &Timing) -> Self {
        let (start, end) = (timing.local_start(), timing.local_end());
        match whole_days(timing) {
            Some((first, after)) => match after.checked_sub_days(Days::new(1)) {
                Some(last) if last > first => Self::Days(first, last),
                _ => Self::Day(first),
            },
            None if start.date() == end.date() => Self::Hours(start, end),
            None => Self::Across(start, end),
        }
    }
}

/// The days that it takes whole: from the first, to the one after the last.
pub(crate) fn whole_days(timing: &Timing) -> Option<(NaiveDate, NaiveDate)> {
    let (start, end) = (timing.local_start(), timing.local_end());
    let is_midnight = |local: NaiveDateTime| local.time() == NaiveTime::MIN;
    (is_midnight(start) && is_midnight(end)).then(|| (start.date(), end.date()))
}

/// By which clock that is, where it is not the one here.
pub(super) fn clock_of(timing: &Timing) -> Option<&'static str> {
    (timing.zone() != DEFAULT_ZONE).then(|| timing.zone().name())
}
