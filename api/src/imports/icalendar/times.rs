//! The times of a calendar: days, floating times, instants and times of a zone; durations; and how
//! they become local times here.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::kernel::{DEFAULT_ZONE, FaultCode};

use super::property::Property;
use super::zones::Zones;

/// What a time is meant in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    /// A whole day.
    Day,
    /// By the clock of wherever one is.
    Floating,
    /// In UTC.
    Utc,
    /// In a zone.
    Zone(Tz),
}

/// A time, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) local: NaiveDateTime,
    pub(super) meant: Meant,
    /// The zone is known by its rules alone.
    pub(super) is_guessed: bool,
}

/// How long something lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    /// Days by the calendar.
    days: i64,
    /// Hours and less, as they pass.
    exact: Duration,
    /// From one time on the clock to another, however many hours pass between the two.
    shown: Duration,
}

const UNREADABLE: FaultCode = FaultCode::Malformed("calendar_time");

impl Time {
    /// The one time of a property.
    pub(super) fn one(property: &Property, zones: &Zones) -> Result<Self, FaultCode> {
        Self::read(property.value.trim(), property.parameter("TZID"), zones)
    }

    /// A written time, in the zone of that name if it names none itself.
    pub(super) fn read(text: &str, zone: Option<&str>, zones: &Zones) -> Result<Self, FaultCode> {
        let (local, written) = written(text).ok_or(UNREADABLE)?;
        let mut is_guessed = false;
        let meant = match (written, zone) {
            (Written::Day, _) => Meant::Day,
            (Written::Instant, _) => Meant::Utc,
            (Written::Local, None) => Meant::Floating,
            (Written::Local, Some(name)) => {
                let found = zones.find(name).ok_or(FaultCode::UnknownTimeZone)?;
                is_guessed = found.is_guessed;
                // Some programs name UTC like any zone.
                match found.zone {
                    Tz::UTC | Tz::Etc__UTC => Meant::Utc,
                    zone => Meant::Zone(zone),
                }
            }
        };
        Ok(Self {
            local,
            meant,
            is_guessed,
        })
    }

    /// The zone whose clock a series of such times goes by.
    pub(super) fn clock(&self) -> Tz {
        match self.meant {
            Meant::Day | Meant::Floating => DEFAULT_ZONE,
            Meant::Utc => Tz::UTC,
            Meant::Zone(zone) => zone,
        }
    }

    /// What a clock of that zone shows then.
    pub(super) fn shown_in(&self, zone: Tz) -> NaiveDateTime {
        match self.meant {
            Meant::Day | Meant::Floating => self.local,
            Meant::Zone(own) if own == zone => self.local,
            _ => instant(self.local, self.clock())
                .with_timezone(&zone)
                .naive_local(),
        }
    }

    /// The time in a stable short form, to tell the dates of a series apart.
    pub(super) fn stamp(&self) -> String {
        let day = self.meant == Meant::Day;
        let form = if day { "%Y%m%d" } else { "%Y%m%dT%H%M%S" };
        let mark = if self.meant == Meant::Utc { "Z" } else { "" };
        format!("{}{mark}", self.local.format(form))
    }
}

impl Length {
    /// From the clock at the start to the clock at the end.
    pub(super) fn between(start: NaiveDateTime, end: NaiveDateTime) -> Self {
        Self {
            shown: end - start,
            ..Self::days(0)
        }
    }

