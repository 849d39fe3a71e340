//! Series: made, edited as a whole, from one date on and one date alone.

mod properties;

use super::*;

/// Evenings from a day on, by one rule.
fn plan(day: &str, rule: &str) -> SeriesPlan {
    let rule = Rule::parse(rule).unwrap();
    SeriesPlan::new(evening_of(day), rule, vec![], vec![], None).unwrap()
}

/// Five Thursdays from 14 May 2026 on: one has passed on 20 May, four are ahead.
fn thursdays() -> SeriesPlan {
    plan("2026-05-14", "FREQ=WEEKLY;BYDAY=TH;COUNT=5")
}

fn in_may() -> DateTime<Utc> {
    instant("2026-05-20T08:00")
}

fn with_series(event: Event, plan: SeriesPlan) -> Event {
    let mut ids = Counter(1 << 32);
    add_series(event, plan, &mut ids, instant("2026-01-05T09:00"))
        .unwrap()
        .0
        .into_after()
}

fn draft() -> Event {
    with_series(an_event().draft(), thursdays())
}

fn published() -> Event {
    after(publish(draft(), no_reason(), instant("2026-01-06T08:00")))
}

fn edit_of(event: &Event, plan: SeriesPlan) -> SeriesEdit {
    SeriesEdit {
        series: event.series[0].id,
        from: None,
        plan,
        reason: None,
    }
}

fn from(event: &Event, start: &str, plan: SeriesPlan) -> SeriesEdit {
    SeriesEdit {
        from: Some(local(start)),
        ..edit_of(event, plan)
    }
}

fn explained(edit: SeriesEdit) -> SeriesEdit {
    SeriesEdit {
        reason: Some(Prose::parse("La salle est prise.").unwrap()),
        ..edit
    }
}

fn done(event: &Event, edit: SeriesEdit) -> Change<Event, EventFact> {
    let change = edit_series(event.clone(), edit, &mut fresh_ids(), in_may()).unwrap();
    change.expect("the test changes something").0
}

fn refused(event: &Event, edit: SeriesEdit) -> Vec<(String, FaultCode)> {
    faults(edit_series(event.clone(), edit, &mut fresh_ids(), in_may()))
}

/// Each date with what became of it, as `14/05 18:30`.
fn told(event: &Event) -> Vec<String> {
    let told = |one: &Occurrence| {
        let start = one.timing.local_start().format("%d/%m %H:%M");
        let state = match one.state {
            OccurrenceState::Scheduled => "",
            OccurrenceState::Postponed => " postponed",
            OccurrenceState::Cancelled => " cancelled",
        };
        format!("{start}{state}")
    };
    event.occurrences.iter().map(told).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.split(", ").map(str::to_owned).collect()
}

#[test]
fn a_series_makes_its_dates_and_remembers_which_they_were() {
    let event = draft();
    assert_eq!(
        told(&event),
        lines("14/05 18:30, 21/05 18:30, 28/05 18:30, 04/06 18:30, 11/06 18:30")
    );
    for one in &event.occurrences {
        let place = one.series.unwrap();
        assert_eq!((place.series, place.detached), (event.series[0].id, false));
        assert_eq!(place.original, one.timing.local_start());
    }
    let many = plan("2026-05-14", "FREQ=DAILY;COUNT=996");
    let refused = add_series(event, many, &mut fresh_ids(), today());
    assert_eq!(
        faults(refused),
        fault("/rrule", FaultCode::TooMany(MAX_OCCURRENCES))
    );
}

#[test]
fn a_closed_event_takes_no_series() {
    for state in [EventState::Cancelled, EventState::Archived] {
        let event = an_event().on("2026-05-14").in_state(state);
        let open = allowed_transitions(state);
        let wrong = EventRefusal::WrongState { state, open };
        let refused = add_series(event, thursdays(), &mut fresh_ids(), today());
        assert_eq!(refused.unwrap_err(), wrong);
    }
}

