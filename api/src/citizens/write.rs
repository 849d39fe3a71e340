//! Writing citizens down, and setting right what is known of them.

use domain::citizens::{self, Citizen as Stored, CitizenSource};
use domain::kernel::Id;
use persistence::citizens as stored;

use super::refusal::refused;
use super::wire::{Citizen, CitizenInput, path_of};
use crate::demo::known;
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

/// Write a citizen down
///
/// Who is there already is found first, at `POST /v1/citizens/search`: two with the same address are two
/// people here until somebody says that they are one (`GET /v1/citizens/{id}/doubles`).
#[utoipa::path(
    post, path = "/v1/citizens", tag = "Citizens", operation_id = "citizens_create",
    security(("oauth2" = ["citizens:write"])), params(IdempotencyKey),
    request_body(content = CitizenInput),
    responses((status = 201, description = "The citizen", body = Citizen)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let (content, bytes) = request.parsed_body(CitizenInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let done = request.write_once(claim, move |writing| {
        let content = content.clone();
        Box::pin(async move {
            let (pseudonym, now) = (writing.new_pseudonym(), writing.now());
            let source = CitizenSource::Staff;
            let made = citizens::enter(content, source, pseudonym, writing.ids(), now);
            stored::save(writing, &made).await?;
            let (shown, tag) = Citizen::of(made.after());
            let answer = created(path_of(made.after().id), &tag, &shown);
            Ok(persistence::Answer {
                person: Some(pseudonym.uuid()),
                ..answer
            })
        })
    });
    done.await
}

/// Set right what is known of a citizen
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears. An e-mail address that they showed to
/// be theirs is theirs to change.
#[utoipa::path(
    patch, path = "/v1/citizens/{id}", tag = "Citizens", operation_id = "citizens_update",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::CITIZEN)), NeedsIfMatch),
    request_body(content(
        (CitizenInput = "application/merge-patch+json", example = json!({ "age_band": "25_39", "telephone": null })),
        (CitizenInput = "application/json", example = json!({ "age_band": "25_39", "telephone": null })),
    )),
    responses((status = 200, description = "The citizen", body = Citizen)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    let (if_match, contract) = (request.if_match(), request.app.contract);
    let written = request.write(move |writing| {
        let (patch, if_match) = (patch.clone(), if_match.clone());
        Box::pin(async move {
            let citizen = stored::load(writing, id).await?.filter(Stored::is_known);
            let citizen = citizen.ok_or_else(|| Problem::new(Kind::NotFound))?;
            precondition(if_match.as_ref(), citizen.version, || {
                Citizen::of(&citizen).1
            })?;
            let input = patched(
                &contract.schemas,
                "CitizenInput",
                &CitizenInput::of(&citizen),
                &patch,
            )?;
            let content = input.parse().map_err(Problem::from)?;
            let unchanged = citizen.clone();
            let edited = citizens::edit(citizen, content, writing.now()).map_err(refused)?;
            let Some(change) = edited else {
                return Ok(unchanged);
            };
            stored::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    let (shown, tag) = Citizen::of(&written.await?);
    Ok(Answer::json(&shown).with_tag(tag))
}
