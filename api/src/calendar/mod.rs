//! The calendar: the occurrences of events in a window of time, as JSON and in the
//! formats of feeds. Uses
//! `events`, `pages`, and `demo` for its examples.

mod feed;
mod ical;
mod routes;
mod window;

use crate::http::operation::Endpoint;

pub(crate) use feed::date_text;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [routes::endpoints(), feed::endpoints()]
        .into_iter()
        .flatten()
        .collect()
}
