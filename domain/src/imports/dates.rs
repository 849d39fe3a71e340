//! The dates of a record beside those that its event has: which mean which, which stay though the
//! source doesn't have them, and what is said of each.

use std::collections::HashSet;

use super::{ImportWarning, ImportedDate, ImportedEvent, WarningCode};
use crate::events::{
    Event, EventState, MAX_OCCURRENCES, Occurrence, OccurrenceState, Slot, Told, is_off_by_source,
};
use crate::kernel::{Id, Timing};

/// What becomes of the dates of an event by a record.
pub(super) struct Settled {
    /// The dates that it has then.
    pub(super) slots: Vec<Slot>,
    /// What is said of those that it had before.
    pub(super) told: Vec<Told>,
    pub(super) warnings: Vec<ImportWarning>,
}

/// A date that is new here.
pub(super) fn slot(date: &ImportedDate) -> Slot {
    Slot {
        id: None,
        timing: date.timing,
        capacity: None,
    }
}

/// What is said of the dates that a record added: of most, nothing.
pub(super) fn told_of_new(event: &Event, dates: &[ImportedDate]) -> Vec<Told> {
    let said = |date: &&ImportedDate| {
        date.state != OccurrenceState::Scheduled || date.reason.reason.is_some()
    };
    let told = |date: &ImportedDate| {
        let same = |o: &&Occurrence| date.uid.as_ref() == Some(&o.uid);
        Some(tell(event.occurrences.iter().find(same)?, date))
    };
    dates.iter().filter(said).filter_map(told).collect()
}

/// The dates that the event has after the record: each of the source's with the occurrence it
/// means, and those that stay though the source doesn't have them.
pub(super) fn settled(event: &Event, imported: &ImportedEvent) -> Settled {
    let mut settling = Settling {
        event,
        imported,
        excluded: imported.excluded.iter().map(String::as_str).collect(),
        settled: Settled {
            slots: vec![],
            told: vec![],
            warnings: vec![],
        },
    };
    let meant = match_dates(&event.occurrences, &imported.dates);
    for (date, meant) in imported.dates.iter().zip(&meant) {
        match meant {
            // A date that is off adds nothing to an event that is.
            None if event.state == EventState::Cancelled && is_off(date) => {}
            None => settling.settled.slots.push(slot(date)),
            Some(index) => settling.known(&event.occurrences[*index], date),
        }
    }
    for (index, old) in event.occurrences.iter().enumerate() {
        if !meant.contains(&Some(index)) {
            settling.gone(old);
        }
    }
    settling.cut();
    settling.settled
}

/// The dates that the source called off before and of which the record says that they are not off; also
/// none at all where it has a new date for an event that it had called off. `None` when it takes nothing
/// back.
pub(super) fn taken_back(event: &Event, imported: &ImportedEvent) -> Option<Vec<Id<Occurrence>>> {
    let (mut dates, mut is_new) = (vec![], false);
    let meant = match_dates(&event.occurrences, &imported.dates);
    for (date, meant) in imported.dates.iter().zip(meant) {
        let old = meant.map(|index| &event.occurrences[index]);
        match old {
            Some(old) if old.called_off_by_source && !is_off(date) => dates.push(old.id),
            None => is_new |= date.state == OccurrenceState::Scheduled,
            Some(_) => {}
        }
    }
    let takes_back = !dates.is_empty() || is_new && is_off_by_source(event);
    takes_back.then_some(dates)
}

fn is_off(date: &ImportedDate) -> bool {
    date.state == OccurrenceState::Cancelled
}

struct Settling<'a> {
    event: &'a Event,
    imported: &'a ImportedEvent,
    excluded: HashSet<&'a str>,
    settled: Settled,
}

