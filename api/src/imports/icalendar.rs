//! Calendars in iCalendar (RFC 5545). A record is an event: the entries of one UID, or those that a
//! calendar of this service tells to be one. A first pass finds where the entries stand, a second
//! one reads record by record, so that the file is never held whole; what programs get wrong is mended
//! where it can be, and said.

mod content;
mod entry;
mod html;
mod index;
mod lines;
mod own;
mod property;
mod record;
mod series;
#[cfg(test)]
mod tests;
mod times;
mod zones;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;

use chrono::{DateTime, Days, NaiveTime, Utc};
use domain::events::MAX_OCCURRENCES;
use domain::imports::ImportFault;
use domain::kernel::FaultCode;

use super::format::{Each, FormatError, LARGEST_RECORD, Refused, Summary};
use entry::Entry;
use index::{Index, Place};
use record::Reader;

/// The most entries of one record: a series, each of its dates changed, and some versions.
const MOST_ENTRIES: usize = 2 * MAX_OCCURRENCES;

/// So many days ahead a series without end is taken.
const HORIZON_DAYS: u64 = 2 * 365;

/// How many records the file holds; nothing is made of them.
pub(super) fn count_records(reader: impl Read) -> Result<Summary, FormatError> {
    let records = Index::of(reader)?.records;
    Ok(Summary { records })
}

/// Reads the records, each with its position from 1, until the file ends or `each` says to stop.
pub(super) fn read_records(
    file: &File,
    now: DateTime<Utc>,
    each: &mut Each<'_>,
) -> Result<Summary, FormatError> {
    let index = Index::of(file)?;
    // The horizon moves once a day: a file that comes again on the same day says the same.
    let today = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    let reader = Reader {
        zones: &index.zones,
        horizon: today + Days::new(HORIZON_DAYS),
    };
    let mut position = 0;
    for places in index.places.chunk_by(|a, b| a.record == b.record) {
        position += 1;
        let read = match entries(file, places)? {
            Ok(entries) => reader.read(&entries),
            Err(refused) => Err(refused),
        };
        if each(position, read).is_break() {
            break;
        }
    }
    Ok(Summary { records: position })
}

/// The entries of a record; one with more or longer ones than any event has is refused.
fn entries(file: &File, places: &[Place]) -> io::Result<Result<Vec<Entry>, Refused>> {
    let mut entries = Vec::new();
    let mut kept = 0;
    for place in places.iter().take(MOST_ENTRIES) {
        let reader = Stretch {
            file,
            at: place.start,
            end: place.start + u64::from(place.length),
        };
        let entry = Entry::read(BufReader::with_capacity(8 * 1024, reader))?;
        kept += entry.size;
        entries.push(entry);
        if kept > LARGEST_RECORD {
            break;
        }
    }
    let code = if places.len() > MOST_ENTRIES {
        FaultCode::TooMany(MOST_ENTRIES)
    } else if kept > LARGEST_RECORD {
        FaultCode::TooLong(LARGEST_RECORD)
    } else {
        return Ok(Ok(entries));
    };
    Ok(Err(Refused {
        source_id: entries.first().and_then(record::source_id),
        faults: vec![ImportFault::new(code, "")],
    }))
}

/// A stretch of a file, read without moving where the file stands.
struct Stretch<'f> {
    file: &'f File,
    at: u64,
    end: u64,
}

impl Read for Stretch<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        let read = self.file.read_at(&mut buffer[..most], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
