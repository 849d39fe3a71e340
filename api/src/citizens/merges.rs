//! Two who are one person: said by the staff, and taken back.

use domain::citizens::{self, Citizen as Stored, CitizenRefusal};
use domain::kernel::{FaultCode, Faults, Id};
use persistence::citizens as stored;
use persistence::registrations;
use persistence::{Stop, Writing};

use super::read::looked_at;
use super::refusal::refused;
use super::seen::load_as_seen;
use super::wire::{Citizen, CitizenMergeInput, CitizenMerged};
use crate::demo::known;
use crate::http::faults::rule_broken;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::writing::MayIfMatch;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_merge, _, _>(merge),
        Endpoint::of::<__path_unmerge, _, _>(unmerge),
        Endpoint::of::<__path_merged, _, _>(merged),
    ]
}

/// Merge a citizen into another one
///
/// They are the same person. The other one stays and is answered; this one leaves every list, and what they
/// registered for and took part in shows as the other one's. Nothing is moved for it, and no fact is lost: people
/// are counted once by who they are, and it can be taken back at `POST /v1/citizens/{id}/unmerge`. An address that
/// this one confirmed leads to the other one. Where both are registered for the same date ahead, one of the two is
/// cancelled first. While the data of one of both are restricted it is refused.
#[utoipa::path(
    post, path = "/v1/citizens/{id}/merge", tag = "Citizens", operation_id = "citizens_merge",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "The id of the one who goes", example = json!(known::DOUBLE_CITIZEN)), MayIfMatch),
    request_body(content = CitizenMergeInput),
    responses((status = 200, description = "The citizen who stays", body = Citizen)),
)]
async fn merge(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (input, _) = request.body::<CitizenMergeInput>().await?;
    let into: Id<Stored> = Id::from_uuid(input.into);
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            stored::line_up(writing).await?;
            let meets = meeting(writing, id, into).await?;
            let citizen = load_as_seen(writing, id, if_match.as_ref()).await?;
            let unknown = || rule_broken(&Faults::one("/into", FaultCode::UnknownCitizen));
            let other = stored::load(writing, into).await?.filter(Stored::is_known);
            let other = other.ok_or_else(unknown)?;
            let now = writing.now();
            let merged = citizens::merge(citizen, other, meets, writing.ids(), now);
            let merged = merged.map_err(refused)?;
            stored::save_merged(writing, &merged).await?;
            Ok(merged.kept.into_after())
        })
    });
    let (shown, tag) = Citizen::of(&written.await?);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// When a date ahead begins for which both are registered. Dates are locked before people, as whoever registers
/// does.
async fn meeting(
    writing: &Writing,
    one: Id<Stored>,
    other: Id<Stored>,
) -> Result<Option<chrono::DateTime<chrono::Utc>>, Stop<Problem>> {
    let one = stored::pseudonym_within(writing, one).await?;
    let other = stored::pseudonym_within(writing, other).await?;
    match one.zip(other) {
        Some((one, other)) if one != other => {
            Ok(registrations::both_ahead(writing, one, other).await?)
        }
        _ => Ok(None),
    }
}

/// Take a merge back
///
/// This citizen, who was merged into another one, is somebody by themselves again, with all that was recorded of
/// them, and those who were merged into this one. What was recorded of the other one since stays the other one's.
/// While their data are restricted it stays as it is.
#[utoipa::path(
    post, path = "/v1/citizens/{id}/unmerge", tag = "Citizens", operation_id = "citizens_unmerge",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "The id of the one who was merged", example = json!(known::MERGED_CITIZEN)), MayIfMatch),
    responses((status = 200, description = "The citizen", body = Citizen)),
)]
async fn unmerge(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            stored::line_up(writing).await?;
            let citizen = load_as_seen(writing, id, if_match.as_ref()).await?;
            let found = stored::merge_of(writing, &citizen).await?;
            let (merge, from) = found.ok_or_else(|| refused(CitizenRefusal::NotMerged))?;
            // As that one they asked for it, be it they or the other.
            let person = stored::as_is_known_now(writing, citizen.clone()).await?;
            person.may_be_used().map_err(refused)?;
            let parted = citizens::unmerge(citizen, from, merge, writing.now());
            stored::save_merged(writing, &parted).await?;
            Ok(parted.gone.into_after())
        })
    });
    let (shown, tag) = Citizen::of(&written.await?);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// List those who were merged into a citizen
///
/// As they were written down, straight or by way of others; each can be taken back. The look is recorded.
#[utoipa::path(
    get, path = "/v1/citizens/{id}/merged", tag = "Citizens", operation_id = "citizens_merged",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::CITIZEN))),
    responses((status = 200, description = "Those who were", body = CitizenMerged)),
)]
async fn merged(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let (snapshot, citizen) = looked_at(&request).await?;
    let absorbed = match citizen.merged_into {
        None => stored::absorbed_by(&snapshot, &citizen).await?,
        // They are the other one's now.
        Some(_) => Vec::new(),
    };
    let kept = Some(citizen.id);
    let data = absorbed.iter().map(|one| Citizen::known_as(one, kept).0);
    let shown = CitizenMerged {
        data: data.collect(),
    };
    Ok(Answer::json(&shown).tagged_by_content("staff"))
}
