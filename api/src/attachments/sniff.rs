//! What a file holds, told from its content. What it is said to hold must be the same: a browser, or a person,
//! that opens it must not meet something else.

use std::io::{self, Read, Seek, SeekFrom};

use domain::attachments::MediaType;
use domain::kernel::Vocabulary as _;

/// How much of the beginning tells what it is.
const HEAD: usize = 512;
/// The farthest from its end that an archive's directory is announced.
const TAIL: u64 = 64 * 1024 + 22;
/// The longest directory of an archive that is read.
const DIRECTORY: u64 = 1024 * 1024;

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// That.
    Is(MediaType),
    /// Text: whether it is a table, its name and its sender say.
    Text,
    /// Something that is not taken.
    Other,
}

impl Found {
    /// What it is, if that is what it is said to be.
    pub(super) fn as_said(self, said: Option<&str>, name: &str) -> Option<MediaType> {
        let said = match said {
            // What senders say who don't know.
            None | Some("application/octet-stream") => None,
            known => known,
        };
        let is_table = name.to_lowercase().ends_with(".csv");
        match (self, said) {
            (Self::Other, _) => None,
            (Self::Is(found), None) => Some(found),
            (Self::Is(found), Some(said)) => is_called(found, said).then_some(found),
            (Self::Text, None) if is_table => Some(MediaType::Csv),
            (Self::Text, None | Some("text/plain" | "text/markdown")) => Some(MediaType::Text),
            (Self::Text, Some("text/csv" | "application/csv")) => Some(MediaType::Csv),
            // What browsers call a table where a spreadsheet is installed.
            (Self::Text, Some("application/vnd.ms-excel")) if is_table => Some(MediaType::Csv),
            (Self::Text, Some(_)) => None,
        }
    }

    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Is(found) => found.word(),
            Self::Text => MediaType::Text.word(),
            Self::Other => "application/octet-stream",
        }
    }
}

fn is_called(found: MediaType, said: &str) -> bool {
    let is_archive = matches!(
        found,
        MediaType::Odt | MediaType::Ods | MediaType::Docx | MediaType::Xlsx
    );
    let others: &[&str] = match found {
        MediaType::Jpeg => &["image/jpg", "image/pjpeg"],
        _ if is_archive => &["application/zip", "application/x-zip-compressed"],
        _ => &[],
    };
    said == found.word() || others.contains(&said)
}

/// Looks into a file.
pub(super) fn look(file: &mut (impl Read + Seek)) -> io::Result<Found> {
    file.rewind()?;
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let found = if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        Found::Is(MediaType::Png)
    } else if head.starts_with(b"\xff\xd8\xff") {
        Found::Is(MediaType::Jpeg)
    } else if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        Found::Is(MediaType::Gif)
    } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Found::Is(MediaType::Webp)
    } else if head.starts_with(b"%PDF-") {
        Found::Is(MediaType::Pdf)
    } else if head.starts_with(b"PK\x03\x04") {
        of_archive(file, &head)?
    } else if is_markup(&head) {
        Found::Other
    } else {
        of_text(file)?
    };
    file.rewind()?;
    Ok(found)
}

/// An OpenDocument says first what it is; an Office document has a part that the others don't have. Neither
/// has anything that runs, as far as all the names in it tell.
fn of_archive(file: &mut (impl Read + Seek), head: &[u8]) -> io::Result<Found> {
    let Some(names) = names_in(file)?.filter(|names| !names.iter().any(|name| runs(name))) else {
        return Ok(Found::Other);
    };
    if let Some(said) = first_stored(head, b"mimetype") {
        let known = [MediaType::Odt, MediaType::Ods];
        let is_it = |one: &&MediaType| one.word().as_bytes() == said;
        return Ok(known
            .iter()
            .find(is_it)
            .map_or(Found::Other, |one| Found::Is(*one)));
    }
    let has = |name: &str| names.iter().any(|one| one == name);
    if !has("[Content_Types].xml") {
        return Ok(Found::Other);
    }
    Ok(match (has("word/document.xml"), has("xl/workbook.xml")) {
        (true, false) => Found::Is(MediaType::Docx),
        (false, true) => Found::Is(MediaType::Xlsx),
        _ => Found::Other,
    })
}

/// Where macros are: in one part of an Office document, in two folders of an OpenDocument.
fn runs(name: &str) -> bool {
    name.ends_with("vbaProject.bin") || name.starts_with("Basic/") || name.starts_with("Scripts/")
}

