//! The calendar as a table (RFC 4180), for spreadsheets and open data portals, with a description of
//! its columns (Table Schema) beside it. [`columns`] says what stands where.

mod columns;

use domain::accounts::Scope;

use super::{Format, Withdrawn, whole};
use crate::calendar::routes::WindowParams;
use crate::events::EventFilters;
use crate::http::answer::Cache;
use crate::http::csv::{self, CONTENT_TYPE};
use crate::http::operation::{Endpoint, Unknown};
use crate::http::query::Query;
use crate::http::{Answer, Problem, Request};
use columns::COLUMNS;

pub(super) const FORMAT: Format = Format {
    path: "/v1/calendar.csv",
    media_type: "text/csv",
    content_type: CONTENT_TYPE,
    title: "CSV",
    file_name: "agenda.csv",
    withdrawn: Withdrawn::LeftOut,
};

/// Where the columns are described.
pub(super) const SCHEMA_PATH: &str = "/v1/calendar.csv-schema.json";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_calendar, _, _>(calendar).kept(Unknown::Ignored, Scope::EventsRead),
        Endpoint::of::<__path_schema, _, _>(schema),
    ]
}

/// The calendar as a table
///
/// CSV in UTF-8 with a byte order mark, separated by commas, a row a date, by its start; its columns
/// are described at `/v1/calendar.csv-schema.json`. No cell is a formula: a text that a spreadsheet
/// would take for one has an apostrophe before it. Without a window: from 90 days ago to 400 days
/// ahead. Over 5 000 dates it is refused, never cut. Parameters that are not known are ignored.
#[utoipa::path(
    get, path = "/v1/calendar.csv", tag = "Calendar", operation_id = "calendar_csv",
    security((), ("oauth2" = ["events:read"])),
    params(WindowParams, EventFilters),
    responses((status = 200, description = "The table", body = String, content_type = "text/csv",
        example = json!("id,event_id,title\r\n0198c0a0-0000-7000-8000-000000000001,0198c0a0-0000-7000-8000-000000000000,Atelier\r\n"))),
)]
async fn calendar(request: Request) -> Result<Answer, Problem> {
    whole(&request, &FORMAT, |reading| {
        csv::table(&COLUMNS, &reading.rows, &reading.base).into_bytes()
    })
    .await
}

/// The columns of the table
///
/// A Table Schema (Frictionless Data): the name, the type and the meaning of each column of
/// `/v1/calendar.csv`, in French.
#[utoipa::path(
    get, path = "/v1/calendar.csv-schema.json", tag = "Calendar", operation_id = "calendar_csv_schema",
    security(()),
    responses((status = 200, description = "The columns", body = Value,
        example = json!({ "fields": [{ "name": "id", "type": "string", "format": "uuid" }], "primaryKey": "id" }))),
)]
async fn schema(request: Request) -> Result<Answer, Problem> {
    Query::lenient(&request).done()?;
    Ok(Answer::json(&csv::schema(&COLUMNS))
        .tagged_by_content("public")
        .with_cache(Cache::Seconds(300)))
}
