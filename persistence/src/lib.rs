//! What is stored, and how it is found again, on SQLite and on PostgreSQL.
//!
//! Everything goes through the two doors of [`Store`]: `read` for a consistent look, `write` for a
//! change with what each change implies. No type of the database layer leaves this crate.

pub mod accounts;
pub mod audit;
mod check;
mod entities;
pub mod events;
pub mod imports;
mod page;
mod store;
mod upkeep;
mod vault;

pub use check::check_invariants;
pub use page::{Direction, Part, Place, Total};
pub use store::{
    Act, Actor, Answer, BackupError, Claim, Clock, Copied, DatabaseUrl, IdempotencyRefusal, Once,
    OpenError, Schema, Snapshot, Stop, Store, StoreError, StoreOptions, SystemIds, Writing,
    back_up,
};
pub use vault::{MasterKey, VaultError};
