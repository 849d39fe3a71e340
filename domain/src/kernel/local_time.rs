//! Local times with their zone: what people mean by "Thursday at half past six", and the instants
//! that follow from it.
//!
//! Two hours a year are no clear matter. The rule, which is RFC 5545's: a start in the hour that the
//! clock skips is read with the offset before the change (02:30 is then 03:30 by the new time); a
//! start in the hour that comes twice is its first coming. An end is the first instant so named
//! after the start.

use chrono::{
    DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, SubsecRound, TimeZone, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Check, FaultCode, Faults};

/// The zone of whoever names none.
pub const DEFAULT_ZONE: Tz = chrono_tz::Europe::Paris;

/// The longest that one occurrence lasts, in days.
const LONGEST_DAYS: u32 = 366;

/// An instant as both databases keep it: cut to microseconds.
#[must_use]
pub fn to_micros(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.trunc_subsecs(6)
}

/// Which day it is, by the clock on the wall.
#[must_use]
pub fn day_of(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&DEFAULT_ZONE).date_naive()
}

/// The zone of an IANA name.
///
/// # Errors
/// [`FaultCode::UnknownTimeZone`].
pub fn parse_zone(name: &str) -> Result<Tz, FaultCode> {
    name.parse().map_err(|_| FaultCode::UnknownTimeZone)
}

/// When something takes place. Its end comes after its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    local_start: NaiveDateTime,
    local_end: NaiveDateTime,
    zone: Tz,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

impl Timing {
    /// The longest that one lasts.
    #[must_use]
    pub fn longest() -> Duration {
        Duration::days(LONGEST_DAYS.into())
    }

    /// From local times, whose seconds are kept and whose fractions are not.
    ///
    /// # Errors
    /// The end is not after the start, it lasts more than 366 days, or a year lies outside 1970–2199.
    pub fn new(start: NaiveDateTime, end: NaiveDateTime, zone: Tz) -> Result<Self, Faults> {
        let (local_start, local_end) = (start.trunc_subsecs(0), end.trunc_subsecs(0));
        let mut check = Check::new();
        let start_inside = check.at("/local_start", in_calendar(local_start)).is_some();
        let end_inside = check.at("/local_end", in_calendar(local_end)).is_some();
        // At the edge of what the types hold, no instant could be reckoned.
        if !(start_inside && end_inside) {
            return check.done(None);
        }
        let starts_at = start_instant(local_start, zone);
        let ends_at = end_instant(local_end, zone, starts_at);
        if ends_at <= starts_at {
            check.fault("/local_end", FaultCode::EndsBeforeStart);
        } else if ends_at - starts_at > Self::longest() {
            check.fault("/local_end", FaultCode::LastsTooLong(LONGEST_DAYS));
        }
        check.done(Some(Self {
            local_start,
            local_end,
            zone,
            starts_at,
            ends_at,
        }))
    }

    /// As it was stored; nothing is checked again.
    #[must_use]
    pub fn stored(
        local: (NaiveDateTime, NaiveDateTime),
        zone: Tz,
        instants: (DateTime<Utc>, DateTime<Utc>),
    ) -> Self {
        Self {
            local_start: local.0,
            local_end: local.1,
            zone,
            starts_at: instants.0,
            ends_at: instants.1,
        }
    }

    /// The start as people said it.
    #[must_use]
    pub fn local_start(&self) -> NaiveDateTime {
        self.local_start
    }

    /// The end as people said it.
    #[must_use]
    pub fn local_end(&self) -> NaiveDateTime {
        self.local_end
    }

    /// The zone they said it in.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The instant it starts.
    #[must_use]
    pub fn starts_at(&self) -> DateTime<Utc> {
        self.starts_at
    }

    /// The instant it ends.
    #[must_use]
    pub fn ends_at(&self) -> DateTime<Utc> {
        self.ends_at
    }
}

fn in_calendar(local: NaiveDateTime) -> Result<(), FaultCode> {
    use chrono::Datelike;
    if (1970..2200).contains(&local.year()) {
        Ok(())
    } else {
        Err(FaultCode::OutOfRange {
            min: "1970-01-01",
            max: "2199-12-31",
        })
    }
}

