//! A timetable as the exports write it: `2018-03-29T23:00:00 2018-03-30T00:30:00;…`, out of order,
//! and with evenings whose end "before" their start lies in the next day.

use chrono::{DateTime, Days, NaiveDateTime};

use super::{ImportFault, ImportWarning, WarningCode};
use crate::events::MAX_OCCURRENCES;
use crate::kernel::{DEFAULT_ZONE, FaultCode, Faults, Timing};

/// What a timetable says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timetable {
    /// Its timings, by their start, each once.
    pub timings: Vec<Timing>,
    /// In what they differ from what was written.
    pub warnings: Vec<ImportWarning>,
    /// Which could not be read; then the timings are not all of them.
    pub faults: Vec<ImportFault>,
}

/// Reads pairs of a start and an end, separated by semicolons.
///
/// A pair whose end is not after its start, on the same day, goes past midnight: its end is set to
/// the next day, with a warning. The one hour a year that comes twice is no such evening.
#[must_use]
pub fn read_timetable(text: &str, at: &str) -> Timetable {
    let pairs: Vec<&str> = text
        .split(';')
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect();
    let mut timetable = Timetable::default();
    if pairs.len() > MAX_OCCURRENCES {
        timetable
            .faults
            .push(ImportFault::new(FaultCode::TooMany(MAX_OCCURRENCES), at));
        return timetable;
    }
    let mut read: Vec<(Timing, &str)> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        match read_pair(pair) {
            Ok((timing, past_midnight)) => {
                if past_midnight {
                    let code = WarningCode::PastMidnight;
                    timetable
                        .warnings
                        .push(ImportWarning::quoting(code, at, pair));
                }
                read.push((timing, pair));
            }
            Err(code) => timetable.faults.push(ImportFault::quoting(code, at, pair)),
        }
    }
    read.sort_by_key(|(timing, _)| (timing.starts_at(), timing.ends_at()));
    for (timing, pair) in read {
        if timetable.timings.last() == Some(&timing) {
            let code = WarningCode::DuplicateTiming;
            timetable
                .warnings
                .push(ImportWarning::quoting(code, at, pair));
        } else {
            timetable.timings.push(timing);
        }
    }
    timetable
}

/// The timing of a pair, and whether its end was set to the next day.
fn read_pair(pair: &str) -> Result<(Timing, bool), FaultCode> {
    let mut moments = pair.split_whitespace();
    let (Some(start), Some(end), None) = (moments.next(), moments.next(), moments.next()) else {
        return Err(FaultCode::Malformed("timing"));
    };
    let (start, end) = (local(start)?, local(end)?);
    let faults = match Timing::new(start, end, DEFAULT_ZONE) {
        Ok(timing) => return Ok((timing, false)),
        Err(faults) => faults,
    };
    if start.date() == end.date()
        && first(&faults) == FaultCode::EndsBeforeStart
        && let Some(next_day) = end.checked_add_days(Days::new(1))
    {
        let timing = Timing::new(start, next_day, DEFAULT_ZONE);
        return timing
            .map(|timing| (timing, true))
            .map_err(|faults| first(&faults));
    }
    Err(first(&faults))
}

/// A local time; one with an offset is what the clocks here showed then.
fn local(text: &str) -> Result<NaiveDateTime, FaultCode> {
    if let Ok(local) = text.parse() {
        return Ok(local);
    }
    let instant = DateTime::parse_from_rfc3339(text);
    let instant = instant.map_err(|_| FaultCode::Malformed("timing"))?;
    Ok(instant.with_timezone(&DEFAULT_ZONE).naive_local())
}

fn first(faults: &Faults) -> FaultCode {
    faults
        .all()
        .first()
        .map_or(FaultCode::Malformed("timing"), |fault| fault.code.clone())
}
