//! What people may ask of those who hold their data: to be erased, so far. Uses `citizens` and, for its
//! examples, `demo`.

mod erase;
mod ledger;
mod upkeep;

use crate::http::operation::Endpoint;

pub(crate) use erase::erase_person;
pub(crate) use ledger::replay;
pub(crate) use upkeep::forget_strangers;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    erase::endpoints()
}
