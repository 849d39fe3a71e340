//! How a citizen comes in without a password: whoever reads the mails of an address is let in, once, by what one
//! of them carries.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{EmailAddress, Id, Ids, Line, MailLanguage};

/// How long what was mailed lets somebody in.
const LASTS: TimeDelta = TimeDelta::minutes(15);

/// How many times its code may be tried.
const MOST_TRIES: u64 = 5;

/// How many an address is sent in an hour: nobody's mailbox is filled by who types their address.
const MOST_AN_ADDRESS: u64 = 5;

/// How many may be asked for from one network in an hour: a library's, a town hall's.
const MOST_A_NETWORK: u64 = 60;

/// A mail that lets somebody in, on its way or in their mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Its id, which whoever asked is told.
    pub id: Id<Challenge>,
    /// How many times its code was tried.
    pub tries: u64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Until when it lets somebody in.
    pub expires_at: DateTime<Utc>,
    /// When it did.
    pub used_at: Option<DateTime<Utc>>,
}

/// What was typed when it was asked for. It is sealed wherever it lies, and goes with the challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// Whose mails are read.
    pub email: EmailAddress,
    /// What they are called, where nobody is known by the address yet.
    pub name: Option<Line<200>>,
    /// In which language they are written to, where nobody is known by it yet.
    pub language: MailLanguage,
}

/// How much was asked for in the hour before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedLately {
    /// For the address.
    pub of_address: u64,
    /// From the network.
    pub of_network: u64,
}

/// By what somebody shows that they read the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// They have its link.
    Link,
    /// They typed a code.
    Code {
        /// Whether it is the mail's.
        is_right: bool,
    },
}

/// Why nobody is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeRefusal {
    /// Too many were asked for.
    #[error("too many were asked for")]
    TooOften,
    /// It was used, it is too old, or the code is wrong or was tried too often: nobody is told which.
    #[error("it lets nobody in")]
    Void,
}

impl Challenge {
    /// Makes one.
    ///
    /// # Errors
    /// The address, or the network, had too many.
    pub fn new(
        lately: AskedLately,
        ids: &mut dyn Ids,
        now: DateTime<Utc>,
    ) -> Result<Self, ChallengeRefusal> {
        if lately.of_address >= MOST_AN_ADDRESS || lately.of_network >= MOST_A_NETWORK {
            return Err(ChallengeRefusal::TooOften);
        }
        Ok(Self {
            id: Id::new(ids),
            tries: 0,
            created_at: now,
            expires_at: now + LASTS,
            used_at: None,
        })
    }

    /// Whether it may still let somebody in.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }

    /// Counts a try.
    #[must_use]
    pub fn tried(self, shown: Shown) -> Self {
        match shown {
            Shown::Link => self,
            Shown::Code { .. } => Self {
                tries: self.tries + 1,
                ..self
            },
        }
    }

    /// Uses it, once, after the try was counted.
    ///
    /// # Errors
    /// It lets nobody in.
    pub fn used(self, shown: Shown, now: DateTime<Utc>) -> Result<Self, ChallengeRefusal> {
        let is_shown = match shown {
            Shown::Link => true,
            Shown::Code { is_right } => is_right && self.tries <= MOST_TRIES,
        };
        if !is_shown || !self.is_open(now) {
            return Err(ChallengeRefusal::Void);
        }
        Ok(Self {
            used_at: Some(now),
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::Counter;

    fn moment() -> DateTime<Utc> {
        "2026-11-28T10:00:00Z".parse().unwrap()
    }

    fn challenge() -> Challenge {
        let none = AskedLately {
            of_address: 0,
            of_network: 0,
        };
        Challenge::new(none, &mut Counter(0), moment()).unwrap()
    }

    #[test]
    fn it_lets_somebody_in_once_and_not_for_long() {
        let used = challenge().used(Shown::Link, moment()).unwrap();
        assert_eq!(
            used.used(Shown::Link, moment()),
            Err(ChallengeRefusal::Void)
        );
        let late = moment() + LASTS;
        assert_eq!(
            challenge().used(Shown::Link, late),
            Err(ChallengeRefusal::Void)
        );
        let early = late - TimeDelta::milliseconds(1);
        assert!(challenge().used(Shown::Link, early).is_ok());
    }

    #[test]
    fn a_code_may_be_tried_five_times_and_the_link_stays() {
        let (right, wrong) = (
            Shown::Code { is_right: true },
            Shown::Code { is_right: false },
        );
        let mut tried = challenge();
        for _ in 0..4 {
            tried = tried.tried(wrong);
            assert!(tried.clone().used(wrong, moment()).is_err());
        }
        assert!(tried.clone().tried(right).used(right, moment()).is_ok());
        tried = tried.tried(wrong).tried(right);
        assert!(tried.clone().used(right, moment()).is_err());
        assert!(tried.used(Shown::Link, moment()).is_ok());
    }

    #[test]
    fn neither_an_address_nor_a_network_is_sent_many() {
        for (of_address, of_network, is_made) in [(4, 59, true), (5, 0, false), (0, 60, false)] {
            let lately = AskedLately {
                of_address,
                of_network,
            };
            let made = Challenge::new(lately, &mut Counter(0), moment());
            assert_eq!(made.is_ok(), is_made, "{lately:?}");
        }
    }
}
