//! Citizens, saved and found: by the staff by name and address, by everything else by the pseudonym.
//! Uses `audit` and `values`.

mod doubles;
mod merges;
mod query;
mod recorded;
mod rows;
mod save;

pub use doubles::{Likely, list_likely, tell_apart};
pub use merges::{absorbed_by, as_is_known_now, kept_of, line_up, merge_of, save_merged};
pub(crate) use merges::{all_of, faults, identities_of, identity, merged_into};
pub use query::{
    CitizenFilter, LedTo, address_of, find, is_restricted, known_behind, leads_to, list, near_to,
    pseudonym_of, to_ids, to_pseudonyms,
};
pub(crate) use query::{by_pseudonyms, everybody, id_of, restricted};
pub(crate) use save::save_restricted;
pub use save::{
    announced_with, by_confirmed_address, by_pseudonym, card_with, confirmed_with, forget,
    is_of_restricted, load, pseudonym_within, restricted_among, save,
};
