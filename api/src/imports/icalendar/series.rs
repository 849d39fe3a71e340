//! The dates of the entries that share one UID: a series with its changes of single dates, or the
//! one date of an entry that does not come again.

mod span;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::events::{Excluded, MAX_OCCURRENCES, OccurrenceState, Recurrence, Rule};
use domain::imports::{ImportFault, ImportWarning, ImportedDate, WarningCode};
use domain::kernel::{FaultCode, Faults, Reason, Timing};

use super::entry::Entry;
use super::times::{Meant, Time};
use super::zones::Zones;
use span::{Span, shown, timing_of};

/// So many faults of one record are told.
const MOST_FAULTS: usize = 100;

/// How an entry stands: how far its date is, and why.
pub(super) type Standing = (OccurrenceState, Reason);

/// What the entries of one UID are read with.
pub(super) struct Context<'c> {
    pub(super) zones: &'c Zones,
    /// Up to when a series without end is taken.
    pub(super) horizon: DateTime<Utc>,
    /// How an entry stands.
    pub(super) standing: &'c dyn Fn(&Entry) -> Standing,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Dates {
    pub(super) dates: Vec<ImportedDate>,
    /// The UIDs of those that are left out.
    pub(super) excluded: Vec<String>,
    pub(super) warnings: Vec<ImportWarning>,
    pub(super) faults: Vec<ImportFault>,
}

/// A change of one date of a series.
struct Override<'e> {
    entry: &'e Entry,
    of: Time,
}

impl Dates {
    /// Reads the entries of one UID.
    pub(super) fn read(&mut self, entries: &[&Entry], uid: &str, context: &Context<'_>) {
        let is_override = |entry: &Entry| entry.first("RECURRENCE-ID").is_some();
        let masters = entries.iter().copied().filter(|entry| !is_override(entry));
        let masters: Vec<_> = masters.collect();
        if masters.len() > 1 {
            self.warn(WarningCode::DuplicateEntry, "/UID", None);
        }
        let overrides = entries.iter().copied().filter(|entry| is_override(entry));
        let overrides = self.overrides(overrides, context);
        let Some(master) = masters.into_iter().max_by_key(|entry| revision(entry)) else {
            for change in &overrides {
                self.alone(change, None, uid, context);
            }
            return;
        };
        let Some(span) = self.span(master, None, context) else {
            return;
        };
        let comes_again = ["RRULE", "RDATE", "EXRULE"].map(|name| master.first(name).is_some());
        if overrides.is_empty() && !comes_again.contains(&true) {
            let timing = self.timing(span.start.local, &span);
            let standing = (context.standing)(master);
            self.dates
                .extend(timing.map(|timing| dated(timing, uid.to_owned(), standing)));
            return;
        }
        let from = self.dates.len();
        let Some(starts) = self.series(master, &span, uid, context) else {
            return;
        };
        for change in &overrides {
            self.change(change, (master, &span), (from, &starts), uid, context);
        }
    }

    fn warn(&mut self, code: WarningCode, at: &str, quote: Option<&str>) {
        let warning = match quote {
            Some(quote) => ImportWarning::quoting(code, at, quote),
            None => ImportWarning::new(code, at),
        };
        // Said once: a series of a thousand changes has no more to say by repeating it.
        if !self.warnings.contains(&warning) && self.warnings.len() < 100 {
            self.warnings.push(warning);
        }
    }

