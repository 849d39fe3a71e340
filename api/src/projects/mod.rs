//! Projects over HTTP: partners and the staff write them, the PETR decides on them, everybody follows those
//! that were decided on. Uses `demo` for its examples.

mod batch;
mod by_reference;
mod csv;
mod input;
mod links;
mod read;
mod refusal;
mod timeline;
mod transitions;
mod who;
mod wire;
mod write;

pub(crate) use batch::OnConflict;

use crate::http::operation::Endpoint;

pub(crate) use read::find_in;
pub(crate) use refusal::refused;
pub(crate) use who::{Who, view_of};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        read::endpoints(),
        csv::endpoints(),
        write::endpoints(),
        by_reference::endpoints(),
        batch::endpoints(),
        transitions::endpoints(),
        timeline::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
