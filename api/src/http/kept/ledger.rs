//! What is known of the writes, and under which keys what they touch is kept. It is gone through on the
//! way to each write's answer, so nothing here takes longer when more is kept, and nothing grows without
//! end.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use persistence::Touched;
use uuid::Uuid;

use super::windows::Windows;
use super::{Footprint, is_touched};

/// How many writes are remembered, for those who began to read before them.
pub(super) const REMEMBERED: usize = 1_024;

/// Of how many events and times at most, all together: a megabyte, about. An event may have hundreds.
const MOST_REMEMBERED: usize = 16_384;

#[derive(Default)]
pub(super) struct Ledger {
    /// Without word of other instances' writes nothing may be kept.
    pub(super) is_listening: bool,
    recent: Recent,
    events: HashMap<Uuid, HashSet<Arc<str>>>,
    windows: Windows,
    /// Under how many keys events are kept, or were.
    listed: usize,
}

/// A moment before an answer was read: what is written later is not in it.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Mark(u64);

/// What must be forgotten.
pub(super) enum Dropped {
    Everything,
    Keys {
        events: Vec<Arc<str>>,
        windows: Vec<Arc<str>>,
    },
}

impl Ledger {
    pub(super) fn mark(&self) -> Mark {
        Mark(self.recent.written)
    }

    /// Whether what was read after the mark may be kept.
    pub(super) fn takes(&self, mark: Mark, footprint: Footprint) -> bool {
        self.is_listening && !self.recent.is_touched_since(mark, footprint)
    }

    /// Notes a write, and gives what shows what it touched.
    pub(super) fn forget(&mut self, touched: &[Touched]) -> Dropped {
        self.recent.push(touched);
        if touched.contains(&Touched::Everything) {
            self.events.clear();
            self.windows = Windows::default();
            self.listed = 0;
            return Dropped::Everything;
        }
        let (mut events, mut windows) = (Vec::new(), Vec::new());
        for one in touched {
            if let Touched::Event { id, spans } = one {
                let keys = self.events.remove(id).unwrap_or_default();
                self.listed -= keys.len();
                events.extend(keys);
                for span in spans {
                    self.windows.take_touched(*span, &mut windows);
                }
            }
        }
        Dropped::Keys { events, windows }
    }

    /// Lists a key. Once in a while it is looked which ones of the listed are kept: an event has as many
    /// as there are ways to write its address.
    pub(super) fn list(
        &mut self,
        footprint: Footprint,
        key: Arc<str>,
        kept: usize,
        is_kept: impl Fn(&str, Footprint) -> bool,
    ) {
        let most = 2 * kept + 64;
        match footprint {
            Footprint::Window { start, end } => {
                if self.windows.len() > most {
                    self.windows
                        .retain(|(start, end), key| is_kept(key, Footprint::Window { start, end }));
                }
                self.windows.insert((start, end), key);
            }
            Footprint::Event(id) => {
                if self.listed > most {
                    self.retain_events(|key, id| is_kept(key, Footprint::Event(id)));
                }
                if self.events.entry(id).or_default().insert(key) {
                    self.listed += 1;
                }
            }
        }
    }

    fn retain_events(&mut self, is_kept: impl Fn(&str, Uuid) -> bool) {
        self.events.retain(|id, keys| {
            keys.retain(|key| is_kept(key, *id));
            !keys.is_empty()
        });
        self.listed = self.events.values().map(HashSet::len).sum();
    }

    #[cfg(test)]
    pub(super) fn listed(&self) -> usize {
        let events: usize = self.events.values().map(HashSet::len).sum();
        assert_eq!(events, self.listed);
        events + self.windows.len()
    }
}

/// The last writes.
#[derive(Default)]
struct Recent {
    /// How many there ever were.
    written: u64,
    touched: VecDeque<Arc<[Touched]>>,
    /// Of how many events and times those are.
    size: usize,
}

impl Recent {
    fn push(&mut self, touched: &[Touched]) {
        let touched: Arc<[Touched]> = match size_of(touched) {
            0..=MOST_REMEMBERED => touched.into(),
            _ => [Touched::Everything].into(),
        };
        self.written += 1;
        self.size += size_of(&touched);
        self.touched.push_back(touched);
        while self.touched.len() > REMEMBERED || self.size > MOST_REMEMBERED {
            let Some(oldest) = self.touched.pop_front() else {
                return;
            };
            self.size -= size_of(&oldest);
        }
    }

    /// Whether it was; also when that isn't known any more.
    fn is_touched_since(&self, mark: Mark, footprint: Footprint) -> bool {
        let since = usize::try_from(self.written - mark.0).unwrap_or(usize::MAX);
        let mut latest = self.touched.iter().rev().take(since);
        since > self.touched.len() || latest.any(|touched| is_touched(footprint, touched))
    }
}

fn size_of(touched: &[Touched]) -> usize {
    let of_one = |one: &Touched| match one {
        Touched::Event { spans, .. } => 1 + spans.len(),
        Touched::SignIns | Touched::Everything => 1,
    };
    touched.iter().map(of_one).sum()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn an_event(dates: usize) -> Touched {
        let moment = DateTime::UNIX_EPOCH;
        Touched::Event {
            id: Uuid::from_u128(7),
            spans: vec![(moment, moment); dates],
        }
    }

    #[test]
    fn what_is_remembered_of_writes_is_bounded_by_what_they_touched() {
        let other = Footprint::Event(Uuid::from_u128(8));
        let mut recent = Recent::default();
        for _ in 0..500 {
            recent.push(&[an_event(700)]);
            assert!(recent.size <= MOST_REMEMBERED, "{}", recent.size);
        }
        assert_eq!(recent.touched.len(), MOST_REMEMBERED / 701);
        // The last ones are known, and those before them are not.
        assert!(!recent.is_touched_since(Mark(490), other));
        assert!(recent.is_touched_since(Mark(100), other));
        // One that is larger than all that is remembered.
        recent.push(&[an_event(MOST_REMEMBERED)]);
        assert!(recent.is_touched_since(Mark(500), other));
        assert!(!recent.is_touched_since(Mark(501), other));
        assert!(recent.size <= MOST_REMEMBERED);
    }
}
