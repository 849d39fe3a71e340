//! The calendar as iCalendar (RFC 5545): what phones and neighbours' agendas subscribe to.

use std::borrow::Cow;

use actix_web::http::header;
use domain::accounts::Scope;
use domain::events::{EventState, OccurrenceState};
use domain::kernel::{Prose, Timing};
use persistence::Part;
use persistence::events::{CalendarFilter, CalendarRow, EventFilter, View, calendar as find_rows};

use super::ical::{self, Entry, Feed, Status};
use super::routes::WindowParams;
use super::window::{Longest, Usual, window};
use crate::demo::known;
use crate::events::wire::{Place, event_url, view_name};
use crate::events::{EventFilters, filter, find, view_of};
use crate::http::answer::Cache;
use crate::http::faults::FieldError;
use crate::http::kept::{Footprint, Keep};
use crate::http::operation::{Endpoint, Unknown};
use crate::http::query::Query;
use crate::http::{Answer, Problem, Request};

/// The most occurrences that one feed holds; above it is refused, never cut in silence.
const MOST: u64 = 5_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_whole, _, _>(whole).kept(Unknown::Ignored, Scope::EventsRead),
        Endpoint::of::<__path_of_event, _, _>(of_event).kept(Unknown::Ignored, Scope::EventsRead),
    ]
}

/// The calendar as iCalendar
///
/// One `VEVENT` a date, with a UID that never changes. A cancelled date stays, as cancelled; a
/// postponed one is tentative and says so; what left the public view is cancelled without its content,
/// so that subscribers lose nothing silently. Without a window: from 90 days ago to 400 days ahead.
/// Parameters that are not known are ignored.
#[utoipa::path(
    get, path = "/v1/calendar.ics", tag = "Calendar", operation_id = "calendar_ics",
    security((), ("oauth2" = ["events:read"])),
    params(WindowParams, EventFilters),
    responses((status = 200, description = "The calendar", body = String,
        content_type = "text/calendar", example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"))),
)]
async fn whole(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::lenient(&request);
    let now = request.app.store.clock().now();
    let window = window(
        &mut query,
        Usual {
            before: 90,
            after: 400,
            longest: Longest::Any,
        },
        now,
    );
    let events = filter(&mut query);
    query.done()?;
    let filter = CalendarFilter {
        start: Some(window.start),
        end: Some(window.end),
        events,
        event: None,
        with_withdrawn: true,
    };
    let view = view_of(&request);
    let rows = rows(&request, view, &filter).await?;
    let name = format!("Agenda – {}", request.app.settings.petr_name);
    let base = request.app.settings.public_url.as_str();
    let url = format!("{base}/v1/calendar.ics");
    let feed = Feed {
        name: &name,
        description: None,
        url: Some(&url),
    };
    Ok(answer(&feed, &rows, view, base, "agenda.ics").kept(window.keep()))
}

/// An event as iCalendar
///
/// All its dates. By its id or its slug.
#[utoipa::path(
    get, path = "/v1/events/{event}.ics", tag = "Calendar", operation_id = "events_ics",
    security((), ("oauth2" = ["events:read"])),
    params(("event" = String, Path, description = "Its id or its slug", example = json!(known::EVENT_AHEAD))),
    responses((status = 200, description = "The event's dates", body = String,
        content_type = "text/calendar", example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"))),
)]
async fn of_event(request: Request) -> Result<Answer, Problem> {
    let view = view_of(&request);
    let event = find(&request, view, &request.path("event")).await?.event;
    let filter = CalendarFilter {
        start: None,
        end: None,
        events: EventFilter::default(),
        event: Some(event.id.uuid()),
        with_withdrawn: false,
    };
    let rows = rows(&request, view, &filter).await?;
    let base = request.app.settings.public_url.as_str();
    let url = event_url(base, &event);
    let feed = Feed {
        name: event.content.title.as_str(),
        description: None,
        url: Some(&url),
    };
    let name = format!("{}.ics", event.slug.as_str());
    Ok(answer(&feed, &rows, view, base, &name).kept(Keep {
        footprint: Footprint::Event(event.id.uuid()),
        until: None,
    }))
}

async fn rows(
    request: &Request,
    view: View,
    filter: &CalendarFilter,
) -> Result<Vec<CalendarRow>, Problem> {
    let snapshot = request.look().await?;
    let (rows, _) = find_rows(&snapshot, view, filter, Part::first(MOST + 1)).await?;
    if rows.len() as u64 > MOST {
        return Err(Problem::invalid(vec![FieldError::parameter(
            "end",
            "window_too_long",
            format!("Plus de {MOST} dates dans cette fenêtre : resserrez-la, ou filtrez."),
            format!("More than {MOST} dates in this window: make it smaller, or filter."),
        )]));
    }
    Ok(rows)
}

