//! Series as they are shown.

use chrono::{DateTime, Utc};
use domain::events;
use persistence::View;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::excluded_text;
use crate::events::wire::local;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::shapes::{Tombstone, view_name};

/// The series of an event.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct SeriesList {
    data: Vec<SeriesRow>,
    page: Page,
}

/// A series of an event, or what is left of one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum SeriesRow {
    There(Box<Series>),
    Gone(Tombstone),
}

/// Dates of an event that follow from one rule and can be edited together.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000002",
    "event_id": "0198c0a0-0000-7000-8000-000000000000",
    "local_start": "2050-03-24T18:30:00",
    "local_end": "2050-03-24T20:30:00",
    "time_zone": "Europe/Paris",
    "rrule": "FREQ=WEEKLY;BYDAY=TH;COUNT=2",
    "exdates": [],
    "rdates": [],
    "capacity": 30,
    "occurrence_ids": [
        "0198c0a0-0000-7000-8000-000000000003", "0198c0a0-0000-7000-8000-000000000004"
    ],
    "created_at": "2026-11-24T09:00:00Z",
    "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v1-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Series {
    id: Uuid,
    event_id: Uuid,
    /// When its first date starts, as people say it.
    local_start: String,
    /// When it ends; each date ends at this time of day.
    local_end: String,
    /// The IANA zone that people say it in.
    time_zone: String,
    /// By which rule the date comes again (RFC 5545).
    rrule: String,
    /// Local starts that are left out, or days.
    exdates: Vec<String>,
    /// Local starts beside those of the rule.
    rdates: Vec<String>,
    /// How many people each date holds; unlimited when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    /// Its dates, those that were moved or cancelled among them, in the order that the rule gave them.
    occurrence_ids: Vec<Uuid>,
    created_at: DateTime<Utc>,
    /// When what the dates follow from was last changed; a date that is changed alone has its own.
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the series.
    etag: String,
}

impl Series {
    pub(super) fn of(event: &events::Event, one: &events::Series, view: View) -> (Self, Tag) {
        let recurrence = one.plan.recurrence();
        let first = recurrence.first();
        let mut shown = Self {
            id: one.id.uuid(),
            event_id: event.id.uuid(),
            local_start: local(first.local_start()),
            local_end: local(first.local_end()),
            time_zone: first.zone().name().to_owned(),
            rrule: one.plan.rule().to_string(),
            exdates: recurrence.excluded().iter().map(excluded_text).collect(),
            rdates: recurrence.extra().iter().copied().map(local).collect(),
            capacity: one.plan.capacity(),
            occurrence_ids: one.dates(event).iter().map(|date| date.id.uuid()).collect(),
            created_at: one.created_at,
            updated_at: one.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(one.version, view_name(view), &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}
