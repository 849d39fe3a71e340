//! Sources as they are received and sent.

use chrono::{DateTime, Utc};
use domain::import_sources::{
    self, ImportSource as Stored, Interval, PollOutcome, SourceContent, SourceState,
};
use domain::imports::{ImportFormat, Publication, Tally};
use domain::kernel::{Check, FaultCode, Faults, Id, Line, WebUrl};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use uuid::Uuid;

use super::words;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::language::Language;
use crate::http::page::Page;
use crate::http::vocabulary::word;
use crate::outgoing::Outgoing;

/// An address to poll.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Agenda de la médiathèque", "url": "https://mediatheque.example/agenda.ics",
    "every_minutes": 60, "publish": false
}))]
pub(crate) struct ImportSourceInput {
    /// What it is called here.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Where it is fetched: https, at a public address; another one, or http, when the operator opened it
    /// (`CONCERTATION_ALLOWED_TARGETS`). `webcal:` is taken as https.
    #[schema(min_length = 1, max_length = 2000)]
    url: String,
    /// How it is written; found out when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<ImportFormat>)]
    format: Option<ImportFormat>,
    /// How often it is fetched, in minutes; 60 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 15, maximum = 10080)]
    every_minutes: Option<u16>,
    /// Publish the events, new ones and drafts of earlier polls; without it new ones are drafts.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish: Option<bool>,
}

/// An address that is polled, and what came of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000050", "name": "Agenda de la ville",
    "url": "https://agenda.example/export.json", "every_minutes": 60, "publish": false,
    "state": "active", "source": "import-source:0198c0a0-0000-7000-8000-000000000050",
    "next_poll_at": "2026-11-24T11:00:00Z", "last_polled_at": "2026-11-24T09:00:00Z",
    "last_outcome": "failed",
    "problem": { "code": "status", "detail": "The source answered with the HTTP status 500." },
    "failures": 2, "last_import_id": "0198c0a0-0000-7000-8000-000000000040",
    "last_import": { "records": 12, "created": 2, "updated": 1, "unchanged": 8, "refused": 1 },
    "created_at": "2026-11-24T07:00:00Z", "updated_at": "2026-11-24T07:00:00Z",
    "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct ImportSource {
    id: Uuid,
    /// What it is called here.
    name: String,
    /// Where it is fetched.
    url: String,
    /// How it is written; found out when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<ImportFormat>)]
    format: Option<ImportFormat>,
    /// How often it is fetched, in minutes.
    #[schema(minimum = 15, maximum = 10080)]
    every_minutes: u16,
    /// Whether its events are published.
    publish: bool,
    #[schema(schema_with = word::<SourceState>)]
    state: SourceState,
    /// What its imports and its events call it; never another.
    source: String,
    /// When the clock polls it; absent while it is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_poll_at: Option<DateTime<Utc>>,
    /// Absent until it was polled.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_polled_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<PollOutcome>)]
    last_outcome: Option<PollOutcome>,
    /// Why the last poll failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<PollProblem>,
    /// So many polls failed in a row: the pause doubles with each after the first, up to a day.
    failures: u32,
    /// The last import that a poll made: its report is at `/v1/imports/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_import_id: Option<Uuid>,
    /// What became of its records.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_import: Option<LastImport>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the source; polls don't outdate it.
    etag: String,
}

/// What became of the records of the last import of a source.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({ "records": 12, "created": 2, "updated": 1, "unchanged": 8, "refused": 1 }))]
pub(crate) struct LastImport {
    /// All of them.
    records: u32,
    /// New events.
    created: u32,
    /// Events that changed.
    updated: u32,
    /// Events that said so already.
    unchanged: u32,
    /// Not taken: the report says why, `/v1/imports/{id}/records?outcome=refused`.
    refused: u32,
}

/// Why a poll failed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "status", "detail": "The source answered with the HTTP status 500."
}))]
pub(crate) struct PollProblem {
    #[schema(schema_with = problem_codes)]
    code: &'static str,
    /// The same in words, in the reader's language.
    detail: String,
}

/// A page of sources.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct ImportSourceList {
    data: Vec<ImportSource>,
    page: Page,
}

impl ImportSourceInput {
    /// What would have to be sent for the source as it is.
    pub(super) fn of(source: &Stored) -> Self {
        let content = &source.content;
        Self {
            name: content.name.to_string(),
            url: content.url.as_str().to_owned(),
            format: content.format,
            every_minutes: Some(content.every_minutes.minutes()),
            publish: Some(content.publication == Publication::Publish),
        }
    }

    pub(super) fn parse(self, outgoing: &Outgoing) -> Result<SourceContent, Faults> {
        let mut check = Check::new();
        let name = check.at("/name", Line::parse(&self.name));
        let url = check.at("/url", target(&self.url, outgoing));
        let every_minutes = match self.every_minutes {
            None => Some(Interval::DEFAULT),
            Some(minutes) => check.at("/every_minutes", Interval::parse(minutes)),
        };
        let publication = if self.publish.unwrap_or_default() {
            Publication::Publish
        } else {
            Publication::Drafts
        };
        let format = self.format;
        let content = (|| {
            Some(SourceContent {
                name: name?,
                url: url?,
                format,
                every_minutes: every_minutes?,
                publication,
            })
        })();
        check.done(content)
    }
}

/// An address that might be reached: what it leads to is looked at when it is.
fn target(text: &str, outgoing: &Outgoing) -> Result<WebUrl, FaultCode> {
    let url = import_sources::source_url(text)?;
    outgoing.target(&url).map(|()| url)
}

impl ImportSource {
    pub(super) fn of(source: &Stored, language: Language) -> (Self, Tag) {
        let (content, polling) = (&source.content, &source.polling);
        let problem = polling.problem.as_ref().map(|problem| {
            let (french, english) = words::problem_words(problem);
            PollProblem {
                code: words::problem_code(problem),
                detail: language.pick(french, english),
            }
        });
        let mut shown = Self {
            id: source.id.uuid(),
            name: content.name.to_string(),
            url: content.url.as_str().to_owned(),
            format: content.format,
            every_minutes: content.every_minutes.minutes(),
            publish: content.publication == Publication::Publish,
            state: source.state,
            source: import_sources::key(source.id).to_string(),
            next_poll_at: polling.next_poll_at,
            last_polled_at: polling.last_polled_at,
            last_outcome: polling.last_outcome,
            problem,
            failures: polling.failures,
            last_import_id: polling.last_import_id.map(Id::uuid),
            last_import: polling.last_tally.map(LastImport::from),
            created_at: source.created_at,
            updated_at: source.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(source.version, "staff", &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

impl From<Tally> for LastImport {
    fn from(tally: Tally) -> Self {
        Self {
            records: tally.records,
            created: tally.created,
            updated: tally.updated,
            unchanged: tally.unchanged,
            refused: tally.refused,
        }
    }
}

fn problem_codes() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words::PROBLEM_CODES.iter().copied()))
        .description(Some("Why the poll failed"))
        .build()
}
