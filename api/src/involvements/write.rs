//! What the staff does with involvements: records who takes part, answers who offers to, ends and withdraws.

use chrono::{DateTime, Utc};
use domain::citizens::Citizen;
use domain::consents::{ConsentPurpose, may_take_part};
use domain::involvements::{
    self, Begin, Involvement as Stored, InvolvementFact, InvolvementRefusal, InvolvementState,
};
use domain::kernel::{Change, FaultCode, Faults, Id};
use domain::projects::Project;
use persistence::citizens as people;
use persistence::consents;
use persistence::involvements as stored;
use persistence::projects;
use persistence::{Answer as Once, Stop, Writing};

use super::refusal::refused;
use super::wire::{
    Involvement, InvolvementAcceptInput, InvolvementInput, InvolvementWithdrawInput,
};
use crate::demo::known;
use crate::http::faults::rule_broken;
use crate::http::operation::Endpoint;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, MayIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_accept, _, _>(accept),
        Endpoint::of::<__path_decline, _, _>(decline),
        Endpoint::of::<__path_end, _, _>(end),
        Endpoint::of::<__path_withdraw, _, _>(withdraw),
    ]
}

/// Record that somebody helps with a project, or carries it
///
/// Since a day on which they really did: it is counted from then, as one dated fact. Who follows or supports a
/// project says so by themselves.
#[utoipa::path(
    post, path = "/v1/projects/{project}/involvements", tag = "Involvements", operation_id = "involvements_create",
    security(("oauth2" = ["citizens:write"])),
    params(("project" = String, Path, description = "The project's id", example = json!(known::PROJECT_IN_PROGRESS)), IdempotencyKey),
    request_body(content = InvolvementInput),
    responses((status = 201, description = "The involvement", body = Involvement)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let project: Id<Project> = request.path_id("project")?;
    let (input, bytes) = request.body::<InvolvementInput>().await?;
    let claim = request.claim(&bytes)?;
    let done = request.write_once(claim, move |writing| {
        Box::pin(async move {
            let project = projects::load(writing, project).await?;
            let project = project.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let found = people::load(writing, Id::from_uuid(input.citizen_id)).await?;
            let unknown = || rule_broken(&Faults::one("/citizen_id", FaultCode::UnknownCitizen));
            let found = found.filter(Citizen::is_known).ok_or_else(unknown)?;
            let citizen = people::as_is_known_now(writing, found).await?;
            may_join(writing, &citizen, "/citizen_id").await?;
            let role = input.role;
            let open = stored::open_of(writing, citizen.pseudonym, project.id, role).await?;
            let asked = Begin {
                project: &project,
                person: citizen.pseudonym,
                role,
                open: open.first().map(|one| one.id),
            };
            let now = writing.now();
            let recorded = involvements::record(asked, input.since, writing.ids(), now);
            let recorded = recorded.map_err(refused)?;
            stored::save(writing, &recorded, &citizen).await?;
            let involvement = recorded.after();
            let (shown, tag) = Involvement::of_citizen(involvement, &citizen);
            Ok(Once {
                person: Some(citizen.pseudonym.uuid()),
                ..created(format!("/v1/involvements/{}", involvement.id), &tag, &shown)
            })
        })
    });
    done.await
}

/// Take an offer to help
///
/// They help since that day, and are counted from then.
#[utoipa::path(
    post, path = "/v1/involvements/{id}/accept", tag = "Involvements", operation_id = "involvements_accept",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::OFFER)), MayIfMatch),
    request_body(content = InvolvementAcceptInput),
    responses((status = 200, description = "The involvement", body = Involvement)),
)]
async fn accept(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body::<InvolvementAcceptInput>().await?;
    turn(&request, move |involvement, now| {
        involvements::accept(involvement, input.since, now)
    })
    .await
}

/// Decline an offer to help
#[utoipa::path(
    post, path = "/v1/involvements/{id}/decline", tag = "Involvements", operation_id = "involvements_decline",
    description = "Nothing of it is counted. They may offer again.",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::OFFER)), MayIfMatch),
    responses((status = 200, description = "The involvement", body = Involvement)),
)]
async fn decline(request: Request) -> Result<Answer, Problem> {
    turn(&request, involvements::decline).await
}

/// End an involvement
///
/// They don't follow, support, help or carry it any more. Who took part did: that is counted still.
#[utoipa::path(
    post, path = "/v1/involvements/{id}/end", tag = "Involvements", operation_id = "involvements_end",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::VOLUNTEER)), MayIfMatch),
    responses((status = 200, description = "The involvement", body = Involvement)),
)]
async fn end(request: Request) -> Result<Answer, Problem> {
    turn(&request, involvements::end).await
}

/// Withdraw what was recorded by mistake
///
/// They never took part, or otherwise than it was recorded: it is counted no more. That it was stays in the trail,
/// with what was wrong.
#[utoipa::path(
    post, path = "/v1/involvements/{id}/withdraw", tag = "Involvements", operation_id = "involvements_withdraw",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::HOLDER)), MayIfMatch),
    request_body(content = InvolvementWithdrawInput),
    responses((status = 200, description = "The involvement", body = Involvement)),
)]
async fn withdraw(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body::<InvolvementWithdrawInput>().await?;
    turn(&request, move |involvement, now| {
        involvements::withdraw(involvement, input.reason, now)
    })
    .await
}

type Decided = Result<Option<Change<Stored, InvolvementFact>>, InvolvementRefusal>;

/// What the staff does with one that is there.
async fn turn<D>(request: &Request, decide: D) -> Result<Answer, Problem>
where
    D: Fn(Stored, DateTime<Utc>) -> Decided + Clone + Send + Sync + 'static,
{
    let id: Id<Stored> = request.path_id("id")?;
    let if_match = request.if_match();
    let done = request.write(move |writing| {
        let (decide, if_match) = (decide.clone(), if_match.clone());
        Box::pin(async move {
            let found = stored::load(writing, id).await?;
            let (involvement, citizen) = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let known = people::as_is_known_now(writing, citizen.clone()).await?;
            if if_match.is_some() {
                precondition(if_match.as_ref(), involvement.version, || {
                    Involvement::of_citizen(&involvement, &known).1
                })?;
            }
            let decided = decide(involvement.clone(), writing.now()).map_err(refused)?;
            let Some(change) = decided else {
                return Ok(Involvement::of_citizen(&involvement, &known));
            };
            if change.after().state == InvolvementState::Active {
                may_join(writing, &known, "/since").await?;
            }
            stored::save(writing, &change, &citizen).await?;
            Ok(Involvement::of_citizen(change.after(), &known))
        })
    });
    let (shown, tag) = done.await?;
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Nobody joins anything whose data are restricted, and no child under 15 until a parent consents.
pub(crate) async fn may_join(
    writing: &Writing,
    citizen: &Citizen,
    pointer: &str,
) -> Result<(), Stop<Problem>> {
    citizen.may_be_used().map_err(crate::citizens::refused)?;
    let purpose = ConsentPurpose::Parental;
    let last = consents::last(writing, citizen.pseudonym, purpose).await?;
    match may_take_part(citizen.content.age_band, last.as_ref()) {
        true => Ok(()),
        false => Err(rule_broken(&Faults::one(pointer, FaultCode::ParentsConsent)).into()),
    }
}
