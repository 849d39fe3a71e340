//! What becomes of an event that came by a file, or from a source that is gone, when a source brings it.

use super::plans::*;
use crate::events::{Event, EventRefusal, EventState, archive, cancel};
use crate::imports::*;
use crate::kernel::{Line, Reason};

const POLLED: &str = "import-source:1";

/// What a polled source does with it.
fn adopt(before: Event, record: ImportedEvent) -> Result<Plan, EventRefusal> {
    take_from(POLLED, Some(before), record, Publication::Drafts)
}

fn by_file() -> Event {
    taken(record("Atelier", &[evening(1)]), Publication::Publish)
}

fn source_of(event: &Event) -> &str {
    event.origin.as_ref().unwrap().source.as_str()
}

#[test]
fn an_event_that_came_by_a_file_is_the_sources_and_followed_from_then_on() {
    let changed = record("Atelier vélo", &[evening(1)]);
    let plan = adopt(by_file(), changed.clone()).unwrap();
    assert_eq!(plan.outcome, Outcome::Updated);
    assert_eq!(codes(&plan), [WarningCode::Adopted]);
    let own = after(&plan).clone();
    assert_eq!(source_of(&own), POLLED);
    assert_eq!(own.content.title.as_str(), "Atelier vélo");
    let again = adopt(own, changed).unwrap();
    assert_eq!(
        (again.outcome, again.changes, again.warnings),
        (Outcome::Unchanged, vec![], vec![])
    );
}

#[test]
fn by_the_record_that_it_was_made_of_it_stays_as_the_staff_set_it() {
    let mut event = by_file();
    event.content.title = Line::parse("Autrement").unwrap();
    let plan = adopt(event.clone(), record("Atelier", &[evening(1)])).unwrap();
    assert_eq!(codes(&plan), [WarningCode::Adopted]);
    let own = after(&plan);
    assert_eq!(source_of(own), POLLED);
    assert_eq!(
        (&own.content, &own.occurrences, own.sequence),
        (&event.content, &event.occurrences, event.sequence)
    );
}

#[test]
fn one_that_is_over_here_is_adopted_and_nothing_else() {
    let cancelled = cancel(by_file(), because(), now()).unwrap().into_after();
    let archived = archive(by_file(), Reason::default(), now())
        .unwrap()
        .into_after();
    for event in [cancelled, archived] {
        let plan = adopt(event.clone(), record("Atelier", &[evening(1)])).unwrap();
        assert_eq!(
            (source_of(after(&plan)), after(&plan).state),
            (POLLED, event.state)
        );
        let refused = adopt(event, record("Autre", &[evening(1)])).unwrap_err();
        assert!(
            matches!(refused, EventRefusal::WrongState { .. }),
            "{refused:?}"
        );
    }
}

#[test]
fn a_draft_that_is_adopted_is_published_where_the_source_publishes() {
    let same = record("Atelier", &[evening(1)]);
    let draft = taken(same.clone(), Publication::Drafts);
    let plan = take_from(POLLED, Some(draft), same, Publication::Publish).unwrap();
    assert_eq!(after(&plan).state, EventState::Published);
}

#[test]
fn a_record_means_the_event_that_has_one_of_its_dates() {
    let dated = |uids: &[&str]| {
        let dates = uids.iter().zip(1..).map(|(uid, day)| ImportedDate {
            uid: Some((*uid).to_owned()),
            ..ImportedDate::plain(evening(day))
        });
        ImportedEvent {
            dates: dates.collect(),
            ..record("Atelier", &[])
        }
    };
    let event = taken(dated(&["a", "b"]), Publication::Drafts);
    assert!(is_meant(&event, &dated(&["c", "b"])));
    assert!(
        !is_meant(&event, &dated(&["c", "d"])),
        "another calendar's, of the same key"
    );
    assert!(
        is_meant(&event, &record("Atelier", &[evening(9)])),
        "its key is all that it has"
    );
}
