//! Events: loading and saving them whole, and finding them. Uses `audit`.

mod load;
mod query;
mod rows;
mod save;
mod slugs;

pub use load::{load, load_by_occurrence, load_by_origin};
pub use query::{
    CalendarFilter, CalendarRow, EventFilter, Found, Listed, Order, View, calendar, find, list,
    occurrence,
};
pub(crate) use rows::event as as_event;
pub use save::save;
pub use slugs::{free_slug, is_slug_taken};
