//! Which zone a calendar means by a name: an IANA one, one of Windows or of another program, or one
//! of its own that is known by the rules in its `VTIMEZONE`.

use std::collections::HashMap;

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Weekday};
use chrono_tz::{OffsetComponents, TZ_VARIANTS, Tz};

use super::property::Property;
use super::times;

/// More zones than any calendar has; the names of further ones are looked up without their rules.
const MOST_ZONES: usize = 500;

/// The most changes of the clock that one zone's description has.
const MOST_OBSERVANCES: usize = 400;

/// Zones that share their rules with others stand for them in this order.
const LIKELY: [Tz; 8] = [
    Tz::Europe__Paris,
    Tz::Europe__London,
    Tz::Europe__Athens,
    Tz::UTC,
    Tz::Indian__Reunion,
    Tz::America__Martinique,
    Tz::America__New_York,
    Tz::America__Los_Angeles,
];

/// The year in which rules are compared.
const A_YEAR: i32 = 2026;

/// A zone, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) zone: Tz,
    /// It is known by its rules alone.
    pub(super) is_guessed: bool,
}

/// The zones that a file describes.
#[derive(Debug, Clone, Default)]
pub(super) struct Zones {
    described: HashMap<String, Option<Found>>,
}

impl Zones {
    /// The zone of that name.
    pub(super) fn find(&self, name: &str) -> Option<Found> {
        let name = name.trim().trim_matches('"');
        match self.described.get(name) {
            Some(found) => *found,
            None => by_name(name).map(Found::named),
        }
    }

    /// Takes a description; the first of a name counts.
    pub(super) fn take(&mut self, description: &Description) {
        let name = description.name.trim().to_owned();
        if !name.is_empty() && self.described.len() < MOST_ZONES {
            let meant = || description.meant();
            self.described.entry(name).or_insert_with(meant);
        }
    }
}

impl Found {
    fn named(zone: Tz) -> Self {
        Self {
            zone,
            is_guessed: false,
        }
    }
}

/// A zone's description, read line by line.
#[derive(Debug, Default)]
pub(super) struct Description {
    name: String,
    /// An IANA name that some programs add.
    location: Option<String>,
    observances: Vec<Observance>,
}

/// One change of the clock, or one every year.
#[derive(Debug, Clone, Default)]
struct Observance {
    start: Option<NaiveDateTime>,
    from: Option<i32>,
    to: Option<i32>,
    yearly: Option<Yearly>,
}

/// Every year on such a weekday of a month: the first is 1, the last is -1.
#[derive(Debug, Clone, Copy)]
struct Yearly {
    month: u32,
    weekday: Weekday,
    nth: i8,
}

impl Description {
    /// One more line of it.
    pub(super) fn line(&mut self, property: &Property) {
        let value = property.value.trim();
        if property.name == "BEGIN" {
            if self.observances.len() < MOST_OBSERVANCES {
                self.observances.push(Observance::default());
            }
            return;
        }
        match property.name.as_str() {
            "TZID" => self.name = property.text(),
            "X-LIC-LOCATION" => self.location = Some(property.text()),
            _ => {}
        }
        let Some(last) = self.observances.last_mut() else {
            return;
        };
        match property.name.as_str() {
            "DTSTART" => last.start = times::written(value).map(|(at, _)| at),
            "TZOFFSETFROM" => last.from = offset(value),
            "TZOFFSETTO" => last.to = offset(value),
            "RRULE" => last.yearly = Yearly::read(value),
            _ => {}
        }
    }

    fn meant(&self) -> Option<Found> {
        let named = by_name(&self.name);
        let located = self.location.as_deref().and_then(by_name);
        // A name that says no more than an offset knows of no summer time.
        let sure = named.filter(|zone| !is_bare_offset(*zone)).or(located);
        let guessed = || {
            self.by_rules().map(|zone| Found {
                zone,
                is_guessed: true,
            })
        };
        sure.map(Found::named)
            .or_else(guessed)
            .or(named.map(Found::named))
    }

    /// A zone whose clock shows the same all the year.
    fn by_rules(&self) -> Option<Tz> {
        let year = self.typical_year()?;
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(12, 0, 0)?;
        let days = (0..365).map(|day| first + Duration::days(day));
        let clock: Vec<(NaiveDateTime, i32)> = days
            .map(|at| Some((at, self.offset_at(at)?)))
            .collect::<Option<_>>()?;
        let all = LIKELY.iter().chain(TZ_VARIANTS.iter()).copied();
        let mut same = all.filter(|zone| {
            clock.iter().all(|(at, offset)| {
                let there = zone.offset_from_utc_datetime(at);
                let there = there.base_utc_offset() + there.dst_offset();
                there.num_seconds() == i64::from(*offset)
            })
        });
        same.next()
    }

