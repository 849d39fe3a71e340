//! Editing an event and its dates, as a whole and one by one.

use super::*;

#[test]
fn an_edit_that_changes_nothing_is_none() {
    for state in [
        EventState::Draft,
        EventState::Published,
        EventState::Postponed,
        EventState::Cancelled,
    ] {
        let event = an_event()
            .on("2026-05-14")
            .for_people("2026-05-21", 30)
            .in_state(state);
        assert_eq!(with_content(event.clone(), event.content.clone()), Ok(None));
        let mut slots = as_they_are(&event);
        assert_eq!(with_dates(event.clone(), slots.clone()), Ok(None));
        slots.reverse();
        assert_eq!(
            with_dates(event.clone(), slots.clone()),
            Ok(None),
            "in another order"
        );
        assert_eq!(
            with_dates(event, without_ids(slots)),
            Ok(None),
            "without ids"
        );
    }
    let event = an_event().on("2026-05-14").published();
    let date = event.occurrences[0].clone();
    assert_eq!(
        edit_occurrence(event, date.id, date.timing, date.capacity, today()),
        Ok(None)
    );
}

#[test]
fn content_changes_the_sequence_once_people_have_it() {
    let draft = edited(with_content(an_event().draft(), titled("Autre titre")));
    assert_eq!((draft.sequence, draft.version), (0, 2));
    let event = an_event().on("2026-05-14").published();
    let change = with_content(event.clone(), titled("Autre titre"))
        .unwrap()
        .unwrap();
    assert_eq!(change.facts(), [EventFact::Edited { published: true }]);
    assert_eq!(change.before(), Some(&event));
    assert_eq!(
        (change.after().sequence, change.after().version),
        (1, event.version + 1)
    );
    assert_eq!(change.after().occurrences, event.occurrences);
    let cancelled = an_event().on("2026-05-14").cancelled();
    assert_eq!(
        edited(with_content(cancelled, titled("Autre titre"))).sequence,
        1
    );
}

#[test]
fn a_new_slug_or_origin_is_a_change_but_no_news_for_calendars() {
    let event = an_event().on("2026-05-14").published();
    let origin = Origin {
        source: Line::parse("openagenda").unwrap(),
        uid: Line::parse("1234").unwrap(),
        digest: "abc".to_owned(),
    };
    let content = event.content.clone();
    let ids = &mut fresh_ids();
    let renamed = edit(
        event.clone(),
        content.clone(),
        slug("autre"),
        Schedule::Kept,
        None,
        ids,
        today(),
    );
    let imported = edit(
        event.clone(),
        content,
        event.slug.clone(),
        Schedule::Kept,
        Some(origin),
        ids,
        today(),
    );
    for changed in [renamed, imported] {
        let changed = edited(changed);
        assert_eq!((changed.sequence, changed.version), (0, event.version + 1));
    }
}

#[test]
fn leaving_everybodys_sight_is_remembered() {
    let event = an_event().on("2026-05-14").published();
    let hidden = EventContent {
        visibility: Visibility::Staff,
        ..event.content.clone()
    };
    let event = edited(with_content(event, hidden));
    assert!(!event.is_public() && event.was_public);
    let shown = EventContent {
        visibility: Visibility::Public,
        ..event.content.clone()
    };
    let draft = an_event().draft();
    assert!(
        !edited(with_content(
            draft,
            EventContent {
                title: Line::parse("X").unwrap(),
                ..shown
            }
        ))
        .was_public
    );
    let internal = an_event().on("2026-05-14").for_staff().published();
    assert!(!internal.was_public);
    assert!(edited(with_content(internal, titled("Pour tous"))).was_public);
}

#[test]
fn an_archived_event_is_left_as_it_is() {
    let event = an_event().on("2026-05-14").archived();
    let refusal = EventRefusal::WrongState {
        state: EventState::Archived,
        open: vec![],
    };
    let date = event.occurrences[0].clone();
    assert_eq!(
        with_content(event.clone(), titled("Autre")),
        Err(refusal.clone())
    );
    assert_eq!(
        with_dates(event.clone(), as_they_are(&event)),
        Err(refusal.clone())
    );
    assert_eq!(
        edit_occurrence(event, date.id, date.timing, Some(3), today()),
        Err(refusal)
    );
}

