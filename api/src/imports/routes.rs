//! Imports over HTTP: a file is taken in whole, looked through, and then brought in by a task of its
//! own, which goes on when whoever sent the file leaves.

use std::fs::File;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use chrono::DateTime;
use domain::imports::{Import as Stored, ImportFormat, ImportProblem, ImportState, Outcome};
use domain::kernel::Id;
use persistence::imports::{self as stored, ReportLine};
use persistence::{Act, Answer as Kept, Claim, Once, Part, Place, Stop, StoreError};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::Instrument;
use utoipa::IntoParams;

use super::run::{self, Options};
use super::upload::{self, Upload};
use super::wire::{
    CalendarFile, Import, ImportForm, ImportList, ImportRecord, ImportRecordList, OpenAgendaExport,
};
use super::words::problem_words;
use super::{Export, FormatError, check_format, problem_of};
use crate::app::App;
use crate::http::faults::FieldError;
use crate::http::operation::{Endpoint, Limit};
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::upload::blocking;
use crate::http::writing::IdempotencyKey;
use crate::http::{Answer, Kind, Problem, Request};

/// How long the sender waits for the end of an import.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often an import that another request began is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_create, _, _>(create).limited(Limit::Import),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_records, _, _>(records),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct CreateParams {
    /// Only say what would happen.
    #[param(example = false)]
    dry_run: Option<bool>,
    /// Publish the events, new ones and drafts of earlier imports; without it new ones are drafts.
    #[param(example = false)]
    publish: Option<bool>,
}

/// Import events
///
/// The export of an OpenAgenda (JSON), or a calendar in iCalendar, recognised by how it begins. The
/// file is the body, or the part `file` of a form. A record is matched with its event by the source and
/// the record's own key there, so that the same file may come again without doubles; each record has a
/// line in the report, and one that is wrong never stops the others. A record of a calendar is an event:
/// the entries of one `UID`, or those that a calendar of this service tells to be one; a date's UID
/// stays what it is, and one that another event here has already is refused as `known_elsewhere`. A file
/// that can't be read to its end is refused whole, and nothing of it is imported. What takes longer than
/// 30 seconds is answered with 202 and goes on, also when the sender leaves. The same `Idempotency-Key`
/// with the same file gives the import that was made then, as far as it is.
#[utoipa::path(
    post, path = "/v1/imports", tag = "Imports", operation_id = "imports_create",
    security(("oauth2" = ["imports:write"])), params(CreateParams, IdempotencyKey),
    request_body(
        description = "The export or the calendar, at most 512 MiB",
        content(
            (OpenAgendaExport = "application/json"),
            (CalendarFile = "text/calendar"),
            (Vec<u8> = "application/octet-stream"),
            (ImportForm = "multipart/form-data"),
        )
    ),
    responses(
        (status = 201, description = "The import, ended: its `state` says how", body = Import),
        (status = 202, description = "The import, still running: read it again at `Location`", body = Import),
    ),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    request.within_limit()?;
    upload::media_type(&request)?;
    let mut query = Query::strict(&request);
    let options = Options::of_flags(query.flag("dry_run"), query.flag("publish"));
    query.done()?;
    let (upload, format) = checked(upload::receive(&request).await?).await?;
    let export = Export::of_file(format);
    let claim = request.claim(&upload.digest)?;
    let (told, begun) = oneshot::channel();
    let (app, act) = (request.app.clone(), request.act());
    let work =
        async move { bring_in(&app, act, (export, options), claim, upload.file, told).await };
    // Not on this worker: it ends with its connections.
    let mut work = request.app.runtime.spawn(work.in_current_span());
    let import = match timeout(PATIENCE, &mut work).await {
        Ok(done) => done.map_err(Problem::internal)??,
        Err(_) => under_way(&request.app, begun).await?,
    };
    let ended = import.state != ImportState::Running;
    let status = if ended {
        StatusCode::CREATED
    } else {
        StatusCode::ACCEPTED
    };
    let location = format!("/v1/imports/{}", import.id);
    Ok(shown(&request, &import)
        .with_status(status.as_u16())
        .with_header(header::LOCATION, location))
}

