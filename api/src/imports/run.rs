//! Running an import: records are read on a blocking thread and taken in chunks, each one write, so
//! that nothing long is held and nothing whole lies in memory.

use std::collections::HashMap;
use std::fs::File;
use std::ops::ControlFlow;
use std::sync::Arc;

use domain::imports::{
    self, Import, ImportFault, ImportProblem, ImportState, Outcome, Publication, Run, Tally,
};
use domain::kernel::{FaultCode, Id};
use persistence::imports::ReportLine;
use persistence::{Act, Stop, Store, StoreError, Writing};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::chunk::{self, Entry};
use super::format::{self, Export, FormatError, Refused};
use super::patience::patiently;
use super::upkeep::keep_alive;
use super::words;

/// How many records one write takes at most: so many hold up the others for well below a tenth of a second.
const RECORDS_A_WRITE: usize = 250;
/// How many timings one write takes at most, but for a single record that has more.
const TIMINGS_A_WRITE: usize = 1_000;

/// How an import is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) run: Run,
    pub(crate) publication: Publication,
}

impl Options {
    /// From the two flags, which the command line and HTTP call the same.
    pub(crate) fn of_flags(dry_run: bool, publish: bool) -> Self {
        let run = if dry_run { Run::Dry } else { Run::Real };
        let publication = if publish {
            Publication::Publish
        } else {
            Publication::Drafts
        };
        Self { run, publication }
    }
}

/// Makes the import that [`run`] then runs.
pub(crate) async fn begin(
    store: &Store,
    act: Act,
    export: Export,
    options: Options,
) -> Result<Import, StoreError> {
    let begun = store.write(act, move |writing| {
        let export = export.clone();
        Box::pin(async move { Ok(start(writing, export, options).await?) })
    });
    begun.await.map_err(Stop::into_error)
}

/// Makes the import within a write.
pub(super) async fn start(
    writing: &mut Writing,
    export: Export,
    options: Options,
) -> Result<Import, StoreError> {
    let id = Id::new(writing.ids());
    let Export { source, format } = export;
    let now = writing.now();
    let change = imports::start(id, source, format, options.run, options.publication, now);
    persistence::imports::save(writing, &change).await?;
    Ok(change.into_after())
}

/// Takes all records of a file and ends the import. Give it a task of its own: whoever waits for it
/// may go away. `progress` is told after each write.
pub(crate) async fn run(
    store: &Store,
    act: Act,
    import: Import,
    file: File,
    progress: impl Fn(&Tally),
) -> Result<Import, StoreError> {
    let (sender, receiver) = mpsc::channel(RECORDS_A_WRITE);
    let (format, now) = (import.format, store.clock().now());
    let reading = tokio::task::spawn_blocking(move || {
        format::read_records(&file, format, now, &mut |position, read| match sender
            .blocking_send(Entry { position, read })
        {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })
    });
    let id = import.id;
    let mut taking = Taking {
        store,
        act: &act,
        import,
        seen: HashMap::new(),
    };
    // The receiver goes with it: a reader that nobody listens to any more stops.
    let taken = tokio::select! {
        taken = taking.all(receiver, progress) => taken,
        () = keep_alive(store, &act, id) => Ok(()),
    };
    let problem = match (taken, reading.await) {
        (Err(error), _) => {
            tracing::error!(%error, import = %id, "an import could not go on");
            Some(ImportProblem::Store)
        }
        (Ok(()), Ok(Ok(_))) => None,
        (Ok(()), Ok(Err(error))) => Some(problem_of(&error)),
        (Ok(()), Err(panic)) => {
            tracing::error!(%panic, import = %id, "the reading of an import panicked");
            Some(ImportProblem::Unreadable)
        }
    };
    finish(store, act, id, problem).await
}