/// What the first entry holds, when it has that name and is not packed.
fn first_stored<'h>(head: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    let short = |at: usize| {
        Some(usize::from(u16::from_le_bytes([
            *head.get(at)?,
            *head.get(at + 1)?,
        ])))
    };
    let (size, named, extra) = (short(18)?, short(26)?, short(28)?);
    if head.get(30..30 + named)? != name {
        return None;
    }
    let start = 30 + named + extra;
    head.get(start..start + size)
}

/// All the names in an archive's directory; none where it can't be read to its end.
fn names_in(file: &mut (impl Read + Seek)) -> io::Result<Option<Vec<String>>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.by_ref().take(TAIL).read_to_end(&mut tail)?;
    let long = |at: usize| {
        tail.get(at..at + 4)
            .and_then(|four| four.try_into().ok())
            .map(u32::from_le_bytes)
    };
    let Some(end) = tail.windows(4).rposition(|four| four == b"PK\x05\x06") else {
        return Ok(None);
    };
    let (Some(size), Some(start)) = (long(end + 12), long(end + 16)) else {
        return Ok(None);
    };
    let size = u64::from(size);
    if size > DIRECTORY {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(start.into()))?;
    let mut directory = Vec::new();
    file.by_ref().take(size).read_to_end(&mut directory)?;
    let mut names = Vec::new();
    let mut rest = directory.as_slice();
    while !rest.is_empty() {
        let Some((name, left)) = next_name(rest) else {
            return Ok(None);
        };
        names.push(name);
        rest = left;
    }
    Ok(Some(names))
}

fn next_name(directory: &[u8]) -> Option<(String, &[u8])> {
    let entry = directory.strip_prefix(b"PK\x01\x02")?;
    let short = |at: usize| {
        Some(usize::from(u16::from_le_bytes([
            *entry.get(at)?,
            *entry.get(at + 1)?,
        ])))
    };
    let (named, extra, comment) = (short(24)?, short(26)?, short(28)?);
    let name = entry.get(42..42 + named)?;
    let rest = entry.get(42 + named + extra + comment..)?;
    Some((String::from_utf8_lossy(name).into_owned(), rest))
}

/// What a browser would run, whatever it is called.
fn is_markup(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start();
    text.starts_with('<')
        || ["<script", "<html", "<svg", "<!doctype"]
            .iter()
            .any(|tag| text.contains(tag))
}

