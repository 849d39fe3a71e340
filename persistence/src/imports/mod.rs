//! Imports and what became of their records. Uses `audit`.

mod query;
mod records;
mod rows;
mod save;

pub use query::{find, list, records};
pub use records::{Remark, ReportLine, record};
pub use save::{end_interrupted, line_up, load, save};
