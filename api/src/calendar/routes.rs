//! The calendar as JSON.

use actix_web::http::header;
use chrono::{DateTime, Utc};
use domain::accounts::Scope;
use domain::events::{Accessibility, Audience, EventKind, EventState, OccurrenceState};
use domain::kernel::Prose;
use persistence::events::{
    CalendarFilter, CalendarRow, ChangedDate, calendar as find_rows, calendar_changes,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::feed;
use super::window::{LONGEST_OF_A_PAGE, Longest, Usual, open_window, window};
use crate::events::wire::{Place, event_url};
use crate::events::{EventFilters, filter, view_of};
use crate::http::operation::{Endpoint, Unknown};
use crate::http::page::{Page, Rows};
use crate::http::query::Query;
use crate::http::shapes::{Tombstone, view_name};
use crate::http::vocabulary::{word, words};
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_list, _, _>(list).kept(Unknown::Refused, Scope::EventsRead)]
}

/// The window, as the contract shows it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
pub(super) struct WindowParams {
    /// From: a day in Europe/Paris, or an instant. Without an `end`, the window is as long as the usual one.
    #[param(example = "2018-03-01")]
    start: Option<String>,
    /// To, exclusive: a day in Europe/Paris, or an instant. Without a `start`, the window is as long as the
    /// usual one.
    #[param(example = "2018-04-01")]
    end: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Changed then or later, the date or its event (an instant or a day): pass `page.synced_until` of
    /// the last poll. The order is then that of the changes, the window may be left open and as long
    /// as one likes, and a date that is not, or not any more, among what is asked for comes as
    /// `{id, deleted, updated_at}`.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
    /// How many rows a page has.
    #[param(minimum = 1, maximum = 1000, example = 200)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// Whether to say how many there are.
    #[param(example = true)]
    count: Option<bool>,
}

/// One date in the calendar, with what is needed to show it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000001",
    "event_id": "0198c0a0-0000-7000-8000-000000000000",
    "slug": "atelier-reparer-plutot-que-jeter",
    "title": "Atelier : réparer plutôt que jeter",
    "kind": "workshop",
    "audiences": ["general_public"],
    "tags": ["réparation"],
    "accessibility": ["wheelchair"],
    "state": "scheduled",
    "event_state": "published",
    "starts_at": "2050-03-24T17:30:00Z",
    "ends_at": "2050-03-24T19:30:00Z",
    "local_start": "2050-03-24T18:30:00",
    "local_end": "2050-03-24T20:30:00",
    "time_zone": "Europe/Paris",
    "place": { "name": "Salle des fêtes", "commune_code": "54329", "commune_name": "Lunéville" },
    "url": "https://concertation.petr.example/v1/events/atelier-reparer-plutot-que-jeter",
    "updated_at": "2026-11-24T09:00:00Z"
}))]
pub(crate) struct Row {
    /// The date's id.
    id: Uuid,
    event_id: Uuid,
    /// The event's name in addresses.
    slug: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[schema(schema_with = word::<EventKind>)]
    kind: EventKind,
    #[schema(schema_with = words::<Audience>)]
    audiences: Vec<Audience>,
    tags: Vec<String>,
    #[schema(schema_with = words::<Accessibility>)]
    accessibility: Vec<Accessibility>,
    /// How far this date is: one that is cancelled or postponed stays, with its reason.
    #[schema(schema_with = word::<OccurrenceState>)]
    state: OccurrenceState,
    #[schema(schema_with = word::<EventState>)]
    event_state: EventState,
    /// Why it is cancelled, postponed or moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// When it starts, as people say it.
    local_start: String,
    local_end: String,
    /// The IANA zone that people say it in.
    time_zone: String,
    /// When it was to start before it was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_starts_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    /// Where it is on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    online_url: Option<String>,
    /// How many people it holds; unlimited when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    /// The event's address.
    url: String,
    updated_at: DateTime<Utc>,
}

/// A page of the calendar.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 200 } }))]
pub(crate) struct Calendar {
    data: Vec<CalendarEntry>,
    page: Page,
}

/// A date in the calendar, or what is left of one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum CalendarEntry {
    There(Box<Row>),
    Gone(Tombstone),
}

