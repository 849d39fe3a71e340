//! Webhooks: kept, what they are told handed to them from the outbox, claimed by one instance at a time,
//! and what was answered. Uses `audit` and `values`.

mod claim;
mod hand_on;
mod query;
mod record;
mod replay;
mod rows;
mod save;

pub use claim::{Turn, any_due, claim_due, release_all, renew, turn};
pub use hand_on::{anything_waits, hand_on};
pub(crate) use query::never_woken;
pub use query::{DeliveryFilter, Waiting, deliveries, find, list, secrets, waiting};
pub use record::{Told, add_test, record};
pub use replay::{Again, replay};
pub use save::{count_of, delete, load, pass_on, resume, save};
pub(crate) use save::{forget_old_deliveries, forget_old_messages};
