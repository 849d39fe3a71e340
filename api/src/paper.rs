//! Documents for paper: set as PDF away from the workers that answer, one at a time, so that however many are asked
//! for, the service goes on answering.

use std::time::Duration;

use actix_web::http::header;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use typeset::Document;

use crate::http::answer::Cache;
use crate::http::language::Language;
use crate::http::{Answer, Kind, Problem};

/// Setting a document takes a processor, and the memory of all its pages.
static AT_ONCE: Semaphore = Semaphore::const_new(1);

/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// The document as a PDF to be saved under a name, which is no place for what is somebody's.
///
/// # Errors
/// Too many wait for theirs, or the document can't be set.
pub(crate) async fn pdf(
    document: Document,
    language: Language,
    file_name: &str,
) -> Result<Answer, Problem> {
    let permit = timeout(PATIENCE, AT_ONCE.acquire()).await;
    let permit = permit.map_err(|_| busy())?.map_err(Problem::internal)?;
    // The permit goes with the work, which goes on when a client that hung up drops this future.
    let setting = spawn_blocking(move || {
        let set = typeset::pdf(document);
        drop(permit);
        set
    });
    let set = setting.await.map_err(Problem::internal)?;
    let set = set.map_err(Problem::internal)?;
    Ok(Answer::of("application/pdf", set)
        .tagged_by_content(language.tag())
        .with_cache(Cache::Never)
        .with_header(header::CONTENT_LANGUAGE, language.tag())
        .with_header(
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{file_name}\""),
        ))
}

fn busy() -> Problem {
    Problem::new(Kind::Unavailable).retry_after(5).with_detail(
        "Trop de documents sont demandés à la fois. Réessayez après Retry-After.",
        "Too many documents are asked for at once. Try again after Retry-After.",
    )
}
