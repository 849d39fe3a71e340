//! What the feeds say, each read by a parser that is not ours, in one form that can be compared.

use harness::http::Reply;
use serde_json::Value;

/// Reads all that an answer tells.
type Reader = fn(&Reply) -> Vec<Told>;

/// Every format, and how it is read.
pub(crate) const FORMATS: [(&str, Reader); 6] = [
    ("ics", ics),
    ("fullcalendar.json", fullcalendar),
    ("atom", atom),
    ("feed.json", json_feed),
    ("csv", csv),
    ("jsonld", jsonld),
];

/// A date: its id, its start and its end to the minute by the clock of its place, and its title.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) title: String,
}

impl Told {
    pub(crate) fn new(id: &str, start: &str, end: &str, title: &str) -> Self {
        let to_minute = |at: &str| at.get(..16).unwrap_or(at).to_owned();
        Self {
            id: id.to_owned(),
            start: to_minute(start),
            end: to_minute(end),
            title: title.to_owned(),
        }
    }
}

fn sorted(told: impl Iterator<Item = Told>) -> Vec<Told> {
    let mut told: Vec<_> = told.collect();
    told.sort();
    told
}

fn word<'v>(of: &'v Value, name: &str) -> &'v str {
    of[name].as_str().unwrap_or_else(|| panic!("{name}: {of}"))
}

#[track_caller]
fn typed<'r>(reply: &'r Reply, media_type: &str) -> &'r Reply {
    assert_eq!(reply.expect(200).header("content-type"), media_type);
    reply
}

/// `/v1/calendar`.
pub(crate) fn list(reply: &Reply) -> Vec<Told> {
    let body = typed(reply, "application/json").body();
    let rows = body["data"].as_array().expect("rows");
    sorted(rows.iter().map(|row| {
        let part = |name| word(row, name);
        Told::new(
            part("id"),
            part("local_start"),
            part("local_end"),
            part("title"),
        )
    }))
}

/// `/v1/calendar.fullcalendar.json`.
pub(crate) fn fullcalendar(reply: &Reply) -> Vec<Told> {
    let body = typed(reply, "application/json").body();
    let rows = body.as_array().expect("a bare array");
    sorted(rows.iter().map(|row| {
        let part = |name| word(row, name);
        Told::new(part("id"), part("start"), part("end"), part("title"))
    }))
}

/// `/v1/calendar.feed.json`, checked by a reader of feeds.
pub(crate) fn json_feed(reply: &Reply) -> Vec<Told> {
    let body = typed(reply, "application/feed+json").body();
    let feed = feed_rs::parser::parse(&reply.bytes[..]).expect("a feed");
    assert_eq!(feed.feed_type, feed_rs::model::FeedType::JSON);
    let items = body["items"].as_array().expect("items");
    assert_eq!(feed.entries.len(), items.len());
    let shown = feed.entries.iter().zip(items).map(|(entry, item)| {
        let date = &item["_concertation"];
        assert_eq!(entry.id, word(item, "id"));
        assert_eq!(entry.links[0].href, word(item, "url"));
        assert!(entry.published.is_some() && entry.updated.is_some() && entry.content.is_some());
        let title = &entry.title.as_ref().expect("a title").content;
        let (start, end) = (word(date, "local_start"), word(date, "local_end"));
        Told::new(of_urn(&entry.id), start, end, title)
    });
    sorted(shown)
}

/// `/v1/calendar.atom`, by a reader of feeds, and its times by a reader of XML.
pub(crate) fn atom(reply: &Reply) -> Vec<Told> {
    const CAL: &str = "urn:ietf:params:xml:ns:icalendar-2.0";
    typed(reply, "application/atom+xml; charset=utf-8");
    let text = reply.utf8();
    let feed = feed_rs::parser::parse(text.as_bytes()).expect("a feed");
    assert_eq!(feed.feed_type, feed_rs::model::FeedType::Atom);
    assert!(feed.updated.is_some() && feed.title.is_some() && !feed.authors.is_empty());
    let document = roxmltree::Document::parse(&text).expect("XML");
    let entries = document
        .descendants()
        .filter(|node| node.has_tag_name("entry"));
    let entries: Vec<_> = entries.collect();
    assert_eq!(entries.len(), feed.entries.len());
    let shown = feed.entries.iter().zip(&entries).map(|(entry, xml)| {
        assert!(entry.published.is_some() && entry.updated.is_some() && entry.summary.is_some());
        assert_eq!(entry.links.len(), 1);
        let time = |name: &str| {
            let of = xml.children().find(|node| node.has_tag_name((CAL, name)));
            let mut parts = of.expect("a time").children();
            let time = parts.find(|node| node.has_tag_name((CAL, "date-time")));
            time.and_then(|node| node.text()).expect("a text")
        };
        let title = &entry.title.as_ref().expect("a title").content;
        Told::new(of_urn(&entry.id), time("dtstart"), time("dtend"), title)
    });
    sorted(shown)
}

fn of_urn(id: &str) -> &str {
    id.strip_prefix("urn:uuid:").expect("a URN")
}

/// `/v1/calendar.csv`: the rows as they stand, each cell under its column's name.
pub(crate) fn table(reply: &Reply) -> Vec<std::collections::BTreeMap<String, String>> {
    typed(reply, "text/csv; charset=utf-8; header=present");
    let text = reply.utf8();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    assert!(text.ends_with("\r\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

/// The same, in the one form.
pub(crate) fn csv(reply: &Reply) -> Vec<Told> {
    let rows = table(reply);
    sorted(rows.iter().map(|row| {
        let title = row["title"].strip_prefix('\'').unwrap_or(&row["title"]);
        Told::new(&row["id"], &row["local_start"], &row["local_end"], title)
    }))
}

/// `/v1/calendar.jsonld`.
pub(crate) fn jsonld(reply: &Reply) -> Vec<Told> {
    let body = typed(reply, "application/ld+json").body();
    assert_eq!(body["@context"], "https://schema.org");
    let events = body["@graph"].as_array().expect("a graph");
    sorted(events.iter().map(|event| {
        assert_eq!(event["@type"], "Event");
        let part = |name| word(event, name);
        Told::new(
            part("identifier"),
            part("startDate"),
            part("endDate"),
            part("name"),
        )
    }))
}

/// `/v1/calendar.ics`.
pub(crate) fn ics(reply: &Reply) -> Vec<Told> {
    let entries = super::reader::entries(reply);
    sorted(entries.iter().map(|(uid, entry)| {
        let time = |name| {
            let at = entry.get(name);
            let at = chrono::NaiveDateTime::parse_from_str(at, "%Y%m%dT%H%M%S").expect("a time");
            at.format("%Y-%m-%dT%H:%M").to_string()
        };
        Told::new(uid, &time("DTSTART"), &time("DTEND"), entry.get("SUMMARY"))
    }))
}
