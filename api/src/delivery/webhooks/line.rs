//! Those who wait to be told within one webhook's turn: of each thing one after the other, of different
//! things at once.

use std::collections::{HashMap, HashSet, VecDeque};

use domain::webhooks::Delivery;
use uuid::Uuid;

/// The deliveries of a turn. A thing is ready when something of it waits and nothing is under way.
#[derive(Default)]
pub(super) struct Line {
    waiting: HashMap<Uuid, VecDeque<Delivery>>,
    ready: VecDeque<Uuid>,
    /// The things of which something is under way.
    busy: HashSet<Uuid>,
    /// What waits or is under way: it may be found again.
    known: HashSet<Uuid>,
}

impl Line {
    /// Adds what was found, but for what is known.
    pub(super) fn add(&mut self, found: Vec<Delivery>) {
        for delivery in found {
            if !self.known.insert(delivery.message_id) {
                continue;
            }
            let subject = delivery.subject.id;
            let waiting = self.waiting.entry(subject).or_default();
            if waiting.is_empty() && !self.busy.contains(&subject) {
                self.ready.push_back(subject);
            }
            let place = |one: &Delivery| (one.subject.version, one.message_id);
            let at = waiting.partition_point(|other| place(other) < place(&delivery));
            waiting.insert(at, delivery);
        }
    }

    /// What is told next. Its thing is busy until it is [`Line::done`].
    pub(super) fn next(&mut self) -> Option<Delivery> {
        let subject = self.ready.pop_front()?;
        let next = self.waiting.get_mut(&subject)?.pop_front()?;
        self.busy.insert(subject);
        Some(next)
    }

    /// What was told is kept. When it was not taken, what waits of the same thing waits for it.
    pub(super) fn done(&mut self, told: &Delivery, is_taken: bool) {
        let subject = told.subject.id;
        self.busy.remove(&subject);
        self.known.remove(&told.message_id);
        match self.waiting.get(&subject) {
            Some(waiting) if is_taken && !waiting.is_empty() => self.ready.push_back(subject),
            _ => {
                for left in self.waiting.remove(&subject).into_iter().flatten() {
                    self.known.remove(&left.message_id);
                }
            }
        }
    }

    /// Whether nothing can be told before something else is done.
    pub(super) fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::webhooks::{DeliveryState, Subject};

    use super::*;

    fn delivery(subject: u128, version: i64) -> Delivery {
        Delivery {
            message_id: Uuid::from_u128(subject * 100 + u128::from(version.unsigned_abs())),
            kind: "event.updated".to_owned(),
            subject: Subject {
                kind: "event".to_owned(),
                id: Uuid::from_u128(subject),
                version,
            },
            data: serde_json::Value::Null,
            told_at: DateTime::UNIX_EPOCH,
            state: DeliveryState::Pending,
            tries: 0,
            next_attempt_at: None,
            first_attempt_at: None,
            created_at: DateTime::UNIX_EPOCH,
            attempts: vec![],
        }
    }

    fn place(delivery: Option<&Delivery>) -> Option<(u128, i64)> {
        delivery.map(|one| (one.subject.id.as_u128(), one.subject.version))
    }

    #[test]
    fn of_one_thing_the_next_waits_for_the_one_before() {
        let mut line = Line::default();
        line.add(vec![delivery(1, 2), delivery(1, 1), delivery(2, 1)]);
        let first = line.next().unwrap();
        assert_eq!(place(Some(&first)), Some((1, 1)));
        assert_eq!(place(line.next().as_ref()), Some((2, 1)));
        assert_eq!(place(line.next().as_ref()), None);
        // What is found again is not told again.
        line.add(vec![delivery(1, 1), delivery(1, 2), delivery(1, 3)]);
        assert!(line.is_empty());
        line.done(&first, true);
        assert_eq!(place(line.next().as_ref()), Some((1, 2)));
    }

    #[test]
    fn what_comes_after_a_failure_is_left_and_can_be_found_later() {
        let mut line = Line::default();
        line.add(vec![delivery(1, 1), delivery(1, 2)]);
        let first = line.next().unwrap();
        line.done(&first, false);
        assert!(line.is_empty());
        line.add(vec![delivery(1, 1), delivery(1, 2)]);
        assert_eq!(place(line.next().as_ref()), Some((1, 1)));
    }
}
