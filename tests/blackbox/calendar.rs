//! The calendar: what lies in a window of time, as JSON and as iCalendar.

mod feed;
mod kept;
mod reader;
mod sequence;
mod window;
