//! The calendar: what lies in a window of time, as JSON and as iCalendar.

mod feed;
mod formats;
mod fullcalendar;
mod kept;
mod reader;
pub(crate) mod readings;
mod sequence;
mod window;
