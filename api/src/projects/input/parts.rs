//! The parts of a project's input that are objects of their own.

use chrono::NaiveDate;
use domain::kernel::{Check, Faults, Id, Line};
use domain::projects::{Effect, MAX_SKILLS, Quantity, Step, StepDraft, StepState, Team};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::vocabulary::word;

/// Whom a project looks for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectTeamInput {
    /// How many volunteers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000)]
    volunteers_sought: Option<u32>,
    /// Who can do what.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 30)]
    skills_sought: Option<Vec<String>>,
}

/// A step of a project.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectStepInput {
    /// Which step of the project is meant; that of this title, or a new one, when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// What is to be done.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_on: Option<NaiveDate>,
    /// How far it is; `planned` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<StepState>)]
    state: Option<StepState>,
}

/// Something that a project is to bring about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectEffectInput {
    /// What.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// How much, with three decimals at most.
    #[schema(minimum = -1_000_000_000_000_i64, maximum = 1_000_000_000_000_i64)]
    quantity: f64,
    /// Of what.
    #[schema(min_length = 1, max_length = 60)]
    unit: String,
}

impl ProjectTeamInput {
    pub(super) fn parse(self) -> Result<Team, Faults> {
        let mut check = Check::new();
        let skills = self.skills_sought.unwrap_or_default();
        let skills = check.texts("/skills_sought", skills, MAX_SKILLS, Line::parse);
        let volunteers_sought = self.volunteers_sought;
        check.done(skills.map(|skills_sought| Team {
            volunteers_sought,
            skills_sought,
        }))
    }

    pub(super) fn of(team: &Team) -> Option<Self> {
        let skills = team.skills_sought.iter().map(ToString::to_string);
        (*team != Team::default()).then(|| Self {
            volunteers_sought: team.volunteers_sought,
            skills_sought: Some(skills.collect()),
        })
    }
}

impl ProjectStepInput {
    pub(super) fn parse(self) -> Result<StepDraft, Faults> {
        let mut check = Check::new();
        let title = check.at("/title", Line::parse(&self.title));
        check.done(title.map(|title| StepDraft {
            id: self.id.map(Id::from_uuid),
            title,
            due_on: self.due_on,
            state: self.state.unwrap_or(StepState::Planned),
        }))
    }

    pub(super) fn of(step: &Step) -> Self {
        Self {
            id: Some(step.id.uuid()),
            title: step.title.to_string(),
            due_on: step.due_on,
            state: Some(step.state),
        }
    }
}

impl ProjectEffectInput {
    pub(super) fn parse(self) -> Result<Effect, Faults> {
        let mut check = Check::new();
        let name = check.at("/name", Line::parse(&self.name));
        let quantity = check.at("/quantity", Quantity::new(self.quantity));
        let unit = check.at("/unit", Line::parse(&self.unit));
        let effect = (|| {
            Some(Effect {
                name: name?,
                quantity: quantity?,
                unit: unit?,
            })
        })();
        check.done(effect)
    }

    pub(super) fn of(effect: &Effect) -> Self {
        Self {
            name: effect.name.to_string(),
            quantity: effect.quantity.number(),
            unit: effect.unit.to_string(),
        }
    }
}
