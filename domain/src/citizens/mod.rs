//! Citizens: who they are, as far as they said, and what may become of that. Uses `kernel` and `projects`
//! (what they are interested in is what projects are about).

mod address;
mod citizen;
mod decide;
mod double;
mod merge;

pub use address::led_to;
pub use citizen::{
    AgeBand, Citizen, CitizenContent, CitizenFact, CitizenRefusal, CitizenSource, Pseudonym,
};
pub use decide::{confirm, edit, edit_own, enter, lift, restrict, vouch};
pub use double::{DoubleReason, Likeness, doubles};
pub use merge::{Identity, Merge, Merged, identities, merge, unmerge};
