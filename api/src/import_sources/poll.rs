//! A poll: a source is claimed in the database, so that of any number of instances one polls it, fetched,
//! and what is new is imported.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Seek;
use std::sync::Arc;
use std::time::Duration;

use domain::import_sources::{self, Brought, ImportSource, KnownVersion, PollProblem, Polled};
use domain::imports::{Import, ImportFormat, ImportState, Publication};
use persistence::import_sources::{self as stored, Claim};
use persistence::{Act, Stop, Store, StoreError};
use tokio::task::JoinSet;
use tracing::Instrument;
use url::Url;
use uuid::Uuid;

use super::words::problem_of;
use crate::app::App;
use crate::http::upload;
use crate::imports::{self, Export, Options, check_format};
use crate::outgoing::{Got, OutgoingError, Validators};

/// How often the clock looks for sources that are due.
const LOOK: Duration = Duration::from_secs(1);
/// How often a poll says that it is still at it; well within the lease of its claim.
const RENEW: Duration = Duration::from_secs(45);
/// So many sources are polled at once.
const AT_ONCE: usize = 4;

/// What is asked for.
const ACCEPT: &str = "application/json, text/calendar;q=0.9, */*;q=0.1";

/// Polls what is due, again and again; polls under way end with it, and their claims with their leases.
pub(crate) async fn poll_when_due(app: Arc<App>) {
    let mut polls = JoinSet::new();
    loop {
        tokio::time::sleep(LOOK).await;
        while polls.try_join_next().is_some() {}
        while polls.len() < AT_ONCE {
            let act = act(&app);
            match claim_due(&app.store, act.clone()).await {
                Ok(Some(claim)) => {
                    let app = app.clone();
                    let source = claim.source.id;
                    let work = async move {
                        if let Err(error) = poll(&app, act, claim).await {
                            tracing::warn!(%error, %source, "a poll could not be settled");
                        }
                    };
                    polls.spawn(work.in_current_span());
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "sources that are due could not be looked for");
                    break;
                }
            }
        }
    }
}

fn act(app: &App) -> Act {
    Act::system("import_sources_poll", app.new_id())
}

/// Looks before it writes: most of the time nothing is due.
async fn claim_due(store: &Store, act: Act) -> Result<Option<Claim>, StoreError> {
    let snapshot = store.read().await?;
    let is_any = stored::any_due(&snapshot).await?;
    drop(snapshot);
    if !is_any {
        return Ok(None);
    }
    let claimed = store.write(act, |writing| {
        Box::pin(async move { Ok(stored::claim_due(writing).await?) })
    });
    claimed.await.map_err(Stop::<StoreError>::into_error)
}

/// Gives back the claims of a process that is gone, where there is only one: an embedded database's.
pub(crate) async fn release_claims(store: &Store) -> Result<(), StoreError> {
    if !store.is_embedded() {
        return Ok(());
    }
    let act = Act::system("import_sources_release", Uuid::nil());
    let released = store.write(act, |writing| {
        Box::pin(async move { Ok(stored::release_all(writing).await?) })
    });
    released.await.map_err(Stop::<StoreError>::into_error)
}

/// Polls a source that is claimed, and keeps what came of it. The source as it is then; none when it was
/// deleted meanwhile.
pub(super) async fn poll(
    app: &App,
    act: Act,
    claim: Claim,
) -> Result<Option<ImportSource>, StoreError> {
    let polled = tokio::select! {
        polled = look(app, act.clone(), &claim.source) => polled,
        never = keep_claim(app, act.clone(), claim.clone()) => match never {},
    };
    let settled = app.store.write(act, move |writing| {
        let (claim, polled) = (claim.clone(), polled.clone());
        Box::pin(async move {
            let asked = &claim.source.content;
            Ok(stored::settle(writing, &claim, asked, polled).await?)
        })
    });
    settled.await.map_err(Stop::<StoreError>::into_error)
}

