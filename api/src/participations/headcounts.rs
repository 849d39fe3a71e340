//! Headcounts: noted at a date, voided where they were wrong.

use domain::events::Occurrence;
use domain::kernel::{FaultCode, Faults, Id};
use domain::participations::{self, Headcount as Stored, Participation};
use persistence::organisations;
use persistence::participations as stored;
use persistence::registrations;
use persistence::{Stop, Writing};

use super::wire::{Headcount, HeadcountInput, HeadcountList};
use crate::demo::known;
use crate::http::faults::rule_broken;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, MayIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_void, _, _>(void),
    ]
}

/// List the headcounts of a date
///
/// In the order they were noted; those that were voided are among them, and count no more.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}/headcounts", tag = "Participation", operation_id = "headcounts_list",
    security(("oauth2" = ["participations:read"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD)), PageParams),
    responses((status = 200, description = "A page of headcounts", body = HeadcountList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let mut query = Query::strict(&request);
    let paging = query.paging(50, 200);
    query.done()?;
    let snapshot = request.look().await?;
    let there = registrations::date_of(&snapshot, occurrence).await?;
    there.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let (found, total) = stored::list_headcounts(&snapshot, occurrence, paging.part()).await?;
    let rows = Rows {
        total,
        ..Rows::cut(found, paging.limit, |one: &Stored| {
            (one.created_at, one.id.uuid())
        })
    };
    Ok(rows
        .map(|one| Headcount::of(&one).0)
        .answer(&request, &paging, "staff"))
}

/// Note a headcount
///
/// People counted without identity, a class or a market stall: nobody is named. They are shown apart from
/// people who are known, wherever anything is counted.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/headcounts", tag = "Participation", operation_id = "headcounts_create",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD)), IdempotencyKey),
    request_body(content = HeadcountInput),
    responses((status = 201, description = "The headcount", body = Headcount)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let (content, bytes) = request.parsed_body(HeadcountInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let done = request.write_once(claim, move |writing| {
        let content = content.clone();
        Box::pin(async move {
            let at = registrations::lock(writing, occurrence).await?;
            let at = at.ok_or_else(|| Problem::new(Kind::NotFound))?;
            if let Some(visited) = content.organisation
                && organisations::load(writing, visited).await?.is_none()
            {
                let code = FaultCode::UnknownOrganisation;
                return Err(rule_broken(&Faults::one("/organisation_id", code)).into());
            }
            let now = writing.now();
            let counted = participations::count(&at.date, content, writing.ids(), now);
            stored::save_headcount(writing, &counted, &at.date).await?;
            let (shown, tag) = Headcount::of(counted.after());
            let id = counted.after().id;
            Ok(created(format!("/v1/headcounts/{id}"), &tag, &shown))
        })
    });
    done.await
}

/// Void a headcount
///
/// It was noted by mistake: it counts no more, and stays where it is seen that it did.
#[utoipa::path(
    post, path = "/v1/headcounts/{id}/void", tag = "Participation", operation_id = "headcounts_void",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::HEADCOUNT)), MayIfMatch),
    responses((status = 200, description = "The headcount", body = Headcount)),
)]
async fn void(request: Request) -> Result<Answer, Problem> {
    let id: Id<Participation> = request.path_id("id")?;
    let if_match = request.if_match();
    let done = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let headcount = load(writing, id).await?;
            if if_match.is_some() {
                precondition(if_match.as_ref(), headcount.version, || {
                    Headcount::of(&headcount).1
                })?;
            }
            let at = registrations::lock(writing, headcount.occurrence).await?;
            let at = at.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let unchanged = headcount.clone();
            let Some(change) = participations::void(headcount, writing.now()) else {
                return Ok(unchanged);
            };
            stored::save_headcount(writing, &change, &at.date).await?;
            Ok(change.into_after())
        })
    });
    let (shown, tag) = Headcount::of(&done.await?);
    Ok(Answer::json(&shown).with_tag(tag))
}

async fn load(writing: &Writing, id: Id<Participation>) -> Result<Stored, Stop<Problem>> {
    let found = stored::load_headcount(writing, id).await?;
    Ok(found.ok_or_else(|| Problem::new(Kind::NotFound))?)
}
