//! One record of a calendar: the entries of an event, in our values. What we can't hold is set aside
//! with a warning; only what makes no event, or an event at a wrong time, is refused.

use chrono::{DateTime, Utc};
use domain::events::{EventContent, MAX_OCCURRENCES, OccurrenceState};
use domain::imports::{
    ImportFault, ImportWarning, ImportedDate, ImportedEvent, Says, WarningCode, line,
};
use domain::kernel::{FaultCode, Line, Prose, Reason, Vocabulary};
use serde_json::json;

use super::content;
use super::entry::Entry;
use super::index::OWN_EVENT;
use super::own::{self, Own};
use super::series::{Context, Dates, Standing, revision};
use super::zones::Zones;
use crate::imports::format::{Parsed, Refused, digest_of};

/// The longest UID, in bytes: databases find rows by it.
const LONGEST_UID: usize = 1_000;

/// The longest key of a record, in characters.
const LONGEST_KEY: usize = 200;

/// What is said of a date that is off where the source doesn't say why.
const NO_REASON: &str = "Annulé dans l’agenda d’origine.";

/// Reads records.
pub(super) struct Reader<'r> {
    pub(super) zones: &'r Zones,
    /// Up to when a series without end is taken.
    pub(super) horizon: DateTime<Utc>,
}

impl Reader<'_> {
    /// Reads the entries of a record; there is at least one.
    pub(super) fn read(&self, entries: &[Entry]) -> Result<Parsed, Refused> {
        let mut reading = Reading {
            reader: self,
            entries,
            own: is_own(entries).then(|| Own::of(entries)),
            warnings: vec![],
            faults: vec![],
        };
        match reading.event() {
            Some(event) if reading.faults.is_empty() => Ok(Parsed {
                event,
                warnings: reading.warnings,
            }),
            _ => Err(Refused {
                source_id: entries.first().and_then(source_id),
                faults: reading.faults,
            }),
        }
    }
}

/// The key of the record that an entry belongs to, as far as it has one.
pub(super) fn source_id(entry: &Entry) -> Option<String> {
    let key = entry.text(OWN_EVENT).or_else(|| entry.text("UID"))?;
    key_of(&key).map(|key| key.to_string())
}

/// A key that is too long is told apart by its digest.
fn key_of(uid: &str) -> Option<Line<LONGEST_KEY>> {
    let key: Line<LONGEST_KEY> = line(uid, "", &mut vec![])?;
    if uid.chars().count() <= LONGEST_KEY {
        return Some(key);
    }
    let digest = digest_of(uid.as_bytes());
    let head: String = uid.chars().take(LONGEST_KEY - 1 - digest.len()).collect();
    line(&format!("{head}~{digest}"), "", &mut vec![])
}

fn is_own(entries: &[Entry]) -> bool {
    let first = entries.first();
    first.is_some_and(|entry| entry.first(OWN_EVENT).is_some())
}

/// A record while it is read, and what was found to say of it.
struct Reading<'r> {
    reader: &'r Reader<'r>,
    entries: &'r [Entry],
    /// What the entries say together, when they are of a calendar of this service.
    own: Option<Own>,
    warnings: Vec<ImportWarning>,
    faults: Vec<ImportFault>,
}

impl<'r> Reading<'r> {
    fn event(&mut self) -> Option<ImportedEvent> {
        self.check_entries();
        let uid = self.uid();
        let dates = self.dates();
        let main = self.main_entry();
        let content = content::read(
            main,
            self.own.as_ref(),
            &mut self.warnings,
            &mut self.faults,
        );
        let (dates, excluded) = dates;
        let says = match self.own {
            Some(_) => Says::OwnEntry,
            None => Says::Entry,
        };
        let content = content?;
        Some(ImportedEvent {
            uid: uid?,
            digest: digest(&content, &dates, &excluded),
            content,
            says,
            dates,
            excluded,
            excluded_by: no_reason(),
            dates_at: "/DTSTART",
        })
    }

    /// Whether the entries can be read at all, and how well.
    fn check_entries(&mut self) {
        if self.entries.iter().any(|entry| !entry.is_whole) {
            let code = FaultCode::Malformed("entry");
            self.faults.push(ImportFault::new(code, ""));
        }
        if self.own.is_some() && self.entries.iter().all(own::is_withdrawn) {
            let code = FaultCode::Malformed("withdrawn");
            self.faults.push(ImportFault::new(code, ""));
        }
        if self.entries.iter().any(|entry| entry.is_mended) {
            self.warn(WarningCode::LineMended, "");
        }
        if self.entries.iter().any(Entry::is_assumed) {
            self.warn(WarningCode::EncodingAssumed, "");
        }
    }

