//! Sources: what may be said of them, what becomes of them, and when they are polled again.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::imports::{ImportFormat, ImportProblem, Publication, Tally, by_hand};
use crate::kernel::testing::Counter;
use crate::kernel::{FaultCode, Id, Line};

fn noon() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn content(url: &str, every: u16) -> SourceContent {
    SourceContent {
        name: Line::parse("Agenda").unwrap(),
        url: source_url(url).unwrap(),
        format: None,
        every_minutes: Interval::parse(every).unwrap(),
        publication: Publication::Drafts,
    }
}

fn source(every: u16) -> ImportSource {
    create(
        content("https://a.example/", every),
        &mut Counter(0),
        noon(),
    )
    .into_after()
}

fn failed() -> Polled {
    Polled::Failed {
        problem: PollProblem::Status { status: 500 },
        brought: None,
    }
}

fn brought(import: u128) -> Brought {
    Brought {
        import: Id::from_uuid(Uuid::from_u128(import)),
        tally: Tally {
            refused: 7,
            ..Tally::default()
        },
    }
}

fn imported() -> Polled {
    Polled::Imported {
        brought: brought(9),
        known: KnownVersion {
            etag: Some("\"a\"".to_owned()),
            ..KnownVersion::default()
        },
    }
}

/// The source after a poll, and the fact it was.
fn after(source: ImportSource, polled: Polled) -> (ImportSource, Option<ImportSourceFact>) {
    let asked = source.content.clone();
    let now = source.polling.next_poll_at.unwrap_or(noon());
    match settle(source, &asked, polled, now) {
        Settled::Quietly(after) => (*after, None),
        Settled::Told(change) => {
            let fact = change.facts()[0];
            (change.into_after(), Some(fact))
        }
        Settled::Overtaken => panic!("overtaken"),
    }
}

fn minutes_to_next(source: &ImportSource) -> i64 {
    let polling = &source.polling;
    (polling.next_poll_at.unwrap() - polling.last_polled_at.unwrap()).num_minutes()
}

#[test]
fn an_interval_is_a_quarter_of_an_hour_to_a_week() {
    let range = FaultCode::OutOfRange {
        min: "15",
        max: "10080",
    };
    for wrong in [0, 14, 10_081, u16::MAX] {
        assert_eq!(Interval::parse(wrong), Err(range.clone()));
    }
    for right in [15, 60, 10_080] {
        assert_eq!(Interval::parse(right).unwrap().minutes(), right);
    }
}

#[test]
fn what_calendars_offer_is_fetched_by_https() {
    for offered in [
        "webcal://a.example/x.ics",
        "WebCal://a.example/x.ics",
        "webcals://a.example/x.ics",
    ] {
        assert_eq!(
            source_url(offered).unwrap().as_str(),
            "https://a.example/x.ics"
        );
    }
    assert_eq!(
        source_url("https://A.example:443/x.ics#mars").unwrap(),
        source_url("webcal://a.example/x.ics").unwrap(),
        "one place has one address"
    );
    assert_eq!(
        source_url(" http://a.example ").unwrap().as_str(),
        "http://a.example/"
    );
    for wrong in [
        "webcal:",
        "ftp://a.example/",
        "webcal://me:secret@a.example/",
        "a.example",
    ] {
        assert_eq!(
            source_url(wrong),
            Err(FaultCode::Malformed("url")),
            "{wrong}"
        );
    }
}

#[test]
fn a_new_source_is_due_in_a_minute_and_then_at_its_interval() {
    let new = source(60);
    assert_eq!(
        new.polling.next_poll_at,
        Some(noon() + TimeDelta::minutes(1))
    );
    assert_eq!(key(new.id).as_str(), format!("import-source:{}", new.id));
    assert!(is_key(&key(new.id)));
    assert!(!is_key(&by_hand(ImportFormat::Icalendar)));
    let (done, fact) = after(new, imported());
    assert_eq!(fact, None);
    assert_eq!(done.polling.last_outcome, Some(PollOutcome::Done));
    assert_eq!(done.polling.known.etag.as_deref(), Some("\"a\""));
    assert_eq!((done.version, minutes_to_next(&done)), (1, 60));
    let (same, fact) = after(done.clone(), Polled::Unchanged);
    assert_eq!(fact, None);
    assert_eq!(same.polling.last_outcome, Some(PollOutcome::Unchanged));
    assert_eq!(same.polling.known, done.polling.known);
    assert_eq!(same.polling.last_import_id, done.polling.last_import_id);
    assert_eq!(same.polling.last_tally, Some(brought(9).tally));
}