fn answer(
    feed: &Feed<'_>,
    rows: &[CalendarRow],
    view: View,
    base: &str,
    file_name: &str,
) -> Answer {
    let seen = || {
        rows.iter()
            .filter(|row| !row.is_withdrawn(view) || was_seen(row))
    };
    let shown: Vec<_> = seen().map(|row| Shown::of(row, view, base)).collect();
    let entries: Vec<_> = seen()
        .zip(&shown)
        .map(|(row, shown)| shown.entry(row))
        .collect();
    Answer::of(
        "text/calendar; charset=utf-8",
        ical::render(feed, &entries).into_bytes(),
    )
    .tagged_by_content(view_name(view))
    .with_cache(Cache::Seconds(300))
    .with_header(
        header::CONTENT_DISPOSITION,
        format!("inline; filename=\"{file_name}\""),
    )
}

/// Whether a date of a withdrawn event stood in the public view: not when it was added since. An id
/// tells the moment it was made (RFC 9562).
fn was_seen(row: &CalendarRow) -> bool {
    let made = row
        .occurrence
        .id
        .uuid()
        .get_timestamp()
        .map(|time| time.to_unix());
    let left = row.event.withdrawn_at.map(|at| at.timestamp());
    made.zip(left)
        .is_none_or(|((made, _), left)| i64::try_from(made).is_ok_and(|m| m <= left))
}

/// The texts and the time of an entry.
struct Shown {
    timing: Timing,
    status: Status,
    summary: String,
    description: String,
    location: Option<String>,
    url: String,
    is_withdrawn: bool,
}

impl Shown {
    fn of(row: &CalendarRow, view: View, base: &str) -> Self {
        let (event, one) = (&row.event, &row.occurrence);
        let url = event_url(base, event);
        if row.is_withdrawn(view) {
            // Moved since, it is told under the time that people know.
            let is_moved = event.withdrawn_at.is_some_and(|left| one.updated_at > left);
            return Self {
                timing: one.previous.filter(|_| is_moved).unwrap_or(one.timing),
                status: Status::Cancelled,
                summary: "Événement retiré de l’agenda".to_owned(),
                description: String::new(),
                location: None,
                url: String::new(),
                is_withdrawn: true,
            };
        }
        let title = event.content.title.as_str();
        let (status, summary) = match one.state {
            // The staff's own feed.
            _ if event.state == EventState::Draft => {
                (Status::Tentative, format!("BROUILLON\u{a0}: {title}"))
            }
            OccurrenceState::Scheduled => (Status::Confirmed, title.to_owned()),
            OccurrenceState::Cancelled => (Status::Cancelled, format!("ANNULÉ\u{a0}: {title}")),
            OccurrenceState::Postponed => (Status::Tentative, format!("REPORTÉ\u{a0}: {title}")),
        };
        let place = event
            .content
            .place
            .as_ref()
            .map(|place| Place::of(place).line());
        let online = event
            .content
            .online_url
            .as_ref()
            .map(|url| url.as_str().to_owned());
        Self {
            timing: one.timing,
            status,
            summary,
            description: description(row, &url),
            location: place.or(online),
            url,
            is_withdrawn: false,
        }
    }

    fn entry<'a>(&'a self, row: &'a CalendarRow) -> Entry<'a> {
        let (event, one) = (&row.event, &row.occurrence);
        let content = &event.content;
        let place = content.place.as_ref().filter(|_| !self.is_withdrawn);
        let tags = content.tags.iter().filter(|_| !self.is_withdrawn);
        let contact = content.contact.as_ref().filter(|_| !self.is_withdrawn);
        let organiser = content
            .organiser_name
            .as_ref()
            .map_or("", |name| name.as_str());
        let last = event.updated_at.max(one.updated_at);
        Entry {
            uid: &one.uid,
            sequence: event.sequence + one.sequence,
            stamp: last,
            created: event.created_at,
            last_modified: last,
            local_start: self.timing.local_start(),
            local_end: self.timing.local_end(),
            zone: self.timing.zone(),
            starts_at: self.timing.starts_at(),
            ends_at: self.timing.ends_at(),
            status: self.status,
            summary: Cow::Borrowed(&self.summary),
            description: Cow::Borrowed(&self.description),
            location: self.location.as_deref().map(Cow::Borrowed),
            coordinates: place
                .and_then(|p| p.coordinates)
                .map(|p| (p.latitude(), p.longitude())),
            url: Cow::Borrowed(&self.url),
            categories: tags.map(|tag| Cow::Borrowed(tag.as_str())).collect(),
            organizer: contact
                .and_then(|contact| contact.email.as_ref())
                .map(|email| (organiser, email.as_str())),
        }
    }
}

/// Why it is as it is, what it is, and where to read more.
fn description(row: &CalendarRow, url: &str) -> String {
    let (event, one) = (&row.event, &row.occurrence);
    let online = event.content.online_url.as_ref();
    let parts = [
        one.reason.reason.as_ref().map(Prose::as_str),
        one.reason.note.as_ref().map(Prose::as_str),
        event.content.summary.as_ref().map(Prose::as_str),
        event.content.price_note.as_ref().map(|note| note.as_str()),
        online.map(|url| url.as_str()),
        Some(url),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}