/// The file, if it can be read to its end, and what it is: what can't is refused before anything is
/// done.
async fn checked(upload: Upload) -> Result<(Upload, ImportFormat), Problem> {
    let looked = blocking(move || {
        let looked = check_format(&upload.file, upload.said);
        Ok((upload, looked))
    });
    let (upload, looked) = looked.await?;
    match looked {
        Ok((format, _)) => Ok((upload, format)),
        Err(error) => Err(refusal(&error)),
    }
}

fn refusal(error: &FormatError) -> Problem {
    let problem = problem_of(error);
    let (french, english) = problem_words(&problem);
    match problem {
        ImportProblem::Malformed { .. } | ImportProblem::CutOff => {
            Problem::new(Kind::MalformedBody).with_detail(french, english)
        }
        ImportProblem::RecordTooLarge { .. } => {
            Problem::invalid(vec![FieldError::pointer("", "too_long", french, english)])
        }
        ImportProblem::TooManyEntries { .. } => {
            Problem::invalid(vec![FieldError::pointer("", "too_many", french, english)])
        }
        ImportProblem::NotAnExport | ImportProblem::NotACalendar => {
            Problem::invalid(vec![FieldError::pointer("", "malformed", french, english)])
        }
        _ => Problem::internal(error),
    }
}

/// The whole of an import, from its beginning to its end; `told` hears which one it is.
async fn bring_in(
    app: &App,
    act: Act,
    wanted: (Export, Options),
    claim: Option<Claim>,
    file: File,
    told: oneshot::Sender<Id<Stored>>,
) -> Result<Stored, Problem> {
    match begin(app, act.clone(), wanted, claim).await? {
        Begun::Now(import) => {
            let _ = told.send(import.id);
            Ok(run::run(&app.store, act, import, file, |_| {}).await?)
        }
        Begun::Before(id) => {
            let _ = told.send(id);
            settled(app, id).await
        }
    }
}

/// Whether the import begins now, or began with the same key before.
enum Begun {
    Now(Stored),
    Before(Id<Stored>),
}

/// Under a key only the import's id is kept: its state at a repetition is what is asked for then.
async fn begin(
    app: &App,
    act: Act,
    (export, options): (Export, Options),
    claim: Option<Claim>,
) -> Result<Begun, Problem> {
    if claim.is_none() {
        let begun = run::begin(&app.store, act, export, options).await?;
        return Ok(Begun::Now(begun));
    }
    let begun = app.store.write_once(act.clone(), claim, move |writing| {
        let export = export.clone();
        Box::pin(async move {
            let import = run::start(writing, export, options).await?;
            Ok::<_, Stop<Problem>>(Kept {
                status: StatusCode::ACCEPTED.as_u16(),
                location: Some(format!("/v1/imports/{}", import.id)),
                etag: None,
                body: import.id.uuid().as_bytes().to_vec(),
                person: None,
            })
        })
    });
    let (is_first, kept) = match begun.await? {
        Once::First(kept) => (true, kept),
        Once::Again(kept) => (false, kept),
    };
    let id = uuid::Uuid::from_slice(&kept.body).map_err(Problem::internal)?;
    let id: Id<Stored> = Id::from_uuid(id);
    if !is_first {
        return Ok(Begun::Before(id));
    }
    // Through the write door: a copy of the database may not have it yet.
    let loaded = app.store.write(act, move |writing| {
        Box::pin(async move { Ok(stored::load(writing, id).await?) })
    });
    let loaded = loaded.await.map_err(Stop::<StoreError>::into_error)?;
    loaded
        .map(Begun::Now)
        .ok_or_else(|| Problem::internal("an import vanished as it began"))
}

/// The import that another request began, once it has ended or patience has.
async fn settled(app: &App, id: Id<Stored>) -> Result<Stored, Problem> {
    let deadline = Instant::now() + PATIENCE - LOOK_AGAIN;
    loop {
        let import = find(app, id).await?;
        if import.state != ImportState::Running || Instant::now() >= deadline {
            return Ok(import);
        }
        let next = deadline.min(Instant::now() + LOOK_AGAIN);
        let _ = timeout_at(next, app.store.written()).await;
    }
}

