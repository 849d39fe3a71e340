//! Structures: kept, found, and those that may be one with another. Uses `audit` and `values`.

mod query;
mod rows;
mod save;

pub use query::{OrganisationFilter, find, list, names, names_for};
pub(crate) use rows::organisation as as_organisation;
pub use save::{hold, line_up, load, may_be_one_with, save};
