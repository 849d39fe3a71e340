//! Projects as they are shown.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::events::Audience;
use domain::follow_up::funding::Totals;
use domain::kernel::{Id, InseeCode, Line, MailLanguage};
use domain::projects::{
    Project as Stored, ProjectState, ProjectTransition, ProjectVisibility, Rights, StepState,
    Theme, allowed_transitions,
};
use domain::territory::Territory;
use persistence::View;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::funding::FundingTotals;
use super::input::said;
use super::who::{Who, view_of};
use crate::http::Request;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::markdown;
use crate::http::page::Page;
use crate::http::shapes::{Contact, Tombstone, view_name};
use crate::http::vocabulary::{word, words};

/// A project.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000080",
    "slug": "une-recyclerie-mobile-pour-les-villages",
    "title": "Une recyclerie mobile pour les villages",
    "organisation_id": "0198c0a0-0000-7000-8000-000000000060",
    "organisation_name": "Les Ateliers du vélo",
    "state": "accepted",
    "summary": "Un camion passe chaque mois dans douze villages.",
    "theme": "circular_economy",
    "axis_ids": [], "action_ids": [],
    "commune_codes": ["54329"],
    "communes": [{ "code": "54329", "name": "Lunéville" }],
    "audiences": ["general_public"],
    "team": { "volunteers_sought": 8, "skills_sought": ["mécanique"] },
    "starts_on": "2050-03-01",
    "steps": [{
        "id": "0198c0a0-0000-7000-8000-000000000081", "title": "Trouver le camion",
        "due_on": "2050-04-30", "state": "planned"
    }],
    "expected_effects": [{ "name": "Déchets évités", "quantity": 12.5, "unit": "tonnes par an" }],
    "budget_cents": 4500000,
    "funding": {
        "budget_cents": 4500000, "sought_cents": 1500000, "granted_cents": 1200000,
        "refused_cents": 300000, "to_find_cents": 3300000
    },
    "contact": { "role": "Coordination", "email": "contact@velo.example" },
    "came_from_event_ids": [], "organised_event_ids": [],
    "note": "Un projet attendu.",
    "submitted_at": "2026-11-20T09:00:00Z", "decided_at": "2026-11-24T09:00:00Z",
    "url": "https://concertation.petr.example/v1/projects/une-recyclerie-mobile-pour-les-villages",
    "created_at": "2026-11-19T08:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v3-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Project {
    pub(super) id: Uuid,
    /// Its name in addresses.
    slug: String,
    /// What it is called.
    title: String,
    /// Whoever carries it.
    organisation_id: Uuid,
    /// What whoever carries it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_name: Option<String>,
    /// Its holder's own name for it; its holder and the staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// The reference that it gave up when its holder was merged into a structure whose project has it; its
    /// holder and the staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    former_reference: Option<String>,
    #[schema(schema_with = word::<ProjectState>)]
    state: ProjectState,
    /// Why it is in that state.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// One or two sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// All of it, in Markdown (CommonMark).
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The description as HTML that is safe to show; on a single project, not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    description_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<Theme>)]
    theme: Option<Theme>,
    /// The axes of frameworks that it is part of.
    axis_ids: Vec<Uuid>,
    /// The actions of frameworks that it is part of.
    action_ids: Vec<Uuid>,
    /// Whether the PETR set them, and only the PETR changes them; its holder and the staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    classified_by_petr: Option<bool>,
    /// Where it takes place, by the communes' INSEE codes.
    commune_codes: Vec<String>,
    /// The same with their names.
    communes: Vec<ProjectCommune>,
    /// The one point on the map, if there is one: degrees north (WGS 84).
    #[serde(skip_serializing_if = "Option::is_none")]
    latitude: Option<f64>,
    /// Degrees east (WGS 84).
    #[serde(skip_serializing_if = "Option::is_none")]
    longitude: Option<f64>,
    #[schema(schema_with = words::<Audience>)]
    audiences: Vec<Audience>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<ProjectTeam>,
    /// Its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_on: Option<NaiveDate>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<NaiveDate>,
    /// How it is to go.
    steps: Vec<ProjectStep>,
    /// What it is to bring about.
    expected_effects: Vec<ProjectEffect>,
    /// What it costs, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_cents: Option<i64>,
    /// What its funding plan amounts to; see `/v1/projects/{project}/funding`.
    funding: FundingTotals,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
    /// In which language its holder is written to; its holder and the staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<MailLanguage>)]
    language: Option<MailLanguage>,
    /// The events that it came from.
    came_from_event_ids: Vec<Uuid>,
    /// The events that it holds.
    organised_event_ids: Vec<Uuid>,
    /// What the PETR says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    petr_note: Option<String>,
    /// What only the staff reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_note: Option<String>,
    /// Whom to ask at the PETR.
    #[serde(skip_serializing_if = "Option::is_none")]
    petr_contact: Option<Contact>,
    /// Whether everybody sees it once it was decided on; its holder and the staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<ProjectVisibility>)]
    visibility: Option<ProjectVisibility>,
    /// When it was last submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_at: Option<DateTime<Utc>>,
    /// When it was accepted or declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<DateTime<Utc>>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    abandoned_at: Option<DateTime<Utc>>,
    /// Since when it waits for the PETR's answer; the staff sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting_since: Option<DateTime<Utc>>,
    /// Whether it waits longer than the PETR means to let anybody wait; the staff sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_overdue: Option<bool>,
    /// What whoever asks can do with it now; its holder and the staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<ProjectTransition>)]
    allowed_transitions: Option<Vec<ProjectTransition>>,
    /// Its address.
    url: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the project.
    etag: String,
}

