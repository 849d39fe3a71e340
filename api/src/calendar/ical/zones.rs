//! `VTIMEZONE`s that are right for every date of a calendar: one component a change of the clock,
//! as the zone's own table has it, or the well-known yearly pair where it holds.

use std::ops::Range;

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};
use chrono_tz::{OffsetComponents, OffsetName, Tz, TzOffset};

use super::lines::Lines;

/// The years in which the zones' table can be trusted. Older ones differ from reader to reader;
/// with 2099 the table ends, without summer time from then on, while other readers go on by the rule.
const KNOWN_YEARS: Range<i32> = 1970..2100;

/// Shorter than the time between any two changes of any zone's clock in those years (165 hours).
const STEP: TimeDelta = TimeDelta::days(4);

/// Since when Europe/Paris follows [`PARIS`]: 27 October 1996, 01:00 UTC.
const PARIS_SINCE: i64 = 846_378_000;

/// The rule of the European Union, as most calendars write it.
const PARIS: [&str; 16] = [
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Paris",
    "BEGIN:STANDARD",
    "DTSTART:19961027T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:19970330T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
];

/// Whether every reader has the same time for this instant in every zone.
pub(super) fn is_known(instant: DateTime<Utc>) -> bool {
    KNOWN_YEARS.contains(&instant.year())
}

/// Which zones a calendar uses, each with the time it must be right for; in order of first use.
#[derive(Default)]
pub(super) struct Zones {
    spans: Vec<Span>,
}

struct Span {
    zone: Tz,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
}

impl Zones {
    /// Makes the zone's description reach from `start` to `end`.
    pub(super) fn cover(&mut self, zone: Tz, start: DateTime<Utc>, end: DateTime<Utc>) {
        match self.spans.iter_mut().find(|span| span.zone == zone) {
            Some(span) => {
                span.first = span.first.min(start);
                span.last = span.last.max(end);
            }
            None => self.spans.push(Span {
                zone,
                first: start,
                last: end,
            }),
        }
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        for span in &self.spans {
            if span.zone == Tz::Europe__Paris && span.first.timestamp() >= PARIS_SINCE {
                for line in PARIS {
                    lines.property(line).end();
                }
            } else {
                lines.property("BEGIN:VTIMEZONE").end();
                lines.property("TZID:").plain(span.zone.name()).end();
                span.write_observances(lines);
            }
            lines.property("END:VTIMEZONE").end();
        }
    }
}

impl Span {
    /// What holds from the year before on, then each change until the last entry has ended.
    fn write_observances(&self, lines: &mut Lines) {
        let start = NaiveDate::from_ymd_opt(self.first.year() - 1, 1, 1)
            .expect("a known year has a first of January")
            .and_time(NaiveTime::MIN);
        let mut before = self.zone.offset_from_utc_datetime(&start);
        observance(lines, start, &before, &before);

        let mut at = start;
        while at <= self.last.naive_utc() {
            let next = at + STEP;
            let after = self.zone.offset_from_utc_datetime(&next);
            if differ(&before, &after) {
                observance(lines, self.change(at, next, &before), &before, &after);
                before = after;
            }
            at = next;
        }
    }

    /// The first second, in UTC, of another observance than `before`, which holds at `low` and no
    /// longer at `high`.
    fn change(
        &self,
        mut low: NaiveDateTime,
        mut high: NaiveDateTime,
        before: &TzOffset,
    ) -> NaiveDateTime {
        while high - low > TimeDelta::seconds(1) {
            let middle = low + TimeDelta::seconds((high - low).num_seconds() / 2);
            if differ(before, &self.zone.offset_from_utc_datetime(&middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }
}

/// Only the clock counts: a zone that gets another name and keeps its time has not changed.
fn differ(one: &TzOffset, other: &TzOffset) -> bool {
    one.fix() != other.fix()
}

/// One `STANDARD` or `DAYLIGHT`, from `onset` (UTC) on.
fn observance(lines: &mut Lines, onset: NaiveDateTime, before: &TzOffset, after: &TzOffset) {
    let (begin, end) = if after.dst_offset() > TimeDelta::zero() {
        ("BEGIN:DAYLIGHT", "END:DAYLIGHT")
    } else {
        ("BEGIN:STANDARD", "END:STANDARD")
    };
    lines.property(begin).end();
    // By the clock that was shown until then, as the RFC wants it.
    lines.property("DTSTART:").local(onset + before.fix()).end();
    lines.property("TZOFFSETFROM:").display(Shift(before)).end();
    lines.property("TZOFFSETTO:").display(Shift(after)).end();
    if let Some(name) = after.abbreviation() {
        lines.property("TZNAME:").text(name).end();
    }
    lines.property(end).end();
}

/// A `UTC-OFFSET`: `+0100`, with seconds only where a zone has some.
struct Shift<'a>(&'a TzOffset);

impl std::fmt::Display for Shift<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.fix().local_minus_utc();
        let sign = if seconds < 0 { '-' } else { '+' };
        let seconds = seconds.unsigned_abs();
        write!(
            formatter,
            "{sign}{:02}{:02}",
            seconds / 3600,
            seconds / 60 % 60
        )?;
        match seconds % 60 {
            0 => Ok(()),
            rest => write!(formatter, "{rest:02}"),
        }
    }
}
