//! Frameworks as they are received and sent.

use chrono::{DateTime, NaiveDate, Utc};
use domain::frameworks::{
    ActionDraft, AxisDraft, Framework as Stored, FrameworkAbout, FrameworkDraft,
};
use domain::kernel::{Check, Faults, Id, Line, Prose, Slug};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;

/// A framework as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "code": "pat",
    "name": "Projet alimentaire territorial",
    "starts_on": "2020-01-01",
    "axes": [{
        "code": "1", "name": "Manger local",
        "actions": [{ "code": "1.1", "name": "Approvisionner les cantines" }]
    }]
}))]
pub(crate) struct FrameworkInput {
    /// Its short name, of lower-case words joined by hyphens; no other framework has it.
    #[schema(min_length = 1, max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    code: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 5000)]
    description: Option<String>,
    /// Its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_on: Option<NaiveDate>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<NaiveDate>,
    /// Its axes, all of them, in their order. One that projects name is not removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    axes: Option<Vec<PlanAxisInput>>,
}

/// An axis as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanAxisInput {
    /// Which axis of the framework is meant; that of this code, or a new one, when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// Its number or short name; no other axis of the framework has it.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 300)]
    name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 5000)]
    description: Option<String>,
    /// Its actions, all of them, in their order. One that projects name is not removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 200)]
    actions: Option<Vec<PlanActionInput>>,
}

/// An action as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanActionInput {
    /// Which action of the axis is meant; that of this code, or a new one, when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// Its number or short name; no other action of the axis has it.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 300)]
    name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 5000)]
    description: Option<String>,
}

/// A plan that projects are part of.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000070", "code": "pcaet",
    "name": "Plan climat-air-énergie territorial", "starts_on": "2018-01-01",
    "axes": [{
        "id": "0198c0a0-0000-7000-8000-000000000071", "code": "1", "name": "Se déplacer autrement",
        "actions": [{
            "id": "0198c0a0-0000-7000-8000-000000000072", "code": "1.1", "name": "Développer le vélo"
        }]
    }],
    "created_at": "2026-11-24T08:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v2-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Framework {
    id: Uuid,
    /// Its short name.
    code: String,
    /// What it is called.
    name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_on: Option<NaiveDate>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<NaiveDate>,
    /// Its axes, in their order.
    axes: Vec<PlanAxis>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the framework.
    etag: String,
}

/// An axis of a framework.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanAxis {
    /// Projects name it in `axis_ids`.
    id: Uuid,
    /// Its number or short name.
    code: String,
    /// What it is called.
    name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Its actions, in their order.
    actions: Vec<PlanAction>,
}

/// An action of an axis.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanAction {
    /// Projects name it in `action_ids`.
    id: Uuid,
    /// Its number or short name.
    code: String,
    /// What it is called.
    name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

/// A page of frameworks.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct FrameworkList {
    data: Vec<Framework>,
    page: Page,
}

impl FrameworkInput {
    /// What would have to be sent for the framework as it is.
    pub(super) fn of(framework: &Stored) -> Self {
        let about = &framework.about;
        let action = |action: &domain::frameworks::Action| PlanActionInput {
            id: Some(action.id.uuid()),
            code: action.code.to_string(),
            name: action.name.to_string(),
            description: said(action.description.as_ref()),
        };
        let axis = |axis: &domain::frameworks::Axis| PlanAxisInput {
            id: Some(axis.id.uuid()),
            code: axis.code.to_string(),
            name: axis.name.to_string(),
            description: said(axis.description.as_ref()),
            actions: Some(axis.actions.iter().map(action).collect()),
        };
        Self {
            code: about.code.as_str().to_owned(),
            name: about.name.to_string(),
            description: said(about.description.as_ref()),
            starts_on: about.starts_on,
            ends_on: about.ends_on,
            axes: Some(framework.axes.iter().map(axis).collect()),
        }
    }

    pub(super) fn parse(self) -> Result<FrameworkDraft, Faults> {
        let mut check = Check::new();
        let code = check.at("/code", Slug::parse(&self.code));
        let name = check.at("/name", Line::parse(&self.name));
        let description = check.maybe("/description", self.description, |text| Prose::parse(&text));
        let axes = self.axes.unwrap_or_default();
        let axes = check.each("/axes", axes, Stored::MAX_AXES, PlanAxisInput::parse);
        let (starts_on, ends_on) = (self.starts_on, self.ends_on);
        let draft = (|| {
            Some(FrameworkDraft {
                about: FrameworkAbout {
                    code: code?,
                    name: name?,
                    description: description?,
                    starts_on,
                    ends_on,
                },
                axes: axes?,
            })
        })();
        check.done(draft)
    }
}

impl PlanAxisInput {
    fn parse(self) -> Result<AxisDraft, Faults> {
        let mut check = Check::new();
        let code = check.at("/code", Line::parse(&self.code));
        let name = check.at("/name", Line::parse(&self.name));
        let description = check.maybe("/description", self.description, |text| Prose::parse(&text));
        let actions = self.actions.unwrap_or_default();
        let most = Stored::MAX_ACTIONS;
        let actions = check.each("/actions", actions, most, PlanActionInput::parse);
        let id = self.id.map(Id::from_uuid);
        let draft = (|| {
            Some(AxisDraft {
                id,
                code: code?,
                name: name?,
                description: description?,
                actions: actions?,
            })
        })();
        check.done(draft)
    }
}

impl PlanActionInput {
    fn parse(self) -> Result<ActionDraft, Faults> {
        let mut check = Check::new();
        let code = check.at("/code", Line::parse(&self.code));
        let name = check.at("/name", Line::parse(&self.name));
        let description = check.maybe("/description", self.description, |text| Prose::parse(&text));
        let id = self.id.map(Id::from_uuid);
        let draft = (|| {
            Some(ActionDraft {
                id,
                code: code?,
                name: name?,
                description: description?,
            })
        })();
        check.done(draft)
    }
}

impl Framework {
    /// The framework, with its tag.
    pub(super) fn of(framework: &Stored) -> (Self, Tag) {
        let about = &framework.about;
        let action = |action: &domain::frameworks::Action| PlanAction {
            id: action.id.uuid(),
            code: action.code.to_string(),
            name: action.name.to_string(),
            description: said(action.description.as_ref()),
        };
        let axis = |axis: &domain::frameworks::Axis| PlanAxis {
            id: axis.id.uuid(),
            code: axis.code.to_string(),
            name: axis.name.to_string(),
            description: said(axis.description.as_ref()),
            actions: axis.actions.iter().map(action).collect(),
        };
        let mut shown = Self {
            id: framework.id.uuid(),
            code: about.code.as_str().to_owned(),
            name: about.name.to_string(),
            description: said(about.description.as_ref()),
            starts_on: about.starts_on,
            ends_on: about.ends_on,
            axes: framework.axes.iter().map(axis).collect(),
            created_at: framework.created_at,
            updated_at: framework.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(framework.version, "public", &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

fn said<const MAX: usize>(text: Option<&Prose<MAX>>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}
