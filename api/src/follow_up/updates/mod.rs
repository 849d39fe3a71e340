//! Updates: told, read, mended, removed.

mod wire;

use actix_web::http::StatusCode;
use domain::follow_up::updates::{self, Update as Stored};
use domain::kernel::Id;
use domain::projects::Project;
use persistence::follow_up::updates as stored;
use persistence::{Stop, Writing};
use utoipa::IntoParams;

use self::wire::{Extent, ProjectUpdate, ProjectUpdateInput, ProjectUpdateList, ProjectUpdateRow};
use super::refusal::refused;
use super::who::{seen, view_into};
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::etag::IfMatch;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::shapes::view_name;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};
use crate::projects::Who;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_delete, _, _>(delete),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameter is read by name")]
struct ListParams {
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll. The
    /// order is then that of the changes, and what was removed comes as `{id, deleted, updated_at}`.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
}

/// List a project's updates
///
/// How it goes, the newest first. Whoever sees the project sees them.
#[utoipa::path(
    get, path = "/v1/projects/{project}/updates", tag = "Follow-up", operation_id = "updates_list",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("project" = String, Path, description = "The project's id or its slug", example = json!(known::PROJECT_IN_PROGRESS)), ListParams, PageParams),
    responses((status = 200, description = "A page of updates", body = ProjectUpdateList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let since = query.instant("updated_since");
    let paging = query.paging(50, 200);
    query.done()?;
    let (snapshot, synced_until) = request.look_since(since).await?;
    let (project, view) = seen(&request, &snapshot).await?;
    let listed = stored::list(&snapshot, &project, since, paging.part()).await?;
    let place = |one: &Stored| match since {
        Some(_) => (one.updated_at, one.id.uuid()),
        None => (one.created_at, one.id.uuid()),
    };
    let there = |one: &_| {
        let (shown, _) = ProjectUpdate::of(one, view, Extent::Row);
        ProjectUpdateRow::There(Box::new(shown))
    };
    let rows =
        Rows::listed(listed, &paging, synced_until, place).shown(there, ProjectUpdateRow::Gone);
    Ok(rows.answer(&request, &paging, view_name(view)))
}

/// Tell how a project goes
///
/// From its acceptance to its end. It stands in the project's timeline, and whoever sees the project reads it.
#[utoipa::path(
    post, path = "/v1/projects/{project}/updates", tag = "Follow-up", operation_id = "updates_create",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("project" = String, Path, description = "The project's id", example = json!(known::PROJECT_IN_PROGRESS)), IdempotencyKey),
    request_body(content = ProjectUpdateInput),
    responses((status = 201, description = "The update", body = ProjectUpdate)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let project: Id<Project> = request.path_id("project")?;
    let (content, bytes) = request.parsed_body(ProjectUpdateInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let who = Who::of(&request);
    let done = request.write_once(claim, move |writing| {
        let content = content.clone();
        Box::pin(async move {
            let project = who.project(writing, project).await?;
            let held = stored::count_of(writing, project.id).await?;
            let (now, ids) = (writing.now(), writing.ids());
            let posted = updates::post(&project, content, held, who.side(), ids, now);
            let posted = posted.map_err(refused)?;
            stored::save(writing, &posted).await?;
            let update = posted.after();
            let (shown, tag) = ProjectUpdate::of(update, who.view(), Extent::Whole);
            Ok(created(format!("/v1/updates/{}", update.id), &tag, &shown))
        })
    });
    done.await
}

/// Read an update
#[utoipa::path(
    get, path = "/v1/updates/{id}", tag = "Follow-up", operation_id = "updates_get",
    description = "With its text as HTML that is safe to show.",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::UPDATE))),
    responses((status = 200, description = "The update", body = ProjectUpdate)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let found = stored::find(&snapshot, id).await?;
    let (update, project) = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let view = view_into(&request, &project)?;
    let (shown, tag) = ProjectUpdate::of(&update, view, Extent::Whole);
    Ok(Answer::json(&shown)
        .with_tag(tag)
        .with_cache(Cache::Revalidate))
}

/// Change an update
///
/// A JSON Merge Patch (RFC 7396). A partner changes what it told itself, until the project is over; the staff,
/// whatever was told.
#[utoipa::path(
    patch, path = "/v1/updates/{id}", tag = "Follow-up", operation_id = "updates_update",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::UPDATE)), NeedsIfMatch),
    request_body(content(
        (ProjectUpdateInput = "application/merge-patch+json", example = json!({ "progress": 45 })),
        (ProjectUpdateInput = "application/json", example = json!({ "progress": 45 })),
    )),
    responses((status = 200, description = "The update", body = ProjectUpdate)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    let (if_match, contract) = (request.if_match(), request.app.contract);
    let who = Who::of(&request);
    let done = request.write(move |writing| {
        let (patch, if_match) = (patch.clone(), if_match.clone());
        Box::pin(async move {
            let (update, project) = load(writing, id, who, if_match.as_ref()).await?;
            let input = patched(
                &contract.schemas,
                "ProjectUpdateInput",
                &ProjectUpdateInput::of(&update),
                &patch,
            )?;
            let content = input.parse().map_err(Problem::from)?;
            let (before, now) = (update.clone(), writing.now());
            let edited = updates::edit(&project, before, content, who.side(), now);
            let update = match edited.map_err(refused)? {
                None => update,
                Some(change) => {
                    stored::save(writing, &change).await?;
                    change.into_after()
                }
            };
            let (shown, tag) = ProjectUpdate::of(&update, who.view(), Extent::Whole);
            Ok(Answer::json(&shown).with_tag(tag))
        })
    });
    done.await
}

/// Remove an update
///
/// It leaves the project's timeline too. A partner removes what it told itself, until the project is over; the
/// staff, whatever was told.
#[utoipa::path(
    delete, path = "/v1/updates/{id}", tag = "Follow-up", operation_id = "updates_delete",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::UPDATE_TO_DELETE)), NeedsIfMatch),
    responses((status = 204, description = "It is gone")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (who, if_match) = (Who::of(&request), request.if_match());
    let done = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let (update, project) = load(writing, id, who, if_match.as_ref()).await?;
            let gone = updates::delete(&project, update, who.side(), writing.now());
            stored::save(writing, &gone.map_err(refused)?).await?;
            Ok(())
        })
    });
    done.await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// The update that is to be changed, with its project, if it is there, theirs, and as whoever asks has seen
/// it.
async fn load(
    writing: &Writing,
    id: Id<Stored>,
    who: Who,
    if_match: Option<&IfMatch>,
) -> Result<(Stored, Project), Stop<Problem>> {
    let (update, project) = who.own(stored::load(writing, id).await?)?;
    precondition(if_match, update.version, || {
        ProjectUpdate::of(&update, who.view(), Extent::Whole).1
    })?;
    Ok((update, project))
}
