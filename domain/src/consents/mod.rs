//! What people consent to, for what the public interest is no ground. Uses `kernel` and, for the age from which
//! one consents oneself, `citizens`.

mod consent;
mod decide;

pub use consent::{Consent, ConsentChannel, ConsentPurpose, ConsentText};
pub use decide::{ConsentRefusal, Say, decide, may_take_part};
