//! The agendas of others that the demonstration knows: one, which is paused, so that it asks nobody.

use chrono::{DateTime, Utc};
use domain::import_sources::{
    self, AlreadySo, ImportSource, ImportSourceFact, Interval, SourceContent,
};
use domain::imports::Publication;
use domain::kernel::{Change, FaultCode, Line};

use super::ids::StoryIds;

/// The moment in its id.
const SINCE_SECONDS: i64 = 1_600_000_000;

/// What happened to it: it was made, and paused.
///
/// # Errors
/// The story is badly written.
pub(crate) fn paused_source(
    now: DateTime<Utc>,
) -> Result<[Change<ImportSource, ImportSourceFact>; 2], FaultCode> {
    let content = SourceContent {
        name: Line::parse("Agenda de la ville voisine (démonstration)")?,
        url: import_sources::source_url("https://agenda.example/export.json")?,
        format: None,
        every_minutes: Interval::DEFAULT,
        publication: Publication::Drafts,
    };
    let since = DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default();
    let mut ids = StoryIds::of("agenda de la ville voisine", since);
    let made = import_sources::create(content, &mut ids, now);
    let paused = import_sources::pause(made.after().clone(), now)
        .map_err(|AlreadySo| FaultCode::Duplicate)?;
    Ok([made, paused])
}