#[test]
fn the_dates_of_a_cancelled_event_stay() {
    let event = an_event().on("2026-05-14").cancelled();
    let date = event.occurrences[0].clone();
    let more = as_they_are(&event)
        .into_iter()
        .chain([on("2026-06-11")])
        .collect();
    for refused in [
        with_dates(event.clone(), more),
        edit_occurrence(event, date.id, date.timing, Some(3), today()),
    ] {
        let cancelled = EventState::Cancelled;
        assert!(
            matches!(refused, Err(EventRefusal::WrongState { state, .. }) if state == cancelled)
        );
    }
}

#[test]
fn a_slot_is_the_date_of_its_id() {
    let event = an_event().on("2026-05-14").on("2026-05-21").published();
    let first = event.occurrences[0].clone();
    let mut slots = as_they_are(&event);
    slots[0].timing = evening_of("2026-06-04");
    let after = edited(with_dates(event, slots));
    let moved = after.occurrences.iter().find(|o| o.id == first.id).unwrap();
    assert_eq!(
        (moved.timing, moved.previous),
        (evening_of("2026-06-04"), Some(first.timing))
    );
    assert_eq!(
        (moved.sequence, moved.version, &moved.uid),
        (1, 2, &first.uid)
    );
    assert_eq!(after.occurrences[0].sequence, 0, "the other one is no news");
}

#[test]
fn a_slot_without_id_is_the_date_at_its_start() {
    let event = an_event()
        .on("2026-05-14")
        .for_people("2026-05-21", 30)
        .published();
    let mut slots = without_ids(as_they_are(&event));
    slots[0].timing = lasting("2026-05-14T18:30", 150);
    slots[1].capacity = Some(12);
    slots.push(on("2026-05-28"));
    slots.rotate_left(1);
    let after = edited(with_dates(event.clone(), slots));
    assert_eq!(identities(&after)[..2], identities(&event)[..]);
    let [longer, smaller, new] = &after.occurrences[..] else {
        panic!("three dates")
    };
    assert_eq!((longer.sequence, longer.version), (1, 2));
    assert_eq!(
        (smaller.capacity, smaller.sequence, smaller.version),
        (Some(12), 0, 2)
    );
    assert_eq!((new.sequence, new.version, new.previous), (0, 1, None));
}

#[test]
fn two_dates_at_one_start_keep_their_places() {
    let mut event = an_event().on("2026-05-14").on("2026-05-14").published();
    event.occurrences[1].timing = lasting("2026-05-14T18:30", 120);
    let mut slots = without_ids(as_they_are(&event));
    slots.reverse();
    assert_eq!(with_dates(event, slots), Ok(None));
}

#[test]
fn an_id_goes_before_a_start() {
    let event = an_event().on("2026-05-14").on("2026-05-21").published();
    let [first, second] = [event.occurrences[0].id, event.occurrences[1].id];
    // The first moves to the second's start, which is asked for without an id first.
    let slots = vec![
        on("2026-05-21"),
        Slot {
            id: Some(second),
            ..on("2026-05-28")
        },
        Slot {
            id: Some(first),
            ..on("2026-05-14")
        },
    ];
    let after = edited(with_dates(event, slots));
    let ids: Vec<_> = after.occurrences.iter().map(|o| o.id).collect();
    assert_eq!((ids[0], ids[2]), (first, second));
    assert!(ids[1] != first && ids[1] != second);
}

#[test]
fn what_was_published_loses_no_date() {
    let draft = an_event().on("2026-05-14").on("2026-05-21").draft();
    let published = after(publish(draft.clone(), no_reason(), today()));
    let fewer = |event: &Event| as_they_are(event)[1..].to_vec();
    assert_eq!(
        edited(with_dates(draft.clone(), fewer(&draft)))
            .occurrences
            .len(),
        1
    );
    let refused = with_dates(published.clone(), fewer(&published));
    assert_eq!(
        faults(refused),
        fault("/occurrences", FaultCode::OccurrencePublished)
    );
    let refused = with_dates(published, vec![on("2026-06-04"), on("2026-05-21")]);
    assert_eq!(
        faults(refused),
        fault("/occurrences", FaultCode::OccurrencePublished)
    );
}

