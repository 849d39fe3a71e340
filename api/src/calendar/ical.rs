//! iCalendar (RFC 5545, RFC 7986) text from plain values: one `VEVENT` an entry, with the `VTIMEZONE`s that
//! the entries need. Pure: knows no store and no clock. [`lines`] folds and escapes, [`zones`]
//! describes time zones.

mod lines;
#[cfg(test)]
mod tests;
mod zones;

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use lines::Lines;
use zones::{Zones, is_known};

/// What a reader shows as the name and the description of the whole calendar.
pub(crate) struct Feed<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) url: Option<&'a str>,
    /// Where the calendar can be read again.
    pub(crate) source: Option<&'a str>,
}

/// How often a subscriber should look again.
const REFRESH: &str = "PT1H";

/// A name of CSS for the blue of the calendar.
const COLOUR: &str = "steelblue";

/// What subscribers are told of an entry: on, not sure, off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Confirmed,
    Tentative,
    Cancelled,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Tentative => "TENTATIVE",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// One timing of one event. The local times and the instants say the same thing twice: the local
/// ones are shown, the instants settle what a local time alone leaves open.
pub(crate) struct Entry<'a> {
    /// Stable for ever: readers match by it.
    pub(crate) uid: &'a str,
    /// The event that it is a date of: all of them share it.
    pub(crate) event: Uuid,
    /// Grows with each change that a reader must follow.
    pub(crate) sequence: i32,
    /// When this state was published (`DTSTAMP`).
    pub(crate) stamp: DateTime<Utc>,
    pub(crate) created: DateTime<Utc>,
    pub(crate) last_modified: DateTime<Utc>,
    pub(crate) local_start: NaiveDateTime,
    pub(crate) local_end: NaiveDateTime,
    pub(crate) zone: Tz,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) status: Status,
    pub(crate) summary: Cow<'a, str>,
    /// Left out when empty, as are the URL and the categories.
    pub(crate) description: Cow<'a, str>,
    pub(crate) location: Option<Cow<'a, str>>,
    /// Latitude and longitude in degrees.
    pub(crate) coordinates: Option<(f64, f64)>,
    pub(crate) url: Cow<'a, str>,
    /// Where a picture is.
    pub(crate) image: Option<&'a str>,
    /// Where people take part from afar.
    pub(crate) conference: Option<&'a str>,
    pub(crate) categories: Vec<Cow<'a, str>>,
    /// A name and a bare e-mail address.
    pub(crate) organizer: Option<(&'a str, &'a str)>,
}

impl Entry<'_> {
    /// Whether any reader that has the zone's rules finds the same two instants from the local
    /// times. It would not in an hour that the clock skips or repeats; such an entry is written in
    /// UTC, both ends of it, since not every reader takes a mixed pair.
    fn is_plain_in_zone(&self) -> bool {
        let same = |local: &NaiveDateTime, instant| {
            self.zone
                .from_local_datetime(local)
                .single()
                .is_some_and(|found| found == instant)
        };
        // UTC is no zone to a reader: RFC 5545 forbids a TZID for it.
        !matches!(self.zone, Tz::UTC | Tz::Etc__UTC)
            && is_known(self.starts_at)
            && is_known(self.ends_at)
            && same(&self.local_start, self.starts_at)
            && same(&self.local_end, self.ends_at)
    }

    fn text_len(&self) -> usize {
        self.uid.len()
            + self.summary.len()
            + self.description.len()
            + self.location.as_ref().map_or(0, |location| location.len())
            + self.url.len()
            + self.image.map_or(0, |image| image.len() + 32)
            + self
                .conference
                .map_or(0, |conference| conference.len() + 48)
            + self
                .categories
                .iter()
                .map(|category| category.len() + 2)
                .sum::<usize>()
            + self
                .organizer
                .map_or(0, |(name, address)| name.len() + address.len())
    }
}

/// The calendar as text, ready to be served as `text/calendar; charset=utf-8`.
pub(crate) fn render(feed: &Feed<'_>, entries: &[Entry<'_>]) -> String {
    let mut zones = Zones::default();
    let mut in_zone = Vec::with_capacity(entries.len());
    for entry in entries {
        let plain = entry.is_plain_in_zone();
        if plain {
            zones.cover(entry.zone, entry.starts_at, entry.ends_at);
        }
        in_zone.push(plain);
    }

    let mut lines = Lines::with_capacity(capacity(entries));
    head(&mut lines, feed);
    zones.write(&mut lines);
    for (entry, plain) in entries.iter().zip(in_zone) {
        event(&mut lines, entry, plain);
    }
    lines.property("END:VCALENDAR").end();
    lines.finish()
}