    /// `P1DT2H30M`; one that is not longer than nothing is none.
    pub(super) fn read(text: &str) -> Result<Self, FaultCode> {
        let unreadable = FaultCode::Malformed("duration");
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix('+').unwrap_or(&text);
        let text = text.strip_prefix('P').ok_or(unreadable.clone())?;
        let (mut days, mut seconds) = (0_i64, 0_i64);
        let (mut number, mut in_time, mut is_read) = (None::<i64>, false, false);
        for letter in text.chars() {
            if let Some(digit) = letter.to_digit(10) {
                let so_far = number.unwrap_or(0).checked_mul(10);
                number = so_far.and_then(|n| n.checked_add(digit.into()));
                if number.is_none_or(|n| n > 100_000_000) {
                    return Err(unreadable);
                }
                continue;
            }
            let count = match letter {
                'T' if number.is_none() && !in_time => {
                    in_time = true;
                    continue;
                }
                _ => number.take().ok_or(unreadable.clone())?,
            };
            is_read = true;
            match letter {
                'W' if !in_time => days += 7 * count,
                'D' if !in_time => days += count,
                'H' if in_time => seconds += 3600 * count,
                'M' if in_time => seconds += 60 * count,
                'S' if in_time => seconds += count,
                _ => return Err(unreadable),
            }
        }
        if number.is_some() || !is_read {
            return Err(unreadable);
        }
        Ok(Self {
            exact: Duration::try_seconds(seconds).ok_or(unreadable)?,
            ..Self::days(days)
        })
    }

    /// Whole days.
    pub(super) fn days(days: i64) -> Self {
        Self {
            days,
            exact: Duration::zero(),
            shown: Duration::zero(),
        }
    }

    /// So long that a date of no length can be seen.
    pub(super) fn a_minute() -> Self {
        Self {
            exact: Duration::minutes(1),
            ..Self::days(0)
        }
    }

    /// Whether it is no time at all.
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::days(0)
    }

    /// What the clock shows at the end; `None` beyond any calendar.
    pub(super) fn after(&self, start: NaiveDateTime, zone: Tz) -> Option<NaiveDateTime> {
        let day = start.checked_add_signed(Duration::try_days(self.days)?)?;
        let day = day.checked_add_signed(self.shown)?;
        if self.exact.is_zero() {
            return Some(day);
        }
        let end = instant(day, zone).checked_add_signed(self.exact)?;
        Some(end.with_timezone(&zone).naive_local())
    }
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Day,
    Local,
    Instant,
}

/// `20260305`, `20260305T183000`, `20260305T173000Z`; with dashes and colons too, without seconds, and
/// with an offset, as some programs write them.
pub(super) fn written(text: &str) -> Option<(NaiveDateTime, Written)> {
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    if (text.len() > 10 || text.contains('T'))
        && let Ok(instant) = DateTime::parse_from_rfc3339(text)
    {
        return Some((instant.naive_utc(), Written::Instant));
    }
    let plain = text.replace(['-', ':'], "").to_ascii_uppercase();
    let (day, time) = match plain.split_once('T') {
        Some((day, time)) => (day, Some(time)),
        None => (plain.as_str(), None),
    };
    let day = (day.len() == 8).then(|| NaiveDate::parse_from_str(day, "%Y%m%d"));
    let day = day?.ok()?;
    let Some(time) = time else {
        return Some((day.and_time(NaiveTime::MIN), Written::Day));
    };
    let (time, written) = match time.strip_suffix('Z') {
        Some(time) => (time, Written::Instant),
        None => (time, Written::Local),
    };
    let is_of_digits = time.bytes().all(|b| b.is_ascii_digit());
    let pair = |at: usize| time.get(at..at + 2).and_then(|two| two.parse::<u32>().ok());
    let second = match time.len() {
        _ if !is_of_digits => return None,
        4 => 0,
        // A leap second is no second of a day here.
        6 => pair(4)?.min(59),
        _ => return None,
    };
    let time = NaiveTime::from_hms_opt(pair(0)?, pair(2)?, second)?;
    Some((day.and_time(time), written))
}

/// The instant at which a clock shows that; one in the hour that is skipped is read with the offset
/// before the change, and in the one that comes twice it is the first.
pub(super) fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let found = zone.from_local_datetime(&local).earliest();
    let skipped = || {
        let hour_before = zone.from_local_datetime(&(local - Duration::hours(3)));
        let before = hour_before.earliest().map(|at| at + Duration::hours(3));
        before.map_or_else(|| local.and_utc(), |at| at.to_utc())
    };
    found.map_or_else(skipped, |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_beyond_all_measure_is_unreadable() {
        let hours = format!("PT{}", "100000000H".repeat(26_000));
        let unreadable = FaultCode::Malformed("duration");
        assert_eq!(Length::read(&hours), Err(unreadable));
    }
}
