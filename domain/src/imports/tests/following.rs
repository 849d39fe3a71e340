//! What a calendar says of single dates, followed: known by their UIDs, moved, called off.

use OccurrenceState::{Cancelled, Postponed, Scheduled};

use super::plans::*;
use crate::events::{
    Event, EventFact, EventState, OccurrenceState, archive, cancel, cancel_occurrence, postpone,
};
use crate::imports::*;
use crate::kernel::{Line, Reason, Timing};

fn dated(uid: &str, timing: Timing, state: OccurrenceState) -> ImportedDate {
    ImportedDate {
        uid: Some(uid.to_owned()),
        state,
        reason: because(),
        ..ImportedDate::plain(timing)
    }
}

/// An entry of a calendar with these dates.
fn entry(dates: &[ImportedDate]) -> ImportedEvent {
    ImportedEvent {
        digest: format!("{dates:?}"),
        says: Says::Entry,
        dates: dates.to_vec(),
        excluded: vec![],
        ..record("Atelier", &[])
    }
}

fn on(uid: &str, day: i64) -> ImportedDate {
    ImportedDate {
        uid: Some(uid.to_owned()),
        ..ImportedDate::plain(evening(day))
    }
}

fn off(uid: &str, day: i64) -> ImportedDate {
    dated(uid, evening(day), OccurrenceState::Cancelled)
}

fn states(event: &Event) -> Vec<(&str, OccurrenceState)> {
    let dates = event.occurrences.iter();
    dates.map(|date| (date.uid.as_str(), date.state)).collect()
}

#[test]
fn dates_bear_the_uids_of_their_source() {
    let event = taken(entry(&[on("b", 2), on("a", 1)]), Publication::Publish);
    assert_eq!(states(&event), [("a", Scheduled), ("b", Scheduled)]);
}

#[test]
fn two_dates_of_one_time_bear_one_uid_each() {
    let event = taken(entry(&[on("a", 1), on("b", 1)]), Publication::Drafts);
    let mut uids: Vec<_> = states(&event).into_iter().map(|(uid, _)| uid).collect();
    uids.sort_unstable();
    assert_eq!(uids, ["a", "b"]);
}

#[test]
fn a_new_event_comes_with_its_dates_called_off() {
    for publication in [Publication::Drafts, Publication::Publish] {
        let later = dated("c", evening(3), Postponed);
        let event = taken(entry(&[on("a", 1), off("b", 2), later]), publication);
        let known = [("a", Scheduled), ("b", Cancelled), ("c", Postponed)];
        assert_eq!(states(&event), known);
        assert_eq!(event.occurrences[1].reason, because());
    }
}

#[test]
fn an_event_of_which_no_date_stands_is_called_off_as_a_whole() {
    let event = taken(entry(&[off("a", 1), off("b", 2)]), Publication::Publish);
    assert_eq!(event.state, EventState::Cancelled);
    assert_eq!(event.reason, because());
}

#[test]
fn a_date_called_off_there_is_called_off_here_and_others_are_told() {
    let event = taken(entry(&[on("a", 1), on("b", 2)]), Publication::Publish);
    let plan = take(
        Some(event),
        entry(&[off("a", 1), on("b", 2)]),
        Publication::Drafts,
    );
    let plan = plan.unwrap();
    assert_eq!(plan.outcome, Outcome::Updated);
    assert_eq!(states(after(&plan)), [("a", Cancelled), ("b", Scheduled)]);
    let facts = plan.changes.last().unwrap().facts();
    let id = after(&plan).occurrences[0].id;
    assert_eq!(facts[0], EventFact::OccurrenceCancelled(id));
}

#[test]
fn a_date_moved_there_is_moved_here_and_stays_the_same_date() {
    let event = taken(entry(&[on("a", 1), on("b", 2)]), Publication::Publish);
    let ids: Vec<_> = event.occurrences.iter().map(|date| date.id).collect();
    // Onto the place of the other, which goes further.
    let plan = take(
        Some(event),
        entry(&[on("a", 2), on("b", 5)]),
        Publication::Drafts,
    );
    let plan = plan.unwrap();
    let event = after(&plan);
    assert_eq!(timings(event), [evening(2), evening(5)]);
    assert_eq!(
        event.occurrences.iter().map(|d| d.id).collect::<Vec<_>>(),
        ids
    );
    assert_eq!(event.occurrences[0].previous, Some(evening(1)));
    assert_eq!(codes(&plan), []);
}

