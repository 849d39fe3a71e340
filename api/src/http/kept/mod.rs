//! Answers that are kept, serialised and coded, until a write touches what they show. Bounded in
//! bytes; never out of date after a write's own answer here, and at most a tenth of a second where the
//! write was done by another instance. [`entry`] is one of them, [`quick`] gives them out.

mod entry;
mod ledger;
mod quick;
mod windows;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use persistence::{News, Touched};
use quick_cache::sync::Cache;
use uuid::Uuid;

pub(super) use entry::Entry;
pub(super) use ledger::Mark;
use ledger::{Dropped, Ledger};
pub(super) use quick::{Way, key, quick};

/// What an answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Footprint {
    /// Whatever lies in that time; what starts at its end does not.
    Window {
        /// From.
        start: DateTime<Utc>,
        /// To, exclusive.
        end: DateTime<Utc>,
    },
    /// One event.
    Event(Uuid),
}

/// How an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keep {
    pub(crate) footprint: Footprint,
    /// Until then; as long as nothing is touched when absent.
    pub(crate) until: Option<DateTime<Utc>>,
}

/// How much is kept, in bytes: calendars, and single events.
const WINDOWS: u64 = 48 << 20;
const EVENTS: u64 = 32 << 20;

/// What is larger is made each time.
const LARGEST: usize = 4 << 20;

type Shelf = Cache<Arc<str>, Arc<Entry>, Weight>;

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<Arc<str>, Arc<Entry>> for Weight {
    fn weight(&self, key: &Arc<str>, entry: &Arc<Entry>) -> u64 {
        (key.len() + entry.weight()) as u64
    }
}

/// The kept answers.
pub(crate) struct Kept {
    windows: Shelf,
    events: Shelf,
    ledger: Mutex<Ledger>,
}

