//! What all formats of imported files share: how a file is recognised and checked, what its records
//! become, and why it can't be read.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use domain::imports::{self, ImportFault, ImportFormat, ImportWarning, ImportedEvent};
use domain::kernel::Line;
use sha2::{Digest, Sha256};

use super::{icalendar, openagenda};

/// The most bytes of one record.
pub(super) const LARGEST_RECORD: usize = 8 * 1024 * 1024;

/// How a calendar's file begins.
const CALENDAR: &str = "BEGIN:VCALENDAR";

/// What a file is an export of: with a record's key there, the source tells which event is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Export {
    pub(crate) source: Line<100>,
    pub(crate) format: ImportFormat,
}

impl Export {
    /// A file that somebody sends: its source is named after its format.
    pub(crate) fn of_file(format: ImportFormat) -> Self {
        Self {
            source: imports::by_hand(format),
            format,
        }
    }
}

/// What a whole file held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// How many records.
    pub(crate) records: u32,
}

/// A record that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parsed {
    pub(crate) event: ImportedEvent,
    pub(crate) warnings: Vec<ImportWarning>,
}

/// A record that makes no event, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refused {
    /// Its key, as far as it could be read.
    pub(crate) source_id: Option<String>,
    pub(crate) faults: Vec<ImportFault>,
}

/// Takes a record with its position, and says whether to go on.
pub(super) type Each<'e> = dyn FnMut(u32, Result<Parsed, Refused>) -> ControlFlow<()> + 'e;

/// Why a file could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FormatError {
    #[error("not JSON from line {line}, column {column}")]
    Malformed { line: usize, column: usize },
    #[error("no list of records")]
    NotAnExport,
    #[error("no calendar")]
    NotACalendar,
    #[error("the calendar breaks off")]
    CutOff,
    #[error("more than {most} entries")]
    TooManyEntries { most: usize },
    #[error("record {position} is larger than {LARGEST_RECORD} bytes")]
    RecordTooLarge { position: u32 },
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What a file is by how it begins; one that begins like neither is what it was said to be. A page of a
/// site, which is what an address gives when the calendar there has moved, is told to be no calendar.
fn recognised(mut file: &File, said: Option<ImportFormat>) -> io::Result<ImportFormat> {
    let mut head = Vec::new();
    file.rewind()?;
    file.take(1024).read_to_end(&mut head)?;
    file.rewind()?;
    let head = String::from_utf8_lossy(&head);
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let begins = head.get(..CALENDAR.len());
    if begins.is_some_and(|begins| begins.eq_ignore_ascii_case(CALENDAR)) {
        Ok(ImportFormat::Icalendar)
    } else if head.starts_with(['{', '[']) {
        Ok(ImportFormat::Openagenda)
    } else {
        let is_page = head.starts_with('<');
        Ok(said.unwrap_or(match is_page {
            true => ImportFormat::Icalendar,
            false => ImportFormat::Openagenda,
        }))
    }
}

/// Whether a file can be read to its end, what it is, and how many records it holds; nothing is made
/// of them. It stands at its start again afterwards.
pub(crate) fn check_format(
    mut file: &File,
    said: Option<ImportFormat>,
) -> Result<(ImportFormat, Summary), FormatError> {
    let format = recognised(file, said)?;
    let summary = match format {
        ImportFormat::Openagenda => openagenda::count_records(file),
        ImportFormat::Icalendar => icalendar::count_records(file),
    };
    file.rewind()?;
    Ok((format, summary?))
}

/// Reads the records, each with its position from 1, until the file ends or `each` says to stop.
pub(super) fn read_records(
    file: &File,
    format: ImportFormat,
    now: DateTime<Utc>,
    each: &mut Each<'_>,
) -> Result<Summary, FormatError> {
    match format {
        ImportFormat::Openagenda => openagenda::read_records(file, each),
        ImportFormat::Icalendar => icalendar::read_records(file, now, each),
    }
}

/// SHA-256, as a text.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