#[test]
fn a_date_left_out_there_is_called_off_here_once() {
    let event = taken(entry(&[on("a", 1), on("b", 2)]), Publication::Publish);
    let without = ImportedEvent {
        excluded: vec!["a".to_owned(), "z".to_owned()],
        excluded_by: because(),
        ..entry(&[on("b", 2)])
    };
    let plan = take(Some(event), without.clone(), Publication::Drafts).unwrap();
    assert_eq!(states(after(&plan)), [("a", Cancelled), ("b", Scheduled)]);
    let changed = ImportedEvent {
        digest: "other".to_owned(),
        ..without
    };
    let again = take(Some(after(&plan).clone()), changed, Publication::Drafts).unwrap();
    assert_eq!(again.outcome, Outcome::Unchanged);
}

/// Two evenings, called off by their calendar.
fn off_by_source() -> Event {
    let event = taken(entry(&[on("a", 1), on("b", 2)]), Publication::Publish);
    let off = entry(&[off("a", 1), off("b", 2)]);
    let plan = take(Some(event), off, Publication::Drafts).unwrap();
    assert_eq!(after(&plan).state, EventState::Cancelled);
    after(&plan).clone()
}

#[test]
fn what_the_source_called_off_stands_again_when_it_says_so_and_goes_off_again() {
    let before = off_by_source();
    let back = entry(&[on("a", 1), on("b", 2)]);
    let plan = take(Some(before.clone()), back.clone(), Publication::Drafts).unwrap();
    let event = after(&plan).clone();
    assert_eq!((plan.outcome, codes(&plan)), (Outcome::Updated, vec![]));
    assert_eq!(
        (event.state, &event.reason),
        (EventState::Published, &Reason::default())
    );
    assert_eq!(states(&event), [("a", Scheduled), ("b", Scheduled)]);
    assert!(event.occurrences[0].sequence > before.occurrences[0].sequence);
    assert_eq!(plan.changes[0].facts()[0], EventFact::Published);

    let again = take(Some(event.clone()), back, Publication::Drafts).unwrap();
    assert_eq!(again.outcome, Outcome::Unchanged);
    let off = entry(&[off("a", 1), off("b", 2)]);
    let off = take(Some(event), off, Publication::Drafts).unwrap();
    assert_eq!(after(&off).state, EventState::Cancelled);
}

#[test]
fn what_stands_again_may_say_otherwise_and_at_another_time() {
    let mut back = entry(&[on("a", 4), off("b", 2), on("c", 5)]);
    back.content.title = Line::parse("Visite").unwrap();
    let plan = take(Some(off_by_source()), back, Publication::Drafts).unwrap();
    let event = after(&plan);
    assert_eq!(event.state, EventState::Published);
    let known = [("b", Cancelled), ("a", Scheduled), ("c", Scheduled)];
    assert_eq!(states(event), known);
    assert_eq!(timings(event), [evening(2), evening(4), evening(5)]);
    assert_eq!(event.content.title.as_str(), "Visite");
}

#[test]
fn a_new_date_of_what_the_source_called_off_puts_it_into_the_calendar_again() {
    let new = entry(&[off("a", 1), off("b", 2), on("c", 9)]);
    let plan = take(Some(off_by_source()), new, Publication::Drafts).unwrap();
    let known = [("a", Cancelled), ("b", Cancelled), ("c", Scheduled)];
    assert_eq!(states(after(&plan)), known);
    assert_eq!(after(&plan).state, EventState::Published);
    // One that is off too says nothing new.
    let new = entry(&[off("a", 1), off("b", 2), off("c", 9)]);
    let plan = take(Some(off_by_source()), new, Publication::Drafts).unwrap();
    assert_eq!(plan.outcome, Outcome::Unchanged);
}

