//! What the rules of events are tried with: events made in the words of a sentence, a clock that
//! stands where a test says, and ids that count.

mod duplicating;
mod editing;
mod occurrences;
mod properties;
mod recurrence;
mod series;
mod transitions;

use chrono::{DateTime, Duration, NaiveDateTime, Utc};

use super::*;
use crate::kernel::testing::Counter;
use crate::kernel::{
    Change, Contact, DEFAULT_ZONE, EmailAddress, FaultCode, Id, Language, Line, Prose, Reason,
    Slug, Timing, Vocabulary,
};

type Decided = Result<Change<Event, EventFact>, EventRefusal>;

/// Ids that no event of [`an_event`] has.
fn fresh_ids() -> Counter {
    Counter(1 << 64)
}

/// An instant, as `2026-05-01T08:00`, in UTC.
fn instant(text: &str) -> DateTime<Utc> {
    local(text).and_utc()
}

/// A local time, as `2026-05-01T08:00`.
fn local(text: &str) -> NaiveDateTime {
    format!("{text}:00").parse().unwrap()
}

/// The moment at which the tests are set, unless they say another.
fn today() -> DateTime<Utc> {
    instant("2026-05-01T08:00")
}

/// A session of an hour and a half from half past six in the evening, in Paris.
fn evening_of(day: &str) -> Timing {
    lasting(&format!("{day}T18:30"), 90)
}

/// A time in Paris, of so many minutes.
fn lasting(start: &str, minutes: i64) -> Timing {
    let start = local(start);
    Timing::new(start, start + Duration::minutes(minutes), DEFAULT_ZONE).unwrap()
}

/// A slot for a new date.
fn on(day: &str) -> Slot {
    Slot {
        id: None,
        timing: evening_of(day),
        capacity: None,
    }
}

/// The slots that ask for what is there already, by id.
fn as_they_are(event: &Event) -> Vec<Slot> {
    let slot = |o: &Occurrence| Slot {
        id: Some(o.id),
        timing: o.timing,
        capacity: o.capacity,
    };
    event.occurrences.iter().map(slot).collect()
}

/// The same, as somebody sends it who keeps no ids.
fn without_ids(slots: Vec<Slot>) -> Vec<Slot> {
    slots
        .into_iter()
        .map(|slot| Slot { id: None, ..slot })
        .collect()
}

/// A reason that people read.
fn because(text: &str) -> Reason {
    Prose::parse(text).unwrap().into()
}

