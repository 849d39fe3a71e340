//! Adding what shows who was there, and destroying it.

use actix_web::http::StatusCode;
use domain::attachments::{Attachment, AttachmentDraft};
use domain::events::Occurrence;
use domain::evidence::{self, Evidence as Stored, EvidenceDraft, EvidenceRefusal, MOST_FILES};
use domain::kernel::Id;
use domain::participations::Participation;
use persistence::registrations::HallDate;
use persistence::{Stop, Writing, evidence as stored, participations, registrations};

use super::wire::{Evidence, EvidenceForm, path_of};
use crate::attachments::{Files, Purpose, is_nobodys, placed, receive, said};
use crate::demo::known;
use crate::http::operation::{Endpoint, Limit};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create).limited(Limit::Attachment),
        Endpoint::of::<__path_create_of_headcount, _, _>(create_of_headcount)
            .limited(Limit::Attachment),
        Endpoint::of::<__path_destroy, _, _>(destroy),
    ]
}

/// Add what shows who was at a date
///
/// A form with a scan of the sheet that was signed, or whatever else shows it. It is kept until the end of the
/// audit, in the exercise of a task of public interest, and seen by the officer and the director alone; then
/// destroy it. A date has 50 such files at most.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/evidence", tag = "Participation", operation_id = "evidence_create",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::PAST_OCCURRENCE)), IdempotencyKey),
    request_body(description = "The file and what it is", content((EvidenceForm = "multipart/form-data"))),
    responses((status = 201, description = "What is known of it", body = Evidence)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    added(&request, Of::Date(occurrence)).await
}

/// Add what shows a headcount
///
/// A form with a scan of the class's list, or whatever else shows it; the same is kept of it as of a date's.
#[utoipa::path(
    post, path = "/v1/headcounts/{id}/evidence", tag = "Participation", operation_id = "headcounts_evidence_create",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "The headcount's id", example = json!(known::HEADCOUNT)), IdempotencyKey),
    request_body(description = "The file and what it is", content((EvidenceForm = "multipart/form-data"))),
    responses((status = 201, description = "What is known of it", body = Evidence)),
)]
async fn create_of_headcount(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let headcount: Id<Participation> = request.path_id("id")?;
    added(&request, Of::Headcount(headcount)).await
}

/// What it shows something of.
#[derive(Debug, Clone, Copy)]
enum Of {
    Date(Id<Occurrence>),
    Headcount(Id<Participation>),
}

impl Of {
    /// The date, which is locked, and the headcount of it.
    async fn load(
        self,
        writing: &Writing,
    ) -> Result<(HallDate, Option<Id<Participation>>), Stop<Problem>> {
        let missing = || Problem::new(Kind::NotFound);
        let (occurrence, headcount) = match self {
            Self::Date(occurrence) => (occurrence, None),
            Self::Headcount(id) => {
                let found = participations::load_headcount(writing, id).await?;
                (found.ok_or_else(missing)?.occurrence, Some(id))
            }
        };
        let at = registrations::lock(writing, occurrence).await?;
        Ok((at.ok_or_else(missing)?, headcount))
    }
}

async fn added(request: &Request, of: Of) -> Result<Answer, Problem> {
    let form = receive(request, Purpose::Evidence).await?;
    let claim = request.claim(&said(&form))?;
    let files = Files::of(&request.app.settings);
    let file: Id<Attachment> = Id::from_uuid(request.app.new_id());
    let id: Id<Stored> = Id::from_uuid(file.uuid());
    let draft = draft(id, placed(&files, file, form).await?);
    let base = request.app.settings.public_url.to_string();
    let done = request.write_once(claim, move |writing| {
        let (draft, base) = (draft.clone(), base.clone());
        Box::pin(async move {
            let (at, headcount) = of.load(writing).await?;
            let held = stored::held(writing, at.date.occurrence).await?;
            let added = evidence::add(&at.date, headcount, draft, held, writing.now());
            let added = added.map_err(refused)?;
            stored::save_new(writing, &added).await?;
            let (shown, tag) = Evidence::of(added.after(), &base);
            Ok(created(path_of(id), &tag, &shown))
        })
    });
    let answer = done.await;
    if is_nobodys(&answer, &path_of(id)) {
        tokio::task::spawn_blocking(move || files.remove(file));
    }
    answer
}

fn draft(id: Id<Stored>, placed: AttachmentDraft) -> EvidenceDraft {
    EvidenceDraft {
        id,
        title: placed.content.title,
        media_type: placed.media_type,
        bytes: placed.bytes,
        sha256: placed.sha256,
    }
}

fn refused(refusal: EvidenceRefusal) -> Problem {
    match refusal {
        EvidenceRefusal::NotAnnounced => Problem::new(Kind::WrongState).with_detail(
            "L’événement est un brouillon : personne n’a pu y être.",
            "The event is a draft: nobody can have been there.",
        ),
        EvidenceRefusal::TooMany => Problem::new(Kind::Conflict).with_detail(
            format!("Une date a {MOST_FILES} justificatifs au plus : détruisez-en un d’abord."),
            format!("A date has {MOST_FILES} files of evidence at most: destroy one first."),
        ),
    }
}

/// Destroy what shows who was there
///
/// With what it holds, for good, once the audit is over. The trail keeps that there was such a file, and that it
/// was destroyed.
#[utoipa::path(
    delete, path = "/v1/evidence/{id}", tag = "Participation", operation_id = "evidence_destroy",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = "0198c0a0-0000-7000-8000-0000000000f1"), NeedsIfMatch),
    responses((status = 204, description = "It is gone")),
)]
async fn destroy(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let if_match = request.if_match();
    let base = request.app.settings.public_url.to_string();
    let done = request.write(move |writing| {
        let (if_match, base) = (if_match.clone(), base.clone());
        Box::pin(async move {
            let found = stored::load(writing, id).await?;
            let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
            precondition(if_match.as_ref(), found.version, || {
                Evidence::of(&found, &base).1
            })?;
            stored::remove(writing, &evidence::destroy(found)).await?;
            Ok(())
        })
    });
    done.await?;
    let files = Files::of(&request.app.settings);
    tokio::task::spawn_blocking(move || files.remove(Id::from_uuid(id.uuid())));
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
