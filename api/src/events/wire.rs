//! Events as they are shown.

use chrono::{DateTime, Utc};
use domain::events::{
    self, Accessibility, Audience, EventKind, EventState, EventTransition, OccurrenceState,
    OccurrenceTransition, Visibility,
};
use domain::kernel::{Prose, Timing};
use persistence::View;
use persistence::events::{GoneDate, GoneSeries};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) use super::input::local_text as local;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::markdown;
use crate::http::shapes::{Contact, Tombstone, view_name};
use crate::http::vocabulary::{word, words};

/// An event.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000000",
    "slug": "atelier-reparer-plutot-que-jeter",
    "title": "Atelier : réparer plutôt que jeter",
    "summary": "Apportez un petit appareil en panne : on le répare ensemble.",
    "kind": "workshop",
    "audiences": ["general_public"],
    "tags": ["réparation"],
    "place": { "name": "Salle des fêtes", "commune_code": "54329", "commune_name": "Lunéville" },
    "accessibility": ["wheelchair"],
    "languages": ["fr"],
    "visibility": "public",
    "state": "published",
    "url": "https://concertation.petr.example/v1/events/atelier-reparer-plutot-que-jeter",
    "occurrences": [{
        "id": "0198c0a0-0000-7000-8000-000000000001",
        "event_id": "0198c0a0-0000-7000-8000-000000000000",
        "uid": "0198c0a0-0000-7000-8000-000000000001",
        "local_start": "2050-03-24T18:30:00",
        "local_end": "2050-03-24T20:30:00",
        "time_zone": "Europe/Paris",
        "starts_at": "2050-03-24T17:30:00Z",
        "ends_at": "2050-03-24T19:30:00Z",
        "state": "scheduled",
        "capacity": 30,
        "sequence": 0,
        "updated_at": "2026-11-24T09:00:00Z",
        "etag": "\"v1\""
    }],
    "published_at": "2026-11-24T09:00:00Z",
    "created_at": "2026-11-24T08:00:00Z",
    "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v2-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    /// Its name in addresses.
    slug: String,
    /// What it is called.
    title: String,
    /// One or two sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// All of it, in Markdown (CommonMark).
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The description as HTML that is safe to show; on a single event, not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    description_html: Option<String>,
    #[schema(schema_with = word::<EventKind>)]
    kind: EventKind,
    #[schema(schema_with = words::<Audience>)]
    audiences: Vec<Audience>,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    /// Where it is on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    online_url: Option<String>,
    #[schema(schema_with = words::<Accessibility>)]
    accessibility: Vec<Accessibility>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organiser_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Image>,
    /// The languages spoken (BCP 47).
    languages: Vec<String>,
    #[schema(schema_with = word::<Visibility>)]
    visibility: Visibility,
    #[schema(schema_with = word::<EventState>)]
    state: EventState,
    /// Why it is in that state.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What only the staff reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_note: Option<String>,
    /// Its address.
    url: String,
    /// Its dates, by their start.
    occurrences: Vec<Occurrence>,
    /// Where it was imported from; the staff sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
    /// The id of the partner who proposed it; the staff and that partner see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposed_by: Option<Uuid>,
    /// What can be done with it now; the staff sees it, and who proposed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<EventTransition>)]
    allowed_transitions: Option<Vec<EventTransition>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    /// When it, or one of its dates, was last changed.
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the event.
    etag: String,
}

/// Where an event is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// The commune, by its INSEE code.
    #[serde(skip_serializing_if = "Option::is_none")]
    commune_code: Option<String>,
    /// What the commune is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    commune_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longitude: Option<f64>,
}

/// A picture.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Image {
    url: String,
    /// What it shows, for those who don't see it.
    alternative_text: String,
    credit: String,
}

/// Where an event was imported from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Origin {
    source: String,
    /// Its key there.
    source_id: String,
}

/// A time that a date had before it was moved.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Previous {
    local_start: String,
    local_end: String,
    time_zone: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