#[test]
fn another_hour_moves_what_is_ahead_and_keeps_what_people_know_it_by() {
    let event = published();
    let later = SeriesPlan::new(
        lasting("2026-05-14T19:00", 90),
        Rule::parse("FREQ=WEEKLY;BYDAY=TH;COUNT=5").unwrap(),
        vec![],
        vec![],
        Some(40),
    );
    let change = done(&event, edit_of(&event, later.unwrap()));
    let edited = change.after();
    assert_eq!(
        told(edited),
        lines("14/05 18:30, 21/05 19:00, 28/05 19:00, 04/06 19:00, 11/06 19:00")
    );
    assert_eq!(identities(edited), identities(&event));
    assert_eq!(edited.occurrences[0], event.occurrences[0]);
    for (new, old) in edited.occurrences.iter().zip(&event.occurrences).skip(1) {
        assert_eq!(
            (new.previous, new.sequence, new.version),
            (Some(old.timing), 1, 2)
        );
        assert_eq!(
            (new.capacity, new.series.unwrap().original),
            (Some(40), new.timing.local_start())
        );
    }
    assert_eq!(
        (edited.series[0].version, edited.series[0].updated_at),
        (2, in_may())
    );
    let moved = edited.occurrences[1..]
        .iter()
        .map(|one| EventFact::OccurrenceMoved(one.id));
    let facts: Vec<_> = [EventFact::Edited { published: true }]
        .into_iter()
        .chain(moved)
        .collect();
    assert_eq!(change.facts(), facts);
}

#[test]
fn another_weekday_moves_each_within_its_week() {
    let event = published();
    let fridays = plan("2026-05-15", "FREQ=WEEKLY;BYDAY=FR;COUNT=5");
    let edited = done(&event, edit_of(&event, fridays)).into_after();
    // This week's has taken place: no Friday makes up for it.
    assert_eq!(
        told(&edited),
        lines("14/05 18:30, 22/05 18:30, 29/05 18:30, 05/06 18:30, 12/06 18:30")
    );
    assert_eq!(identities(&edited), identities(&event));
}

#[test]
fn what_a_published_series_has_no_more_is_cancelled_with_a_reason() {
    let event = published();
    let shorter = edit_of(&event, plan("2026-05-14", "FREQ=WEEKLY;BYDAY=TH;COUNT=3"));
    assert_eq!(
        refused(&event, shorter.clone()),
        fault("/reason", FaultCode::ReasonRequired)
    );
    let change = done(&event, explained(shorter));
    let edited = change.after();
    assert_eq!(
        told(edited),
        lines(
            "14/05 18:30, 21/05 18:30, 28/05 18:30, 04/06 18:30 cancelled, 11/06 18:30 cancelled"
        )
    );
    assert_eq!(edited.occurrences[4].reason, because("La salle est prise."));
    let cancelled = edited.occurrences[3..]
        .iter()
        .map(|one| EventFact::OccurrenceCancelled(one.id));
    assert_eq!(change.facts()[1..], cancelled.collect::<Vec<_>>());
    // Longer again: the cancelled ones stay so, and new dates stand beside them.
    let longer = plan("2026-05-14", "FREQ=WEEKLY;BYDAY=TH;COUNT=5");
    let again = done(edited, edit_of(edited, longer)).into_after();
    assert_eq!(again.occurrences.len(), 7);
    assert_eq!(
        identities(edited)
            .iter()
            .filter(|id| identities(&again).contains(id))
            .count(),
        5
    );
}

#[test]
fn a_draft_loses_what_its_series_has_no_more() {
    let event = draft();
    let shorter = plan("2026-05-21", "FREQ=WEEKLY;BYDAY=TH;COUNT=2");
    let edited = done(&event, edit_of(&event, shorter.clone())).into_after();
    assert_eq!(told(&edited), lines("21/05 18:30, 28/05 18:30"));
    assert_eq!(identities(&edited), identities(&event)[1..3]);
    let same = edit_series(
        edited.clone(),
        edit_of(&edited, shorter),
        &mut fresh_ids(),
        in_may(),
    );
    assert_eq!(same, Ok(None));
}

