//! Events over HTTP: read by everybody, made and changed by the staff. Uses `demo` for its examples.

mod input;
mod occurrences;
mod query;
mod read;
mod refusal;
mod series;
mod transitions;
pub(crate) mod wire;
mod write;

use crate::http::operation::Endpoint;

pub(crate) use query::{EventFilters, filter};
pub(crate) use read::{find, view_of};
pub(crate) use refusal::refused;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        read::endpoints(),
        write::endpoints(),
        transitions::endpoints(),
        occurrences::endpoints(),
        series::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
