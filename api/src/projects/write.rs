//! Making, changing and removing projects.

use actix_web::http::StatusCode;
use domain::kernel::{Change, FaultCode, Faults, Id};
use domain::projects::{self, Project as Stored, ProjectFact, Side};
use persistence::follow_up::funding;
use persistence::organisations;
use persistence::projects as stored;
use persistence::{Answer as Kept, Stop, Writing};
use serde_json::Value;
use utoipa::IntoParams;

use super::input::{PETR_FIELDS, Parsed, ProjectInput};
use super::links::{held, holder_of, known as known_links, reference_free, slug};
use super::refusal::refused;
use super::who::Who;
use super::wire::{Extent, Frame, Project, path_of};
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::faults::rule_broken;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_delete, _, _>(delete),
    ]
}

/// Whether nothing is to be kept.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameter is read by name")]
pub(super) struct DryRun {
    /// `true` does everything and keeps nothing: the answer is as it would be, without `Location`, and no
    /// `Idempotency-Key` is used up.
    #[param(example = false)]
    dry_run: Option<bool>,
}

/// Create a project
///
/// It is a draft until it is submitted; nobody but its holder and the staff sees it. A partner carries it
/// itself; the staff says who does (`organisation_id`). Only `title` is needed now; to submit it, also
/// `summary`, `description`, `theme`, a commune, and a contact of its own or its holder's.
#[utoipa::path(
    post, path = "/v1/projects", tag = "Projects", operation_id = "projects_create",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(DryRun, IdempotencyKey),
    request_body(content = ProjectInput),
    responses((status = 201, description = "The draft", body = Project)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let who = Who::of(&request);
    let parse = |input: ProjectInput| {
        let parsed = input.parse(who.side())?;
        let holder = holder_of(who, &parsed)?;
        Ok((parsed, holder))
    };
    let ((parsed, holder), bytes) = request.parsed_body(parse).await?;
    let dry = dry_run(&request)?;
    let claim = request.claim(&bytes)?;
    let frame = Frame::of_writer(&request);
    let done = request.write_once_or_try(dry, claim, move |writing| {
        let (parsed, frame) = (parsed.clone(), frame.clone());
        Box::pin(async move {
            let holder = held(writing, holder).await?;
            known_links(writing, who, &parsed, None).await?;
            reference_free(writing, holder.id, &parsed, None, &frame.base).await?;
            let made = made(writing, who, parsed, holder.id).await?;
            stored::save(writing, &made).await?;
            let name = Some(holder.content.name.as_str());
            Ok(made_answer(made.after(), name, &frame))
        })
    });
    done.await
}

/// Whether the request is to keep nothing.
pub(super) fn dry_run(request: &Request) -> Result<bool, Problem> {
    let mut query = Query::strict(request);
    let dry = query.flag("dry_run");
    query.done()?;
    Ok(dry)
}

/// A new project of that holder.
pub(super) async fn made(
    writing: &mut Writing,
    who: Who,
    parsed: Parsed,
    holder: Id<domain::organisations::Organisation>,
) -> Result<Change<Stored, ProjectFact>, Stop<Problem>> {
    let slug = slug(writing, &parsed, None).await?;
    let now = writing.now();
    let mut draft = parsed.draft;
    draft.petr = (who.side() == Side::Petr).then(|| parsed.petr.whole());
    let side = who.side();
    let made = projects::create(draft, holder, slug, side, writing.ids(), now);
    Ok(made.map_err(refused)?)
}

/// The answer to a creation, as it is kept for the same key.
pub(super) fn made_answer(project: &Stored, holder: Option<&str>, frame: &Frame) -> Kept {
    let (shown, tag) = Project::of(project, holder, frame, Extent::Whole);
    created(path_of(project), &tag, &shown)
}

/// Change a project
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears, a list is replaced whole. In `draft`
/// and `information_requested` all of it is written; in `submitted` nothing (409 says what opens it); once
/// accepted, its steps, its team and its days (`locked` names any other field that differs); once it is over,
/// nothing. The staff writes the PETR's part (`petr_note`, `internal_note`, `petr_contact`, `visibility`,
/// `axis_ids`, `action_ids`) in any state.
#[utoipa::path(
    patch, path = "/v1/projects/{project}", tag = "Projects", operation_id = "projects_update",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("project" = String, Path, description = "Its id", example = json!(known::PROJECT_DRAFT)), DryRun, NeedsIfMatch),
    request_body(content(
        (ProjectInput = "application/merge-patch+json", example = json!({ "summary": "Un atelier ouvert chaque samedi.", "budget_cents": null })),
        (ProjectInput = "application/json", example = json!({ "summary": "Un atelier ouvert chaque samedi.", "budget_cents": null })),
    )),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("project")?;
    let who = Who::of(&request);
    let (patch, _) = request.body_value().await?;
    only_own(who, &patch)?;
    let dry = dry_run(&request)?;
    let (if_match, contract) = (request.if_match(), request.app.contract);
    let frame = Frame::of_writer(&request);
    let done = request.write_or_try(dry, move |writing| {
        let (patch, if_match, frame) = (patch.clone(), if_match.clone(), frame.clone());
        Box::pin(async move {
            let project = load(writing, id, who, if_match.as_ref(), &frame).await?;
            let input = patched(
                &contract.schemas,
                "ProjectInput",
                &ProjectInput::of(&project, who.side()),
                &patch,
            )?;
            let parsed = input.parse(who.side()).map_err(Problem::from)?;
            let petr = (who.side() == Side::Petr).then(|| parsed.petr.clone().whole());
            let project = edited(writing, who, project, parsed, petr, &frame).await?;
            shown(writing, &project, &frame).await
        })
    });
    done.await
}

