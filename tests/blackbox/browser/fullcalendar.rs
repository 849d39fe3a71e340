//! A plain page of another site that shows the calendar with FullCalendar as it is published: the real
//! export's month, and a weekly series across a change of the clock.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff};
use harness::browser::{Browser, browser};
use harness::engines::Engine;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::{LIMIT, page_of_another_site};
use crate::events::{at, turn_date};

/// What a page has to hold: nothing of ours but an address, and the line that crosses out.
fn page(app: &App, options: &str) -> String {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/fullcalendar/");
    let script = |name: &str| {
        let text = std::fs::read_to_string(format!("{data}{name}")).expect("the bundle is there");
        format!("<script>{text}</script>")
    };
    format!(
        "<!DOCTYPE html><html lang=\"fr\"><meta charset=\"utf-8\"><link rel=\"icon\" href=\"data:,\">\
         <title>Une commune</title><style>body {{ font-family: sans-serif }}\
         .is-cancelled :is(.fc-event-title, .fc-list-event-title)\
         {{ text-decoration: line-through }}</style>\
         <div id=\"calendar\"></div>{}{}<script>\
         const calendar = new FullCalendar.Calendar(document.getElementById('calendar'), {{\
           locale: 'fr', initialDate: '2018-03-01', {options}\
           events: '{}/v1/calendar.fullcalendar.json',\
           eventDidMount: ({{ el, event }}) => {{ el.title = event.extendedProps.tooltip }},\
           loading: (busy) => {{ document.body.className = busy ? 'busy' : 'shown' }},\
           eventSourceFailure: (error) => {{ document.body.dataset.failed = error.message }}\
         }});\
         calendar.render();</script></html>",
        script("index.global.min.js"),
        script("fr.global.min.js"),
        app.base
    )
}

/// A club that meets on Mondays: one session is cancelled, one moved to the day after.
async fn mondays(app: &App, officer: &Staff) -> Value {
    let days = ["05", "12", "19", "26"].map(|day| at(&format!("2018-03-{day}"), "18:30", "20:30"));
    let mut dates = days.to_vec();
    dates.push(at("2018-04-02", "18:30", "20:30"));
    let body = json!({ "title": "Club climat", "kind": "club_session", "occurrences": dates });
    let event = app.published(officer, body).await;
    let why = json!({ "reason": "Salle inondée." });
    turn_date(app, officer, &event["occurrences"][1], "cancel", why)
        .await
        .expect(200);
    let to = json!({ "local_start": "2018-03-20T18:30:00", "local_end": "2018-03-20T20:30:00",
        "reason": "Salle prise." });
    turn_date(app, officer, &event["occurrences"][2], "move", to)
        .await
        .expect(200);
    event
}

/// When each date is shown, by its id.
async fn shown(browser: &Browser) -> BTreeMap<String, String> {
    let query = browser.driver.query(By::Css("body.shown .fc-event"));
    let there = query.wait(LIMIT, std::time::Duration::from_millis(50));
    there.first().await.expect("events are shown");
    let script = "return [document.body.dataset.failed ?? null, calendar.getEvents().map(\
                  (event) => [event.id, event.startStr.slice(0, 16)])]";
    let told = browser.driver.execute(script, vec![]).await.unwrap();
    let (failed, events): (Option<String>, Vec<(String, String)>) = told.convert().unwrap();
    assert_eq!(failed, None);
    events.into_iter().collect()
}

#[tokio::test]
async fn a_page_of_another_site_shows_march_in_fullcalendar() {
    let Some(browser) = browser().await else {
        return;
    };
    let app = App::start(Engine::Sqlite).await;
    // The story of the export begins.
    app.advance(TimeDelta::days(-3_200));
    let officer = app.staff(Role::Officer).await;
    let export = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/data/openagenda-export-2018.json"
    );
    let export = std::fs::read(export).expect("the export is there");
    app.post("/v1/imports?publish=true")
        .by(&officer)
        .body("application/json", export)
        .await
        .expect(201);
    let club = mondays(&app, &officer).await;
    let list = app.get("/v1/calendar?start=2018-02-26&end=2018-04-09&limit=1000");
    let list = list.await.expect(200).body();
    let rows = list["data"].as_array().unwrap();
    let part = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let expected: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (part(row, "id"), part(row, "local_start")[..16].to_owned()))
        .collect();
    let in_march = expected
        .values()
        .filter(|start| start.starts_with("2018-03"));
    assert_eq!(in_march.count(), 113 + 4);

    // However the page is set, and wherever the visitor is: the time of the place.
    for (visitor, options) in [
        ("Asia/Tokyo", ""),
        ("America/Cayenne", "timeZone: 'UTC',"),
        ("Asia/Tokyo", "timeZone: 'Europe/Paris',"),
        ("Europe/Paris", ""),
    ] {
        browser.travel(visitor).await;
        let address = page_of_another_site(page(&app, options)).await;
        browser.driver.goto(&address).await.unwrap();
        let shown = shown(&browser).await;
        for (id, start) in &expected {
            let seen = shown.get(id).map(String::as_str);
            assert_eq!(seen, Some(start.as_str()), "{visitor} {options}");
        }
    }
    browser.screenshot("fullcalendar-march-2018").await;

    let times = |at: &str| format!("{at}T18:30");
    let all = shown(&browser).await;
    for (n, day) in [
        "2018-03-05",
        "2018-03-12",
        "2018-03-20",
        "2018-03-26",
        "2018-04-02",
    ]
    .iter()
    .enumerate()
    {
        let id = club["occurrences"][n]["id"].as_str().unwrap();
        assert_eq!(all[id], times(day));
    }
    let cancelled = browser
        .driver
        .find(By::Css(".is-cancelled .fc-event-title"));
    let cancelled = cancelled.await.unwrap();
    // The driver gives every space as a plain one.
    assert_eq!(cancelled.text().await.unwrap(), "ANNULÉ : Club climat");
    let line = cancelled.css_value("text-decoration-line").await.unwrap();
    assert_eq!(line, "line-through");
    let entry = browser
        .driver
        .find(By::Css(".fc-event.is-cancelled"))
        .await
        .unwrap();
    let tooltip = entry.attr("title").await.unwrap().unwrap();
    assert!(tooltip.contains("Salle inondée."), "{tooltip}");
    cancelled.scroll_into_view().await.unwrap();
    browser.screenshot("fullcalendar-cancelled").await;

    // A list, where a title stands on the page's own ground.
    let address = page_of_another_site(page(&app, "initialView: 'listMonth',")).await;
    browser.driver.goto(&address).await.unwrap();
    shown(&browser).await;
    let cancelled = browser
        .driver
        .find(By::Css(".is-cancelled .fc-list-event-title"));
    let cancelled = cancelled.await.unwrap();
    cancelled.scroll_into_view().await.unwrap();
    let line = cancelled.css_value("text-decoration-line").await.unwrap();
    assert_eq!(line, "line-through");
    browser.screenshot("fullcalendar-list").await;
    assert_eq!(browser.foreign_requests().await, Vec::<String>::new());
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    browser.close().await;
}
