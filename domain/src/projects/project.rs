//! A project: whose it is, what it says, how far it is, and who sees it.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{ProjectContent, ProjectState, ProjectTransition, ProjectVisibility, Side, StepState};
use crate::frameworks::{Action, Axis};
use crate::kernel::{Contact, Fact, Faults, Id, Line, Prose, Reason, Slug, Vocabulary};
use crate::organisations::{Organisation, View};

/// A project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Project {
    /// Its id.
    pub id: Id<Project>,
    /// Its name in addresses.
    pub slug: Slug,
    /// Whoever carries it.
    pub organisation: Id<Organisation>,
    /// Its holder's own name for it, which none of the holder's other projects has.
    pub reference: Option<Line<100>>,
    /// The reference that it had before its holder was merged into one whose project has it.
    pub former_reference: Option<Line<100>>,
    /// What it says.
    pub content: ProjectContent,
    /// How it is to go.
    pub steps: Vec<Step>,
    /// Where it stands in the frameworks.
    pub plan: Plan,
    /// Whether it was the PETR that put it there.
    pub classified_by_petr: bool,
    /// What the PETR writes of it.
    pub petr: PetrPart,
    /// How far it is.
    pub state: ProjectState,
    /// Why it is in that state.
    pub reason: Reason,
    /// When it was last handed in.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was accepted or declined.
    pub decided_at: Option<DateTime<Utc>>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was completed, or abandoned.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether it ever stood in the public view: mirrors of that view are told when it leaves.
    pub was_public: bool,
    /// When it was removed; only a draft can be.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A step of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its id.
    pub id: Id<Step>,
    /// What is to be done.
    pub title: Line<200>,
    /// Until when.
    pub due_on: Option<NaiveDate>,
    /// How far it is.
    pub state: StepState,
}

/// A step as somebody asks for it. Without an id it is the one of that title, or a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct StepDraft {
    /// Which one is meant.
    pub id: Option<Id<Step>>,
    /// What is to be done.
    pub title: Line<200>,
    /// Until when.
    pub due_on: Option<NaiveDate>,
    /// How far it is.
    pub state: StepState,
}

/// Where a project stands in the frameworks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    axes: Vec<Id<Axis>>,
    actions: Vec<Id<Action>>,
}

impl Plan {
    /// These axes and actions, in whatever order they come.
    #[must_use]
    pub fn new(mut axes: Vec<Id<Axis>>, mut actions: Vec<Id<Action>>) -> Self {
        axes.sort();
        actions.sort();
        Self { axes, actions }
    }

    /// The axes, by their ids.
    #[must_use]
    pub fn axes(&self) -> &[Id<Axis>] {
        &self.axes
    }

    /// The actions, by their ids.
    #[must_use]
    pub fn actions(&self) -> &[Id<Action>] {
        &self.actions
    }

    /// Whether it names nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.axes.is_empty() && self.actions.is_empty()
    }
}

/// Where somebody wants a project to stand in the frameworks, in their order; unsaid where absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanDraft {
    /// The axes.
    pub axes: Option<Vec<Id<Axis>>>,
    /// The actions.
    pub actions: Option<Vec<Id<Action>>>,
}

/// What the PETR writes of a project; its holder never does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PetrPart {
    /// What everybody reads.
    pub note: Option<Prose<5_000>>,
    /// What the staff reads.
    pub internal_note: Option<Prose<5_000>>,
    /// Whom to ask at the PETR.
    pub contact: Option<Contact>,
    /// Whether everybody sees it once it was decided on.
    pub visibility: ProjectVisibility,
}

impl Default for PetrPart {
    fn default() -> Self {
        Self {
            note: None,
            internal_note: None,
            contact: None,
            visibility: ProjectVisibility::Public,
        }
    }
}

