//! A reader for the tests, by other code than the writer's: calcard's parser, and zones taken by
//! the letter of the RFC.

use calcard::common::timezone::Tz as ReaderTz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty,
};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// The value of the only line that begins so, unfolded and without escapes.
pub(super) fn value(text: &str, name: &str) -> String {
    let unfolded = text.replace("\r\n ", "");
    let mut found = unfolded
        .split("\r\n")
        .filter_map(|line| line.strip_prefix(name));
    let escaped = found.next().unwrap();
    assert!(found.next().is_none(), "{name} twice");
    let mut value = String::new();
    let mut chars = escaped.chars();
    while let Some(char) = chars.next() {
        value.push(match char {
            '\\' => match chars.next().unwrap() {
                'n' => '\n',
                mark @ ('\\' | ';' | ',') => mark,
                other => panic!("unknown escape {other:?}"),
            },
            ';' | ',' => panic!("{char:?} is not escaped"),
            plain => plain,
        });
    }
    value
}

pub(super) fn component<'a>(
    calendar: &'a ICalendar,
    kind: &ICalendarComponentType,
) -> &'a ICalendarComponent {
    calendar
        .components
        .iter()
        .find(|component| component.component_type == *kind)
        .unwrap()
}

/// The instants of each event: text parsed by other code, zones taken both from the `VTIMEZONE`
/// (read here by the letter of the RFC) and, to be compared, from the reader's own table.
pub(super) fn read(text: &str) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let calendar = ICalendar::parse(text).unwrap();
    let events = calendar.components.iter();
    events
        .filter(|component| component.component_type == ICalendarComponentType::VEvent)
        .map(|event| {
            let instant = |name| {
                let entry = event.property(&name).unwrap();
                let date = entry.values[0].as_partial_date_time().unwrap();
                let shown = date.to_date_time().unwrap().date_time;
                let Some(zone) = entry.tz_id() else {
                    assert!(date.has_zone(), "a floating time");
                    return shown.and_utc();
                };
                let described = (shown - offset(text, zone, shown)).and_utc();
                let known: ReaderTz = zone.parse().unwrap();
                let known = date.to_date_time_with_tz(known).unwrap().to_utc();
                assert_eq!(described, known, "{zone} {shown}: {text}");
                described
            };
            (
                instant(ICalendarProperty::Dtstart),
                instant(ICalendarProperty::Dtend),
            )
        })
        .collect()
}

/// How far the described zone's clock is ahead of UTC when it shows `shown`: what the last
/// observance whose onset is not after it says.
fn offset(text: &str, zone: &str, shown: NaiveDateTime) -> TimeDelta {
    let (_, after) = text
        .split_once(&format!("TZID:{zone}\r\n"))
        .expect("the zone is described");
    let (described, _) = after.split_once("END:VTIMEZONE").unwrap();
    let mut last = None;
    for observance in described.split("BEGIN:").skip(1) {
        let field = |name| observance.lines().find_map(|line| line.strip_prefix(name));
        let first = field("DTSTART:").unwrap();
        let first = NaiveDateTime::parse_from_str(first, "%Y%m%dT%H%M%S").unwrap();
        let onset = match field("RRULE:FREQ=YEARLY;BYMONTH=") {
            Some(rule) => {
                let month = rule.strip_suffix(";BYDAY=-1SU").unwrap().parse().unwrap();
                let onsets =
                    (-1..=0).map(|back| last_sunday(&shown, back, month).and_time(first.time()));
                onsets
                    .filter(|onset| *onset <= shown && *onset >= first)
                    .max()
            }
            None => Some(first).filter(|onset| *onset <= shown),
        };
        let to = field("TZOFFSETTO:").unwrap();
        if onset > last.map(|(onset, _)| onset) {
            last = onset.map(|onset| (onset, to));
        }
    }
    let to = last
        .unwrap_or_else(|| panic!("{shown} is before every observance"))
        .1;
    let part = |at| {
        to.get(at..at + 2)
            .map_or(0, |digits: &str| digits.parse::<i64>().unwrap())
    };
    let ahead = TimeDelta::seconds(part(1) * 3600 + part(3) * 60 + part(5));
    if to.starts_with('-') { -ahead } else { ahead }
}

fn last_sunday(shown: &NaiveDateTime, years: i32, month: u32) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(shown.year() + years, month, 31).unwrap();
    last - TimeDelta::days(i64::from(last.weekday().num_days_from_sunday()))
}
