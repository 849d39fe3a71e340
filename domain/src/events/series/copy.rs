//! The series of an event in its copy, whose dates may all be some days away.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};

use super::{Excluded, InSeries, Rule, RuleEnd, Series, SeriesPlan};
use crate::events::{Event, Occurrence, OccurrenceState};
use crate::kernel::{Id, Ids, Timing};

/// A date of the copy: which one it is like, and its place in a series of the copy.
type Copied<'e> = (&'e Occurrence, Option<InSeries>);

/// The dates that a copy has, with their places in its series. A series goes along where its rule,
/// begun so many days later, means the same dates; else they are dates like others. What a series
/// gave up is not copied.
pub(in crate::events) fn copied<'e>(
    event: &'e Event,
    shift: Duration,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> (Vec<Series>, Vec<Copied<'e>>) {
    let mut series = Vec::new();
    let mut renamed = Vec::new();
    for old in &event.series {
        if let Some(plan) = shifted(&old.plan, shift) {
            let new = Series {
                id: Id::new(ids),
                plan,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            renamed.push((old, new.id));
            series.push(new);
        }
    }
    let place = |one: &Occurrence| {
        let place = one.series?;
        let (old, series) = renamed.iter().find(|(old, _)| old.id == place.series)?;
        let planned = old.plan.timings().into_iter();
        let planned = planned
            .into_iter()
            .find(|timing| timing.local_start() == place.original);
        Some(InSeries {
            series: *series,
            original: place.original.checked_add_signed(shift)?,
            detached: planned != Some(one.timing) || one.capacity != old.plan.capacity(),
        })
    };
    let is_copied = |one: &&Occurrence| {
        let attached = one.series.is_some_and(|place| !place.detached);
        !attached || one.state != OccurrenceState::Cancelled || event.state == CANCELLED
    };
    let dates = event.occurrences.iter().filter(is_copied);
    let dates = dates.map(|one| (one, place(one))).collect();
    (series, dates)
}

/// The dates of a cancelled event are cancelled with it, and no series gave them up.
const CANCELLED: crate::events::EventState = crate::events::EventState::Cancelled;

fn shifted(plan: &SeriesPlan, shift: Duration) -> Option<SeriesPlan> {
    let later = |at: NaiveDateTime| at.checked_add_signed(shift);
    let recurrence = plan.recurrence();
    let first = recurrence.first();
    let first = Timing::new(
        later(first.local_start())?,
        later(first.local_end())?,
        first.zone(),
    );
    let extra = recurrence.extra().iter().map(|at| later(*at));
    let excluded = recurrence.excluded().iter().map(|one| {
        Some(match one {
            Excluded::Start(at) => Excluded::Start(later(*at)?),
            Excluded::Day(day) => Excluded::Day(day.checked_add_signed(shift)?),
        })
    });
    let rule = shifted_rule(plan, shift)?;
    let (extra, excluded) = (
        extra.collect::<Option<_>>()?,
        excluded.collect::<Option<_>>()?,
    );
    let new = SeriesPlan::new(first.ok()?, rule, extra, excluded, plan.capacity()).ok()?;
    let meant = plan
        .timings()
        .into_iter()
        .map(|timing| later(timing.local_start()));
    let found = new
        .timings()
        .into_iter()
        .map(|timing| Some(timing.local_start()));
    meant.eq(found).then_some(new)
}

/// The same pattern, whose end lies as many days away by the clock on the wall.
fn shifted_rule(plan: &SeriesPlan, shift: Duration) -> Option<Rule> {
    let rule = plan.rule();
    let zone = plan.recurrence().first().zone();
    let end = match rule.end() {
        RuleEnd::UntilInstant(until) => {
            let local = until.with_timezone(&zone).naive_local();
            RuleEnd::UntilLocal(local.checked_add_signed(shift)?)
        }
        RuleEnd::UntilLocal(until) => RuleEnd::UntilLocal(until.checked_add_signed(shift)?),
        RuleEnd::UntilDay(until) => RuleEnd::UntilDay(until.checked_add_signed(shift)?),
        end @ (RuleEnd::Never | RuleEnd::Count(_)) => end,
    };
    Some(rule.ending(end))
}
