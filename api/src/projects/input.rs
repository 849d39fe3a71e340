//! What is sent of a project, and its conversion to the domain's values: every fault at once.

mod parts;

use chrono::NaiveDate;
use domain::events::{Audience, Event};
use domain::frameworks::{Action, Axis};
use domain::kernel::{
    Check, Contact, Coordinates, FaultCode, Faults, Id, Line, MailLanguage, Prose, Slug,
};
use domain::organisations::Organisation;
use domain::projects::{
    MAX_COMMUNES, MAX_EFFECTS, MAX_EVENTS, MAX_PLAN_PARTS, MAX_STEPS, PetrPart, PlanDraft, Project,
    ProjectContent, ProjectDraft, ProjectVisibility, Side, Team, Theme,
};
use domain::territory::Territory;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) use self::parts::{ProjectEffectInput, ProjectStepInput, ProjectTeamInput};
use crate::http::shapes::ContactInput;
use crate::http::vocabulary::{word, words};

/// A project as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "Une recyclerie mobile pour les villages",
    "summary": "Un camion passe chaque mois dans douze villages : on y dépose, on y répare, on y trouve.",
    "description": "## Le projet\n\nUn camion aménagé, un atelier, et des bénévoles qui réparent.",
    "theme": "circular_economy",
    "commune_codes": ["54329", "54041"],
    "audiences": ["general_public"],
    "team": { "volunteers_sought": 8, "skills_sought": ["mécanique", "couture"] },
    "starts_on": "2050-03-01",
    "ends_on": "2051-02-28",
    "steps": [{ "title": "Trouver le camion", "due_on": "2050-04-30" }],
    "expected_effects": [{ "name": "Déchets évités", "quantity": 12.5, "unit": "tonnes par an" }],
    "budget_cents": 4500000,
    "contact": { "role": "Coordination", "email": "contact@velo.example" }
}))]
pub(crate) struct ProjectInput {
    /// Whoever carries it. The staff says it; a partner carries its own, and leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organisation_id: Option<Uuid>,
    /// Its holder's own name for it, which none of the holder's other projects has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub(super) reference: Option<String>,
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Its name in addresses, of lower-case words joined by hyphens; made of the title when absent.
    /// An old one goes on leading to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    /// One or two sentences for lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    summary: Option<String>,
    /// All of it, in Markdown (CommonMark).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 50000)]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<Theme>)]
    theme: Option<Theme>,
    /// The axes of frameworks that it is part of; see `/v1/frameworks`. Once the PETR set them, a partner
    /// sends the same, or leaves them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    axis_ids: Option<Vec<Uuid>>,
    /// The actions of frameworks that it is part of; as `axis_ids`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    action_ids: Option<Vec<Uuid>>,
    /// Where it takes place: communes, by their INSEE codes; find them at `/v1/communes?q=`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 200)]
    commune_codes: Option<Vec<String>>,
    /// The one point on the map, if there is one: degrees north (WGS 84), together with the longitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -90, maximum = 90)]
    latitude: Option<f64>,
    /// Degrees east (WGS 84); together with the latitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -180, maximum = 180)]
    longitude: Option<f64>,
    /// Whom it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<Audience>)]
    audiences: Option<Vec<Audience>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<ProjectTeamInput>,
    /// Its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_on: Option<NaiveDate>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<NaiveDate>,
    /// How it is to go, all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    steps: Option<Vec<ProjectStepInput>>,
    /// What it is to bring about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 30)]
    expected_effects: Option<Vec<ProjectEffectInput>>,
    /// What it costs, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100_000_000_000_i64)]
    budget_cents: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactInput>,
    /// In which language its holder is written to; French when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<MailLanguage>)]
    language: Option<MailLanguage>,
    /// The events that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    came_from_event_ids: Option<Vec<Uuid>>,
    /// The events that it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    organised_event_ids: Option<Vec<Uuid>>,
    /// What the PETR says of it to everybody; only the staff writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 5000)]
    petr_note: Option<String>,
    /// What the staff notes for itself; only the staff writes and reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 5000)]
    internal_note: Option<String>,
    /// Whom to ask at the PETR; only the staff writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    petr_contact: Option<ContactInput>,
    /// Whether everybody sees it once it was decided on, as when absent; only the staff writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<ProjectVisibility>)]
    visibility: Option<ProjectVisibility>,
}

