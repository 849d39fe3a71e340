//! Registrations, saved and found. Whoever changes one locks the event of its date first: the places of a
//! date are counted, given and given back one after the other. Uses `audit`, `citizens`, `mail`,
//! `participations` and `values`.

mod both;
mod date;
mod hall;
mod query;
mod recorded;
mod rows;
mod save;
mod settings;
mod tell;

pub use both::both_ahead;
pub use date::{HallDate, date_of, lock};
pub(crate) use hall::has_waiting;
pub use hall::{hall, hall_of, next_due, settle};
pub use query::{Registered, RegistrationFilter, all, count, find, list, place_in_line};
pub use save::{
    Kept, count_recent, count_try, details_of, is_of, load, move_to, of_date, of_person,
    pending_of, save, save_at, save_new,
};
pub use settings::{Settings, load_settings, save_settings, settings_of};
pub(crate) use tell::tell_all;
pub use tell::{any_to_remind, remind_some};