fn no_reason() -> Reason {
    Reason::default()
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// Content that is full enough to see what a removal leaves of it.
fn titled(title: &str) -> EventContent {
    let contact = Contact::new(
        None,
        Some(EmailAddress::parse("accueil@petr.example").unwrap()),
        None,
    );
    EventContent {
        title: Line::parse(title).unwrap(),
        summary: Some(Prose::parse("Une soirée ouverte à tous.").unwrap()),
        description: Some(Prose::parse("**Ordre du jour** : le climat.").unwrap()),
        kind: EventKind::ClubSession,
        audiences: vec![Audience::GeneralPublic],
        tags: vec![Line::parse("climat").unwrap()],
        place: Some(
            Place::new(
                Some(Line::parse("Salle des fêtes").unwrap()),
                None,
                None,
                None,
            )
            .unwrap(),
        ),
        online_url: None,
        accessibility: vec![],
        price_note: None,
        organiser_name: None,
        contact: Some(contact.unwrap()),
        image: None,
        languages: vec![Language::parse("fr").unwrap()],
        visibility: Visibility::Public,
    }
}

/// The session that the tests are about: `an_event().on("2026-05-14").published()`.
fn an_event() -> Story {
    Story {
        slots: vec![],
        content: titled("Club climat"),
    }
}

/// An event in the making of a test.
struct Story {
    slots: Vec<Slot>,
    content: EventContent,
}

impl Story {
    /// With one more date.
    fn on(mut self, day: &str) -> Self {
        self.slots.push(on(day));
        self
    }

    /// With one more date, for so many people.
    fn for_people(mut self, day: &str, capacity: u32) -> Self {
        self.slots.push(Slot {
            capacity: Some(capacity),
            ..on(day)
        });
        self
    }

    /// Not for everybody's eyes.
    fn for_staff(mut self) -> Self {
        self.content.visibility = Visibility::Staff;
        self
    }

    fn draft(self) -> Event {
        let made = instant("2026-01-05T08:00");
        create(
            self.content,
            slug("club-climat"),
            self.slots,
            None,
            &mut Counter(0),
            made,
        )
        .into_after()
    }

    fn published(self) -> Event {
        after(publish(
            self.draft(),
            no_reason(),
            instant("2026-01-06T08:00"),
        ))
    }

    fn cancelled(self) -> Event {
        after(cancel(
            self.published(),
            because("La salle a brûlé."),
            instant("2026-01-07T08:00"),
        ))
    }

    fn postponed(self) -> Event {
        after(postpone(
            self.published(),
            because("Il neige."),
            instant("2026-01-07T08:00"),
        ))
    }

    fn archived(self) -> Event {
        after(archive(
            self.published(),
            no_reason(),
            instant("2026-01-08T08:00"),
        ))
    }

    /// By a partner whose id is the last that there is.
    fn proposed(self) -> Event {
        Event {
            state: EventState::Proposed,
            proposed_by: Some(Id::from_uuid(uuid::Uuid::max())),
            ..self.draft()
        }
    }

    fn declined(self) -> Event {
        after(decline(
            self.proposed(),
            because("Ce n’est pas public."),
            instant("2026-01-06T08:00"),
        ))
    }

    /// In this state, by the way that leads there.
    fn in_state(self, state: EventState) -> Event {
        match state {
            EventState::Draft => self.draft(),
            EventState::Proposed => self.proposed(),
            EventState::Declined => self.declined(),
            EventState::Published => self.published(),
            EventState::Cancelled => self.cancelled(),
            EventState::Postponed => self.postponed(),
            EventState::Archived => self.archived(),
        }
    }
}

/// Every value of a closed list.
fn words<V: Vocabulary>() -> impl Iterator<Item = V> {
    V::WORDS.iter().map(|(value, _)| *value)
}

/// What came of a decision that had to be taken.
fn after(decided: Decided) -> Event {
    decided.unwrap().into_after()
}

/// What came of an edit that had to change something.
fn edited(edit: Result<Option<Change<Event, EventFact>>, EventRefusal>) -> Event {
    edit.unwrap()
        .expect("the test changes something")
        .into_after()
}

/// An edit of the dates alone, made today.
fn with_dates(
    event: Event,
    slots: Vec<Slot>,
) -> Result<Option<Change<Event, EventFact>>, EventRefusal> {
    let (content, slug, origin) = (
        event.content.clone(),
        event.slug.clone(),
        event.origin.clone(),
    );
    edit(
        event,
        content,
        slug,
        Schedule::Whole(slots),
        origin,
        &mut fresh_ids(),
        today(),
    )
}

/// An edit of the content alone, made today.
fn with_content(
    event: Event,
    content: EventContent,
) -> Result<Option<Change<Event, EventFact>>, EventRefusal> {
    let (slug, origin) = (event.slug.clone(), event.origin.clone());
    edit(
        event,
        content,
        slug,
        Schedule::Kept,
        origin,
        &mut fresh_ids(),
        today(),
    )
}

/// A transition of the event by its name.
fn transit(
    event: Event,
    transition: EventTransition,
    reason: Reason,
    now: DateTime<Utc>,
) -> Decided {
    match transition {
        EventTransition::Publish => publish(event, reason, now),
        EventTransition::Cancel => cancel(event, reason, now),
        EventTransition::Postpone => postpone(event, reason, now),
        EventTransition::Archive => archive(event, reason, now),
        EventTransition::Decline => decline(event, reason, now),
        EventTransition::Delete => delete(event, now),
    }
}

/// A transition of one occurrence by its name; a move goes to the evening of 20 June 2026.
fn transit_occurrence(
    event: Event,
    id: Id<Occurrence>,
    transition: OccurrenceTransition,
    reason: Reason,
    now: DateTime<Utc>,
) -> Decided {
    match transition {
        OccurrenceTransition::Cancel => cancel_occurrence(event, id, reason, now),
        OccurrenceTransition::Postpone => postpone_occurrence(event, id, reason, now),
        OccurrenceTransition::Move => {
            move_occurrence(event, id, evening_of("2026-06-20"), reason, now)
        }
    }
}

/// The places and codes of what was found wrong.
fn faults<T: std::fmt::Debug>(refused: Result<T, EventRefusal>) -> Vec<(String, FaultCode)> {
    match refused.unwrap_err() {
        EventRefusal::Broken(faults) => faults
            .all()
            .iter()
            .map(|f| (f.pointer.clone(), f.code.clone()))
            .collect(),
        other => panic!("refused for another reason: {other:?}"),
    }
}

fn fault(pointer: &str, code: FaultCode) -> Vec<(String, FaultCode)> {
    vec![(pointer.to_owned(), code)]
}

fn states(event: &Event) -> Vec<OccurrenceState> {
    event.occurrences.iter().map(|o| o.state).collect()
}

/// The id and the UID of each date: what subscribers know it by.
fn identities(event: &Event) -> Vec<(Id<Occurrence>, String)> {
    event
        .occurrences
        .iter()
        .map(|o| (o.id, o.uid.clone()))
        .collect()
}