/// A project's input, parsed.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) organisation: Option<Id<Organisation>>,
    pub(super) slug: Option<Slug>,
    /// Without the PETR's part.
    pub(super) draft: ProjectDraft,
    pub(super) petr: PetrGiven,
}

/// What is said of the PETR's part.
#[derive(Debug, Clone)]
pub(super) struct PetrGiven {
    note: Option<Prose<5_000>>,
    internal_note: Option<Prose<5_000>>,
    contact: Option<Contact>,
    visibility: Option<ProjectVisibility>,
}

impl PetrGiven {
    /// All of it: what is absent is cleared.
    pub(super) fn whole(self) -> PetrPart {
        PetrPart {
            note: self.note,
            internal_note: self.internal_note,
            contact: self.contact,
            visibility: self.visibility.unwrap_or(ProjectVisibility::Public),
        }
    }

    /// Over what is there: what is absent stays.
    pub(super) fn over(self, part: &PetrPart) -> PetrPart {
        PetrPart {
            note: self.note.or_else(|| part.note.clone()),
            internal_note: self.internal_note.or_else(|| part.internal_note.clone()),
            contact: self.contact.or_else(|| part.contact.clone()),
            visibility: self.visibility.unwrap_or(part.visibility),
        }
    }
}

/// The fields that only the staff writes.
pub(super) const PETR_FIELDS: [&str; 4] =
    ["petr_note", "internal_note", "petr_contact", "visibility"];

impl ProjectInput {
    /// What `side` sends, in the domain's words. What isn't theirs to write is a fault.
    pub(super) fn parse(mut self, side: Side) -> Result<Parsed, Faults> {
        let mut check = Check::new();
        let petr = self.petr(side, &mut check);
        let organisation = self.organisation_id.map(Id::from_uuid);
        let reference = self.reference.take();
        let reference = check.maybe("/reference", reference, |text| Line::parse(&text));
        let slug = check.maybe("/slug", self.slug.take(), |slug| Slug::parse(&slug));
        let plan = PlanDraft {
            axes: ids::<Axis>(
                &mut check,
                "/axis_ids",
                self.axis_ids.take(),
                MAX_PLAN_PARTS,
            ),
            actions: ids::<Action>(
                &mut check,
                "/action_ids",
                self.action_ids.take(),
                MAX_PLAN_PARTS,
            ),
        };
        let steps = self.steps.take().unwrap_or_default();
        let steps = check.each("/steps", steps, MAX_STEPS, ProjectStepInput::parse);
        let content = self.content(&mut check);
        let parsed = (|| {
            Some(Parsed {
                organisation,
                slug: slug?,
                draft: ProjectDraft {
                    reference: reference?,
                    content: content?,
                    steps: steps?,
                    plan,
                    petr: None,
                },
                petr: petr?,
            })
        })();
        check.done(parsed)
    }

    fn petr(&mut self, side: Side, check: &mut Check) -> Option<PetrGiven> {
        if side == Side::Holder {
            let given = [
                self.petr_note.is_some(),
                self.internal_note.is_some(),
                self.petr_contact.is_some(),
                self.visibility.is_some(),
            ];
            for (field, _) in PETR_FIELDS.iter().zip(given).filter(|(_, given)| *given) {
                check.fault(&format!("/{field}"), FaultCode::PetrOnly);
            }
        }
        let note = self.petr_note.take();
        let note = check.maybe("/petr_note", note, |text| Prose::parse(&text));
        let internal = self.internal_note.take();
        let internal = check.maybe("/internal_note", internal, |text| Prose::parse(&text));
        let contact = self.petr_contact.take();
        let contact = check.maybe_within("/petr_contact", contact, ContactInput::parse);
        Some(PetrGiven {
            note: note?,
            internal_note: internal?,
            contact: contact?,
            visibility: self.visibility,
        })
    }