#[test]
fn what_somebody_changed_alone_stays_as_it_is() {
    let event = published();
    let ids: Vec<_> = event.occurrences.iter().map(|one| one.id).collect();
    let event = after(move_occurrence(
        event,
        ids[1],
        evening_of("2026-05-23"),
        no_reason(),
        in_may(),
    ));
    let event = after(cancel_occurrence(event, ids[2], because("Pont."), in_may()));
    let june = event
        .occurrences
        .iter()
        .find(|one| one.id == ids[3])
        .unwrap()
        .timing;
    let event = edited(edit_occurrence(event, ids[3], june, Some(12), in_may()));
    let alone = |event: &Event| -> Vec<_> {
        let one = |id| event.occurrences.iter().find(|one| one.id == id).unwrap();
        let all_but_its_place = |id: &Id<Occurrence>| {
            let one = one(*id);
            (one.timing, one.state, one.capacity, one.sequence)
        };
        ids[1..4].iter().map(all_but_its_place).collect()
    };
    let later = SeriesPlan::new(
        lasting("2026-05-14T19:00", 90),
        Rule::parse("FREQ=WEEKLY;BYDAY=TH;COUNT=6").unwrap(),
        vec![],
        vec![],
        None,
    );
    let changed = done(&event, edit_of(&event, later.unwrap())).into_after();
    assert_eq!(
        told(&changed),
        lines(
            "14/05 18:30, 23/05 18:30, 28/05 18:30 cancelled, 04/06 18:30, 11/06 19:00, 18/06 19:00"
        )
    );
    assert_eq!(alone(&changed), alone(&event));
    let shorter = plan("2026-05-14", "FREQ=WEEKLY;BYDAY=TH;COUNT=1");
    let changed = done(&changed, explained(edit_of(&changed, shorter))).into_after();
    assert_eq!(
        told(&changed),
        lines(
            "14/05 18:30, 23/05 18:30, 28/05 18:30 cancelled, 04/06 18:30, 11/06 19:00 cancelled, 18/06 19:00 cancelled"
        )
    );
}

#[test]
fn a_date_that_somebody_moved_stands_for_its_start_and_no_other() {
    let june = |day: &str, count: u8| plan(day, &format!("FREQ=WEEKLY;BYDAY=TH;COUNT={count}"));
    let event = with_series(an_event().draft(), june("2026-06-04", 4));
    let event = after(publish(event, no_reason(), instant("2026-01-06T08:00")));
    let id = event.occurrences[0].id;
    let saturday = evening_of("2026-06-06");
    let event = after(move_occurrence(event, id, saturday, no_reason(), in_may()));

    let later = done(&event, edit_of(&event, june("2026-06-11", 4))).into_after();
    // The Saturday stands for the fourth of June, which the rule has no more, and for none far away.
    let ahead = "06/06 18:30, 11/06 18:30, 18/06 18:30, 25/06 18:30, 02/07 18:30";
    assert_eq!(told(&later), lines(ahead));
    let place = later.occurrences[0].series.unwrap();
    assert_eq!(
        (place.original, place.detached),
        (local("2026-06-04T18:30"), true)
    );
    assert_eq!(later.occurrences[0].sequence, event.occurrences[0].sequence);
    // Nor is it made again where the rule goes back to that day.
    let earlier = done(&later, edit_of(&later, june("2026-06-04", 5))).into_after();
    assert_eq!(told(&earlier), lines(ahead));
    let longer = done(&later, edit_of(&later, june("2026-06-11", 5))).into_after();
    assert_eq!(told(&longer), lines(&format!("{ahead}, 09/07 18:30")));
    let rest = from(&longer, "2026-07-02T18:30", june("2026-07-02", 3));
    let split = done(&longer, rest).into_after();
    assert_eq!(
        told(&split),
        lines(&format!("{ahead}, 09/07 18:30, 16/07 18:30"))
    );
}

#[test]
fn from_one_of_its_dates_on_it_is_another_series() {
    let event = published();
    let (_, rest) = event.series[0]
        .plan
        .split(local("2026-05-28T18:30"))
        .unwrap();
    assert_eq!(rest.rule().to_string(), "FREQ=WEEKLY;BYDAY=TH;COUNT=3");
    let mondays = plan("2026-06-01", "FREQ=WEEKLY;BYDAY=MO;COUNT=2");
    let edit = explained(from(&event, "2026-05-28T18:30", mondays));
    let edited = done(&event, edit).into_after();
    // Monday 1 June lies in the week of Thursday 4 June, Monday 8 June in that of 11 June.
    assert_eq!(
        told(&edited),
        lines("14/05 18:30, 21/05 18:30, 28/05 18:30 cancelled, 01/06 18:30, 08/06 18:30")
    );
    assert_eq!(edited.series.len(), 2);
    assert_eq!(
        edited.series[0].plan.rule().to_string(),
        "FREQ=WEEKLY;BYDAY=TH;UNTIL=20260521T163000Z"
    );
    let sizes: Vec<_> = edited
        .series
        .iter()
        .map(|one| one.dates(&edited).len())
        .collect();
    assert_eq!(sizes, [2, 3]);
    assert_eq!(edited.occurrences[0].version, 1);
}

