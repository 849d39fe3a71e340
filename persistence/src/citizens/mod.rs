//! Citizens, saved and found: by the staff by name and address, by everything else by the pseudonym.
//! Uses `audit` and `values`.

mod query;
mod recorded;
mod rows;
mod save;

pub(crate) use query::by_pseudonyms;
pub use query::{CitizenFilter, find, list, near_to, pseudonym_of, to_ids, to_pseudonyms};
pub use save::{by_confirmed_address, by_pseudonym, forget, load, save, written_down_with};