#[test]
fn failures_are_told_once_and_back_off_to_a_day() {
    let (mut now, _) = after(source(60), imported());
    let mut seen = Vec::new();
    for failures in 1..=8 {
        let (failing, fact) = after(now, failed());
        assert_eq!(failing.polling.failures, failures);
        assert_eq!(fact.is_some(), failures == 1);
        seen.push(minutes_to_next(&failing));
        now = failing;
    }
    assert_eq!(seen, [60, 120, 240, 480, 960, 1440, 1440, 1440]);
    let problem = PollProblem::Status { status: 500 };
    assert_eq!(now.polling.problem, Some(problem));
    // What was taken in before is still there, and still known.
    assert_eq!(now.polling.known.etag.as_deref(), Some("\"a\""));
    let (good, fact) = after(now, Polled::Unchanged);
    assert_eq!(fact, Some(ImportSourceFact::Recovered));
    assert_eq!(
        (good.polling.failures, good.polling.problem.clone()),
        (0, None)
    );
    assert_eq!(minutes_to_next(&good), 60);
}

#[test]
fn one_that_asks_for_something_else_is_polled_anew() {
    let (done, _) = after(source(60), imported());
    let later = noon() + TimeDelta::minutes(5);
    let renamed = SourceContent {
        name: Line::parse("Autre").unwrap(),
        ..done.content.clone()
    };
    let same = edit(done.clone(), renamed, later).unwrap().into_after();
    assert_eq!((same.version, &same.polling), (2, &done.polling));
    assert_eq!(edit(done.clone(), done.content.clone(), later), None);

    let moved = content("https://b.example/", 60);
    let anew = edit(done.clone(), moved, later).unwrap().into_after();
    assert_eq!(
        anew.polling.next_poll_at,
        Some(later + TimeDelta::minutes(1))
    );
    assert_eq!(anew.polling.known, KnownVersion::default());
    // A poll of the old address that ends now says nothing of the new one.
    assert_eq!(
        settle(anew, &done.content, imported(), later),
        Settled::Overtaken
    );

    let sooner = content("https://a.example/", 15);
    let sooner = edit(done, sooner, later).unwrap().into_after();
    assert_eq!(
        sooner.polling.next_poll_at,
        Some(later + TimeDelta::minutes(15))
    );
    assert!(sooner.polling.known.etag.is_some());
}

#[test]
fn a_paused_source_is_due_when_it_is_resumed() {
    let later = noon() + TimeDelta::minutes(5);
    let paused = pause(source(60), noon()).unwrap().into_after();
    assert_eq!(paused.polling.next_poll_at, None);
    assert_eq!(pause(paused.clone(), later), Err(AlreadySo));
    // Polled by hand it stays paused, and an edit doesn't wake it.
    let (polled, _) = after(paused, imported());
    let moved = edit(polled, content("https://b.example/", 60), later).unwrap();
    let moved = moved.into_after();
    assert_eq!(
        (moved.state, moved.polling.next_poll_at),
        (SourceState::Paused, None)
    );
    let resumed = resume(moved, later).unwrap().into_after();
    let next = Some(later + TimeDelta::minutes(1));
    assert_eq!((resumed.version, resumed.polling.next_poll_at), (4, next));
    assert_eq!(resume(resumed, later), Err(AlreadySo));
}

#[test]
fn a_problem_is_read_again_as_it_was_written() {
    let problems = [
        PollProblem::Port { port: 25 },
        PollProblem::PrivateTarget,
        PollProblem::Content {
            problem: ImportProblem::Malformed { line: 1, column: 2 },
        },
    ];
    for problem in problems {
        let text = serde_json::to_string(&problem).unwrap();
        assert_eq!(serde_json::from_str::<PollProblem>(&text).unwrap(), problem);
    }
}

proptest! {
    #[test]
    fn the_next_poll_is_never_sooner_than_asked_nor_later_than_a_day_or_that(
        every in Interval::MIN..=Interval::MAX, failures in 0_usize..70,
    ) {
        let mut now = source(every);
        for _ in 0..failures {
            now = after(now, failed()).0;
        }
        let next = minutes_to_next(&after(now, failed()).0);
        prop_assert!(next >= i64::from(every) && next <= i64::from(every).max(1440));
    }
}
