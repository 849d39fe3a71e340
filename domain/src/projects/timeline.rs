//! What a project's timeline tells of its way, and to whom.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Project, ProjectFact, ProjectState, ProjectTransition, Side, TimelineKind};
use crate::kernel::{Change, Id, Ids, Reason};
use crate::organisations::View;

/// One thing that happened to a project.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineEntry {
    /// Its id.
    pub id: Id<TimelineEntry>,
    /// Of which project.
    pub project: Id<Project>,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: TimelineKind,
    /// From which state, where the state changed.
    pub from: Option<ProjectState>,
    /// To which one.
    pub to: Option<ProjectState>,
    /// What was said of it.
    pub reason: Reason,
    /// By whom.
    pub by: Side,
    /// Whether everybody who sees the project sees it.
    pub is_public: bool,
    /// Which update, question or blocker it tells of.
    pub subject: Option<Uuid>,
}

impl TimelineEntry {
    /// The entry as somebody sees it; not at all when absent.
    #[must_use]
    pub fn seen_by(mut self, view: View) -> Option<Self> {
        if view != View::Staff {
            self.reason.internal_note = None;
        }
        if view == View::Public {
            if !self.is_public {
                return None;
            }
            // What a holder and the PETR write to each other before the decision is theirs, and that they do.
            if self.kind == TimelineKind::Submitted {
                self.reason = Reason::default();
                self.from = None;
            }
        }
        Some(self)
    }
}

/// What the timeline tells of a change.
pub fn entry_of(change: &Change<Project, ProjectFact>, ids: &mut dyn Ids) -> Option<TimelineEntry> {
    let after = change.after();
    let mut told = change.facts().iter().filter_map(kind_of);
    let (kind, by) = told.next()?;
    let is_public = !matches!(
        kind,
        TimelineKind::Created | TimelineKind::InformationRequested
    );
    Some(TimelineEntry {
        id: Id::new(ids),
        project: after.id,
        at: after.updated_at,
        kind,
        from: change.before().map(|before| before.state),
        to: Some(after.state),
        reason: after.reason.clone(),
        by,
        is_public,
        subject: None,
    })
}

fn kind_of(fact: &ProjectFact) -> Option<(TimelineKind, Side)> {
    let (transition, side) = match fact {
        ProjectFact::Created(side) => return Some((TimelineKind::Created, *side)),
        ProjectFact::Turned(transition, side) => (transition, *side),
        ProjectFact::Edited | ProjectFact::Hidden | ProjectFact::Shown | ProjectFact::Moved => {
            return None;
        }
    };
    let kind = match transition {
        ProjectTransition::Submit => TimelineKind::Submitted,
        ProjectTransition::RequestInformation => TimelineKind::InformationRequested,
        ProjectTransition::Accept => TimelineKind::Accepted,
        ProjectTransition::Decline => TimelineKind::Declined,
        ProjectTransition::Start => TimelineKind::Started,
        ProjectTransition::Hold => TimelineKind::Held,
        ProjectTransition::Resume => TimelineKind::Resumed,
        ProjectTransition::Complete => TimelineKind::Completed,
        ProjectTransition::Abandon => TimelineKind::Abandoned,
        ProjectTransition::Delete => return None,
    };
    Some((kind, side))
}
