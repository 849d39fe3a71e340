//! Mail into files, one a mail, named by its id: for those who develop, and those who try the service out.

use std::fs::{OpenOptions, rename};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::kernel::Vocabulary as _;
use domain::mail::{Attempt, MailProblem};

use crate::config::private_folder;
use crate::delivery::mail::message::Parcel;
use crate::delivery::mail::sender::Told;

/// Where the files lie.
pub(in crate::delivery::mail) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) async fn put(&self, parcels: Vec<Parcel>, told: &Told) {
        let (folder, told) = (self.0.clone(), told.clone());
        let putting = tokio::task::spawn_blocking(move || {
            for parcel in parcels {
                let (id, kind) = (parcel.mail.id, parcel.mail.kind.word());
                let path = folder.join(format!("{id}.eml"));
                let attempt = match put(&folder, &path, &parcel.bytes) {
                    Ok(()) => {
                        tracing::info!(kind, "a mail lies in {}", path.display());
                        Attempt::Sent
                    }
                    Err(error) => {
                        tracing::warn!(%error, kind, "a mail could not be put in {}", path.display());
                        Attempt::PutOff(MailProblem::Folder)
                    }
                };
                told.came(parcel.mail, attempt);
            }
        });
        if let Err(panic) = putting.await {
            tracing::error!(%panic, "the putting of mails into files panicked");
        }
    }
}

/// Whoever looks finds it whole or not at all.
fn put(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    private_folder(folder)?;
    let unfinished = path.with_extension("part");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(&unfinished)?.write_all(bytes)?;
    rename(&unfinished, path)
}
