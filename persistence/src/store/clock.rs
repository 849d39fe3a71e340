//! The store's clock and its source of ids.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use domain::kernel::{Ids, to_micros};
use uuid::Uuid;

/// What time it is.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's; for writes on PostgreSQL, the database's.
    #[default]
    System,
    /// One that is set by hand: a test's, or a story's that is told later.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// One that stands still at `instant` until it is moved.
    #[must_use]
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(instant.timestamp_micros())))
    }

    /// Moves a clock that is set by hand.
    pub fn advance(&self, by: TimeDelta) {
        if let (Self::Manual(micros), Some(by)) = (self, by.num_microseconds()) {
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// The moment, in microseconds.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that is handed to all others"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => to_micros(Utc::now()),
            Self::Manual(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }
}

/// UUIDv7 of one moment, each later than the one before (RFC 9562, section 6.2, method 1).
#[derive(Debug)]
pub struct SystemIds {
    millis: u64,
    counter: u16,
}

impl SystemIds {
    /// Ids of that moment.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        // The upper half of the counter is left free to count in.
        let start = u16::from_be_bytes(random()) & 0x07ff;
        Self {
            millis: now.timestamp_millis().max(0).unsigned_abs(),
            counter: start,
        }
    }
}

impl Ids for SystemIds {
    fn next(&mut self) -> Uuid {
        self.counter += 1;
        if self.counter > 0x0fff {
            self.counter = 0;
            self.millis += 1;
        }
        let mut bytes: [u8; 10] = random();
        bytes[..2].copy_from_slice(&self.counter.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(self.millis, &bytes).into_uuid()
    }
}

/// Bytes of the kernel's chance, fetched for many ids at once: each request has an id, and a call of
/// the kernel for each would be most of what it costs.
fn random<const N: usize>() -> [u8; N] {
    const FETCHED: usize = 1_024;
    thread_local! {
        static CHANCE: RefCell<(usize, [u8; FETCHED])> = const { RefCell::new((FETCHED, [0; FETCHED])) };
    }
    CHANCE.with_borrow_mut(|(used, bytes)| {
        if *used + N > FETCHED {
            getrandom::fill(bytes)
                .expect("the kernel's source of chance never fails once it is up");
            *used = 0;
        }
        let mut some = [0; N];
        some.copy_from_slice(&bytes[*used..*used + N]);
        *used += N;
        some
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_rise_and_are_version_seven() {
        let mut ids = SystemIds::at(DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        let made: Vec<Uuid> = (0..10_000).map(|_| ids.next()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }
}
