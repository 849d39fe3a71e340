//! The state machine: what is open from a state, for whom, and what may be written in it.

use super::{ProjectState, ProjectTransition, Side};

/// What whoever asks may do with a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Where they stand.
    pub side: Side,
    /// Whether they write it: its holder, and those of the staff who write for holders.
    pub writes: bool,
    /// Whether they decide on it.
    pub decides: bool,
}

/// What may be written of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Editable {
    /// All that its holder writes.
    Everything,
    /// Its steps, its team and its days.
    Progress,
    /// Nothing; the PETR's part may be.
    Nothing,
}

impl ProjectState {
    /// What may be written in this state.
    #[must_use]
    pub fn editable(self) -> Editable {
        match self {
            Self::Draft | Self::InformationRequested => Editable::Everything,
            Self::Accepted | Self::InProgress | Self::OnHold => Editable::Progress,
            Self::Submitted | Self::Declined | Self::Completed | Self::Abandoned => {
                Editable::Nothing
            }
        }
    }

    /// What can be done with a project from this state, and what it is then; deleted it is nothing.
    pub(super) fn steps(self) -> &'static [(ProjectTransition, Option<ProjectState>)] {
        use ProjectTransition::{
            Abandon, Accept, Complete, Decline, Delete, Hold, RequestInformation, Resume, Start,
            Submit,
        };
        match self {
            Self::Draft => &[(Submit, Some(Self::Submitted)), (Delete, None)],
            Self::Submitted => &[
                (RequestInformation, Some(Self::InformationRequested)),
                (Accept, Some(Self::Accepted)),
                (Decline, Some(Self::Declined)),
                (Abandon, Some(Self::Abandoned)),
            ],
            Self::InformationRequested => &[
                (Submit, Some(Self::Submitted)),
                (Abandon, Some(Self::Abandoned)),
            ],
            Self::Accepted => &[
                (Start, Some(Self::InProgress)),
                (Abandon, Some(Self::Abandoned)),
            ],
            Self::InProgress => &[
                (Hold, Some(Self::OnHold)),
                (Complete, Some(Self::Completed)),
                (Abandon, Some(Self::Abandoned)),
            ],
            Self::OnHold => &[
                (Resume, Some(Self::InProgress)),
                (Complete, Some(Self::Completed)),
                (Abandon, Some(Self::Abandoned)),
            ],
            Self::Declined | Self::Completed | Self::Abandoned => &[],
        }
    }
}

impl ProjectTransition {
    /// Whether it is the PETR's to decide.
    #[must_use]
    pub fn is_decision(self) -> bool {
        matches!(
            self,
            Self::RequestInformation | Self::Accept | Self::Decline
        )
    }

    /// Whether it must say why.
    #[must_use]
    pub fn needs_reason(self) -> bool {
        matches!(
            self,
            Self::RequestInformation | Self::Decline | Self::Hold | Self::Abandon
        )
    }
}

/// What is open for a project in that state, for whoever has these rights.
#[must_use]
pub fn allowed_transitions(state: ProjectState, rights: Rights) -> Vec<ProjectTransition> {
    let may = |transition: &ProjectTransition| match transition.is_decision() {
        true => rights.decides,
        false => rights.writes,
    };
    let open = state.steps().iter().map(|(transition, _)| *transition);
    open.filter(may).collect()
}
