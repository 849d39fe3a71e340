//! The feeds: the calendar as strangers' software reads it, one file a format. Here is what they
//! share: what is asked for, the rows, and how the answer leaves.

mod atom;
mod csv;
mod fullcalendar;
mod ics;
mod json_feed;
mod jsonld;
mod links;
mod said;

use actix_web::http::header;
use chrono::{DateTime, Utc};
use persistence::events::{CalendarFilter, CalendarRow, calendar as find_rows};
use persistence::{Part, View};

use super::window::{Longest, Usual, window};
use crate::events::{filter, view_of};
use crate::http::answer::Cache;
use crate::http::faults::FieldError;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::shapes::view_name;
use crate::http::{Answer, Problem, Request};

pub(crate) use ics::date_text;
pub(super) use links::{alternates, asked};

/// The most occurrences that one feed holds; above it is refused, never cut in silence.
const MOST: u64 = 5_000;

/// What a feed shows when no window is asked for.
const USUAL: Usual = Usual {
    before: 90,
    after: 400,
    longest: Longest::Any,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    [
        ics::endpoints(),
        fullcalendar::endpoints(),
        atom::endpoints(),
        json_feed::endpoints(),
        csv::endpoints(),
        jsonld::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A format that the whole calendar is told in.
pub(super) struct Format {
    path: &'static str,
    /// The media type without its parameters, as links name it.
    media_type: &'static str,
    content_type: &'static str,
    /// What people call it.
    title: &'static str,
    file_name: &'static str,
    withdrawn: Withdrawn,
}

/// What becomes of dates that left the public view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Withdrawn {
    /// They are told as cancelled, without their content: a reader keeps what it is not told of.
    Told,
    /// They are left out: a reader shows what it is told.
    LeftOut,
}

/// Every format, as links offer them.
const FORMATS: [&Format; 6] = [
    &ics::FORMAT,
    &fullcalendar::FORMAT,
    &atom::FORMAT,
    &json_feed::FORMAT,
    &csv::FORMAT,
    &jsonld::FORMAT,
];

/// A calendar on its way into a format.
struct Reading {
    /// Who publishes it.
    publisher: String,
    /// Where links begin.
    base: String,
    /// What was asked for, in one form, to be put after a question mark.
    asked: String,
    view: View,
    rows: Vec<CalendarRow>,
}

impl Reading {
    /// What the whole is called.
    fn name(&self) -> String {
        format!("Agenda – {}", self.publisher)
    }

    /// Where the same is told in a format.
    fn address(&self, format: &Format) -> String {
        links::address(&self.base, format, &self.asked)
    }

    /// When anything in it last changed: what is empty never did.
    fn updated(&self) -> DateTime<Utc> {
        let moments = self.rows.iter().map(said::updated);
        moments.max().unwrap_or(DateTime::UNIX_EPOCH)
    }
}

/// The whole calendar, as a window and filters ask for it, in a format.
async fn whole(
    request: &Request,
    format: &Format,
    render: impl FnOnce(&Reading) -> Vec<u8>,
) -> Result<Answer, Problem> {
    let mut query = Query::lenient(request);
    let now = request.app.store.clock().now();
    let window = window(&mut query, USUAL, now);
    let events = filter(&mut query);
    let asked = asked(&query);
    query.done()?;
    let filter = CalendarFilter {
        start: Some(window.start),
        end: Some(window.end),
        events,
        with_withdrawn: format.withdrawn == Withdrawn::Told,
        ..CalendarFilter::default()
    };
    let view = view_of(request);
    let reading = Reading {
        publisher: request.app.settings.petr_name.clone(),
        base: request.app.settings.public_url.as_str().to_owned(),
        asked,
        view,
        rows: rows(request, view, &filter).await?,
    };
    let body = render(&reading);
    let links = links::of_feed(&reading, format);
    Ok(answer(format, body, view, format.file_name)
        .with_header(header::LINK, links)
        .kept(window.keep()))
}

async fn rows(
    request: &Request,
    view: View,
    filter: &CalendarFilter,
) -> Result<Vec<CalendarRow>, Problem> {
    let snapshot = request.look().await?;
    let (rows, _) = find_rows(&snapshot, view, filter, Part::first(MOST + 1)).await?;
    if rows.len() as u64 > MOST {
        return Err(Problem::invalid(vec![FieldError::parameter(
            "end",
            "window_too_long",
            format!(
                "Plus de {MOST} dates dans cette fenêtre : resserrez-la, filtrez, ou lisez \
                 /v1/calendar page par page."
            ),
            format!(
                "More than {MOST} dates in this window: make it smaller, filter, or read \
                 /v1/calendar page by page."
            ),
        )]));
    }
    Ok(rows)
}

fn answer(format: &Format, body: Vec<u8>, view: View, file_name: &str) -> Answer {
    Answer::of(format.content_type, body)
        .tagged_by_content(view_name(view))
        .with_cache(Cache::Seconds(300))
        .with_header(
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{file_name}\""),
        )
}