/// A commune where a project takes place.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProjectCommune {
    /// Its INSEE code.
    code: String,
    /// What it is called.
    name: String,
}

/// Whom a project looks for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProjectTeam {
    /// How many volunteers.
    #[serde(skip_serializing_if = "Option::is_none")]
    volunteers_sought: Option<u32>,
    /// Who can do what.
    skills_sought: Vec<String>,
}

/// A step of a project.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProjectStep {
    id: Uuid,
    /// What is to be done.
    title: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_on: Option<NaiveDate>,
    #[schema(schema_with = word::<StepState>)]
    state: StepState,
}

/// Something that a project is to bring about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProjectEffect {
    /// What.
    name: String,
    /// How much.
    quantity: f64,
    /// Of what.
    unit: String,
}

/// A page of projects.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct ProjectList {
    data: Vec<ProjectRow>,
    page: Page,
}

/// A project, or what is left of one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ProjectRow {
    There(Box<Project>),
    Gone(Tombstone),
}

/// How much of a project is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// In a list.
    Row,
    /// Alone.
    Whole,
}

/// To whom and when projects are shown.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) view: View,
    rights: Rights,
    now: DateTime<Utc>,
    answer_within_days: u32,
    pub(super) base: Arc<str>,
    /// What the funding plans of the projects amount to that are to be shown.
    totals: Arc<HashMap<Id<Stored>, Totals>>,
}

impl Frame {
    /// For whoever reads.
    pub(super) fn of(request: &Request) -> Self {
        let settings = &request.app.settings;
        Self {
            view: view_of(request),
            rights: Who::of(request).rights,
            now: request.app.store.clock().now(),
            answer_within_days: settings.answer_within_days,
            base: settings.public_url.as_str().into(),
            totals: Arc::default(),
        }
    }

    /// The same, knowing what funding plans amount to. A project of which nothing is said has no line.
    pub(super) fn knowing(&self, totals: HashMap<Id<Stored>, Totals>) -> Self {
        Self {
            totals: Arc::new(totals),
            ..self.clone()
        }
    }

    fn totals_of(&self, project: &Stored) -> Totals {
        self.totals.get(&project.id).copied().unwrap_or_default()
    }

    /// The moment of the showing.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// For whoever writes, who sees all of what is theirs.
    pub(super) fn of_writer(request: &Request) -> Self {
        Self {
            view: Who::of(request).view(),
            ..Self::of(request)
        }
    }
}

