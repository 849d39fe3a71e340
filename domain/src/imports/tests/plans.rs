//! What a record does to the event that came from it before.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::events::{
    Audience, Event, EventContent, EventKind, EventRefusal, EventState, OccurrenceState, Place,
    Visibility, archive, cancel, cancel_occurrence, move_occurrence,
};
use crate::imports::*;
use crate::kernel::testing::Counter;
use crate::kernel::{DEFAULT_ZONE, Language, Line, Prose, Reason, Slug, Timing};

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_770_000_000, 0).unwrap()
}

/// Two hours in the evening, so many days from now.
pub(super) fn evening(day: i64) -> Timing {
    let start = now().date_naive().and_hms_opt(18, 0, 0).unwrap() + Duration::days(day);
    Timing::new(start, start + Duration::hours(2), DEFAULT_ZONE).unwrap()
}

fn longer(timing: Timing) -> Timing {
    Timing::new(
        timing.local_start(),
        timing.local_end() + Duration::hours(1),
        DEFAULT_ZONE,
    )
    .unwrap()
}

pub(super) fn record(title: &str, timings: &[Timing]) -> ImportedEvent {
    let place = Place::new(Line::parse("Salle").ok(), None, None, None);
    ImportedEvent {
        uid: Line::parse("7").unwrap(),
        digest: format!("{title} {timings:?}"),
        content: EventContent {
            title: Line::parse(title).unwrap(),
            summary: None,
            description: None,
            kind: EventKind::Other,
            audiences: vec![Audience::GeneralPublic],
            tags: vec![],
            place: place.ok(),
            online_url: None,
            accessibility: vec![],
            price_note: None,
            organiser_name: None,
            contact: None,
            image: None,
            languages: vec![Language::stored("fr".to_owned())],
            visibility: Visibility::Public,
        },
        says: Says::Record,
        dates: timings.iter().copied().map(ImportedDate::plain).collect(),
        excluded: vec![],
        excluded_by: Reason::default(),
        dates_at: "/timetable",
    }
}

pub(super) fn take(
    before: Option<Event>,
    record: ImportedEvent,
    publication: Publication,
) -> Result<Plan, EventRefusal> {
    take_from("openagenda", before, record, publication)
}

pub(super) fn take_from(
    source: &str,
    before: Option<Event>,
    record: ImportedEvent,
    publication: Publication,
) -> Result<Plan, EventRefusal> {
    let ids = &mut Counter(before.as_ref().map_or(0, |_| 1_000));
    let source = Line::parse(source).unwrap();
    plan(
        before,
        record,
        &source,
        Slug::of("atelier"),
        publication,
        ids,
        now(),
    )
}

pub(super) fn taken(record: ImportedEvent, publication: Publication) -> Event {
    let plan = take(None, record, publication).unwrap();
    assert_eq!(plan.outcome, Outcome::Created);
    plan.changes.last().unwrap().after().clone()
}

fn published(timings: &[Timing]) -> Event {
    taken(record("Atelier", timings), Publication::Publish)
}

pub(super) fn after(plan: &Plan) -> &Event {
    plan.changes.last().unwrap().after()
}

pub(super) fn codes(plan: &Plan) -> Vec<WarningCode> {
    plan.warnings.iter().map(|warning| warning.code).collect()
}

pub(super) fn timings(event: &Event) -> Vec<Timing> {
    event
        .occurrences
        .iter()
        .map(|occurrence| occurrence.timing)
        .collect()
}

pub(super) fn because() -> Reason {
    Prose::parse("La salle est fermée.").unwrap().into()
}

#[test]
fn a_new_record_is_a_draft_unless_it_is_published() {
    let draft = taken(record("Atelier", &[evening(1)]), Publication::Drafts);
    assert_eq!(draft.state, EventState::Draft);
    assert_eq!(draft.origin.as_ref().unwrap().uid.as_str(), "7");
    assert_eq!(published(&[evening(1)]).state, EventState::Published);
}

#[test]
fn without_a_date_it_stays_a_draft_and_says_so() {
    let plan = take(None, record("Atelier", &[]), Publication::Publish).unwrap();
    assert_eq!(after(&plan).state, EventState::Draft);
    assert_eq!(codes(&plan), [WarningCode::NotPublished]);
}

#[test]
fn the_same_record_changes_nothing_whatever_the_staff_did_meanwhile() {
    let mut event = published(&[evening(1)]);
    event.content.title = Line::parse("Mieux dit").unwrap();
    let event = cancel(event, because(), now()).unwrap().into_after();
    let again = take(
        Some(event),
        record("Atelier", &[evening(1)]),
        Publication::Publish,
    )
    .unwrap();
    assert_eq!(
        (again.outcome, again.changes.len()),
        (Outcome::Unchanged, 0)
    );
}

#[test]
fn a_draft_from_before_is_published_when_that_is_asked() {
    let draft = taken(record("Atelier", &[evening(1)]), Publication::Drafts);
    let again = take(
        Some(draft),
        record("Atelier", &[evening(1)]),
        Publication::Publish,
    )
    .unwrap();
    assert_eq!(again.outcome, Outcome::Updated);
    assert_eq!(after(&again).state, EventState::Published);
}

