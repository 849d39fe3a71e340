//! Where a body goes: to a file, unpacked on the way, never beyond its measure. What is packed may grow
//! a thousand times, so that it is fed in small pieces and measured after each.

use std::fs::File;
use std::io::{Seek, Write};

use flate2::write::MultiGzDecoder;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::error::OutgoingError;

/// How much of what is packed is unpacked before it is measured.
const PIECE: usize = 4 * 1024;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Gzip,
}

impl Coding {
    /// From `Content-Encoding`.
    pub(super) fn of(header: Option<&str>) -> Result<Self, OutgoingError> {
        match header.map(str::trim).unwrap_or_default() {
            "" => Ok(Self::Plain),
            word if word.eq_ignore_ascii_case("identity") => Ok(Self::Plain),
            word if word.eq_ignore_ascii_case("gzip") || word.eq_ignore_ascii_case("x-gzip") => {
                Ok(Self::Gzip)
            }
            _ => Err(OutgoingError::Coding),
        }
    }
}

/// A file that is being filled.
pub(super) struct Spool {
    file: BufWriter<tokio::fs::File>,
    unpacking: Option<MultiGzDecoder<Vec<u8>>>,
    digest: Sha256,
    most: u64,
    left: u64,
}

impl Spool {
    pub(super) fn new(file: File, coding: Coding, most: u64) -> Self {
        Self {
            file: BufWriter::new(tokio::fs::File::from_std(file)),
            unpacking: (coding == Coding::Gzip).then(|| MultiGzDecoder::new(Vec::new())),
            digest: Sha256::new(),
            most,
            left: most,
        }
    }

    pub(super) async fn take(&mut self, bytes: &[u8]) -> Result<(), OutgoingError> {
        if self.unpacking.is_none() {
            return self.keep(bytes).await;
        }
        for piece in bytes.chunks(PIECE) {
            if let Some(unpacking) = &mut self.unpacking {
                unpacking
                    .write_all(piece)
                    .map_err(|_| OutgoingError::Coding)?;
                let unpacked = std::mem::take(unpacking.get_mut());
                self.keep(&unpacked).await?;
            }
        }
        Ok(())
    }

    /// The file, to be read from its start, and the digest of what it holds.
    pub(super) async fn done(mut self) -> Result<(File, [u8; 32]), OutgoingError> {
        if let Some(unpacking) = self.unpacking.take() {
            let rest = unpacking.finish().map_err(|_| OutgoingError::Coding)?;
            self.keep(&rest).await?;
        }
        self.file.flush().await.map_err(OutgoingError::Spool)?;
        let mut file = self.file.into_inner().into_std().await;
        file.rewind().map_err(OutgoingError::Spool)?;
        Ok((file, self.digest.finalize().into()))
    }

    async fn keep(&mut self, bytes: &[u8]) -> Result<(), OutgoingError> {
        let left = self.left.checked_sub(bytes.len() as u64);
        self.left = left.ok_or(OutgoingError::TooLarge(self.most))?;
        self.digest.update(bytes);
        let written = self.file.write_all(bytes).await;
        written.map_err(OutgoingError::Spool)
    }
}
