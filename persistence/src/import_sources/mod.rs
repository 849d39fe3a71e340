//! Addresses that are polled: kept, found, and claimed for one poll at a time. Uses `audit` and `values`.

mod claim;
mod query;
mod rows;
mod save;

pub use claim::{Claim, claim, claim_due, release_all, renew, settle};
pub use query::{any_due, find, list};
pub use save::{delete, deleted_keys, load, other_at, save};
