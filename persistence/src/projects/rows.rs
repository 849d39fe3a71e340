//! Between the tables' rows and a project.

use domain::kernel::{
    Contact, Coordinates, EmailAddress, Id, Line, Prose, Slug, Telephone, Vocabulary, text,
};
use domain::projects::{PetrPart, Plan, Project, ProjectContent, Team};
use sea_orm::ActiveValue::Set;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::entities::projects::{ActiveModel, Model};
use crate::store::StoreError;
use crate::values::{contact, reason, word};

pub(super) fn row(project: &Project) -> ActiveModel {
    let petr = &project.petr;
    let why = &project.reason;
    let petr_contact = parts(petr.contact.as_ref());
    ActiveModel {
        id: Set(project.id.uuid()),
        slug: Set(project.slug.as_str().to_owned()),
        organisation_id: Set(project.organisation.uuid()),
        reference: Set(project.reference.as_ref().map(ToString::to_string)),
        former_reference: Set(project.former_reference.as_ref().map(ToString::to_string)),
        steps: Set(json(&project.steps)),
        axes: Set(json(&project.plan.axes())),
        actions: Set(json(&project.plan.actions())),
        classified_by_petr: Set(project.classified_by_petr),
        petr_note: Set(prose(petr.note.as_ref())),
        petr_internal_note: Set(prose(petr.internal_note.as_ref())),
        petr_contact_role: Set(petr_contact.0),
        petr_contact_email: Set(petr_contact.1),
        petr_contact_telephone: Set(petr_contact.2),
        visibility: Set(petr.visibility.word().to_owned()),
        state: Set(project.state.word().to_owned()),
        reason: Set(prose(why.reason.as_ref())),
        note: Set(prose(why.note.as_ref())),
        internal_note: Set(prose(why.internal_note.as_ref())),
        submitted_at: Set(project.submitted_at),
        decided_at: Set(project.decided_at),
        started_at: Set(project.started_at),
        ended_at: Set(project.ended_at),
        // What was never handed in stands where it was made.
        queued_at: Set(project.submitted_at.unwrap_or(project.created_at)),
        is_public: Set(project.is_public()),
        was_public: Set(project.was_public),
        deleted_at: Set(project.deleted_at),
        version: Set(project.version),
        created_at: Set(project.created_at),
        updated_at: Set(project.updated_at),
        ..content_row(&project.content)
    }
}

fn content_row(content: &ProjectContent) -> ActiveModel {
    let point = content.coordinates;
    let own_contact = parts(content.contact.as_ref());
    ActiveModel {
        title: Set(content.title.to_string()),
        folded_title: Set(text::fold(content.title.as_str())),
        summary: Set(prose(content.summary.as_ref())),
        description: Set(prose(content.description.as_ref())),
        theme: Set(content.theme.map(|theme| theme.word().to_owned())),
        communes: Set(json(&content.communes)),
        latitude: Set(point.map(|point| point.latitude())),
        longitude: Set(point.map(|point| point.longitude())),
        audiences: Set(json(&content.audiences)),
        volunteers_sought: Set(content.team.volunteers_sought.map(i64::from)),
        skills_sought: Set(json(&content.team.skills_sought)),
        starts_on: Set(content.starts_on),
        ends_on: Set(content.ends_on),
        expected_effects: Set(json(&content.expected_effects)),
        budget_cents: Set(content.budget_cents),
        contact_role: Set(own_contact.0),
        contact_email: Set(own_contact.1),
        contact_telephone: Set(own_contact.2),
        language: Set(content.language.word().to_owned()),
        came_from_events: Set(json(&content.came_from_events)),
        organised_events: Set(json(&content.organised_events)),
        ..Default::default()
    }
}

pub(crate) fn project(row: Model) -> Result<Project, StoreError> {
    let petr_contact = contact(
        row.petr_contact_role.clone(),
        row.petr_contact_email.clone(),
        row.petr_contact_telephone.clone(),
    );
    Ok(Project {
        id: Id::from_uuid(row.id),
        slug: Slug::stored(row.slug.clone()),
        organisation: Id::from_uuid(row.organisation_id),
        reference: row.reference.clone().map(Line::stored),
        former_reference: row.former_reference.clone().map(Line::stored),
        steps: list(row.steps.clone())?,
        plan: Plan::new(list(row.axes.clone())?, list(row.actions.clone())?),
        classified_by_petr: row.classified_by_petr,
        petr: PetrPart {
            note: row.petr_note.clone().map(Prose::stored),
            internal_note: row.petr_internal_note.clone().map(Prose::stored),
            contact: petr_contact,
            visibility: word(&row.visibility)?,
        },
        state: word(&row.state)?,
        reason: reason(
            row.reason.clone(),
            row.note.clone(),
            row.internal_note.clone(),
        ),
        submitted_at: row.submitted_at,
        decided_at: row.decided_at,
        started_at: row.started_at,
        ended_at: row.ended_at,
        was_public: row.was_public,
        deleted_at: row.deleted_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        content: content(row)?,
    })
}

fn content(row: Model) -> Result<ProjectContent, StoreError> {
    let point = row.latitude.zip(row.longitude);
    let point = point.map(|(latitude, longitude)| Coordinates::new(latitude, longitude));
    let volunteers = row.volunteers_sought.map(u32::try_from).transpose();
    let unreadable = |error: &dyn std::error::Error| StoreError::Unreadable(error.to_string());
    Ok(ProjectContent {
        title: Line::stored(row.title),
        summary: row.summary.map(Prose::stored),
        description: row.description.map(Prose::stored),
        theme: row.theme.as_deref().map(word).transpose()?,
        communes: list(row.communes)?,
        coordinates: point.transpose().map_err(|error| unreadable(&error))?,
        audiences: list(row.audiences)?,
        team: Team {
            volunteers_sought: volunteers.map_err(|error| unreadable(&error))?,
            skills_sought: list(row.skills_sought)?,
        },
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        expected_effects: list(row.expected_effects)?,
        budget_cents: row.budget_cents,
        contact: contact(row.contact_role, row.contact_email, row.contact_telephone),
        language: word(&row.language)?,
        came_from_events: list(row.came_from_events)?,
        organised_events: list(row.organised_events)?,
    })
}

type Parts = (Option<String>, Option<String>, Option<String>);

fn parts(contact: Option<&Contact>) -> Parts {
    let owned = str::to_owned;
    let role = contact.and_then(|contact| contact.role.as_ref());
    let email = contact.and_then(|contact| contact.email.as_ref());
    let telephone = contact.and_then(|contact| contact.telephone.as_ref());
    (
        role.map(Line::as_str).map(owned),
        email.map(EmailAddress::as_str).map(owned),
        telephone.map(Telephone::as_str).map(owned),
    )
}

fn prose<const MAX: usize>(text: Option<&Prose<MAX>>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}

fn list<T: DeserializeOwned>(json: Value) -> Result<Vec<T>, StoreError> {
    serde_json::from_value(json).map_err(|error| StoreError::Unreadable(error.to_string()))
}

fn json(items: &impl Serialize) -> Value {
    serde_json::to_value(items).expect("values of the domain have no key that is no text")
}