#[test]
fn all_that_is_wrong_with_the_dates_is_said_at_once() {
    let event = an_event().on("2026-05-14").on("2026-05-21").published();
    let (kept, off) = (event.occurrences[0].id, event.occurrences[1].id);
    let event = after(cancel_occurrence(event, off, because("Pont."), today()));
    let unknown = Id::new(&mut Counter(1 << 90));
    let slots = vec![
        Slot {
            id: Some(kept),
            ..on("2026-05-14")
        },
        Slot {
            id: Some(kept),
            ..on("2026-05-15")
        },
        Slot {
            id: Some(unknown),
            ..on("2026-05-16")
        },
        Slot {
            id: Some(off),
            ..on("2026-05-17")
        },
    ];
    let found = [
        fault("/occurrences/1/id", FaultCode::Duplicate),
        fault("/occurrences/2/id", FaultCode::UnknownOccurrence),
        fault("/occurrences/3/local_start", FaultCode::OccurrenceCancelled),
    ];
    assert_eq!(faults(with_dates(event.clone(), slots)), found.concat());
    let refused = edit_occurrence(event, off, evening_of("2026-05-17"), None, today());
    assert_eq!(
        faults(refused),
        fault("/local_start", FaultCode::OccurrenceCancelled)
    );
}

#[test]
fn a_postponed_date_with_a_new_time_stands_again() {
    let event = an_event().on("2026-05-14").postponed();
    let date = event.occurrences[0].clone();
    let event = edited(edit_occurrence(
        event,
        date.id,
        evening_of("2026-06-04"),
        None,
        today(),
    ));
    let moved = &event.occurrences[0];
    assert_eq!(
        (moved.state, &moved.reason),
        (OccurrenceState::Scheduled, &no_reason())
    );
    assert_eq!((moved.previous, moved.sequence), (Some(date.timing), 2));
    assert_eq!(
        event.state,
        EventState::Postponed,
        "until somebody publishes it"
    );
    assert!(publish(event, no_reason(), today()).is_ok());
}

#[test]
fn one_date_of_a_draft_is_edited_without_a_trace() {
    let event = an_event().on("2026-05-14").on("2026-05-21").draft();
    let date = event.occurrences[0].clone();
    let event = edited(edit_occurrence(
        event,
        date.id,
        evening_of("2026-06-04"),
        Some(8),
        today(),
    ));
    let edited = &event.occurrences[1];
    assert_eq!(
        (edited.id, edited.capacity, edited.version),
        (date.id, Some(8), 2)
    );
    assert_eq!((edited.previous, edited.sequence), (None, 0));
    let unknown = Id::new(&mut fresh_ids());
    let refused = edit_occurrence(event, unknown, date.timing, None, today());
    assert_eq!(faults(refused), fault("", FaultCode::UnknownOccurrence));
}

#[test]
fn an_event_has_a_thousand_dates_at_most() {
    let event = an_event().draft();
    let hourly = |n: usize| Slot {
        id: None,
        timing: {
            let start = local("2026-05-14T08:00") + Duration::hours(i64::try_from(n).unwrap());
            Timing::new(start, start + Duration::minutes(50), DEFAULT_ZONE).unwrap()
        },
        capacity: None,
    };
    let slots = |count| (0..count).map(hourly).collect::<Vec<_>>();
    let refused = with_dates(event.clone(), slots(MAX_OCCURRENCES + 1));
    assert_eq!(
        faults(refused),
        fault("/occurrences", FaultCode::TooMany(MAX_OCCURRENCES))
    );
    let full = edited(with_dates(event, slots(MAX_OCCURRENCES)));
    assert_eq!(
        with_dates(full.clone(), without_ids(as_they_are(&full))),
        Ok(None)
    );
    let (content, slug) = (full.content.clone(), full.slug.clone());
    let more = Schedule::With(on("2027-05-14"));
    let refused = edit(full, content, slug, more, None, &mut fresh_ids(), today());
    assert_eq!(
        faults(refused),
        fault("", FaultCode::TooMany(MAX_OCCURRENCES))
    );
}

#[test]
fn one_more_date_finds_its_place() {
    let event = an_event().on("2026-05-14").on("2026-05-28").published();
    let (content, slug) = (event.content.clone(), event.slug.clone());
    let more = Schedule::With(on("2026-05-21"));
    let after = edited(edit(
        event,
        content,
        slug,
        more,
        None,
        &mut fresh_ids(),
        today(),
    ));
    let timings: Vec<_> = after.occurrences.iter().map(|o| o.timing).collect();
    assert_eq!(
        timings,
        ["2026-05-14", "2026-05-21", "2026-05-28"].map(evening_of)
    );
}
