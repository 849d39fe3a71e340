//! What a reader gets: exact text, any text at all, and the same instants by other code.

mod reader;

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use chrono::TimeDelta;
use proptest::prelude::*;

use reader::{component, read, value};

use super::lines::LINE_OCTETS;
use super::*;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

const FEED: Feed<'_> = Feed {
    name: "Agenda",
    description: None,
    url: None,
    source: None,
};

/// An entry of an hour at that instant, its local times those that the zone's clock shows.
fn at(starts_at: DateTime<Utc>, zone: Tz) -> Entry<'static> {
    let ends_at = starts_at + TimeDelta::hours(1);
    Entry {
        uid: "018f-1@concertation",
        event: uuid::Uuid::nil(),
        sequence: 0,
        stamp: utc("2018-02-01T08:00:00Z"),
        created: utc("2018-01-15T09:30:00Z"),
        last_modified: utc("2018-02-01T08:00:00Z"),
        local_start: starts_at.with_timezone(&zone).naive_local(),
        local_end: ends_at.with_timezone(&zone).naive_local(),
        zone,
        starts_at,
        ends_at,
        status: Status::Confirmed,
        summary: "Club climat".into(),
        description: "".into(),
        location: None,
        coordinates: None,
        url: "".into(),
        image: None,
        conference: None,
        categories: Vec::new(),
        organizer: None,
    }
}

fn in_paris(starts_at: &str) -> Entry<'static> {
    at(utc(starts_at), Tz::Europe__Paris)
}

fn dates(text: &str) -> Vec<&str> {
    let event = text.split_once("BEGIN:VEVENT").unwrap().1;
    event
        .lines()
        .filter(|line| line.starts_with("DTSTART") || line.starts_with("DTEND"))
        .collect()
}

#[test]
fn one_entry_is_written_to_the_letter() {
    let feed = Feed {
        name: "Agenda du PETR",
        description: Some("Réunions, ateliers"),
        url: Some("https://petr.example/calendrier?a=1,2"),
        source: Some("https://petr.example/calendrier.ics"),
    };
    let entry = Entry {
        sequence: 3,
        status: Status::Cancelled,
        summary: "ANNULÉ : club climat ; séance 2".into(),
        description: "Première ligne\r\nDeuxième, avec une virgule et C:\\chemin".into(),
        location: Some("Salle des fêtes, 67140 Barr".into()),
        coordinates: Some((48.408, 7.449_123_4)),
        url: "https://petr.example/evenements/club-climat".into(),
        image: Some("https://petr.example/club.jpg"),
        conference: Some("https://visio.petr.example/club"),
        categories: vec!["Énergie".into(), "Eau, air".into()],
        organizer: Some(("PETR \"Piémont\"", "club@petr.example")),
        ..in_paris("2018-03-01T17:30:00Z")
    };
    let expected = "\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Concertation//Agenda//FR
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:Agenda du PETR
X-WR-CALNAME:Agenda du PETR
DESCRIPTION:Réunions\\, ateliers
X-WR-CALDESC:Réunions\\, ateliers
URL:https://petr.example/calendrier?a=1,2
SOURCE;VALUE=URI:https://petr.example/calendrier.ics
COLOR:steelblue
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
X-WR-TIMEZONE:Europe/Paris
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19970330T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:018f-1@concertation
X-CONCERTATION-EVENT:00000000-0000-0000-0000-000000000000
SEQUENCE:3
DTSTAMP:20180201T080000Z
CREATED:20180115T093000Z
LAST-MODIFIED:20180201T080000Z
DTSTART;TZID=Europe/Paris:20180301T183000
DTEND;TZID=Europe/Paris:20180301T193000
STATUS:CANCELLED
SUMMARY:ANNULÉ : club climat \\; séance 2
DESCRIPTION:Première ligne\\nDeuxième\\, avec une virgule et C:\\\\chemin
LOCATION:Salle des fêtes\\, 67140 Barr
GEO:48.408000;7.449123
URL:https://petr.example/evenements/club-climat
IMAGE;VALUE=URI;DISPLAY=BADGE:https://petr.example/club.jpg
CONFERENCE;VALUE=URI;LABEL=\"Participer en ligne\":https://visio.petr.example
 /club
CATEGORIES:Énergie,Eau\\, air
ORGANIZER;CN=\"PETR ^'Piémont^'\":mailto:club@petr.example
END:VEVENT
END:VCALENDAR
";
    assert_eq!(render(&feed, &[entry]), expected.replace('\n', "\r\n"));
}

