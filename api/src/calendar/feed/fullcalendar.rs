//! The calendar as FullCalendar's JSON feed: an array of its Event Objects, shown as they are.
//!
//! Times carry no offset: whatever zone a visitor's browser is in, and whatever `timeZone` a page is set
//! to, FullCalendar then shows the time on the clock of the place. The instants stand beside, in
//! `extendedProps`. In the same way the window is taken by the clock on the wall.

use chrono::{DateTime, NaiveDate, Utc};
use domain::accounts::Scope;
use domain::events::{Accessibility, Audience, EventKind, EventState, OccurrenceState};
use persistence::events::{CalendarFilter, CalendarRow};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::said::{self, Standing};
use super::{Format, Withdrawn, answer, rows};
use crate::calendar::window::{Longest, Usual, wall_of, window};
use crate::events::wire::{event_url, local};
use crate::events::{EventFilters, filter, view_of};
use crate::http::answer::to_json;
use crate::http::operation::{Endpoint, Unknown};
use crate::http::query::Query;
use crate::http::vocabulary::{word, words};
use crate::http::{Answer, Problem, Request};
use crate::pages::french;
use crate::pages::span::whole_days;

pub(super) const FORMAT: Format = Format {
    path: "/v1/calendar.fullcalendar.json",
    media_type: "application/json",
    content_type: "application/json",
    title: "FullCalendar",
    file_name: "agenda.json",
    withdrawn: Withdrawn::LeftOut,
};

/// Any view of FullCalendar but a whole year.
const USUAL: Usual = Usual {
    before: 30,
    after: 70,
    longest: Longest::Days(100),
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_calendar, _, _>(calendar).kept(Unknown::Ignored, Scope::EventsRead)]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct FullCalendarParams {
    /// From: a day or a time; an offset doesn't move it, since days are those of the place.
    #[param(example = "2018-02-26T00:00:00+01:00")]
    start: Option<String>,
    /// To, exclusive: a day or a time; at most 100 days after `start`.
    #[param(example = "2018-04-09T00:00:00+02:00")]
    end: Option<String>,
    /// The zone that the page is set to. It changes nothing: times are always those of the place.
    #[param(rename = "timeZone", example = "Europe/Paris")]
    time_zone: Option<String>,
}

/// A date as FullCalendar shows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000001",
    "groupId": "0198c0a0-0000-7000-8000-000000000000",
    "title": "Atelier : réparer plutôt que jeter",
    "start": "2050-03-24T18:30:00",
    "end": "2050-03-24T20:30:00",
    "allDay": false,
    "url": "https://concertation.petr.example/v1/events/atelier-reparer-plutot-que-jeter",
    "classNames": ["is-scheduled"],
    "backgroundColor": "#0b5394",
    "borderColor": "#0b5394",
    "textColor": "#ffffff",
    "extendedProps": {
        "event_id": "0198c0a0-0000-7000-8000-000000000000",
        "slug": "atelier-reparer-plutot-que-jeter",
        "tooltip": "jeudi 24 mars 2050, de 18 h 30 à 20 h 30\nSalle des fêtes, Lunéville",
        "kind": "workshop",
        "kind_name": "Atelier",
        "audiences": ["general_public"],
        "tags": ["réparation"],
        "accessibility": ["wheelchair"],
        "state": "scheduled",
        "event_state": "published",
        "place": "Salle des fêtes, Lunéville",
        "starts_at": "2050-03-24T17:30:00Z",
        "ends_at": "2050-03-24T19:30:00Z",
        "local_start": "2050-03-24T18:30:00",
        "local_end": "2050-03-24T20:30:00",
        "time_zone": "Europe/Paris",
        "updated_at": "2026-11-24T09:00:00Z"
    }
}))]
pub(crate) struct FullCalendarEvent {
    /// The date's id.
    id: Uuid,
    /// The event's id: its dates belong together.
    group_id: Uuid,
    /// The title; a cancelled date says ANNULÉ before it, a postponed one REPORTÉ.
    title: String,
    /// When it starts, by the clock of its place; a day when it takes whole days.
    start: String,
    /// When it ends; the day after the last when it takes whole days.
    end: String,
    /// Whether it takes whole days, from midnight to midnight.
    all_day: bool,
    /// The event's address.
    url: String,
    /// `is-` and the state. What is cancelled has the classes too by which Bootstrap and Tailwind
    /// cross out; elsewhere one line does:
    /// `.is-cancelled :is(.fc-event-title, .fc-list-event-title) { text-decoration: line-through }`.
    class_names: Vec<&'static str>,
    /// By state; readable with `textColor` on it (WCAG 2.2 AA).
    background_color: &'static str,
    border_color: &'static str,
    text_color: &'static str,
    extended_props: ExtendedProps,
}

/// What a page may show besides: in a tooltip, say.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExtendedProps {
    event_id: Uuid,
    /// The event's name in addresses.
    slug: String,
    /// When, where, why not, and what, in lines, in French.
    tooltip: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[schema(schema_with = word::<EventKind>)]
    kind: EventKind,
    /// The kind as people read it, in French.
    kind_name: &'static str,
    #[schema(schema_with = words::<Audience>)]
    audiences: Vec<Audience>,
    tags: Vec<String>,
    #[schema(schema_with = words::<Accessibility>)]
    accessibility: Vec<Accessibility>,
    #[schema(schema_with = word::<OccurrenceState>)]
    state: OccurrenceState,
    #[schema(schema_with = word::<EventState>)]
    event_state: EventState,
    /// Why it is cancelled, postponed or moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// More about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Where it is, in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// Where it is on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    online_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organiser_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_note: Option<String>,
    /// Where a picture is.
    #[serde(skip_serializing_if = "Option::is_none")]
    image_url: Option<String>,
    /// What the picture shows, for those who don't see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    image_alternative_text: Option<String>,
    /// How many people it holds; unlimited when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// When it starts, as people say it.
    local_start: String,
    local_end: String,
    /// The IANA zone that people say it in.
    time_zone: &'static str,
    /// When it was to start before it was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_local_start: Option<String>,
    updated_at: DateTime<Utc>,
}

