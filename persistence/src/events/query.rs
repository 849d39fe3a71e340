//! Finding events: lists, the calendar, one by its id or its slug. Every query starts from what the
//! view may see.

mod calendar;
mod changes;
mod filter;
mod list;

pub use calendar::{CalendarFilter, CalendarRow, calendar};
pub use changes::{ChangedDate, GoneDate, calendar_changes, removed_dates};
use domain::organisations::View;
pub use filter::EventFilter;
pub(super) use filter::visible;
pub(super) use list::by_id;
pub use list::{Found, Order, find, list, occurrence};
