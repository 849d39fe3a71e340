//! What may be done with an event and its occurrences by name, and what follows from it.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::event::{allowed_occurrence_transitions, allowed_to_proposer, allowed_transitions};
use super::series::copied;
use super::{
    Event, EventContent, EventFact, EventRefusal, EventState, EventTransition, Occurrence,
    OccurrenceState, OccurrenceTransition, Origin, Slot,
};
use crate::kernel::{Change, FaultCode, Faults, Id, Ids, Reason, Slug, Timing};
use crate::organisations::Organisation;

type Decided = Result<Change<Event, EventFact>, EventRefusal>;

/// Makes a draft.
pub fn create(
    content: EventContent,
    slug: Slug,
    slots: Vec<Slot>,
    origin: Option<Origin>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Change<Event, EventFact> {
    let id = Id::new(ids);
    let mut occurrences: Vec<_> = slots
        .into_iter()
        .map(|slot| new_occurrence(slot, ids, now))
        .collect();
    sort(&mut occurrences);
    let event = Event {
        id,
        slug,
        content,
        state: EventState::Draft,
        reason: Reason::default(),
        occurrences,
        series: vec![],
        origin,
        proposed_by: None,
        sequence: 0,
        published_at: None,
        was_public: false,
        withdrawn_at: None,
        deleted_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Change::new(None, event, EventFact::Created)
}

/// Makes a partner's proposal.
pub fn propose(
    content: EventContent,
    slug: Slug,
    slots: Vec<Slot>,
    by: Id<Organisation>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Change<Event, EventFact> {
    let made = create(content, slug, slots, None, ids, now).into_after();
    let proposal = Event {
        state: EventState::Proposed,
        proposed_by: Some(by),
        ..made
    };
    Change::new(None, proposal, EventFact::Proposed)
}

/// Says that a proposal is not taken into the calendar. Whoever proposed it reads why.
///
/// # Errors
/// It is no proposal that waits, or no reason is given.
pub fn decline(event: Event, reason: Reason, now: DateTime<Utc>) -> Decided {
    require(&event, EventTransition::Decline)?;
    let reason = explained(reason)?;
    let mut after = next(&event, now);
    after.state = EventState::Declined;
    after.reason = reason;
    Ok(changed(event, after, EventFact::Declined))
}

/// Whether the partner who proposed an event may still change or withdraw it.
///
/// # Errors
/// The staff has answered.
pub fn still_proposed(event: &Event) -> Result<(), EventRefusal> {
    match event.state {
        EventState::Proposed => Ok(()),
        state => Err(EventRefusal::WrongState {
            state,
            open: allowed_to_proposer(state),
        }),
    }
}

/// A draft like this one, whose dates are those of this one by the clock on the wall; `starts_on`
/// shifts them so that the first falls on that day.
///
/// # Errors
/// A shifted date leaves the calendar.
pub fn duplicate(
    event: &Event,
    slug: Slug,
    starts_on: Option<NaiveDate>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Decided {
    let first = event
        .occurrences
        .iter()
        .map(|o| o.timing.local_start())
        .min();
    let shift = match (first, starts_on) {
        (Some(first), Some(day)) => day - first.date(),
        _ => Duration::zero(),
    };
    let shifted = |occurrence: &Occurrence| {
        let timing = occurrence.timing;
        let start = timing.local_start().checked_add_signed(shift)?;
        let end = timing.local_end().checked_add_signed(shift)?;
        let timing = Timing::new(start, end, timing.zone()).ok()?;
        Some(Slot {
            id: None,
            timing,
            capacity: occurrence.capacity,
        })
    };
    let (series, dates) = copied(event, shift, ids, now);
    let slots: Option<Vec<_>> = dates
        .into_iter()
        .map(|(one, place)| Some((shifted(one)?, place)))
        .collect();
    let slots = slots.ok_or_else(|| {
        let calendar = FaultCode::OutOfRange {
            min: "1970-01-01",
            max: "2199-12-31",
        };
        Faults::one("/starts_on", calendar)
    })?;
    let dates = slots.into_iter().map(|(slot, series)| Occurrence {
        series,
        ..new_occurrence(slot, ids, now)
    });
    let mut dates: Vec<_> = dates.collect();
    sort(&mut dates);
    let made = create(event.content.clone(), slug, vec![], None, ids, now);
    let copy = Event {
        occurrences: dates,
        series,
        ..made.into_after()
    };
    Ok(Change::new(None, copy, EventFact::Created))
}

/// Puts a draft, a proposal, or a postponed event that has a date again, into the calendar.
///
/// # Errors
/// The state doesn't allow it, or no date stands.
pub fn publish(event: Event, reason: Reason, now: DateTime<Utc>) -> Decided {
    require(&event, EventTransition::Publish)?;
    if !has_a_date(&event, now) {
        return Err(Faults::one("/occurrences", FaultCode::NoOccurrence).into());
    }
    let mut after = next(&event, now);
    after.state = EventState::Published;
    after.reason = reason;
    after.published_at = event.published_at.or(Some(now));
    Ok(changed(event, after, EventFact::Published))
}

/// Says that an event doesn't take place; its dates that have not ended are cancelled with it.
///
/// # Errors
/// The state doesn't allow it, no reason is given, or every date lies behind.
pub fn cancel(event: Event, reason: Reason, now: DateTime<Utc>) -> Decided {
    require(&event, EventTransition::Cancel)?;
    let after = end_all(
        &event,
        (EventState::Cancelled, OccurrenceState::Cancelled),
        reason,
        now,
    )?;
    Ok(changed(event, after, EventFact::Cancelled))
}

/// Says that an event takes place later; its dates that have not ended are postponed with it.
///
/// # Errors
/// The state doesn't allow it, no reason is given, or every date lies behind.
pub fn postpone(event: Event, reason: Reason, now: DateTime<Utc>) -> Decided {
    require(&event, EventTransition::Postpone)?;
    let after = end_all(
        &event,
        (EventState::Postponed, OccurrenceState::Postponed),
        reason,
        now,
    )?;
    Ok(changed(event, after, EventFact::Postponed))
}

/// Files an event. It stays readable, as do its dates.
///
/// # Errors
/// The state doesn't allow it.
pub fn archive(event: Event, reason: Reason, now: DateTime<Utc>) -> Decided {
    require(&event, EventTransition::Archive)?;
    let mut after = next(&event, now);
    after.state = EventState::Archived;
    // Why it was cancelled stays worth reading, unless a newer reason is said: a note doesn't hide it.
    let kept = if reason.reason.is_some() {
        Reason::default()
    } else {
        after.reason
    };
    after.reason = Reason {
        reason: reason.reason.or(kept.reason),
        note: reason.note.or(kept.note),
        internal_note: reason.internal_note.or(kept.internal_note),
    };
    Ok(changed(event, after, EventFact::Archived))
}

/// Removes a draft: what it said is gone, its id stays for those who keep a mirror.
///
/// # Errors
/// It was published once: then it is cancelled or archived.
pub fn delete(event: Event, now: DateTime<Utc>) -> Decided {
    require(&event, EventTransition::Delete)?;
    let mut after = next(&event, now);
    after.deleted_at = Some(now);
    after.slug = Slug::stored(format!("deleted-{}", event.id));
    after.occurrences = vec![];
    after.series = vec![];
    after.origin = None;
    after.content.title = crate::kernel::Line::stored("-".to_owned());
    after.content.summary = None;
    after.content.description = None;
    after.content.tags = vec![];
    after.content.place = None;
    after.content.online_url = None;
    after.content.price_note = None;
    after.content.organiser_name = None;
    after.content.contact = None;
    after.content.image = None;
    Ok(changed(event, after, EventFact::Deleted))
}

/// Says that one date doesn't take place, or did not: what is known late is still true.
///
/// # Errors
/// The state doesn't allow it, or no reason is given.
pub fn cancel_occurrence(
    event: Event,
    id: Id<Occurrence>,
    reason: Reason,
    now: DateTime<Utc>,
) -> Decided {
    let index = find(&event, id, OccurrenceTransition::Cancel)?;
    let reason = explained(reason)?;
    let mut after = next(&event, now);
    let occurrence = &mut after.occurrences[index];
    occurrence.detach();
    turn(occurrence, OccurrenceState::Cancelled, reason, now);
    Ok(changed(event, after, EventFact::OccurrenceCancelled(id)))
}

/// Says that one date takes place later.
///
/// # Errors
/// The state doesn't allow it, no reason is given, or it has ended.
pub fn postpone_occurrence(
    event: Event,
    id: Id<Occurrence>,
    reason: Reason,
    now: DateTime<Utc>,
) -> Decided {
    let index = find(&event, id, OccurrenceTransition::Postpone)?;
    if event.occurrences[index].timing.ends_at() <= now {
        return Err(EventRefusal::HasEnded);
    }
    let reason = explained(reason)?;
    let mut after = next(&event, now);
    let occurrence = &mut after.occurrences[index];
    occurrence.detach();
    turn(occurrence, OccurrenceState::Postponed, reason, now);
    Ok(changed(event, after, EventFact::OccurrencePostponed(id)))
}

/// Gives one date another time. A postponed event is published again by it, if a date stands then.
///
/// # Errors
/// The state doesn't allow it.
pub fn move_occurrence(
    event: Event,
    id: Id<Occurrence>,
    timing: Timing,
    reason: Reason,
    now: DateTime<Utc>,
) -> Decided {
    let index = find(&event, id, OccurrenceTransition::Move)?;
    let mut after = next(&event, now);
    let occurrence = &mut after.occurrences[index];
    if occurrence.timing != timing {
        occurrence.previous = Some(occurrence.timing);
    }
    occurrence.timing = timing;
    occurrence.detach();
    turn(occurrence, OccurrenceState::Scheduled, reason, now);
    sort(&mut after.occurrences);
    if after.state == EventState::Postponed && has_a_date(&after, now) {
        after.state = EventState::Published;
        after.reason = Reason::default();
    }
    Ok(changed(event, after, EventFact::OccurrenceMoved(id)))
}

pub(super) fn require(event: &Event, wanted: EventTransition) -> Result<(), EventRefusal> {
    let open = allowed_transitions(event.state);
    if open.contains(&wanted) && event.deleted_at.is_none() {
        Ok(())
    } else {
        Err(EventRefusal::WrongState {
            state: event.state,
            open,
        })
    }
}

fn find(
    event: &Event,
    id: Id<Occurrence>,
    wanted: OccurrenceTransition,
) -> Result<usize, EventRefusal> {
    let index = event.occurrences.iter().position(|o| o.id == id);
    let index = index.ok_or_else(|| Faults::one("", FaultCode::UnknownOccurrence))?;
    let state = event.occurrences[index].state;
    let open = allowed_occurrence_transitions(event.state, state);
    if open.contains(&wanted) {
        Ok(index)
    } else if allowed_occurrence_transitions(EventState::Published, state).contains(&wanted) {
        Err(EventRefusal::WrongState {
            state: event.state,
            open: allowed_transitions(event.state),
        })
    } else {
        Err(EventRefusal::WrongOccurrenceState { state, open })
    }
}

/// Whether a date stands: one ahead, or only past ones, none of them waiting for a new date.
fn has_a_date(event: &Event, now: DateTime<Utc>) -> bool {
    let waiting = event
        .occurrences
        .iter()
        .any(|o| o.state == OccurrenceState::Postponed);
    let stands = |o: &Occurrence| !waiting || o.timing.ends_at() > now;
    event
        .occurrences
        .iter()
        .any(|o| o.state == OccurrenceState::Scheduled && stands(o))
}

fn explained(reason: Reason) -> Result<Reason, EventRefusal> {
    match reason.reason {
        Some(_) => Ok(reason),
        None => Err(Faults::one("/reason", FaultCode::ReasonRequired).into()),
    }
}

/// The event in its new state, with every date that has not ended turned to its new state.
fn end_all(
    event: &Event,
    to: (EventState, OccurrenceState),
    reason: Reason,
    now: DateTime<Utc>,
) -> Result<Event, EventRefusal> {
    let mut after = next(event, now);
    // What waits for a new date has not ended, even when the old one has passed; and an event whose
    // dates were all cancelled one by one may still be cancelled as a whole, not postponed.
    let ahead = |o: &Occurrence| match o.state {
        OccurrenceState::Postponed => true,
        OccurrenceState::Cancelled if to.1 != OccurrenceState::Cancelled => false,
        _ => o.timing.ends_at() > now,
    };
    if !event.occurrences.iter().any(ahead) {
        return Err(EventRefusal::NothingAhead);
    }
    let reason = explained(reason)?;
    // The words stand once, on the event; its dates repeat only what people must read.
    let public = Reason {
        internal_note: None,
        ..reason.clone()
    };
    for occurrence in after
        .occurrences
        .iter_mut()
        .filter(|o| ahead(o) && o.state != to.1)
    {
        turn(occurrence, to.1, public.clone(), now);
    }
    // Whoever called single dates off before: of the whole the staff has decided.
    for occurrence in &mut after.occurrences {
        occurrence.called_off_by_source = false;
    }
    after.state = to.0;
    after.reason = reason;
    Ok(after)
}

pub(super) fn turn(
    occurrence: &mut Occurrence,
    to: OccurrenceState,
    reason: Reason,
    now: DateTime<Utc>,
) {
    occurrence.state = to;
    occurrence.called_off_by_source = false;
    occurrence.reason = reason;
    occurrence.sequence += 1;
    occurrence.version += 1;
    occurrence.updated_at = now;
}

pub(super) fn new_occurrence(slot: Slot, ids: &mut dyn Ids, now: DateTime<Utc>) -> Occurrence {
    let id: Id<Occurrence> = Id::new(ids);
    Occurrence {
        id,
        uid: id.to_string(),
        timing: slot.timing,
        previous: None,
        capacity: slot.capacity,
        series: None,
        state: OccurrenceState::Scheduled,
        called_off_by_source: false,
        reason: Reason::default(),
        sequence: 0,
        version: 1,
        updated_at: now,
    }
}

pub(super) fn sort(occurrences: &mut [Occurrence]) {
    occurrences.sort_by_key(|o| (o.timing.starts_at(), o.id));
}

pub(super) fn next(event: &Event, now: DateTime<Utc>) -> Event {
    Event {
        version: event.version + 1,
        // A write that waited for another one began before it: mirrors go by a time that never falls.
        updated_at: now.max(event.updated_at),
        ..event.clone()
    }
}

pub(super) fn changed(
    before: Event,
    mut after: Event,
    fact: EventFact,
) -> Change<Event, EventFact> {
    after.was_public |= after.is_public();
    after.withdrawn_at = match (before.is_public(), after.is_public()) {
        (_, true) => None,
        (true, false) => Some(after.updated_at),
        (false, false) => after.withdrawn_at,
    };
    Change::new(Some(before), after, fact)
}
