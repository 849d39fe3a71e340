//! Projects: what their holders write, what the PETR decides, and how they go from a draft to their end.
//! Uses `events`, `frameworks`, `kernel`, `organisations` and `territory`.

mod content;
mod decide;
mod edit;
mod project;
mod states;
#[cfg(test)]
mod tests;
mod timeline;
mod vocabulary;

pub use content::{
    Effect, MAX_COMMUNES, MAX_EFFECTS, MAX_EVENTS, MAX_PLAN_PARTS, MAX_SKILLS, MAX_STEPS,
    ProjectContent, Quantity, Team,
};
pub use decide::{create, delete, move_to, submit, turn};
pub use edit::edit;
pub use project::{
    PetrPart, Plan, PlanDraft, Project, ProjectDraft, ProjectFact, ProjectRefusal, Step, StepDraft,
};
pub use states::{Editable, Rights, allowed_transitions};
pub use timeline::{TimelineEntry, entry_of};
pub use vocabulary::{
    ProjectState, ProjectTransition, ProjectVisibility, Side, StepState, Theme, TimelineKind,
};
