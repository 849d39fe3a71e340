//! Structures: kept, found, and those that may be one with another. Uses `audit`, `slugs` and `values`.

mod query;
mod rows;
mod save;
mod slugs;

pub use query::{OrganisationFilter, find, find_named, list, names, names_for};
pub(crate) use rows::organisation as as_organisation;
pub use save::{
    hold, known_distinct_from, line_up, load, load_as_it_is_now, may_be_one_with, save,
};
pub use slugs::{free_slug, is_slug_taken};
