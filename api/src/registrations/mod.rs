//! Registrations over HTTP: anybody registers, whoever has the mail confirms and cancels, the staff sees and
//! does all of it. Uses `citizens`, `pages` and, for its
//! examples, `demo`.

mod create;
mod matching;
mod page;
mod proof;
mod read;
mod refusal;
mod settings;
mod transitions;
mod upkeep;
mod wire;

use crate::http::operation::Endpoint;

pub(crate) use proof::Links;
pub(crate) use upkeep::settle_when_due;
pub(crate) use wire::{Registration, RegistrationList};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        create::endpoints(),
        read::endpoints(),
        transitions::endpoints(),
        settings::endpoints(),
        page::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