impl Kept {
    pub(crate) fn new() -> Self {
        Self {
            windows: Cache::with_weighter(4_000, WINDOWS, Weight),
            events: Cache::with_weighter(8_000, EVENTS, Weight),
            ledger: Mutex::default(),
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer under that key, if it still holds.
    fn get(&self, key: &str, now: DateTime<Utc>) -> Option<Arc<Entry>> {
        let entry = self.windows.get(key).or_else(|| self.events.get(key))?;
        entry
            .keep
            .until
            .is_none_or(|until| now < until)
            .then_some(entry)
    }

    pub(super) fn mark(&self) -> Mark {
        self.ledger().mark()
    }

    /// Keeps an answer that was read after the mark, unless something it shows was written since.
    pub(super) fn put(&self, mark: Mark, key: &str, entry: Entry) {
        if entry.weight() > LARGEST {
            return;
        }
        let footprint = entry.keep.footprint;
        let shelf = match footprint {
            Footprint::Window { .. } => &self.windows,
            Footprint::Event(_) => &self.events,
        };
        let (key, entry): (Arc<str>, _) = (key.into(), Arc::new(entry));
        let mut ledger = self.ledger();
        if ledger.takes(mark, footprint) {
            ledger.list(footprint, key.clone(), shelf.len(), |key, footprint| {
                let kept = shelf.peek(key);
                kept.is_some_and(|entry| entry.keep.footprint == footprint)
            });
            shelf.insert(key, entry);
        }
    }

    /// What the store tells.
    pub(crate) fn follow(&self, news: News<'_>) {
        let mut ledger = self.ledger();
        match news {
            News::Listening => {
                ledger.is_listening = true;
                self.forget(&mut ledger, &[Touched::Everything]);
            }
            News::Deaf => {
                ledger.is_listening = false;
                self.forget(&mut ledger, &[Touched::Everything]);
            }
            News::Touched(touched) => self.forget(&mut ledger, touched),
        }
    }

    fn forget(&self, ledger: &mut Ledger, touched: &[Touched]) {
        if touched.iter().all(|one| *one == Touched::SignIns) {
            return;
        }
        match ledger.forget(touched) {
            Dropped::Everything => {
                self.windows.clear();
                self.events.clear();
            }
            Dropped::Keys { events, windows } => {
                for key in events {
                    self.events.remove(&*key);
                }
                for key in windows {
                    self.windows.remove(&*key);
                }
            }
        }
    }
}

fn is_touched(footprint: Footprint, touched: &[Touched]) -> bool {
    touched.iter().any(|one| match (one, footprint) {
        (Touched::Everything, _) => true,
        (Touched::SignIns, _) => false,
        (Touched::Event { id, .. }, Footprint::Event(shown)) => *id == shown,
        (Touched::Event { spans, .. }, Footprint::Window { start, end }) => {
            spans.iter().any(|(from, to)| *from < end && *to > start)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Answer;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn march() -> Footprint {
        Footprint::Window {
            start: at("2027-03-01T00:00:00Z"),
            end: at("2027-04-01T00:00:00Z"),
        }
    }

    fn touching(from: &str, to: &str) -> Touched {
        Touched::Event {
            id: Uuid::from_u128(7),
            spans: vec![(at(from), at(to))],
        }
    }

    fn entry(footprint: Footprint, until: Option<DateTime<Utc>>) -> Entry {
        let answer = Answer::json(&["x"]).kept(Keep { footprint, until });
        Entry::of(answer.tagged_by_content("public"), false).unwrap()
    }

    fn listening() -> Kept {
        let kept = Kept::new();
        kept.follow(News::Listening);
        kept
    }

    const NOW: &str = "2027-01-01T00:00:00Z";

    #[test]
    fn an_answer_is_dropped_when_its_own_time_is_touched_and_kept_otherwise() {
        let kept = listening();
        let is_kept = |touched: &[Touched]| {
            kept.put(kept.mark(), "march", entry(march(), None));
            assert!(kept.get("march", at(NOW)).is_some());
            kept.follow(News::Touched(touched));
            kept.get("march", at(NOW)).is_some()
        };
        assert!(!is_kept(&[touching(
            "2027-03-31T22:00:00Z",
            "2027-04-01T02:00:00Z"
        )]));
        assert!(is_kept(&[touching(
            "2027-04-01T00:00:00Z",
            "2027-04-01T02:00:00Z"
        )]));
        assert!(is_kept(&[touching(
            "2027-02-28T22:00:00Z",
            "2027-03-01T00:00:00Z"
        )]));
        assert!(is_kept(&[Touched::SignIns]));
        assert!(!is_kept(&[Touched::SignIns, Touched::Everything]));
    }

    #[test]
    fn an_event_is_dropped_under_all_its_names() {
        let kept = listening();
        let (seven, eight) = (Uuid::from_u128(7), Uuid::from_u128(8));
        for (key, id) in [("a", seven), ("b", seven), ("c", eight)] {
            kept.put(kept.mark(), key, entry(Footprint::Event(id), None));
        }
        kept.follow(News::Touched(&[touching(NOW, NOW)]));
        let there = ["a", "b", "c"].map(|key| kept.get(key, at(NOW)).is_some());
        assert_eq!(there, [false, false, true]);
    }

    #[test]
    fn headers_weigh_too() {
        // A dozen of them, twice, each with room for four values.
        let weight = entry(march(), None).weight();
        assert!((3_500..15_000).contains(&weight), "{weight}");
    }

    #[test]
    fn the_names_of_one_event_take_no_more_room_than_what_is_kept() {
        let kept = listening();
        let one = Footprint::Event(Uuid::from_u128(7));
        for number in 0..30_000 {
            let key = format!("-/v1/events/%{number}");
            kept.put(kept.mark(), &key, entry(one, None));
        }
        let (listed, there) = (kept.ledger().listed(), kept.events.len());
        assert!(listed < 2 * there + 100, "{listed} keys of {there}");
    }

    #[test]
    fn the_names_of_one_month_take_no_more_room_than_what_is_kept() {
        let kept = listening();
        let keys = (0..30_000).map(|number| format!("-/v1/calendar?tag={number}"));
        // Another month under the same name: what it was is not kept any more.
        let today = |day: u32| Footprint::Window {
            start: at(NOW) + chrono::Duration::days(day.into()),
            end: at(NOW) + chrono::Duration::days((day + 30).into()),
        };
        for key in keys {
            kept.put(kept.mark(), &key, entry(march(), None));
        }
        for day in 0..30_000 {
            kept.put(kept.mark(), "today", entry(today(day), None));
        }
        let (listed, there) = (kept.ledger().listed(), kept.windows.len());
        assert!(listed < 2 * there + 100, "{listed} keys of {there}");
    }

    #[test]
    fn what_was_read_before_a_write_is_not_kept_after_it() {
        let kept = listening();
        let mark = kept.mark();
        kept.follow(News::Touched(&[touching(
            "2027-05-01T00:00:00Z",
            "2027-05-02T00:00:00Z",
        )]));
        kept.put(mark, "march", entry(march(), None));
        assert!(kept.get("march", at(NOW)).is_some(), "May is another month");
        let mark = kept.mark();
        let in_march = touching("2027-03-05T00:00:00Z", "2027-03-05T02:00:00Z");
        kept.follow(News::Touched(&[in_march]));
        kept.put(mark, "march", entry(march(), None));
        assert!(kept.get("march", at(NOW)).is_none());
        let mark = kept.mark();
        for _ in 0..=ledger::REMEMBERED {
            kept.follow(News::Touched(&[touching(NOW, NOW)]));
        }
        kept.put(mark, "march", entry(march(), None));
        assert!(
            kept.get("march", at(NOW)).is_none(),
            "nobody knows what was touched"
        );
    }

    #[test]
    fn nothing_is_kept_while_other_instances_are_not_heard() {
        let kept = Kept::new();
        kept.put(kept.mark(), "march", entry(march(), None));
        assert!(kept.get("march", at(NOW)).is_none());
        kept.follow(News::Listening);
        kept.put(kept.mark(), "march", entry(march(), None));
        assert!(kept.get("march", at(NOW)).is_some());
        kept.follow(News::Deaf);
        assert!(kept.get("march", at(NOW)).is_none());
    }

    #[test]
    fn an_answer_about_today_ends_with_the_day() {
        let kept = listening();
        let until = Some(at("2027-01-02T00:00:00Z"));
        kept.put(kept.mark(), "k", entry(march(), until));
        assert!(kept.get("k", at("2027-01-01T23:59:59Z")).is_some());
        assert!(kept.get("k", at("2027-01-02T00:00:00Z")).is_none());
    }
}
