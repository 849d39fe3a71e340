//! What people may ask of those who hold their data: to have it, to be erased, that it is not used, and what they
//! object to; and whom the clock forgets. Uses `accounts`, `audit`, `citizens`, `consents`, `involvements`, `mail`, `participations`,
//! `registrations` and `values`.

mod erase;
mod export;
mod objections;
mod restrictions;
mod retention;

pub(crate) use erase::faults;
pub use erase::{Erased, dates_of_person, erase, erase_when_due, erased};
pub use export::{Held, MailHeld, SessionHeld, TrailHeld, held_of};
pub use objections::{
    Objected, find_objection, list_objections, load_objection, objections_of, objections_within,
    save_objection,
};
pub use restrictions::{
    find_restriction, restrictions_of, save_lifted, save_restriction, standing_of,
};
pub use retention::{DuePeople, RetentionRun, count_due, due_people, keep_run, runs};
