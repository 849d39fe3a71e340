//! The funding plan: its lines, planned, sought, answered, removed, and what they amount to.

mod wire;

use actix_web::http::StatusCode;
use domain::follow_up::funding::{self, Funding as Stored, FundingDraft};
use domain::kernel::{FaultCode, Faults, Id};
use domain::projects::{Project, Side};
use persistence::follow_up::funding as stored;
use persistence::{Stop, Writing};
use serde_json::Value;
use utoipa::IntoParams;

use self::wire::{Funding, FundingInput, FundingList, FundingRow, WithTotals};
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
use crate::projects::FundingTotals;
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

/// Read a project's funding plan
///
/// Its lines, in the order in which they were noted, and in `totals` what all of them amount to, whatever the
/// page. Whoever sees the project sees it.
#[utoipa::path(
    get, path = "/v1/projects/{project}/funding", tag = "Follow-up", operation_id = "funding_list",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("project" = String, Path, description = "The project's id or its slug", example = json!(known::PROJECT_IN_PROGRESS)), ListParams, PageParams),
    responses((status = 200, description = "A page of the plan", body = FundingList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let since = query.instant("updated_since");
    let paging = query.paging(50, 200);
    query.done()?;
    let (snapshot, synced_until) = request.look_since(since).await?;
    let (project, view) = seen(&request, &snapshot).await?;
    let listed = stored::list(&snapshot, &project, since, paging.part()).await?;
    let totals = stored::totals(&snapshot, &[project.id]).await?;
    let totals = totals.get(&project.id).copied().unwrap_or_default();
    let place = |one: &Stored| match since {
        Some(_) => (one.updated_at, one.id.uuid()),
        None => (one.created_at, one.id.uuid()),
    };
    let there = |one: &_| FundingRow::There(Box::new(Funding::of(one, view).0));
    let rows = Rows::listed(listed, &paging, synced_until, place).shown(there, FundingRow::Gone);
    let more = WithTotals {
        totals: FundingTotals::of(totals, project.content.budget_cents),
    };
    Ok(rows.answer_with(&request, &paging, view_name(view), more))
}

/// Note a line of a funding plan
///
/// Who is asked for how much, and what came of it. `refused` has granted nothing, `partly_granted` less than
/// was sought, `granted` all of it or more (all of it when `granted_cents` is absent); a decision has its day.
#[utoipa::path(
    post, path = "/v1/projects/{project}/funding", tag = "Follow-up", operation_id = "funding_create",
    security(("oauth2" = ["projects:follow"]), ("partner" = ["projects:write"])),
    params(("project" = String, Path, description = "The project's id", example = json!(known::PROJECT_IN_PROGRESS)), IdempotencyKey),
    request_body(content = FundingInput),
    responses((status = 201, description = "The line", body = Funding)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let project: Id<Project> = request.path_id("project")?;
    let who = Who::of(&request);
    let parse = |input: FundingInput| input.parse(who.side());
    let (parsed, bytes) = request.parsed_body(parse).await?;
    let claim = request.claim(&bytes)?;
    let done = request.write_once(claim, move |writing| {
        let (content, note) = parsed.clone();
        Box::pin(async move {
            let project = who.project(writing, project).await?;
            let held = stored::count_of(writing, project.id).await?;
            let draft = FundingDraft {
                content,
                internal_note: note,
            };
            let (now, ids) = (writing.now(), writing.ids());
            let planned = funding::plan(&project, draft, held, who.side(), ids, now);
            let planned = planned.map_err(refused)?;
            stored::save(writing, &planned).await?;
            let line = planned.after();
            let (shown, tag) = Funding::of(line, who.view());
            Ok(created(format!("/v1/funding/{}", line.id), &tag, &shown))
        })
    });
    done.await
}

/// Read a line of a funding plan
#[utoipa::path(
    get, path = "/v1/funding/{id}", tag = "Follow-up", operation_id = "funding_get",
    description = "Whoever sees the project sees it.",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::FUNDING))),
    responses((status = 200, description = "The line", body = Funding)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let found = stored::find(&snapshot, id).await?;
    let (line, project) = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let view = view_into(&request, &project)?;
    let (shown, tag) = Funding::of(&line, view);
    Ok(Answer::json(&shown)
        .with_tag(tag)
        .with_cache(Cache::Revalidate))
}

/// Change a line of a funding plan
///
/// A JSON Merge Patch (RFC 7396); `{"state": "granted", "decided_on": "…"}` says that all was granted. What was
/// granted before another `state` is forgotten with it, unless `granted_cents` comes along.
#[utoipa::path(
    patch, path = "/v1/funding/{id}", tag = "Follow-up", operation_id = "funding_update",
    security(("oauth2" = ["projects:follow"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::FUNDING)), NeedsIfMatch),
    request_body(content(
        (FundingInput = "application/merge-patch+json", example = json!({ "state": "granted", "decided_on": "2026-01-15" })),
        (FundingInput = "application/json", example = json!({ "state": "granted", "decided_on": "2026-01-15" })),
    )),
    responses((status = 200, description = "The line", body = Funding)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    let who = Who::of(&request);
    only_own(who, &patch)?;
    let (if_match, contract) = (request.if_match(), request.app.contract);
    let done = request.write(move |writing| {
        let (patch, if_match) = (patch.clone(), if_match.clone());
        Box::pin(async move {
            let (line, project) = load(writing, id, who, if_match.as_ref()).await?;
            let input = patched(
                &contract.schemas,
                "FundingInput",
                &FundingInput::before(&line, who.side(), &patch),
                &patch,
            )?;
            let (content, note) = input.parse(who.side()).map_err(Problem::from)?;
            let note = (who.side() == Side::Petr).then_some(note);
            let (before, now) = (line.clone(), writing.now());
            let edited = funding::edit(&project, before, content, note, who.side(), now);
            let line = match edited.map_err(refused)? {
                None => line,
                Some(change) => {
                    stored::save(writing, &change).await?;
                    change.into_after()
                }
            };
            let (shown, tag) = Funding::of(&line, who.view());
            Ok(Answer::json(&shown).with_tag(tag))
        })
    });
    done.await
}

/// What a partner doesn't write may not even stand in its patch.
fn only_own(who: Who, patch: &Value) -> Result<(), Problem> {
    match who.side() == Side::Holder && patch.get("internal_note").is_some() {
        true => Err(Faults::one("/internal_note", FaultCode::PetrOnly).into()),
        false => Ok(()),
    }
}

/// Remove a line of a funding plan
///
/// For what should never have stood there: what was refused stays, as `refused`.
#[utoipa::path(
    delete, path = "/v1/funding/{id}", tag = "Follow-up", operation_id = "funding_delete",
    security(("oauth2" = ["projects:follow"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::FUNDING)), NeedsIfMatch),
    responses((status = 204, description = "It is gone")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (who, if_match) = (Who::of(&request), request.if_match());
    let done = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let (line, project) = load(writing, id, who, if_match.as_ref()).await?;
            let gone = funding::delete(&project, line, who.side(), writing.now());
            stored::save(writing, &gone.map_err(refused)?).await?;
            Ok(())
        })
    });
    done.await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// The line that is to be changed, with its project, if it is there, theirs, and as whoever asks has seen it.
async fn load(
    writing: &Writing,
    id: Id<Stored>,
    who: Who,
    if_match: Option<&IfMatch>,
) -> Result<(Stored, Project), Stop<Problem>> {
    let (line, project) = who.own(stored::load(writing, id).await?)?;
    precondition(if_match, line.version, || Funding::of(&line, who.view()).1)?;
    Ok((line, project))
}
