//! Between the tables' rows and the domain's event.

use chrono::{DateTime, Duration, Utc};
use domain::events::{
    Accessibility, Audience, Event, EventContent, EventKind, Image, InSeries, Occurrence,
    OccurrenceState, Origin, Place, Series, Visibility,
};
use domain::kernel::{
    Coordinates, EmailAddress, Id, InseeCode, Language, Line, Prose, Slug, Telephone, Timing,
    Vocabulary, WebUrl, parse_zone,
};
use sea_orm::ActiveValue::Set;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::entities::{events, occurrences};
use crate::store::StoreError;
use crate::values::{contact, reason, word};

pub(crate) fn event(
    row: events::Model,
    occurrences: Vec<occurrences::Model>,
    series: Vec<Series>,
) -> Result<Event, StoreError> {
    let occurrences = occurrences
        .into_iter()
        .map(occurrence)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Event {
        id: Id::from_uuid(row.id),
        slug: Slug::stored(row.slug.clone()),
        state: word(&row.state)?,
        reason: reason(
            row.reason.clone(),
            row.note.clone(),
            row.internal_note.clone(),
        ),
        occurrences,
        series,
        origin: origin(&row),
        proposed_by: row.proposed_by.map(Id::from_uuid),
        sequence: row.sequence,
        published_at: row.published_at,
        was_public: row.was_public,
        withdrawn_at: row.withdrawn_at,
        deleted_at: row.deleted_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        content: content(row)?,
    })
}

fn content(row: events::Model) -> Result<EventContent, StoreError> {
    let place = place(&row)?;
    let contact = contact(
        row.contact_role.clone(),
        row.contact_email.clone(),
        row.contact_telephone.clone(),
    );
    let image = image(&row);
    Ok(EventContent {
        title: Line::stored(row.title),
        summary: row.summary.map(Prose::stored),
        description: row.description.map(Prose::stored),
        kind: word::<EventKind>(&row.kind)?,
        audiences: list::<Audience>(row.audiences)?,
        tags: list::<Line<60>>(row.tags)?,
        place,
        online_url: row.online_url.map(WebUrl::stored),
        accessibility: list::<Accessibility>(row.accessibility)?,
        price_note: row.price_note.map(Line::stored),
        organiser_name: row.organiser_name.map(Line::stored),
        contact,
        image,
        languages: list::<Language>(row.languages)?,
        visibility: word::<Visibility>(&row.visibility)?,
    })
}

fn place(row: &events::Model) -> Result<Option<Place>, StoreError> {
    let commune_code = row
        .commune_code
        .as_deref()
        .map(InseeCode::parse)
        .transpose();
    let commune_code = commune_code.map_err(|e| StoreError::Unreadable(format!("{e:?}")))?;
    if row.place_name.is_none() && row.place_address.is_none() && commune_code.is_none() {
        return Ok(None);
    }
    let point = row
        .latitude
        .zip(row.longitude)
        .map(|(lat, lon)| Coordinates::new(lat, lon));
    Ok(Some(Place {
        name: row.place_name.clone().map(Line::stored),
        address: row.place_address.clone().map(Line::stored),
        commune_code,
        coordinates: point
            .transpose()
            .map_err(|e| StoreError::Unreadable(e.to_string()))?,
    }))
}

fn image(row: &events::Model) -> Option<Image> {
    Some(Image {
        url: WebUrl::stored(row.image_url.clone()?),
        alternative_text: Line::stored(row.image_alternative_text.clone()?),
        credit: Line::stored(row.image_credit.clone()?),
    })
}

fn origin(row: &events::Model) -> Option<Origin> {
    Some(Origin {
        source: Line::stored(row.origin_source.clone()?),
        uid: Line::stored(row.origin_uid.clone()?),
        digest: row.origin_digest.clone().unwrap_or_default(),
    })
}

