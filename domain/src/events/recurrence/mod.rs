//! Dates that come again: a first one, the rules by which it repeats, what is added and left out, as
//! iCalendar has them; and the dates that follow, by the clock on the wall and bounded.
//! Uses `kernel`.

mod rule;
mod window;

use std::collections::BTreeSet;

use chrono::{Duration, Months, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

pub use rule::{Rule, RuleEnd};

use super::MAX_OCCURRENCES;
use crate::kernel::{Check, FaultCode, Faults, Timing};

/// The longest that a series lasts, in years.
const LONGEST_YEARS: u32 = 5;

/// The most rules that one recurrence has.
const MAX_RULES: usize = 10;

/// How a date comes again. Its times are local ones, in the zone of the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recurrence {
    first: Timing,
    rules: Vec<Rule>,
    extra: Vec<NaiveDateTime>,
    excluded: Vec<Excluded>,
}

/// What is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Excluded {
    /// The date that starts then.
    Start(NaiveDateTime),
    /// Every date of that day.
    Day(NaiveDate),
}

/// What becomes of a recurrence that goes on too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// It is refused: a rule ends by itself, within five years, and the first date fits it.
    Strict,
    /// It is cut after this local time, and after five years, and the first date counts even where
    /// no rule fits it: what others wrote is taken as well as it can be.
    CutAt(NaiveDateTime),
}

/// The dates that follow from a recurrence.
#[derive(Debug, Clone, PartialEq)]
pub struct Expansion {
    /// In order, no two of one local start; never empty.
    pub timings: Vec<Timing>,
    /// Whether there would have been more.
    pub is_cut: bool,
}

impl Excluded {
    /// Where it stands among others.
    fn place(self) -> NaiveDateTime {
        match self {
            Self::Start(at) => at,
            Self::Day(day) => day.and_time(NaiveTime::MIN),
        }
    }

    /// Whether all that it means starts before then.
    pub(super) fn is_before(self, start: NaiveDateTime) -> bool {
        match self {
            Self::Start(at) => at < start,
            Self::Day(day) => day < start.date(),
        }
    }

    /// Whether all that it means starts then or later.
    pub(super) fn is_after(self, start: NaiveDateTime) -> bool {
        match self {
            Self::Start(at) => at >= start,
            Self::Day(day) => day > start.date(),
        }
    }
}

impl Recurrence {
    /// From its parts; the lists are sorted, and what stands there twice counts once.
    ///
    /// # Errors
    /// A list is too long; at `/rrule`, `/rdates`, `/exdates`.
    pub fn new(
        first: Timing,
        rules: Vec<Rule>,
        extra: Vec<NaiveDateTime>,
        excluded: Vec<Excluded>,
    ) -> Result<Self, Faults> {
        let mut check = Check::new();
        let rules = check.at("/rrule", at_most(rules, MAX_RULES));
        let extra = check.at("/rdates", at_most(extra, MAX_OCCURRENCES));
        let excluded = check.at("/exdates", at_most(excluded, MAX_OCCURRENCES));
        let parts = rules.zip(extra).zip(excluded);
        check.done(parts.map(|((rules, extra), excluded)| Self {
            first,
            rules,
            extra: sorted(extra),
            excluded: in_order(excluded),
        }))
    }

    /// When it takes place first, unless that is left out.
    #[must_use]
    pub fn first(&self) -> Timing {
        self.first
    }

    /// By which rules it comes again.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The local starts beside the rules.
    #[must_use]
    pub fn extra(&self) -> &[NaiveDateTime] {
        &self.extra
    }

    /// What is left out.
    #[must_use]
    pub fn excluded(&self) -> &[Excluded] {
        &self.excluded
    }

    /// The dates that follow. Each keeps the time of the first by the clock on the wall.
    ///
    /// # Errors
    /// More dates than an event has, none at all, or what [`Bound::Strict`] refuses; at `/rrule`,
    /// `/rdates`, `/rdates/{index}` and `/local_start`.
    pub fn expand(&self, bound: Bound) -> Result<Expansion, Faults> {
        let mut check = Check::new();
        let mut starts = BTreeSet::from([self.first.local_start()]);
        let mut is_cut = false;
        for rule in &self.rules {
            match self.follow(rule, bound, &mut starts) {
                Ok(cut) => is_cut |= cut,
                Err(StopAt(pointer, code)) => check.fault(pointer, code),
            }
        }
        for (index, start) in self.extra.iter().enumerate() {
            if !self.is_beyond(*start, bound) {
                starts.insert(*start);
            } else if bound == Bound::Strict {
                let pointer = format!("/rdates/{index}");
                check.fault(&pointer, FaultCode::SpansTooLong(LONGEST_YEARS));
            } else {
                is_cut = true;
            }
        }
        if starts.len() > MAX_OCCURRENCES && check.is_clean() {
            check.fault("/rdates", FaultCode::TooMany(MAX_OCCURRENCES));
        }
        starts.retain(|start| !self.is_excluded(*start));
        if starts.is_empty() {
            check.fault("/rrule", FaultCode::RuleWithoutDate);
        }
        let timings: Result<Vec<_>, _> = starts.into_iter().map(|start| self.at(start)).collect();
        let timings = check.at("/rrule", timings);
        check.done(timings.map(|timings| Expansion { timings, is_cut }))
    }

