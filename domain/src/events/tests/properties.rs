//! What holds whatever is done to an event, in whatever order and at whatever time.

use crate::kernel::Reason;
use std::collections::HashSet;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseResult;

use super::*;

/// Something that somebody asks for; what it asks of a date goes to one that the index picks.
#[derive(Debug, Clone)]
enum Command {
    Transit(EventTransition, Reason),
    TransitDate(OccurrenceTransition, Index, Reason),
    MoveDate(Index, Timing),
    Say(&'static str, Visibility),
    Reschedule(Vec<Ask>, bool),
    AddDate(Timing),
    EditDate(Index, Timing, Option<u32>),
}

/// What becomes of the dates in a new schedule.
#[derive(Debug, Clone)]
enum Ask {
    Shift(Index, Timing),
    Resize(Index, u32),
    Drop(Index),
    Repeat(Index),
    Unknown(Timing),
    New(Timing),
}

/// Dates on both sides of the days at which commands come, some of them at the same time.
fn a_timing() -> impl Strategy<Value = Timing> {
    (0_i64..60, 0_i64..3, 1_i64..3).prop_map(|(days, hours, length)| {
        let start = local("2026-03-01T01:30") + Duration::days(days) + Duration::hours(hours);
        Timing::new(start, start + Duration::hours(2 * length), DEFAULT_ZONE).unwrap()
    })
}

fn a_reason() -> impl Strategy<Value = Reason> {
    let note = Prose::parse("Pour le bureau.").unwrap();
    let noted = Reason {
        note: None,
        reason: None,
        internal_note: Some(note),
    };
    prop_oneof![4 => Just(because("Grippe.")), 1 => Just(no_reason()), 1 => Just(noted)]
}

fn a_word<V: Vocabulary + std::fmt::Debug>() -> impl Strategy<Value = V> {
    proptest::sample::select(words().collect::<Vec<V>>())
}

fn a_command() -> impl Strategy<Value = Command> {
    let ask = prop_oneof![
        4 => (any::<Index>(), a_timing()).prop_map(|(which, to)| Ask::Shift(which, to)),
        2 => (any::<Index>(), 1_u32..9).prop_map(|(which, size)| Ask::Resize(which, size)),
        1 => any::<Index>().prop_map(Ask::Drop),
        1 => any::<Index>().prop_map(Ask::Repeat),
        1 => a_timing().prop_map(Ask::Unknown),
        3 => a_timing().prop_map(Ask::New),
    ];
    let title = proptest::sample::select(vec!["Club climat", "Atelier", "Visite"]);
    prop_oneof![
        4 => (a_word(), a_reason()).prop_map(|(what, why)| Command::Transit(what, why)),
        3 => (a_word(), any::<Index>(), a_reason())
            .prop_map(|(what, which, why)| Command::TransitDate(what, which, why)),
        2 => (any::<Index>(), a_timing()).prop_map(|(which, to)| Command::MoveDate(which, to)),
        2 => (title, a_word()).prop_map(|(title, to)| Command::Say(title, to)),
        3 => (prop::collection::vec(ask, 0..4), any::<bool>())
            .prop_map(|(asks, with_ids)| Command::Reschedule(asks, with_ids)),
        1 => a_timing().prop_map(Command::AddDate),
        2 => (any::<Index>(), a_timing(), prop::option::of(1_u32..9))
            .prop_map(|(which, to, size)| Command::EditDate(which, to, size)),
    ]
}

/// An event in any state, whose dates are some of those at which commands come.
fn an_event_in_any_state() -> impl Strategy<Value = Event> {
    (
        a_word::<EventState>(),
        prop::collection::vec(a_timing(), 0..5),
    )
        .prop_map(|(state, timings)| {
            // Nothing without a date is ever published.
            let state = if timings.is_empty() {
                EventState::Draft
            } else {
                state
            };
            let slots = timings.into_iter().map(|timing| Slot {
                id: None,
                timing,
                capacity: None,
            });
            Story {
                slots: slots.collect(),
                content: titled("Club climat"),
            }
            .in_state(state)
        })
}

/// The date that an index picks, or one that is unknown.
fn picked(event: &Event, which: &Index) -> Id<Occurrence> {
    match event.occurrences.len() {
        0 => Id::new(&mut Counter(1 << 100)),
        count => event.occurrences[which.index(count)].id,
    }
}

fn asked(event: &Event, asks: &[Ask], with_ids: bool) -> Vec<Slot> {
    let mut slots = as_they_are(event);
    for ask in asks {
        let count = slots.len();
        match ask {
            Ask::New(timing) => slots.push(Slot {
                id: None,
                timing: *timing,
                capacity: None,
            }),
            Ask::Unknown(timing) => {
                let id = Some(Id::new(&mut Counter(1 << 100)));
                slots.push(Slot {
                    id,
                    timing: *timing,
                    capacity: None,
                });
            }
            _ if count == 0 => {}
            Ask::Shift(which, timing) => slots[which.index(count)].timing = *timing,
            Ask::Resize(which, size) => slots[which.index(count)].capacity = Some(*size),
            Ask::Drop(which) => drop(slots.remove(which.index(count))),
            Ask::Repeat(which) => slots.push(slots[which.index(count)].clone()),
        }
    }
    if with_ids { slots } else { without_ids(slots) }
}

/// Carries a command out; `None` when it changes nothing.
fn carry_out(
    event: Event,
    command: &Command,
    ids: &mut Counter,
    now: DateTime<Utc>,
) -> Result<Option<Change<Event, EventFact>>, EventRefusal> {
    let (content, slug, origin) = (
        event.content.clone(),
        event.slug.clone(),
        event.origin.clone(),
    );
    match command.clone() {
        Command::Transit(what, why) => transit(event, what, why, now).map(Some),
        Command::TransitDate(what, which, why) => {
            let id = picked(&event, &which);
            transit_occurrence(event, id, what, why, now).map(Some)
        }
        Command::MoveDate(which, to) => {
            let id = picked(&event, &which);
            move_occurrence(event, id, to, no_reason(), now).map(Some)
        }
        Command::Say(title, visibility) => {
            let content = EventContent {
                visibility,
                ..titled(title)
            };
            edit(event, content, slug, Schedule::Kept, origin, ids, now)
        }
        Command::Reschedule(asks, with_ids) => {
            let schedule = Schedule::Whole(asked(&event, &asks, with_ids));
            edit(event, content, slug, schedule, origin, ids, now)
        }
        Command::AddDate(timing) => {
            let schedule = Schedule::With(Slot {
                id: None,
                timing,
                capacity: None,
            });
            edit(event, content, slug, schedule, origin, ids, now)
        }
        Command::EditDate(which, to, size) => {
            let id = picked(&event, &which);
            edit_occurrence(event, id, to, size, now)
        }
    }
}

/// What holds of every event.
fn is_sound(event: &Event) -> TestCaseResult {
    let starts: Vec<_> = event
        .occurrences
        .iter()
        .map(|o| o.timing.starts_at())
        .collect();
    prop_assert!(starts.is_sorted());
    prop_assert!(
        event
            .occurrences
            .iter()
            .all(|o| o.timing.ends_at() > o.timing.starts_at())
    );
    let ids: HashSet<_> = event.occurrences.iter().map(|o| o.id).collect();
    let uids: HashSet<_> = event.occurrences.iter().map(|o| &o.uid).collect();
    prop_assert_eq!((ids.len(), uids.len()), (starts.len(), starts.len()));
    prop_assert!(event.was_public || !event.is_public());
    prop_assert_eq!(event.published_at.is_some(), event.state.is_announced());
    prop_assert!(event.deleted_at.is_none() || event.published_at.is_none());
    if matches!(event.state, EventState::Cancelled | EventState::Postponed) {
        prop_assert!(event.reason.reason.is_some(), "people read why");
    }
    for date in event
        .occurrences
        .iter()
        .filter(|o| o.state != OccurrenceState::Scheduled)
    {
        prop_assert!(date.reason.reason.is_some(), "people read why");
    }
    Ok(())
}

/// What holds of every change.
fn is_lawful(
    before: &Event,
    change: &Change<Event, EventFact>,
    now: DateTime<Utc>,
) -> TestCaseResult {
    let after = change.after();
    prop_assert_eq!(change.before(), Some(before));
    prop_assert!(!change.facts().is_empty());
    prop_assert_eq!(after.id, before.id);
    prop_assert_eq!(after.version, before.version + 1);
    prop_assert_eq!(
        (after.updated_at, after.created_at),
        (now, before.created_at)
    );
    prop_assert!(after.sequence >= before.sequence);
    prop_assert!(after.was_public || !before.was_public);
    prop_assert!(after.was_public || !before.is_public() || after.is_public());
    if before.published_at.is_some() {
        prop_assert_eq!(after.published_at, before.published_at);
        prop_assert!(after.sequence > before.sequence || after.content == before.content);
    }
    for old in &before.occurrences {
        match after.occurrences.iter().find(|o| o.id == old.id) {
            Some(new) => is_lawful_for_a_date(before, old, new, now)?,
            None => prop_assert!(before.published_at.is_none(), "a published date is gone"),
        }
    }
    Ok(())
}

fn is_lawful_for_a_date(
    event: &Event,
    old: &Occurrence,
    new: &Occurrence,
    now: DateTime<Utc>,
) -> TestCaseResult {
    prop_assert_eq!(&new.uid, &old.uid);
    if new == old {
        return Ok(());
    }
    prop_assert_eq!((new.version, new.updated_at), (old.version + 1, now));
    prop_assert!(new.sequence >= old.sequence);
    if event.published_at.is_some() && (new.timing, new.state) != (old.timing, old.state) {
        prop_assert_eq!(new.sequence, old.sequence + 1);
    }
    if event.published_at.is_some() && new.timing != old.timing {
        prop_assert_eq!(new.previous, Some(old.timing));
    }
    if old.state == OccurrenceState::Cancelled {
        prop_assert_eq!(
            (new.state, new.timing),
            (old.state, old.timing),
            "it stays as it was"
        );
    }
    Ok(())
}

/// Whether what is said to be open is what is taken.
fn keeps_its_word(event: &Event, now: DateTime<Utc>) -> TestCaseResult {
    let open = allowed_transitions(event.state);
    for (transition, _) in EventTransition::WORDS {
        let decided = transit(event.clone(), *transition, because("Parce que."), now);
        let wrong = matches!(decided, Err(EventRefusal::WrongState { .. }));
        let listed = open.contains(transition) && event.deleted_at.is_none();
        prop_assert_eq!(wrong, !listed, "{:?} of {:?}", transition, event.state);
    }
    for date in &event.occurrences {
        let open = allowed_occurrence_transitions(event.state, date.state);
        for (transition, _) in OccurrenceTransition::WORDS {
            let reason = because("Parce que.");
            let decided = transit_occurrence(event.clone(), date.id, *transition, reason, now);
            let wrong = matches!(
                decided,
                Err(EventRefusal::WrongState { .. } | EventRefusal::WrongOccurrenceState { .. })
            );
            prop_assert_eq!(wrong, !open.contains(transition), "{:?}", transition);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_commands_breaks_a_rule(
        start in an_event_in_any_state(),
        commands in prop::collection::vec((a_command(), 0_i64..96), 1..25),
    ) {
        let mut event = start;
        let mut ids = fresh_ids();
        let mut now = instant("2026-03-01T08:00");
        is_sound(&event)?;
        for (command, hours) in commands {
            now += Duration::hours(hours);
            keeps_its_word(&event, now)?;
            if let Ok(Some(change)) = carry_out(event.clone(), &command, &mut ids, now) {
                is_lawful(&event, &change, now)?;
                event = change.into_after();
                is_sound(&event)?;
            }
        }
    }

    #[test]
    fn asking_twice_for_the_same_dates_changes_nothing_the_second_time(
        start in an_event_in_any_state(),
        wanted in prop::collection::vec(a_timing(), 0..6),
        turn in any::<Index>(),
    ) {
        let slot = |timing: &Timing| Slot { id: None, timing: *timing, capacity: None };
        let mut slots: Vec<_> = wanted.iter().map(slot).collect();
        if start.published_at.is_some() {
            slots.extend(without_ids(as_they_are(&start)));
        }
        if let Ok(Some(change)) = with_dates(start, slots.clone()) {
            if !slots.is_empty() {
                let by = turn.index(slots.len());
                slots.rotate_left(by);
            }
            prop_assert_eq!(with_dates(change.into_after(), slots), Ok(None));
        }
    }

    #[test]
    fn a_duplicate_on_any_day_keeps_the_times_on_the_wall(
        start in an_event_in_any_state(),
        days in 0_i64..80_000,
    ) {
        let day = local("1971-01-01T00:00").date() + Duration::days(days);
        let copy = after(duplicate(&start, slug("encore"), Some(day), &mut fresh_ids(), today()));
        is_sound(&copy)?;
        prop_assert_eq!(copy.occurrences.len(), start.occurrences.len());
        let first = copy.occurrences.iter().map(|o| o.timing.local_start().date()).min();
        prop_assert!(first.is_none_or(|first| first == day));
        let times = |event: &Event| {
            let mut times: Vec<_> = event.occurrences.iter()
                .map(|o| (o.timing.local_start().time(), o.timing.local_end().time()))
                .collect();
            times.sort_unstable();
            times
        };
        prop_assert_eq!(times(&copy), times(&start));
    }
}
