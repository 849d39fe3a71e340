//! What may be done with a project by name: begun, handed in, decided on, led to its end, removed.

use chrono::{DateTime, Utc};

use super::{
    PetrPart, Plan, Project, ProjectContent, ProjectDraft, ProjectFact, ProjectRefusal,
    ProjectState, ProjectTransition, Rights, Side, Step, StepDraft, allowed_transitions,
};
use crate::kernel::{Change, Check, Contact, FaultCode, Faults, Id, Ids, Line, Reason, Slug};
use crate::organisations::Organisation;

pub(super) type Changed = Change<Project, ProjectFact>;

/// Begins a project: a draft.
///
/// # Errors
/// A step has an id, which no step of it can have yet.
pub fn create(
    draft: ProjectDraft,
    organisation: Id<Organisation>,
    slug: Slug,
    side: Side,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, ProjectRefusal> {
    let id = Id::new(ids);
    let steps = steps(&[], draft.steps, ids)?;
    let asked = draft.plan;
    let plan = Plan::new(
        asked.axes.unwrap_or_default(),
        asked.actions.unwrap_or_default(),
    );
    let project = Project {
        id,
        slug,
        organisation,
        reference: draft.reference,
        former_reference: None,
        content: draft.content,
        steps,
        classified_by_petr: side == Side::Petr && !plan.is_empty(),
        plan,
        petr: draft.petr.unwrap_or_default(),
        state: ProjectState::Draft,
        reason: Reason::default(),
        submitted_at: None,
        decided_at: None,
        started_at: None,
        ended_at: None,
        was_public: false,
        deleted_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, project, ProjectFact::Created(side)))
}

/// Hands a project in; `holder` is whom to ask at its holder's, where the project itself doesn't say.
///
/// # Errors
/// The state doesn't allow it, or something is missing.
pub fn submit(
    project: Project,
    holder: Option<&Contact>,
    reason: Reason,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<Changed, ProjectRefusal> {
    let turned = turn(project, ProjectTransition::Submit, reason, rights, now)?;
    complete(turned.after(), holder)?;
    Ok(turned)
}

/// Leads a project to another state. What [`submit`] asks of a project more than a transition, it asks itself.
///
/// # Errors
/// The state doesn't allow it, or no reason is given where one is needed.
pub fn turn(
    project: Project,
    transition: ProjectTransition,
    reason: Reason,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<Changed, ProjectRefusal> {
    let to = allowed(&project, transition, rights)?;
    let Some(to) = to else {
        return delete(project, rights, now);
    };
    let mut check = Check::new();
    if transition.needs_reason() && reason.reason.is_none() {
        check.fault("/reason", FaultCode::ReasonRequired);
    }
    if rights.side == Side::Holder && reason.internal_note.is_some() {
        check.fault("/internal_note", FaultCode::PetrOnly);
    }
    check.done(Some(()))?;
    let mut after = next(&project, now);
    after.state = to;
    after.reason = reason;
    match to {
        ProjectState::Submitted => after.submitted_at = Some(now),
        ProjectState::Accepted | ProjectState::Declined => after.decided_at = Some(now),
        ProjectState::InProgress => after.started_at = project.started_at.or(Some(now)),
        ProjectState::Completed | ProjectState::Abandoned => after.ended_at = Some(now),
        ProjectState::Draft | ProjectState::InformationRequested | ProjectState::OnHold => {}
    }
    after.was_public |= after.is_public();
    let fact = ProjectFact::Turned(transition, rights.side);
    Ok(Change::new(Some(project), after, fact))
}

/// Removes a draft.
///
/// # Errors
/// It was handed in once.
pub fn delete(
    project: Project,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<Changed, ProjectRefusal> {
    let transition = ProjectTransition::Delete;
    allowed(&project, transition, rights)?;
    let mut after = next(&project, now);
    after.deleted_at = Some(now);
    after.slug = Slug::stored(format!("deleted-{}", project.id));
    after.reference = None;
    after.content = ProjectContent::titled(Line::stored("-".to_owned()));
    after.steps = vec![];
    after.plan = Plan::default();
    after.petr = PetrPart::default();
    let fact = ProjectFact::Turned(transition, rights.side);
    Ok(Change::new(Some(project), after, fact))
}

/// Gives a project to the structure that its holder turned out to be. Where one of that structure's own has
/// its reference, that one keeps it: its programs go by it.
#[must_use]
pub fn move_to(
    project: Project,
    organisation: Id<Organisation>,
    is_reference_taken: bool,
    now: DateTime<Utc>,
) -> Changed {
    let mut after = next(&project, now);
    after.organisation = organisation;
    if is_reference_taken {
        after.former_reference = after.reference.take();
    }
    Change::new(Some(project), after, ProjectFact::Moved)
}

/// What the project would be after the transition, if it is open.
fn allowed(
    project: &Project,
    transition: ProjectTransition,
    rights: Rights,
) -> Result<Option<ProjectState>, ProjectRefusal> {
    let open = allowed_transitions(project.state, rights);
    let step = project.state.steps().iter();
    match step.clone().find(|(known, _)| *known == transition) {
        Some((_, to)) if open.contains(&transition) => Ok(*to),
        _ => Err(ProjectRefusal::WrongState {
            state: project.state,
            open,
        }),
    }
}

/// What must be said before a project is handed in.
fn complete(project: &Project, holder: Option<&Contact>) -> Result<(), Faults> {
    let content = &project.content;
    let mut check = Check::new();
    let needed = [
        ("/summary", content.summary.is_some()),
        ("/description", content.description.is_some()),
        ("/theme", content.theme.is_some()),
        ("/commune_codes", !content.communes.is_empty()),
        ("/contact", content.contact.is_some() || holder.is_some()),
    ];
    for (pointer, is_there) in needed {
        if !is_there {
            check.fault(pointer, FaultCode::Required);
        }
    }
    check.done(Some(()))
}

/// The steps that are asked for: those that are there keep their ids.
pub(super) fn steps(
    old: &[Step],
    drafts: Vec<StepDraft>,
    ids: &mut dyn Ids,
) -> Result<Vec<Step>, Faults> {
    let mut check = Check::new();
    let named: Vec<_> = drafts.iter().filter_map(|draft| draft.id).collect();
    let mut steps: Vec<Step> = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.into_iter().enumerate() {
        let is_free = |step: &&Step| steps.iter().all(|taken| taken.id != step.id);
        let known = match draft.id {
            Some(id) => old.iter().find(|step| step.id == id).filter(is_free),
            None => old
                .iter()
                .filter(|step| step.title == draft.title && !named.contains(&step.id))
                .find(is_free),
        };
        let known = known.map(|step| step.id);
        if draft.id.is_some() && known.is_none() {
            check.fault(&format!("/steps/{index}/id"), FaultCode::UnknownStep);
            continue;
        }
        steps.push(Step {
            id: known.unwrap_or_else(|| Id::new(ids)),
            title: draft.title,
            due_on: draft.due_on,
            state: draft.state,
        });
    }
    check.done(Some(steps))
}

pub(super) fn next(project: &Project, now: DateTime<Utc>) -> Project {
    Project {
        version: project.version + 1,
        updated_at: now.max(project.updated_at),
        ..project.clone()
    }
}