pub(super) fn occurrence(row: occurrences::Model) -> Result<Occurrence, StoreError> {
    let previous = previous(&row)?;
    let series = in_series(&row);
    Ok(Occurrence {
        id: Id::from_uuid(row.id),
        uid: row.uid,
        timing: Timing::stored(
            (row.local_start, row.local_end),
            zone(&row.time_zone)?,
            (row.starts_at, row.ends_at),
        ),
        previous,
        capacity: row
            .capacity
            .and_then(|capacity| u32::try_from(capacity).ok()),
        series,
        state: word::<OccurrenceState>(&row.state)?,
        called_off_by_source: row.called_off_by_source,
        reason: reason(row.reason, row.note, row.internal_note),
        sequence: row.sequence,
        version: row.version,
        updated_at: row.updated_at,
    })
}

fn previous(row: &occurrences::Model) -> Result<Option<Timing>, StoreError> {
    let local = row.previous_local_start.zip(row.previous_local_end);
    let instants = row.previous_starts_at.zip(row.previous_ends_at);
    let (Some(local), Some(instants), Some(name)) = (local, instants, &row.previous_time_zone)
    else {
        return Ok(None);
    };
    Ok(Some(Timing::stored(local, zone(name)?, instants)))
}

fn in_series(row: &occurrences::Model) -> Option<InSeries> {
    Some(InSeries {
        series: Id::from_uuid(row.series_id?),
        original: row.original_local_start?,
        detached: row.detached.unwrap_or_default(),
    })
}

pub(super) fn event_row(event: &Event) -> events::ActiveModel {
    let content = &event.content;
    let place = content.place.as_ref();
    let point = place.and_then(|p| p.coordinates);
    let contact = content.contact.as_ref();
    let image = content.image.as_ref();
    let origin = event.origin.as_ref();
    let first = event.occurrences.iter().map(|o| o.timing.starts_at()).min();
    events::ActiveModel {
        id: Set(event.id.uuid()),
        slug: Set(event.slug.as_str().to_owned()),
        title: Set(content.title.to_string()),
        summary: Set(text(content.summary.as_ref().map(Prose::as_str))),
        description: Set(text(content.description.as_ref().map(Prose::as_str))),
        kind: Set(content.kind.word().to_owned()),
        audiences: Set(json(&content.audiences)),
        tags: Set(json(&content.tags)),
        accessibility: Set(json(&content.accessibility)),
        languages: Set(json(&content.languages)),
        place_name: Set(text(place.and_then(|p| p.name.as_ref()).map(Line::as_str))),
        place_address: Set(text(
            place.and_then(|p| p.address.as_ref()).map(Line::as_str),
        )),
        commune_code: Set(text(
            place
                .and_then(|p| p.commune_code.as_ref())
                .map(InseeCode::as_str),
        )),
        latitude: Set(point.map(|p| p.latitude())),
        longitude: Set(point.map(|p| p.longitude())),
        online_url: Set(text(content.online_url.as_ref().map(WebUrl::as_str))),
        price_note: Set(text(content.price_note.as_ref().map(Line::as_str))),
        organiser_name: Set(text(content.organiser_name.as_ref().map(Line::as_str))),
        contact_role: Set(text(
            contact.and_then(|c| c.role.as_ref()).map(Line::as_str),
        )),
        contact_email: Set(text(
            contact
                .and_then(|c| c.email.as_ref())
                .map(EmailAddress::as_str),
        )),
        contact_telephone: Set(text(
            contact
                .and_then(|c| c.telephone.as_ref())
                .map(Telephone::as_str),
        )),
        image_url: Set(text(image.map(|i| i.url.as_str()))),
        image_alternative_text: Set(text(image.map(|i| i.alternative_text.as_str()))),
        image_credit: Set(text(image.map(|i| i.credit.as_str()))),
        visibility: Set(content.visibility.word().to_owned()),
        state: Set(event.state.word().to_owned()),
        reason: Set(text(event.reason.reason.as_ref().map(Prose::as_str))),
        note: Set(text(event.reason.note.as_ref().map(Prose::as_str))),
        internal_note: Set(text(event.reason.internal_note.as_ref().map(Prose::as_str))),
        origin_source: Set(text(origin.map(|o| o.source.as_str()))),
        origin_uid: Set(text(origin.map(|o| o.uid.as_str()))),
        origin_digest: Set(text(origin.map(|o| o.digest.as_str()))),
        proposed_by: Set(event.proposed_by.map(Id::uuid)),
        sequence: Set(event.sequence),
        published_at: Set(event.published_at),
        was_public: Set(event.was_public),
        withdrawn_at: Set(event.withdrawn_at),
        deleted_at: Set(event.deleted_at),
        // What has no date yet stands where it was made.
        first_starts_at: Set(first.unwrap_or(event.created_at)),
        version: Set(event.version),
        created_at: Set(event.created_at),
        updated_at: Set(event.updated_at),
    }
}