/// Text has no control characters but those that end and divide lines, in whichever coding.
fn of_text(file: &mut (impl Read + Seek)) -> io::Result<Found> {
    file.rewind()?;
    let mut piece = [0; 16 * 1024];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(Found::Text);
        }
        let is_control =
            |byte: &u8| (*byte < 0x20 && !b"\t\n\r\x0c".contains(byte)) || *byte == 0x7f;
        if piece[..length].iter().any(is_control) {
            return Ok(Found::Other);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn found(bytes: &[u8]) -> Found {
        look(&mut Cursor::new(bytes)).unwrap()
    }

    /// An archive of empty, unpacked entries, and one that holds something.
    fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
        let (mut bytes, mut directory) = (Vec::new(), Vec::new());
        for (name, content) in entries {
            let offset = u32::try_from(bytes.len()).unwrap().to_le_bytes();
            let size = u32::try_from(content.len()).unwrap().to_le_bytes();
            let named = u16::try_from(name.len()).unwrap().to_le_bytes();
            let common = [
                &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
                &size,
                &size,
                &named,
                &[0, 0],
            ]
            .concat();
            bytes.extend(
                [
                    b"PK\x03\x04",
                    &common[..],
                    name.as_bytes(),
                    content.as_bytes(),
                ]
                .concat(),
            );
            directory.extend(
                [
                    b"PK\x01\x02",
                    &[20, 0][..],
                    &common,
                    &[0; 10],
                    &offset,
                    name.as_bytes(),
                ]
                .concat(),
            );
        }
        let start = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
        bytes.extend(
            [
                &directory[..],
                b"PK\x05\x06",
                &[0; 8],
                &size,
                &start,
                &[0, 0],
            ]
            .concat(),
        );
        bytes
    }

    #[test]
    fn what_a_file_holds_is_told_from_its_content() {
        let odt = MediaType::Odt.word();
        let types = "[Content_Types].xml";
        for (bytes, expected) in [
            (b"\x89PNG\r\n\x1a\nrest".to_vec(), Found::Is(MediaType::Png)),
            (b"\xff\xd8\xff\xe0".to_vec(), Found::Is(MediaType::Jpeg)),
            (b"GIF89a".to_vec(), Found::Is(MediaType::Gif)),
            (b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), Found::Is(MediaType::Webp)),
            (b"%PDF-1.7".to_vec(), Found::Is(MediaType::Pdf)),
            (archive(&[("mimetype", odt)]), Found::Is(MediaType::Odt)),
            (
                archive(&[(types, ""), ("word/document.xml", "")]),
                Found::Is(MediaType::Docx),
            ),
            (
                archive(&[("xl/workbook.xml", ""), (types, "")]),
                Found::Is(MediaType::Xlsx),
            ),
            (
                archive(&[
                    (types, ""),
                    ("word/document.xml", ""),
                    ("word/vbaProject.bin", ""),
                ]),
                Found::Other,
            ),
            (
                archive(&[
                    ("mimetype", odt),
                    ("content.xml", ""),
                    ("Basic/Standard/a.xml", ""),
                ]),
                Found::Other,
            ),
            (
                archive(&[("mimetype", odt), ("Scripts/python/a.py", "")]),
                Found::Other,
            ),
            (
                archive(&[("mimetype", odt), ("Pictures/Basic/a.png", "")]),
                Found::Is(MediaType::Odt),
            ),
            (archive(&[("a.txt", "x")]), Found::Other),
            ("nom;été\nÉvry;3\n".into(), Found::Text),
            (b"nom;\xe9t\xe9\r\n".to_vec(), Found::Text),
            (b"\xff\xfen\0o\0m\0".to_vec(), Found::Other),
            (b"\x7fELF".to_vec(), Found::Other),
            (b"  \n<svg onload=a>".to_vec(), Found::Other),
            (b"\xef\xbb\xbf<!DOCTYPE html>".to_vec(), Found::Other),
            (b"hello <script>".to_vec(), Found::Other),
        ] {
            assert_eq!(
                found(&bytes),
                expected,
                "{:?}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }

    #[test]
    fn an_archive_whose_names_are_not_all_known_is_not_taken() {
        let docx = [("[Content_Types].xml", ""), ("word/document.xml", "")];
        let mut long = docx.to_vec();
        let name = "x".repeat(60_000);
        long.extend(vec![(name.as_str(), ""); 20]);
        assert_eq!(found(&archive(&long)), Found::Other);
        let whole = archive(&docx);
        assert_eq!(found(&whole), Found::Is(MediaType::Docx));
        // Its second name is not where the first one ends.
        let mut torn = whole.clone();
        let second = whole.windows(4).rposition(|four| four == b"PK\x01\x02");
        torn[second.unwrap()] = b'x';
        assert_eq!(found(&torn), Found::Other);
    }

    #[test]
    fn what_it_is_said_to_be_must_be_so() {
        let pdf = Found::Is(MediaType::Pdf);
        assert_eq!(pdf.as_said(None, "a"), Some(MediaType::Pdf));
        assert_eq!(
            pdf.as_said(Some("application/octet-stream"), "a"),
            Some(MediaType::Pdf)
        );
        assert_eq!(
            pdf.as_said(Some("application/pdf"), "a"),
            Some(MediaType::Pdf)
        );
        assert_eq!(pdf.as_said(Some("image/png"), "a.png"), None);
        assert_eq!(Found::Text.as_said(None, "a.CSV"), Some(MediaType::Csv));
        assert_eq!(
            Found::Text.as_said(Some("text/plain"), "a.csv"),
            Some(MediaType::Text)
        );
        assert_eq!(Found::Text.as_said(Some("text/html"), "a.txt"), None);
        assert_eq!(Found::Other.as_said(None, "a"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_panic(
            start in proptest::sample::select(vec![&b"PK\x03\x04"[..], b"", b"RIFF", b"\xff\xd8"]),
            rest in proptest::collection::vec(proptest::num::u8::ANY, 0..600),
            cut in 0_usize..400,
        ) {
            let _ = found(&[start, &rest].concat());
            let whole = archive(&[("[Content_Types].xml", ""), ("word/document.xml", "x")]);
            let _ = found(&whole[..cut.min(whole.len())]);
        }
    }
}
