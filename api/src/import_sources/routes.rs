//! Sources over HTTP.

use std::time::Duration;

use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::import_sources::{self, AlreadySo, ImportSource as Stored, ImportSourceFact};
use domain::kernel::{Change, FaultCode, Id, WebUrl};
use persistence::import_sources as stored;
use persistence::{Stop, Writing};
use tokio::time::timeout;
use tracing::Instrument;

use super::poll::poll;
use super::wire::{ImportSource, ImportSourceInput, ImportSourceList};
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::faults::taken;
use crate::http::language::Language;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, MayIfMatch, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

/// How long whoever asks for a poll waits for its end; always less than a request may take.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_delete, _, _>(delete),
        Endpoint::of::<__path_pause, _, _>(pause),
        Endpoint::of::<__path_resume, _, _>(resume),
        Endpoint::of::<__path_poll_now, _, _>(poll_now),
    ]
}

/// List sources
///
/// In the order in which they were made.
#[utoipa::path(
    get, path = "/v1/import-sources", tag = "Imports", operation_id = "import_sources_list",
    security(("oauth2" = ["imports:write"])), params(PageParams),
    responses((status = 200, description = "A page of sources", body = ImportSourceList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let paging = query.paging(50, 200);
    query.done()?;
    let snapshot = request.look().await?;
    let (rows, total) = stored::list(&snapshot, paging.part()).await?;
    let place = |source: &Stored| (source.created_at, source.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(rows, paging.limit, place)
    };
    let wire = |source: Stored| ImportSource::of(&source, request.language).0;
    Ok(rows.map(wire).answer(&request, &paging, "staff"))
}

/// Add a source
///
/// An address that is fetched by the clock, in a minute for the first time. What is new there is imported as
/// a file would be, with a report at `/v1/imports/{id}`. A record is matched with its event by the source
/// and the record's own key; what the source gives no longer stays as it is: cancel it when it doesn't take
/// place.
/// An event that came by a file, or from a source that was deleted, under a record's key (a calendar's: with
/// a date of the same UID) is the source's from then on, and its line says `adopted`. An address that
/// another source has is refused, as is one that is not public: a literal one here, any other when it is
/// fetched.
#[utoipa::path(
    post, path = "/v1/import-sources", tag = "Imports", operation_id = "import_sources_create",
    security(("oauth2" = ["imports:write"])), params(IdempotencyKey),
    request_body(content = ImportSourceInput),
    responses((status = 201, description = "The source", body = ImportSource)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let outgoing = &request.app.outgoing;
    let parse = |input: ImportSourceInput| input.parse(outgoing);
    let (content, bytes) = request.parsed_body(parse).await?;
    let claim = request.claim(&bytes)?;
    let language = request.language;
    let done = request.write_once(claim, move |writing| {
        let content = content.clone();
        Box::pin(async move {
            free_address(writing, &content.url, None).await?;
            let now = writing.now();
            let made = import_sources::create(content, writing.ids(), now);
            stored::save(writing, &made).await?;
            let (shown, tag) = ImportSource::of(made.after(), language);
            Ok(created(
                format!("/v1/import-sources/{}", made.after().id),
                &tag,
                &shown,
            ))
        })
    });
    done.await
}

/// Read a source
///
/// How its last poll went, why it failed if it did, and when the next one is due.
#[utoipa::path(
    get, path = "/v1/import-sources/{id}", tag = "Imports", operation_id = "import_sources_get",
    security(("oauth2" = ["imports:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PAUSED_SOURCE))),
    responses((status = 200, description = "The source", body = ImportSource)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let source = stored::find(&snapshot, id).await?;
    let source = source.ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(shown(&source, request.language))
}

/// Change a source
///
/// A JSON Merge Patch (RFC 7396). With another `url`, `format` or `publish` it is polled in a minute,
/// and taken in as if nothing were known of it; its events are matched as before. A `url` that another
/// source has is refused.
#[utoipa::path(
    patch, path = "/v1/import-sources/{id}", tag = "Imports", operation_id = "import_sources_update",
    security(("oauth2" = ["imports:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PAUSED_SOURCE)), NeedsIfMatch),
    request_body(content(
        (ImportSourceInput = "application/merge-patch+json", example = json!({ "every_minutes": 240 })),
        (ImportSourceInput = "application/json", example = json!({ "every_minutes": 240 })),
    )),
    responses((status = 200, description = "The source", body = ImportSource)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    let (if_match, language) = (request.if_match(), request.language);
    let app = request.app.clone();
    let written = request.write(move |writing| {
        let (patch, if_match, app) = (patch.clone(), if_match.clone(), app.clone());
        Box::pin(async move {
            let source = load(writing, id, if_match.as_ref(), language).await?;
            let input = patched(
                &app.contract.schemas,
                "ImportSourceInput",
                &ImportSourceInput::of(&source),
                &patch,
            )?;
            let content = input.parse(&app.outgoing).map_err(Problem::from)?;
            if content.url != source.content.url {
                free_address(writing, &content.url, Some(id)).await?;
            }
            let (unchanged, now) = (source.clone(), writing.now());
            let Some(change) = import_sources::edit(source, content, now) else {
                return Ok(unchanged);
            };
            stored::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    Ok(shown(&written.await?, language))
}

/// Delete a source
///
/// It is polled no more. Its imports and the events they brought stay; another source may take them over.
#[utoipa::path(
    delete, path = "/v1/import-sources/{id}", tag = "Imports", operation_id = "import_sources_delete",
    security(("oauth2" = ["imports:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PAUSED_SOURCE)), NeedsIfMatch),
    responses((status = 204, description = "It is gone")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (if_match, language) = (request.if_match(), request.language);
    let gone = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let source = load(writing, id, if_match.as_ref(), language).await?;
            let change = import_sources::delete(source, writing.now());
            Ok(stored::delete(writing, &change).await?)
        })
    });
    gone.await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// Pause a source
///
/// The clock polls it no more; on request it still is.
#[utoipa::path(
    post, path = "/v1/import-sources/{id}/pause", tag = "Imports", operation_id = "import_sources_pause",
    security(("oauth2" = ["imports:write"])),
    params(("id" = String, Path, description = "Its id", example = "0198c0a0-0000-7000-8000-000000000050"), MayIfMatch),
    responses((status = 200, description = "The source", body = ImportSource)),
)]
async fn pause(request: Request) -> Result<Answer, Problem> {
    turn(&request, import_sources::pause).await
}

/// Resume a source
///
/// The clock polls it again, in a minute for the first time.
#[utoipa::path(
    post, path = "/v1/import-sources/{id}/resume", tag = "Imports", operation_id = "import_sources_resume",
    security(("oauth2" = ["imports:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PAUSED_SOURCE)), MayIfMatch),
    responses((status = 200, description = "The source", body = ImportSource)),
)]
async fn resume(request: Request) -> Result<Answer, Problem> {
    turn(&request, import_sources::resume).await
}

async fn turn<D>(request: &Request, decide: D) -> Result<Answer, Problem>
where
    D: Fn(Stored, DateTime<Utc>) -> Result<Change<Stored, ImportSourceFact>, AlreadySo>
        + Copy
        + Send
        + Sync
        + 'static,
{
    let id: Id<Stored> = request.path_id("id")?;
    let if_match = request.if_match().unwrap_or(IfMatch::Any);
    let language = request.language;
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let source = load(writing, id, Some(&if_match), language).await?;
            let change = decide(source, writing.now()).map_err(|AlreadySo| already_so())?;
            stored::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    Ok(shown(&written.await?, language))
}

fn already_so() -> Problem {
    Problem::new(Kind::WrongState).with_detail(
        "La source est déjà dans cet état.",
        "The source is in that state already.",
    )
}

/// Poll a source now
///
/// Whether it is due or not, also when it is paused. A poll that fails is no failure of the request: the
/// source's `last_outcome` and `problem` say so. What takes longer than 20 seconds is answered with 202
/// and goes on, as is the request when the source is being polled already.
#[utoipa::path(
    post, path = "/v1/import-sources/{id}/poll", tag = "Imports", operation_id = "import_sources_poll",
    security(("oauth2" = ["imports:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PAUSED_SOURCE)), MayIfMatch),
    responses(
        (status = 200, description = "The source, polled: `last_outcome` says how that went", body = ImportSource),
        (status = 202, description = "The source, being polled: read it again", body = ImportSource),
    ),
)]
async fn poll_now(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let if_match = request.if_match().unwrap_or(IfMatch::Any);
    let language = request.language;
    let begun = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let source = load(writing, id, Some(&if_match), language).await?;
            Ok((source, stored::claim(writing, id).await?))
        })
    });
    let (source, claim) = begun.await?;
    let under_way = |source| Ok(shown(source, language).with_status(202));
    let Some(claim) = claim else {
        return under_way(&source);
    };
    let (app, act) = (request.app.clone(), request.act());
    let work = async move { poll(&app, act, claim).await };
    // Not on this worker: it goes on when whoever asked leaves.
    let work = request.app.runtime.spawn(work.in_current_span());
    let patience = PATIENCE.min(request.app.settings.request_timeout / 2);
    match timeout(patience, work).await {
        Err(_) => under_way(&source),
        Ok(done) => match done.map_err(Problem::internal)?? {
            Some(source) => Ok(shown(&source, language)),
            None => Err(Problem::new(Kind::NotFound)),
        },
    }
}

/// One address is polled by one source.
async fn free_address(
    writing: &Writing,
    url: &WebUrl,
    own: Option<Id<Stored>>,
) -> Result<(), Stop<Problem>> {
    let Some(other) = stored::other_at(writing, url, own).await? else {
        return Ok(());
    };
    let problem = taken("/url", FaultCode::SourceUrlTaken).with_detail(
        format!("Une autre source a cette adresse : /v1/import-sources/{other}."),
        format!("Another source has this address: /v1/import-sources/{other}."),
    );
    Err(problem.into())
}

/// The source that is to be changed, if it is there and as whoever asks has seen it.
async fn load(
    writing: &Writing,
    id: Id<Stored>,
    if_match: Option<&IfMatch>,
    language: Language,
) -> Result<Stored, Stop<Problem>> {
    let source = stored::load(writing, id).await?;
    let source = source.ok_or_else(|| Problem::new(Kind::NotFound))?;
    precondition(if_match, source.version, || {
        ImportSource::of(&source, language).1
    })?;
    Ok(source)
}

fn shown(source: &Stored, language: Language) -> Answer {
    let (shown, tag) = ImportSource::of(source, language);
    Answer::json(&shown).with_tag(tag)
}