#[test]
fn a_fold_cuts_no_character_and_no_escape() {
    // "SUMMARY:" is 8 octets: 67 are left on the first line, 74 on the next.
    for (before, mark, first_line) in [
        (66, "é", 74),
        (65, "é", 75),
        (64, "🌿", 72),
        (63, "🌿", 75),
        (66, ",", 74),
        (66, "\n", 74),
        (65, "\r\n", 75),
        (67, "x", 75),
    ] {
        let summary = format!("{}{mark}{}", "a".repeat(before), "🌿é".repeat(40));
        let entry = Entry {
            summary: summary.clone().into(),
            ..in_paris("2018-03-01T17:30:00Z")
        };
        let text = render(&FEED, &[entry]);
        let line = text
            .split("\r\n")
            .find(|line| line.starts_with("SUMMARY"))
            .unwrap();
        assert_eq!(line.len(), first_line, "{before} octets before {mark:?}");
        assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS));
        assert_eq!(value(&text, "SUMMARY:"), summary.replace("\r\n", "\n"));
    }
}

#[test]
fn hours_that_the_clock_skips_or_repeats_are_written_in_utc() {
    // In the summer of 2018 the hour from 02:00 on 25 March is none, that of 28 October is twice.
    let repeated = [
        in_paris("2018-10-28T00:30:00Z"),
        in_paris("2018-10-28T01:30:00Z"),
    ];
    assert_eq!(
        repeated.map(|entry| dates(&render(&FEED, &[entry])).join(" ")),
        [
            "DTSTART:20181028T003000Z DTEND:20181028T013000Z",
            "DTSTART:20181028T013000Z DTEND:20181028T023000Z"
        ]
    );

    let skipped = Entry {
        local_start: local("2018-03-25T02:30:00"),
        ..in_paris("2018-03-25T01:30:00Z")
    };
    let text = render(&FEED, &[skipped]);
    assert_eq!(
        dates(&text),
        ["DTSTART:20180325T013000Z", "DTEND:20180325T023000Z"]
    );
    assert!(!text.contains("VTIMEZONE"), "no zone is used");

    // Its end alone is in the repeated hour.
    let ends_there = in_paris("2018-10-27T23:30:00Z");
    assert_eq!(
        dates(&render(&FEED, &[ends_there])),
        ["DTSTART:20181027T233000Z", "DTEND:20181028T003000Z"]
    );
    // At the first minute after it, all is plain again.
    let after = in_paris("2018-10-28T02:00:00Z");
    assert_eq!(
        dates(&render(&FEED, &[after]))[0],
        "DTSTART;TZID=Europe/Paris:20181028T030000"
    );
}

#[test]
fn utc_and_years_without_a_sure_table_have_no_zone() {
    for entry in [
        at(utc("2026-05-01T10:00:00Z"), Tz::UTC),
        at(utc("2026-05-01T10:00:00Z"), Tz::Etc__UTC),
        in_paris("2101-07-01T10:00:00Z"),
        in_paris("1939-07-01T10:00:00Z"),
    ] {
        let zone = format!("X-CONCERTATION-ZONE:{}\r\n", entry.zone.name());
        let text = render(&FEED, &[entry]);
        assert!(!text.contains("TZID"), "{text}");
        assert!(text.contains(&zone), "whose clock it is: {text}");
    }
    let plain = render(&FEED, &[in_paris("2026-05-01T10:00:00Z")]);
    assert!(!plain.contains("X-CONCERTATION-ZONE"), "{plain}");
}

