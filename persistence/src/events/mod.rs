//! Events: loading and saving them whole, and finding them. Uses `audit`.

mod load;
mod query;
mod rows;
mod save;
mod slugs;

pub use load::{load, load_by_occurrence, load_by_origin};
pub use query::{
    CalendarFilter, CalendarRow, ChangedDate, EventFilter, Found, GoneDate, Listed, Near, Order,
    View, calendar, calendar_changes, find, list, occurrence, removed_dates,
};
pub(crate) use rows::event as as_event;
pub use save::save;
pub use slugs::{free_slug, is_slug_taken};
