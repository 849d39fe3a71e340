//! What stands where in a calendar's file: a first pass that keeps of each entry no more than its
//! place and which record it belongs to, and of each zone what it is called and means.

use std::collections::HashMap;
use std::io::{BufReader, Read};

use sha2::{Digest, Sha256};

use super::lines::{Line, Lines};
use super::property::Property;
use super::zones::{Description, Zones};
use crate::imports::format::FormatError;

/// The most entries of one file: their places are held in memory.
const MOST_ENTRIES: usize = 1_000_000;

/// How much of a line is looked at here.
const LONGEST_LINE: usize = 4 * 1024;

/// The line by which the entries of one event are told in the calendars of this service.
pub(super) const OWN_EVENT: &str = "X-CONCERTATION-EVENT";

/// The places of one file's entries.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By record, and in a record in the file's order.
    pub(super) places: Vec<Place>,
    pub(super) records: u32,
    pub(super) zones: Zones,
}

/// Where an entry stands, and of which record it is a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: u64,
    pub(super) length: u32,
    pub(super) record: u32,
}

impl Index {
    /// Reads a file through.
    pub(super) fn of(reader: impl Read) -> Result<Self, FormatError> {
        Self::up_to(reader, MOST_ENTRIES)
    }

    /// The same with a limit of its own for the entries.
    pub(super) fn up_to(reader: impl Read, most: usize) -> Result<Self, FormatError> {
        let reader = BufReader::with_capacity(64 * 1024, reader);
        let mut reading = Reading {
            most,
            ..Reading::default()
        };
        let mut lines = Lines::new(reader, 0, LONGEST_LINE);
        lines.skip_mark()?;
        while let Some(line) = lines.next()? {
            reading.line(&line)?;
        }
        reading.done()
    }
}

/// A digest of what keys a record: a name of any length takes no more room than another.
type Key = [u8; 16];

#[derive(Default)]
struct Reading {
    index: Index,
    /// The most entries.
    most: usize,
    records: HashMap<Key, u32>,
    /// Whether a calendar began, and whether it goes on.
    is_calendar: bool,
    is_open: bool,
    inside: Inside,
}

/// In what component we are.
#[derive(Default)]
enum Inside {
    #[default]
    Nothing,
    /// An entry, so many components deep.
    Entry(Open),
    Zone(Description),
}

#[derive(Default)]
struct Open {
    start: u64,
    depth: u32,
    uid: Option<Key>,
    own_event: Option<Key>,
}

impl Reading {
    fn line(&mut self, line: &Line) -> Result<(), FormatError> {
        let Some(property) = Property::parse(&line.bytes) else {
            return self
                .is_calendar
                .then_some(())
                .ok_or(FormatError::NotACalendar);
        };
        let value = property.value.trim().to_ascii_uppercase();
        match (property.name.as_str(), value.as_str()) {
            ("BEGIN", "VCALENDAR") => {
                self.close(line.start)?;
                (self.is_calendar, self.is_open) = (true, true);
            }
            _ if !self.is_calendar => return Err(FormatError::NotACalendar),
            ("END", "VCALENDAR") => {
                self.close(line.start)?;
                self.is_open = false;
            }
            ("BEGIN", "VEVENT") => {
                self.close(line.start)?;
                let start = line.start;
                self.inside = Inside::Entry(Open {
                    start,
                    ..Open::default()
                });
            }
            ("END", "VEVENT") => self.close(line.end)?,
            ("BEGIN", "VTIMEZONE") => {
                self.close(line.start)?;
                self.inside = Inside::Zone(Description::default());
            }
            ("END", "VTIMEZONE") => self.close(line.end)?,
            _ => self.inner(&property),
        }
        Ok(())
    }

    fn inner(&mut self, property: &Property) {
        match &mut self.inside {
            Inside::Nothing => {}
            Inside::Zone(description) => description.line(property),
            Inside::Entry(open) => match property.name.as_str() {
                "BEGIN" => open.depth += 1,
                "END" => open.depth = open.depth.saturating_sub(1),
                "UID" if open.depth == 0 => {
                    open.uid.get_or_insert_with(|| key("uid", property));
                }
                OWN_EVENT if open.depth == 0 => {
                    open.own_event.get_or_insert_with(|| key("event", property));
                }
                _ => {}
            },
        }
    }

    /// Ends the component we are in; an entry without its end is found out when it is read.
    fn close(&mut self, end: u64) -> Result<(), FormatError> {
        match std::mem::take(&mut self.inside) {
            Inside::Nothing => {}
            Inside::Zone(description) => self.index.zones.take(&description),
            Inside::Entry(open) => {
                if self.index.places.len() == self.most {
                    return Err(FormatError::TooManyEntries { most: self.most });
                }
                let record = self.record_of(&open);
                self.index.places.push(Place {
                    start: open.start,
                    length: u32::try_from(end - open.start).unwrap_or(u32::MAX),
                    record,
                });
            }
        }
        Ok(())
    }

    /// Which record an entry belongs to; one without a key is a record of its own.
    fn record_of(&mut self, open: &Open) -> u32 {
        let next = self.index.records;
        let record = match open.own_event.or(open.uid) {
            None => next,
            Some(key) => *self.records.entry(key).or_insert(next),
        };
        if record == next {
            self.index.records += 1;
        }
        record
    }

    fn done(mut self) -> Result<Index, FormatError> {
        if !self.is_calendar {
            return Err(FormatError::NotACalendar);
        }
        if self.is_open {
            return Err(FormatError::CutOff);
        }
        self.index.places.sort_by_key(|place| place.record);
        Ok(self.index)
    }
}

fn key(kind: &str, property: &Property) -> Key {
    let digest = Sha256::digest(format!("{kind}:{}", property.text().trim()));
    let mut key = Key::default();
    key.copy_from_slice(&digest[..16]);
    key
}