    fn fault(&mut self, code: FaultCode, at: &str, quote: &str) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(ImportFault::quoting(code, at, quote));
        }
    }

    /// Each date's change once, the latest.
    fn overrides<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e Entry>,
        context: &Context<'_>,
    ) -> Vec<Override<'e>> {
        let mut overrides: Vec<Override<'e>> = Vec::new();
        for entry in entries {
            let Some(property) = entry.first("RECURRENCE-ID") else {
                continue;
            };
            let of = match Time::one(property, context.zones) {
                Ok(of) => of,
                Err(code) => {
                    self.fault(code, "/RECURRENCE-ID", &property.value);
                    continue;
                }
            };
            if property.parameter("RANGE").is_some() {
                let (code, at) = (WarningCode::OverrideReduced, "/RECURRENCE-ID");
                self.warn(code, at, Some(&property.value));
            }
            match overrides.iter_mut().find(|known| known.of == of) {
                None => overrides.push(Override { entry, of }),
                Some(known) if revision(known.entry) < revision(entry) => known.entry = entry,
                Some(_) => {}
            }
        }
        overrides
    }

    /// Adds the dates of a series; their starts by the clock of the series, in the same order.
    fn series(
        &mut self,
        master: &Entry,
        span: &Span,
        uid: &str,
        context: &Context<'_>,
    ) -> Option<Vec<NaiveDateTime>> {
        let clock = span.start.clock();
        let recurrence = self.recurrence(master, span, context)?;
        for excluded in recurrence.excluded() {
            let start = match *excluded {
                Excluded::Start(start) => start,
                Excluded::Day(day) => day.and_time(span.start.local.time()),
            };
            self.excluded.push(uid_of(uid, start, &span.start));
        }
        let horizon = context.horizon.with_timezone(&clock).naive_local();
        let expansion = match recurrence.until(horizon) {
            Ok(expansion) => expansion,
            Err(faults) => {
                self.faults_at(&faults);
                return None;
            }
        };
        if expansion.is_cut {
            let last = expansion.timings.last().map(Timing::local_start);
            let quote = last.map(|last| last.date().to_string());
            self.warn(WarningCode::SeriesCut, "/RRULE", quote.as_deref());
        }
        let standing = (context.standing)(master);
        let mut starts = Vec::with_capacity(expansion.timings.len());
        for timing in &expansion.timings {
            let start = timing.local_start();
            let uid = uid_of(uid, start, &span.start);
            self.dates
                .push(dated(shown(timing, span), uid, standing.clone()));
            starts.push(start);
        }
        Some(starts)
    }

    fn recurrence(
        &mut self,
        master: &Entry,
        span: &Span,
        context: &Context<'_>,
    ) -> Option<Recurrence> {
        let clock = span.start.clock();
        let before = self.faults.len();
        // Which dates a rule of exceptions leaves out can't be said; to leave out none would be wrong.
        for property in master.all("EXRULE") {
            let code = FaultCode::Malformed("recurrence_rule");
            self.fault(code, "/EXRULE", &property.value);
        }
        let mut rules = Vec::new();
        for property in master.all("RRULE").filter(|p| !p.value.trim().is_empty()) {
            match Rule::parse(&property.value) {
                Ok(rule) => rules.push(rule),
                Err(code) => self.fault(code, "/RRULE", &property.value),
            }
        }
        let extra = self.times(master, "RDATE", context);
        let extra = extra.iter().map(|time| time.shown_in(clock)).collect();
        let excluded = self.times(master, "EXDATE", context);
        let of_day = |time: &Time| time.meant == Meant::Day && span.start.meant != Meant::Day;
        let excluded = excluded.iter().map(|time| match of_day(time) {
            true => Excluded::Day(time.local.date()),
            false => Excluded::Start(time.shown_in(clock)),
        });
        let excluded = excluded.collect();
        let first = match timing_of(span.start.local, span, clock) {
            Ok(first) => first,
            Err((code, at)) => {
                self.fault(code, at, &span.start.local.to_string());
                return None;
            }
        };
        match Recurrence::new(first, rules, extra, excluded) {
            Ok(recurrence) => (self.faults.len() == before).then_some(recurrence),
            Err(faults) => {
                self.faults_at(&faults);
                None
            }
        }
    }

    /// All times of the properties of that name; of a period its start.
    fn times(&mut self, entry: &Entry, name: &str, context: &Context<'_>) -> Vec<Time> {
        let mut times = Vec::new();
        let at = format!("/{name}");
        for property in entry.all(name) {
            let zone = property.parameter("TZID");
            for value in property.value.split(',').map(str::trim) {
                // One more than there may be is enough to be refused.
                if times.len() > MAX_OCCURRENCES || self.faults.len() >= MOST_FAULTS {
                    return times;
                }
                let start = value.split('/').next().unwrap_or_default();
                if start.is_empty() {
                    continue;
                }
                match Time::read(start, zone, context.zones) {
                    Ok(time) => times.push(time),
                    Err(code) => self.fault(code, &at, value),
                }
            }
        }
        times
    }

    fn faults_at(&mut self, faults: &Faults) {
        for fault in faults.all() {
            let at = match fault.pointer.as_str() {
                pointer if pointer.starts_with("/rdates") => "/RDATE",
                "/exdates" => "/EXDATE",
                _ => "/RRULE",
            };
            self.faults.push(ImportFault::new(fault.code.clone(), at));
        }
    }

    /// Takes the change of one date of a series.
    fn change(
        &mut self,
        change: &Override<'_>,
        (master, span): (&Entry, &Span),
        (from, starts): (usize, &[NaiveDateTime]),
        uid: &str,
        context: &Context<'_>,
    ) {
        let clock = span.start.clock();
        let of = change.of.shown_in(clock);
        let is_it = |start: &NaiveDateTime| match change.of.meant {
            Meant::Day => start.date() == of.date(),
            _ => *start == of,
        };
        let Some(at) = starts.iter().position(is_it) else {
            let is_beyond = change.of.shown_in(Tz::UTC) > context.horizon.naive_utc();
            if !is_beyond {
                self.alone(change, Some(*span), uid, context);
            }
            return;
        };
        if says_otherwise(change.entry, master) {
            let (code, at) = (WarningCode::OverrideReduced, "/RECURRENCE-ID");
            self.warn(code, at, Some(&change.of.stamp()));
        }
        let same_time = Span {
            start: Time {
                local: starts[at],
                ..span.start
            },
            ..*span
        };
        let moved = self.span(change.entry, Some(same_time), context);
        let timing = moved.and_then(|moved| self.timing(moved.start.local, &moved));
        let date = &mut self.dates[from + at];
        if let Some(timing) = timing {
            date.timing = timing;
        }
        if change.entry.first("STATUS").is_some() {
            (date.state, date.reason) = (context.standing)(change.entry);
        }
    }

    /// A change of a date that no series here has is a date of its own.
    fn alone(
        &mut self,
        change: &Override<'_>,
        series: Option<Span>,
        uid: &str,
        context: &Context<'_>,
    ) {
        let stamp = change.of.stamp();
        let (code, at) = (WarningCode::OverrideAlone, "/RECURRENCE-ID");
        self.warn(code, at, Some(&stamp));
        let instead = series.map(|series| Span {
            start: change.of,
            ..series
        });
        let Some(span) = self.span(change.entry, instead, context) else {
            return;
        };
        let uid = match series {
            Some(series) => {
                let start = change.of.shown_in(series.start.clock());
                uid_of(uid, start, &series.start)
            }
            None => format!("{uid}#{stamp}"),
        };
        let timing = self.timing(span.start.local, &span);
        let standing = (context.standing)(change.entry);
        self.dates
            .extend(timing.map(|timing| dated(timing, uid, standing)));
    }
}

fn dated(timing: Timing, uid: String, (state, reason): Standing) -> ImportedDate {
    ImportedDate {
        timing,
        uid: Some(uid),
        state,
        reason,
    }
}

/// Which of two versions of an entry is the later one.
pub(super) fn revision(entry: &Entry) -> (i64, String) {
    let sequence = entry.text("SEQUENCE").and_then(|text| text.parse().ok());
    let modified = entry.text("LAST-MODIFIED").unwrap_or_default();
    (sequence.unwrap_or(0), modified)
}

fn says_otherwise(change: &Entry, master: &Entry) -> bool {
    ["SUMMARY", "LOCATION", "DESCRIPTION"].iter().any(|name| {
        let own = change.text(name);
        own.is_some() && own != master.text(name)
    })
}

/// A series' UID is that of none of its dates: each has it with its own start behind it.
fn uid_of(uid: &str, start: NaiveDateTime, as_written: &Time) -> String {
    let time = Time {
        local: start,
        ..*as_written
    };
    format!("{uid}#{}", time.stamp())
}
