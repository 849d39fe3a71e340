//! What is sent of an event, and its conversion to the domain's values: every fault at once.

mod parts;

use chrono::NaiveDateTime;
use domain::events::{
    Accessibility, Audience, Event, EventContent, EventKind, MAX_OCCURRENCES, Slot, Visibility,
};
use domain::kernel::{
    Check, DEFAULT_ZONE, FaultCode, Faults, Id, Language, Line, Prose, Slug, Timing, WebUrl,
    parse_zone,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use self::parts::{ImageInput, PlaceInput};
use crate::http::shapes::{ContactInput, TransitionInput};
use crate::http::vocabulary::{word, words};

/// An event as it is sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "Atelier : réparer plutôt que jeter",
    "summary": "Apportez un petit appareil en panne : on le répare ensemble.",
    "description": "## Au programme\n\n- diagnostic\n- réparation\n- un café",
    "kind": "workshop",
    "audiences": ["general_public"],
    "tags": ["réparation", "économie circulaire"],
    "place": { "name": "Salle des fêtes", "address": "1 place de la Mairie", "commune_code": "54329" },
    "accessibility": ["wheelchair"],
    "price_note": "Gratuit",
    "contact": { "role": "Accueil du PETR", "email": "accueil@petr.example" },
    "languages": ["fr"],
    "visibility": "public",
    "occurrences": [
        { "local_start": "2050-03-24T18:30:00", "local_end": "2050-03-24T20:30:00", "capacity": 30 }
    ]
}))]
pub(crate) struct EventInput {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) title: String,
    /// Its name in addresses, of lower-case words joined by hyphens; made of the title when absent.
    /// An old one goes on leading to the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    /// One or two sentences for lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    summary: Option<String>,
    /// All of it, in Markdown (CommonMark).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 50000)]
    description: Option<String>,
    /// What sort of event; `other` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<EventKind>)]
    kind: Option<EventKind>,
    /// Whom it is for; everybody when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<Audience>)]
    audiences: Option<Vec<Audience>>,
    /// Words of the organiser's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 30)]
    tags: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceInput>,
    /// Where it is on the web, when people can attend from afar.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    online_url: Option<String>,
    /// What makes it reachable.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<Accessibility>)]
    accessibility: Option<Vec<Accessibility>>,
    /// What it costs, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    price_note: Option<String>,
    /// Who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    organiser_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactInput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageInput>,
    /// The languages spoken (BCP 47); French when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 20)]
    languages: Option<Vec<String>>,
    /// Who sees it once it is published; everybody when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<Visibility>)]
    visibility: Option<Visibility>,
    /// Its dates, all of them. A date with an `id`, or at the start of one that exists, is that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    occurrences: Option<Vec<OccurrenceInput>>,
}

/// A date as it is sent: local times, as people say them. A start in the hour that the clock skips is
/// read with the offset before the change; one in the hour that comes twice is its first coming; an
/// end is the first instant so named after the start.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "local_start": "2050-03-31T18:30:00", "local_end": "2050-03-31T20:30:00", "capacity": 30
}))]
pub(crate) struct OccurrenceInput {
    /// Which date of the event is meant; a new one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// `2050-03-31T18:30:00`, no offset.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$")]
    local_start: String,
    /// `2050-03-31T20:30:00`, no offset; after the start.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$")]
    local_end: String,
    /// An IANA time zone; `Europe/Paris` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    time_zone: Option<String>,
    /// How many people it holds; unlimited when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1_000_000)]
    capacity: Option<u32>,
}

/// The new time of a date, and why.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "local_start": "2050-04-07T18:30:00",
    "local_end": "2050-04-07T20:30:00",
    "reason": "À la demande des participants."
}))]
pub(crate) struct MoveInput {
    /// `2050-04-07T18:30:00`, no offset.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$")]
    local_start: String,
    /// `2050-04-07T20:30:00`, no offset; after the start.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$")]
    local_end: String,
    /// An IANA time zone; that of the date when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    time_zone: Option<String>,
    /// What people read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    reason: Option<String>,
    /// More that people read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    note: Option<String>,
    /// What the staff reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    internal_note: Option<String>,
}

/// An event's input, parsed.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) content: EventContent,
    pub(super) slug: Option<Slug>,
    pub(super) slots: Option<Vec<Slot>>,
}