pub(super) fn occurrence_row(event: &Event, occurrence: &Occurrence) -> occurrences::ActiveModel {
    let timing = &occurrence.timing;
    let previous = occurrence.previous.as_ref();
    let why = &occurrence.reason;
    occurrences::ActiveModel {
        id: Set(occurrence.id.uuid()),
        event_id: Set(event.id.uuid()),
        uid: Set(occurrence.uid.clone()),
        local_start: Set(timing.local_start()),
        local_end: Set(timing.local_end()),
        time_zone: Set(timing.zone().name().to_owned()),
        starts_at: Set(timing.starts_at()),
        ends_at: Set(timing.ends_at()),
        long_ends_at: Set(long_ends_at(timing)),
        previous_local_start: Set(previous.map(Timing::local_start)),
        previous_local_end: Set(previous.map(Timing::local_end)),
        previous_time_zone: Set(previous.map(|p| p.zone().name().to_owned())),
        previous_starts_at: Set(previous.map(Timing::starts_at)),
        previous_ends_at: Set(previous.map(Timing::ends_at)),
        capacity: Set(occurrence
            .capacity
            .and_then(|capacity| i32::try_from(capacity).ok())),
        series_id: Set(occurrence.series.map(|place| place.series.uuid())),
        original_local_start: Set(occurrence.series.map(|place| place.original)),
        detached: Set(occurrence.series.map(|place| place.detached)),
        state: Set(occurrence.state.word().to_owned()),
        called_off_by_source: Set(occurrence.called_off_by_source),
        reason: Set(text(why.reason.as_ref().map(Prose::as_str))),
        note: Set(text(why.note.as_ref().map(Prose::as_str))),
        internal_note: Set(text(why.internal_note.as_ref().map(Prose::as_str))),
        sequence: Set(occurrence.sequence),
        version: Set(occurrence.version),
        updated_at: Set(occurrence.updated_at),
    }
}

/// Dates that last longer are looked for by their ends. Nothing else that is under way at a moment
/// started earlier than so long before it.
pub(super) const LONG: Duration = Duration::days(7);

fn long_ends_at(timing: &Timing) -> Option<DateTime<Utc>> {
    (timing.ends_at() - timing.starts_at() > LONG).then(|| timing.ends_at())
}

pub(super) fn zone(name: &str) -> Result<chrono_tz::Tz, StoreError> {
    parse_zone(name).map_err(|_| StoreError::Unreadable(format!("time zone {name:?}")))
}

pub(super) fn list<T: DeserializeOwned>(json: Value) -> Result<Vec<T>, StoreError> {
    serde_json::from_value(json).map_err(|e| StoreError::Unreadable(e.to_string()))
}

pub(super) fn json(items: &impl Serialize) -> Value {
    serde_json::to_value(items).expect("values of the domain have no key that is no text")
}

fn text(value: Option<&str>) -> Option<String> {
    value.map(str::to_owned)
}