impl Project {
    /// The project as a frame shows it, with its tag; `holder` is what its holder is called.
    pub(super) fn of(
        project: &Stored,
        holder: Option<&str>,
        frame: &Frame,
        extent: Extent,
    ) -> (Self, Tag) {
        let view = if frame.view.sees_all_of(project.organisation) {
            frame.view
        } else {
            View::Public
        };
        let mut shown = Self {
            organisation_name: holder.map(str::to_owned),
            url: url_of(project, &frame.base),
            funding: FundingTotals::of(frame.totals_of(project), project.content.budget_cents),
            ..Self::content(project, extent)
        };
        if view != View::Public {
            shown.reference = project.reference.as_ref().map(ToString::to_string);
            shown.former_reference = project.former_reference.as_ref().map(ToString::to_string);
            shown.classified_by_petr = Some(project.classified_by_petr);
            shown.language = Some(project.content.language);
            shown.visibility = Some(project.petr.visibility);
            shown.allowed_transitions = Some(allowed_transitions(project.state, frame.rights));
        }
        if view == View::Staff {
            shown.internal_note = said(project.petr.internal_note.as_ref());
            shown.waiting_since = project.waiting_since();
            shown.is_overdue = shown
                .waiting_since
                .map(|_| project.is_overdue(frame.answer_within_days, frame.now));
        }
        let tag = Tag::of_version(project.version, view_name(view), &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }

    /// What everybody sees.
    fn content(project: &Stored, extent: Extent) -> Self {
        let (content, petr) = (&project.content, &project.petr);
        let html = content.description.as_ref();
        let html = html.filter(|_| extent == Extent::Whole);
        let ended = |state| project.ended_at.filter(|_| project.state == state);
        Self {
            id: project.id.uuid(),
            slug: project.slug.as_str().to_owned(),
            title: content.title.to_string(),
            organisation_id: project.organisation.uuid(),
            organisation_name: None,
            reference: None,
            former_reference: None,
            state: project.state,
            reason: said(project.reason.reason.as_ref()),
            note: said(project.reason.note.as_ref()),
            summary: said(content.summary.as_ref()),
            description: said(content.description.as_ref()),
            description_html: html.map(|text| markdown::to_html(text.as_str())),
            theme: content.theme,
            axis_ids: project.plan.axes().iter().map(|id| id.uuid()).collect(),
            action_ids: project.plan.actions().iter().map(|id| id.uuid()).collect(),
            classified_by_petr: None,
            commune_codes: content.communes.iter().map(ToString::to_string).collect(),
            communes: content.communes.iter().map(ProjectCommune::of).collect(),
            latitude: content.coordinates.map(|point| point.latitude()),
            longitude: content.coordinates.map(|point| point.longitude()),
            audiences: content.audiences.clone(),
            team: ProjectTeam::of(&content.team),
            starts_on: content.starts_on,
            ends_on: content.ends_on,
            steps: project.steps.iter().map(ProjectStep::of).collect(),
            expected_effects: content.expected_effects.iter().map(Self::effect).collect(),
            budget_cents: content.budget_cents,
            funding: FundingTotals::of(Totals::default(), content.budget_cents),
            contact: content.contact.as_ref().map(Contact::of),
            language: None,
            came_from_event_ids: content
                .came_from_events
                .iter()
                .map(|id| id.uuid())
                .collect(),
            organised_event_ids: content
                .organised_events
                .iter()
                .map(|id| id.uuid())
                .collect(),
            petr_note: said(petr.note.as_ref()),
            internal_note: None,
            petr_contact: petr.contact.as_ref().map(Contact::of),
            visibility: None,
            submitted_at: project.submitted_at,
            decided_at: project.decided_at,
            started_at: project.started_at,
            completed_at: ended(ProjectState::Completed),
            abandoned_at: ended(ProjectState::Abandoned),
            waiting_since: None,
            is_overdue: None,
            allowed_transitions: None,
            url: String::new(),
            created_at: project.created_at,
            updated_at: project.updated_at,
            etag: String::new(),
        }
    }

    fn effect(effect: &domain::projects::Effect) -> ProjectEffect {
        ProjectEffect {
            name: effect.name.to_string(),
            quantity: effect.quantity.number(),
            unit: effect.unit.to_string(),
        }
    }
}

impl ProjectCommune {
    fn of(code: &InseeCode) -> Self {
        let commune = Territory::official().commune(code);
        Self {
            code: code.to_string(),
            name: commune.map_or_else(|| code.to_string(), |one| one.name.to_owned()),
        }
    }
}

impl ProjectTeam {
    fn of(team: &domain::projects::Team) -> Option<Self> {
        let is_sought = *team != domain::projects::Team::default();
        is_sought.then(|| Self {
            volunteers_sought: team.volunteers_sought,
            skills_sought: team.skills_sought.iter().map(Line::to_string).collect(),
        })
    }
}

impl ProjectStep {
    fn of(step: &domain::projects::Step) -> Self {
        Self {
            id: step.id.uuid(),
            title: step.title.to_string(),
            due_on: step.due_on,
            state: step.state,
        }
    }
}

/// Where a project is read, by its name.
pub(super) fn url_of(project: &Stored, base: &str) -> String {
    format!("{base}/v1/projects/{}", project.slug.as_str())
}

/// Where a project is, whatever its slug.
pub(super) fn path_of(project: &Stored) -> String {
    format!("/v1/projects/{}", project.id)
}