/// The calendar
///
/// The dates that overlap a window of time, by their start: what started before it and still goes on is
/// in it, what starts at its end is not. At most 400 days. Without a window, the 90 days from today.
/// The `Link` headers lead to the same calendar as feeds (iCalendar, Atom, JSON Feed, CSV, JSON-LD,
/// FullCalendar), and with `webcal:` to a subscription.
/// With `updated_since` a mirror is kept by polling: nothing is missed, rows may repeat.
#[utoipa::path(
    get, path = "/v1/calendar", tag = "Calendar", operation_id = "calendar_list",
    security((), ("oauth2" = ["events:read"])),
    params(WindowParams, EventFilters, ListParams),
    responses((status = 200, description = "A page of dates", body = Calendar)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    match query.instant("updated_since") {
        None => list_window(&request, query).await,
        Some(since) => list_changes(&request, query, since).await,
    }
}

async fn list_window(request: &Request, mut query: Query<'_>) -> Result<Answer, Problem> {
    let now = request.app.store.clock().now();
    let usual = Usual {
        before: 0,
        after: 90,
        longest: Longest::Days(LONGEST_OF_A_PAGE),
    };
    let window = window(&mut query, usual, now);
    let events = filter(&mut query);
    let paging = query.paging(200, 1_000);
    let feeds = feed::alternates(
        request.app.settings.public_url.as_str(),
        &feed::asked(&query),
    );
    query.done()?;
    let view = view_of(request);
    let filter = CalendarFilter {
        start: Some(window.start),
        end: Some(window.end),
        events,
        ..CalendarFilter::default()
    };
    let snapshot = request.look().await?;
    let (rows, total) = find_rows(&snapshot, view, &filter, paging.part()).await?;
    let place = |row: &CalendarRow| (row.occurrence.timing.starts_at(), row.occurrence.id.uuid());
    let base = request.app.settings.public_url.as_str();
    let rows = Rows::cut(rows, paging.limit, place).map(|row| Row::of(&row, base));
    let answer = Rows { total, ..rows }.answer(request, &paging, view_name(view));
    let answer = match feeds {
        Some(links) => answer.with_header(header::LINK, links),
        None => answer,
    };
    Ok(answer.kept(window.keep()))
}

async fn list_changes(
    request: &Request,
    mut query: Query<'_>,
    since: DateTime<Utc>,
) -> Result<Answer, Problem> {
    let (start, end) = open_window(&mut query);
    let events = filter(&mut query);
    let paging = query.paging(200, 1_000);
    query.done()?;
    let view = view_of(request);
    let filter = CalendarFilter {
        start,
        end,
        events,
        ..CalendarFilter::default()
    };
    let (snapshot, synced_until) = request.look_since(Some(since)).await?;
    let (rows, total) = calendar_changes(&snapshot, view, &filter, since, paging.part()).await?;
    let base = request.app.settings.public_url.as_str();
    let rows = Rows::cut(rows, paging.limit, ChangedDate::place).map(|row| match row {
        ChangedDate::There(row) => CalendarEntry::There(Box::new(Row::of(&row, base))),
        ChangedDate::Gone(gone) => CalendarEntry::Gone(gone.into()),
    });
    let rows = Rows {
        total,
        synced_until,
        ..rows
    };
    Ok(rows.answer(request, &paging, view_name(view)))
}

impl Row {
    fn of(row: &CalendarRow, base: &str) -> Self {
        use crate::events::wire::local;
        let (event, one) = (&row.event, &row.occurrence);
        let (content, timing) = (&event.content, &one.timing);
        let text = |text: &Prose<1000>| text.as_str().to_owned();
        Self {
            id: one.id.uuid(),
            event_id: event.id.uuid(),
            slug: event.slug.as_str().to_owned(),
            title: content.title.to_string(),
            summary: content.summary.as_ref().map(text),
            kind: content.kind,
            audiences: content.audiences.clone(),
            tags: content.tags.iter().map(ToString::to_string).collect(),
            accessibility: content.accessibility.clone(),
            state: one.state,
            event_state: event.state,
            reason: one.reason.reason.as_ref().map(text),
            starts_at: timing.starts_at(),
            ends_at: timing.ends_at(),
            local_start: local(timing.local_start()),
            local_end: local(timing.local_end()),
            time_zone: timing.zone().name().to_owned(),
            previous_starts_at: one.previous.map(|previous| previous.starts_at()),
            place: content.place.as_ref().map(Place::of),
            online_url: content
                .online_url
                .as_ref()
                .map(|url| url.as_str().to_owned()),
            capacity: one.capacity,
            url: event_url(base, event),
            updated_at: event.updated_at.max(one.updated_at),
        }
    }
}
