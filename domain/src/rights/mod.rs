//! What people may rely on: which data are held of them, why, for how long; and when somebody is forgotten by the
//! clock. Uses `kernel` and, for what keeps somebody here, `consents`.

mod inactive;
mod processing;
mod register;
mod retention;

pub use inactive::{Activity, keeps_here};
pub use processing::{Declared, Kept, LegalBasis, Processing, Said};
pub use retention::{Period, Retention};