/// One date of an event.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000001",
    "event_id": "0198c0a0-0000-7000-8000-000000000000",
    "uid": "0198c0a0-0000-7000-8000-000000000001",
    "local_start": "2050-03-24T18:30:00",
    "local_end": "2050-03-24T20:30:00",
    "time_zone": "Europe/Paris",
    "starts_at": "2050-03-24T17:30:00Z",
    "ends_at": "2050-03-24T19:30:00Z",
    "state": "scheduled",
    "capacity": 30,
    "sequence": 0,
    "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v1-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Occurrence {
    id: Uuid,
    event_id: Uuid,
    /// Its iCalendar UID, the same for ever.
    uid: String,
    /// When it starts, as people say it.
    local_start: String,
    local_end: String,
    /// The IANA zone that people say it in.
    time_zone: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    #[schema(schema_with = word::<OccurrenceState>)]
    state: OccurrenceState,
    /// How many people it holds; unlimited when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    /// The series that it is of; absent for a date of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    series_id: Option<Uuid>,
    /// The local start that its series gave it (iCalendar's RECURRENCE-ID).
    #[serde(skip_serializing_if = "Option::is_none")]
    original_local_start: Option<String>,
    /// Whether it was changed alone: later changes of its series leave it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    detached: Option<bool>,
    /// Why it is in that state, or was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What only the staff reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_note: Option<String>,
    /// When it was to take place before it was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<Previous>,
    /// How often its time or state has changed since it was published.
    sequence: i32,
    /// What can be done with it now; the staff sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<OccurrenceTransition>)]
    allowed_transitions: Option<Vec<OccurrenceTransition>>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the date.
    etag: String,
}

impl From<GoneSeries> for Tombstone {
    fn from(gone: GoneSeries) -> Self {
        Self {
            id: gone.id.uuid(),
            deleted: true,
            updated_at: gone.updated_at,
        }
    }
}

impl From<GoneDate> for Tombstone {
    fn from(gone: GoneDate) -> Self {
        Self {
            id: gone.id.uuid(),
            deleted: true,
            updated_at: gone.updated_at,
        }
    }
}

/// How much of an event is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// In a list.
    Row,
    /// Alone, with its description as HTML.
    Whole,
}

