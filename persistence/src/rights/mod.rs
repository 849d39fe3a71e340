//! What people may ask of those who hold their data: to have it, and to be erased. Uses `accounts`, `audit`,
//! `citizens`, `consents`, `participations`, `registrations` and `values`.

mod erase;
mod export;

pub(crate) use erase::faults;
pub use erase::{Erased, erase, erased, forget_stranger, strangers};
pub use export::{Held, MailHeld, SessionHeld, TrailHeld, held_of};
