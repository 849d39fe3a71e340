//! What people may rely on: which data are held of them, why, for how long; when somebody is forgotten by the clock;
//! and what they may ask for, that their data are kept and not used, or that something is not done with them. Uses
//! `kernel`, `citizens` and, for what keeps somebody here, `consents`.

mod inactive;
mod objection;
mod processing;
mod register;
mod restriction;
mod retention;

pub use inactive::{Activity, keeps_here};
pub use objection::{
    Objection, ObjectionFact, ObjectionRefusal, ObjectionState, object, reject, uphold,
};
pub use processing::{Declared, Kept, LegalBasis, Processing, Said};
pub use restriction::{
    Lifted, Restricted, Restriction, RestrictionCause, lift_all, lift_of, restrict_because,
};
pub use retention::{Period, Retention};
