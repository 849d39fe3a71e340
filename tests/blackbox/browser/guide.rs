//! The pages of the guide for those who embed, opened from another origin on the demonstration: its months
//! in FullCalendar, with a weekly series across both changes of the clock, and what other sites take in.

use std::time::{Duration, Instant};

use harness::app::App;
use harness::browser::{Browser, browser};
use harness::engines::Engine;
use serde_json::Value;
use thirtyfour::prelude::*;

use super::{LIMIT, another_site};
use crate::guide::block;

/// The weekly series of the demonstration.
const WEEKLY: &str = "La permanence du jeudi – parler d’un projet";

/// A date as a page of FullCalendar shows it: its day, its hour, its title, the line through it.
type Shown = (String, String, String, String);

fn bundle(name: &str) -> String {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/fullcalendar/");
    std::fs::read_to_string(format!("{data}{name}")).expect("the bundle is there")
}

/// The page on a site that holds FullCalendar where the guide says.
async fn open(browser: &Browser, page: String) {
    let site = another_site(vec![
        ("/agenda.html", page),
        (
            "/fullcalendar/index.global.min.js",
            bundle("index.global.min.js"),
        ),
        ("/fullcalendar/fr.global.min.js", bundle("fr.global.min.js")),
    ]);
    browser.driver.goto(site.await).await.unwrap();
}

/// A fragment as a site's own page takes it in.
fn taken_in(fragment: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Commune</title><main>{fragment}</main></html>"
    )
}