#[test]
fn each_zone_is_described_once_and_right_for_all_its_entries() {
    let entries = [
        in_paris("2018-03-01T17:30:00Z"),
        at(utc("2026-01-10T12:00:00Z"), Tz::America__Martinique),
        at(utc("2019-01-10T12:00:00Z"), Tz::America__Martinique),
        in_paris("1980-07-01T10:00:00Z"),
    ];
    let text = render(&FEED, &entries);
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 2);
    assert_eq!(text.matches("TZID:Europe/Paris").count(), 1);
    assert!(!text.contains("RRULE"), "the yearly pair is wrong for 1980");
    assert!(text.contains(
        "BEGIN:VTIMEZONE\r\nTZID:America/Martinique\r\nBEGIN:STANDARD\r\nDTSTART:20171231T200000\r\n\
         TZOFFSETFROM:-0400\r\nTZOFFSETTO:-0400\r\nTZNAME:AST\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    ));
    assert_eq!(
        read(&text),
        entries.map(|entry| (entry.starts_at, entry.ends_at))
    );
}

#[test]
fn the_yearly_pair_of_paris_holds_as_long_as_it_is_used() {
    let mut at = utc("1996-10-27T01:00:00Z");
    while is_known(at + TimeDelta::hours(1)) {
        let entry = self::at(at, Tz::Europe__Paris);
        let expected = (entry.starts_at, entry.ends_at);
        let text = render(&FEED, &[entry]);
        assert_eq!(
            text.matches("RRULE").count(),
            usize::from(text.contains("TZID")) * 2,
            "{at}"
        );
        assert_eq!(read(&text), [expected], "{at}");
        at += TimeDelta::hours(24 * 5 + 1);
    }
    assert!(!render(&FEED, &[in_paris("1996-10-27T00:59:59Z")]).contains("RRULE"));
}

#[test]
fn another_parser_reads_the_same_values() {
    let entry = Entry {
        summary: "Été ; \\n n'est pas un saut, \"ça\"".into(),
        description: "une\ndeux, trois ; quatre\\".into(),
        url: "https://petr.example/é?a=b;c".into(),
        organizer: Some(("A ^ B \"C\"; D: é\nE", "club+a b@petr.example")),
        categories: vec!["a,b".into(), "c;d".into()],
        ..in_paris("2018-03-01T17:30:00Z")
    };
    let calendar = ICalendar::parse(render(&FEED, &[entry])).unwrap();
    let event = component(&calendar, &ICalendarComponentType::VEvent);
    let text = |name| {
        event.property(&name).unwrap().values[0]
            .as_text()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        text(ICalendarProperty::Summary),
        "Été ; \\n n'est pas un saut, \"ça\""
    );
    assert_eq!(
        text(ICalendarProperty::Description),
        "une\ndeux, trois ; quatre\\"
    );
    assert_eq!(text(ICalendarProperty::Url), "https://petr.example/é?a=b;c");
    let categories = event.property(&ICalendarProperty::Categories).unwrap();
    let categories: Vec<_> = categories
        .values
        .iter()
        .filter_map(ICalendarValue::as_text)
        .collect();
    assert_eq!(categories, ["a,b", "c;d"]);
    let organizer = event.property(&ICalendarProperty::Organizer).unwrap();
    assert_eq!(
        organizer.values[0].as_text(),
        Some("mailto:club+a%20b@petr.example")
    );
    // This parser leaves the caret encoding to whoever reads the name.
    assert_eq!(
        organizer.params[0].value.as_text(),
        Some("A ^^ B ^'C^'; D: é^nE")
    );
}

/// What is left of a text from outside: one kind of line end, no control character but the tab.
fn kept(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n")
        .chars()
        .filter(|char| !char.is_control() || matches!(char, '\n' | '\t'))
        .collect()
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zé🌿\\\\;,:\"^nN\r\n\t \u{0}\u{b}\u{7f}\u{85}\u{2028}\u{200d}’]{0,200}",
        "(BEGIN:VEVENT|END:VCALENDAR|\r\n|\n|\r| |;|:){0,20}",
    ]
}

proptest! {
    #[test]
    fn no_text_breaks_out_of_its_line(
        name in texts(), uid in texts(), summary in texts(), description in texts(),
        location in texts(), url in texts(), category in texts(), organizer in texts(),
        address in texts(),
    ) {
        let feed = Feed { name: &name, description: Some(&description), url: Some(&url), source: Some(&url) };
        let entry = Entry {
            uid: &uid,
            summary: summary.as_str().into(),
            description: description.as_str().into(),
            location: Some(location.as_str().into()),
            coordinates: Some((f64::from(summary.len() as u32), -7.5)),
            url: url.as_str().into(),
            image: Some(&url),
            conference: Some(&url),
            categories: vec![category.as_str().into()],
            organizer: Some((&organizer, &address)),
            ..in_paris("2018-03-01T17:30:00Z")
        };
        let text = render(&feed, &[entry]);

        for line in text.strip_suffix("\r\n").unwrap().split("\r\n") {
            prop_assert!(line.len() <= LINE_OCTETS, "{line:?}");
            prop_assert!(!line.chars().any(|c| c != '\t' && c.is_control()), "{line:?}");
            prop_assert!(!line.contains(['\u{2028}', '\u{2029}']), "{line:?}");
        }
        let lines = text.replace("\r\n ", "").matches("\r\n").count();
        let empty = usize::from(description.is_empty()) + usize::from(url.is_empty());
        prop_assert_eq!(lines, 53 - empty, "{}", text);

        prop_assert_eq!(value(&text, "X-WR-CALNAME:"), kept(&name));
        prop_assert_eq!(value(&text, "UID:"), kept(&uid));
        prop_assert_eq!(value(&text, "SUMMARY:"), kept(&summary));
        prop_assert_eq!(value(&text, "LOCATION:"), kept(&location));
        prop_assert_eq!(value(&text, "CATEGORIES:"), kept(&category));
        if !description.is_empty() {
            // The calendar has one of its own.
            let (_, event) = text.split_once("\r\nBEGIN:VEVENT\r\n").unwrap();
            prop_assert_eq!(value(event, "DESCRIPTION:"), kept(&description));
            prop_assert_eq!(value(&text, "X-WR-CALDESC:"), kept(&description));
        }
        prop_assert!(ICalendar::parse(&text).is_ok());
    }

    #[test]
    fn every_zone_gives_the_instants_back(
        zone in prop::sample::select(chrono_tz::TZ_VARIANTS.as_slice()),
        minutes in prop::collection::vec(0..130 * 365 * 24 * 60_i64, 1..4),
    ) {
        let entries: Vec<_> =
            minutes.iter().map(|&minute| at(DateTime::UNIX_EPOCH + TimeDelta::minutes(minute), zone)).collect();
        let expected: Vec<_> = entries.iter().map(|entry| (entry.starts_at, entry.ends_at)).collect();
        prop_assert_eq!(read(&render(&FEED, &entries)), expected);
    }
}
