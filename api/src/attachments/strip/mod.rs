//! Pictures without what they know besides what they show: where and when they were taken, by whom, with
//! which telephone. Piece by piece, so that no picture is in memory whole. Of Exif, which side is up is kept:
//! it is turned upright by that. Documents are copied as they are.

mod exif;
mod gif;
mod jpeg;
mod png;
mod webp;

use std::io::{self, BufRead, Read, Seek, Write};

use domain::attachments::MediaType;

/// Copies a file; of pictures, what is seen alone. An error of kind `InvalidData` says that it is none.
pub(super) fn copy(
    media_type: MediaType,
    from: &mut (impl BufRead + Seek),
    to: &mut impl Write,
) -> io::Result<()> {
    from.rewind()?;
    match media_type {
        MediaType::Jpeg => jpeg::copy(from, to),
        MediaType::Png => png::copy(from, to),
        MediaType::Webp => webp::copy(from, to),
        MediaType::Gif => gif::copy(from, to),
        MediaType::Pdf
        | MediaType::Odt
        | MediaType::Ods
        | MediaType::Docx
        | MediaType::Xlsx
        | MediaType::Csv
        | MediaType::Text => io::copy(from, to).map(drop),
    }
}

fn damaged() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

fn array<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    match from.read_exact(&mut bytes) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(damaged()),
        done => done.map(|()| bytes),
    }
}

/// Copies so many bytes.
fn pass(from: &mut impl Read, to: &mut impl Write, bytes: u64) -> io::Result<()> {
    match io::copy(&mut from.take(bytes), to)? {
        copied if copied == bytes => Ok(()),
        _ => Err(damaged()),
    }
}
