//! Facts and headcounts as they are received and sent.

use chrono::{DateTime, NaiveDate, Utc};
use domain::events::Audience;
use domain::kernel::{Check, Faults, Id, Prose};
use domain::participations::{
    Headcount as StoredHeadcount, HeadcountContent, Participation as Stored, ParticipationKind,
};
use domain::registrations::AttendanceRole;
use domain::territory::Territory;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::demo::known;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::vocabulary::word;

/// A fact: somebody was there, or people were counted. No name is in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "participation_id": "0198c0a0-0000-7000-8000-0000000000e1", "kind": "attendance", "count": 1,
    "person": "p_3f2a9c1b7d604e58", "occurred_on": "2019-06-20", "role": "citizen",
    "recorded_at": "2019-06-21T08:00:00Z"
}))]
pub(crate) struct Participation {
    participation_id: Uuid,
    #[schema(schema_with = word::<ParticipationKind>)]
    kind: ParticipationKind,
    /// How many people it is.
    count: u32,
    /// Of whom: a pseudonym that is the same within this query, page by page, and means nothing elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// Whether that is somebody who can be reached: they are counted as people.
    #[serde(skip_serializing_if = "Option::is_none")]
    identified: Option<bool>,
    /// On which day, where it took place.
    occurred_on: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence_id: Option<Uuid>,
    /// With which project. Whoever may not know who it is doesn't see it: it is known in the village who carries
    /// what.
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<Uuid>,
    /// As what they took part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<AttendanceRole>)]
    role: Option<AttendanceRole>,
    /// Where they lived then, or where those who were counted are from. Whoever may not know who it is doesn't
    /// see it of one person.
    #[serde(skip_serializing_if = "Option::is_none")]
    commune_code: Option<String>,
    /// Whom was spoken to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<Audience>)]
    audience: Option<Audience>,
    /// Which structure was visited.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_id: Option<Uuid>,
    /// When it was noted.
    recorded_at: DateTime<Utc>,
}

/// A page of facts.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct ParticipationList {
    data: Vec<Participation>,
    page: Page,
}

/// People who were counted without identity.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "count": 27, "audience": "primary_school", "commune_code": "54329",
    "organisation_id": known::PENDING_ORGANISATION, "evidence": "Fiche de la classe, dossier 12"
}))]
pub(crate) struct HeadcountInput {
    /// How many people.
    #[schema(minimum = 1, maximum = 100_000)]
    count: u32,
    /// Whom was spoken to.
    #[schema(schema_with = word::<Audience>)]
    audience: Audience,
    /// Where they are from, by the commune's INSEE code.
    #[schema(min_length = 5, max_length = 5)]
    commune_code: Option<String>,
    /// Which structure was visited.
    organisation_id: Option<Uuid>,
    /// What shows it: a sheet, a letter of the school. No name belongs here.
    #[schema(min_length = 1, max_length = 1000)]
    evidence: Option<String>,
}

/// A headcount at a date.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000e2", "event_id": "01a05b8d-9300-7000-8a36-ed8212f372a7",
    "occurrence_id": "01a05b8d-9300-7001-9dbb-16392dbad21a", "count": 27, "audience": "primary_school",
    "commune_code": "54329", "evidence": "Fiche de la classe, dossier 12",
    "created_at": "2026-11-28T08:00:00Z", "updated_at": "2026-11-28T08:00:00Z",
    "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Headcount {
    id: Uuid,
    event_id: Uuid,
    occurrence_id: Uuid,
    /// How many people.
    count: u32,
    #[schema(schema_with = word::<Audience>)]
    audience: Audience,
    #[serde(skip_serializing_if = "Option::is_none")]
    commune_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_id: Option<Uuid>,
    /// What shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
    /// When it turned out to be wrong: it counts no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    voided_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to act on this version only.
    etag: String,
}

/// A page of headcounts.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct HeadcountList {
    data: Vec<Headcount>,
    page: Page,
}

impl HeadcountInput {
    pub(super) fn parse(self) -> Result<HeadcountContent, Faults> {
        let mut check = Check::new();
        let commune = check.maybe("/commune_code", self.commune_code, |code| {
            Territory::official().code(&code)
        });
        let evidence = check.maybe("/evidence", self.evidence, |text| Prose::parse(&text));
        let (count, audience) = (self.count, self.audience);
        let organisation = self.organisation_id.map(Id::from_uuid);
        let content = commune
            .zip(evidence)
            .map(|(commune, evidence)| HeadcountContent {
                count,
                audience,
                organisation,
                commune,
                evidence,
            });
        check.done(content)
    }
}

impl Headcount {
    pub(super) fn of(headcount: &StoredHeadcount) -> (Self, Tag) {
        let content = &headcount.content;
        let mut shown = Self {
            id: headcount.id.uuid(),
            event_id: headcount.event.uuid(),
            occurrence_id: headcount.occurrence.uuid(),
            count: content.count,
            audience: content.audience,
            commune_code: content.commune.map(|code| code.to_string()),
            organisation_id: content.organisation.map(Id::uuid),
            evidence: content
                .evidence
                .as_ref()
                .map(|text| text.as_str().to_owned()),
            voided_at: headcount.voided_at,
            created_at: headcount.created_at,
            updated_at: headcount.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(headcount.version, "staff", &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

impl Participation {
    /// The fact; `person` is what stands for whom it is of, in this query. Who may not know who it is, is told
    /// nothing of one person but that they were there.
    pub(crate) fn of(fact: &Stored, person: Option<String>, knows_people: bool) -> Self {
        let is_shown = knows_people || fact.person.is_none();
        Self {
            participation_id: fact.id.uuid(),
            kind: fact.kind,
            count: fact.count,
            identified: fact.person.is_some().then_some(fact.is_identified),
            person,
            occurred_on: fact.occurred_on,
            event_id: fact.event.map(Id::uuid),
            occurrence_id: fact.occurrence.map(Id::uuid),
            project_id: fact.project.filter(|_| is_shown).map(Id::uuid),
            role: fact.role,
            commune_code: fact
                .commune
                .filter(|_| is_shown)
                .map(|code| code.to_string()),
            audience: fact.audience,
            organisation_id: fact.organisation.map(Id::uuid),
            recorded_at: fact.recorded_at,
        }
    }
}
