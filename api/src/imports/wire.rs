//! Imports and the lines of their reports as they are sent.

use chrono::{DateTime, Utc};
use domain::imports::{
    Import as Stored, ImportFormat, ImportState, Outcome, Publication, Run, WarningCode,
};
use domain::kernel::Id;
use persistence::imports::{Remark as StoredRemark, ReportLine};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use uuid::Uuid;

use super::words;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::language::Language;
use crate::http::page::Page;
use crate::http::vocabulary::word;

/// An import: how far it is, and how many records became what.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000040",
    "state": "done", "source": "openagenda", "format": "openagenda",
    "dry_run": false, "publish": false,
    "records": 100, "timings": 390, "created": 98, "updated": 1, "unchanged": 0, "refused": 1,
    "records_url":
        "https://concertation.petr.example/v1/imports/0198c0a0-0000-7000-8000-000000000040/records",
    "started_at": "2026-11-24T09:00:00Z", "finished_at": "2026-11-24T09:00:01Z",
    "etag": "\"v4-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Import {
    id: Uuid,
    #[schema(schema_with = word::<ImportState>)]
    state: ImportState,
    /// The name of the source: with a record's key there, it tells which event is meant.
    source: String,
    #[schema(schema_with = word::<ImportFormat>)]
    format: ImportFormat,
    /// Whether it only says what would happen.
    dry_run: bool,
    /// Whether it publishes.
    publish: bool,
    /// Records that have an outcome up to now.
    records: u32,
    /// Timings of the records that were not refused.
    timings: u32,
    /// New events.
    created: u32,
    /// Events that changed.
    updated: u32,
    /// Events that said so already.
    unchanged: u32,
    /// Records not taken.
    refused: u32,
    /// What ended it, when it failed; what was done up to there stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ImportProblem>,
    /// Where the report is, a line a record.
    records_url: String,
    started_at: DateTime<Utc>,
    /// Absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<DateTime<Utc>>,
    /// Changes as the import goes on.
    etag: String,
}

/// What ended an import.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "interrupted",
    "detail": "The service stopped during the import; import the same file again: nothing will be doubled."
}))]
pub(crate) struct ImportProblem {
    #[schema(schema_with = problem_codes)]
    code: &'static str,
    /// The same in words, in the reader's language.
    detail: String,
}

/// What became of one record.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "position": 12, "source_id": "8039752", "outcome": "created",
    "event_id": "0198c0a0-0000-7000-8000-000000000000",
    "warnings": [{
        "code": "past_midnight", "pointer": "/fields/timetable",
        "detail": "The timing ends before it starts: its end was set to the next day."
    }],
    "errors": []
}))]
pub(crate) struct ImportRecord {
    /// Which record of the file, from 1.
    #[schema(minimum = 1)]
    position: u32,
    /// Its key in its source, as far as it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    source_id: Option<String>,
    #[schema(schema_with = word::<Outcome>)]
    outcome: Outcome,
    /// Its event; absent for a record that was refused, and in a dry run for one that would be new.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<Uuid>,
    /// In what it was not taken as it was written.
    warnings: Vec<ImportWarning>,
    /// Why it was not taken.
    errors: Vec<ImportError>,
}

/// Something that was not taken as it was written.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ImportWarning {
    #[schema(schema_with = word::<WarningCode>)]
    code: String,
    /// Where in the record (RFC 6901); absent for the whole of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// The same in words, in the reader's language.
    detail: String,
}

/// Why a record was not taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ImportError {
    #[schema(schema_with = error_codes)]
    code: String,
    /// Where in the record (RFC 6901); absent for the whole of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// The same in words, in the reader's language.
    detail: String,
}

/// A page of imports.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct ImportList {
    data: Vec<Import>,
    page: Page,
}

/// A page of an import's report.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct ImportRecordList {
    data: Vec<ImportRecord>,
    page: Page,
}

/// The export of an OpenAgenda, as public data platforms give it; a list of records alone is taken
/// too, as is a record whose fields stand in itself. Records hold more than is read of them.
#[derive(ToSchema)]
#[schema(example = json!({ "records": [{ "fields": {
    "uid": "66258793",
    "title": "Atelier compostage",
    "description": "Apprendre à composter chez soi",
    "placename": "Maison du vélo",
    "address": "12 rue de la République, 54300 Lunéville",
    "city": "Lunéville",
    "timetable": "2050-03-24T18:30:00 2050-03-24T20:30:00",
    "lang": "fr"
} }] }))]
#[expect(dead_code, reason = "documentation: the file is read as a stream")]
pub(crate) struct OpenAgendaExport {
    /// The records.
    records: Vec<OpenAgendaRecord>,
}

