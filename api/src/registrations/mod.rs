//! Registrations over HTTP: anybody registers, whoever has the mail confirms and cancels, the staff sees and
//! does all of it, and notes who was there. Uses `citizens`, `events`, `pages`, `paper` and, for its examples,
//! `demo`.

mod attendance;
mod create;
mod door;
mod form;
mod matching;
mod page;
mod proof;
mod read;
mod refusal;
mod settings;
mod sheet;
mod table;
mod transitions;
mod upkeep;
mod walk_ins;
mod wire;

use crate::http::operation::Endpoint;

pub(crate) use attendance::AttendanceState;
pub(crate) use proof::Links;
pub(crate) use upkeep::settle_when_due;
pub(crate) use wire::{Registration, RegistrationList};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        create::endpoints(),
        form::endpoints(),
        read::endpoints(),
        transitions::endpoints(),
        settings::endpoints(),
        page::endpoints(),
        walk_ins::endpoints(),
        attendance::endpoints(),
        table::endpoints(),
        door::endpoints(),
        sheet::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