/// The dates of the weekly series on the page of a month, once they are as many as expected.
async fn weekly_in(browser: &Browser, month: &str, expected: usize) -> Vec<Shown> {
    let go = format!("agenda.gotoDate('{month}-01')");
    browser.driver.execute(&go, vec![]).await.unwrap();
    let look = format!(
        "return [...document.querySelectorAll('td[data-date]')].flatMap((day) => \
           [...day.querySelectorAll('.fc-event')].map((one) => {{\
             const title = one.querySelector('.fc-event-title');\
             return [day.dataset.date, one.querySelector('.fc-event-time')?.textContent ?? '',\
               title.textContent, getComputedStyle(title).textDecorationLine] }}))\
           .filter(([, , title]) => title.endsWith('{WEEKLY}'))"
    );
    let deadline = Instant::now() + LIMIT;
    loop {
        let seen = browser.driver.execute(&look, vec![]).await.unwrap();
        let seen: Vec<Shown> = seen.convert().unwrap();
        if seen.len() == expected || Instant::now() > deadline {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What the service tells of the series in the weeks that the page of a month shows.
async fn told(app: &App, from: &str, to: &str) -> Vec<Value> {
    let at = format!("/v1/calendar?start={from}&end={to}&limit=1000");
    let rows = app.get(&at).await.expect(200).body();
    let rows = rows["data"].as_array().unwrap().iter();
    rows.filter(|row| row["title"] == WEEKLY).cloned().collect()
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap()
}

/// A date as it should be shown.
fn as_shown(row: &Value) -> Shown {
    let (day, hour) = text(row, "local_start").split_once('T').unwrap();
    let (before, line) = match text(row, "state") {
        "cancelled" => ("ANNULÉ\u{a0}: ", "line-through"),
        _ => ("", "none"),
    };
    // In French FullCalendar leaves out minutes that are none.
    let hour = hour
        .strip_suffix(":00:00")
        .map_or_else(|| hour[..5].to_owned(), |full| format!("{full} h"));
    let title = format!("{before}{WEEKLY}");
    (day.to_owned(), hour, title, line.to_owned())
}

/// The months to look at, and the weeks that their pages show.
const MONTHS: [(&str, &str, &str); 4] = [
    ("2026-12", "2026-11-30", "2027-01-11"),
    ("2027-01", "2026-12-28", "2027-02-08"),
    ("2027-03", "2027-03-01", "2027-04-12"),
    ("2027-10", "2027-09-27", "2027-11-08"),
];

#[tokio::test]
async fn the_guides_page_shows_the_demonstrations_months_and_its_weekly_series() {
    let Some(browser) = browser().await else {
        return;
    };
    let app = App::demonstration(Engine::Sqlite).await;
    let page = block("html", "<!DOCTYPE html>", &app.base);
    let (_, fragment) = page.split_once("<title>Agenda</title>").unwrap();
    let fragment = fragment.trim_end().trim_end_matches("</html>");
    for (visitor, page) in [
        ("Asia/Tokyo", taken_in(fragment)),
        ("Europe/Paris", page.clone()),
    ] {
        browser.travel(visitor).await;
        open(&browser, page).await;
        for (month, from, to) in MONTHS {
            let told = told(&app, from, to).await;
            let expected: Vec<Shown> = told.iter().map(as_shown).collect();
            let mut seen = weekly_in(&browser, month, expected.len()).await;
            seen.sort();
            assert_eq!(seen, expected, "{month} in {visitor}");
            browser.screenshot(&format!("guide-{month}")).await;
            assert_story(month, &told, &seen);
        }
    }
    assert_eq!(browser.foreign_requests().await, Vec::<String>::new());
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    browser.close().await;
}

/// What the demonstration tells in that month, in so many words.
fn assert_story(month: &str, told: &[Value], seen: &[Shown]) {
    let shown = |day: &str| {
        let one = seen.iter().find(|(on, ..)| on == day);
        let (_, hour, _, line) = one.unwrap_or_else(|| panic!("nothing on {day}: {seen:?}"));
        format!("{hour} {line}")
    };
    let instant = |day: &str| {
        let mut at = told.iter().map(|row| text(row, "starts_at"));
        at.find(|at| at.starts_with(day)).unwrap()[11..].to_owned()
    };
    match month {
        "2026-12" => {
            assert_eq!(shown("2026-12-10"), "18:30 none");
            assert_eq!(shown("2026-12-17"), "18:30 line-through");
        }
        // Moved to the evening before.
        "2027-01" => {
            assert_eq!(shown("2027-01-13"), "18 h none");
            assert!(seen.iter().all(|(day, ..)| day != "2027-01-14"));
        }
        "2027-03" => {
            let days = ["2027-03-25", "2027-04-01"];
            assert_eq!(days.map(shown), ["18:30 none", "18:30 none"]);
            assert_eq!(days.map(instant), ["17:30:00Z", "16:30:00Z"]);
        }
        _ => {
            let days = ["2027-10-28", "2027-11-04"];
            assert_eq!(days.map(shown), ["18:30 none", "18:30 none"]);
            assert_eq!(days.map(instant), ["16:30:00Z", "17:30:00Z"]);
        }
    }
}

#[tokio::test]
async fn the_guides_fragments_bring_dates_into_any_page() {
    let Some(browser) = browser().await else {
        return;
    };
    let app = App::demonstration(Engine::Sqlite).await;
    let list = block("html", "<ul id=", &app.base);
    let data = block("html", "application/ld+json", &app.base);
    browser.travel("Asia/Tokyo").await;
    open(&browser, taken_in(&format!("{list}{data}"))).await;
    let see = |css: &'static str| {
        let query = browser.driver.query(By::Css(css));
        query.wait(LIMIT, Duration::from_millis(50))
    };
    see("li:nth-child(5)").first().await.unwrap();
    let mut lines = Vec::new();
    for line in browser.driver.find_all(By::Css("li")).await.unwrap() {
        lines.push(line.text().await.unwrap());
    }
    let rows = app.get("/v1/calendar?limit=5").await.expect(200).body();
    let rows = rows["data"].as_array().unwrap();
    assert_eq!(lines.len(), rows.len());
    for (line, row) in lines.iter().zip(rows) {
        assert!(line.starts_with(text(row, "title")), "{line}");
        let hour = &text(row, "local_start")[11..16];
        assert!(line.contains(&format!(" 2026 à {hour}")), "{line}");
        let commune = row["place"]["commune_name"].as_str().unwrap_or(hour);
        assert!(line.ends_with(commune), "{line}");
    }
    let link = see("a").first().await.unwrap().attr("href").await.unwrap();
    assert!(link.unwrap().starts_with("webcal://"));
    browser.screenshot("guide-list").await;

    let data = see("head script[type='application/ld+json']").first().await;
    let data = data.unwrap().inner_html().await.unwrap();
    let data: Value = serde_json::from_str(&data).unwrap();
    let told = app.get("/v1/calendar.jsonld").await.expect(200).body();
    assert!(data["@graph"].as_array().unwrap().len() > 20);
    assert_eq!(data, told);
    assert_eq!(browser.foreign_requests().await, Vec::<String>::new());
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    browser.close().await;
}