#[test]
fn what_the_staff_called_off_stays_so_beside_what_the_source_did() {
    let source_called_one_off = || {
        let event = taken(entry(&[on("a", 1), on("b", 2)]), Publication::Publish);
        let plan = take(
            Some(event),
            entry(&[off("a", 1), on("b", 2)]),
            Publication::Drafts,
        );
        after(&plan.unwrap()).clone()
    };
    let mut back = entry(&[on("a", 1), on("b", 2)]);
    back.digest = "back".to_owned();

    // The staff one date, the source the other, and with it the whole.
    let event = taken(entry(&[on("a", 1), on("b", 2)]), Publication::Publish);
    let id = event.occurrences[1].id;
    let event = cancel_occurrence(event, id, because(), now()).unwrap();
    let off = take(
        Some(event.into_after()),
        entry(&[off("a", 1), on("b", 2)]),
        Publication::Drafts,
    );
    let off = after(&off.unwrap()).clone();
    assert_eq!(off.state, EventState::Cancelled);
    let plan = take(Some(off), back.clone(), Publication::Drafts).unwrap();
    assert_eq!(states(after(&plan)), [("a", Scheduled), ("b", Cancelled)]);
    assert_eq!(codes(&plan), [WarningCode::DateKept]);

    // The source one date, the staff the whole; or the staff has it wait for a new date.
    let cancelled = cancel(source_called_one_off(), because(), now());
    let postponed = postpone(source_called_one_off(), because(), now());
    for ended in [cancelled, postponed] {
        let ended = ended.unwrap().into_after();
        let plan = take(Some(ended), back.clone(), Publication::Drafts).unwrap();
        assert_eq!((plan.outcome, plan.changes.len()), (Outcome::Unchanged, 0));
    }
    // What is filed is left alone.
    let filed = archive(off_by_source(), Reason::default(), now());
    let filed = take(
        Some(filed.unwrap().into_after()),
        back,
        Publication::Publish,
    );
    assert_eq!(filed.unwrap().outcome, Outcome::Unchanged);
}

#[test]
fn a_drafts_date_that_is_taken_back_stands_and_the_draft_stays_one() {
    let draft = taken(entry(&[off("a", 1), on("b", 2)]), Publication::Drafts);
    let back = entry(&[on("a", 1), on("b", 2)]);
    let plan = take(Some(draft), back, Publication::Drafts).unwrap();
    assert_eq!(states(after(&plan)), [("a", Scheduled), ("b", Scheduled)]);
    assert_eq!(after(&plan).state, EventState::Draft);
    let facts = plan.changes.iter().flat_map(|change| change.facts());
    assert_eq!(
        facts.collect::<Vec<_>>(),
        [&EventFact::Edited { published: false }]
    );
}

#[test]
fn a_postponed_date_that_has_its_new_time_stands_again() {
    let later = dated("a", evening(1), Postponed);
    let event = taken(entry(&[later, on("b", 2)]), Publication::Publish);
    let plan = take(
        Some(event),
        entry(&[on("b", 2), on("a", 9)]),
        Publication::Drafts,
    );
    let plan = plan.unwrap();
    assert_eq!(states(after(&plan)), [("b", Scheduled), ("a", Scheduled)]);
    assert_eq!(timings(after(&plan)), [evening(2), evening(9)]);
}

#[test]
fn a_postponed_event_that_has_its_new_date_is_in_the_calendar_again() {
    let later = dated("a", evening(1), Postponed);
    let event = taken(entry(&[later]), Publication::Publish);
    assert_eq!(event.state, EventState::Postponed);
    let plan = take(
        Some(event.clone()),
        entry(&[on("a", 9)]),
        Publication::Drafts,
    )
    .unwrap();
    assert_eq!(after(&plan).state, EventState::Published);
    // At the time that it had, the source may just not know that it is postponed.
    let plan = take(Some(event), entry(&[on("a", 1)]), Publication::Publish).unwrap();
    assert_eq!(plan.outcome, Outcome::Unchanged);
    assert_eq!(codes(&plan), [WarningCode::DateKept]);
}

#[test]
fn a_series_that_grows_past_what_an_event_holds_is_cut_and_loses_nothing() {
    let uid = |day: i64| format!("{day}");
    let days =
        |from: i64, until: i64| -> Vec<_> { (from..until).map(|day| on(&uid(day), day)).collect() };
    let event = taken(entry(&days(0, 900)), Publication::Publish);
    let plan = take(Some(event), entry(&days(100, 1_100)), Publication::Drafts).unwrap();
    let event = after(&plan);
    assert_eq!(event.occurrences.len(), crate::events::MAX_OCCURRENCES);
    assert_eq!(timings(event)[999], evening(999));
    assert!(codes(&plan).contains(&WarningCode::SeriesCut));
}

#[test]
fn of_what_a_calendar_does_not_speak_the_staffs_words_stay() {
    let mut event = taken(entry(&[on("a", 1)]), Publication::Publish);
    event.content.price_note = Line::parse("Gratuit").ok();
    event.content.visibility = crate::events::Visibility::Staff;
    let mut renamed = entry(&[on("a", 1)]);
    renamed.content.title = Line::parse("Visite").unwrap();
    renamed.digest = "other".to_owned();
    let plan = take(Some(event), renamed, Publication::Drafts).unwrap();
    let content = &after(&plan).content;
    assert_eq!(content.title.as_str(), "Visite");
    assert_eq!(content.price_note.as_ref().unwrap().as_str(), "Gratuit");
    assert_eq!(content.visibility, crate::events::Visibility::Staff);
}
