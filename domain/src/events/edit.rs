//! Editing an event: what it says, its name in addresses, and its dates.

use chrono::{DateTime, Utc};

use super::decide::{changed, new_occurrence, next, sort};
use super::event::{MAX_OCCURRENCES, allowed_transitions};
use super::series::without_lost;
use super::{
    Event, EventContent, EventFact, EventRefusal, EventState, Occurrence, OccurrenceState, Origin,
    Slot,
};
use crate::kernel::{Change, Check, FaultCode, Faults, Id, Ids, Reason, Slug, Timing};
use crate::organisations::Organisation;

/// What an edit says of the dates.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// They stay as they are.
    Kept,
    /// These, all of them.
    Whole(Vec<Slot>),
    /// One more.
    With(Slot),
}

/// Changes an event; `None` when nothing would change.
///
/// A slot names its occurrence by id; without one it is the occurrence at that start, or a new one.
/// What was published loses no date: one is cancelled or moved.
///
/// # Errors
/// It is archived, or cancelled and its dates are to change; or a rule about the dates is broken.
pub fn edit(
    event: Event,
    content: EventContent,
    slug: Slug,
    schedule: Schedule,
    origin: Option<Origin>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Option<Change<Event, EventFact>>, EventRefusal> {
    if event.state == EventState::Archived || event.deleted_at.is_some() {
        return Err(wrong_state(&event));
    }
    let occurrences =
        match schedule {
            Schedule::Kept => event.occurrences.clone(),
            Schedule::Whole(slots) => rescheduled(&event, slots, ids, now)
                .map_err(|faults| dates_refused(&event, faults))?,
            Schedule::With(slot) => with_one_more(&event, slot, ids, now)
                .map_err(|faults| dates_refused(&event, faults))?,
        };
    let mut after = next(&event, now);
    let said = content != event.content;
    if said && event.published_at.is_some() {
        after.sequence += 1;
    }
    after.content = content;
    after.slug = slug;
    after.origin = origin;
    after.occurrences = occurrences;
    after.series = without_lost(&event, &after);
    let scheduled = after.occurrences != event.occurrences;
    if !said && !scheduled && after.slug == event.slug && after.origin == event.origin {
        return Ok(None);
    }
    if scheduled && event.state == EventState::Cancelled {
        return Err(wrong_state(&event));
    }
    Ok(Some(edited(event, after)))
}

/// Has an event come from there from now on, whatever its state; nothing else changes.
#[must_use]
pub fn come_from(event: Event, origin: Origin, now: DateTime<Utc>) -> Change<Event, EventFact> {
    let mut after = next(&event, now);
    after.origin = Some(origin);
    edited(event, after)
}

/// Has an event be proposed by another structure, since the one that proposed it turned out to be that
/// one.
#[must_use]
pub fn become_of(
    event: Event,
    into: Id<Organisation>,
    now: DateTime<Utc>,
) -> Change<Event, EventFact> {
    let mut after = next(&event, now);
    after.proposed_by = Some(into);
    edited(event, after)
}

/// Changes the capacity or the time of one date; `None` when nothing would change.
///
/// # Errors
/// As [`edit`].
pub fn edit_occurrence(
    event: Event,
    id: Id<Occurrence>,
    timing: Timing,
    capacity: Option<u32>,
    now: DateTime<Utc>,
) -> Result<Option<Change<Event, EventFact>>, EventRefusal> {
    if matches!(event.state, EventState::Archived | EventState::Cancelled) {
        return Err(wrong_state(&event));
    }
    let index = event.occurrences.iter().position(|o| o.id == id);
    let index = index.ok_or_else(|| Faults::one("", FaultCode::UnknownOccurrence))?;
    let slot = Slot {
        id: Some(id),
        timing,
        capacity,
    };
    let revised = revise(&event, &event.occurrences[index], &slot, now);
    let revised = revised.map_err(|code| Faults::one("/local_start", code))?;
    if revised == event.occurrences[index] {
        return Ok(None);
    }
    let mut after = next(&event, now);
    after.occurrences[index] = revised;
    sort(&mut after.occurrences);
    Ok(Some(edited(event, after)))
}

/// The change, with a fact for each published date that has another time by it: others are told of
/// those as if they had been moved by name.
pub(super) fn edited(before: Event, after: Event) -> Change<Event, EventFact> {
    let published = before.published_at.is_some();
    let is_moved = |new: &&Occurrence| {
        let old = before.occurrences.iter().find(|old| old.id == new.id);
        published && old.is_some_and(|old| old.timing != new.timing)
    };
    let moved: Vec<_> = after
        .occurrences
        .iter()
        .filter(is_moved)
        .map(|o| o.id)
        .collect();
    let change = changed(before, after, EventFact::Edited { published });
    moved.into_iter().fold(change, |change, id| {
        change.and(EventFact::OccurrenceMoved(id))
    })
}

/// A cancelled event's dates stay as they are: that is said before what is wrong with the new ones.
fn dates_refused(event: &Event, faults: Faults) -> EventRefusal {
    if event.state == EventState::Cancelled {
        wrong_state(event)
    } else {
        faults.into()
    }
}

pub(super) fn wrong_state(event: &Event) -> EventRefusal {
    EventRefusal::WrongState {
        state: event.state,
        open: allowed_transitions(event.state),
    }
}

fn with_one_more(
    event: &Event,
    slot: Slot,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Vec<Occurrence>, Faults> {
    if event.occurrences.len() >= MAX_OCCURRENCES {
        return Err(Faults::one("", FaultCode::TooMany(MAX_OCCURRENCES)));
    }
    let mut occurrences = event.occurrences.clone();
    occurrences.push(new_occurrence(slot, ids, now));
    sort(&mut occurrences);
    Ok(occurrences)
}

/// The occurrences after all the slots are settled, in the order of their start.
fn rescheduled(
    event: &Event,
    slots: Vec<Slot>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Vec<Occurrence>, Faults> {
    let mut check = Check::new();
    if slots.len() > MAX_OCCURRENCES {
        return Err(Faults::one(
            "/occurrences",
            FaultCode::TooMany(MAX_OCCURRENCES),
        ));
    }
    let meant = match_slots(&event.occurrences, &slots, &mut check);
    let lost = (0..event.occurrences.len()).any(|i| !meant.contains(&Some(i)));
    if lost && event.published_at.is_some() {
        check.fault("/occurrences", FaultCode::OccurrencePublished);
    }
    let mut occurrences = Vec::with_capacity(slots.len());
    for (index, (slot, meant)) in slots.into_iter().zip(meant).enumerate() {
        match meant {
            None => occurrences.push(new_occurrence(slot, ids, now)),
            Some(old) => {
                let revised = revise(event, &event.occurrences[old], &slot, now);
                occurrences.extend(check.at(&format!("/occurrences/{index}/local_start"), revised));
            }
        }
    }
    sort(&mut occurrences);
    check.done(Some(occurrences))
}

/// For each slot the index of the occurrence it means: first those named by id, then those whose
/// start is the same.
fn match_slots(old: &[Occurrence], slots: &[Slot], check: &mut Check) -> Vec<Option<usize>> {
    let mut taken = vec![false; old.len()];
    let mut meant = vec![None; slots.len()];
    for (index, slot) in slots.iter().enumerate() {
        let Some(id) = slot.id else { continue };
        let pointer = format!("/occurrences/{index}/id");
        match old.iter().position(|o| o.id == id) {
            None => check.fault(&pointer, FaultCode::UnknownOccurrence),
            Some(at) if taken[at] => check.fault(&pointer, FaultCode::Duplicate),
            Some(at) => {
                taken[at] = true;
                meant[index] = Some(at);
            }
        }
    }
    let exact = |a: &Timing, b: &Timing| a == b;
    let by_start =
        |a: &Timing, b: &Timing| (a.local_start(), a.zone()) == (b.local_start(), b.zone());
    // The exact time first, so that two dates with one start don't change places.
    for alike in [exact, by_start] {
        for (index, slot) in slots.iter().enumerate().filter(|(_, s)| s.id.is_none()) {
            let same = |at: &usize| !taken[*at] && alike(&old[*at].timing, &slot.timing);
            if meant[index].is_none()
                && let Some(at) = (0..old.len()).find(same)
            {
                taken[at] = true;
                meant[index] = Some(at);
            }
        }
    }
    meant
}

/// One occurrence as its slot asks for it.
fn revise(
    event: &Event,
    old: &Occurrence,
    slot: &Slot,
    now: DateTime<Utc>,
) -> Result<Occurrence, FaultCode> {
    let moved = slot.timing != old.timing;
    if !moved && slot.capacity == old.capacity {
        return Ok(old.clone());
    }
    let mut new = Occurrence {
        capacity: slot.capacity,
        version: old.version + 1,
        updated_at: now,
        ..old.clone()
    };
    new.detach();
    if moved {
        if old.state == OccurrenceState::Cancelled {
            return Err(FaultCode::OccurrenceCancelled);
        }
        new.timing = slot.timing;
        if event.published_at.is_some() {
            new.previous = Some(old.timing);
            new.sequence += 1;
        }
        if old.state == OccurrenceState::Postponed {
            new.state = OccurrenceState::Scheduled;
            new.reason = Reason::default();
        }
    }
    Ok(new)
}
