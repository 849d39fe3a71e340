//! The audit trail: who did what to what, in a chain that shows when something was taken out. Uses `mail`.

mod changes;
mod check;
mod query;
mod record;
mod recorded;
mod seal;

pub use changes::Changes;
pub use check::{ChainReport, check_chain, check_readable};
pub use query::{AuditFilter, Entry, list};
pub(crate) use record::record;
pub use record::{note, note_reading};
pub(crate) use recorded::{Recorded, Told};
pub use seal::{Head, head, seal};
