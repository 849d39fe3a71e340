//! Frameworks: kept, found, and how many projects name their parts. Uses `audit`.

mod query;
mod rows;
mod save;

pub use query::{find, list};
pub use save::{Known, is_code_taken, known, load, save, uses};
