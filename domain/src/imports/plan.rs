//! What a record does to the event that came from it before, if there is one. The source decides
//! what it speaks of; what the staff added, and what people were told, stays.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::adoption::adopted;
use super::dates::{self, Settled};
use super::{ImportWarning, Outcome, Publication, WarningCode};
use crate::events::{
    self, Event, EventContent, EventFact, EventRefusal, EventState, OccurrenceState, Origin, Place,
    Schedule, Slot, Told, Visibility, allowed_transitions,
};
use crate::kernel::{Change, Ids, Line, Reason, Slug, Timing};

/// A record, read.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedEvent {
    /// Its key in its source.
    pub uid: Line<200>,
    /// A digest of all it says.
    pub digest: String,
    /// What it says.
    pub content: EventContent,
    /// Of which parts of the content a record of its kind speaks at all.
    pub says: Says,
    /// Its dates.
    pub dates: Vec<ImportedDate>,
    /// The UIDs of dates that it says do not take place.
    pub excluded: Vec<String>,
    /// Why those don't.
    pub excluded_by: Reason,
    /// Where in the record the dates stand, as an RFC 6901 pointer.
    pub dates_at: &'static str,
}

/// One date of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedDate {
    /// When.
    pub timing: Timing,
    /// Its iCalendar UID, if it has one.
    pub uid: Option<String>,
    /// How far it is.
    pub state: OccurrenceState,
    /// Why it is in that state.
    pub reason: Reason,
}

impl ImportedDate {
    /// A date that takes place, and of which no more is said.
    #[must_use]
    pub fn plain(timing: Timing) -> Self {
        Self {
            timing,
            uid: None,
            state: OccurrenceState::Scheduled,
            reason: Reason::default(),
        }
    }
}

/// Of what records of a kind speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// An agenda's record: nothing of the kind, the audiences, the accessibility, the picture, the
    /// contact.
    Record,
    /// An entry of a calendar: nothing of the price and the languages either, and no summary.
    Entry,
    /// An entry of a calendar like this one: its text is the summary.
    OwnEntry,
}

/// What is to be done for a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What becomes of it.
    pub outcome: Outcome,
    /// The changes to save, in their order; a new event's is a single one.
    pub changes: Vec<Change<Event, EventFact>>,
    /// What differs from what the record says.
    pub warnings: Vec<ImportWarning>,
}

/// Decides what a record does. `before` is the event of the same origin, or the one that it means and that no
/// other source brings; `slug` is for a new one.
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
    let own = before
        .as_ref()
        .and_then(|event| adopted(event, source, now));
    let Some(own) = own else {
        return followed(before, imported, source, slug, publication, ids, now);
    };
    let before = Some(own.after().clone());
    let mut plan = followed(before, imported, source, slug, publication, ids, now)?;
    plan.warnings
        .push(ImportWarning::new(WarningCode::Adopted, ""));
    Ok(plan.after(Some(own)))
}