    /// Adds the starts of one rule; says whether it was cut.
    fn follow(
        &self,
        rule: &Rule,
        bound: Bound,
        starts: &mut BTreeSet<NaiveDateTime>,
    ) -> Result<bool, StopAt> {
        let strict = bound == Bound::Strict;
        if strict && rule.end() == RuleEnd::Never {
            return Err(StopAt("/rrule", FaultCode::RuleUnbounded));
        }
        let first = self.first.local_start();
        let mut found = rule.starts(first).peekable();
        let fits = found.peek() == Some(&first);
        if strict && !fits {
            return Err(match found.peek() {
                None => StopAt("/rrule", FaultCode::RuleWithoutDate),
                Some(_) => StopAt("/local_start", FaultCode::StartOffRule),
            });
        }
        // The first date counts as one of COUNT, even where the rule alone would not have made it.
        let nth = if fits { 1.. } else { 2.. };
        for (nth, start) in nth.zip(found) {
            if rule.end().is_passed(nth, start, self.first.zone()) {
                break;
            }
            if self.is_beyond(start, bound) {
                let code = FaultCode::SpansTooLong(LONGEST_YEARS);
                return if strict {
                    Err(StopAt("/rrule", code))
                } else {
                    Ok(true)
                };
            }
            starts.insert(start);
            if starts.len() > MAX_OCCURRENCES {
                return Err(StopAt("/rrule", FaultCode::TooMany(MAX_OCCURRENCES)));
            }
        }
        Ok(false)
    }

    fn is_beyond(&self, start: NaiveDateTime, bound: Bound) -> bool {
        let first = self.first.local_start();
        let years = Months::new(12 * LONGEST_YEARS);
        let longest =
            |at: NaiveDateTime, from| at.checked_sub_months(years).is_some_and(|at| at > from);
        let cut = matches!(bound, Bound::CutAt(horizon) if start > horizon && start > first);
        cut || longest(start, first) || longest(first, start)
    }

    /// The same without one of its starts.
    pub(super) fn without(&self, start: NaiveDateTime) -> Self {
        let mut excluded = self.excluded.clone();
        excluded.push(Excluded::Start(start));
        Self {
            excluded: in_order(excluded),
            extra: self
                .extra
                .iter()
                .copied()
                .filter(|at| *at != start)
                .collect(),
            ..self.clone()
        }
    }

    fn is_excluded(&self, start: NaiveDateTime) -> bool {
        // Asked once a step of a rule, of which there are many thousands.
        let has = |at: NaiveDateTime, one: Excluded| {
            let from = self.excluded.partition_point(|other| other.place() < at);
            let mut there = self.excluded[from..]
                .iter()
                .take_while(|other| other.place() == at);
            there.any(|other| *other == one)
        };
        let day = start.date();
        has(start, Excluded::Start(start)) || has(day.and_time(NaiveTime::MIN), Excluded::Day(day))
    }

    /// The date of a local start: it ends when the first one does by the clock on the wall; where a
    /// change of hour leaves nothing between the two, it lasts as long as the first one.
    fn at(&self, start: NaiveDateTime) -> Result<Timing, FaultCode> {
        let first = &self.first;
        let by_the_wall = first.local_end() - first.local_start();
        let lasting = |by: Duration| Timing::new(start, start + by, first.zone());
        let timing = lasting(by_the_wall).or_else(|_| {
            let probe = lasting(Duration::days(2))?;
            let ends_at = probe.starts_at() + (first.ends_at() - first.starts_at());
            let local_end = ends_at.with_timezone(&first.zone()).naive_local();
            Timing::new(start, local_end, first.zone())
        });
        timing.map_err(|faults| faults.all()[0].code.clone())
    }
}

/// The place and the fault that stopped one rule.
struct StopAt(&'static str, FaultCode);

fn at_most<T>(items: Vec<T>, max: usize) -> Result<Vec<T>, FaultCode> {
    if items.len() > max {
        Err(FaultCode::TooMany(max))
    } else {
        Ok(items)
    }
}

fn in_order(excluded: Vec<Excluded>) -> Vec<Excluded> {
    let mut excluded = sorted(excluded);
    excluded.sort_by_key(|one| one.place());
    excluded
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items.dedup();
    items
}
