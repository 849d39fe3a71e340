//! Why nothing was done in the follow-up of a project.

use super::blockers::BlockerState;
use crate::kernel::{Faults, Vocabulary};
use crate::projects::ProjectState;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FollowUpRefusal {
    /// The project's state takes none of this.
    #[error("a {} project takes none of this", .0.word())]
    Project(ProjectState),
    /// Somebody answered the question, which stays as it was answered.
    #[error("it is answered")]
    Answered,
    /// The blocker is in that state already.
    #[error("the blocker is {}", .0.word())]
    Blocker(BlockerState),
    /// The PETR wrote it, and a holder doesn't change that.
    #[error("the PETR wrote it")]
    PetrWroteIt,
    /// There are as many of them as there may be.
    #[error("there are {0} at most")]
    TooMany(u64),
    /// A rule is broken, at these places.
    #[error(transparent)]
    Broken(#[from] Faults),
}
