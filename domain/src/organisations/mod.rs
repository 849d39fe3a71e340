//! Partner structures: who they are, whether they may act, and how it is found out that one of them is
//! there already. Uses `kernel` only.

mod decide;
mod double;
mod organisation;
#[cfg(test)]
pub(crate) mod tests;
mod view;

pub use decide::{OrganisationRefusal, Taken, activate, create, edit, merge, suspend};
pub use double::{Double, NEAR, resemblance};
pub use organisation::{
    MAX_OTHER_CONTACTS, Organisation, OrganisationContent, OrganisationFact, OrganisationKind,
    OrganisationState, OrganisationTransition,
};
pub use view::View;