    fn warn(&mut self, code: WarningCode, at: &str) {
        self.warnings.push(ImportWarning::new(code, at));
    }

    fn uid(&mut self) -> Option<Line<LONGEST_KEY>> {
        let key = self.entries.first().and_then(source_id);
        if key.is_none() {
            self.faults
                .push(ImportFault::new(FaultCode::Required, "/UID"));
        }
        let uids = self.entries.iter().filter_map(|entry| entry.text("UID"));
        if uids.map(|uid| uid.len()).any(|length| length > LONGEST_UID) {
            let code = FaultCode::TooLong(LONGEST_UID);
            self.faults.push(ImportFault::new(code, "/UID"));
        }
        key.map(Line::stored)
    }

    /// The entry that says what the event is: the one that no date has changed, or the first.
    fn main_entry(&self) -> &'r Entry {
        let plain = |entry: &&Entry| {
            let is_scheduled = own::state_and_title(entry).0 == OccurrenceState::Scheduled;
            entry.first("RECURRENCE-ID").is_none() && (self.own.is_none() || is_scheduled)
        };
        let main = self
            .entries
            .iter()
            .filter(plain)
            .max_by_key(|e| revision(e));
        main.or(self.entries.first()).unwrap_or(&NOTHING)
    }

    fn dates(&mut self) -> (Vec<ImportedDate>, Vec<String>) {
        let mut found = Dates::default();
        let own = self.own.take();
        let standing = |entry: &Entry| standing(entry, own.as_ref());
        let context = Context {
            zones: self.reader.zones,
            horizon: self.reader.horizon,
            standing: &standing,
        };
        for (uid, entries) in by_uid(self.entries) {
            found.read(&entries, &uid, &context);
        }
        let is_tentative = |entry: &Entry| entry.word("STATUS").as_deref() == Some("TENTATIVE");
        if own.is_none() && self.entries.iter().any(is_tentative) {
            self.warn(WarningCode::Tentative, "/STATUS");
        }
        self.own = own;
        self.warnings.append(&mut found.warnings);
        self.faults.append(&mut found.faults);
        let mut dates = found.dates;
        dates.sort_by_key(|date| (date.timing.starts_at(), date.timing.ends_at()));
        if let Some(over) = dates.len().checked_sub(MAX_OCCURRENCES).filter(|&n| n > 0) {
            dates.drain(..over);
            self.warn(WarningCode::SeriesCut, "/DTSTART");
        }
        if dates.is_empty() && self.faults.is_empty() {
            self.warn(WarningCode::NoTiming, "/RRULE");
        }
        (dates, found.excluded)
    }
}

/// Stands where a record has no entry, which no record has.
static NOTHING: Entry = Entry::empty();

/// The entries of each UID, in the order of their first.
fn by_uid(entries: &[Entry]) -> Vec<(String, Vec<&Entry>)> {
    let mut places = std::collections::HashMap::new();
    let mut groups: Vec<(String, Vec<&Entry>)> = Vec::new();
    for entry in entries {
        let Some(uid) = entry.text("UID") else {
            continue;
        };
        let at = *places.entry(uid.clone()).or_insert_with(|| {
            groups.push((uid, vec![]));
            groups.len() - 1
        });
        groups[at].1.push(entry);
    }
    groups
}

/// How far the date of an entry is, and why.
fn standing(entry: &Entry, own: Option<&Own>) -> Standing {
    if let Some(own) = own {
        return own.standing(entry, &no_reason());
    }
    if entry.word("STATUS").as_deref() != Some("CANCELLED") {
        return (OccurrenceState::Scheduled, Reason::default());
    }
    let said = entry
        .text("COMMENT")
        .and_then(|why| Prose::parse(&why).ok());
    let reason = said.map_or_else(no_reason, Reason::from);
    (OccurrenceState::Cancelled, reason)
}

fn no_reason() -> Reason {
    Reason::from(Prose::stored(NO_REASON.to_owned()))
}

/// A digest of all that is taken of a record: stamps, which change with each download, are not.
fn digest(content: &EventContent, dates: &[ImportedDate], excluded: &[String]) -> String {
    let date = |date: &ImportedDate| {
        let timing = date.timing;
        let times = [timing.local_start(), timing.local_end()];
        let (zone, state) = (timing.zone().name(), date.state.word());
        json!([date.uid, times, zone, state, date.reason])
    };
    let dates: Vec<_> = dates.iter().map(date).collect();
    digest_of(json!([content, dates, excluded]).to_string().as_bytes())
}
