//! Making and changing frameworks.

use domain::frameworks::{self, Framework as Stored};
use domain::kernel::{FaultCode, Id, Slug};
use persistence::frameworks as stored;
use persistence::{Stop, Writing};

use super::refusal::refused;
use super::wire::{Framework, FrameworkInput};
use crate::demo::known;
use crate::http::faults::taken;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_update, _, _>(update),
    ]
}

/// Add a framework
///
/// A plan with its axes and their actions, which projects are part of.
#[utoipa::path(
    post, path = "/v1/frameworks", tag = "Frameworks", operation_id = "frameworks_create",
    security(("oauth2" = ["frameworks:write"])), params(IdempotencyKey),
    request_body(content = FrameworkInput),
    responses((status = 201, description = "The framework", body = Framework)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let (draft, bytes) = request.parsed_body(FrameworkInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let done = request.write_once(claim, move |writing| {
        let draft = draft.clone();
        Box::pin(async move {
            its_own_code(writing, &draft.about.code, None).await?;
            let now = writing.now();
            let made = frameworks::create(draft, writing.ids(), now).map_err(refused)?;
            stored::save(writing, &made).await?;
            let (shown, tag) = Framework::of(made.after());
            Ok(created(
                format!("/v1/frameworks/{}", made.after().id),
                &tag,
                &shown,
            ))
        })
    });
    done.await
}

/// Change a framework
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears, a list is replaced whole. An axis or an
/// action keeps its id when it is sent back with it, or with its code. One that projects name is not removed:
/// 409 says how many do.
#[utoipa::path(
    patch, path = "/v1/frameworks/{framework}", tag = "Frameworks", operation_id = "frameworks_update",
    security(("oauth2" = ["frameworks:write"])),
    params(("framework" = String, Path, description = "Its id", example = json!(known::FRAMEWORK)), NeedsIfMatch),
    request_body(content(
        (FrameworkInput = "application/merge-patch+json", example = json!({ "ends_on": "2023-12-31" })),
        (FrameworkInput = "application/json", example = json!({ "ends_on": "2023-12-31" })),
    )),
    responses((status = 200, description = "The framework", body = Framework)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("framework")?;
    let (patch, _) = request.body_value().await?;
    let (if_match, contract) = (request.if_match(), request.app.contract);
    let written = request.write(move |writing| {
        let (patch, if_match) = (patch.clone(), if_match.clone());
        Box::pin(async move {
            let framework = stored::load(writing, id).await?;
            let framework = framework.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let current = || Framework::of(&framework).1;
            precondition(if_match.as_ref(), framework.version, current)?;
            let input = patched(
                &contract.schemas,
                "FrameworkInput",
                &FrameworkInput::of(&framework),
                &patch,
            )?;
            let draft = input.parse().map_err(Problem::from)?;
            its_own_code(writing, &draft.about.code, Some(id)).await?;
            let used = stored::uses(writing, &framework).await?;
            let (unchanged, now) = (framework.clone(), writing.now());
            let change = frameworks::edit(framework, draft, &used, writing.ids(), now);
            let Some(change) = change.map_err(refused)? else {
                return Ok(unchanged);
            };
            stored::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    let (shown, tag) = Framework::of(&written.await?);
    Ok(Answer::json(&shown).with_tag(tag))
}

async fn its_own_code(
    writing: &Writing,
    code: &Slug,
    own: Option<Id<Stored>>,
) -> Result<(), Stop<Problem>> {
    if stored::is_code_taken(writing, code, own).await? {
        return Err(taken("/code", FaultCode::FrameworkCodeTaken).into());
    }
    Ok(())
}
