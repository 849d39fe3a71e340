//! Projects: loading and saving them whole, finding them, and their timeline.
//! Uses `audit`, `near`, `slugs` and `values`.

mod load;
mod query;
mod rows;
mod save;
mod slugs;
pub mod timeline;

pub use load::{load, load_by_references, load_of, was_ever};
pub use query::{
    Found, ProjectFilter, ProjectOrder, find, find_by_reference, list, overdue, table,
};
pub(crate) use rows::project as as_project;
pub use save::{save, save_new};
pub use slugs::{free_slug, free_slugs, is_slug_taken};