impl Event {
    /// The event as a view shows it, with its tag.
    pub(crate) fn of(event: &events::Event, view: View, extent: Extent, base: &str) -> (Self, Tag) {
        let content = &event.content;
        let description = content.description.as_ref();
        let is_staff = view == View::Staff;
        let is_own = event
            .proposed_by
            .is_some_and(|by| !is_staff && view.sees_all_of(by));
        let view = if is_staff || is_own {
            view
        } else {
            View::Public
        };
        let allowed_transitions = match (is_staff, is_own) {
            (true, _) => Some(events::allowed_transitions(event.state)),
            (_, true) => Some(events::allowed_to_proposer(event.state)),
            _ => None,
        };
        let proposed_by = event.proposed_by.filter(|_| is_staff || is_own);
        let dates = event.occurrences.iter();
        let mut shown = Self {
            id: event.id.uuid(),
            slug: event.slug.as_str().to_owned(),
            title: content.title.to_string(),
            summary: prose(content.summary.as_ref()),
            description: prose(description),
            description_html: description
                .filter(|_| extent == Extent::Whole)
                .map(|text| markdown::to_html(text.as_str())),
            kind: content.kind,
            audiences: content.audiences.clone(),
            tags: content.tags.iter().map(ToString::to_string).collect(),
            place: content.place.as_ref().map(Place::of),
            online_url: content
                .online_url
                .as_ref()
                .map(|url| url.as_str().to_owned()),
            accessibility: content.accessibility.clone(),
            price_note: content.price_note.as_ref().map(ToString::to_string),
            organiser_name: content.organiser_name.as_ref().map(ToString::to_string),
            contact: content.contact.as_ref().map(Contact::of),
            image: content.image.as_ref().map(Image::of),
            languages: content
                .languages
                .iter()
                .map(|l| l.as_str().to_owned())
                .collect(),
            visibility: content.visibility,
            state: event.state,
            reason: prose(event.reason.reason.as_ref()),
            note: prose(event.reason.note.as_ref()),
            internal_note: prose(event.reason.internal_note.as_ref()).filter(|_| is_staff),
            url: event_url(base, event),
            occurrences: dates
                .map(|one| Occurrence::of(event, one, view).nested())
                .collect(),
            origin: event
                .origin
                .as_ref()
                .filter(|_| is_staff)
                .map(|origin| Origin {
                    source: origin.source.to_string(),
                    source_id: origin.uid.to_string(),
                }),
            proposed_by: proposed_by.map(|by| by.uuid()),
            allowed_transitions,
            published_at: event.published_at,
            created_at: event.created_at,
            updated_at: event.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(event.version, view_name(view), &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

/// The address of an event.
pub(crate) fn event_url(base: &str, event: &events::Event) -> String {
    format!("{base}/v1/events/{}", event.slug.as_str())
}

/// A date on its way out, with the version that its tag is made of.
pub(crate) struct Dated {
    shown: Occurrence,
    version: i64,
    view: View,
}

impl Occurrence {
    pub(crate) fn of(event: &events::Event, one: &events::Occurrence, view: View) -> Dated {
        let timing = &one.timing;
        let is_staff = view == View::Staff;
        let shown = Self {
            id: one.id.uuid(),
            event_id: event.id.uuid(),
            uid: one.uid.clone(),
            local_start: local(timing.local_start()),
            local_end: local(timing.local_end()),
            time_zone: timing.zone().name().to_owned(),
            starts_at: timing.starts_at(),
            ends_at: timing.ends_at(),
            state: one.state,
            capacity: one.capacity,
            series_id: one.series.map(|place| place.series.uuid()),
            original_local_start: one.series.map(|place| local(place.original)),
            detached: one.series.map(|place| place.detached),
            reason: prose(one.reason.reason.as_ref()),
            note: prose(one.reason.note.as_ref()),
            internal_note: prose(one.reason.internal_note.as_ref()).filter(|_| is_staff),
            previous: one.previous.as_ref().map(Previous::of),
            sequence: one.sequence,
            allowed_transitions: is_staff
                .then(|| events::allowed_occurrence_transitions(event.state, one.state)),
            updated_at: one.updated_at,
            etag: String::new(),
        };
        Dated {
            shown,
            version: one.version,
            view,
        }
    }
}

impl Dated {
    /// Within its event: a tag of the version alone, which is what `If-Match` compares.
    fn nested(self) -> Occurrence {
        Occurrence {
            etag: format!("\"v{}\"", self.version),
            ..self.shown
        }
    }

    /// Alone.
    pub(crate) fn alone(self) -> (Occurrence, Tag) {
        let mut shown = self.shown;
        let tag = Tag::of_version(self.version, view_name(self.view), &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

impl Place {
    pub(crate) fn of(place: &events::Place) -> Self {
        let territory = domain::territory::Territory::official();
        let commune = place
            .commune_code
            .as_ref()
            .and_then(|code| territory.commune(code));
        Self {
            name: place.name.as_ref().map(ToString::to_string),
            address: place.address.as_ref().map(ToString::to_string),
            commune_code: place.commune_code.as_ref().map(|c| c.as_str().to_owned()),
            commune_name: commune.map(|commune| commune.name.to_string()),
            latitude: place.coordinates.map(|p| p.latitude()),
            longitude: place.coordinates.map(|p| p.longitude()),
        }
    }

    /// In one line, as calendars have it.
    pub(crate) fn line(&self) -> String {
        let parts = [&self.name, &self.address, &self.commune_name];
        let mut said: Vec<&str> = Vec::new();
        for part in parts.into_iter().flatten() {
            // An address often ends with its commune.
            if !said.iter().any(|before| before.contains(part.as_str())) {
                said.push(part);
            }
        }
        said.join(", ")
    }
}

impl Image {
    fn of(image: &events::Image) -> Self {
        Self {
            url: image.url.as_str().to_owned(),
            alternative_text: image.alternative_text.to_string(),
            credit: image.credit.to_string(),
        }
    }
}

impl Previous {
    fn of(timing: &Timing) -> Self {
        Self {
            local_start: local(timing.local_start()),
            local_end: local(timing.local_end()),
            time_zone: timing.zone().name().to_owned(),
            starts_at: timing.starts_at(),
            ends_at: timing.ends_at(),
        }
    }
}

fn prose<const MAX: usize>(text: Option<&Prose<MAX>>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}
