//! Files that nobody knows of: what was written for a write that failed, or died, and what was left when its
//! project's draft was removed.

use std::fs::{DirEntry, read_dir, remove_file};
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use persistence::attachments::unknown;
use persistence::{StoreError, evidence};
use uuid::Uuid;

use super::files::{Files, UNFINISHED};
use crate::app::App;

/// A younger one may be about to be known of: its write ends within minutes of its id's moment. And whoever
/// brought back an older database has that long to notice.
const AGE: TimeDelta = TimeDelta::days(2);

/// Removes them; says how many.
pub(crate) async fn collect(app: &App) -> Result<usize, StoreError> {
    let files = Files::of(&app.settings);
    let now = app.store.clock().now();
    let looked = tokio::task::spawn_blocking(move || candidates(&files, now)).await;
    let candidates = match looked {
        Ok(Ok(candidates)) => candidates,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the folder of files could not be looked through");
            return Ok(0);
        }
        Err(panic) => {
            tracing::error!(%panic, "looking through the folder of files panicked");
            return Ok(0);
        }
    };
    if candidates.is_empty() {
        return Ok(0);
    }
    let ids = candidates.iter().map(|(id, _)| *id).collect();
    let snapshot = app.store.read_current().await?;
    let orphans = evidence::unknown(&snapshot, unknown(&snapshot, ids).await?).await?;
    let mut removed = 0;
    for (id, path) in candidates {
        let is_unfinished = path.extension().is_some_and(|end| end == UNFINISHED);
        if (is_unfinished || orphans.contains(&id)) && remove_file(&path).is_ok() {
            removed += 1;
        }
    }
    Ok(removed)
}

/// All files that are old enough, by the moment in their ids.
fn candidates(files: &Files, now: DateTime<Utc>) -> io::Result<Vec<(Uuid, PathBuf)>> {
    let mut found = Vec::new();
    let folders = match read_dir(files.root()) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
        folders => folders?,
    };
    for folder in folders {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for entry in read_dir(&folder)? {
            let entry = entry?;
            let old = id_of(&entry).filter(|id| made_at(*id).is_some_and(|made| now - made > AGE));
            found.extend(old.map(|id| (id, entry.path())));
        }
    }
    Ok(found)
}

fn id_of(entry: &DirEntry) -> Option<Uuid> {
    let name = entry.file_name().into_string().ok()?;
    Uuid::try_parse(name.trim_end_matches(".part")).ok()
}

fn made_at(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}
