//! Restrictions and objections as they are sent and shown.

use chrono::{DateTime, NaiveDate, Utc};
use domain::citizens::{Citizen, Pseudonym};
use domain::kernel::{Check, Faults, Id, Prose};
use domain::rights::{
    Objection as StoredObjection, ObjectionState, Processing, Restriction as StoredRestriction,
    RestrictionCause,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::vocabulary::word;

/// Why somebody's data are restricted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "La personne conteste sa commune : à vérifier." }))]
pub(crate) struct RestrictionInput {
    /// What led to it. It is kept sealed, and stands in no trail.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Why one wants one's data to be restricted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "Mon adresse est fausse." }))]
pub(crate) struct RestrictionOwnInput {
    /// Why, if one wants to say so.
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
}

/// Why a restriction is lifted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "La commune est corrigée.", "told_on": "2020-01-15" }))]
pub(crate) struct RestrictionLiftInput {
    /// Why: the person is written it.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
    /// On which day they were told that it will be lifted: before, as the GDPR asks (article 18, 3).
    told_on: NaiveDate,
}

/// What restricts somebody's data, or did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000e1", "because": "asked", "reason": "My address is wrong.",
    "begun_at": "2026-12-02T08:00:00Z"
}))]
pub(crate) struct Restriction {
    id: Uuid,
    #[schema(schema_with = word::<RestrictionCause>)]
    because: RestrictionCause,
    /// By which objection.
    #[serde(skip_serializing_if = "Option::is_none")]
    objection_id: Option<Uuid>,
    /// What was said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    begun_at: DateTime<Utc>,
    /// On which day they were told that it would be lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    told_on: Option<NaiveDate>,
    /// Why it was lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifted_because: Option<String>,
    /// Until when it was; absent as long as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
}

/// All that restricts somebody's data, or did.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [] }))]
pub(crate) struct Restrictions {
    /// Who began first before the others.
    pub(super) data: Vec<Restriction>,
}

/// To what one objects.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "processing": "participations", "grounds": "Ma situation est particulière." }))]
pub(crate) struct ObjectionInput {
    /// One of those whose `legal_basis` is `public_interest` in `GET /v1/processing-activities`.
    #[schema(schema_with = word::<Processing>)]
    processing: Processing,
    /// The grounds relating to one's situation. They are kept sealed, and stand in no trail.
    #[schema(min_length = 1, max_length = 2000)]
    grounds: String,
}

/// What somebody who objects is answered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "Le compte ne porte aucun nom : il est dû au financeur." }))]
pub(crate) struct ObjectionAnswerInput {
    /// Why: the person is written it.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// An objection, and what it was answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000e2", "citizen_id": "0198c0a0-0000-7000-8000-0000000000c1",
    "processing": "participations", "state": "pending", "grounds": "My situation is particular.",
    "due_at": "2027-01-02T08:00:00Z", "late": false, "created_at": "2026-12-02T08:00:00Z",
    "updated_at": "2026-12-02T08:00:00Z", "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Objection {
    id: Uuid,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    citizen_id: Option<Uuid>,
    #[schema(schema_with = word::<Processing>)]
    processing: Processing,
    #[schema(schema_with = word::<ObjectionState>)]
    state: ObjectionState,
    /// Why, in their words.
    #[serde(skip_serializing_if = "Option::is_none")]
    grounds: Option<String>,
    /// What they were answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Until when it is to be answered: a month (GDPR, article 12, 3).
    due_at: DateTime<Utc>,
    /// Whether that is over, and nothing was answered.
    late: bool,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to answer what was read.
    etag: String,
}

/// A page of objections.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct ObjectionList {
    data: Vec<Objection>,
    page: Page,
}

/// All that one objected to.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [] }))]
pub(crate) struct Objections {
    /// What came first before the others.
    pub(crate) data: Vec<Objection>,
}

impl RestrictionInput {
    pub(super) fn parse(self) -> Result<Prose<2000>, Faults> {
        reason(&self.reason)
    }
}

impl RestrictionOwnInput {
    pub(crate) fn parse(self) -> Result<Option<Prose<2000>>, Faults> {
        let mut check = Check::new();
        let reason = check.maybe("/reason", self.reason, |text| Prose::parse(&text));
        check.done(reason)
    }
}

impl RestrictionLiftInput {
    pub(super) fn parse(self) -> Result<(NaiveDate, Prose<2000>), Faults> {
        Ok((self.told_on, reason(&self.reason)?))
    }
}

impl ObjectionInput {
    pub(crate) fn parse(self) -> Result<(Processing, Prose<2000>), Faults> {
        let mut check = Check::new();
        let grounds = check.at("/grounds", Prose::parse(&self.grounds));
        check.done(grounds.map(|grounds| (self.processing, grounds)))
    }
}

impl ObjectionAnswerInput {
    pub(super) fn parse(self) -> Result<Prose<2000>, Faults> {
        reason(&self.reason)
    }
}

fn reason(text: &str) -> Result<Prose<2000>, Faults> {
    let mut check = Check::new();
    let reason = check.at("/reason", Prose::parse(text));
    check.done(reason)
}

fn text(prose: Option<&Prose<2000>>) -> Option<String> {
    prose.map(|text| text.as_str().to_owned())
}

impl Restriction {
    pub(crate) fn of(restriction: &StoredRestriction) -> Self {
        Self {
            id: restriction.id.uuid(),
            because: restriction.because,
            objection_id: restriction.objection.map(Id::uuid),
            reason: text(restriction.reason.as_ref()),
            begun_at: restriction.begun_at,
            told_on: restriction.told_on,
            lifted_because: text(restriction.lifted_because.as_ref()),
            ended_at: restriction.ended_at,
        }
    }
}

/// Who sees an objection, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// `own` or `staff`.
    pub(crate) view: &'static str,
    /// Whose it is.
    pub(crate) citizen: Option<Id<Citizen>>,
    pub(crate) now: DateTime<Utc>,
}

impl Objection {
    pub(crate) fn of(objection: &StoredObjection, seen: Seen) -> (Self, Tag) {
        let mut shown = Self {
            id: objection.id.uuid(),
            citizen_id: seen.citizen.map(Id::uuid),
            processing: objection.processing,
            state: objection.state,
            grounds: text(objection.grounds.as_ref()),
            answer: text(objection.answer.as_ref()),
            due_at: objection.due_at,
            late: objection.is_late(seen.now),
            answered_at: objection.answered_at,
            created_at: objection.created_at,
            updated_at: objection.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(objection.version, seen.view, &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

/// Where an objection is.
pub(crate) fn path_of(id: Id<StoredObjection>) -> String {
    format!("/v1/objections/{id}")
}

/// Whose something is, in the audit trail.
pub(super) fn subject(person: Id<Pseudonym>) -> Option<Uuid> {
    Some(person.uuid())
}