#[test]
fn from_the_first_of_its_dates_on_it_is_the_same_series() {
    let event = published();
    let edit = from(
        &event,
        "2026-05-14T18:30",
        plan("2026-05-14", "FREQ=WEEKLY;COUNT=6"),
    );
    let edited = done(&event, edit).into_after();
    assert_eq!(
        (edited.series.len(), edited.series[0].id),
        (1, event.series[0].id)
    );
    assert_eq!(edited.occurrences.len(), 6);
    for start in ["2026-05-15T18:30", "2026-05-14T19:00", "2030-01-01T00:00"] {
        let edit = from(&event, start, thursdays());
        assert_eq!(
            refused(&event, edit),
            fault("/from", FaultCode::NotInSeries)
        );
    }
}

#[test]
fn a_split_leaves_the_exceptions_where_they_belong() {
    let day = |text: &str| Excluded::Day(text.parse().unwrap());
    let plan = SeriesPlan::new(
        evening_of("2026-05-14"),
        Rule::parse("FREQ=WEEKLY;UNTIL=20260611").unwrap(),
        vec![local("2026-05-16T10:00"), local("2026-06-13T10:00")],
        vec![day("2026-05-21"), day("2026-06-04")],
        None,
    );
    let whole = plan.unwrap();
    let (head, tail) = whole.split(local("2026-05-28T18:30")).unwrap();
    let both: Vec<_> = head
        .unwrap()
        .timings()
        .into_iter()
        .chain(tail.timings())
        .collect();
    assert_eq!(both, whole.timings());
    assert_eq!(tail.recurrence().excluded(), [day("2026-06-04")]);
    assert_eq!(
        whole.split(local("2026-06-13T10:00")),
        Err(FaultCode::NotInSeries)
    );
}

#[test]
fn only_a_draft_loses_a_series() {
    let event = draft();
    let id = event.series[0].id;
    assert_eq!(
        delete_series(published(), id, in_may()),
        Err(EventRefusal::SeriesPublished)
    );
    let with_another = edited(with_dates(event.clone(), {
        let mut slots = as_they_are(&event);
        slots.push(on("2026-07-01"));
        slots
    }));
    let left = delete_series(with_another, id, in_may())
        .unwrap()
        .into_after();
    assert_eq!((told(&left), left.series.len()), (lines("01/07 18:30"), 0));
}

#[test]
fn the_whole_list_of_dates_keeps_series_and_leaves_out_what_is_taken_out() {
    let event = draft();
    let mut slots = without_ids(as_they_are(&event));
    slots.remove(1);
    slots[0].capacity = Some(5);
    let changed = edited(with_dates(event.clone(), slots));
    assert!(changed.occurrences.iter().all(|one| one.series.is_some()));
    let detached: Vec<_> = changed
        .occurrences
        .iter()
        .map(|one| one.series.unwrap().detached)
        .collect();
    assert_eq!(detached, [true, false, false, false]);
    let plan = &changed.series[0].plan;
    assert_eq!(
        plan.recurrence().excluded(),
        [Excluded::Start(local("2026-05-21T18:30"))]
    );
    assert_eq!(changed.series[0].version, 2);
    // A later edit of the whole doesn't bring it back.
    let (_, rest) = plan.split(local("2026-05-14T18:30")).unwrap();
    assert_eq!(rest.timings().len(), 4);
    let none = edited(with_dates(changed, vec![]));
    assert_eq!((none.occurrences.len(), none.series.len()), (0, 0));
}

#[test]
fn a_copy_has_the_series_where_the_rule_means_the_same_dates() {
    let event = published();
    let id = event.occurrences[1].id;
    let event = after(move_occurrence(
        event,
        id,
        evening_of("2026-05-23"),
        no_reason(),
        in_may(),
    ));
    let copy = |starts_on: &str| {
        let day = Some(starts_on.parse().unwrap());
        after(duplicate(
            &event,
            slug("encore"),
            day,
            &mut fresh_ids(),
            today(),
        ))
    };
    let next_year = copy("2027-05-13");
    assert_eq!(
        told(&next_year),
        lines("13/05 18:30, 22/05 18:30, 27/05 18:30, 03/06 18:30, 10/06 18:30")
    );
    assert_ne!(next_year.series[0].id, event.series[0].id);
    let detached = next_year
        .occurrences
        .iter()
        .map(|one| one.series.unwrap().detached);
    assert_eq!(
        detached.collect::<Vec<_>>(),
        [false, true, false, false, false]
    );
    let on_a_friday = copy("2027-05-14");
    assert_eq!(
        (on_a_friday.occurrences.len(), on_a_friday.series.len()),
        (5, 0)
    );
    assert!(
        on_a_friday
            .occurrences
            .iter()
            .all(|one| one.series.is_none())
    );
}