/// What a partner doesn't write may not even stand in its patch.
fn only_own(who: Who, patch: &Value) -> Result<(), Problem> {
    if who.side() == Side::Petr {
        return Ok(());
    }
    let mut check = domain::kernel::Check::new();
    for field in PETR_FIELDS
        .iter()
        .filter(|field| patch.get(field).is_some())
    {
        check.fault(&format!("/{field}"), FaultCode::PetrOnly);
    }
    Ok(check.done(Some(()))?)
}

/// Changes a project to what was sent, as far as it differs.
pub(super) async fn edited(
    writing: &mut Writing,
    who: Who,
    project: Stored,
    parsed: Parsed,
    petr: Option<projects::PetrPart>,
    frame: &Frame,
) -> Result<Stored, Stop<Problem>> {
    match change(writing, who, &project, parsed, petr, frame).await? {
        None => Ok(project),
        Some(change) => {
            stored::save(writing, &change).await?;
            Ok(change.into_after())
        }
    }
}

/// What would change a project to what was sent.
pub(super) async fn change(
    writing: &mut Writing,
    who: Who,
    project: &Stored,
    parsed: Parsed,
    petr: Option<projects::PetrPart>,
    frame: &Frame,
) -> Result<Option<Change<Stored, ProjectFact>>, Stop<Problem>> {
    let other = parsed.organisation.filter(|id| *id != project.organisation);
    if other.is_some() {
        let code = match who.side() {
            Side::Holder => FaultCode::OtherOrganisation,
            Side::Petr => FaultCode::Locked,
        };
        return Err(rule_broken(&Faults::one("/organisation_id", code)).into());
    }
    // First what may be written at all, which says more than what is wrong with what is sent.
    let wanted_slug = parsed.slug.clone().unwrap_or_else(|| project.slug.clone());
    let mut draft = parsed.draft.clone();
    draft.petr = petr;
    let now = writing.now();
    let (before, rights) = (project.clone(), who.rights);
    let change = projects::edit(before, draft, wanted_slug, rights, writing.ids(), now);
    let change = change.map_err(refused)?;
    if change.is_some() {
        slug(writing, &parsed, Some(project)).await?;
        known_links(writing, who, &parsed, Some(project)).await?;
        let holder = project.organisation;
        reference_free(writing, holder, &parsed, Some(project), &frame.base).await?;
    }
    Ok(change)
}

/// Delete a draft
///
/// Only what was never submitted can be deleted; the rest is abandoned.
#[utoipa::path(
    delete, path = "/v1/projects/{project}", tag = "Projects", operation_id = "projects_delete",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("project" = String, Path, description = "Its id", example = json!(known::PROJECT_TO_DELETE)), NeedsIfMatch),
    responses((status = 204, description = "It is gone")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("project")?;
    let (who, if_match) = (Who::of(&request), request.if_match());
    let frame = Frame::of_writer(&request);
    let done = request.write(move |writing| {
        let (if_match, frame) = (if_match.clone(), frame.clone());
        Box::pin(async move {
            let project = load(writing, id, who, if_match.as_ref(), &frame).await?;
            let now = writing.now();
            let gone = projects::delete(project, who.rights, now).map_err(refused)?;
            // All that a draft can have of a follow-up.
            for line in funding::load_of(writing, gone.after()).await? {
                let gone = domain::follow_up::funding::go_with_draft(line, now);
                funding::save(writing, &gone).await?;
            }
            stored::save(writing, &gone).await?;
            Ok(())
        })
    });
    done.await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// The project that is to be changed, if it is there, theirs, and as whoever asks has seen it.
pub(super) async fn load(
    writing: &Writing,
    id: Id<Stored>,
    who: Who,
    if_match: Option<&IfMatch>,
    frame: &Frame,
) -> Result<Stored, Stop<Problem>> {
    let project = who.project(writing, id).await?;
    precondition(if_match, project.version, || {
        Project::of(&project, None, frame, Extent::Whole).1
    })?;
    Ok(project)
}

/// The project as whoever changed it sees it.
pub(super) async fn shown(
    writing: &Writing,
    project: &Stored,
    frame: &Frame,
) -> Result<Answer, Stop<Problem>> {
    let holder = organisations::names_for(writing, &[project.organisation]).await?;
    let holder = holder.get(&project.organisation).map(String::as_str);
    let frame = frame.knowing(funding::totals_for(writing, &[project.id]).await?);
    let (shown, tag) = Project::of(project, holder, &frame, Extent::Whole);
    Ok(Answer::json(&shown).with_tag(tag))
}
