//! What became of the polls of a source, and when the next one is due.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::content::{Interval, SourceContent};
use super::decide::{ImportSource, ImportSourceFact, SourceChange, SourceState};
use crate::imports::{Import, ImportProblem, Tally};
use crate::kernel::{Change, Id, Vocabulary};

/// However often it fails, a source is looked at once a day, or as seldom as it asks for.
const LONGEST_PAUSE_MINUTES: i64 = 24 * 60;

/// Where the polls of a source are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Polling {
    /// When the clock polls it; absent while it is paused.
    pub next_poll_at: Option<DateTime<Utc>>,
    /// When it was last polled.
    pub last_polled_at: Option<DateTime<Utc>>,
    /// How that went.
    pub last_outcome: Option<PollOutcome>,
    /// Why it failed, if it did.
    pub problem: Option<PollProblem>,
    /// So many polls failed in a row.
    pub failures: u32,
    /// The last import it made.
    pub last_import_id: Option<Id<Import>>,
    /// What became of its records.
    pub last_tally: Option<Tally>,
    /// What was taken in last, so that the same is not taken again.
    pub known: KnownVersion,
}

impl Polling {
    pub(super) fn from(now: DateTime<Utc>) -> Self {
        Self {
            next_poll_at: Some(now),
            ..Self::default()
        }
    }

    fn keep(&mut self, brought: Brought) {
        self.last_import_id = Some(brought.import);
        self.last_tally = Some(brought.tally);
    }
}

/// How a poll went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PollOutcome {
    /// There was something new, and an import took it.
    Done,
    /// There was nothing new.
    Unchanged,
    /// It was not reached, or could not be taken.
    Failed,
}

impl Vocabulary for PollOutcome {
    const NAME: &'static str = "PollOutcome";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Done, "done"),
        (Self::Unchanged, "unchanged"),
        (Self::Failed, "failed"),
    ];
}

/// The version of a source that was taken in last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct KnownVersion {
    /// What its server calls it.
    pub etag: Option<String>,
    /// When it was made, as its server writes it.
    pub last_modified: Option<String>,
    /// SHA-256 of it, in hexadecimal.
    pub digest: Option<String>,
}

/// Why a poll failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PollProblem {
    /// It, or where it leads, is not an address that is asked.
    Address,
    /// A port of other services.
    Port {
        /// Which one.
        port: u16,
    },
    /// Without encryption.
    NeedsHttps,
    /// It leads inside, to an address that is not public and not opened.
    PrivateTarget,
    /// The host's name has no address.
    UnknownHost,
    /// Nobody answers.
    Unreachable,
    /// The encryption can't be set up.
    Tls,
    /// The answer takes too long.
    TooSlow,
    /// It leads on and on.
    TooManyRedirects,
    /// It leads nowhere, or out of the encryption.
    Redirect,
    /// The answer is no success.
    Status {
        /// Its status.
        status: u16,
    },
    /// The answer is too large.
    TooLarge {
        /// So many bytes are taken.
        bytes: u64,
    },
    /// The answer is packed in a way that can't be read.
    Coding,
    /// The answer is no HTTP, or broke off.
    Broken,
    /// What came is no export.
    Content {
        /// What is wrong with it.
        problem: ImportProblem,
    },
    /// The import failed on the way: its report says where.
    Import,
    /// The service itself could not go on.
    Service,
}

/// What a poll found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Polled {
    /// Something new, which an import took.
    Imported {
        /// What the import did.
        brought: Brought,
        /// What was taken.
        known: KnownVersion,
    },
    /// Nothing new.
    Unchanged,
    /// Nothing that could be taken.
    Failed {
        /// Why.
        problem: PollProblem,
        /// What the import did, when one was begun.
        brought: Option<Brought>,
    },
}

/// An import that a poll made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brought {
    /// Which one.
    pub import: Id<Import>,
    /// What became of its records.
    pub tally: Tally,
}

impl Brought {
    /// What that import did.
    #[must_use]
    pub fn by(import: &Import) -> Self {
        Self {
            import: import.id,
            tally: import.tally,
        }
    }
}

/// A poll that is done with.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// As the last one: nothing that the audit trail has to tell.
    Quietly(Box<ImportSource>),
    /// It failed for the first time, or it works again.
    Told(Box<SourceChange>),
    /// Meanwhile the source was made to ask for something else: what was found says nothing of it.
    Overtaken,
}

/// What a poll of a source leads to. `asked` is what the source asked for when the poll began.
#[must_use]
pub fn settle(
    source: ImportSource,
    asked: &SourceContent,
    polled: Polled,
    now: DateTime<Utc>,
) -> Settled {
    if !source.content.asks_the_same(asked) {
        return Settled::Overtaken;
    }
    let mut polling = Polling {
        last_polled_at: Some(now),
        problem: None,
        failures: 0,
        ..source.polling.clone()
    };
    polling.last_outcome = Some(match polled {
        Polled::Imported { brought, known } => {
            polling.keep(brought);
            polling.known = known;
            PollOutcome::Done
        }
        Polled::Unchanged => PollOutcome::Unchanged,
        Polled::Failed { problem, brought } => {
            brought
                .into_iter()
                .for_each(|brought| polling.keep(brought));
            polling.problem = Some(problem);
            polling.failures = source.polling.failures.saturating_add(1);
            PollOutcome::Failed
        }
    });
    let pause = pause_after(source.content.every_minutes, polling.failures);
    polling.next_poll_at = (source.state == SourceState::Active).then(|| now + pause);
    let failed_before = source.polling.last_outcome == Some(PollOutcome::Failed);
    let fact = match (failed_before, polling.failures > 0) {
        (false, true) => Some(ImportSourceFact::Failed),
        (true, false) => Some(ImportSourceFact::Recovered),
        _ => None,
    };
    let after = ImportSource {
        polling,
        ..source.clone()
    };
    match fact {
        Some(fact) => Settled::Told(Box::new(Change::new(Some(source), after, fact))),
        None => Settled::Quietly(Box::new(after)),
    }
}

/// How long after a poll the next one comes: the pause doubles with each failure after the first, up to
/// a day, or to what the source asks for when that is longer.
fn pause_after(every: Interval, failures: u32) -> TimeDelta {
    let every = i64::from(every.minutes());
    let doubled = every << failures.saturating_sub(1).min(12);
    TimeDelta::minutes(doubled.min(LONGEST_PAUSE_MINUTES.max(every)))
}
