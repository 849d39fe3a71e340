//! One recurrence rule of iCalendar (RFC 5545, RRULE): read once, kept as a pattern and an end.
//! The crate `rrule` says which days a pattern means; it works by the clock on the wall alone.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use rrule::{RRule, RRuleSet, Unvalidated};
use serde::{Serialize, Serializer};

use crate::kernel::FaultCode;

/// The longest text of a rule, in characters: lists of days and months in full fit.
const LONGEST_TEXT: usize = 500;

/// The most often that one day has a date by one rule.
const MOST_A_DAY: usize = 24;

const UNREADABLE: FaultCode = FaultCode::Malformed("recurrence_rule");

/// The parts that a pattern has beside its end.
const PARTS: [&str; 12] = [
    "FREQ",
    "INTERVAL",
    "BYSECOND",
    "BYMINUTE",
    "BYHOUR",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "WKST",
];

/// A rule that can be read, of days, weeks, months or years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pattern: String,
    end: RuleEnd,
}

/// Where a rule ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleEnd {
    /// It doesn't.
    Never,
    /// After so many dates, the excluded ones among them.
    Count(u32),
    /// With the last date that starts at this instant or before.
    UntilInstant(DateTime<Utc>),
    /// The same by the clock on the wall.
    UntilLocal(NaiveDateTime),
    /// With the last date of this day.
    UntilDay(NaiveDate),
}

impl Rule {
    /// From `FREQ=WEEKLY;BYDAY=TH;COUNT=10`, with or without `RRULE:` before it.
    ///
    /// # Errors
    /// It can't be read, has both COUNT and UNTIL, or makes dates more often than by the hour.
    pub fn parse(text: &str) -> Result<Self, FaultCode> {
        let text = text.trim();
        if text.len() > LONGEST_TEXT {
            return Err(FaultCode::TooLong(LONGEST_TEXT));
        }
        let text = text.to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let mut end = RuleEnd::Never;
        let mut parts: Vec<(&str, &str)> = Vec::new();
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or(UNREADABLE)?;
            match name {
                "COUNT" | "UNTIL" if end != RuleEnd::Never => return Err(UNREADABLE),
                "COUNT" => end = RuleEnd::Count(positive(value)?),
                "UNTIL" => end = RuleEnd::until(value)?,
                _ if !PARTS.contains(&name) => return Err(UNREADABLE),
                _ if parts.iter().any(|(other, _)| *other == name) => return Err(UNREADABLE),
                _ => parts.push((name, value)),
            }
        }
        not_too_often(&parts)?;
        let pattern: Vec<_> = parts
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let rule = Self {
            pattern: pattern.join(";"),
            end,
        };
        // Whether the parts go together doesn't depend on where it starts.
        rule.set(DateTime::UNIX_EPOCH.naive_utc())?;
        Ok(rule)
    }

    /// Where it ends.
    #[must_use]
    pub fn end(&self) -> RuleEnd {
        self.end
    }

    /// The same pattern with another end.
    #[must_use]
    pub fn ending(&self, end: RuleEnd) -> Self {
        Self {
            pattern: self.pattern.clone(),
            end,
        }
    }

    /// The local starts of the pattern from this one on, whatever its end. Each search is bounded: a
    /// pattern that nothing fits (30 February) has none.
    pub(super) fn starts(
        &self,
        first: NaiveDateTime,
    ) -> impl Iterator<Item = NaiveDateTime> + use<> {
        let dates = self.set(first).ok().map(|set| set.limit().into_iter());
        dates.into_iter().flatten().map(|date| date.naive_utc())
    }

    /// Reckoned in UTC, which no change of hour disturbs: what comes out is the clock on the wall.
    fn set(&self, first: NaiveDateTime) -> Result<RRuleSet, FaultCode> {
        let rule: RRule<Unvalidated> = self.pattern.parse().map_err(|_| UNREADABLE)?;
        rule.build(rrule::Tz::UTC.from_utc_datetime(&first))
            .map_err(|_| UNREADABLE)
    }
}

impl RuleEnd {
    fn until(text: &str) -> Result<Self, FaultCode> {
        let local = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S");
        let read = match text.len() {
            8 => NaiveDate::parse_from_str(text, "%Y%m%d").map(Self::UntilDay),
            15 => local(text).map(Self::UntilLocal),
            16 => match text.strip_suffix('Z') {
                Some(text) => local(text).map(|at| Self::UntilInstant(at.and_utc())),
                None => return Err(UNREADABLE),
            },
            _ => return Err(UNREADABLE),
        };
        read.map_err(|_| UNREADABLE)
    }

    /// Whether a date with this local start, the `nth` of its rule, lies behind the end.
    pub(super) fn is_passed(self, nth: usize, start: NaiveDateTime, zone: Tz) -> bool {
        match self {
            Self::Never => false,
            Self::Count(count) => nth > count as usize,
            Self::UntilInstant(until) => {
                let instant = zone.from_local_datetime(&start).earliest();
                let by_the_wall = start > until.with_timezone(&zone).naive_local();
                instant.map_or(by_the_wall, |instant| instant > until)
            }
            Self::UntilLocal(until) => start > until,
            Self::UntilDay(until) => start.date() > until,
        }
    }
}

fn positive(text: &str) -> Result<u32, FaultCode> {
    match text.parse() {
        Ok(0) | Err(_) => Err(UNREADABLE),
        Ok(number) => Ok(number),
    }
}

fn not_too_often(parts: &[(&str, &str)]) -> Result<(), FaultCode> {
    let value = |wanted: &str| {
        let found = parts.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| *value)
    };
    match value("FREQ") {
        Some("YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY") => {}
        Some("HOURLY" | "MINUTELY" | "SECONDLY") => return Err(FaultCode::RuleTooFrequent),
        _ => return Err(UNREADABLE),
    }
    value("INTERVAL").map_or(Ok(1), positive)?;
    let listed = |name| value(name).map_or(1, |list| list.split(',').count());
    let a_day = listed("BYHOUR") * listed("BYMINUTE") * listed("BYSECOND");
    if a_day > MOST_A_DAY {
        return Err(FaultCode::RuleTooFrequent);
    }
    Ok(())
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pattern)?;
        match self.end {
            RuleEnd::Never => Ok(()),
            RuleEnd::Count(count) => write!(f, ";COUNT={count}"),
            RuleEnd::UntilInstant(until) => write!(f, ";UNTIL={}", until.format("%Y%m%dT%H%M%SZ")),
            RuleEnd::UntilLocal(until) => write!(f, ";UNTIL={}", until.format("%Y%m%dT%H%M%S")),
            RuleEnd::UntilDay(until) => write!(f, ";UNTIL={}", until.format("%Y%m%d")),
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