/// The calendar for FullCalendar
///
/// A bare array of its Event Objects: give this address to FullCalendar as `events`, and it is shown as
/// it is. At most 100 days and 5 000 dates; more is refused, never cut. Without a window: from 30 days
/// ago to 70 days ahead. Times are those on the clock of the place, wherever the visitor is. Parameters
/// that are not known are ignored.
#[utoipa::path(
    get, path = "/v1/calendar.fullcalendar.json", tag = "Calendar", operation_id = "calendar_fullcalendar",
    security((), ("oauth2" = ["events:read"])),
    params(FullCalendarParams, EventFilters),
    responses((status = 200, description = "The dates", body = Vec<FullCalendarEvent>, example = json!([]))),
)]
async fn calendar(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::lenient(&request);
    let now = request.app.store.clock().now();
    let window = window(&mut query, USUAL, now);
    let wall = wall_of(&query, window);
    let events = filter(&mut query);
    query.done()?;
    let filter = CalendarFilter {
        start: Some(window.start),
        end: Some(window.end),
        wall: Some(wall),
        events,
        ..CalendarFilter::default()
    };
    let view = view_of(&request);
    let rows = rows(&request, view, &filter).await?;
    let base = request.app.settings.public_url.as_str();
    let shown: Vec<_> = rows
        .iter()
        .map(|row| FullCalendarEvent::of(row, base))
        .collect();
    let answer = answer(&FORMAT, to_json(&shown), view, FORMAT.file_name);
    Ok(answer.kept(window.keep_with(wall)))
}

/// How a date looks: its classes, its colour. The text on the colour is white.
fn look(standing: Standing) -> (Vec<&'static str>, &'static str) {
    match standing {
        Standing::On => (vec!["is-scheduled"], "#0b5394"),
        Standing::Cancelled => {
            let crossed_out = [
                "is-cancelled",
                "text-decoration-line-through",
                "line-through",
            ];
            (crossed_out.to_vec(), "#5f6368")
        }
        Standing::Postponed => (vec!["is-postponed"], "#8a4600"),
        Standing::Draft => (vec!["is-draft"], "#6a3d9a"),
    }
}

impl FullCalendarEvent {
    fn of(row: &CalendarRow, base: &str) -> Self {
        let (event, timing) = (&row.event, &row.occurrence.timing);
        let (class_names, colour) = look(Standing::of(row));
        let days = whole_days(timing);
        let day = |day: NaiveDate| day.format("%Y-%m-%d").to_string();
        let (start, end) = match days {
            Some((first, after)) => (day(first), day(after)),
            None => (local(timing.local_start()), local(timing.local_end())),
        };
        Self {
            id: row.occurrence.id.uuid(),
            group_id: event.id.uuid(),
            title: said::title(row),
            start,
            end,
            all_day: days.is_some(),
            url: event_url(base, event),
            class_names,
            background_color: colour,
            border_color: colour,
            text_color: "#ffffff",
            extended_props: ExtendedProps::of(row),
        }
    }
}

impl ExtendedProps {
    fn of(row: &CalendarRow) -> Self {
        let (event, one) = (&row.event, &row.occurrence);
        let (content, timing) = (&event.content, &one.timing);
        let point = content.place.as_ref().and_then(|place| place.coordinates);
        let image = content.image.as_ref();
        let previous = one.previous.map(|timing| local(timing.local_start()));
        Self {
            event_id: event.id.uuid(),
            slug: event.slug.as_str().to_owned(),
            tooltip: said::glance(row),
            summary: said::summary(row).map(str::to_owned),
            kind: content.kind,
            kind_name: french::kind(content.kind),
            audiences: content.audiences.clone(),
            tags: said::tags(row).map(str::to_owned).collect(),
            accessibility: content.accessibility.clone(),
            state: one.state,
            event_state: event.state,
            reason: said::reason(row).map(str::to_owned),
            note: said::note(row).map(str::to_owned),
            place: said::place(row),
            online_url: said::online(row).map(str::to_owned),
            latitude: point.map(|point| point.latitude()),
            longitude: point.map(|point| point.longitude()),
            organiser_name: said::organiser(row).map(str::to_owned),
            price_note: content.price_note.as_ref().map(ToString::to_string),
            image_url: image.map(|image| image.url.as_str().to_owned()),
            image_alternative_text: image.map(|image| image.alternative_text.to_string()),
            capacity: one.capacity,
            starts_at: timing.starts_at(),
            ends_at: timing.ends_at(),
            local_start: local(timing.local_start()),
            local_end: local(timing.local_end()),
            time_zone: timing.zone().name(),
            previous_local_start: previous,
            updated_at: said::updated(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The relative luminance of WCAG 2.2.
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn white_text_is_readable_on_every_colour() {
        for standing in [
            Standing::On,
            Standing::Cancelled,
            Standing::Postponed,
            Standing::Draft,
        ] {
            let contrast = 1.05 / (luminance(look(standing).1) + 0.05);
            assert!(contrast >= 4.5, "{standing:?}: {contrast}");
        }
    }
}
