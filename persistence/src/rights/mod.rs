//! What people may ask of those who hold their data: to be erased, so far. Uses `audit`, `citizens` and
//! `registrations`.

mod erase;

pub(crate) use erase::faults;
pub use erase::{Erased, erase, erased, strangers};