pub(crate) fn problem_of(error: &FormatError) -> ImportProblem {
    match error {
        FormatError::Malformed { line, column } => ImportProblem::Malformed {
            line: *line,
            column: *column,
        },
        FormatError::NotAnExport => ImportProblem::NotAnExport,
        FormatError::NotACalendar => ImportProblem::NotACalendar,
        FormatError::CutOff => ImportProblem::CutOff,
        FormatError::TooManyEntries { most } => ImportProblem::TooManyEntries { most: *most },
        FormatError::RecordTooLarge { position } => ImportProblem::RecordTooLarge {
            position: *position,
        },
        FormatError::Io(error) => {
            tracing::warn!(%error, "the file of an import could not be read");
            ImportProblem::Unreadable
        }
    }
}

async fn finish(
    store: &Store,
    act: Act,
    id: Id<Import>,
    problem: Option<ImportProblem>,
) -> Result<Import, StoreError> {
    let finished = patiently(|| {
        let problem = problem.clone();
        store.write(act.clone(), move |writing| {
            let problem = problem.clone();
            Box::pin(async move {
                let import = stored(writing, id).await?;
                match imports::finish(import.clone(), problem, writing.now()) {
                    Ok(change) => {
                        persistence::imports::save(writing, &change).await?;
                        Ok(change.into_after())
                    }
                    // Somebody took us for dead; what we did stands in the report all the same.
                    Err(imports::ImportEnded) => Ok(import),
                }
            })
        })
    });
    finished.await.map_err(Stop::into_error)
}

async fn stored(writing: &Writing, id: Id<Import>) -> Result<Import, StoreError> {
    let import = persistence::imports::load(writing, id).await?;
    import.ok_or_else(|| StoreError::Unreadable(format!("import {id}")))
}

/// The import, when it was brought to that version before: the write was done, and only its answer
/// was lost.
async fn done_before(
    writing: &Writing,
    id: Id<Import>,
    version: i64,
) -> Result<Option<Import>, StoreError> {
    let import = stored(writing, id).await?;
    let is_ours = import.version == version && import.state == ImportState::Running;
    Ok(is_ours.then_some(import))
}

/// An import under way.
struct Taking<'s> {
    store: &'s Store,
    act: &'s Act,
    import: Import,
    /// The keys met up to now, with their positions: one record each.
    seen: HashMap<KeyDigest, u32>,
}

/// A digest of a record's key: there may be very many of them, and of any length.
type KeyDigest = [u8; 16];