impl Settling<'_> {
    fn warn(&mut self, code: WarningCode, timing: &Timing) {
        let quote = format!("{:?} {:?}", timing.local_start(), timing.local_end());
        let warning = ImportWarning::quoting(code, self.imported.dates_at, &quote);
        self.settled.warnings.push(warning);
    }

    /// A date of the source that the event has.
    fn known(&mut self, old: &Occurrence, date: &ImportedDate) {
        if date.state != OccurrenceState::Scheduled {
            // Where it was to be is what people know of a date that is off.
            self.settled.slots.push(as_it_is(old));
            self.told(old, date);
        } else if stands_otherwise(old, date) {
            // The staff moved it, or called it off: what people were told of it holds.
            self.warn(WarningCode::DateKept, &old.timing);
            self.settled.slots.push(as_it_is(old));
        } else {
            self.settled.slots.push(Slot {
                timing: date.timing,
                ..as_it_is(old)
            });
        }
    }

    /// A date that the event has and the source has no more.
    fn gone(&mut self, old: &Occurrence) {
        let is_published = self.event.published_at.is_some();
        let is_excluded = self.excluded.contains(old.uid.as_str());
        if !is_published {
            return self.warn(WarningCode::DateRemoved, &old.timing);
        }
        self.settled.slots.push(as_it_is(old));
        if !is_excluded {
            self.warn(WarningCode::DateKept, &old.timing);
        } else if old.state == OccurrenceState::Scheduled {
            self.settled.told.push(Told {
                id: old.id,
                state: OccurrenceState::Cancelled,
                reason: self.imported.excluded_by.clone(),
            });
        }
    }

    fn told(&mut self, old: &Occurrence, date: &ImportedDate) {
        match old.state {
            // What is off stays off, for the reason that people read.
            OccurrenceState::Cancelled => {}
            state if state == date.state => {}
            _ => self.settled.told.push(tell(old, date)),
        }
    }

    /// No event has more dates than that: those that it has stay, the last of the new ones go.
    fn cut(&mut self) {
        let slots = &mut self.settled.slots;
        let Some(over) = slots.len().checked_sub(MAX_OCCURRENCES).filter(|&n| n > 0) else {
            return;
        };
        let new = slots.iter().filter(|slot| slot.id.is_none()).count();
        let mut room = new.saturating_sub(over);
        slots.retain(|slot| {
            let stays = slot.id.is_some() || room > 0;
            if slot.id.is_none() {
                room = room.saturating_sub(1);
            }
            stays
        });
        let (code, at) = (WarningCode::SeriesCut, self.imported.dates_at);
        self.settled.warnings.push(ImportWarning::new(code, at));
    }
}

fn tell(occurrence: &Occurrence, date: &ImportedDate) -> Told {
    Told {
        id: occurrence.id,
        state: date.state,
        reason: date.reason.clone(),
    }
}

/// Whether the staff settled the date otherwise than the source. A date known by its UID that has
/// another time in the source was moved there, unless it was moved here, away from that time.
fn stands_otherwise(old: &Occurrence, date: &ImportedDate) -> bool {
    if old.timing == date.timing {
        return date.uid.is_some() && old.state != OccurrenceState::Scheduled;
    }
    let moved = match &date.uid {
        Some(uid) if *uid == old.uid => old.previous == Some(date.timing),
        _ => old.timing.local_start() != date.timing.local_start(),
    };
    let is_off = match old.state {
        OccurrenceState::Scheduled => false,
        // It has its new date.
        OccurrenceState::Postponed => date.uid.as_ref() != Some(&old.uid),
        OccurrenceState::Cancelled => true,
    };
    moved || is_off
}

/// Whether an occurrence is the one that a date of the source means.
type Alike = fn(&Occurrence, &ImportedDate) -> bool;

/// For each of the source's dates the occurrence it means: the one of its UID, the one at that time,
/// the one that begins then, or the one that was moved away from there.
fn match_dates(old: &[Occurrence], dates: &[ImportedDate]) -> Vec<Option<usize>> {
    let uid = |old: &Occurrence, new: &ImportedDate| new.uid.as_ref() == Some(&old.uid);
    let exact = |old: &Occurrence, new: &ImportedDate| old.timing == new.timing;
    let start = |old: &Occurrence, new: &ImportedDate| {
        let new = new.timing;
        (old.timing.local_start(), old.timing.zone()) == (new.local_start(), new.zone())
    };
    let moved = |old: &Occurrence, new: &ImportedDate| old.previous == Some(new.timing);
    let ways: [Alike; 4] = [uid, exact, start, moved];
    let mut taken = vec![false; old.len()];
    let mut meant = vec![None; dates.len()];
    for alike in ways {
        for (date, meant) in dates
            .iter()
            .zip(&mut meant)
            .filter(|(_, meant)| meant.is_none())
        {
            let found = (0..old.len()).find(|&at| !taken[at] && alike(&old[at], date));
            if let Some(at) = found {
                taken[at] = true;
                *meant = Some(at);
            }
        }
    }
    meant
}

fn as_it_is(old: &Occurrence) -> Slot {
    Slot {
        id: Some(old.id),
        timing: old.timing,
        capacity: old.capacity,
    }
}
