//! Registrations: who comes to which date of an event, and who waits for a place. Uses `kernel`, `citizens`
//! and `events`.

mod attendance;
mod decide;
mod details;
mod hall;
mod open;
mod registration;
#[cfg(test)]
mod tests;
mod told;

pub use attendance::{
    Noted, WalkIn, arrive, check_in, close, has_begun, has_doors_open, miss, note, take_back,
    walk_in,
};
pub use decide::{Asked, By, Proof, cancel, confirm, expire, offer, register};
pub use details::{GivenAnswer, RegistrationDetails};
pub use hall::{Hall, Served, Waiting, serve};
pub use open::{Date, Openness, RegistrationSettings, gives_places, openness};
pub use registration::{
    AttendanceRole, CancelledBecause, Registration, RegistrationChannel, RegistrationFact,
    RegistrationRefusal, RegistrationState, RegistrationTransition,
};
pub use told::{DateChange, change_of_date};
