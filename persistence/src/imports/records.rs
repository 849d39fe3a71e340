//! What became of each record: written with the events of its chunk, in one transaction.

use domain::events::Event;
use domain::imports::{Import, Outcome};
use domain::kernel::{Id, Vocabulary};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{Set, Unchanged};
use serde::{Deserialize, Serialize};

use super::rows;
use crate::entities::imports;
use crate::store::{StoreError, Writing, bulk};

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// Which record of the file, from 1.
    pub position: u32,
    /// Its key in its source, as far as it could be read.
    pub source_id: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Its event; none for a record that was refused before it had one, nor in a dry run for one
    /// that would be new.
    pub event_id: Option<Id<Event>>,
    /// In what it was not taken as it was written.
    pub warnings: Vec<Remark>,
    /// Why it was not taken.
    pub errors: Vec<Remark>,
}

/// A remark about a place in a record, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// What it is about, of a closed list.
    pub code: String,
    /// Where in the record, as an RFC 6901 pointer.
    pub pointer: String,
    /// In French.
    pub french: String,
    /// In English.
    pub english: String,
}

/// Writes lines of an import's report, and how far the import is by them.
///
/// # Errors
/// The database can't be reached.
pub async fn record(
    writing: &mut Writing,
    import: &Import,
    lines: &[ReportLine],
) -> Result<(), StoreError> {
    let lines = lines.iter().map(|line| rows::record_row(import.id, line));
    bulk::insert(writing.db(), lines.collect(), None).await?;
    let progress = imports::ActiveModel {
        id: Unchanged(import.id.uuid()),
        version: Set(import.version),
        updated_at: Set(writing.now()),
        ..rows::tally_row(&import.tally)
    };
    progress.update_without_returning(writing.db()).await?;
    Ok(())
}

pub(super) fn outcome_words(outcomes: &[Outcome]) -> Vec<&'static str> {
    outcomes.iter().map(|outcome| outcome.word()).collect()
}
