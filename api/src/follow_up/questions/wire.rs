//! The wire types of questions and answers.

use chrono::{DateTime, Utc};
use domain::follow_up::questions::{
    Answer as StoredAnswer, Question as Stored, QuestionContent, QuestionVisibility,
};
use domain::kernel::{Check, Faults, Prose};
use domain::projects::Side;
use persistence::View;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::shapes::{Tombstone, view_name};
use crate::http::vocabulary::word;

/// A question about a project.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "text": "Combien de vélos attendent encore d’être remis en état ?", "visibility": "public"
}))]
pub(crate) struct QuestionInput {
    /// What is asked.
    #[schema(min_length = 1, max_length = 5000)]
    text: String,
    #[schema(schema_with = word::<QuestionVisibility>)]
    visibility: QuestionVisibility,
}

impl QuestionInput {
    pub(super) fn parse(self) -> Result<QuestionContent, Faults> {
        let mut check = Check::new();
        let text = check.at("/text", Prose::parse(&self.text));
        let visibility = self.visibility;
        check.done(text.map(|text| QuestionContent { text, visibility }))
    }

    /// What would have to be sent for it as it is.
    pub(super) fn of(question: &Stored) -> Self {
        Self {
            text: question.content.text.as_str().to_owned(),
            visibility: question.content.visibility,
        }
    }
}

/// An answer to a question.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "Quarante, qui seront prêts au printemps." }))]
pub(crate) struct AnswerInput {
    /// What is answered.
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
}

impl AnswerInput {
    pub(super) fn parse(self) -> Result<Prose<10_000>, Faults> {
        let mut check = Check::new();
        let text = check.at("/text", Prose::parse(&self.text));
        check.done(text)
    }
}

/// A question about a project, with its answers.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000b0",
    "project_id": "0198c0a0-0000-7000-8000-000000000080",
    "text": "Le PETR prête-t-il une salle pour la restitution ?",
    "visibility": "public", "asked_by": "holder",
    "answers": [{
        "id": "0198c0a0-0000-7000-8000-0000000000b1", "at": "2026-11-24T09:00:00Z",
        "by": "petr", "official": true, "text": "Oui, la grande salle, le samedi."
    }],
    "answered_at": "2026-11-24T09:00:00Z",
    "created_at": "2026-11-20T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v2-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Question {
    id: Uuid,
    /// About which project.
    project_id: Uuid,
    /// What is asked.
    text: String,
    #[schema(schema_with = word::<QuestionVisibility>)]
    visibility: QuestionVisibility,
    /// Who asks; the other side is to answer.
    #[schema(schema_with = word::<Side>)]
    asked_by: Side,
    /// What was answered, in order.
    answers: Vec<QuestionAnswer>,
    /// When the side that was asked first answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<DateTime<Utc>>,
    /// Since when it waits for that, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_since: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change or withdraw the question.
    etag: String,
}

/// An answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct QuestionAnswer {
    id: Uuid,
    /// When it was given.
    at: DateTime<Utc>,
    #[schema(schema_with = word::<Side>)]
    by: Side,
    /// Whether it is the PETR's word.
    official: bool,
    /// What it says.
    text: String,
}

/// A page of questions.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct QuestionList {
    data: Vec<QuestionRow>,
    page: Page,
}

/// A question, or what is left of one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum QuestionRow {
    There(Box<Question>),
    Gone(Tombstone),
}

impl Question {
    /// The question as the view sees it, with its tag.
    pub(super) fn of(question: &Stored, view: View) -> (Self, Tag) {
        let mut shown = Self {
            id: question.id.uuid(),
            project_id: question.whose.project.uuid(),
            text: question.content.text.as_str().to_owned(),
            visibility: question.content.visibility,
            asked_by: question.by,
            answers: question.answers.iter().map(QuestionAnswer::of).collect(),
            answered_at: question.answered_at(),
            waiting_since: question.waiting_since(),
            created_at: question.created_at,
            updated_at: question.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(question.version, view_name(view), &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

impl QuestionAnswer {
    fn of(answer: &StoredAnswer) -> Self {
        Self {
            id: answer.id.uuid(),
            at: answer.at,
            by: answer.by,
            official: answer.is_official(),
            text: answer.text.as_str().to_owned(),
        }
    }
}
