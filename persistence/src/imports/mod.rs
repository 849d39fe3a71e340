//! Imports and what became of their records. Uses `audit` and `values`.

mod query;
mod records;
mod rows;
mod save;

pub use query::{any_quiet, find, list, records};
pub use records::{Remark, ReportLine, record};
pub use save::{end_interrupted, keep_alive, line_up, load, save};