    /// The year in which its rules are compared: a later one may not be described.
    fn typical_year(&self) -> Option<i32> {
        let is_yearly = self.observances.iter().any(|o| o.yearly.is_some());
        let years = self.observances.iter().filter_map(|o| o.start);
        let last = years.map(|start| start.year()).max()?;
        let is_lasting = is_yearly || self.observances.len() == 1;
        Some(if is_lasting {
            A_YEAR
        } else {
            last.clamp(1970, 2037)
        })
    }

    /// The offset that holds at an instant, in seconds.
    fn offset_at(&self, at: NaiveDateTime) -> Option<i32> {
        let onsets = self.observances.iter().filter_map(|o| {
            let (start, from, to) = (o.start?, o.from?, o.to?);
            let utc = |local: NaiveDateTime| local - Duration::seconds(from.into());
            let onset = match o.yearly {
                None => Some(utc(start)),
                Some(yearly) => [at.year(), at.year() - 1]
                    .into_iter()
                    .filter_map(|year| yearly.day(year))
                    .map(|day| utc(day.and_time(start.time())))
                    .find(|onset| *onset <= at),
            };
            Some((onset?, to))
        });
        let past = onsets.filter(|(onset, _)| *onset <= at);
        let latest = past.max_by_key(|(onset, _)| *onset).map(|(_, to)| to);
        latest.or_else(|| self.observances.first()?.from)
    }
}

impl Yearly {
    fn read(rule: &str) -> Option<Self> {
        let part = |name: &str| {
            let mut parts = rule.split(';').filter_map(|part| part.split_once('='));
            parts.find(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        let (_, month) = part("BYMONTH")?;
        let (_, day) = part("BYDAY")?;
        let (nth, weekday) = day.split_at_checked(day.len().checked_sub(2)?)?;
        let weekday = match weekday.to_ascii_uppercase().as_str() {
            "MO" => Weekday::Mon,
            "TU" => Weekday::Tue,
            "WE" => Weekday::Wed,
            "TH" => Weekday::Thu,
            "FR" => Weekday::Fri,
            "SA" => Weekday::Sat,
            "SU" => Weekday::Sun,
            _ => return None,
        };
        Some(Self {
            month: month.trim().parse().ok()?,
            weekday,
            nth: nth.parse().ok()?,
        })
    }

    fn day(self, year: i32) -> Option<NaiveDate> {
        if let Ok(nth) = u8::try_from(self.nth) {
            return NaiveDate::from_weekday_of_month_opt(year, self.month, self.weekday, nth);
        }
        let back = self.nth.unsigned_abs();
        let most = (1..=5).rev().filter_map(|nth| {
            NaiveDate::from_weekday_of_month_opt(year, self.month, self.weekday, nth)
        });
        most.take(back.into()).last()
    }
}

/// `+0100`, in seconds.
fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let pair = |at: usize| {
        digits
            .get(at..at + 2)
            .and_then(|two| two.parse::<i32>().ok())
    };
    let (hours, minutes) = (pair(0)?, pair(2)?);
    Some(sign * (hours * 3600 + minutes * 60 + pair(4).unwrap_or(0)))
}

/// The zone that goes by that name, here or in other programs.
fn by_name(name: &str) -> Option<Tz> {
    let name = name.trim();
    if name.is_empty() || name.len() > 200 {
        return None;
    }
    if let Ok(zone) = name.parse() {
        return Some(zone);
    }
    if let Ok(calcard::common::timezone::Tz::Tz(zone)) = name.parse() {
        return Some(zone);
    }
    // `/freeassociation.sourceforge.net/Europe/Paris`, `europe/paris`.
    let marks: Vec<usize> = name.match_indices('/').map(|(at, _)| at + 1).collect();
    let ends = marks.iter().rev().skip(1).take(2).map(|&at| &name[at..]);
    ends.chain([name]).find_map(|end| {
        let same = |zone: &&Tz| zone.name().eq_ignore_ascii_case(end);
        TZ_VARIANTS.iter().find(same).copied()
    })
}

fn is_bare_offset(zone: Tz) -> bool {
    zone.name().starts_with("Etc/GMT")
}
