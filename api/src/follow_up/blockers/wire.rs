//! The wire types of blockers.

use chrono::{DateTime, NaiveDate, Utc};
use domain::follow_up::blockers::{
    Blocker as Stored, BlockerContent, BlockerState, Interlocutor, InterlocutorKind, Owner,
};
use domain::kernel::{Check, FaultCode, Faults, Line, Prose, day_of};
use domain::projects::{Project, Side};
use persistence::View;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::shapes::{Contact, ContactInput, Tombstone, view_name};
use crate::http::vocabulary::word;

/// What stands in a project's way.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "Permis de construire en attente",
    "description": "Le dossier est complet ; l’avis de l’architecte des bâtiments de France manque.",
    "owner": { "side": "petr", "role": "Référent énergie" },
    "interlocutor": { "kind": "state_service", "name": "DDT de Meurthe-et-Moselle" }
}))]
pub(crate) struct BlockerInput {
    /// In a few words.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 5000)]
    description: Option<String>,
    owner: BlockerOwnerInput,
    #[serde(skip_serializing_if = "Option::is_none")]
    interlocutor: Option<BlockerInterlocutorInput>,
    /// Since which day it stands in the way; today when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_on: Option<NaiveDate>,
    /// What the staff notes for itself; only the staff writes and reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 5000)]
    internal_note: Option<String>,
}

/// Who is to clear it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockerOwnerInput {
    #[schema(schema_with = word::<Side>)]
    side: Side,
    /// In which role, never a person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 120)]
    role: Option<String>,
}

/// The structure with which it is to be cleared.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockerInterlocutorInput {
    #[schema(schema_with = word::<InterlocutorKind>)]
    kind: InterlocutorKind,
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactInput>,
}

/// What is sent of a blocker, parsed.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    title: Line<200>,
    description: Option<Prose<5_000>>,
    owner: Owner,
    interlocutor: Option<Interlocutor>,
    opened_on: Option<NaiveDate>,
    internal_note: Option<Prose<5_000>>,
}

impl Parsed {
    /// What the blocker says, and what the staff notes of it, when nothing is said of the day: that of the
    /// writing.
    pub(super) fn on(self, now: DateTime<Utc>) -> (BlockerContent, Option<Prose<5_000>>) {
        let content = BlockerContent {
            title: self.title,
            description: self.description,
            owner: self.owner,
            interlocutor: self.interlocutor,
            opened_on: self.opened_on.unwrap_or_else(|| day_of(now)),
        };
        (content, self.internal_note)
    }
}

impl BlockerInput {
    /// What `side` sends; what isn't theirs to write is a fault.
    pub(super) fn parse(self, side: Side) -> Result<Parsed, Faults> {
        let mut check = Check::new();
        let title = check.at("/title", Line::parse(&self.title));
        let description = self.description;
        let description = check.maybe("/description", description, |text| Prose::parse(&text));
        let owner = check.within("/owner", self.owner.parse());
        let interlocutor = self.interlocutor;
        let parse = BlockerInterlocutorInput::parse;
        let interlocutor = check.maybe_within("/interlocutor", interlocutor, parse);
        if side == Side::Holder && self.internal_note.is_some() {
            check.fault("/internal_note", FaultCode::PetrOnly);
        }
        let note = self.internal_note;
        let note = check.maybe("/internal_note", note, |text| Prose::parse(&text));
        let parsed = (|| {
            Some(Parsed {
                title: title?,
                description: description?,
                owner: owner?,
                interlocutor: interlocutor?,
                opened_on: self.opened_on,
                internal_note: note?,
            })
        })();
        check.done(parsed)
    }

    /// What would have to be sent for it as it is.
    pub(super) fn of(blocker: &Stored, side: Side) -> Self {
        let content = &blocker.content;
        let said = |text: &Prose<5_000>| text.as_str().to_owned();
        let note = blocker.internal_note.as_ref();
        let interlocutor = |one: &Interlocutor| BlockerInterlocutorInput {
            kind: one.kind,
            name: one.name.to_string(),
            contact: one.contact.as_ref().map(ContactInput::of),
        };
        Self {
            title: content.title.to_string(),
            description: content.description.as_ref().map(said),
            owner: BlockerOwnerInput {
                side: content.owner.side,
                role: content.owner.role.as_ref().map(ToString::to_string),
            },
            interlocutor: content.interlocutor.as_ref().map(interlocutor),
            opened_on: Some(content.opened_on),
            internal_note: note.filter(|_| side == Side::Petr).map(said),
        }
    }
}

impl BlockerOwnerInput {
    fn parse(self) -> Result<Owner, Faults> {
        let mut check = Check::new();
        let role = check.maybe("/role", self.role, |text| Line::parse(&text));
        let side = self.side;
        check.done(role.map(|role| Owner { side, role }))
    }
}

impl BlockerInterlocutorInput {
    fn parse(self) -> Result<Interlocutor, Faults> {
        let mut check = Check::new();
        let name = check.at("/name", Line::parse(&self.name));
        let contact = check.maybe_within("/contact", self.contact, ContactInput::parse);
        let interlocutor = (|| {
            Some(Interlocutor {
                kind: self.kind,
                name: name?,
                contact: contact?,
            })
        })();
        check.done(interlocutor)
    }
}

