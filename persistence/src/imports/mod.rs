//! Imports and what became of their records.

mod query;
mod records;
mod rows;
mod save;

pub use query::{count, count_records, find, list, records};
pub use records::{Remark, ReportLine, record};
pub use save::{end_interrupted, load, save};
