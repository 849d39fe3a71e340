//! Under which keys windows of time are kept, found again by a time in them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use persistence::Span;

/// By how long they are, then by their start. A class holds the windows of up to two to that many
/// seconds, so those that reach into a time begin at most so long before it.
#[derive(Default)]
pub(super) struct Windows {
    classes: BTreeMap<u32, BTreeMap<Span, HashSet<Arc<str>>>>,
    count: usize,
}

impl Windows {
    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn insert(&mut self, window: Span, key: Arc<str>) {
        let class = self.classes.entry(class_of(window)).or_default();
        if class.entry(window).or_default().insert(key) {
            self.count += 1;
        }
    }

    /// Takes out the keys of the windows that show something of that time.
    pub(super) fn take_touched(&mut self, (from, to): Span, taken: &mut Vec<Arc<str>>) {
        let before_it = taken.len();
        for (class, windows) in &mut self.classes {
            let earliest = earliest(from, *class);
            let near = windows.range((earliest, DateTime::<Utc>::MIN_UTC)..);
            let near = near.map(|(window, _)| *window);
            let near = near.take_while(|(start, _)| *start < to);
            let touched: Vec<Span> = near.filter(|(_, end)| *end > from).collect();
            for window in touched {
                taken.extend(windows.remove(&window).unwrap_or_default());
            }
        }
        self.count -= taken.len() - before_it;
    }

    pub(super) fn retain(&mut self, is_kept: impl Fn(Span, &str) -> bool) {
        self.classes.retain(|_, windows| {
            windows.retain(|window, keys| {
                keys.retain(|key| is_kept(*window, key));
                !keys.is_empty()
            });
            !windows.is_empty()
        });
        let windows = self.classes.values().flat_map(BTreeMap::values);
        self.count = windows.map(HashSet::len).sum();
    }
}

/// The least one that is as long.
fn class_of((start, end): Span) -> u32 {
    let seconds = (end - start).num_seconds().max(0).unsigned_abs();
    // A fraction of a second counts as a whole one.
    u64::BITS - seconds.leading_zeros()
}

/// When a window of that class begins at the earliest if it reaches that moment.
fn earliest(moment: DateTime<Utc>, class: u32) -> DateTime<Utc> {
    let longest = 1_i64.checked_shl(class).and_then(TimeDelta::try_seconds);
    let earliest = longest.and_then(|longest| moment.checked_sub_signed(longest));
    earliest.unwrap_or(DateTime::<Utc>::MIN_UTC)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(millis).unwrap()
    }

    /// From a second to years, and of no length at all.
    fn span() -> impl Strategy<Value = Span> {
        let lengths = prop_oneof![
            Just(0_i64),
            1..3_000_i64,
            1..100_000_000_i64,
            1..100_000_000_000_i64
        ];
        (0..200_000_000_000_i64, lengths).prop_map(|(from, length)| (at(from), at(from + length)))
    }

    proptest! {
        #[test]
        fn those_that_show_something_of_a_time_are_found_and_no_others(
            windows in proptest::collection::vec(span(), 0..60),
            touched in proptest::collection::vec(span(), 1..4),
        ) {
            let mut index = Windows::default();
            for (number, window) in windows.iter().enumerate() {
                index.insert(*window, number.to_string().into());
                index.insert(*window, number.to_string().into());
            }
            prop_assert_eq!(index.len(), windows.len());
            let mut taken = Vec::new();
            for span in &touched {
                index.take_touched(*span, &mut taken);
            }
            let mut taken: Vec<usize> = taken.iter().map(|key| key.parse().unwrap()).collect();
            taken.sort_unstable();
            let shows = |window: &Span| {
                touched.iter().any(|(from, to)| *from < window.1 && *to > window.0)
            };
            let expected: Vec<usize> =
                (0..windows.len()).filter(|number| shows(&windows[*number])).collect();
            prop_assert_eq!(&taken, &expected);
            prop_assert_eq!(index.len(), windows.len() - expected.len());
            index.retain(|_, _| false);
            prop_assert_eq!(index.len(), 0);
        }
    }

    #[test]
    fn a_window_without_end_is_found_anywhere() {
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        for window in [(first, last), (at(5), last), (first, at(15))] {
            let mut index = Windows::default();
            index.insert(window, "all".into());
            let mut taken = Vec::new();
            index.take_touched((at(10), at(11)), &mut taken);
            assert_eq!((taken.len(), index.len()), (1, 0), "{window:?}");
        }
    }
}
