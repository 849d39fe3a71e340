//! Editing a project: its holder's part as far as the state lets it be written, the PETR's part always.

use chrono::{DateTime, Utc};

use super::decide::{Changed, next, steps};
use super::{
    Editable, Plan, PlanDraft, Project, ProjectDraft, ProjectFact, ProjectRefusal,
    ProjectVisibility, Rights, Side, allowed_transitions,
};
use crate::kernel::{Change, Check, FaultCode, Ids, Slug};

/// Changes a project; `None` when nothing would change.
///
/// What is absent of the holder's part is cleared; what is unsaid of the PETR's part stays. Where the PETR
/// put the project in the frameworks, only the PETR moves it there.
///
/// # Errors
/// The state lets nothing be written, or not all of what would change.
pub fn edit(
    project: Project,
    draft: ProjectDraft,
    slug: Slug,
    rights: Rights,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, ProjectRefusal> {
    let mut check = Check::new();
    let plan = plan(&project, draft.plan, rights.side, &mut check);
    let mut after = next(&project, now);
    after.steps = steps(&project.steps, draft.steps, ids)?;
    after.slug = slug;
    after.reference = draft.reference;
    after.content = draft.content;
    after.petr = draft.petr.unwrap_or_else(|| project.petr.clone());
    if rights.side == Side::Petr && plan != project.plan {
        after.classified_by_petr = !plan.is_empty();
    }
    after.plan = plan;
    let written = written(&project, &after, rights.side);
    match project.state.editable() {
        Editable::Everything => {}
        Editable::Progress => {
            for field in written.iter().filter(|field| !IN_PROGRESS.contains(field)) {
                check.fault(field, FaultCode::Locked);
            }
        }
        Editable::Nothing if !written.is_empty() => {
            return Err(ProjectRefusal::Closed {
                state: project.state,
                open: allowed_transitions(project.state, rights),
            });
        }
        Editable::Nothing => {}
    }
    check.done(Some(()))?;
    let is_same = written.is_empty() && after.petr == project.petr && after.plan == project.plan;
    if is_same {
        return Ok(None);
    }
    after.was_public |= after.is_public();
    let visibility = (project.petr.visibility, after.petr.visibility);
    let change = Change::new(Some(project), after, ProjectFact::Edited);
    Ok(Some(match visibility {
        (ProjectVisibility::Public, ProjectVisibility::Hidden) => change.and(ProjectFact::Hidden),
        (ProjectVisibility::Hidden, ProjectVisibility::Public) => change.and(ProjectFact::Shown),
        _ => change,
    }))
}

/// What is still written while a project goes on.
const IN_PROGRESS: [&str; 4] = ["/steps", "/team", "/starts_on", "/ends_on"];

fn plan(project: &Project, asked: PlanDraft, side: Side, check: &mut Check) -> Plan {
    let old = &project.plan;
    // What is absent of what the holder writes is cleared.
    let is_cleared = side == Side::Holder && !project.classified_by_petr;
    let unsaid = if is_cleared {
        Plan::default()
    } else {
        old.clone()
    };
    let axes = asked.axes.unwrap_or_else(|| unsaid.axes().to_vec());
    let actions = asked.actions.unwrap_or_else(|| unsaid.actions().to_vec());
    let plan = Plan::new(axes, actions);
    if side == Side::Petr || !project.classified_by_petr {
        return plan;
    }
    if plan.axes() != old.axes() {
        check.fault("/axis_ids", FaultCode::SetByPetr);
    }
    if plan.actions() != old.actions() {
        check.fault("/action_ids", FaultCode::SetByPetr);
    }
    old.clone()
}

/// The fields of the holder's part that differ.
fn written(before: &Project, after: &Project, side: Side) -> Vec<&'static str> {
    let (old, new) = (&before.content, &after.content);
    let is_holder = side == Side::Holder;
    let fields = [
        ("/reference", before.reference != after.reference),
        ("/slug", before.slug != after.slug),
        ("/title", old.title != new.title),
        ("/summary", old.summary != new.summary),
        ("/description", old.description != new.description),
        ("/theme", old.theme != new.theme),
        ("/commune_codes", old.communes != new.communes),
        ("/latitude", old.coordinates != new.coordinates),
        ("/audiences", old.audiences != new.audiences),
        ("/team", old.team != new.team),
        ("/starts_on", old.starts_on != new.starts_on),
        ("/ends_on", old.ends_on != new.ends_on),
        ("/steps", before.steps != after.steps),
        (
            "/expected_effects",
            old.expected_effects != new.expected_effects,
        ),
        ("/budget_cents", old.budget_cents != new.budget_cents),
        ("/contact", old.contact != new.contact),
        ("/language", old.language != new.language),
        (
            "/came_from_event_ids",
            old.came_from_events != new.came_from_events,
        ),
        (
            "/organised_event_ids",
            old.organised_events != new.organised_events,
        ),
        (
            "/axis_ids",
            is_holder && before.plan.axes() != after.plan.axes(),
        ),
        (
            "/action_ids",
            is_holder && before.plan.actions() != after.plan.actions(),
        ),
    ];
    let differing = fields.into_iter().filter(|(_, differs)| *differs);
    differing.map(|(field, _)| field).collect()
}
