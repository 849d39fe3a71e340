//! Who may be the same person: proposed with the reasons, over all or of one; and who was said not to be.

use domain::citizens::{Citizen as Stored, CitizenRefusal, doubles};
use domain::kernel::{FaultCode, Faults, Id};
use persistence::audit;
use persistence::citizens::{self as stored, Likely};
use utoipa::IntoParams;

use super::read::{KIND, looked_at};
use super::refusal::refused;
use super::seen::load_as_seen;
use super::wire::{
    Citizen, CitizenDistinctionInput, CitizenDouble, CitizenDoubles, CitizenLikely,
    CitizenLikelyList,
};
use crate::demo::known;
use crate::http::faults::rule_broken;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::writing::MayIfMatch;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_alike, _, _>(alike),
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_distinct, _, _>(distinct),
    ]
}

/// List those who may be the same person
///
/// Who has the same address, number or name, each with the reasons. Nothing is merged by itself: who reads
/// this decides.
#[utoipa::path(
    get, path = "/v1/citizens/{id}/doubles", tag = "Citizens", operation_id = "citizens_doubles",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::CITIZEN))),
    responses((status = 200, description = "Those who may be", body = CitizenDoubles)),
)]
async fn alike(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let (snapshot, citizen) = looked_at(&request).await?;
    let near = match citizen.merged_into {
        None if citizen.restricted_at.is_none() => stored::near_to(&snapshot, &citizen).await?,
        // Who they are is said; or they are not looked for.
        _ => Vec::new(),
    };
    let data = near.iter().map(|other| CitizenDouble {
        citizen: Citizen::of(other).0,
        reasons: doubles(&citizen, other),
    });
    let shown = CitizenDoubles {
        data: data.collect(),
    };
    Ok(Answer::json(&shown).tagged_by_content("staff"))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// In what they are alike, separated by commas; in whatever when absent. To live in the same commune is no
    /// reason by itself.
    #[param(example = "same_email,same_telephone")]
    reason: Option<String>,
}

/// List all who may be the same person
///
/// Everybody who may be somebody who was there before, with those and the reasons, who came last first: each two
/// who may be one stand there once, at the later one. Who was merged is not there, nor those of whom somebody said
/// that they are two. The look is recorded.
#[utoipa::path(
    get, path = "/v1/citizens/doubles", tag = "Citizens", operation_id = "citizens_list_doubles",
    security(("oauth2" = ["citizens:read"])), params(ListParams, PageParams),
    responses((status = 200, description = "A page of those who may be", body = CitizenLikelyList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let reasons = query.words("reason");
    let paging = query.paging(50, 200);
    query.done()?;
    request.note_reading(KIND, None).await?;
    let snapshot = request.look().await?;
    let (likely, total) = stored::list_likely(&snapshot, &reasons, paging.part()).await?;
    let place = |one: &Likely| (one.citizen.created_at, one.citizen.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(likely, paging.limit, place)
    };
    let rows = rows.map(|likely| CitizenLikely {
        citizen: Citizen::of(&likely.citizen).0,
        doubles: likely
            .doubles
            .into_iter()
            .map(|(other, reasons)| CitizenDouble {
                citizen: Citizen::of(&other).0,
                reasons,
            })
            .collect(),
    });
    Ok(rows.answer(&request, &paging, "staff"))
}

/// Say that two are two people
///
/// They are not proposed as doubles of each other any more. It counts once.
#[utoipa::path(
    post, path = "/v1/citizens/{id}/distinct", tag = "Citizens", operation_id = "citizens_distinct",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::DOUBLE_CITIZEN)), MayIfMatch),
    request_body(content = CitizenDistinctionInput),
    responses((status = 200, description = "The citizen", body = Citizen)),
)]
async fn distinct(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (input, _) = request.body::<CitizenDistinctionInput>().await?;
    let from: Id<Stored> = Id::from_uuid(input.from);
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let citizen = load_as_seen(writing, id, if_match.as_ref()).await?;
            let unknown = || rule_broken(&Faults::one("/from", FaultCode::UnknownCitizen));
            let other = stored::load(writing, from).await?.filter(Stored::is_known);
            let other = other.ok_or_else(unknown)?;
            if citizen.id == other.id {
                return Err(refused(CitizenRefusal::Itself).into());
            }
            if citizen.merged_into.is_some() || other.merged_into.is_some() {
                return Err(refused(CitizenRefusal::Merged).into());
            }
            if !stored::tell_apart(writing, &citizen, &other).await? {
                // Nothing changes, and what is known of them is shown.
                let subject = Some(citizen.pseudonym.uuid());
                audit::note_reading(writing, "citizen", subject).await?;
            }
            Ok(citizen)
        })
    });
    let (shown, tag) = Citizen::of(&written.await?);
    Ok(Answer::json(&shown).with_tag(tag))
}