async fn keep_claim(app: &App, act: Act, claim: Claim) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(RENEW).await;
        let claim = claim.clone();
        let renewed = app.store.write(act.clone(), move |writing| {
            let claim = claim.clone();
            Box::pin(async move { Ok(stored::renew(writing, &claim).await?) })
        });
        // One that was taken over is told when the poll is settled.
        if let Err(error) = renewed.await.map_err(Stop::<StoreError>::into_error) {
            tracing::warn!(%error, "the claim of a poll could not be renewed yet");
        }
    }
}

/// What is there now.
async fn look(app: &App, act: Act, source: &ImportSource) -> Polled {
    let failed = |problem| Polled::Failed {
        problem,
        brought: None,
    };
    let (file, known) = match fetch(app, source).await {
        Ok(Some(new)) => new,
        Ok(None) => return Polled::Unchanged,
        Err(error) => {
            tracing::info!(source = %source.id, %error, "a source could not be fetched");
            return failed(problem_of(&error));
        }
    };
    let (file, format) = match readable(file, source.content.format).await {
        Ok(readable) => readable,
        Err(problem) => return failed(problem),
    };
    match bring_in(app, act, source, format, file).await {
        Ok(import) if import.state == ImportState::Done => Polled::Imported {
            brought: Brought::by(&import),
            known,
        },
        Ok(import) => Polled::Failed {
            problem: PollProblem::Import,
            brought: Some(Brought::by(&import)),
        },
        Err(error) => {
            tracing::warn!(source = %source.id, %error, "an import of a source could not begin");
            failed(PollProblem::Service)
        }
    }
}

/// The file and what it is known by, if it is not what was taken in last.
async fn fetch(
    app: &App,
    source: &ImportSource,
) -> Result<Option<(File, KnownVersion)>, OutgoingError> {
    let url = Url::parse(source.content.url.as_str()).map_err(|_| OutgoingError::Malformed)?;
    let known = &source.polling.known;
    let validators = Validators {
        etag: known.etag.clone(),
        last_modified: known.last_modified.clone(),
    };
    let spool = upload::spool(app).await.map_err(OutgoingError::Spool)?;
    match app
        .outgoing
        .download(&url, ACCEPT, &validators, spool)
        .await?
    {
        Got::Unchanged => Ok(None),
        Got::New {
            file,
            digest,
            validators,
        } => {
            let digest = digest.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            });
            if known.digest.as_ref() == Some(&digest) {
                return Ok(None);
            }
            let known = KnownVersion {
                etag: validators.etag,
                last_modified: validators.last_modified,
                digest: Some(digest),
            };
            Ok(Some((file, known)))
        }
    }
}

/// The file with its format, if it can be read to its end: what can't begins no import, each time anew.
async fn readable(
    mut file: File,
    said: Option<ImportFormat>,
) -> Result<(File, ImportFormat), PollProblem> {
    let looked = tokio::task::spawn_blocking(move || {
        let looked = check_format(&file, said);
        file.rewind().map(|()| (file, looked))
    });
    match looked.await {
        Ok(Ok((file, Ok((format, _))))) => Ok((file, format)),
        Ok(Ok((_, Err(error)))) => Err(PollProblem::Content {
            problem: imports::problem_of(&error),
        }),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the file of a source could not be read again");
            Err(PollProblem::Service)
        }
        Err(panic) => {
            tracing::error!(%panic, "the reading of a source panicked");
            Err(PollProblem::Service)
        }
    }
}

async fn bring_in(
    app: &App,
    act: Act,
    source: &ImportSource,
    format: ImportFormat,
    file: File,
) -> Result<Import, StoreError> {
    let options = Options::of_flags(false, source.content.publication == Publication::Publish);
    let export = Export {
        source: import_sources::key(source.id),
        format,
    };
    let import = imports::begin(&app.store, act.clone(), export, options).await?;
    imports::run(&app.store, act, import, file, |_| {}).await
}
