//! Who looks: what is public, what is one's own besides, or all of it.

use super::Organisation;
use crate::kernel::Id;

/// What may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// What everybody may.
    Public,
    /// That, and what is that organisation's, but for what the staff notes for itself.
    Own(Id<Organisation>),
    /// All of it.
    Staff,
}

impl View {
    /// Whether it sees all that there is of what is that organisation's, but for the staff's notes.
    #[must_use]
    pub fn sees_all_of(self, organisation: Id<Organisation>) -> bool {
        match self {
            Self::Public => false,
            Self::Own(own) => own == organisation,
            Self::Staff => true,
        }
    }
}
