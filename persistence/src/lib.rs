//! What is stored, and how it is found again, on SQLite and on PostgreSQL.
//!
//! Everything goes through the two doors of [`Store`]: `read` for a consistent look, `write` for a
//! change with what each change implies. No type of the database layer leaves this crate.

pub mod accounts;
pub mod attachments;
pub mod audit;
mod check;
pub mod citizens;
pub mod clients;
pub mod consents;
mod entities;
pub mod events;
pub mod evidence;
pub mod follow_up;
pub mod frameworks;
pub mod import_sources;
pub mod imports;
pub mod involvements;
pub mod mail;
mod near;
pub mod organisations;
mod page;
pub mod participations;
pub mod projects;
pub mod registrations;
pub mod rights;
mod slugs;
mod store;
mod upkeep;
mod values;
mod vault;
pub mod webhooks;

pub use check::check_invariants;
pub use domain::organisations::View;
pub use near::Near;
pub use page::{Direction, Listed, Part, Place, Total};
pub use slugs::FreeSlugs;
pub use store::{
    Act, Actor, Answer, BackupError, Claim, Clock, Copied, DatabaseUrl, IdempotencyRefusal, News,
    Once, OpenError, STORY, Schema, Snapshot, Span, Stop, Store, StoreError, StoreOptions,
    SystemIds, Touched, Writing, back_up,
};
pub use upkeep::Forgotten;
pub use vault::{MasterKey, VaultError};
