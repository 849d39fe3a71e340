//! The wire types of funding plans.

use chrono::{DateTime, NaiveDate, Utc};
use domain::follow_up::funding::{Funding as Stored, FundingContent, FundingState, Part};
use domain::kernel::{Check, FaultCode, Faults, Line, Prose, Vocabulary};
use domain::projects::Side;
use persistence::View;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::shapes::{Tombstone, view_name};
use crate::http::vocabulary::word;
use crate::projects::FundingTotals;

/// A line of a funding plan.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "source": "Département de Meurthe-et-Moselle", "scheme": "Appel à projets Transitions",
    "sought_cents": 300_000, "state": "planned"
}))]
pub(crate) struct FundingInput {
    /// Who is asked: the structure's name.
    #[schema(min_length = 1, max_length = 200)]
    source: String,
    /// Under which scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    scheme: Option<String>,
    /// For how much, in cents.
    #[schema(minimum = 0, maximum = 100_000_000_000_i64)]
    sought_cents: i64,
    /// What was granted, in cents; all that was sought when absent and `granted`, needed when `partly_granted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100_000_000_000_i64)]
    granted_cents: Option<i64>,
    #[schema(schema_with = word::<FundingState>)]
    state: FundingState,
    /// The day of the decision, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_on: Option<NaiveDate>,
    /// What everybody reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    note: Option<String>,
    /// What the staff notes for itself; only the staff writes and reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    internal_note: Option<String>,
}

impl FundingInput {
    /// What `side` sends, and what it notes for itself; what isn't theirs to write is a fault.
    pub(super) fn parse(
        self,
        side: Side,
    ) -> Result<(FundingContent, Option<Prose<2_000>>), Faults> {
        let mut check = Check::new();
        let source = check.at("/source", Line::parse(&self.source));
        let scheme = check.maybe("/scheme", self.scheme, |text| Line::parse(&text));
        let part = Part::new(
            self.sought_cents,
            self.granted_cents,
            self.state,
            self.decided_on,
        );
        let part = check.within("", part);
        let note = check.maybe("/note", self.note, |text| Prose::parse(&text));
        if side == Side::Holder && self.internal_note.is_some() {
            check.fault("/internal_note", FaultCode::PetrOnly);
        }
        let internal = self.internal_note;
        let internal = check.maybe("/internal_note", internal, |text| Prose::parse(&text));
        let parsed = (|| {
            let content = FundingContent {
                source: source?,
                scheme: scheme?,
                part: part?,
                note: note?,
            };
            Some((content, internal?))
        })();
        check.done(parsed)
    }

    /// What would have to be sent for it as it is; without what another state, which the patch says, makes
    /// wrong.
    pub(super) fn before(line: &Stored, side: Side, patch: &Value) -> Self {
        let mut input = Self::of(line, side);
        let wanted = patch["state"].as_str().map(FundingState::parse);
        if let Some(Ok(wanted)) = wanted
            && wanted != input.state
        {
            input.granted_cents = None;
            input.decided_on = input.decided_on.filter(|_| wanted.is_decided());
        }
        input
    }

    fn of(line: &Stored, side: Side) -> Self {
        let content = &line.content;
        let part = content.part;
        let said = |text: &Prose<2_000>| text.as_str().to_owned();
        let internal = line.internal_note.as_ref();
        Self {
            source: content.source.to_string(),
            scheme: content.scheme.as_ref().map(ToString::to_string),
            sought_cents: part.sought_cents(),
            granted_cents: Some(part.granted_cents()),
            state: part.state(),
            decided_on: part.decided_on(),
            note: content.note.as_ref().map(said),
            internal_note: internal.filter(|_| side == Side::Petr).map(said),
        }
    }
}

/// A line of a funding plan: who was asked for how much, and what came of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000d0",
    "project_id": "0198c0a0-0000-7000-8000-000000000080",
    "source": "Région Grand Est", "scheme": "Climaxion",
    "sought_cents": 1500000, "granted_cents": 1200000,
    "state": "partly_granted", "decided_on": "2026-10-15", "by": "petr",
    "created_at": "2026-06-01T09:00:00Z", "updated_at": "2026-10-16T09:00:00Z",
    "etag": "\"v2-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Funding {
    id: Uuid,
    /// Of which project.
    project_id: Uuid,
    /// Who is asked.
    source: String,
    /// Under which scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<String>,
    /// For how much, in cents.
    #[schema(minimum = 0)]
    sought_cents: i64,
    /// What was granted, in cents.
    #[schema(minimum = 0)]
    granted_cents: i64,
    #[schema(schema_with = word::<FundingState>)]
    state: FundingState,
    /// The day of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_on: Option<NaiveDate>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What only the staff reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_note: Option<String>,
    /// Who said what it says; what the PETR says, a holder doesn't change.
    #[schema(schema_with = word::<Side>)]
    by: Side,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change or remove the line.
    etag: String,
}

/// A page of a funding plan.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "data": [], "page": { "limit": 50 },
    "totals": {
        "budget_cents": 4500000, "sought_cents": 1500000, "granted_cents": 1200000,
        "refused_cents": 300000, "to_find_cents": 3300000
    }
}))]
pub(crate) struct FundingList {
    data: Vec<FundingRow>,
    page: Page,
    totals: FundingTotals,
}

/// What a page of a funding plan says besides its lines.
#[derive(Serialize)]
pub(super) struct WithTotals {
    pub(super) totals: FundingTotals,
}

/// A line of a funding plan, or what is left of one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum FundingRow {
    There(Box<Funding>),
    Gone(Tombstone),
}

impl Funding {
    /// The line as the view sees it, with its tag.
    pub(super) fn of(line: &Stored, view: View) -> (Self, Tag) {
        let content = &line.content;
        let part = content.part;
        let said = |text: &Prose<2_000>| text.as_str().to_owned();
        let internal = line.internal_note.as_ref();
        let mut shown = Self {
            id: line.id.uuid(),
            project_id: line.whose.project.uuid(),
            source: content.source.to_string(),
            scheme: content.scheme.as_ref().map(ToString::to_string),
            sought_cents: part.sought_cents(),
            granted_cents: part.granted_cents(),
            state: part.state(),
            decided_on: part.decided_on(),
            note: content.note.as_ref().map(said),
            internal_note: internal.filter(|_| view == View::Staff).map(said),
            by: line.by,
            created_at: line.created_at,
            updated_at: line.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(line.version, view_name(view), &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}
