//! What people may ask of those who hold their data: to be erased, that their data are not used, that something is not
//! done with them, and to know what is done with their data and for how long; and the clock that keeps to it. Uses `citizens`, `pages` and, for its examples, `demo`.

mod erase;
mod ledger;
mod objections;
mod register;
mod restrict;
mod retention;
mod upkeep;
mod wire;

use crate::http::operation::Endpoint;

pub(crate) use erase::erase_person;
pub(crate) use ledger::replay;
pub(crate) use objections::refused as refused_objection;
pub(crate) use restrict::restricted;
pub(crate) use upkeep::retain;
pub(crate) use wire::{
    Objection, ObjectionInput, Objections, Restriction, RestrictionOwnInput, Seen, path_of,
};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        erase::endpoints(),
        restrict::endpoints(),
        objections::endpoints(),
        register::endpoints(),
        retention::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
