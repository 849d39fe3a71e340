//! A subscriber: reads a feed with an iCalendar reader that is not ours.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use harness::http::Reply;
use icalendar::parser::{Component, read_calendar, unfold};

/// One `VEVENT`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// Its properties, texts unescaped; none stands twice.
    pub(super) values: BTreeMap<String, String>,
    zones: BTreeMap<String, String>,
}

impl Entry {
    fn of(component: &Component<'_>) -> Self {
        let (mut values, mut zones) = (BTreeMap::new(), BTreeMap::new());
        for property in &component.properties {
            let name = property.name.as_str().to_owned();
            let zone = property.params.iter().find(|param| param.key == "TZID");
            if let Some(zone) = zone.and_then(|param| param.val.as_ref()) {
                zones.insert(name.clone(), zone.as_str().to_owned());
            }
            let value = property.val.clone().unescape_text().as_str().to_owned();
            assert_eq!(
                values.insert(name.clone(), value),
                None,
                "{name} stands twice"
            );
        }
        Self { values, zones }
    }

    /// A property; empty when it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// The zone that a property's time is told in.
    pub(super) fn zone(&self, name: &str) -> &str {
        self.zones.get(name).map_or("", String::as_str)
    }

    /// A number.
    pub(super) fn sequence(&self) -> i32 {
        self.get("SEQUENCE").parse().expect("a number")
    }

    /// The instant that a property names.
    pub(super) fn instant(&self, name: &str) -> DateTime<Utc> {
        let text = self.get(name);
        if let Some(utc) = text.strip_suffix('Z') {
            return local(utc).and_utc();
        }
        let zone = domain::kernel::parse_zone(self.zone(name)).expect("a zone");
        zone.from_local_datetime(&local(text))
            .single()
            .expect("one instant")
            .to_utc()
    }
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").expect("a time")
}

/// The entries of a feed by their UIDs, which are unique; the feed itself is checked to be one.
#[track_caller]
pub(super) fn entries(reply: &Reply) -> BTreeMap<String, Entry> {
    reply.expect(200);
    assert_eq!(reply.header("content-type"), "text/calendar; charset=utf-8");
    let text = String::from_utf8(reply.bytes.clone()).expect("UTF-8");
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
    let unfolded = unfold(&text);
    let calendar = read_calendar(&unfolded).expect("a calendar");
    let zones: Vec<_> = calendar
        .components
        .iter()
        .filter(|one| one.name == "VTIMEZONE")
        .map(|one| {
            one.find_prop("TZID")
                .expect("a name")
                .val
                .as_str()
                .to_owned()
        })
        .collect();
    let mut read = BTreeMap::new();
    for component in calendar
        .components
        .iter()
        .filter(|one| one.name == "VEVENT")
    {
        let entry = Entry::of(component);
        for name in ["DTSTART", "DTEND"] {
            let zone = entry.zone(name);
            assert!(
                zone.is_empty() || zones.iter().any(|known| known == zone),
                "no VTIMEZONE {zone}"
            );
        }
        let uid = entry.get("UID").to_owned();
        assert!(!uid.is_empty());
        assert_eq!(read.insert(uid.clone(), entry), None, "{uid} stands twice");
    }
    read
}
