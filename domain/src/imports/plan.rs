//! What a record does to the event that came from it before, if there is one. The source decides
//! what it speaks of; what the staff added, and what people were told, stays.

use chrono::{DateTime, Utc};

use super::{ImportWarning, Outcome, Publication, WarningCode};
use crate::events::{
    self, Event, EventContent, EventFact, EventRefusal, EventState, Occurrence, OccurrenceState,
    Origin, Place, Reason, Schedule, Slot, allowed_transitions,
};
use crate::kernel::{Change, Ids, Line, Slug, Timing};

/// A record, read.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedEvent {
    /// Its key in its source.
    pub uid: Line<200>,
    /// A digest of all it says.
    pub digest: String,
    /// What it says.
    pub content: EventContent,
    /// Its dates.
    pub slots: Vec<Slot>,
    /// Where in the record they stand, as an RFC 6901 pointer.
    pub dates_at: &'static str,
}

/// What is to be done for a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What becomes of it.
    pub outcome: Outcome,
    /// The changes to save, in their order.
    pub changes: Vec<Change<Event, EventFact>>,
    /// What differs from what the record says.
    pub warnings: Vec<ImportWarning>,
}

/// Decides what a record does. `before` is the event of the same origin; `slug` is for a new one.
///
/// # Errors
/// The event is cancelled or archived, or a rule about its dates is broken.
pub fn plan(
    before: Option<Event>,
    imported: ImportedEvent,
    source: &Line<100>,
    slug: Slug,
    publication: Publication,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Plan, EventRefusal> {
    let dates_at = imported.dates_at;
    let origin = Origin {
        source: source.clone(),
        uid: imported.uid.clone(),
        digest: imported.digest.clone(),
    };
    let (mut plan, known) = match before {
        None => {
            let slots = imported.slots;
            let made = events::create(imported.content, slug, slots, Some(origin), ids, now);
            (
                Plan {
                    outcome: Outcome::Created,
                    changes: vec![made],
                    warnings: vec![],
                },
                None,
            )
        }
        Some(event) if event.origin.as_ref() == Some(&origin) => (Plan::nothing(), Some(event)),
        Some(event) => {
            let plan = revised(event.clone(), imported, origin, ids, now)?;
            (plan, Some(event))
        }
    };
    let latest = plan
        .changes
        .last()
        .map(|change| change.after().clone())
        .or(known);
    if publication == Publication::Publish
        && let Some(event) = latest
    {
        plan.publish(event, dates_at, now)?;
    }
    Ok(plan)
}

impl Plan {
    fn nothing() -> Self {
        Self {
            outcome: Outcome::Unchanged,
            changes: vec![],
            warnings: vec![],
        }
    }

    /// Publishes a draft; one without a date stays what it is.
    fn publish(
        &mut self,
        event: Event,
        dates_at: &str,
        now: DateTime<Utc>,
    ) -> Result<(), EventRefusal> {
        if event.state != EventState::Draft {
            return Ok(());
        }
        match events::publish(event, Reason::default(), now) {
            Ok(change) => {
                self.changes.push(change);
                if self.outcome == Outcome::Unchanged {
                    self.outcome = Outcome::Updated;
                }
                Ok(())
            }
            Err(EventRefusal::Broken(_)) => {
                self.warnings
                    .push(ImportWarning::new(WarningCode::NotPublished, dates_at));
                Ok(())
            }
            Err(refusal) => Err(refusal),
        }
    }
}

fn revised(
    event: Event,
    imported: ImportedEvent,
    origin: Origin,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Plan, EventRefusal> {
    let content = merged(&event.content, imported.content);
    let (slots, warnings) = settled(&event, imported.slots, imported.dates_at);
    if content == event.content && are_as_they_are(&event, &slots) {
        return Ok(Plan {
            warnings,
            ..Plan::nothing()
        });
    }
    // What the staff called off stays called off, whatever a calendar elsewhere still says.
    if matches!(event.state, EventState::Cancelled | EventState::Archived) {
        let open = allowed_transitions(event.state);
        return Err(EventRefusal::WrongState {
            state: event.state,
            open,
        });
    }
    let (slug, schedule) = (event.slug.clone(), Schedule::Whole(slots));
    let change = events::edit(event, content, slug, schedule, Some(origin), ids, now)?;
    Ok(Plan {
        outcome: Outcome::Updated,
        changes: change.into_iter().collect(),
        warnings,
    })
}

fn are_as_they_are(event: &Event, slots: &[Slot]) -> bool {
    let is_as_it_is = |slot: &Slot| {
        event
            .occurrences
            .iter()
            .any(|old| slot.id == Some(old.id) && slot.timing == old.timing)
    };
    slots.len() == event.occurrences.len() && slots.iter().all(is_as_it_is)
}

/// The content after a record: an export says nothing of the kind, the audiences, the
/// accessibility, the picture with its credit, the contact; those stay as the staff set them.
fn merged(old: &EventContent, new: EventContent) -> EventContent {
    EventContent {
        title: new.title,
        summary: new.summary,
        description: new.description,
        tags: new.tags,
        place: new
            .place
            .map(|place| with_commune(place, old.place.as_ref())),
        price_note: new.price_note,
        languages: new.languages,
        ..old.clone()
    }
}

/// A commune that the staff found for the same address stays found.
fn with_commune(new: Place, old: Option<&Place>) -> Place {
    let same = old.filter(|old| old.name == new.name && old.address == new.address);
    let commune_code = new.commune_code.or(same.and_then(|old| old.commune_code));
    Place {
        commune_code,
        ..new
    }
}

/// The dates that the event has after the record: each of the source's with the occurrence it
/// means, and those that stay though the source doesn't have them.
fn settled(event: &Event, slots: Vec<Slot>, dates_at: &str) -> (Vec<Slot>, Vec<ImportWarning>) {
    let mut warnings = Vec::new();
    let about = |code, timing: &Timing| {
        let quote = format!("{:?} {:?}", timing.local_start(), timing.local_end());
        ImportWarning::quoting(code, dates_at, &quote)
    };
    let meant = match_dates(&event.occurrences, &slots);
    let mut settled: Vec<Slot> = slots
        .iter()
        .zip(&meant)
        .map(
            |(slot, meant)| match meant.map(|index| &event.occurrences[index]) {
                None => slot.clone(),
                Some(old) if old.timing == slot.timing => as_it_is(old),
                // The staff moved it, or called it off: what people were told of it holds.
                Some(old) if stands_otherwise(old, slot) => {
                    warnings.push(about(WarningCode::DateKept, &old.timing));
                    as_it_is(old)
                }
                Some(old) => Slot {
                    timing: slot.timing,
                    ..as_it_is(old)
                },
            },
        )
        .collect();
    for (index, old) in event.occurrences.iter().enumerate() {
        if meant.contains(&Some(index)) {
            continue;
        }
        if event.published_at.is_some() {
            warnings.push(about(WarningCode::DateKept, &old.timing));
            settled.push(as_it_is(old));
        } else {
            warnings.push(about(WarningCode::DateRemoved, &old.timing));
        }
    }
    (settled, warnings)
}

fn stands_otherwise(old: &Occurrence, slot: &Slot) -> bool {
    let moved = old.timing.local_start() != slot.timing.local_start();
    moved || old.state != OccurrenceState::Scheduled
}

/// Whether an occurrence is the one that a date of the source means.
type Alike = fn(&Occurrence, &Timing) -> bool;

/// For each of the source's dates the occurrence it means: the one at that time, the one that
/// begins then, or the one that was moved away from there.
fn match_dates(old: &[Occurrence], slots: &[Slot]) -> Vec<Option<usize>> {
    let exact = |old: &Occurrence, new: &Timing| old.timing == *new;
    let start = |old: &Occurrence, new: &Timing| {
        (old.timing.local_start(), old.timing.zone()) == (new.local_start(), new.zone())
    };
    let moved = |old: &Occurrence, new: &Timing| old.previous.as_ref() == Some(new);
    let ways: [Alike; 3] = [exact, start, moved];
    let mut taken = vec![false; old.len()];
    let mut meant = vec![None; slots.len()];
    for alike in ways {
        for (slot, meant) in slots
            .iter()
            .zip(&mut meant)
            .filter(|(_, meant)| meant.is_none())
        {
            let found = (0..old.len()).find(|&at| !taken[at] && alike(&old[at], &slot.timing));
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
