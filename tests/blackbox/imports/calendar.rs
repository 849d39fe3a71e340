//! What was imported, as the calendar and the feed show it.

use std::str::FromStr;

use domain::accounts::Role;
use harness::app::on_each_database;
use icalendar::{CalendarComponent, CalendarDateTime, Component, DatePerhapsTime};

use super::*;

const WINDOW: &str = "start=2018-03-01&end=2018-04-01";

/// A date: its id, its start and its end to the minute, and the zone that they are meant in.
type Dated = [String; 4];

#[tokio::test]
async fn the_dates_of_march_are_in_the_calendar_and_the_same_in_the_feed() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let import = send(&app, &officer, "?publish=true", export())
            .await
            .expect(201)
            .body();
        assert_eq!(figures(&import), [100, 390, 100, 0, 0, 0]);

        let page = app
            .get(&format!("/v1/calendar?{WINDOW}&limit=1000"))
            .await
            .expect(200)
            .body();
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        let mut rows: Vec<Dated> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let to_minute = |name| text(row, name)[..16].to_owned();
                let zone = text(row, "time_zone");
                [
                    text(row, "id"),
                    to_minute("local_start"),
                    to_minute("local_end"),
                    zone,
                ]
            })
            .collect();
        rows.sort();
        let in_march = rows
            .iter()
            .filter(|[_, start, ..]| start.starts_with("2018-03"));
        assert_eq!(in_march.count(), 113);

        let feed = app.get(&format!("/v1/calendar.ics?{WINDOW}")).await;
        let feed = icalendar::Calendar::from_str(&feed.expect(200).utf8()).expect("a calendar");
        let mut read: Vec<Dated> = feed.components.iter().filter_map(dated).collect();
        read.sort();
        assert_eq!(read, rows);
    })
    .await;
}

fn dated(component: &CalendarComponent) -> Option<Dated> {
    let CalendarComponent::Event(event) = component else {
        return None;
    };
    let (start, zone) = local(event.get_start().expect("a start"));
    let (end, _) = local(event.get_end().expect("an end"));
    Some([event.get_uid().expect("a UID").to_owned(), start, end, zone])
}

fn local(at: DatePerhapsTime) -> (String, String) {
    match at {
        DatePerhapsTime::DateTime(CalendarDateTime::WithTimezone { date_time, tzid }) => {
            (date_time.format("%Y-%m-%dT%H:%M").to_string(), tzid)
        }
        other => panic!("not local to a zone: {other:?}"),
    }
}
