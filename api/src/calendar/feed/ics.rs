//! The calendar as iCalendar (RFC 5545, with the names, pictures and links of RFC 7986): what phones
//! and neighbours' agendas subscribe to. The text itself is written by `ical`.

use std::borrow::Cow;

use domain::accounts::Scope;
use domain::events::Event;
use domain::kernel::Timing;
use persistence::View;
use persistence::events::{CalendarFilter, CalendarRow, occurrence as find_date};

use super::said::{self, Standing};
use super::{Format, Reading, Withdrawn, answer, rows, whole};
use crate::calendar::ical::{self, Entry, Feed, Status};
use crate::calendar::routes::WindowParams;
use crate::demo::known;
use crate::events::wire::event_url;
use crate::events::{EventFilters, find, view_of};
use crate::http::kept::{Footprint, Keep};
use crate::http::operation::{Endpoint, Unknown};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) const FORMAT: Format = Format {
    path: "/v1/calendar.ics",
    media_type: "text/calendar",
    content_type: "text/calendar; charset=utf-8",
    title: "iCalendar",
    file_name: "agenda.ics",
    withdrawn: Withdrawn::Told,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_calendar, _, _>(calendar).kept(Unknown::Ignored, Scope::EventsRead),
        Endpoint::of::<__path_of_event, _, _>(of_event).kept(Unknown::Ignored, Scope::EventsRead),
        Endpoint::of::<__path_of_date, _, _>(of_date).kept(Unknown::Ignored, Scope::EventsRead),
    ]
}

/// The calendar as iCalendar
///
/// One `VEVENT` a date, with a UID that never changes; the dates of one event share
/// `X-CONCERTATION-EVENT`. A cancelled date stays, as cancelled; a postponed one is tentative and says
/// so; what left the public view is cancelled without its content, so that subscribers lose nothing
/// silently. Without a window: from 90 days ago to 400 days ahead. Over 5 000 dates it is refused,
/// never cut. Parameters that are not known are ignored. With `webcal:` in place of `https:`, a phone
/// or an agenda subscribes to it.
#[utoipa::path(
    get, path = "/v1/calendar.ics", tag = "Calendar", operation_id = "calendar_ics",
    security((), ("oauth2" = ["events:read"])),
    params(WindowParams, EventFilters),
    responses((status = 200, description = "The calendar", body = String,
        content_type = "text/calendar", example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"))),
)]
async fn calendar(request: Request) -> Result<Answer, Problem> {
    let render = |reading: &Reading| {
        let source = reading.address(&FORMAT);
        let feed = Feed {
            name: &reading.name(),
            description: None,
            url: Some(&source),
            source: Some(&source),
        };
        text(&feed, &reading.rows, reading.view, &reading.base)
    };
    whole(&request, &FORMAT, render).await
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
        event: Some(event.id.uuid()),
        ..CalendarFilter::default()
    };
    let rows = rows(&request, view, &filter).await?;
    let base = request.app.settings.public_url.as_str();
    let source = format!("{}.ics", event_url(base, &event));
    Ok(of_one(&event, &rows, view, base, &source))
}

/// A date as iCalendar
///
/// One date of an event, to be put into an agenda.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}.ics", tag = "Calendar", operation_id = "occurrences_ics",
    security((), ("oauth2" = ["events:read"])),
    params(("id" = uuid::Uuid, Path, description = "Its id", example = json!(known::OCCURRENCE_AHEAD))),
    responses((status = 200, description = "The date", body = String,
        content_type = "text/calendar", example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"))),
)]
async fn of_date(request: Request) -> Result<Answer, Problem> {
    let id = request.path_id("id")?;
    let view = view_of(&request);
    let snapshot = request.look().await?;
    let nothing = || Problem::new(Kind::NotFound);
    let mut event = find_date(&snapshot, view, id).await?.ok_or_else(nothing)?;
    let dates = std::mem::take(&mut event.occurrences);
    let date = dates.into_iter().find(|one| one.id == id);
    let row = CalendarRow {
        occurrence: date.ok_or_else(nothing)?,
        event: event.into(),
    };
    let base = request.app.settings.public_url.as_str();
    let source = format!("{base}/v1/occurrences/{}.ics", id.uuid());
    let event = row.event.clone();
    Ok(of_one(&event, &[row], view, base, &source))
}

/// One date, as a mail carries it.
pub(crate) fn date_text(row: &CalendarRow, base: &str) -> String {
    let url = event_url(base, &row.event);
    let feed = Feed {
        name: row.event.content.title.as_str(),
        description: None,
        url: Some(&url),
        source: None,
    };
    let text = text(&feed, std::slice::from_ref(row), View::Staff, base);
    String::from_utf8(text).unwrap_or_default()
}

fn of_one(event: &Event, rows: &[CalendarRow], view: View, base: &str, source: &str) -> Answer {
    let url = event_url(base, event);
    let feed = Feed {
        name: event.content.title.as_str(),
        description: None,
        url: Some(&url),
        source: Some(source),
    };
    let body = text(&feed, rows, view, base);
    let name = format!("{}.ics", event.slug.as_str());
    answer(&FORMAT, body, view, &name).kept(Keep {
        footprint: Footprint::Event(event.id.uuid()),
        until: None,
    })
}

fn text(feed: &Feed<'_>, rows: &[CalendarRow], view: View, base: &str) -> Vec<u8> {
    let seen = || {
        rows.iter()
            .filter(|row| !row.is_withdrawn(view) || was_seen(row))
    };
    let shown: Vec<_> = seen().map(|row| Shown::of(row, view, base)).collect();
    let entries: Vec<_> = seen()
        .zip(&shown)
        .map(|(row, shown)| shown.entry(row))
        .collect();
    ical::render(feed, &entries).into_bytes()
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
        let url = event_url(base, event);
        let status = match Standing::of(row) {
            Standing::On => Status::Confirmed,
            Standing::Cancelled => Status::Cancelled,
            Standing::Draft | Standing::Postponed => Status::Tentative,
        };
        let online = || said::online(row).map(str::to_owned);
        Self {
            timing: one.timing,
            status,
            summary: said::title(row),
            description: said::description(row, &url),
            location: said::place(row).or_else(online),
            url,
            is_withdrawn: false,
        }
    }

    fn entry<'a>(&'a self, row: &'a CalendarRow) -> Entry<'a> {
        let (event, one) = (&row.event, &row.occurrence);
        let content = &event.content;
        let place = content.place.as_ref().filter(|_| !self.is_withdrawn);
        let tags = said::tags(row).filter(|_| !self.is_withdrawn);
        let contact = content.contact.as_ref().filter(|_| !self.is_withdrawn);
        let image = content.image.as_ref().filter(|_| !self.is_withdrawn);
        let organiser = said::organiser(row).unwrap_or_default();
        let last = said::updated(row);
        Entry {
            uid: &one.uid,
            event: event.id.uuid(),
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
            image: image.map(|image| image.url.as_str()),
            conference: said::online(row).filter(|_| !self.is_withdrawn),
            categories: tags.map(Cow::Borrowed).collect(),
            organizer: contact
                .and_then(|contact| contact.email.as_ref())
                .map(|email| (organiser, email.as_str())),
        }
    }
}
