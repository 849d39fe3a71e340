//! Imports: exports of other calendars, read record by record and taken into ours.
//! Uses `http` for the words of faults.

mod openagenda;
mod run;
mod words;

pub(crate) use openagenda::{FormatError, Summary, check_format, read_records};
pub(crate) use run::{Options, begin, run};
pub(crate) use words::{problem_words, warning_codes};
