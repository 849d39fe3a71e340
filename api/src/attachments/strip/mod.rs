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

#[cfg(test)]
mod tried {
    use std::io::{self, BufReader, Cursor};

    type Pieces<'b> = BufReader<Cursor<&'b [u8]>>;

    /// What is kept of a picture that comes in pieces of three bytes: whatever it consists of lies across them.
    pub(super) fn copied<'b>(
        copy: impl FnOnce(&mut Pieces<'b>, &mut Vec<u8>) -> io::Result<()>,
        bytes: &'b [u8],
    ) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut pieces = BufReader::with_capacity(3, Cursor::new(bytes));
        copy(&mut pieces, &mut out).map(|()| out)
    }

    /// A picture is taken, and refused wherever it breaks off.
    pub(super) fn is_taken_whole_only(copied: fn(&[u8]) -> io::Result<Vec<u8>>, picture: &[u8]) {
        assert!(copied(picture).is_ok());
        for end in 0..picture.len() {
            let refused = copied(&picture[..end]).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidData, "{end}");
        }
    }
}
