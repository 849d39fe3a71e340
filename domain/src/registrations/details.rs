//! What a person says when they register: it is theirs, and sealed under their key wherever it lies.

use serde::{Deserialize, Serialize};

use crate::kernel::{Line, Prose};

/// What is asked of, and said by, who registers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationDetails {
    /// The name they gave this time, where they are known by another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Line<200>>,
    /// What they answered to the organiser's questions.
    #[serde(default)]
    pub answers: Vec<GivenAnswer>,
    /// What they need to take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accessibility_needs: Option<Prose<1000>>,
}

/// An answer to a question of the organiser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenAnswer {
    /// What was asked, as it stood then.
    pub question: Line<200>,
    /// What was answered.
    pub answer: Prose<1000>,
}

impl RegistrationDetails {
    /// Whether there is anything to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name.is_none() && self.answers.is_empty() && self.accessibility_needs.is_none()
    }
}