#[test]
fn the_source_changes_what_it_speaks_of_and_nothing_else() {
    let mut event = published(&[evening(1)]);
    event.content.kind = EventKind::Workshop;
    event.content.audiences = vec![Audience::PrimarySchool];
    let plan = take(
        Some(event),
        record("Autre titre", &[evening(1)]),
        Publication::Drafts,
    )
    .unwrap();
    assert_eq!(plan.outcome, Outcome::Updated);
    let content = &after(&plan).content;
    assert_eq!(content.title.as_str(), "Autre titre");
    assert_eq!(content.kind, EventKind::Workshop);
    assert_eq!(content.audiences, [Audience::PrimarySchool]);
    assert_eq!(after(&plan).slug.as_str(), "atelier");
}

#[test]
fn another_digest_of_the_same_words_is_unchanged() {
    let event = published(&[evening(1)]);
    let mut same = record("Atelier", &[evening(1)]);
    same.digest = "other".to_owned();
    let plan = take(Some(event), same, Publication::Drafts).unwrap();
    assert_eq!((plan.outcome, plan.changes.len()), (Outcome::Unchanged, 0));
}

#[test]
fn a_published_date_that_the_source_dropped_stays() {
    let event = published(&[evening(1), evening(2)]);
    let plan = take(
        Some(event),
        record("Atelier", &[evening(2), evening(3)]),
        Publication::Drafts,
    );
    let plan = plan.unwrap();
    assert_eq!(codes(&plan), [WarningCode::DateKept]);
    assert_eq!(timings(after(&plan)), [evening(1), evening(2), evening(3)]);
}

#[test]
fn a_drafts_date_that_the_source_dropped_goes_and_is_said() {
    let draft = taken(
        record("Atelier", &[evening(1), evening(2)]),
        Publication::Drafts,
    );
    let plan = take(
        Some(draft),
        record("Atelier", &[evening(2)]),
        Publication::Drafts,
    )
    .unwrap();
    assert_eq!(codes(&plan), [WarningCode::DateRemoved]);
    assert_eq!(timings(after(&plan)), [evening(2)]);
}

#[test]
fn a_new_end_changes_the_date_and_keeps_its_identity_and_capacity() {
    let mut event = published(&[evening(1)]);
    event.occurrences[0].capacity = Some(30);
    let id = event.occurrences[0].id;
    let plan = take(
        Some(event),
        record("Atelier", &[longer(evening(1))]),
        Publication::Drafts,
    );
    let plan = plan.unwrap();
    let occurrence = &after(&plan).occurrences[0];
    assert_eq!((occurrence.id, occurrence.capacity), (id, Some(30)));
    assert_eq!(occurrence.timing, longer(evening(1)));
    assert_eq!(plan.warnings, []);
}

#[test]
fn a_date_that_the_staff_cancelled_stays_cancelled() {
    let event = published(&[evening(1), evening(2)]);
    let id = event.occurrences[0].id;
    let event = cancel_occurrence(event, id, because(), now())
        .unwrap()
        .into_after();
    let source = [longer(evening(1)), evening(2), evening(3)];
    let plan = take(Some(event), record("Atelier", &source), Publication::Drafts).unwrap();
    assert_eq!(codes(&plan), [WarningCode::DateKept]);
    let first = &after(&plan).occurrences[0];
    assert_eq!(
        (first.state, first.timing),
        (OccurrenceState::Cancelled, evening(1))
    );
    assert_eq!(after(&plan).occurrences.len(), 3);
}

#[test]
fn a_date_that_the_staff_moved_does_not_come_back() {
    let event = published(&[evening(1)]);
    let id = event.occurrences[0].id;
    let moved = move_occurrence(event, id, evening(5), Reason::default(), now());
    let event = moved.unwrap().into_after();
    let plan = take(
        Some(event),
        record("Autre titre", &[evening(1)]),
        Publication::Drafts,
    )
    .unwrap();
    assert_eq!(codes(&plan), [WarningCode::DateKept]);
    assert_eq!(timings(after(&plan)), [evening(5)]);
}

#[test]
fn what_the_staff_ended_is_left_alone() {
    let event = published(&[evening(1)]);
    let cancelled = cancel(event.clone(), because(), now())
        .unwrap()
        .into_after();
    let archived = archive(event, Reason::default(), now())
        .unwrap()
        .into_after();
    for ended in [cancelled, archived] {
        let state = ended.state;
        let plan = take(
            Some(ended),
            record("Autre titre", &[evening(1)]),
            Publication::Publish,
        );
        assert!(matches!(plan, Err(EventRefusal::WrongState { state: s, .. }) if s == state));
    }
}

#[test]
fn two_dates_of_one_start_keep_their_places() {
    let both = [evening(1), longer(evening(1))];
    let event = published(&both);
    let mut turned = record("Atelier", &[both[1], both[0]]);
    turned.digest = "other".to_owned();
    let plan = take(Some(event), turned, Publication::Drafts).unwrap();
    assert_eq!(plan.outcome, Outcome::Unchanged);
}

#[test]
fn an_import_ends_once() {
    let id = crate::kernel::Id::from_uuid(Uuid::nil());
    let source = Line::parse("openagenda").unwrap();
    let format = ImportFormat::Openagenda;
    let begun = start(id, source, format, Run::Dry, Publication::Drafts, now()).into_after();
    let ended = finish(begun, Some(ImportProblem::Interrupted), now())
        .unwrap()
        .into_after();
    assert_eq!((ended.state, ended.version), (ImportState::Failed, 2));
    assert_eq!(finish(ended, None, now()), Err(ImportEnded));
}