/// One record of an OpenAgenda.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documentation: the file is read as a stream")]
pub(crate) struct OpenAgendaRecord {
    /// What it says.
    fields: OpenAgendaFields,
}

/// What is read of a record.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documentation: the file is read as a stream")]
pub(crate) struct OpenAgendaFields {
    /// Its key: an event is found again by it, never by its title.
    uid: String,
    title: String,
    /// The summary.
    description: Option<String>,
    /// The description (Markdown).
    free_text: Option<String>,
    /// The dates: a start and an end, both local, with a space between; several separated by
    /// semicolons. An end before its start is set to the next day.
    timetable: Option<String>,
    placename: Option<String>,
    address: Option<String>,
    city: Option<String>,
    /// Separated by commas.
    tags: Option<String>,
    pricing_info: Option<String>,
    /// Where it was first published.
    link: Option<String>,
    /// A BCP 47 tag.
    lang: Option<String>,
}

/// A calendar in iCalendar (RFC 5545): a series is expanded up to two years ahead, the changes of its
/// dates are taken, times without a zone are of `Europe/Paris`.
#[derive(ToSchema)]
#[schema(value_type = String, example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//FR\r\nBEGIN:VEVENT\r\nUID:atelier-1@agenda.example\r\nDTSTAMP:20500101T090000Z\r\nDTSTART;TZID=Europe/Paris:20500324T183000\r\nDTEND;TZID=Europe/Paris:20500324T203000\r\nSUMMARY:Atelier compostage\r\nLOCATION:Maison du vélo\\, Lunéville\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"))]
#[expect(dead_code, reason = "documentation: the file is read as a stream")]
pub(crate) struct CalendarFile(String);

/// A form that carries the file.
#[derive(ToSchema)]
#[schema(example = json!({ "file": "{\"records\":[]}" }))]
#[expect(dead_code, reason = "documentation: the file is read as a stream")]
pub(crate) struct ImportForm {
    /// The export or the calendar.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

impl Import {
    pub(super) fn of(import: &Stored, language: Language, base: &str) -> (Self, Tag) {
        let problem = import.problem.as_ref().map(|problem| {
            let (french, english) = words::problem_words(problem);
            ImportProblem {
                code: words::problem_code(problem),
                detail: language.text(&french, &english),
            }
        });
        let mut shown = Self {
            id: import.id.uuid(),
            state: import.state,
            source: import.source.to_string(),
            format: import.format,
            dry_run: import.run == Run::Dry,
            publish: import.publication == Publication::Publish,
            records: import.tally.records,
            timings: import.tally.timings,
            created: import.tally.created,
            updated: import.tally.updated,
            unchanged: import.tally.unchanged,
            refused: import.tally.refused,
            problem,
            records_url: format!("{base}/v1/imports/{}/records", import.id),
            started_at: import.started_at,
            finished_at: import.finished_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(import.version, "staff", &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

impl ImportRecord {
    pub(super) fn of(line: ReportLine, language: Language) -> Self {
        let warning = |remark: StoredRemark| {
            let (code, pointer, detail) = told(remark, language);
            ImportWarning {
                code,
                pointer,
                detail,
            }
        };
        let error = |remark: StoredRemark| {
            let (code, pointer, detail) = told(remark, language);
            ImportError {
                code,
                pointer,
                detail,
            }
        };
        Self {
            position: line.position,
            source_id: line.source_id,
            outcome: line.outcome,
            event_id: line.event_id.map(Id::uuid),
            warnings: line.warnings.into_iter().map(warning).collect(),
            errors: line.errors.into_iter().map(error).collect(),
        }
    }
}

fn told(remark: StoredRemark, language: Language) -> (String, Option<String>, String) {
    let pointer = Some(remark.pointer).filter(|pointer| !pointer.is_empty());
    (
        remark.code,
        pointer,
        language.pick(remark.french, remark.english),
    )
}

fn error_codes() -> Object {
    codes(&words::error_codes(), "Why the record was not taken")
}

fn problem_codes() -> Object {
    codes(words::PROBLEM_CODES, "What ended the import")
}

fn codes(words: &[&str], description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words.iter().copied()))
        .description(Some(description))
        .build()
}
