//! A source, and what may be done with it: made, changed, paused, resumed, deleted.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::content::SourceContent;
use super::polling::{KnownVersion, Polling};
use crate::kernel::{Change, Fact, Id, Ids, Line, Vocabulary};

/// An address that is polled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportSource {
    /// Its id.
    pub id: Id<ImportSource>,
    /// What the staff says of it.
    pub content: SourceContent,
    /// Whether it is polled by the clock.
    pub state: SourceState,
    /// What became of it; not the staff's, so that it changes no version.
    pub polling: Polling,
    /// Changes with every write of the staff.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the staff last changed it.
    pub updated_at: DateTime<Utc>,
}

/// How the names of sources begin.
const KEY: &str = "import-source:";

/// The name of a source in its imports and events: the same whatever is edited, so that a record is
/// matched with its event for as long as the source is there.
#[must_use]
pub fn key(id: Id<ImportSource>) -> Line<100> {
    Line::stored(format!("{KEY}{id}"))
}

/// Whether a source of that name is one that is polled: what somebody sends by hand has another.
#[must_use]
pub fn is_key(source: &Line<100>) -> bool {
    source.as_str().starts_with(KEY)
}

/// Whether a source is polled by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// It is.
    Active,
    /// Only when it is asked for.
    Paused,
}

impl Vocabulary for SourceState {
    const NAME: &'static str = "ImportSourceState";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Active, "active"), (Self::Paused, "paused")];
}

/// What happened to a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportSourceFact {
    /// It was made.
    Created,
    /// It is another one now, or called so.
    Edited,
    /// The clock leaves it alone.
    Paused,
    /// The clock polls it again.
    Resumed,
    /// It is gone; what it brought stays.
    Deleted,
    /// A poll failed, the first after a good one.
    Failed,
    /// A poll succeeded after one that failed.
    Recovered,
}

impl Fact for ImportSourceFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Created => "import_source.created",
            Self::Edited => "import_source.updated",
            Self::Paused => "import_source.paused",
            Self::Resumed => "import_source.resumed",
            Self::Deleted => "import_source.deleted",
            Self::Failed => "import_source.failed",
            Self::Recovered => "import_source.recovered",
        }
    }

    fn is_told(&self) -> bool {
        false
    }
}

/// The state already is what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source is already in that state")]
pub struct AlreadySo;

/// A decision about a source.
pub(super) type SourceChange = Change<ImportSource, ImportSourceFact>;

/// How soon a source is polled that is new, another one, or awake again: a slip of the pen can be mended
/// before it brings anything in.
const GRACE: TimeDelta = TimeDelta::minutes(1);

/// Makes a source, to be polled in a minute.
pub fn create(content: SourceContent, ids: &mut dyn Ids, now: DateTime<Utc>) -> SourceChange {
    let source = ImportSource {
        id: Id::new(ids),
        content,
        state: SourceState::Active,
        polling: Polling::from(now + GRACE),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Change::new(None, source, ImportSourceFact::Created)
}

/// Changes a source; `None` when nothing would change. One that asks for something else is polled in a
/// minute, as if nothing were known of it.
#[must_use]
pub fn edit(
    source: ImportSource,
    content: SourceContent,
    now: DateTime<Utc>,
) -> Option<SourceChange> {
    if content == source.content {
        return None;
    }
    let mut polling = source.polling.clone();
    if !content.asks_the_same(&source.content) {
        polling.known = KnownVersion::default();
        polling.failures = 0;
        polling.next_poll_at = polling.next_poll_at.map(|_| now + GRACE);
    }
    if content.every_minutes < source.content.every_minutes {
        let soon = now + TimeDelta::minutes(content.every_minutes.minutes().into());
        polling.next_poll_at = polling.next_poll_at.map(|next| next.min(soon));
    }
    let after = ImportSource {
        content,
        polling,
        ..next_version(&source, now)
    };
    Some(Change::new(Some(source), after, ImportSourceFact::Edited))
}

/// Keeps the clock from polling a source.
///
/// # Errors
/// It does so already.
pub fn pause(source: ImportSource, now: DateTime<Utc>) -> Result<SourceChange, AlreadySo> {
    turn(source, SourceState::Paused, None, now)
}

/// Has the clock poll a source again, in a minute.
///
/// # Errors
/// It does so already.
pub fn resume(source: ImportSource, now: DateTime<Utc>) -> Result<SourceChange, AlreadySo> {
    turn(source, SourceState::Active, Some(now + GRACE), now)
}

fn turn(
    source: ImportSource,
    state: SourceState,
    next_poll_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<SourceChange, AlreadySo> {
    if source.state == state {
        return Err(AlreadySo);
    }
    let polling = Polling {
        next_poll_at,
        ..source.polling.clone()
    };
    let after = ImportSource {
        state,
        polling,
        ..next_version(&source, now)
    };
    let fact = match state {
        SourceState::Active => ImportSourceFact::Resumed,
        SourceState::Paused => ImportSourceFact::Paused,
    };
    Ok(Change::new(Some(source), after, fact))
}

/// Deletes a source. Its events are nobody's but ours from then on, until another source brings them.
#[must_use]
pub fn delete(source: ImportSource, now: DateTime<Utc>) -> SourceChange {
    let after = next_version(&source, now);
    Change::new(Some(source), after, ImportSourceFact::Deleted)
}

fn next_version(source: &ImportSource, now: DateTime<Utc>) -> ImportSource {
    ImportSource {
        version: source.version + 1,
        updated_at: now.max(source.updated_at),
        ..source.clone()
    }
}