/// How a blocker was cleared.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "resolution": "La DDT a donné son accord." }))]
pub(crate) struct BlockerResolutionInput {
    /// How.
    #[schema(min_length = 1, max_length = 2000)]
    resolution: String,
    /// On which day; today when absent.
    resolved_on: Option<NaiveDate>,
}

impl BlockerResolutionInput {
    pub(super) fn parse(self) -> Result<(Prose<2_000>, Option<NaiveDate>), Faults> {
        let mut check = Check::new();
        let text = check.at("/resolution", Prose::parse(&self.resolution));
        check.done(text.map(|text| (text, self.resolved_on)))
    }
}

/// Why a blocker is in the way again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "L’accord portait sur une autre parcelle." }))]
pub(crate) struct BlockerReopeningInput {
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

impl BlockerReopeningInput {
    pub(super) fn parse(self) -> Result<Prose<1000>, Faults> {
        let mut check = Check::new();
        let reason = check.at("/reason", Prose::parse(&self.reason));
        check.done(reason)
    }
}

/// What stands or stood in a project's way.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000c0",
    "project_id": "0198c0a0-0000-7000-8000-000000000080",
    "project_title": "Une recyclerie mobile pour les villages",
    "organisation_id": "0198c0a0-0000-7000-8000-000000000060",
    "title": "Permis de construire en attente",
    "owner": { "side": "petr", "role": "Référent énergie" },
    "interlocutor": { "kind": "state_service", "name": "DDT de Meurthe-et-Moselle" },
    "opened_on": "2026-11-10", "state": "open", "age_days": 14,
    "created_at": "2026-11-10T09:00:00Z", "updated_at": "2026-11-10T09:00:00Z",
    "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Blocker {
    id: Uuid,
    /// In the way of which project.
    project_id: Uuid,
    /// What that project is called.
    project_title: String,
    /// Whoever carries that project.
    organisation_id: Uuid,
    /// In a few words.
    title: String,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    owner: BlockerOwner,
    #[serde(skip_serializing_if = "Option::is_none")]
    interlocutor: Option<BlockerInterlocutor>,
    /// Since which day.
    opened_on: NaiveDate,
    #[schema(schema_with = word::<BlockerState>)]
    state: BlockerState,
    /// How it was cleared.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<String>,
    /// On which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved_on: Option<NaiveDate>,
    /// Why it was opened again, the last time that it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    reopening_reason: Option<String>,
    /// For how many days it stands in the way, or stood there.
    #[schema(minimum = 0)]
    age_days: i64,
    /// What only the staff reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_note: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the blocker.
    etag: String,
}

/// Who is to clear it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BlockerOwner {
    #[schema(schema_with = word::<Side>)]
    side: Side,
    /// In which role.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

/// The structure with which it is to be cleared.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BlockerInterlocutor {
    #[schema(schema_with = word::<InterlocutorKind>)]
    kind: InterlocutorKind,
    /// What it is called.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
}

/// A page of blockers.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct BlockerList {
    data: Vec<BlockerRow>,
    page: Page,
}

/// A blocker, or what is left of one that no filter keeps.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum BlockerRow {
    There(Box<Blocker>),
    Gone(Tombstone),
}

impl Blocker {
    /// The blocker as the view sees it at a moment, with its tag.
    pub(super) fn of(
        blocker: &Stored,
        project: &Project,
        view: View,
        now: DateTime<Utc>,
    ) -> (Self, Tag) {
        let content = &blocker.content;
        let said = |text: &Prose<5_000>| text.as_str().to_owned();
        let resolution = blocker.resolution.as_ref();
        let because = blocker.reopened_because.as_ref();
        let note = blocker.internal_note.as_ref();
        let interlocutor = |one: &Interlocutor| BlockerInterlocutor {
            kind: one.kind,
            name: one.name.to_string(),
            contact: one.contact.as_ref().map(Contact::of),
        };
        let mut shown = Self {
            id: blocker.id.uuid(),
            project_id: project.id.uuid(),
            project_title: project.content.title.to_string(),
            organisation_id: project.organisation.uuid(),
            title: content.title.to_string(),
            description: content.description.as_ref().map(said),
            owner: BlockerOwner {
                side: content.owner.side,
                role: content.owner.role.as_ref().map(ToString::to_string),
            },
            interlocutor: content.interlocutor.as_ref().map(interlocutor),
            opened_on: content.opened_on,
            state: blocker.state,
            resolution: resolution.map(|one| one.text.as_str().to_owned()),
            resolved_on: resolution.map(|one| one.on),
            reopening_reason: because.map(|text| text.as_str().to_owned()),
            age_days: blocker.age_days(now),
            internal_note: note.filter(|_| view == View::Staff).map(said),
            created_at: blocker.created_at,
            updated_at: blocker.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(blocker.version, view_name(view), &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}
