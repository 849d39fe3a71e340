//! What is done with a structure by name.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::kernel::{Change, FaultCode, Faults, Id, Reason};
use domain::organisations::{self, Organisation as Stored, OrganisationFact, OrganisationRefusal};
use persistence::organisations as stored;

use super::owned::move_owned;
use super::refusal::refused;
use super::wire::{Organisation, OrganisationMergeInput};
use super::write::{base_of, load, shown};
use crate::demo::known;
use crate::http::faults::rule_broken;
use crate::http::operation::Endpoint;
use crate::http::shapes::TransitionInput;
use crate::http::writing::NeedsIfMatch;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_activate, _, _>(activate),
        Endpoint::of::<__path_suspend, _, _>(suspend),
        Endpoint::of::<__path_merge, _, _>(merge),
    ]
}

/// Make a structure a partner
///
/// Everybody sees it then. One that was suspended is a partner again.
#[utoipa::path(
    post, path = "/v1/organisations/{id}/activate", tag = "Organisations", operation_id = "organisations_activate",
    security(("oauth2" = ["organisations:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PENDING_ORGANISATION)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({})),
    responses((status = 200, description = "The structure", body = Organisation)),
)]
async fn activate(request: Request) -> Result<Answer, Problem> {
    turn(&request, organisations::activate).await
}

/// Suspend a structure
///
/// It leaves the public view; mirrors are told that it is gone. A reason is welcome, and not needed.
#[utoipa::path(
    post, path = "/v1/organisations/{id}/suspend", tag = "Organisations", operation_id = "organisations_suspend",
    security(("oauth2" = ["organisations:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PARTNER_COMMUNE)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "Convention échue." })),
    responses((status = 200, description = "The structure", body = Organisation)),
)]
async fn suspend(request: Request) -> Result<Answer, Problem> {
    turn(&request, organisations::suspend).await
}

async fn turn<D>(request: &Request, decide: D) -> Result<Answer, Problem>
where
    D: Fn(
            Stored,
            Reason,
            DateTime<Utc>,
        ) -> Result<Change<Stored, OrganisationFact>, OrganisationRefusal>
        + Copy
        + Send
        + Sync
        + 'static,
{
    let id: Id<Stored> = request.path_id("id")?;
    let (input, _) = request.body_or_default::<TransitionInput>().await?;
    let reason = input.parse()?;
    let (if_match, base) = (request.if_match(), base_of(request));
    let written = request.write(move |writing| {
        let (reason, if_match, base) = (reason.clone(), if_match.clone(), base.clone());
        Box::pin(async move {
            let organisation = load(writing, id, if_match.as_ref(), &base).await?;
            let change = decide(organisation, reason, writing.now());
            let change = change.map_err(|refusal| refused(refusal, &base))?;
            stored::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    Ok(shown(request, &written.await?))
}

/// Merge a structure into another one
///
/// They are one. The other one keeps what it says, gains what only this one said, and is answered; this one
/// leaves every list, and its address leads to the other one. Its credentials act for the other one from
/// then on, which has what it proposed. That can't be undone.
#[utoipa::path(
    post, path = "/v1/organisations/{id}/merge", tag = "Organisations", operation_id = "organisations_merge",
    security(("oauth2" = ["organisations:write"])),
    params(("id" = String, Path, description = "The id of the one that goes", example = json!(known::DOUBLE_ORGANISATION)), NeedsIfMatch),
    request_body(content = OrganisationMergeInput),
    responses((status = 200, description = "The structure that stays", body = Organisation)),
)]
async fn merge(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (input, _) = request.body::<OrganisationMergeInput>().await?;
    let into: Id<Stored> = Id::from_uuid(input.into);
    let if_match = request.if_match();
    let base: Arc<str> = base_of(&request);
    let written = request.write(move |writing| {
        let (if_match, base) = (if_match.clone(), base.clone());
        Box::pin(async move {
            stored::line_up(writing).await?;
            let goes = load(writing, id, if_match.as_ref(), &base).await?;
            let unknown = || rule_broken(&Faults::one("/into", FaultCode::UnknownOrganisation));
            let stays = stored::load(writing, into).await?.ok_or_else(unknown)?;
            let distinct = stored::known_distinct_from(writing, id).await?;
            let merged = organisations::merge(goes, stays, &distinct, writing.now());
            let (gone, kept) = merged.map_err(|refusal| refused(refusal, &base))?;
            // First the one that gives its numbers away: each belongs to one.
            stored::save(writing, &gone).await?;
            stored::save(writing, &kept).await?;
            move_owned(writing, gone.after(), into).await?;
            Ok(kept.into_after())
        })
    });
    Ok(shown(&request, &written.await?))
}
