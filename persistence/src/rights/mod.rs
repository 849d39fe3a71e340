//! What people may ask of those who hold their data: to have it, and to be erased; and whom the clock
//! forgets. Uses `accounts`, `audit`, `citizens`, `consents`, `involvements`, `mail`, `participations`,
//! `registrations` and `values`.

mod erase;
mod export;
mod retention;

pub(crate) use erase::faults;
pub use erase::{Erased, erase, erase_when_due, erased};
pub use export::{Held, MailHeld, SessionHeld, TrailHeld, held_of};
pub use retention::{DuePeople, RetentionRun, count_due, due_people, keep_run, runs};
