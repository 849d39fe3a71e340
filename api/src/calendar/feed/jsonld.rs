//! The calendar as linked data: a schema.org `Event` a date, for search engines and other agendas.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use domain::accounts::Scope;
use domain::events::{EventContent, OccurrenceState};
use domain::kernel::{Contact, text};
use persistence::events::CalendarRow;
use serde_json::{Value, json};

use super::{Format, Reading, Withdrawn, said, whole};
use crate::calendar::routes::WindowParams;
use crate::events::EventFilters;
use crate::events::wire::event_url;
use crate::http::answer::to_json;
use crate::http::operation::{Endpoint, Unknown};
use crate::http::{Answer, Problem, Request};
use crate::pages::french;

pub(super) const FORMAT: Format = Format {
    path: "/v1/calendar.jsonld",
    media_type: "application/ld+json",
    content_type: "application/ld+json",
    title: "JSON-LD",
    file_name: "agenda.jsonld",
    withdrawn: Withdrawn::LeftOut,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_calendar, _, _>(calendar).kept(Unknown::Ignored, Scope::EventsRead)]
}

/// The calendar as linked data
///
/// JSON-LD: a schema.org `Event` a date, with its `eventStatus`, what it was before it was moved, its
/// place or where it is on the web. Without a window: from 90 days ago to 400 days ahead. Over 5 000
/// dates it is refused, never cut. Parameters that are not known are ignored.
#[utoipa::path(
    get, path = "/v1/calendar.jsonld", tag = "Calendar", operation_id = "calendar_jsonld",
    security((), ("oauth2" = ["events:read"])),
    params(WindowParams, EventFilters),
    responses((status = 200, description = "The events", body = Value, content_type = "application/ld+json",
        example = json!({ "@context": "https://schema.org", "@graph": [] }))),
)]
async fn calendar(request: Request) -> Result<Answer, Problem> {
    whole(&request, &FORMAT, |reading| {
        for_a_page(&to_json(&graph(reading)))
    })
    .await
}

/// The same where no text ends the element of a page that it is put into: JSON has the sign in texts
/// alone, and knows another way to write it.
fn for_a_page(json: &[u8]) -> Vec<u8> {
    let mut safe = Vec::with_capacity(json.len());
    for byte in json {
        match byte {
            b'<' => safe.extend_from_slice(b"\\u003c"),
            other => safe.push(*other),
        }
    }
    safe
}

fn graph(reading: &Reading) -> Value {
    let events: Vec<_> = reading
        .rows
        .iter()
        .map(|row| without_null(event(row, &reading.base)))
        .collect();
    json!({ "@context": "https://schema.org", "@graph": events })
}

fn event(row: &CalendarRow, base: &str) -> Value {
    let (stored, one) = (&row.event, &row.occurrence);
    let (content, timing) = (&stored.content, &one.timing);
    let url = event_url(base, stored);
    let zoned = |at| with_offset(at, timing.zone());
    let previous = one.previous.as_ref();
    let description = [said::reason(row), said::summary(row)];
    let description = description
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n\n");
    let audiences = content.audiences.iter();
    let audiences: Vec<_> = audiences.map(|one| french::audience(*one)).collect();
    let is_free = content
        .price_note
        .as_ref()
        .is_some_and(|note| is_free(note.as_str()));
    json!({
        "@type": "Event",
        "@id": format!("{base}/v1/occurrences/{}", one.id.uuid()),
        "identifier": one.id.uuid(),
        "name": content.title.as_str(),
        "description": (!description.is_empty()).then_some(description),
        "url": url,
        "startDate": zoned(timing.starts_at()),
        "endDate": zoned(timing.ends_at()),
        "previousStartDate": previous.map(|before| with_offset(before.starts_at(), before.zone())),
        "eventStatus": status(row),
        "eventAttendanceMode": mode(content),
        "location": location(row),
        "organizer": organizer(content),
        "offers": content.price_note.as_ref().map(|note| json!({
            "@type": "Offer", "description": note.as_str(), "url": url,
        })),
        "isAccessibleForFree": is_free.then_some(true),
        "image": content.image.as_ref().map(|image| json!({
            "@type": "ImageObject", "url": image.url.as_str(),
            "caption": image.alternative_text.as_str(), "creditText": image.credit.as_str(),
        })),
        "inLanguage": content.languages.iter().map(|one| one.as_str()).collect::<Vec<_>>(),
        "audience": { "@type": "Audience", "audienceType": audiences.join(", ") },
        "keywords": said::tags(row).collect::<Vec<_>>(),
        "maximumAttendeeCapacity": one.capacity,
        "superEvent": { "@type": "EventSeries", "@id": url, "name": content.title.as_str() },
    })
}

