//! Series: the dates of an event that follow from one rule, kept together so that they can be edited
//! as a whole, from one of them on, or one alone.
//! Uses `recurrence`.

mod copy;
mod decide;
mod matching;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use super::recurrence::{Bound, Excluded, Recurrence, Rule, RuleEnd};
use super::{Event, Occurrence};
use crate::kernel::{FaultCode, Faults, Id, Timing};

pub(super) use copy::copied;
pub use decide::{SeriesEdit, add_series, delete_series, edit_series};

/// Dates of an event that follow from one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// Its id.
    pub id: Id<Series>,
    /// What its dates follow from.
    pub plan: SeriesPlan,
    /// Changes with every write of the series itself, not with one of its dates.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What the dates of a series follow from: one rule that ends by itself, with its exceptions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesPlan {
    recurrence: Recurrence,
    capacity: Option<u32>,
}

/// The place of a date in its series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct InSeries {
    /// Which series.
    pub series: Id<Series>,
    /// The local start that the series gave it (iCalendar's RECURRENCE-ID).
    pub original: NaiveDateTime,
    /// Whether it was changed alone: later edits of the series leave it as it is.
    pub detached: bool,
}

impl SeriesPlan {
    /// From a first date, its rule, the local starts beside it and what is left out.
    ///
    /// # Errors
    /// All that [`Recurrence::new`] and [`Bound::Strict`] refuse.
    pub fn new(
        first: Timing,
        rule: Rule,
        extra: Vec<NaiveDateTime>,
        excluded: Vec<Excluded>,
        capacity: Option<u32>,
    ) -> Result<Self, Faults> {
        let recurrence = Recurrence::new(first, vec![rule], extra, excluded)?;
        recurrence.expand(Bound::Strict)?;
        Ok(Self {
            recurrence,
            capacity,
        })
    }

    /// As it was stored; nothing is checked again.
    #[must_use]
    pub fn stored(recurrence: Recurrence, capacity: Option<u32>) -> Self {
        Self {
            recurrence,
            capacity,
        }
    }

    /// The first date, the rule and the exceptions.
    #[must_use]
    pub fn recurrence(&self) -> &Recurrence {
        &self.recurrence
    }

    /// How many people each date holds; unlimited when absent.
    #[must_use]
    pub fn capacity(&self) -> Option<u32> {
        self.capacity
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        let rules = self.recurrence.rules();
        rules.first().expect("a plan is made with one rule")
    }

    /// Its dates, in order.
    #[must_use]
    pub fn timings(&self) -> Vec<Timing> {
        let expanded = self.recurrence.expand(Bound::Strict);
        // A draft may have lost each of its dates, one by one.
        expanded.map(|found| found.timings).unwrap_or_default()
    }

    /// The plan before one of its starts, and from it on; without the first where that is all of it.
    ///
    /// # Errors
    /// The rule has no date then or later.
    pub fn split(&self, from: NaiveDateTime) -> Result<(Option<Self>, Self), FaultCode> {
        let (rule, first) = (self.rule(), self.recurrence.first());
        let by_rule = Self::of(first, rule.clone(), vec![], vec![], None).timings();
        let at = by_rule.partition_point(|timing| timing.local_start() < from);
        let next = by_rule.get(at).ok_or(FaultCode::NotInSeries)?;
        let (extra, excluded) = (self.recurrence.extra(), self.recurrence.excluded());
        let end = match rule.end() {
            RuleEnd::Count(count) => RuleEnd::Count(count.saturating_sub(counted(at))),
            other => other,
        };
        let tail = Self::of(
            *next,
            rule.ending(end),
            extra.iter().copied().filter(|at| *at >= from).collect(),
            excluded
                .iter()
                .copied()
                .filter(|one| !one.is_before(from))
                .collect(),
            self.capacity,
        );
        let Some(last) = at.checked_sub(1).and_then(|last| by_rule.get(last)) else {
            return Ok((None, tail));
        };
        let head = Self::of(
            first,
            rule.ending(RuleEnd::UntilInstant(last.starts_at())),
            extra.iter().copied().filter(|at| *at < from).collect(),
            excluded
                .iter()
                .copied()
                .filter(|one| !one.is_after(from))
                .collect(),
            self.capacity,
        );
        Ok((Some(head), tail))
    }

    /// The same without one of its starts.
    fn without(&self, start: NaiveDateTime) -> Self {
        Self {
            recurrence: self.recurrence.without(start),
            capacity: self.capacity,
        }
    }

    /// Of parts that were a plan's already.
    fn of(
        first: Timing,
        rule: Rule,
        extra: Vec<NaiveDateTime>,
        excluded: Vec<Excluded>,
        capacity: Option<u32>,
    ) -> Self {
        let recurrence = Recurrence::new(first, vec![rule], extra, excluded);
        Self {
            recurrence: recurrence.expect("the lists are no longer than those they are taken from"),
            capacity,
        }
    }
}

fn counted(dates: usize) -> u32 {
    u32::try_from(dates).unwrap_or(u32::MAX)
}

impl Series {
    /// The dates of an event that are in it, in the order that the series gave them.
    #[must_use]
    pub fn dates<'e>(&self, event: &'e Event) -> Vec<&'e Occurrence> {
        let mut dates: Vec<_> = event
            .occurrences
            .iter()
            .filter_map(|one| Some((one.series.filter(|of| of.series == self.id)?, one)))
            .collect();
        dates.sort_by_key(|(of, one)| (of.original, one.id));
        dates.into_iter().map(|(_, one)| one).collect()
    }
}

impl Occurrence {
    /// Somebody changed it alone.
    pub(super) fn detach(&mut self) {
        if let Some(of) = &mut self.series {
            of.detached = true;
        }
    }
}

/// The series after some of a draft's dates were taken out: they leave these out too, and one without
/// any date is gone.
pub(super) fn without_lost(before: &Event, after: &Event) -> Vec<Series> {
    let is_kept = |one: &Occurrence| after.occurrences.iter().any(|other| other.id == one.id);
    let lost: Vec<_> = before
        .occurrences
        .iter()
        .filter(|one| !is_kept(one))
        .collect();
    let revised = |series: &Series| {
        let mut revised = series.clone();
        let lost = lost.iter().filter_map(|one| one.series);
        for place in lost.filter(|place| place.series == series.id) {
            revised.plan = revised.plan.without(place.original);
            revised.version = series.version + 1;
            revised.updated_at = after.updated_at;
        }
        let is_gone = revised.version > series.version && series.dates(after).is_empty();
        (!is_gone).then_some(revised)
    };
    after.series.iter().filter_map(revised).collect()
}
