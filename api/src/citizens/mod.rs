//! Citizens over HTTP, for the staff: their names stand in no address, and every look at them is recorded.
//! Uses `demo` for its examples.

mod doubles;
mod merges;
mod read;
mod refusal;
mod seen;
mod wire;
mod write;

use crate::http::operation::Endpoint;

pub(crate) use refusal::refused;
pub(crate) use seen::load_as_seen;
pub(crate) use wire::{Citizen, CitizenInput, tag_of};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        read::endpoints(),
        write::endpoints(),
        doubles::endpoints(),
        merges::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
