//! Calendars as programs write them, and as none should.

mod arbitrary;
mod dates;
mod fixtures;
mod texts;

use std::io::Write;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use domain::events::OccurrenceState;
use domain::imports::{ImportedDate, WarningCode};
use domain::kernel::FaultCode;

use super::*;
use crate::imports::format::Parsed;

type Read = Vec<Result<Parsed, Refused>>;

fn now() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

/// All records of a file.
fn all(bytes: &[u8]) -> (Read, Result<Summary, FormatError>) {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    io::Seek::rewind(&mut file).unwrap();
    let mut read = vec![];
    let end = read_records(&file, now(), &mut |position, record| {
        read.push(record);
        assert_eq!(position as usize, read.len());
        ControlFlow::Continue(())
    });
    (read, end)
}

/// The records of the components given.
fn records(components: &str) -> Read {
    let file = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{components}\nEND:VCALENDAR\n");
    let (read, end) = all(file.replace('\n', "\r\n").as_bytes());
    assert_eq!(end.unwrap().records as usize, read.len());
    read
}

/// The one record of an entry with these lines, beside its UID and its title.
fn entry(lines: &str) -> Result<Parsed, Refused> {
    let mut read = records(&format!(
        "BEGIN:VEVENT\nUID:1@a.example\nSUMMARY:Atelier\n{lines}\nEND:VEVENT"
    ));
    assert_eq!(read.len(), 1);
    read.remove(0)
}

fn codes(parsed: &Parsed) -> Vec<WarningCode> {
    parsed.warnings.iter().map(|warning| warning.code).collect()
}

/// Where faults lie, and what they are.
fn faults(refused: &Refused) -> Vec<(&str, FaultCode)> {
    let faults = refused.faults.iter();
    faults.map(|f| (f.at.as_str(), f.code.clone())).collect()
}

fn shown(date: &ImportedDate) -> String {
    let timing = date.timing;
    let state = match date.state {
        OccurrenceState::Scheduled => "",
        OccurrenceState::Cancelled => " off",
        OccurrenceState::Postponed => " later",
    };
    let form = |at: chrono::NaiveDateTime| at.format("%F %R").to_string();
    format!(
        "{} – {}{state}",
        form(timing.local_start()),
        form(timing.local_end())
    )
}

/// The dates, to the minute by the clock of their zone.
fn dates(parsed: &Parsed) -> Vec<String> {
    parsed.event.dates.iter().map(shown).collect()
}

fn uids(parsed: &Parsed) -> Vec<&str> {
    let dates = parsed.event.dates.iter();
    dates.map(|date| date.uid.as_deref().unwrap()).collect()
}