    fn content(self, check: &mut Check) -> Option<ProjectContent> {
        let title = check.at("/title", Line::parse(&self.title));
        let summary = check.maybe("/summary", self.summary, |text| Prose::parse(&text));
        let description = check.maybe("/description", self.description, |text| Prose::parse(&text));
        let territory = Territory::official();
        let commune = |text: &str| territory.code(text);
        let codes = self.commune_codes.unwrap_or_default();
        let communes = check.texts("/commune_codes", codes, MAX_COMMUNES, commune);
        let coordinates = point(check, self.latitude, self.longitude);
        let audiences = self.audiences.unwrap_or_default();
        let audiences = check.distinct("/audiences", audiences, 8);
        let team = check.maybe_within("/team", self.team, ProjectTeamInput::parse);
        let effects = self.expected_effects.unwrap_or_default();
        let parse = ProjectEffectInput::parse;
        let effects = check.each("/expected_effects", effects, MAX_EFFECTS, parse);
        let contact = check.maybe_within("/contact", self.contact, ContactInput::parse);
        let came_from = self.came_from_event_ids.or(Some(vec![]));
        let came_from = ids::<Event>(check, "/came_from_event_ids", came_from, MAX_EVENTS);
        let organised = self.organised_event_ids.or(Some(vec![]));
        let organised = ids::<Event>(check, "/organised_event_ids", organised, MAX_EVENTS);
        let content = ProjectContent {
            title: title?,
            summary: summary?,
            description: description?,
            theme: self.theme,
            communes: communes?,
            coordinates: coordinates?,
            audiences: audiences?,
            team: team?.unwrap_or_else(Team::default),
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            expected_effects: effects?,
            budget_cents: self.budget_cents,
            contact: contact?,
            language: self.language.unwrap_or(MailLanguage::Fr),
            came_from_events: came_from?,
            organised_events: organised?,
        };
        check.within("", content.checked())
    }

    /// What `side` would have to send for the project as it is: what a merge patch is applied to.
    pub(super) fn of(project: &Project, side: Side) -> Self {
        let (content, petr) = (&project.content, &project.petr);
        let is_petr = side == Side::Petr;
        Self {
            organisation_id: Some(project.organisation.uuid()),
            reference: project.reference.as_ref().map(ToString::to_string),
            title: content.title.to_string(),
            slug: Some(project.slug.as_str().to_owned()),
            summary: said(content.summary.as_ref()),
            description: said(content.description.as_ref()),
            theme: content.theme,
            axis_ids: Some(uuids(project.plan.axes())),
            action_ids: Some(uuids(project.plan.actions())),
            commune_codes: Some(content.communes.iter().map(ToString::to_string).collect()),
            latitude: content.coordinates.map(|point| point.latitude()),
            longitude: content.coordinates.map(|point| point.longitude()),
            audiences: Some(content.audiences.clone()),
            team: ProjectTeamInput::of(&content.team),
            starts_on: content.starts_on,
            ends_on: content.ends_on,
            steps: Some(project.steps.iter().map(ProjectStepInput::of).collect()),
            expected_effects: Some(
                content
                    .expected_effects
                    .iter()
                    .map(ProjectEffectInput::of)
                    .collect(),
            ),
            budget_cents: content.budget_cents,
            contact: content.contact.as_ref().map(ContactInput::of),
            language: Some(content.language),
            came_from_event_ids: Some(uuids(&content.came_from_events)),
            organised_event_ids: Some(uuids(&content.organised_events)),
            petr_note: said(petr.note.as_ref().filter(|_| is_petr)),
            internal_note: said(petr.internal_note.as_ref().filter(|_| is_petr)),
            petr_contact: petr
                .contact
                .as_ref()
                .filter(|_| is_petr)
                .map(ContactInput::of),
            visibility: is_petr.then_some(petr.visibility),
        }
    }
}

fn point(
    check: &mut Check,
    latitude: Option<f64>,
    longitude: Option<f64>,
) -> Option<Option<Coordinates>> {
    match (latitude, longitude) {
        (None, None) => Some(None),
        (Some(latitude), Some(longitude)) => check
            .within("", Coordinates::new(latitude, longitude))
            .map(Some),
        (Some(_), None) => check.at("/latitude", Err(FaultCode::Needs("longitude"))),
        (None, Some(_)) => check.at("/longitude", Err(FaultCode::Needs("latitude"))),
    }
}

fn ids<T>(
    check: &mut Check,
    pointer: &str,
    list: Option<Vec<Uuid>>,
    max: usize,
) -> Option<Vec<Id<T>>> {
    let list = list?.into_iter().map(Id::from_uuid).collect();
    check.distinct(pointer, list, max)
}

fn uuids<T>(ids: &[Id<T>]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}

pub(super) fn said<const MAX: usize>(text: Option<&Prose<MAX>>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}