impl Taking<'_> {
    async fn all(
        &mut self,
        mut receiver: mpsc::Receiver<Entry>,
        progress: impl Fn(&Tally),
    ) -> Result<(), StoreError> {
        let mut chunk: Vec<Entry> = Vec::new();
        let mut timings = 0;
        while let Some(entry) = receiver.recv().await {
            let entry = self.once(entry);
            let more = timings_of(&entry);
            let full = chunk.len() == RECORDS_A_WRITE || timings + more > TIMINGS_A_WRITE;
            if full && !chunk.is_empty() {
                self.chunk(std::mem::take(&mut chunk)).await?;
                progress(&self.import.tally);
                timings = 0;
            }
            timings += more;
            chunk.push(entry);
        }
        if !chunk.is_empty() {
            self.chunk(chunk).await?;
            progress(&self.import.tally);
        }
        Ok(())
    }

    /// The second record of one key is refused: which of the two is right, nobody here can know.
    fn once(&mut self, entry: Entry) -> Entry {
        let Ok(parsed) = &entry.read else {
            return entry;
        };
        let uid = parsed.event.uid.as_str();
        let first = *self.seen.entry(digest_of(uid)).or_insert(entry.position);
        if first == entry.position {
            return entry;
        }
        let fault = ImportFault::quoting(FaultCode::Duplicate, "", &format!("{uid}, #{first}"));
        let refused = Refused {
            source_id: Some(uid.to_owned()),
            faults: vec![fault],
        };
        Entry {
            position: entry.position,
            read: Err(refused),
        }
    }

    /// Takes some records in one write; when the database refuses it, each in its own, so that one
    /// never costs another.
    async fn chunk(&mut self, entries: Vec<Entry>) -> Result<(), StoreError> {
        let entries = Arc::new(entries);
        match self.write(entries.clone()).await {
            Err(error) if is_about_a_record(&error) && entries.len() > 1 => {
                for entry in entries.iter() {
                    self.single(entry).await?;
                }
                Ok(())
            }
            Err(error) if is_about_a_record(&error) => self.single(&entries[0]).await,
            done => done,
        }
    }

    async fn single(&mut self, entry: &Entry) -> Result<(), StoreError> {
        match self.write(Arc::new(vec![entry.clone()])).await {
            Err(error) if is_about_a_record(&error) => {
                tracing::warn!(%error, position = entry.position, "a record could not be saved");
                let mut line = chunk::report_line(entry, Outcome::Refused, None);
                line.errors.push(words::not_saved());
                self.import.tally.count(Outcome::Refused, 0);
                self.keep(vec![line]).await
            }
            done => done,
        }
    }

    async fn write(&mut self, entries: Arc<Vec<Entry>>) -> Result<(), StoreError> {
        let import = &self.import;
        let done = patiently(|| {
            let (import, entries) = (import.clone(), entries.clone());
            self.store.write(self.act.clone(), move |writing| {
                let (import, entries) = (import.clone(), entries.clone());
                Box::pin(async move { take(writing, import, &entries).await })
            })
        });
        match done.await {
            Ok(import) => {
                self.import = import;
                Ok(())
            }
            Err(Stop::Refused(Rehearsed { tally, lines })) => {
                self.import.tally = tally;
                self.keep(lines).await
            }
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    /// Writes only the report.
    async fn keep(&mut self, lines: Vec<ReportLine>) -> Result<(), StoreError> {
        self.import.version += 1;
        let (import, lines) = (&self.import, Arc::new(lines));
        let kept = patiently(|| {
            let (import, lines) = (import.clone(), lines.clone());
            self.store.write(self.act.clone(), move |writing| {
                let (import, lines) = (import.clone(), lines.clone());
                Box::pin(async move {
                    if done_before(writing, import.id, import.version)
                        .await?
                        .is_none()
                    {
                        persistence::imports::record(writing, &import, &lines).await?;
                    }
                    Ok(())
                })
            })
        });
        kept.await.map_err(Stop::<StoreError>::into_error)
    }
}

fn digest_of(key: &str) -> KeyDigest {
    let mut digest = KeyDigest::default();
    let whole = Sha256::digest(key);
    digest.copy_from_slice(&whole[..16]);
    digest
}

/// Whether the records may be to blame, and not the state of the database.
fn is_about_a_record(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::NotUnique(_)
            | StoreError::Database(_)
            | StoreError::Unreadable(_)
            | StoreError::TooLong
    )
}

fn timings_of(entry: &Entry) -> usize {
    entry
        .read
        .as_ref()
        .map_or(0, |parsed| parsed.event.dates.len())
}

/// What a dry run would have done: nothing of it is kept but the report.
#[derive(Debug)]
struct Rehearsed {
    tally: Tally,
    lines: Vec<ReportLine>,
}

async fn take(
    writing: &mut Writing,
    mut import: Import,
    entries: &[Entry],
) -> Result<Import, Stop<Rehearsed>> {
    persistence::imports::line_up(writing, import.source.as_str()).await?;
    if let Some(done) = done_before(writing, import.id, import.version + 1).await? {
        return Ok(done);
    }
    let lines = chunk::take(writing, &import, entries).await?;
    for (line, entry) in lines.iter().zip(entries) {
        import.tally.count(line.outcome, timings_of(entry));
    }
    if import.run == Run::Dry {
        return Err(Stop::Refused(Rehearsed {
            tally: import.tally,
            lines,
        }));
    }
    import.version += 1;
    persistence::imports::record(writing, &import, &lines).await?;
    Ok(import)
}
