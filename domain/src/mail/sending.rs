//! A mail that waits, and what becomes of it: each attempt ends it or puts it off, later and later, for
//! three days.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::MailKind;
use crate::accounts::User;
use crate::citizens::Pseudonym;
use crate::kernel::{Id, Vocabulary};

/// How long it rests after each attempt that failed, in minutes; after the last it is given up. Together
/// three days and a little.
const PAUSES: [i64; 9] = [1, 5, 30, 120, 300, 600, 840, 1200, 1440];

/// A mail: who is to be told what. It says nothing itself, and so holds nobody's name: it is written when it
/// is sent, from what is stored then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id, by which a copy that came twice can be told.
    pub id: Id<Mail>,
    /// What it is about.
    pub kind: MailKind,
    /// Which project, structure, event… it is about.
    pub subject: Uuid,
    /// Which version of it.
    pub subject_version: i64,
    /// Who gets it.
    pub recipient: Recipient,
    /// When what it tells happened.
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: u32,
}

/// Who gets a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// Whoever holds the subject when it is sent.
    Holder,
    /// A member of the staff.
    User(Id<User>),
    /// A citizen.
    Citizen(Id<Pseudonym>),
    /// Whoever reads the mails of an address that somebody typed, which the subject has.
    Typed,
}

/// How far a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailState {
    /// It is to be sent.
    Waiting,
    /// The server took it.
    Sent,
    /// It can't be delivered, or was tried for too long.
    Failed,
    /// There was nobody to send it to, or nothing to say any more.
    Skipped,
}

impl Vocabulary for MailState {
    const NAME: &'static str = "MailState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Waiting, "waiting"),
        (Self::Sent, "sent"),
        (Self::Failed, "failed"),
        (Self::Skipped, "skipped"),
    ];
}

/// Why a mail did not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailProblem {
    /// Whoever should get it has no address.
    NoAddress,
    /// Its subject, or who should get it, is not there any more.
    Gone,
    /// There is nothing left to tell.
    Moot,
    /// The data of who should get it are restricted.
    Restricted,
    /// No mail is sent by this service.
    Off,
    /// The address is none that a server takes.
    BadAddress,
    /// The server does not take the recipient.
    RecipientRefused,
    /// The server does not take the text.
    MessageRefused,
    /// The server does not take us: who we are, or who writes.
    SenderRefused,
    /// The server asks for patience.
    ServerBusy,
    /// The server was not reached, or fell silent.
    Unreachable,
    /// The conversation could not be kept secret, as it must be.
    Insecure,
    /// The file could not be written.
    Folder,
    /// What it is written from can't be read by this version.
    Unreadable,
    /// It was cut off while the server took it, which may have it or not; and it must not come twice.
    Uncertain,
}

impl Vocabulary for MailProblem {
    const NAME: &'static str = "MailProblem";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::NoAddress, "no_address"),
        (Self::Gone, "gone"),
        (Self::Moot, "moot"),
        (Self::Restricted, "restricted"),
        (Self::Off, "off"),
        (Self::BadAddress, "bad_address"),
        (Self::RecipientRefused, "recipient_refused"),
        (Self::MessageRefused, "message_refused"),
        (Self::SenderRefused, "sender_refused"),
        (Self::ServerBusy, "server_busy"),
        (Self::Unreachable, "unreachable"),
        (Self::Insecure, "insecure"),
        (Self::Folder, "folder"),
        (Self::Unreadable, "unreadable"),
        (Self::Uncertain, "uncertain"),
    ];
}

/// What came of trying to send a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The server took it.
    Sent,
    /// It is not to be sent.
    Skipped(MailProblem),
    /// It never will be taken.
    Failed(MailProblem),
    /// It may be taken later.
    PutOff(MailProblem),
    /// It was not tried: its turn did not come.
    Untried,
}

impl Attempt {
    /// What is made of it that nobody knows whether the server took a mail.
    #[must_use]
    pub fn cut_off(kind: MailKind) -> Self {
        match kind.is_at_most_once() {
            true => Self::Failed(MailProblem::Uncertain),
            false => Self::PutOff(MailProblem::Unreachable),
        }
    }
}

/// A mail after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Settled {
    /// How far it is.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried again; absent when it is not.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why it did not leave.
    pub problem: Option<MailProblem>,
}

/// What becomes of a mail by an attempt that ended now.
#[must_use]
pub fn settle(attempts: u32, attempt: Attempt, now: DateTime<Utc>) -> Settled {
    let tried = attempts.saturating_add(1);
    let ended = |state, problem| Settled {
        state,
        attempts: tried,
        next_attempt_at: None,
        problem,
    };
    match attempt {
        Attempt::Sent => ended(MailState::Sent, None),
        Attempt::Failed(problem) => ended(MailState::Failed, Some(problem)),
        Attempt::Skipped(problem) => ended(MailState::Skipped, Some(problem)),
        Attempt::PutOff(problem) => match PAUSES.get(attempts as usize) {
            None => ended(MailState::Failed, Some(problem)),
            Some(minutes) => Settled {
                next_attempt_at: Some(now + TimeDelta::minutes(*minutes)),
                ..ended(MailState::Waiting, Some(problem))
            },
        },
        Attempt::Untried => Settled {
            state: MailState::Waiting,
            attempts,
            next_attempt_at: Some(now),
            problem: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> DateTime<Utc> {
        "2026-11-27T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn what_a_busy_server_puts_off_is_tried_for_three_days_later_and_later() {
        let (mut now, mut attempts, mut last) = (moment(), 0, TimeDelta::zero());
        loop {
            let settled = settle(attempts, Attempt::PutOff(MailProblem::ServerBusy), now);
            assert_eq!(settled.attempts, attempts + 1);
            assert_eq!(settled.problem, Some(MailProblem::ServerBusy));
            let Some(next) = settled.next_attempt_at else {
                assert_eq!(settled.state, MailState::Failed);
                break;
            };
            assert_eq!(settled.state, MailState::Waiting);
            assert!(next - now > last);
            (last, now, attempts) = (next - now, next, settled.attempts);
        }
        let tried_for = now - moment();
        assert!(tried_for > TimeDelta::days(3) && tried_for < TimeDelta::days(4));
    }

    #[test]
    fn what_is_sent_refused_or_skipped_is_not_tried_again() {
        for (attempt, state) in [
            (Attempt::Sent, MailState::Sent),
            (
                Attempt::Failed(MailProblem::RecipientRefused),
                MailState::Failed,
            ),
            (Attempt::Skipped(MailProblem::NoAddress), MailState::Skipped),
        ] {
            let settled = settle(2, attempt, moment());
            assert_eq!(
                (settled.state, settled.attempts, settled.next_attempt_at),
                (state, 3, None)
            );
        }
    }

    #[test]
    fn a_reminder_that_may_have_arrived_is_not_sent_again_and_a_link_is() {
        let settled = |kind| settle(0, Attempt::cut_off(kind), moment());
        let reminder = settled(MailKind::DateReminder);
        assert_eq!(reminder.next_attempt_at, None);
        assert_eq!(reminder.problem, Some(MailProblem::Uncertain));
        let link = settled(MailKind::CitizenSignIn);
        assert_eq!(link.state, MailState::Waiting);
        assert!(link.next_attempt_at.is_some());
    }

    #[test]
    fn what_was_not_tried_counts_no_attempt() {
        let settled = settle(4, Attempt::Untried, moment());
        assert_eq!(
            (settled.state, settled.attempts, settled.next_attempt_at),
            (MailState::Waiting, 4, Some(moment()))
        );
    }
}