/// What a record does to its own event.
fn followed(
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
    let (mut plan, known, told) = match before {
        None => {
            let (plan, told) = made(imported, slug, origin, ids, now);
            (plan, None, told)
        }
        Some(event) if event.origin.as_ref() == Some(&origin) => {
            (Plan::nothing(), Some(event), vec![])
        }
        Some(event) => {
            let back = taken_back(&event, &imported, &origin, now);
            let standing = back.as_ref().map_or(&event, Change::after).clone();
            let (plan, told) = revised(standing, imported, origin, ids, now)?;
            (plan.after(back), Some(event), told)
        }
    };
    if let Some(event) = plan.latest(known.as_ref())
        && match event.state {
            EventState::Draft => publication == Publication::Publish,
            EventState::Postponed => stands_again(known.as_ref(), event),
            _ => false,
        }
    {
        plan.publish(event.clone(), dates_at, now)?;
    }
    if !told.is_empty()
        && let Some(event) = plan.latest(known.as_ref())
        && let Some(change) = events::follow(event.clone(), &told, now)
    {
        plan.push(change);
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

    /// The same with a change before all others.
    fn after(mut self, first: Option<Change<Event, EventFact>>) -> Self {
        if let Some(first) = first {
            self.changes.insert(0, first);
            self.outcome = Outcome::Updated;
        }
        self
    }

    /// The event as it is after the changes up to now.
    fn latest<'p>(&'p self, known: Option<&'p Event>) -> Option<&'p Event> {
        self.changes.last().map(Change::after).or(known)
    }

    /// What becomes of a new event at once is one change with its making: nobody saw it before.
    fn push(&mut self, change: Change<Event, EventFact>) {
        let is_making = |last: &mut Change<Event, EventFact>| last.before().is_none();
        let change = match self.changes.pop_if(is_making) {
            Some(made) => made.then(change),
            None => change,
        };
        self.changes.push(change);
        if self.outcome == Outcome::Unchanged {
            self.outcome = Outcome::Updated;
        }
    }

    /// Publishes a draft, or what waited for its new date; what has no date stays what it is.
    fn publish(
        &mut self,
        event: Event,
        dates_at: &str,
        now: DateTime<Utc>,
    ) -> Result<(), EventRefusal> {
        let is_draft = event.state == EventState::Draft;
        match events::publish(event, Reason::default(), now) {
            Ok(change) => {
                self.push(change);
                Ok(())
            }
            Err(EventRefusal::Broken(_)) if !is_draft => Ok(()),
            Err(EventRefusal::Broken(_)) => {
                self.warnings
                    .push(ImportWarning::new(WarningCode::NotPublished, dates_at));
                Ok(())
            }
            Err(refusal) => Err(refusal),
        }
    }
}

/// Whether the source gave a postponed event a date again.
fn stands_again(before: Option<&Event>, after: &Event) -> bool {
    let stands = |event: &Event| {
        let dates = event.occurrences.iter();
        dates
            .filter(|date| date.state == OccurrenceState::Scheduled)
            .count()
    };
    after.state == EventState::Postponed && before.is_some_and(|old| stands(old) < stands(after))
}

/// A new event: its dates stand at first, what is said of them follows.
fn made(
    imported: ImportedEvent,
    slug: Slug,
    origin: Origin,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> (Plan, Vec<Told>) {
    let slots = imported.dates.iter().map(dates::slot).collect();
    let change = events::create(imported.content, slug, slots, Some(origin), ids, now);
    let change = with_uids(change, &imported.dates);
    let told = dates::told_of_new(change.after(), &imported.dates);
    let plan = Plan {
        outcome: Outcome::Created,
        changes: vec![change],
        warnings: vec![],
    };
    (plan, told)
}

/// The dates that a change adds bear the UIDs that they have in their source.
fn with_uids(change: Change<Event, EventFact>, dates: &[ImportedDate]) -> Change<Event, EventFact> {
    change.settled(|before, after| {
        let old = before.map_or(&[][..], |event| &event.occurrences);
        let known: HashSet<_> = old.iter().map(|old| old.id).collect();
        let mut used: HashSet<&str> = old.iter().map(|old| old.uid.as_str()).collect();
        for new in &mut after.occurrences {
            if known.contains(&new.id) {
                continue;
            }
            let mut uids = dates.iter().filter(|date| date.timing == new.timing);
            let uid = uids.find_map(|date| date.uid.as_deref().filter(|uid| used.insert(uid)));
            if let Some(uid) = uid {
                new.uid = uid.to_owned();
            }
        }
    })
}

/// The dates that the source called off stand again when it says so; what follows of the record is then
/// as if they had stood all the time.
fn taken_back(
    event: &Event,
    imported: &ImportedEvent,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Option<Change<Event, EventFact>> {
    let dates = dates::taken_back(event, imported)?;
    events::stand_again(event.clone(), &dates, origin.clone(), now)
}

fn revised(
    event: Event,
    imported: ImportedEvent,
    origin: Origin,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<(Plan, Vec<Told>), EventRefusal> {
    let Settled {
        slots,
        mut told,
        warnings,
    } = dates::settled(&event, &imported);
    let content = merged(&event.content, imported.content, imported.says);
    if content == event.content && told.is_empty() && are_as_they_are(&event, &slots) {
        let plan = Plan {
            warnings,
            ..Plan::nothing()
        };
        return Ok((plan, told));
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
    let change = events::edit(
        event.clone(),
        content,
        slug,
        schedule,
        Some(origin),
        ids,
        now,
    )?;
    let change = change.map(|change| with_uids(change, &imported.dates));
    let after = change.as_ref().map_or(&event, Change::after);
    let is_new = |date: &&ImportedDate| {
        let same = |old: &events::Occurrence| date.uid.as_ref() == Some(&old.uid);
        !event.occurrences.iter().any(same)
    };
    let new: Vec<_> = imported.dates.iter().filter(is_new).cloned().collect();
    told.extend(dates::told_of_new(after, &new));
    let plan = Plan {
        outcome: Outcome::Updated,
        changes: change.into_iter().collect(),
        warnings,
    };
    Ok((plan, told))
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

/// The content after a record: that of which it doesn't speak stays as the staff set it.
fn merged(old: &EventContent, new: EventContent, says: Says) -> EventContent {
    let common = EventContent {
        title: new.title,
        tags: new.tags,
        place: new
            .place
            .map(|place| with_commune(place, old.place.as_ref())),
        ..old.clone()
    };
    match says {
        Says::Record => EventContent {
            summary: new.summary,
            description: new.description,
            price_note: new.price_note,
            languages: new.languages,
            ..common
        },
        Says::Entry | Says::OwnEntry => {
            let is_own = says == Says::OwnEntry;
            EventContent {
                summary: if is_own { new.summary } else { common.summary },
                description: if is_own {
                    common.description
                } else {
                    new.description
                },
                price_note: new.price_note.or(common.price_note),
                online_url: new.online_url.or(common.online_url),
                organiser_name: new.organiser_name.or(common.organiser_name),
                contact: new.contact.or(common.contact),
                // What the staff keeps to itself does not become public by a calendar elsewhere.
                visibility: match new.visibility {
                    Visibility::Staff => Visibility::Staff,
                    _ => common.visibility,
                },
                ..common
            }
        }
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