fn start_instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => instant.to_utc(),
        LocalResult::None => skipped_instant(local, zone),
    }
}

fn end_instant(local: NaiveDateTime, zone: Tz, after: DateTime<Utc>) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Ambiguous(first, second) if first.to_utc() <= after => second.to_utc(),
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => instant.to_utc(),
        LocalResult::None => skipped_instant(local, zone),
    }
}

/// The offset in force a day before is the one before the gap: no zone changes twice in a day.
fn skipped_instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    use chrono::Offset;
    let before = zone.offset_from_utc_datetime(&(local - Duration::days(1)));
    (local - before.fix()).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn paris(start: &str, end: &str) -> Timing {
        Timing::new(local(start), local(end), DEFAULT_ZONE).unwrap()
    }

    #[test]
    fn a_start_in_the_skipped_hour_is_an_hour_later_by_the_new_time() {
        let timing = paris("2026-03-29T02:30:00", "2026-03-29T04:00:00");
        assert_eq!(timing.starts_at().to_rfc3339(), "2026-03-29T01:30:00+00:00");
        assert_eq!(timing.ends_at().to_rfc3339(), "2026-03-29T02:00:00+00:00");
        assert_eq!(timing.local_start(), local("2026-03-29T02:30:00"));
    }

    #[test]
    fn a_start_in_the_repeated_hour_is_its_first_coming_and_the_end_comes_after() {
        let timing = paris("2026-10-25T02:45:00", "2026-10-25T02:15:00");
        assert_eq!(timing.starts_at().to_rfc3339(), "2026-10-25T00:45:00+00:00");
        assert_eq!(timing.ends_at().to_rfc3339(), "2026-10-25T01:15:00+00:00");
    }

    #[test]
    fn half_past_six_stays_half_past_six_across_the_change() {
        let winter = paris("2026-03-26T18:30:00", "2026-03-26T20:00:00");
        let summer = paris("2026-04-02T18:30:00", "2026-04-02T20:00:00");
        assert_eq!(winter.starts_at().to_rfc3339(), "2026-03-26T17:30:00+00:00");
        assert_eq!(summer.starts_at().to_rfc3339(), "2026-04-02T16:30:00+00:00");
    }

    #[test]
    fn an_end_that_is_not_after_the_start_is_refused() {
        let same = local("2026-05-01T10:00:00");
        let faults = Timing::new(same, same, DEFAULT_ZONE).unwrap_err();
        assert_eq!(faults.all()[0].pointer, "/local_end");
        assert_eq!(faults.all()[0].code, FaultCode::EndsBeforeStart);
    }

    #[test]
    fn a_year_outside_the_calendar_is_refused_however_far() {
        for (start, end, pointers) in [
            (
                "1969-12-31T23:00:00",
                "1970-01-01T01:00:00",
                vec!["/local_start"],
            ),
            (
                "2199-12-31T23:00:00",
                "2200-01-01T01:00:00",
                vec!["/local_end"],
            ),
            (
                "-262143-01-01T00:00:00",
                "+262142-12-31T23:59:59",
                vec!["/local_start", "/local_end"],
            ),
        ] {
            for zone in [
                DEFAULT_ZONE,
                chrono_tz::Pacific::Auckland,
                chrono_tz::Pacific::Niue,
            ] {
                let faults = Timing::new(local(start), local(end), zone).unwrap_err();
                let found: Vec<_> = faults.all().iter().map(|f| f.pointer.as_str()).collect();
                assert_eq!(found, pointers);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn every_timing_that_is_accepted_ends_after_it_starts(
            start in 0_i64..7_000_000_000, minutes in -2_000_i64..600_000, zone in 0_usize..590,
        ) {
            let zone = chrono_tz::TZ_VARIANTS[zone % chrono_tz::TZ_VARIANTS.len()];
            let start = DateTime::from_timestamp(start, 0).unwrap().naive_utc();
            if let Ok(timing) = Timing::new(start, start + Duration::minutes(minutes), zone) {
                proptest::prop_assert!(timing.ends_at() > timing.starts_at());
            }
        }
    }
}
