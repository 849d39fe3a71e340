//! An import: a run over the records of one export, and how far it is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{Change, Fact, Id, Line, Vocabulary};

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Import {
    /// Its id.
    pub id: Id<Import>,
    /// The name of the source: with a record's key there, it tells which event is meant.
    pub source: Line<100>,
    /// How the export is written.
    pub format: ImportFormat,
    /// How far it is.
    pub state: ImportState,
    /// Whether it is done or only tried.
    pub run: Run,
    /// What becomes of the events.
    pub publication: Publication,
    /// What ended it, when it failed.
    pub problem: Option<ImportProblem>,
    /// What was done up to now.
    pub tally: Tally,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it last went on.
    pub updated_at: DateTime<Utc>,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportFormat {
    /// Records of OpenAgenda, as public data platforms give them.
    Openagenda,
    /// A calendar in iCalendar (RFC 5545).
    Icalendar,
}

impl Vocabulary for ImportFormat {
    const NAME: &'static str = "ImportFormat";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Openagenda, "openagenda"),
        (Self::Icalendar, "icalendar"),
    ];
}

/// The name of the source of a file that somebody sends: that of its format.
#[must_use]
pub fn by_hand(format: ImportFormat) -> Line<100> {
    Line::stored(format.word().to_owned())
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Under way.
    Running,
    /// Every record has its outcome.
    Done,
    /// It ended before; what was done up to there stays.
    Failed,
}

impl Vocabulary for ImportState {
    const NAME: &'static str = "ImportState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Running, "running"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
    ];
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A new event.
    Created,
    /// Its event changed.
    Updated,
    /// Its event says so already.
    Unchanged,
    /// It was not taken, and why.
    Refused,
}

impl Vocabulary for Outcome {
    const NAME: &'static str = "Outcome";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Created, "created"),
        (Self::Updated, "updated"),
        (Self::Unchanged, "unchanged"),
        (Self::Refused, "refused"),
    ];
}

/// Whether an import is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// What it says is done.
    Real,
    /// Only the report is kept.
    Dry,
}

/// What becomes of the events of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Publication {
    /// New ones are drafts.
    Drafts,
    /// Drafts, new or from before, are published.
    Publish,
}

/// What ended an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ImportProblem {
    /// The service stopped meanwhile.
    Interrupted,
    /// From there on the file is no JSON.
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The file holds no list of records where one was expected.
    NotAnExport,
    /// The file is no calendar in iCalendar.
    NotACalendar,
    /// The calendar breaks off before its end.
    CutOff,
    /// The calendar has more entries than `most`.
    TooManyEntries {
        /// The most that are taken.
        most: usize,
    },
    /// A record is larger than any event is.
    RecordTooLarge {
        /// Which one, from 1.
        position: u32,
    },
    /// The file could not be read to its end.
    Unreadable,
    /// The database could not go on.
    Store,
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Records that have an outcome.
    pub records: u32,
    /// Timings of the records that were not refused.
    pub timings: u32,
    /// New events.
    pub created: u32,
    /// Events that changed.
    pub updated: u32,
    /// Events that said so already.
    pub unchanged: u32,
    /// Records not taken.
    pub refused: u32,
}

impl Tally {
    /// Counts one more record.
    pub fn count(&mut self, outcome: Outcome, timings: usize) {
        self.records = self.records.saturating_add(1);
        if outcome != Outcome::Refused {
            let timings = u32::try_from(timings).unwrap_or(u32::MAX);
            self.timings = self.timings.saturating_add(timings);
        }
        let number = match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Refused => &mut self.refused,
        };
        *number = number.saturating_add(1);
    }
}

/// What happened to an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFact {
    /// It began.
    Started,
    /// It ended, well or not: its state says so.
    Finished,
}

impl Fact for ImportFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Started => "import.started",
            Self::Finished => "import.finished",
        }
    }

    fn is_told(&self) -> bool {
        false
    }
}

/// It has ended before: there is nothing to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the import has ended")]
pub struct ImportEnded;

/// Begins an import.
#[must_use]
pub fn start(
    id: Id<Import>,
    source: Line<100>,
    format: ImportFormat,
    run: Run,
    publication: Publication,
    now: DateTime<Utc>,
) -> Change<Import, ImportFact> {
    let import = Import {
        id,
        source,
        format,
        state: ImportState::Running,
        run,
        publication,
        problem: None,
        tally: Tally::default(),
        started_at: now,
        finished_at: None,
        version: 1,
        updated_at: now,
    };
    Change::new(None, import, ImportFact::Started)
}

/// Ends an import: done, or failed by that problem.
///
/// # Errors
/// It has ended before.
pub fn finish(
    import: Import,
    problem: Option<ImportProblem>,
    now: DateTime<Utc>,
) -> Result<Change<Import, ImportFact>, ImportEnded> {
    if import.state != ImportState::Running {
        return Err(ImportEnded);
    }
    let after = Import {
        state: if problem.is_some() {
            ImportState::Failed
        } else {
            ImportState::Done
        },
        problem,
        finished_at: Some(now),
        version: import.version + 1,
        updated_at: now,
        ..import.clone()
    };
    // Progress leaves no trace of its own in the audit: the end shows all of it.
    let before = Import {
        tally: Tally::default(),
        ..import
    };
    Ok(Change::new(Some(before), after, ImportFact::Finished))
}
