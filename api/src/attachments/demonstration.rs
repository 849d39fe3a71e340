//! What the files of the demonstration hold. It is put in its place after the files are known of, and not before
//! as that of others is: their ids are as old as the story, and what is that old and nobody knows of is removed.

use std::io::{self, Cursor};
use std::path::Path;

use domain::attachments::Attachment;
use persistence::attachments::find;
use persistence::{Store, StoreError, View};

use super::files::Files;
use crate::demo::{FILES, ToldFile};

/// Puts what the files of the demonstration hold in this folder, those that are known of and not there.
///
/// # Errors
/// The store can't be reached. A folder that can't be written to is told in the log alone.
pub async fn lay(store: &Store, folder: &Path) -> Result<(), StoreError> {
    let files = Files::at(folder);
    let snapshot = store.read_current().await?;
    for told in FILES {
        let Some(found) = find(&snapshot, View::Staff, told.id()).await? else {
            continue;
        };
        let files = files.clone();
        let laying = tokio::task::spawn_blocking(move || put(&files, &found.attachment, told));
        if let Err(error) = laying
            .await
            .unwrap_or_else(|panic| Err(io::Error::other(panic)))
        {
            tracing::warn!(%error, file = %told.id(), "a file of the demonstration is not in its place");
        }
    }
    Ok(())
}

fn put(files: &Files, attachment: &Attachment, told: ToldFile) -> io::Result<()> {
    if files.path(attachment.id).exists() {
        return Ok(());
    }
    let placed = files.place(
        attachment.id,
        attachment.media_type,
        Cursor::new(told.content()),
    )?;
    if placed.sha256 != attachment.sha256 {
        // Another release told it otherwise.
        files.remove(attachment.id);
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(())
}