impl EventInput {
    pub(super) fn parse(self) -> Result<Parsed, Faults> {
        let mut check = Check::new();
        let title = check.at("/title", Line::parse(&self.title));
        let slug = check.maybe("/slug", self.slug, |slug| Slug::parse(&slug));
        let summary = check.maybe("/summary", self.summary, |text| Prose::parse(&text));
        let description = check.maybe("/description", self.description, |text| Prose::parse(&text));
        let audiences = self.audiences.filter(|list| !list.is_empty());
        let audiences = audiences.unwrap_or_else(|| vec![Audience::GeneralPublic]);
        let audiences = check.distinct("/audiences", audiences, 8);
        let tags = self.tags.unwrap_or_default();
        let tags = check.texts("/tags", tags, EventContent::MAX_TAGS, Line::parse);
        let place = check.maybe_within("/place", self.place, PlaceInput::parse);
        let online_url = check.maybe("/online_url", self.online_url, |url| WebUrl::parse(&url));
        let ways = self.accessibility.unwrap_or_default();
        let accessibility = check.distinct("/accessibility", ways, 5);
        let price_note = check.maybe("/price_note", self.price_note, |text| Line::parse(&text));
        let organiser_name = check.maybe("/organiser_name", self.organiser_name, |text| {
            Line::parse(&text)
        });
        let contact = check.maybe_within("/contact", self.contact, ContactInput::parse);
        let image = check.maybe_within("/image", self.image, ImageInput::parse);
        let languages = self.languages.unwrap_or_else(|| vec!["fr".to_owned()]);
        let languages = check.texts("/languages", languages, 20, Language::parse);
        let slots = match self.occurrences {
            None => Some(None),
            Some(list) => check
                .each(
                    "/occurrences",
                    list,
                    MAX_OCCURRENCES,
                    OccurrenceInput::parse,
                )
                .map(Some),
        };
        let (kind, visibility) = (self.kind, self.visibility);
        let parsed = (|| {
            Some(Parsed {
                content: EventContent {
                    title: title?,
                    summary: summary?,
                    description: description?,
                    kind: kind.unwrap_or(EventKind::Other),
                    audiences: audiences?,
                    tags: tags?,
                    place: place?,
                    online_url: online_url?,
                    accessibility: accessibility?,
                    price_note: price_note?,
                    organiser_name: organiser_name?,
                    contact: contact?,
                    image: image?,
                    languages: languages?,
                    visibility: visibility.unwrap_or(Visibility::Public),
                },
                slug: slug?,
                slots: slots?,
            })
        })();
        check.done(parsed)
    }

    /// What would have to be sent for the event as it is: what a merge patch is applied to.
    pub(super) fn of(event: &Event) -> Self {
        let content = &event.content;
        Self {
            title: content.title.to_string(),
            slug: Some(event.slug.as_str().to_owned()),
            summary: content.summary.as_ref().map(|t| t.as_str().to_owned()),
            description: content.description.as_ref().map(|t| t.as_str().to_owned()),
            kind: Some(content.kind),
            audiences: Some(content.audiences.clone()),
            tags: Some(content.tags.iter().map(ToString::to_string).collect()),
            place: content.place.as_ref().map(PlaceInput::of),
            online_url: content
                .online_url
                .as_ref()
                .map(|url| url.as_str().to_owned()),
            accessibility: Some(content.accessibility.clone()),
            price_note: content.price_note.as_ref().map(ToString::to_string),
            organiser_name: content.organiser_name.as_ref().map(ToString::to_string),
            contact: content.contact.as_ref().map(ContactInput::of),
            image: content.image.as_ref().map(ImageInput::of),
            languages: Some(
                content
                    .languages
                    .iter()
                    .map(|l| l.as_str().to_owned())
                    .collect(),
            ),
            visibility: Some(content.visibility),
            // A patch that doesn't speak of the dates leaves them as they are.
            occurrences: None,
        }
    }
}

impl OccurrenceInput {
    pub(super) fn parse(self) -> Result<Slot, Faults> {
        let zone = self
            .time_zone
            .as_deref()
            .map_or(Ok(DEFAULT_ZONE), parse_zone);
        let timing = timing(&self.local_start, &self.local_end, zone)?;
        Ok(Slot {
            id: self.id.map(Id::from_uuid),
            timing,
            capacity: self.capacity,
        })
    }

    /// What would have to be sent for a date as it is.
    pub(super) fn of(occurrence: &domain::events::Occurrence) -> Self {
        let timing = &occurrence.timing;
        Self {
            id: None,
            local_start: local_text(timing.local_start()),
            local_end: local_text(timing.local_end()),
            time_zone: Some(timing.zone().name().to_owned()),
            capacity: occurrence.capacity,
        }
    }
}

impl MoveInput {
    /// The new time; `zone` is that of the date so far.
    pub(super) fn timing(&self, zone: chrono_tz::Tz) -> Result<Timing, Faults> {
        let zone = self.time_zone.as_deref().map_or(Ok(zone), parse_zone);
        timing(&self.local_start, &self.local_end, zone)
    }

    pub(super) fn transition(&self) -> TransitionInput {
        TransitionInput {
            reason: self.reason.clone(),
            note: self.note.clone(),
            internal_note: self.internal_note.clone(),
        }
    }
}

pub(super) fn timing(
    start: &str,
    end: &str,
    zone: Result<chrono_tz::Tz, FaultCode>,
) -> Result<Timing, Faults> {
    let mut check = Check::new();
    let start = check.at("/local_start", local(start));
    let end = check.at("/local_end", local(end));
    let zone = check.at("/time_zone", zone);
    let values = (|| Some((start?, end?, zone?)))();
    let (start, end, zone) = check.done(values)?;
    Timing::new(start, end, zone)
}

/// A local time, with or without its seconds.
pub(super) fn local(text: &str) -> Result<NaiveDateTime, FaultCode> {
    let with_seconds = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S");
    with_seconds
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"))
        .map_err(|_| FaultCode::Malformed("local_time"))
}

/// A local time as the wire has it.
pub(crate) fn local_text(local: NaiveDateTime) -> String {
    local.format("%Y-%m-%dT%H:%M:%S").to_string()
}
