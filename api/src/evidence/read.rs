//! What there is of evidence, and what it holds.

use std::collections::BTreeMap;

use actix_web::http::header;
use domain::events::Occurrence;
use domain::evidence::Evidence as Stored;
use domain::kernel::{Id, Vocabulary as _};
use domain::participations::Participation;
use persistence::{evidence as stored, participations, registrations};
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response};

use super::KIND;
use super::wire::{Evidence, EvidenceList};
use crate::attachments::{SANDBOX, in_whichever_type, opened, saved_as};
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_list_of_headcount, _, _>(list_of_headcount),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_download, _, _>(download),
    ]
}

/// List what shows who was at a date
///
/// Scanned sheets, letters, those of its headcounts included, in the order they were added. For the officer and
/// the director alone.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}/evidence", tag = "Participation", operation_id = "evidence_list",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::PAST_OCCURRENCE)), PageParams),
    responses((status = 200, description = "A page of evidence", body = EvidenceList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    answered(&request, Some(occurrence), None).await
}

/// List what shows a headcount
///
/// In the order it was added. For the officer and the director alone.
#[utoipa::path(
    get, path = "/v1/headcounts/{id}/evidence", tag = "Participation", operation_id = "headcounts_evidence_list",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "The headcount's id", example = json!(known::HEADCOUNT)), PageParams),
    responses((status = 200, description = "A page of evidence", body = EvidenceList)),
)]
async fn list_of_headcount(request: Request) -> Result<Answer, Problem> {
    let headcount: Id<Participation> = request.path_id("id")?;
    answered(&request, None, Some(headcount)).await
}

async fn answered(
    request: &Request,
    occurrence: Option<Id<Occurrence>>,
    headcount: Option<Id<Participation>>,
) -> Result<Answer, Problem> {
    let mut query = Query::strict(request);
    let paging = query.paging(50, 200);
    query.done()?;
    let missing = || Problem::new(Kind::NotFound);
    let snapshot = request.look().await?;
    let occurrence = match (occurrence, headcount) {
        (Some(occurrence), _) => {
            let there = registrations::date_of(&snapshot, occurrence).await?;
            there.ok_or_else(missing)?.date.occurrence
        }
        (None, Some(headcount)) => {
            let found = participations::find_headcount(&snapshot, headcount).await?;
            found.ok_or_else(missing)?.occurrence
        }
        (None, None) => return Err(missing()),
    };
    let part = paging.part();
    let (found, total) = stored::list(&snapshot, occurrence, headcount, part).await?;
    let rows = Rows {
        total,
        ..Rows::cut(found, paging.limit, |one: &Stored| {
            (one.created_at, one.id.uuid())
        })
    };
    let base = request.app.settings.public_url.to_string();
    Ok(rows
        .map(|one| Evidence::of(&one, &base).0)
        .answer(request, &paging, "staff"))
}

/// Read what is known of evidence
///
/// What it is, how much it holds, by what right it is kept.
#[utoipa::path(
    get, path = "/v1/evidence/{id}", tag = "Participation", operation_id = "evidence_get",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "Its id", example = "0198c0a0-0000-7000-8000-0000000000f1")),
    responses((status = 200, description = "What is known of it", body = Evidence)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let found = found(&request).await?;
    let (shown, tag) = Evidence::of(&found, request.app.settings.public_url.as_str());
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Get what shows who was there
///
/// What it holds, to be saved. It names many: the look is recorded.
#[utoipa::path(
    get, path = "/v1/evidence/{id}/content", tag = "Participation", operation_id = "evidence_download",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "Its id", example = "0198c0a0-0000-7000-8000-0000000000f1")),
    responses(Content),
)]
async fn download(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let found = found(&request).await?;
    request.note_reading(KIND, Some(found.id.uuid())).await?;
    let id = Id::from_uuid(found.id.uuid());
    let file = opened(&request, id, found.bytes).await?;
    let (_, tag) = Evidence::of(&found, request.app.settings.public_url.as_str());
    Ok(Answer::file(found.media_type.word(), file)
        .with_tag(tag)
        .with_cache(Cache::Never)
        .with_header(header::CONTENT_DISPOSITION, saved_as(&found.file_name()))
        .with_header(header::CONTENT_SECURITY_POLICY, SANDBOX))
}

async fn found(request: &Request) -> Result<Stored, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let found = stored::find(&request.look().await?, id).await?;
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}

/// The file, in whichever type there is: for the document.
struct Content;

impl IntoResponses for Content {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        BTreeMap::from([("200".to_owned(), in_whichever_type("The file"))])
    }
}
