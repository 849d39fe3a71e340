//! Files of projects: what is known of them. Uses `audit`, `projects` and `values`.

mod query;
mod rows;
mod save;

pub use query::{Found, find, list, unknown};
pub use save::{forget_of_deleted, held, load, remove, save};
