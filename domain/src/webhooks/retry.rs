//! When a call that failed is made again, and when it is given up: the schedule of Standard Webhooks, over
//! three days and three hours.

use chrono::{DateTime, TimeDelta, Utc};

/// How long is waited after each failure.
const PAUSES: [TimeDelta; 10] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];

/// So many calls are made before it is given up.
pub const TRIES: u32 = PAUSES.len() as u32 + 1;

/// What waited longer while a webhook was paused is not told when it is resumed; it can be replayed.
pub const RESUMED: TimeDelta = TimeDelta::days(3);

/// The longest that an answer may have us wait.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(24);

/// How a call was answered, as far as the next one is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// It was taken.
    Taken,
    /// Nobody is there any more, and nobody will be: 410.
    Gone,
    /// Anything else, or nothing.
    Failed {
        /// How long the answer asks to wait.
        retry_after: Option<TimeDelta>,
    },
}

/// What becomes of a delivery after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Delivered,
    /// It is tried again then.
    Again(DateTime<Utc>),
    /// It is given up.
    GivenUp,
}

/// What becomes of a delivery when its call number `tries` was answered so. `chance` spreads the calls of
/// many that failed at once: over a tenth of the pause to either side.
#[must_use]
pub fn next(tries: u32, answered: Answered, chance: u16, now: DateTime<Utc>) -> Next {
    let retry_after = match answered {
        Answered::Taken => return Next::Delivered,
        Answered::Gone => return Next::GivenUp,
        Answered::Failed { retry_after } => retry_after.unwrap_or_default(),
    };
    let index = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(pause) = PAUSES.get(index) else {
        return Next::GivenUp;
    };
    let micros = pause.num_microseconds().unwrap_or(i64::MAX);
    let spread = micros / 5 * i64::from(chance) / i64::from(u16::MAX);
    let pause = TimeDelta::microseconds(micros - micros / 10 + spread);
    Next::Again(now + pause.max(retry_after.min(LONGEST_PAUSE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
    const FAILED: Answered = Answered::Failed { retry_after: None };

    fn pause(tries: u32, answered: Answered, chance: u16) -> Option<TimeDelta> {
        match next(tries, answered, chance, NOW) {
            Next::Again(at) => Some(at - NOW),
            Next::Delivered | Next::GivenUp => None,
        }
    }

    #[test]
    fn it_is_tried_for_three_days_and_then_given_up() {
        let pauses = (1..).map_while(|tries| pause(tries, FAILED, u16::MAX / 2));
        let pauses: Vec<_> = pauses
            .map(|pause| (pause.num_seconds() + 1) / 5 * 5)
            .collect();
        assert_eq!(pauses.len() as u32 + 1, TRIES);
        assert_eq!(pauses.iter().sum::<i64>() / 60, 75 * 60 + 36);
        assert_eq!(next(TRIES, FAILED, 0, NOW), Next::GivenUp);
        assert_eq!(next(u32::MAX, FAILED, 0, NOW), Next::GivenUp);
    }

    #[test]
    fn what_is_taken_or_gone_is_not_tried_again() {
        assert_eq!(next(1, Answered::Taken, 0, NOW), Next::Delivered);
        assert_eq!(next(TRIES, Answered::Taken, 0, NOW), Next::Delivered);
        assert_eq!(next(1, Answered::Gone, 0, NOW), Next::GivenUp);
    }

    #[test]
    fn it_is_waited_as_long_as_is_asked_for_within_a_day_and_never_shorter() {
        let asked = |seconds| Answered::Failed {
            retry_after: Some(TimeDelta::seconds(seconds)),
        };
        assert_eq!(pause(1, asked(120), 0), Some(TimeDelta::seconds(120)));
        assert_eq!(pause(1, asked(1), 0), pause(1, FAILED, 0));
        assert_eq!(
            pause(1, asked(1_000_000_000), 0),
            Some(TimeDelta::hours(24))
        );
    }

    proptest::proptest! {
        #[test]
        fn a_pause_is_spread_over_a_tenth_to_either_side(tries in 1..TRIES, chance: u16) {
            let pause = pause(tries, FAILED, chance).unwrap();
            let usual = PAUSES[tries as usize - 1];
            proptest::prop_assert!(pause >= usual * 9 / 10 && pause <= usual * 11 / 10);
        }
    }
}