async fn under_way(app: &App, mut begun: oneshot::Receiver<Id<Stored>>) -> Result<Stored, Problem> {
    match begun.try_recv() {
        Ok(id) => find(app, id).await,
        Err(_) => Err(Problem::new(Kind::Timeout).retry_after(5)),
    }
}

async fn find(app: &App, id: Id<Stored>) -> Result<Stored, Problem> {
    let snapshot = app.store.read_current().await?;
    let import = stored::find(&snapshot, id).await?;
    import.ok_or_else(|| Problem::new(Kind::NotFound))
}

fn shown(request: &Request, import: &Stored) -> Answer {
    let base = request.app.settings.public_url.as_str();
    let (shown, tag) = Import::of(import, request.language, base);
    Answer::json(&shown).with_tag(tag)
}

/// List imports
///
/// The newest first.
#[utoipa::path(
    get, path = "/v1/imports", tag = "Imports", operation_id = "imports_list",
    security(("oauth2" = ["events:read"])), params(PageParams),
    responses((status = 200, description = "A page of imports", body = ImportList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let paging = query.paging(50, 200);
    query.done()?;
    let snapshot = request.look().await?;
    let (rows, total) = stored::list(&snapshot, paging.part()).await?;
    let place = |import: &Stored| (import.started_at, import.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(rows, paging.limit, place)
    };
    let base = request.app.settings.public_url.as_str();
    let wire = |import: Stored| Import::of(&import, request.language, base).0;
    Ok(rows.map(wire).answer(&request, &paging, "staff"))
}

/// Read an import
///
/// How far it is, and how many records it has made, changed, left alone and refused.
#[utoipa::path(
    get, path = "/v1/imports/{id}", tag = "Imports", operation_id = "imports_get",
    security(("oauth2" = ["events:read"])),
    params(("id" = String, Path, description = "Its id", example = "0198c0a0-0000-7000-8000-000000000040")),
    responses((status = 200, description = "The import, as far as it is", body = Import)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let import = find(&request.app, request.path_id("id")?).await?;
    Ok(shown(&request, &import))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct RecordParams {
    /// Only records with one of these outcomes, separated by commas.
    #[param(example = "created,refused")]
    outcome: Option<String>,
}

/// Read an import's report
///
/// A line for each record of the file, in the file's order: what became of it, and what there is to
/// say of it in the reader's language.
#[utoipa::path(
    get, path = "/v1/imports/{id}/records", tag = "Imports", operation_id = "imports_list_records",
    security(("oauth2" = ["events:read"])),
    params(
        ("id" = String, Path, description = "The import's id", example = "0198c0a0-0000-7000-8000-000000000040"),
        RecordParams, PageParams,
    ),
    responses((status = 200, description = "A page of the report", body = ImportRecordList)),
)]
async fn records(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let outcomes = query.words::<Outcome>("outcome");
    let paging = query.paging(50, 200);
    query.done()?;
    let import = find(&request.app, request.path_id("id")?).await?;
    let after = paging
        .after
        .map(|place| position_at(place, import.id))
        .transpose()?;
    let snapshot = request.look().await?;
    let Part { limit, total, .. } = paging.part();
    let (rows, total) =
        stored::records(&snapshot, import.id, &outcomes, after, limit, total).await?;
    let place = |line: &ReportLine| place_of(line.position, import.id);
    let rows = Rows {
        total,
        ..Rows::cut(rows, paging.limit, place)
    };
    let wire = |line| ImportRecord::of(line, request.language);
    Ok(rows.map(wire).answer(&request, &paging, "staff"))
}

/// A line stands where its position says, and not at a moment: as a cursor's moment, a position is
/// so many microseconds.
fn place_of(position: u32, import: Id<Stored>) -> Place {
    let moment = DateTime::from_timestamp_micros(i64::from(position)).unwrap_or_default();
    (moment, import.uuid())
}

fn position_at((moment, id): Place, import: Id<Stored>) -> Result<u32, Problem> {
    let position = u32::try_from(moment.timestamp_micros()).ok();
    position.filter(|_| id == import.uuid()).ok_or_else(|| {
        Problem::invalid(vec![FieldError::parameter(
            "cursor",
            "cursor_invalid",
            "Ce curseur est d’un autre import : reprenez à la première page.",
            "This cursor is of another import: start again at the first page.",
        )])
    })
}