/// A guess from above, so that the text is hardly ever moved while it grows: names and dates take
/// about 450 octets an entry, folds and escapes a little of each text.
fn capacity(entries: &[Entry<'_>]) -> usize {
    let texts: usize = entries.iter().map(Entry::text_len).sum();
    2048 + entries.len() * 512 + texts + texts / 12
}

fn head(lines: &mut Lines, feed: &Feed<'_>) {
    lines.property("BEGIN:VCALENDAR").end();
    lines.property("VERSION:2.0").end();
    lines.property("PRODID:-//Concertation//Agenda//FR").end();
    lines.property("CALSCALE:GREGORIAN").end();
    lines.property("METHOD:PUBLISH").end();
    // Each by its old name too, which is all that many readers know.
    lines.property("NAME:").text(feed.name).end();
    lines.property("X-WR-CALNAME:").text(feed.name).end();
    if let Some(description) = feed.description {
        lines.property("DESCRIPTION:").text(description).end();
        lines.property("X-WR-CALDESC:").text(description).end();
    }
    if let Some(url) = feed.url {
        lines.property("URL:").uri(url).end();
    }
    if let Some(source) = feed.source {
        lines.property("SOURCE;VALUE=URI:").uri(source).end();
    }
    lines.property("COLOR:").plain(COLOUR).end();
    lines
        .property("REFRESH-INTERVAL;VALUE=DURATION:")
        .plain(REFRESH)
        .end();
    lines.property("X-PUBLISHED-TTL:").plain(REFRESH).end();
    lines.property("X-WR-TIMEZONE:Europe/Paris").end();
}

fn event(lines: &mut Lines, entry: &Entry<'_>, in_zone: bool) {
    lines.property("BEGIN:VEVENT").end();
    lines.property("UID:").text(entry.uid).end();
    lines
        .property("X-CONCERTATION-EVENT:")
        .display(entry.event)
        .end();
    lines.property("SEQUENCE:").display(entry.sequence).end();
    lines.property("DTSTAMP:").utc(entry.stamp).end();
    lines.property("CREATED:").utc(entry.created).end();
    lines
        .property("LAST-MODIFIED:")
        .utc(entry.last_modified)
        .end();
    if in_zone {
        let zone = entry.zone.name();
        lines
            .property("DTSTART;TZID=")
            .plain(zone)
            .plain(":")
            .local(entry.local_start)
            .end();
        lines
            .property("DTEND;TZID=")
            .plain(zone)
            .plain(":")
            .local(entry.local_end)
            .end();
    } else {
        lines.property("DTSTART:").utc(entry.starts_at).end();
        lines.property("DTEND:").utc(entry.ends_at).end();
        // Whose clock people read it by, which UTC doesn't say: for when it comes in again.
        lines
            .property("X-CONCERTATION-ZONE:")
            .plain(entry.zone.name())
            .end();
    }
    lines.property("STATUS:").plain(entry.status.word()).end();
    lines.property("SUMMARY:").text(&entry.summary).end();
    if !entry.description.is_empty() {
        lines
            .property("DESCRIPTION:")
            .text(&entry.description)
            .end();
    }
    place(lines, entry);
    if !entry.url.is_empty() {
        lines.property("URL:").uri(&entry.url).end();
    }
    if let Some(image) = entry.image {
        lines
            .property("IMAGE;VALUE=URI;DISPLAY=BADGE:")
            .uri(image)
            .end();
    }
    if let Some(conference) = entry.conference {
        lines
            .property("CONFERENCE;VALUE=URI;LABEL=")
            .quoted("Participer en ligne")
            .plain(":")
            .uri(conference)
            .end();
    }
    categories(lines, &entry.categories);
    if let Some((name, address)) = entry.organizer {
        organizer(lines, name, address);
    }
    lines.property("END:VEVENT").end();
}

fn place(lines: &mut Lines, entry: &Entry<'_>) {
    if let Some(location) = &entry.location {
        lines.property("LOCATION:").text(location).end();
    }
    if let Some((latitude, longitude)) = entry.coordinates
        && latitude.is_finite()
        && longitude.is_finite()
    {
        // Six decimals are what the RFC asks for: about ten centimetres.
        lines
            .property("GEO:")
            .display(format_args!("{latitude:.6};{longitude:.6}"))
            .end();
    }
}

fn categories(lines: &mut Lines, categories: &[Cow<'_, str>]) {
    let Some((first, others)) = categories.split_first() else {
        return;
    };
    lines.property("CATEGORIES:").text(first);
    for category in others {
        lines.plain(",").text(category);
    }
    lines.end();
}

fn organizer(lines: &mut Lines, name: &str, address: &str) {
    lines.property("ORGANIZER");
    if !name.is_empty() {
        lines.plain(";CN=").quoted(name);
    }
    lines.plain(":mailto:").address(address).end();
}