/// A project as somebody asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectDraft {
    /// Its holder's own name for it.
    pub reference: Option<Line<100>>,
    /// What it says.
    pub content: ProjectContent,
    /// Its steps, all of them.
    pub steps: Vec<StepDraft>,
    /// Where it stands in the frameworks.
    pub plan: PlanDraft,
    /// What the PETR writes of it; unsaid when absent, as a holder's always is.
    pub petr: Option<PetrPart>,
}

impl Project {
    /// Whether everybody sees it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        let is_decided = match self.state {
            ProjectState::Draft | ProjectState::Submitted | ProjectState::InformationRequested => {
                false
            }
            ProjectState::Accepted
            | ProjectState::Declined
            | ProjectState::InProgress
            | ProjectState::OnHold
            | ProjectState::Completed => true,
            // What was never accepted was never told.
            ProjectState::Abandoned => self.decided_at.is_some(),
        };
        is_decided && self.petr.visibility == ProjectVisibility::Public && self.deleted_at.is_none()
    }

    /// In which view somebody sees it; not at all when absent.
    #[must_use]
    pub fn seen_by(&self, view: View) -> Option<View> {
        if self.deleted_at.is_some() {
            None
        } else if view.sees_all_of(self.organisation) {
            Some(view)
        } else {
            self.is_public().then_some(View::Public)
        }
    }

    /// Since when it waits for the PETR's answer, if it does.
    #[must_use]
    pub fn waiting_since(&self) -> Option<DateTime<Utc>> {
        self.submitted_at
            .filter(|_| self.state == ProjectState::Submitted)
    }

    /// Whether it waits longer than so many days.
    #[must_use]
    pub fn is_overdue(&self, answer_within_days: u32, now: DateTime<Utc>) -> bool {
        let patience = Duration::days(i64::from(answer_within_days));
        self.waiting_since()
            .is_some_and(|since| now - since > patience)
    }
}

/// What happened to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectFact {
    /// It was made, by whom.
    Created(Side),
    /// What it says changed.
    Edited,
    /// It went to another state, by whom.
    Turned(ProjectTransition, Side),
    /// It was taken out of the public view, or kept from it.
    Hidden,
    /// It was let into the public view again.
    Shown,
    /// Its holder turned out to be another one.
    Moved,
}

impl Fact for ProjectFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Created(_) => "project.created",
            Self::Edited => "project.updated",
            Self::Turned(transition, _) => match transition {
                ProjectTransition::Submit => "project.submitted",
                ProjectTransition::RequestInformation => "project.information_requested",
                ProjectTransition::Accept => "project.accepted",
                ProjectTransition::Decline => "project.declined",
                ProjectTransition::Start => "project.started",
                ProjectTransition::Hold => "project.held",
                ProjectTransition::Resume => "project.resumed",
                ProjectTransition::Complete => "project.completed",
                ProjectTransition::Abandon => "project.abandoned",
                ProjectTransition::Delete => "project.deleted",
            },
            Self::Hidden => "project.hidden",
            Self::Shown => "project.shown",
            Self::Moved => "project.moved",
        }
    }

    fn is_told(&self) -> bool {
        match self {
            Self::Edited | Self::Moved => true,
            Self::Turned(transition, _) => *transition != ProjectTransition::Delete,
            // Whoever made it knows; what is hidden or shown is an edit as well.
            Self::Created(_) | Self::Hidden | Self::Shown => false,
        }
    }
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProjectRefusal {
    /// The project's state doesn't allow it.
    #[error("a {} project takes none of this", .state.word())]
    WrongState {
        /// The state it is in.
        state: ProjectState,
        /// What is open from here for whoever asks.
        open: Vec<ProjectTransition>,
    },
    /// In this state nothing is written any more; this is what would open it.
    #[error("a {} project is not written", .state.word())]
    Closed {
        /// The state it is in.
        state: ProjectState,
        /// What is open from here for whoever asks.
        open: Vec<ProjectTransition>,
    },
    /// A rule is broken, at these places.
    #[error(transparent)]
    Broken(#[from] Faults),
}
