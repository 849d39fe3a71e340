//! Events: loading and saving them whole, and finding them.
//! Uses `audit`, `near`, `registrations`, `slugs` and `values`.

mod load;
mod proposals;
mod query;
mod rows;
mod save;
mod series;
mod slugs;

pub use load::{holders_of_uids, load, load_by_occurrence, load_by_origins, unknown_to};
pub use proposals::move_proposals;
pub use query::{
    CalendarFilter, CalendarRow, ChangedDate, EventFilter, Found, GoneDate, Order, calendar,
    calendar_changes, find, list, occurrence, removed_dates,
};
pub(crate) use rows::event as as_event;
pub use save::{save, save_new};
pub use series::{GoneSeries, load_by_series, removed_series, series, series_of};
pub use slugs::{free_slug, free_slugs, is_slug_taken};
