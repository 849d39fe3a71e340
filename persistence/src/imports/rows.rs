//! Between the tables' rows and the import with its report.

use domain::imports::{Import, ImportProblem, Publication, Run, Tally};
use domain::kernel::{Id, Line as Text, Vocabulary};
use sea_orm::ActiveValue::Set;
use serde_json::Value;

use super::records::{Remark, ReportLine};
use crate::entities::{import_records, imports};
use crate::store::StoreError;
use crate::values::word;

pub(super) fn import_row(import: &Import) -> imports::ActiveModel {
    let problem = import
        .problem
        .as_ref()
        .and_then(|p| serde_json::to_string(p).ok());
    imports::ActiveModel {
        id: Set(import.id.uuid()),
        source: Set(import.source.to_string()),
        format: Set(import.format.word().to_owned()),
        state: Set(import.state.word().to_owned()),
        dry_run: Set(import.run == Run::Dry),
        publish: Set(import.publication == Publication::Publish),
        problem: Set(problem),
        started_at: Set(import.started_at),
        finished_at: Set(import.finished_at),
        version: Set(import.version),
        updated_at: Set(import.updated_at),
        ..tally_row(&import.tally)
    }
}

/// Only the figures.
pub(super) fn tally_row(tally: &Tally) -> imports::ActiveModel {
    imports::ActiveModel {
        records: Set(stored(tally.records)),
        timings: Set(stored(tally.timings)),
        created: Set(stored(tally.created)),
        updated: Set(stored(tally.updated)),
        unchanged: Set(stored(tally.unchanged)),
        refused: Set(stored(tally.refused)),
        ..Default::default()
    }
}

pub(super) fn import(row: imports::Model) -> Result<Import, StoreError> {
    let problem = row
        .problem
        .as_deref()
        .map(serde_json::from_str::<ImportProblem>);
    Ok(Import {
        id: Id::from_uuid(row.id),
        source: Text::stored(row.source),
        format: word(&row.format)?,
        state: word(&row.state)?,
        run: if row.dry_run { Run::Dry } else { Run::Real },
        publication: if row.publish {
            Publication::Publish
        } else {
            Publication::Drafts
        },
        problem: problem
            .transpose()
            .map_err(|e| StoreError::Unreadable(e.to_string()))?,
        tally: Tally {
            records: counted(row.records),
            timings: counted(row.timings),
            created: counted(row.created),
            updated: counted(row.updated),
            unchanged: counted(row.unchanged),
            refused: counted(row.refused),
        },
        started_at: row.started_at,
        finished_at: row.finished_at,
        version: row.version,
        updated_at: row.updated_at,
    })
}

pub(super) fn record_row(import: Id<Import>, line: &ReportLine) -> import_records::ActiveModel {
    import_records::ActiveModel {
        import_id: Set(import.uuid()),
        position: Set(stored(line.position)),
        source_id: Set(line.source_id.clone()),
        outcome: Set(line.outcome.word().to_owned()),
        event_id: Set(line.event_id.map(Id::uuid)),
        warnings: Set(json(&line.warnings)),
        errors: Set(json(&line.errors)),
    }
}

pub(super) fn line(row: import_records::Model) -> Result<ReportLine, StoreError> {
    Ok(ReportLine {
        position: counted(row.position),
        source_id: row.source_id,
        outcome: word(&row.outcome)?,
        event_id: row.event_id.map(Id::from_uuid),
        warnings: remarks(row.warnings)?,
        errors: remarks(row.errors)?,
    })
}

fn json(remarks: &[Remark]) -> Value {
    serde_json::to_value(remarks).expect("remarks have no key that is no text")
}

fn remarks(json: Value) -> Result<Vec<Remark>, StoreError> {
    serde_json::from_value(json).map_err(|e| StoreError::Unreadable(e.to_string()))
}

pub(super) fn stored(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn counted(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or(0)
}