fn status(row: &CalendarRow) -> &'static str {
    match (row.occurrence.state, &row.occurrence.previous) {
        (OccurrenceState::Cancelled, _) => "https://schema.org/EventCancelled",
        (OccurrenceState::Postponed, _) => "https://schema.org/EventPostponed",
        (OccurrenceState::Scheduled, Some(_)) => "https://schema.org/EventRescheduled",
        (OccurrenceState::Scheduled, None) => "https://schema.org/EventScheduled",
    }
}

fn mode(content: &EventContent) -> &'static str {
    match (&content.place, &content.online_url) {
        (Some(_), Some(_)) => "https://schema.org/MixedEventAttendanceMode",
        (None, Some(_)) => "https://schema.org/OnlineEventAttendanceMode",
        (_, None) => "https://schema.org/OfflineEventAttendanceMode",
    }
}

/// The place, where it is on the web, or both.
fn location(row: &CalendarRow) -> Value {
    let place = row.event.content.place.as_ref().map(|place| {
        let commune = place.commune_code.as_ref();
        let territory = domain::territory::Territory::official();
        let locality = commune.and_then(|code| territory.commune(code));
        let line = said::place(row);
        json!({
            "@type": "Place",
            "name": place.name.as_ref().map(ToString::to_string).or(line),
            "address": {
                "@type": "PostalAddress",
                "streetAddress": place.address.as_ref().map(|address| address.as_str()),
                "addressLocality": locality.map(|commune| commune.name),
                "addressCountry": locality.map(|_| "FR"),
            },
            "geo": place.coordinates.map(|point| json!({
                "@type": "GeoCoordinates",
                "latitude": point.latitude(), "longitude": point.longitude(),
            })),
        })
    });
    let online = said::online(row).map(|url| json!({ "@type": "VirtualLocation", "url": url }));
    match (place, online) {
        (Some(place), Some(online)) => json!([place, online]),
        (place, online) => place.or(online).unwrap_or(Value::Null),
    }
}

fn organizer(content: &EventContent) -> Option<Value> {
    let name = content.organiser_name.as_ref()?;
    let contact = content.contact.as_ref();
    let email = |contact: &Contact| {
        contact
            .email
            .as_ref()
            .map(|email| email.as_str().to_owned())
    };
    let telephone = |contact: &Contact| {
        let number = contact.telephone.as_ref();
        number.map(|number| number.as_str().to_owned())
    };
    Some(json!({
        "@type": "Organization",
        "name": name.as_str(),
        "email": contact.and_then(email),
        "telephone": contact.and_then(telephone),
    }))
}

/// Only where the words say that and nothing else.
fn is_free(note: &str) -> bool {
    matches!(
        text::fold(note).as_str(),
        "gratuit" | "entree gratuite" | "entree libre" | "acces libre" | "gratuit sur inscription"
    )
}

/// By the clock of its place, which is what people see, and exact.
fn with_offset(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// Absent means unknown.
fn without_null(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let known = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                known
                    .map(|(name, value)| (name, without_null(value)))
                    .collect(),
            )
        }
        Value::Array(items) => items.into_iter().map(without_null).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_free_for_all_is_called_free() {
        assert!(is_free("Gratuit."));
        assert!(is_free("Entrée libre"));
        assert!(!is_free("Gratuit pour les enfants, 5 € pour les adultes"));
        assert!(!is_free("5 €"));
    }

    #[test]
    fn a_time_carries_the_offset_of_its_day() {
        let at = |text: &str| with_offset(text.parse().unwrap(), Tz::Europe__Paris);
        assert_eq!(at("2018-03-24T17:30:00Z"), "2018-03-24T18:30:00+01:00");
        assert_eq!(at("2018-03-25T16:30:00Z"), "2018-03-25T18:30:00+02:00");
    }

    #[test]
    fn no_text_ends_the_element_it_is_put_into() {
        let told = json!({ "name": "</script><!-- é" });
        let safe = for_a_page(&to_json(&told));
        assert!(!safe.contains(&b'<'));
        assert_eq!(serde_json::from_slice::<Value>(&safe).unwrap(), told);
    }
}
