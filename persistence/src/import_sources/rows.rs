//! Between the table's rows and a source.

use domain::import_sources::{
    ImportSource, Interval, KnownVersion, PollProblem, Polling, SourceContent,
};
use domain::imports::{Publication, Tally};
use domain::kernel::{Id, Line, Vocabulary, WebUrl};
use sea_orm::ActiveValue::Set;
use serde::de::DeserializeOwned;

use crate::entities::import_sources::{ActiveModel, Model};
use crate::store::StoreError;
use crate::values::word;

/// All of it but who is polling it.
pub(super) fn row(source: &ImportSource) -> ActiveModel {
    let content = &source.content;
    ActiveModel {
        id: Set(source.id.uuid()),
        name: Set(content.name.to_string()),
        url: Set(content.url.as_str().to_owned()),
        format: Set(content.format.map(|format| format.word().to_owned())),
        every_minutes: Set(content.every_minutes.minutes().into()),
        publish: Set(content.publication == Publication::Publish),
        state: Set(source.state.word().to_owned()),
        version: Set(source.version),
        created_at: Set(source.created_at),
        updated_at: Set(source.updated_at),
        ..polling_row(&source.polling)
    }
}

pub(super) fn polling_row(polling: &Polling) -> ActiveModel {
    let (problem, tally) = (polling.problem.as_ref(), polling.last_tally.as_ref());
    ActiveModel {
        next_poll_at: Set(polling.next_poll_at),
        last_polled_at: Set(polling.last_polled_at),
        last_outcome: Set(polling
            .last_outcome
            .map(|outcome| outcome.word().to_owned())),
        problem: Set(problem.and_then(|problem| serde_json::to_string(problem).ok())),
        failures: Set(i32::try_from(polling.failures).unwrap_or(i32::MAX)),
        last_import_id: Set(polling.last_import_id.map(Id::uuid)),
        last_tally: Set(tally.and_then(|tally| serde_json::to_string(tally).ok())),
        known_etag: Set(polling.known.etag.clone()),
        known_last_modified: Set(polling.known.last_modified.clone()),
        known_digest: Set(polling.known.digest.clone()),
        ..Default::default()
    }
}

pub(super) fn source(row: Model) -> Result<ImportSource, StoreError> {
    let every_minutes = u16::try_from(row.every_minutes).unwrap_or_default();
    let every_minutes = Interval::parse(every_minutes)
        .map_err(|_| StoreError::Unreadable(format!("interval {}", row.every_minutes)))?;
    Ok(ImportSource {
        id: Id::from_uuid(row.id),
        content: SourceContent {
            name: Line::stored(row.name.clone()),
            url: WebUrl::stored(row.url.clone()),
            format: row.format.as_deref().map(word).transpose()?,
            every_minutes,
            publication: if row.publish {
                Publication::Publish
            } else {
                Publication::Drafts
            },
        },
        state: word(&row.state)?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        polling: polling(row)?,
    })
}

fn polling(row: Model) -> Result<Polling, StoreError> {
    let problem = row.problem.as_deref().map(json::<PollProblem>);
    let tally = row.last_tally.as_deref().map(json::<Tally>);
    Ok(Polling {
        next_poll_at: row.next_poll_at,
        last_polled_at: row.last_polled_at,
        last_outcome: row.last_outcome.as_deref().map(word).transpose()?,
        problem: problem.transpose()?,
        failures: u32::try_from(row.failures).unwrap_or(0),
        last_import_id: row.last_import_id.map(Id::from_uuid),
        last_tally: tally.transpose()?,
        known: KnownVersion {
            etag: row.known_etag,
            last_modified: row.known_last_modified,
            digest: row.known_digest,
        },
    })
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Unreadable(e.to_string()))
}
