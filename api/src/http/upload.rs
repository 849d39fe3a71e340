//! A file on its way in: streamed to the disk within its limit. It has no name there as soon as it is open, so
//! that nothing of it stays, whatever breaks off.

use std::fs::File;
use std::io::{self, Seek};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use actix_multipart::MultipartError;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::time::Instant;

use super::faults::FieldError;
use super::{Kind, Problem};
use crate::app::App;

/// How much is gathered before it is written.
const BUFFER: usize = 256 * 1024;

/// How the name of a file that is being opened begins, whatever it is for.
const PREFIX: &str = "incoming-";
/// How it began when imports alone had such files: what an older release left is found by it.
const EARLIER_PREFIX: &str = "import-";

/// A file that came in whole.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) file: File,
    /// SHA-256 of what it holds.
    pub(crate) digest: [u8; 32],
    /// How much that is.
    pub(crate) bytes: u64,
}

/// A file for what is on its way in, gone once it is closed.
pub(crate) async fn spool(app: &App) -> io::Result<File> {
    let folder = folder(&app.settings.data_dir);
    let path = folder.join(format!("{PREFIX}{}", app.new_id()));
    let made = tokio::task::spawn_blocking(move || nameless(&folder, &path));
    made.await.map_err(io::Error::other)?
}

/// Removes what a stop left between the making of a file and the taking away of its name.
pub(crate) fn sweep(data_dir: &Path) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder(data_dir)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) || name.starts_with(EARLIER_PREFIX) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

pub(crate) fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("tmp")
}

/// A new file that only we can read, and that is gone once it is closed.
pub(crate) fn nameless(folder: &Path, path: &Path) -> io::Result<File> {
    if !folder.is_dir() {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let file = options
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

/// Work with the disk, off the threads that serve.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(Problem::internal)?;
    done.map_err(|error| of_disk(&error))
}

pub(crate) fn of_disk(error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Problem::new(Kind::StorageFull)
        }
        _ => Problem::internal(error),
    }
}

/// The body, cut off with an error where it is too long.
pub(crate) fn bounded(
    body: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
    limit: usize,
) -> impl Stream<Item = Result<Bytes, PayloadError>> + 'static {
    let mut left = limit;
    body.map(move |chunk| {
        let chunk = chunk?;
        left = left
            .checked_sub(chunk.len())
            .ok_or(PayloadError::Overflow)?;
        Ok(chunk)
    })
}

/// How long a sender is waited for: within each silence, and until the end. Without an end, whoever sends a byte
/// now and then would hold a connection and a file for ever.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    silence: Duration,
    end: Instant,
}

impl Patience {
    /// From now on.
    pub(crate) fn new(silence: Duration, whole: Duration) -> Self {
        Self {
            silence,
            end: Instant::now() + whole,
        }
    }
}

/// What comes next; a sender that keeps silent for too long, or takes too long in all, is not waited for.
pub(crate) async fn next<T, E>(
    stream: &mut (impl Stream<Item = Result<T, E>> + Unpin),
    patience: Patience,
    problem: impl Fn(&E) -> Problem,
) -> Result<Option<T>, Problem> {
    let until = patience.end.min(Instant::now() + patience.silence);
    match tokio::time::timeout_at(until, stream.next()).await {
        Ok(next) => next.transpose().map_err(|error| problem(&error)),
        Err(_) => Err(Problem::new(Kind::Timeout).retry_after(5)),
    }
}

pub(crate) fn of_body(error: &PayloadError) -> Problem {
    match error {
        PayloadError::Overflow => Problem::new(Kind::PayloadTooLarge),
        _ => Problem::new(Kind::MalformedBody).with_detail(
            "Le corps a été interrompu avant la fin.",
            "The body broke off before its end.",
        ),
    }
}

pub(crate) fn of_parts(error: &MultipartError) -> Problem {
    match error {
        MultipartError::Payload(error) => of_body(error),
        error => Problem::new(Kind::MalformedBody).with_detail(
            format!("Le corps n’est pas un formulaire multipart/form-data lisible : {error}."),
            format!("The body is no readable multipart/form-data form: {error}."),
        ),
    }
}

/// The part of a form whose file holds nothing.
pub(crate) fn empty(part: &str) -> FieldError {
    FieldError::pointer(
        format!("/{part}"),
        "required",
        "Le fichier est vide.",
        "The file is empty.",
    )
}

/// Where the bytes go.
pub(crate) struct Sink {
    file: BufWriter<tokio::fs::File>,
    digest: Sha256,
    bytes: u64,
}

impl Sink {
    pub(crate) fn new(file: File) -> Self {
        Self {
            file: BufWriter::with_capacity(BUFFER, tokio::fs::File::from_std(file)),
            digest: Sha256::new(),
            bytes: 0,
        }
    }

    pub(crate) async fn take(&mut self, chunk: &[u8]) -> Result<(), Problem> {
        self.digest.update(chunk);
        self.bytes += chunk.len() as u64;
        self.file
            .write_all(chunk)
            .await
            .map_err(|error| of_disk(&error))
    }

    /// The file, to be read from its start.
    pub(crate) async fn done(mut self) -> Result<Arrived, Problem> {
        self.file.flush().await.map_err(|error| of_disk(&error))?;
        let mut file = self.file.into_inner().into_std().await;
        file.rewind().map_err(|error| of_disk(&error))?;
        Ok(Arrived {
            file,
            digest: self.digest.finalize().into(),
            bytes: self.bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn a_sender_that_goes_on_and_on_is_not_waited_for_beyond_the_end() {
        let drip = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(2)).await;
            Some((Ok::<_, PayloadError>(Bytes::from_static(b"x")), ()))
        });
        let mut drip = std::pin::pin!(drip);
        let (silence, whole) = (Duration::from_secs(60), Duration::from_millis(100));
        let patience = Patience::new(silence, whole);
        let started = Instant::now();
        let mut bytes = 0;
        let told = loop {
            match next(&mut drip, patience, of_body).await {
                Ok(chunk) => bytes += chunk.map_or(0, |chunk| chunk.len()),
                Err(problem) => break problem,
            }
        };
        assert_eq!((told.kind, bytes > 0), (Kind::Timeout, true));
        // It was the end that came, and no silence.
        assert!((whole..silence).contains(&started.elapsed()));
    }
}
