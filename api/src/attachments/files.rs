//! Where the files lie: each under its id, in one of 256 folders. A file is there, whole and synced, before
//! anything is known of it, and goes after nothing is known of it any more.

use std::fs::{File, OpenOptions, remove_file, rename};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::attachments::{Attachment, MediaType};
use domain::kernel::Id;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::strip;
use crate::config::{Settings, private_folder};

/// What a file that is being written is called besides.
pub(super) const UNFINISHED: &str = "part";

/// The folder of all files.
#[derive(Debug, Clone)]
pub(crate) struct Files(PathBuf);

/// A file that is in its place.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) bytes: u64,
    /// SHA-256, in hexadecimal.
    pub(super) sha256: String,
}

impl Files {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self::at(&settings.files_dir)
    }

    pub(super) fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    pub(super) fn root(&self) -> &Path {
        &self.0
    }

    fn folder(&self, id: Uuid) -> PathBuf {
        // The last byte is chance; the first ones are the time.
        self.0.join(format!("{:02x}", id.as_bytes()[15]))
    }

    pub(super) fn path(&self, id: Id<Attachment>) -> PathBuf {
        self.folder(id.uuid()).join(id.to_string())
    }

    /// Puts a file in its place, without what a picture knows besides what it shows. An error of kind
    /// `InvalidData` says that it is no such picture.
    pub(super) fn place(
        &self,
        id: Id<Attachment>,
        media_type: MediaType,
        from: impl Read + Seek,
    ) -> io::Result<Placed> {
        let (folder, path) = (self.folder(id.uuid()), self.path(id));
        private_folder(&folder)?;
        let unfinished = path.with_extension(UNFINISHED);
        let placed = write(&unfinished, media_type, from).and_then(|placed| {
            rename(&unfinished, &path)?;
            // The name, too, must be there after a power cut.
            File::open(&folder)?.sync_all()?;
            Ok(placed)
        });
        if placed.is_err() {
            let _ = remove_file(&unfinished);
        }
        placed
    }

    /// Removes a file, unless it is gone already.
    pub(crate) fn remove(&self, id: Id<Attachment>) {
        match remove_file(self.path(id)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::warn!(%error, file = %id, "a file that nobody knows of is removed later");
            }
            _ => {}
        }
    }
}

fn write(path: &Path, media_type: MediaType, from: impl Read + Seek) -> io::Result<Placed> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut to = Counted {
        to: BufWriter::with_capacity(256 * 1024, options.open(path)?),
        digest: Sha256::new(),
        bytes: 0,
    };
    let mut from = BufReader::with_capacity(256 * 1024, from);
    from.rewind()?;
    strip::copy(media_type, &mut from, &mut to)?;
    to.flush()?;
    to.to.get_ref().sync_all()?;
    let sha256 = to.digest.finalize();
    Ok(Placed {
        bytes: to.bytes,
        sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

/// What is written, and what there was.
struct Counted {
    to: BufWriter<File>,
    digest: Sha256,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
