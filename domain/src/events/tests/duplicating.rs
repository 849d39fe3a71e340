//! Making another event like one that exists.

use chrono::NaiveDate;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_duplicate_is_a_draft_of_its_own() {
    let event = an_event()
        .on("2026-05-14")
        .for_people("2026-05-21", 30)
        .cancelled();
    let copy = after(duplicate(
        &event,
        slug("encore"),
        None,
        &mut fresh_ids(),
        today(),
    ));
    assert_eq!(
        (copy.state, copy.version, copy.was_public),
        (EventState::Draft, 1, false)
    );
    assert_eq!(
        (&copy.content, &copy.reason),
        (&event.content, &no_reason())
    );
    assert_ne!(copy.id, event.id);
    for (new, old) in copy.occurrences.iter().zip(&event.occurrences) {
        assert_eq!((new.timing, new.capacity), (old.timing, old.capacity));
        assert_eq!(
            (new.state, new.sequence, new.previous),
            (OccurrenceState::Scheduled, 0, None)
        );
        assert!(new.id != old.id && new.uid != old.uid);
    }
}

#[test]
fn a_duplicate_keeps_the_time_on_the_wall_across_both_clock_changes() {
    let event = an_event()
        .on("2026-03-26")
        .on("2026-04-02")
        .on("2026-10-22")
        .on("2026-10-29")
        .draft();
    // Four weeks earlier: the second falls into winter time, the last one into summer time.
    let starts_on = Some(day("2026-02-26"));
    let copy = after(duplicate(
        &event,
        slug("encore"),
        starts_on,
        &mut fresh_ids(),
        today(),
    ));
    let timings: Vec<_> = copy.occurrences.iter().map(|o| o.timing).collect();
    let expected = ["2026-02-26", "2026-03-05", "2026-09-24", "2026-10-01"];
    assert_eq!(timings, expected.map(evening_of));
    let hours = timings
        .iter()
        .map(|t| t.starts_at().format("%H:%M").to_string());
    assert_eq!(
        hours.collect::<Vec<_>>(),
        ["17:30", "17:30", "16:30", "16:30"]
    );
}

#[test]
fn a_duplicate_leaves_the_calendar_on_no_side() {
    let event = an_event().on("2026-05-14").on("2026-05-21").draft();
    for far in [
        NaiveDate::MIN,
        day("1969-12-31"),
        day("2199-12-30"),
        NaiveDate::MAX,
    ] {
        let refused = duplicate(&event, slug("loin"), Some(far), &mut fresh_ids(), today());
        let calendar = FaultCode::OutOfRange {
            min: "1970-01-01",
            max: "2199-12-31",
        };
        assert_eq!(faults(refused), fault("/starts_on", calendar));
    }
    let undated = an_event().draft();
    assert!(
        duplicate(
            &undated,
            slug("loin"),
            Some(NaiveDate::MAX),
            &mut fresh_ids(),
            today()
        )
        .is_ok()
    );
}
