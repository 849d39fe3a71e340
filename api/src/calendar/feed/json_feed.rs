//! The calendar as JSON Feed 1.1, for readers of news and small scripts: an item a date. When it is
//! stands in an extension, `_concertation`, as the format allows.

use chrono::{DateTime, Utc};
use domain::accounts::Scope;
use domain::events::{EventState, OccurrenceState};
use persistence::events::CalendarRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Format, Reading, Withdrawn, said, whole};
use crate::calendar::routes::WindowParams;
use crate::events::EventFilters;
use crate::events::wire::{event_url, local};
use crate::http::answer::to_json;
use crate::http::operation::{Endpoint, Unknown};
use crate::http::vocabulary::word;
use crate::http::{Answer, Problem, Request};
use crate::pages::french;

pub(super) const FORMAT: Format = Format {
    path: "/v1/calendar.feed.json",
    media_type: "application/feed+json",
    content_type: "application/feed+json",
    title: "JSON Feed",
    file_name: "agenda.feed.json",
    withdrawn: Withdrawn::LeftOut,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_calendar, _, _>(calendar).kept(Unknown::Ignored, Scope::EventsRead)]
}

/// A feed (JSON Feed 1.1).
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Agenda – PETR",
    "home_page_url": "https://concertation.petr.example",
    "feed_url": "https://concertation.petr.example/v1/calendar.feed.json",
    "authors": [{ "name": "PETR" }],
    "language": "fr",
    "items": [{
        "id": "urn:uuid:0198c0a0-0000-7000-8000-000000000001",
        "url": "https://concertation.petr.example/v1/events/atelier-reparer-plutot-que-jeter",
        "title": "Atelier : réparer plutôt que jeter",
        "content_text": "jeudi 24 mars 2050, de 18 h 30 à 20 h 30\nSalle des fêtes, Lunéville",
        "date_published": "2026-11-24T08:00:00Z",
        "date_modified": "2026-11-24T09:00:00Z",
        "tags": ["réparation"],
        "_concertation": {
            "event_id": "0198c0a0-0000-7000-8000-000000000000",
            "occurrence_id": "0198c0a0-0000-7000-8000-000000000001",
            "state": "scheduled",
            "event_state": "published",
            "starts_at": "2050-03-24T17:30:00Z",
            "ends_at": "2050-03-24T19:30:00Z",
            "local_start": "2050-03-24T18:30:00",
            "local_end": "2050-03-24T20:30:00",
            "time_zone": "Europe/Paris",
            "place": "Salle des fêtes, Lunéville"
        }
    }]
}))]
pub(crate) struct JsonFeed {
    version: &'static str,
    title: String,
    home_page_url: String,
    /// This feed, as it was asked for.
    feed_url: String,
    /// Who publishes it.
    authors: Vec<JsonFeedAuthor>,
    language: &'static str,
    items: Vec<JsonFeedItem>,
}

/// A date in a feed.
#[derive(Serialize, ToSchema)]
pub(crate) struct JsonFeedItem {
    /// The same for ever.
    id: String,
    /// The event's address.
    url: String,
    /// The title; a cancelled date says ANNULÉ before it, a postponed one REPORTÉ.
    title: String,
    /// When, where, why not, and what, in lines, in French.
    content_text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// Where a picture is.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    date_published: DateTime<Utc>,
    date_modified: DateTime<Utc>,
    /// Who holds it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<JsonFeedAuthor>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(rename = "_concertation")]
    when: JsonFeedDate,
}

/// Who publishes a feed, or holds an event.
#[derive(Serialize, ToSchema)]
pub(crate) struct JsonFeedAuthor {
    name: String,
}

/// When and where it is, for programs.
#[derive(Serialize, ToSchema)]
pub(crate) struct JsonFeedDate {
    event_id: Uuid,
    occurrence_id: Uuid,
    #[schema(schema_with = word::<OccurrenceState>)]
    state: OccurrenceState,
    #[schema(schema_with = word::<EventState>)]
    event_state: EventState,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// When it starts, as people say it.
    local_start: String,
    local_end: String,
    /// The IANA zone that people say it in.
    time_zone: &'static str,
    /// Where it is, in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// Where it is on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    online_url: Option<String>,
}

/// The calendar as JSON Feed
///
/// An item a date, by its start, with a stable `id`; when it is stands in `_concertation`. Without a
/// window: from 90 days ago to 400 days ahead. Over 5 000 dates it is refused, never cut. Parameters
/// that are not known are ignored.
#[utoipa::path(
    get, path = "/v1/calendar.feed.json", tag = "Calendar", operation_id = "calendar_json_feed",
    security((), ("oauth2" = ["events:read"])),
    params(WindowParams, EventFilters),
    responses((status = 200, description = "The feed", body = JsonFeed, content_type = "application/feed+json")),
)]
async fn calendar(request: Request) -> Result<Answer, Problem> {
    whole(&request, &FORMAT, |reading| to_json(&JsonFeed::of(reading))).await
}

impl JsonFeed {
    fn of(reading: &Reading) -> Self {
        let items = reading.rows.iter();
        Self {
            version: "https://jsonfeed.org/version/1.1",
            title: reading.name(),
            home_page_url: reading.base.clone(),
            feed_url: reading.address(&FORMAT),
            authors: vec![JsonFeedAuthor {
                name: reading.publisher.clone(),
            }],
            language: "fr",
            items: items
                .map(|row| JsonFeedItem::of(row, &reading.base))
                .collect(),
        }
    }
}

impl JsonFeedItem {
    fn of(row: &CalendarRow, base: &str) -> Self {
        let event = &row.event;
        let image = event.content.image.as_ref();
        let organiser = said::organiser(row).map(str::to_owned);
        Self {
            id: row.occurrence.id.uuid().urn().to_string(),
            url: event_url(base, event),
            title: said::title(row),
            content_text: said::glance(row),
            summary: said::summary(row).map(str::to_owned),
            image: image.map(|image| image.url.as_str().to_owned()),
            date_published: event.published_at.unwrap_or(event.created_at),
            date_modified: said::updated(row),
            authors: organiser
                .map(|name| JsonFeedAuthor { name })
                .into_iter()
                .collect(),
            tags: std::iter::once(french::kind(event.content.kind))
                .chain(said::tags(row))
                .map(str::to_owned)
                .collect(),
            when: JsonFeedDate::of(row),
        }
    }
}

impl JsonFeedDate {
    fn of(row: &CalendarRow) -> Self {
        let timing = &row.occurrence.timing;
        Self {
            event_id: row.event.id.uuid(),
            occurrence_id: row.occurrence.id.uuid(),
            state: row.occurrence.state,
            event_state: row.event.state,
            starts_at: timing.starts_at(),
            ends_at: timing.ends_at(),
            local_start: local(timing.local_start()),
            local_end: local(timing.local_end()),
            time_zone: timing.zone().name(),
            place: said::place(row),
            online_url: said::online(row).map(str::to_owned),
        }
    }
}
