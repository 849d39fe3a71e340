//! Imports: exports of other calendars, read record by record and taken into ours.

mod chunk;
mod format;
mod icalendar;
mod openagenda;
mod patience;
mod routes;
mod run;
mod upkeep;
mod upload;
mod wire;
mod words;

pub(crate) use format::{Export, FormatError, check_format};
pub(crate) use routes::endpoints;
pub(crate) use run::{Options, begin, problem_of, run};
pub(crate) use upkeep::{Moment, end_interrupted, end_when_quiet, sweep};
pub(crate) use words::{problem_code, problem_words};
