//! Why a state was changed, for those who read it.

use serde::Serialize;

use super::Prose;

/// Why something is in the state it is in: cancelled, postponed, suspended.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reason {
    /// What people read.
    pub reason: Option<Prose<1000>>,
    /// More that people read.
    pub note: Option<Prose<2000>>,
    /// What the staff reads.
    pub internal_note: Option<Prose<2000>>,
}

impl From<Prose<1000>> for Reason {
    fn from(reason: Prose<1000>) -> Self {
        Self {
            reason: Some(reason),
            ..Self::default()
        }
    }
}
