//! Writing blockers: noted, changed, resolved, reopened.

use chrono::{DateTime, Utc};
use domain::follow_up::FollowUpRefusal;
use domain::follow_up::blockers::{self, Blocker as Stored, BlockerFact};
use domain::kernel::{Change, FaultCode, Faults, Id};
use domain::projects::{Project, Side};
use persistence::follow_up::blockers as stored;
use serde_json::Value;

use super::wire::{Blocker, BlockerInput, BlockerReopeningInput, BlockerResolutionInput};
use crate::demo::known;
use crate::follow_up::refusal::refused;
use crate::http::etag::IfMatch;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, MayIfMatch, NeedsIfMatch, created};
use crate::http::{Answer, Problem, Request};
use crate::projects::Who;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_resolve, _, _>(resolve),
        Endpoint::of::<__path_reopen, _, _>(reopen),
    ]
}

/// Note a blocker
///
/// What stands in the way of a project that was submitted and is not over: who is to clear it, and with whom.
/// It is never public.
#[utoipa::path(
    post, path = "/v1/projects/{project}/blockers", tag = "Follow-up", operation_id = "blockers_create",
    security(("oauth2" = ["projects:follow"]), ("partner" = ["projects:write"])),
    params(("project" = String, Path, description = "The project's id", example = json!(known::PROJECT_IN_PROGRESS)), IdempotencyKey),
    request_body(content = BlockerInput),
    responses((status = 201, description = "The blocker", body = Blocker)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let project: Id<Project> = request.path_id("project")?;
    let who = Who::of(&request);
    let parse = |input: BlockerInput| input.parse(who.side());
    let (parsed, bytes) = request.parsed_body(parse).await?;
    let claim = request.claim(&bytes)?;
    let done = request.write_once(claim, move |writing| {
        let parsed = parsed.clone();
        Box::pin(async move {
            let project = who.project(writing, project).await?;
            let held = stored::count_of(writing, project.id).await?;
            let (now, ids) = (writing.now(), writing.ids());
            let (content, note) = parsed.on(now);
            let opened = blockers::open(&project, content, note, held, who.side(), ids, now);
            let opened = opened.map_err(refused)?;
            stored::save(writing, &opened).await?;
            let blocker = opened.after();
            let (shown, tag) = Blocker::of(blocker, &project, who.view(), now);
            Ok(created(
                format!("/v1/blockers/{}", blocker.id),
                &tag,
                &shown,
            ))
        })
    });
    done.await
}

/// Change a blocker
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears.
#[utoipa::path(
    patch, path = "/v1/blockers/{id}", tag = "Follow-up", operation_id = "blockers_update",
    security(("oauth2" = ["projects:follow"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::BLOCKER)), NeedsIfMatch),
    request_body(content(
        (BlockerInput = "application/merge-patch+json", example = json!({ "owner": { "role": "Référent énergie" } })),
        (BlockerInput = "application/json", example = json!({ "owner": { "role": "Référent énergie" } })),
    )),
    responses((status = 200, description = "The blocker", body = Blocker)),
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
            let (blocker, project) = who.own(stored::load(writing, id).await?)?;
            let now = writing.now();
            as_seen(&blocker, &project, who, now, if_match.as_ref())?;
            let input = patched(
                &contract.schemas,
                "BlockerInput",
                &BlockerInput::of(&blocker, who.side()),
                &patch,
            )?;
            let parsed = input.parse(who.side()).map_err(Problem::from)?;
            let (content, note) = parsed.on(now);
            let note = (who.side() == Side::Petr).then_some(note);
            let edited = blockers::edit(blocker.clone(), content, note, now);
            let blocker = match edited.map_err(refused)? {
                None => blocker,
                Some(change) => {
                    stored::save(writing, &change).await?;
                    change.into_after()
                }
            };
            let (shown, tag) = Blocker::of(&blocker, &project, who.view(), now);
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

/// Resolve a blocker
///
/// It is out of the way: how, and on which day, today when nothing is said.
#[utoipa::path(
    post, path = "/v1/blockers/{id}/resolve", tag = "Follow-up", operation_id = "blockers_resolve",
    security(("oauth2" = ["projects:follow"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::BLOCKER)), MayIfMatch),
    request_body(content = BlockerResolutionInput),
    responses((status = 200, description = "The blocker", body = Blocker)),
)]
async fn resolve(request: Request) -> Result<Answer, Problem> {
    let (parsed, _) = request.parsed_body(BlockerResolutionInput::parse).await?;
    let (text, on) = parsed;
    turn(request, move |blocker, _, side, now| {
        blockers::resolve(blocker, text.clone(), on, side, now)
    })
    .await
}

/// Reopen a blocker
///
/// It is in the way again, since the day it first was: why has to be said.
#[utoipa::path(
    post, path = "/v1/blockers/{id}/reopen", tag = "Follow-up", operation_id = "blockers_reopen",
    security(("oauth2" = ["projects:follow"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::RESOLVED_BLOCKER)), MayIfMatch),
    request_body(content = BlockerReopeningInput),
    responses((status = 200, description = "The blocker", body = Blocker)),
)]
async fn reopen(request: Request) -> Result<Answer, Problem> {
    let (because, _) = request.parsed_body(BlockerReopeningInput::parse).await?;
    turn(request, move |blocker, project, side, now| {
        blockers::reopen(project, blocker, because.clone(), side, now)
    })
    .await
}

type Turned = Result<Change<Stored, BlockerFact>, FollowUpRefusal>;

async fn turn<D>(request: Request, decide: D) -> Result<Answer, Problem>
where
    D: Fn(Stored, &Project, Side, DateTime<Utc>) -> Turned + Clone + Send + Sync + 'static,
{
    let id: Id<Stored> = request.path_id("id")?;
    let (who, if_match) = (Who::of(&request), request.if_match());
    let done = request.write(move |writing| {
        let (decide, if_match) = (decide.clone(), if_match.clone());
        Box::pin(async move {
            let (blocker, project) = who.own(stored::load(writing, id).await?)?;
            let now = writing.now();
            if if_match.is_some() {
                as_seen(&blocker, &project, who, now, if_match.as_ref())?;
            }
            let turned = decide(blocker, &project, who.side(), now).map_err(refused)?;
            stored::save(writing, &turned).await?;
            let (shown, tag) = Blocker::of(turned.after(), &project, who.view(), now);
            Ok(Answer::json(&shown).with_tag(tag))
        })
    });
    done.await
}

/// Refuses a write to another version than the one that was seen.
fn as_seen(
    blocker: &Stored,
    project: &Project,
    who: Who,
    now: DateTime<Utc>,
    if_match: Option<&IfMatch>,
) -> Result<(), Problem> {
    precondition(if_match, blocker.version, || {
        Blocker::of(blocker, project, who.view(), now).1
    })
}
