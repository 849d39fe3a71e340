//! Involvements as they are received and sent.

use chrono::{DateTime, NaiveDate, Utc};
use domain::citizens::Citizen;
use domain::involvements::{
    Involvement as Stored, InvolvementMistake, InvolvementRole, InvolvementState,
    InvolvementTransition,
};
use persistence::involvements::Involved;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::demo::known;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::vocabulary::{word, words};

/// Somebody who takes part in a project, as the staff records it.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "citizen_id": known::CITIZEN, "role": "volunteer", "since": "2026-10-01" }))]
pub(crate) struct InvolvementInput {
    /// Who.
    pub(super) citizen_id: Uuid,
    /// `volunteer` or `holder`: that they follow or support it, people say by themselves.
    #[schema(schema_with = word::<InvolvementRole>)]
    pub(super) role: InvolvementRole,
    /// Since which day they really do.
    pub(super) since: NaiveDate,
}

/// Since when an offer was taken.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "since": "2026-10-01" }))]
pub(crate) struct InvolvementAcceptInput {
    /// Since which day they really help.
    pub(super) since: NaiveDate,
}

/// In what it was noted wrongly that somebody took part.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "wrong_person" }))]
pub(crate) struct InvolvementWithdrawInput {
    /// What was wrong.
    #[schema(schema_with = word::<InvolvementMistake>)]
    pub(super) reason: InvolvementMistake,
}

/// That somebody follows a project, supports it, helps with it or carries it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000f1", "project_id": "0198c0a0-0000-7000-8000-000000000080",
    "role": "volunteer", "state": "active", "told": true, "since": "2026-10-01",
    "citizen_id": "0198c0a0-0000-7000-8000-0000000000c1", "name": "Camille Renard",
    "email": "camille.renard@courriel.example", "allowed_transitions": ["end", "withdraw"],
    "created_at": "2026-11-28T08:00:00Z", "updated_at": "2026-11-28T08:00:00Z",
    "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Involvement {
    id: Uuid,
    /// With which project.
    project_id: Uuid,
    #[schema(schema_with = word::<InvolvementRole>)]
    role: InvolvementRole,
    #[schema(schema_with = word::<InvolvementState>)]
    state: InvolvementState,
    /// Whether they are written to when it is told how the project goes.
    told: bool,
    /// Since which day they really help, or carry it: it is counted from then.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<NaiveDate>,
    /// What was wrong, where it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<InvolvementMistake>)]
    reason: Option<InvolvementMistake>,
    /// When it was declined, ended or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// Whose it is. This and what follows are for the staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    citizen_id: Option<Uuid>,
    /// What they are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<String>,
    /// What can be done with it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<InvolvementTransition>)]
    allowed_transitions: Option<Vec<InvolvementTransition>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to act on this version only.
    etag: String,
}

/// A page of involvements.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct InvolvementList {
    data: Vec<Involvement>,
    page: Page,
}

impl Involvement {
    /// What the person sees.
    pub(crate) fn own(involvement: &Stored) -> (Self, Tag) {
        Self::without_person(involvement).tagged(involvement, "own")
    }

    /// What the staff sees.
    pub(super) fn of(involved: &Involved) -> (Self, Tag) {
        let (involvement, citizen) = (&involved.involvement, involved.citizen.as_ref());
        let content = citizen.map(|citizen| &citizen.content);
        let email = content.and_then(|content| content.email.as_ref());
        let telephone = content.and_then(|content| content.telephone.as_ref());
        let shown = Self {
            citizen_id: citizen.map(|citizen| citizen.id.uuid()),
            name: content.map(|content| content.name.to_string()),
            email: email.map(|email| email.as_str().to_owned()),
            telephone: telephone.map(|number| number.as_str().to_owned()),
            allowed_transitions: Some(involvement.transitions()),
            ..Self::without_person(involvement)
        };
        shown.tagged(involvement, "staff")
    }

    /// The same of somebody who was just locked.
    pub(super) fn of_citizen(involvement: &Stored, citizen: &Citizen) -> (Self, Tag) {
        Self::of(&Involved {
            involvement: involvement.clone(),
            citizen: Some(citizen.clone()),
        })
    }

    fn without_person(involvement: &Stored) -> Self {
        Self {
            id: involvement.id.uuid(),
            project_id: involvement.project.uuid(),
            role: involvement.role,
            state: involvement.state,
            told: involvement.is_told && involvement.state.is_open(),
            since: involvement.since,
            reason: involvement.mistake,
            ended_at: involvement.ended_at,
            citizen_id: None,
            name: None,
            email: None,
            telephone: None,
            allowed_transitions: None,
            created_at: involvement.created_at,
            updated_at: involvement.updated_at,
            etag: String::new(),
        }
    }

    fn tagged(mut self, involvement: &Stored, view: &str) -> (Self, Tag) {
        let tag = Tag::of_version(involvement.version, view, &to_json(&self));
        self.etag = tag.quoted(None);
        (self, tag)
    }
}
