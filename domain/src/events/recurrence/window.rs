//! The dates of a series as they are taken from somebody else's calendar: however long ago it began
//! and whether it ends or not, up to a horizon, and the last ones only where there are too many.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use super::{Expansion, MAX_OCCURRENCES, Recurrence, Rule};
use crate::kernel::Faults;

/// So many steps of a rule are looked at: every day of more than a century.
const MOST_STEPS: usize = 50_000;

impl Recurrence {
    /// The dates up to a local time, the last [`MAX_OCCURRENCES`] of them; none when all are left
    /// out. The first date counts even where no rule fits it.
    ///
    /// # Errors
    /// A date leaves the calendar; at `/rrule`.
    pub fn until(&self, horizon: NaiveDateTime) -> Result<Expansion, Faults> {
        let first = self.first.local_start();
        let mut window = Window {
            starts: BTreeSet::new(),
            is_cut: false,
        };
        window.add(self, first);
        for rule in &self.rules {
            self.follow_until(rule, horizon, &mut window);
        }
        for &start in &self.extra {
            if start > horizon && start > first {
                window.is_cut = true;
            } else {
                window.add(self, start);
            }
        }
        let timings: Result<Vec<_>, _> = window.starts.iter().map(|&at| self.at(at)).collect();
        let timings = timings.map_err(|code| Faults::one("/rrule", code))?;
        Ok(Expansion {
            timings,
            is_cut: window.is_cut,
        })
    }

    fn follow_until(&self, rule: &Rule, horizon: NaiveDateTime, window: &mut Window) {
        let first = self.first.local_start();
        let mut found = rule.starts(first).peekable();
        // The first date counts as one of COUNT, even where the rule alone would not have made it.
        let nth = if found.peek() == Some(&first) {
            1..
        } else {
            2..
        };
        for (nth, start) in nth.zip(found) {
            if rule.end().is_passed(nth, start, self.first.zone()) {
                return;
            }
            if start > horizon || nth > MOST_STEPS {
                window.is_cut = true;
                return;
            }
            window.add(self, start);
        }
    }
}

/// The starts kept, the latest ones.
struct Window {
    starts: BTreeSet<NaiveDateTime>,
    is_cut: bool,
}

impl Window {
    fn add(&mut self, recurrence: &Recurrence, start: NaiveDateTime) {
        if recurrence.is_excluded(start) {
            return;
        }
        self.starts.insert(start);
        if self.starts.len() > MAX_OCCURRENCES {
            self.starts.pop_first();
            self.is_cut = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{Excluded, Recurrence, Rule};
    use crate::kernel::{DEFAULT_ZONE, Timing};

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn series(start: &str, rule: &str, excluded: Vec<Excluded>) -> Recurrence {
        let start = at(start);
        let first = Timing::new(start, start + chrono::Duration::minutes(90), DEFAULT_ZONE);
        let rules = vec![Rule::parse(rule).unwrap()];
        Recurrence::new(first.unwrap(), rules, vec![], excluded).unwrap()
    }

    fn starts(expansion: &Expansion) -> Vec<String> {
        let start = |timing: &Timing| timing.local_start().to_string();
        expansion.timings.iter().map(start).collect()
    }

    #[test]
    fn a_series_of_long_ago_comes_up_to_the_horizon() {
        let weekly = series("2015-01-01T18:30:00", "FREQ=WEEKLY", vec![]);
        let dates = weekly.until(at("2026-03-31T00:00:00")).unwrap();
        assert!(dates.is_cut);
        assert_eq!(dates.timings.len(), 587);
        let summer = &dates.timings[586];
        assert_eq!(summer.local_start(), at("2026-03-26T18:30:00"));
    }

    #[test]
    fn of_too_many_dates_the_last_ones_stay() {
        let daily = series("2015-01-01T18:30:00", "FREQ=DAILY", vec![]);
        let dates = daily.until(at("2026-03-31T19:00:00")).unwrap();
        assert!(dates.is_cut);
        assert_eq!(dates.timings.len(), MAX_OCCURRENCES);
        let last = dates.timings[MAX_OCCURRENCES - 1].local_start();
        assert_eq!(last, at("2026-03-31T18:30:00"));
    }

    #[test]
    fn a_series_that_ends_before_is_not_cut() {
        let excluded = vec![Excluded::Start(at("2026-03-12T18:30:00"))];
        let weekly = series("2026-03-05T18:30:00", "FREQ=WEEKLY;COUNT=3", excluded);
        let dates = weekly.until(at("2027-01-01T00:00:00")).unwrap();
        assert!(!dates.is_cut);
        let known = ["2026-03-05 18:30:00", "2026-03-19 18:30:00"];
        assert_eq!(starts(&dates), known);
    }

    #[test]
    fn a_series_of_which_all_is_left_out_has_no_date() {
        let excluded = vec![Excluded::Start(at("2026-03-05T18:30:00"))];
        let once = series("2026-03-05T18:30:00", "FREQ=WEEKLY;COUNT=1", excluded);
        assert_eq!(once.until(at("2027-01-01T00:00:00")).unwrap().timings, []);
    }
}
