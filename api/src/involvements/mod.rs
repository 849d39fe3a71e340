//! Who is involved with projects, over HTTP: the staff sees who and records who takes part; whoever is told how a
//! project goes ends that by the link of each mail. Uses `citizens`, `pages`, `projects` and, for its examples,
//! `demo`.

mod page;
mod read;
mod refusal;
mod upkeep;
mod wire;
mod write;

use crate::http::operation::Endpoint;

pub(crate) use refusal::refused;
pub(crate) use upkeep::tell_when_due;
pub(crate) use wire::{Involvement, InvolvementList};
pub(crate) use write::may_join;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [read::endpoints(), write::endpoints(), page::endpoints()]
        .into_iter()
        .flatten()
        .collect()
}
