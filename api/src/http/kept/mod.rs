//! Answers that are kept, serialised and coded, until a write touches what they show. Bounded in
//! bytes; never out of date after a write's own answer here, and at most a tenth of a second where the
//! write was done by another instance. [`entry`] is one of them, [`quick`] gives them out.

mod entry;
mod quick;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use persistence::{News, Touched};
use quick_cache::sync::Cache;
use uuid::Uuid;

pub(super) use entry::Entry;
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

/// How many writes are remembered, for those who began to read before them.
const REMEMBERED: usize = 1_024;

type Shelf = Cache<Box<str>, Arc<Entry>, Weight>;

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<Box<str>, Arc<Entry>> for Weight {
    fn weight(&self, key: &Box<str>, entry: &Arc<Entry>) -> u64 {
        (key.len() + entry.weight()) as u64
    }
}

/// The kept answers.
pub(crate) struct Kept {
    windows: Shelf,
    events: Shelf,
    ledger: Mutex<Ledger>,
}

/// What is known of the writes.
#[derive(Default)]
struct Ledger {
    /// Without word of other instances' writes nothing may be kept.
    is_listening: bool,
    /// How many writes there were.
    written: u64,
    recent: VecDeque<Arc<[Touched]>>,
    /// Under which keys an event is kept; and how many these are, all together.
    keys: HashMap<Uuid, HashSet<Box<str>>>,
    listed: usize,
}

/// A moment before an answer was read: what is written later is not in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark(u64);

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
        Mark(self.ledger().written)
    }

    /// Keeps an answer that was read after the mark, unless something it shows was written since.
    pub(super) fn put(&self, mark: Mark, key: Box<str>, entry: Entry) {
        if entry.weight() > LARGEST {
            return;
        }
        let mut ledger = self.ledger();
        if !ledger.is_listening || ledger.is_touched_since(mark, entry.keep.footprint) {
            return;
        }
        let entry = Arc::new(entry);
        match entry.keep.footprint {
            Footprint::Window { .. } => self.windows.insert(key, entry),
            Footprint::Event(id) => {
                if ledger.listed > 2 * self.events.len() + 64 {
                    ledger.forget_keys(|key| self.events.peek(key).is_some());
                }
                if ledger.keys.entry(id).or_default().insert(key.clone()) {
                    ledger.listed += 1;
                }
                self.events.insert(key, entry);
            }
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
        ledger.written += 1;
        ledger.recent.push_back(touched.into());
        if ledger.recent.len() > REMEMBERED {
            ledger.recent.pop_front();
        }
        if !self.windows.is_empty() {
            let windows = &self.windows;
            windows.retain(|_, entry| !is_touched(entry.keep.footprint, touched));
        }
        for one in touched {
            match one {
                Touched::Event { id, .. } => {
                    let keys = ledger.keys.remove(id).unwrap_or_default();
                    ledger.listed -= keys.len();
                    for key in keys {
                        self.events.remove(&*key);
                    }
                }
                Touched::Everything => {
                    self.events.clear();
                    ledger.keys.clear();
                    ledger.listed = 0;
                }
                Touched::SignIns => {}
            }
        }
    }
}

impl Ledger {
    /// Forgets the keys under which nothing is kept any more: an event has as many as there are ways to
    /// write its address.
    fn forget_keys(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.keys.retain(|_, keys| {
            keys.retain(|key| is_kept(key));
            !keys.is_empty()
        });
        self.listed = self.keys.values().map(HashSet::len).sum();
    }

    fn is_touched_since(&self, mark: Mark, footprint: Footprint) -> bool {
        let since = usize::try_from(self.written - mark.0).unwrap_or(usize::MAX);
        since > self.recent.len()
            || self
                .recent
                .iter()
                .rev()
                .take(since)
                .any(|touched| is_touched(footprint, touched))
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
            kept.put(kept.mark(), "march".into(), entry(march(), None));
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
            kept.put(kept.mark(), key.into(), entry(Footprint::Event(id), None));
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
            kept.put(kept.mark(), key.into(), entry(one, None));
        }
        let (listed, there) = (kept.ledger().listed, kept.events.len());
        assert!(listed < 2 * there + 100, "{listed} keys of {there}");
        assert_eq!(
            kept.ledger().keys.values().map(HashSet::len).sum::<usize>(),
            listed
        );
    }

    #[test]
    fn what_was_read_before_a_write_is_not_kept_after_it() {
        let kept = listening();
        let mark = kept.mark();
        kept.follow(News::Touched(&[touching(
            "2027-05-01T00:00:00Z",
            "2027-05-02T00:00:00Z",
        )]));
        kept.put(mark, "march".into(), entry(march(), None));
        assert!(kept.get("march", at(NOW)).is_some(), "May is another month");
        let mark = kept.mark();
        let in_march = touching("2027-03-05T00:00:00Z", "2027-03-05T02:00:00Z");
        kept.follow(News::Touched(&[in_march]));
        kept.put(mark, "march".into(), entry(march(), None));
        assert!(kept.get("march", at(NOW)).is_none());
        let mark = kept.mark();
        for _ in 0..=REMEMBERED {
            kept.follow(News::Touched(&[touching(NOW, NOW)]));
        }
        kept.put(mark, "march".into(), entry(march(), None));
        assert!(
            kept.get("march", at(NOW)).is_none(),
            "nobody knows what was touched"
        );
    }

    #[test]
    fn nothing_is_kept_while_other_instances_are_not_heard() {
        let kept = Kept::new();
        kept.put(kept.mark(), "march".into(), entry(march(), None));
        assert!(kept.get("march", at(NOW)).is_none());
        kept.follow(News::Listening);
        kept.put(kept.mark(), "march".into(), entry(march(), None));
        assert!(kept.get("march", at(NOW)).is_some());
        kept.follow(News::Deaf);
        assert!(kept.get("march", at(NOW)).is_none());
    }

    #[test]
    fn an_answer_about_today_ends_with_the_day() {
        let kept = listening();
        let until = Some(at("2027-01-02T00:00:00Z"));
        kept.put(kept.mark(), "k".into(), entry(march(), until));
        assert!(kept.get("k", at("2027-01-01T23:59:59Z")).is_some());
        assert!(kept.get("k", at("2027-01-02T00:00:00Z")).is_none());
    }
}
