//! Citizens, saved and found: by the staff by name and address, by everything else by the pseudonym.
//! Uses `audit` and `values`.

mod query;
mod recorded;
mod rows;
mod save;

pub use query::{
    CitizenFilter, LedTo, find, leads_to, list, near_to, pseudonym_of, to_ids, to_pseudonyms,
};
pub(crate) use query::{by_pseudonyms, id_of};
pub use save::{
    announced_with, by_address, by_confirmed_address, by_pseudonym, forget, load, save,
};
