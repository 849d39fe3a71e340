//! What people may ask of those who hold their data: to be erased, and to know what is done with their data and for
//! how long; and the clock that keeps to it. Uses `citizens`, `pages` and, for its examples, `demo`.

mod erase;
mod ledger;
mod register;
mod retention;
mod upkeep;

use crate::http::operation::Endpoint;

pub(crate) use erase::erase_person;
pub(crate) use ledger::replay;
pub(crate) use upkeep::retain;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        erase::endpoints(),
        register::endpoints(),
        retention::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
