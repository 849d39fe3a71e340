//! To which project something belongs, and so whose it is and who sees it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::kernel::{Id, Ids, Reason};
use crate::organisations::Organisation;
use crate::projects::{Project, Side, TimelineEntry, TimelineKind};

/// To which project something belongs. What follows from that is the project's to say, at each moment: it
/// is stored nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Whose {
    /// The project.
    pub project: Id<Project>,
    /// Whoever carries it.
    #[serde(skip)]
    pub organisation: Id<Organisation>,
    /// Whether everybody sees it.
    #[serde(skip)]
    pub is_public: bool,
}

impl Whose {
    /// What belongs to that project.
    #[must_use]
    pub fn of(project: &Project) -> Self {
        Self {
            project: project.id,
            organisation: project.organisation,
            is_public: project.is_public(),
        }
    }
}

/// Something of the follow-up that happened.
pub(super) struct Happening {
    pub(super) kind: TimelineKind,
    pub(super) subject: Uuid,
    pub(super) by: Side,
    pub(super) reason: Reason,
    pub(super) is_public: bool,
}

impl Happening {
    /// What the project's timeline tells of it.
    pub(super) fn told(self, whose: Whose, at: DateTime<Utc>, ids: &mut dyn Ids) -> TimelineEntry {
        TimelineEntry {
            id: Id::new(ids),
            project: whose.project,
            at,
            kind: self.kind,
            from: None,
            to: None,
            reason: self.reason,
            by: self.by,
            is_public: self.is_public,
            subject: Some(self.subject),
        }
    }
}
