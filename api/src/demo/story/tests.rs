//! The story can be told on any day, and says the same.

mod partners;

use std::collections::HashSet;

use chrono::{DateTime, Datelike, Duration, Utc, Weekday};
use domain::events::{EventKind, EventState, Occurrence, OccurrenceState, Visibility};
use domain::kernel::Slug;
use domain::organisations::{Organisation, OrganisationState};
use domain::territory::Perimeter;

use super::*;
use crate::demo::known::*;

/// Days on which a calendar goes wrong, and a plain one.
const DAYS: [&str; 9] = [
    "2026-11-24T09:00:00Z",
    "2026-12-03T09:00:00Z",
    "2026-12-31T22:59:59Z",
    "2026-12-31T23:30:00Z",
    "2027-03-27T23:30:00Z",
    "2027-03-28T01:00:00Z",
    "2027-10-31T00:30:00Z",
    "2028-02-29T12:00:00Z",
    "2032-06-15T00:00:00Z",
];

fn days() -> impl Iterator<Item = DateTime<Utc>> {
    DAYS.into_iter().map(|day| day.parse().unwrap())
}

fn told(item: Item, now: DateTime<Utc>) -> Vec<Change<Event, EventFact>> {
    item.tell(item.slug(), now)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn at_the_end(now: DateTime<Utc>) -> Vec<Event> {
    items()
        .map(|item| told(item, now).pop().unwrap().into_after())
        .collect()
}

fn today() -> DateTime<Utc> {
    days().next().unwrap()
}

fn the(id: &str, now: DateTime<Utc>) -> Event {
    at_the_end(now)
        .into_iter()
        .find(|event| event.id.to_string() == id)
        .unwrap()
}

fn dates_in(event: &Event, state: OccurrenceState) -> Vec<&Occurrence> {
    event
        .occurrences
        .iter()
        .filter(|date| date.state == state)
        .collect()
}

#[test]
fn every_event_can_be_told_on_any_day_in_the_order_of_time() {
    for now in days() {
        for item in items() {
            let changes = told(item, now);
            assert!(
                changes.is_sorted_by_key(|c| c.after().updated_at),
                "{}",
                item.key()
            );
            let last = changes.last().unwrap().after();
            assert!(last.updated_at < now, "{}", item.key());
            assert!(!last.occurrences.is_empty(), "{}", item.key());
            for change in changes
                .iter()
                .filter(|c| c.facts()[0] == EventFact::Published)
            {
                let event = change.after();
                let first = event.occurrences[0].timing.starts_at();
                assert!(
                    event.updated_at < first,
                    "{} is announced too late",
                    item.key()
                );
            }
        }
    }
}

#[test]
fn ids_and_slugs_are_unique_and_the_same_on_any_day() {
    let told: Vec<Vec<_>> = days()
        .map(|now| {
            let events = at_the_end(now);
            let mut ids: Vec<_> = events.iter().map(|event| event.id.uuid()).collect();
            let dates = events.iter().flat_map(|event| &event.occurrences);
            ids.extend(dates.map(|date| date.id.uuid()));
            ids.sort();
            ids
        })
        .collect();
    assert!(told.windows(2).all(|days| days[0] == days[1]));
    let different: HashSet<_> = told[0].iter().collect();
    assert_eq!(different.len(), told[0].len());
    assert!(told[0].iter().all(|id| id.get_version_num() == 7));
    for item in items() {
        assert_eq!(item.id().unwrap(), self::told(item, today())[0].after().id);
    }
    let slugs: HashSet<_> = items().map(|item| item.slug()).collect();
    assert_eq!(slugs.len(), items().count());
}

#[test]
fn the_ids_that_the_documentation_names_are_those_of_the_story() {
    let named = |key: &str| items().find(|item| item.key() == key).unwrap();
    let id = |key: &str| named(key).id().unwrap().to_string();
    let staff = |role: usize| STAFF[role].id().to_string();
    let mut dates = told(named(ahead::REPAIR_WEEKLY), today())[0]
        .after()
        .occurrences
        .clone();
    dates.truncate(4);
    let series = |key: &str| {
        let event = told(named(key), today()).pop().unwrap().into_after();
        event.series[0].id.to_string()
    };
    assert_eq!(
        [
            ("EVENT_AHEAD", id(ahead::REPAIR_WEEKLY)),
            ("OCCURRENCE_AHEAD", dates[0].id.to_string()),
            ("SECOND_OCCURRENCE", dates[1].id.to_string()),
            ("THIRD_OCCURRENCE", dates[2].id.to_string()),
            ("CANCELLED_OCCURRENCE", dates[3].id.to_string()),
            ("DRAFT", id(ahead::FORUM)),
            ("DRAFT_TO_DELETE", id(ahead::HEDGE_WALK)),
            ("POSTPONED_EVENT", id(ahead::BIOGAS_POSTPONED)),
            ("CANCELLED_EVENT", id(ahead::RENOVATION_CANCELLED)),
            ("WEEKLY_EVENT", id(ahead::OPEN_HOUSE_WEEKLY)),
            ("SERIES", series(ahead::OPEN_HOUSE_WEEKLY)),
            ("DRAFT_SERIES", series(ahead::GARDEN_DRAFT)),
            ("DIRECTOR", staff(0)),
            ("OFFICER", staff(1)),
            ("REFERENT", staff(2)),
            ("FUNDER", staff(3)),
            ("FORMER_OFFICER", staff(4)),
        ],
        [
            ("EVENT_AHEAD", EVENT_AHEAD.to_owned()),
            ("OCCURRENCE_AHEAD", OCCURRENCE_AHEAD.to_owned()),
            ("SECOND_OCCURRENCE", SECOND_OCCURRENCE.to_owned()),
            ("THIRD_OCCURRENCE", THIRD_OCCURRENCE.to_owned()),
            ("CANCELLED_OCCURRENCE", CANCELLED_OCCURRENCE.to_owned()),
            ("DRAFT", DRAFT.to_owned()),
            ("DRAFT_TO_DELETE", DRAFT_TO_DELETE.to_owned()),
            ("POSTPONED_EVENT", POSTPONED_EVENT.to_owned()),
            ("CANCELLED_EVENT", CANCELLED_EVENT.to_owned()),
            ("WEEKLY_EVENT", WEEKLY_EVENT.to_owned()),
            ("SERIES", SERIES.to_owned()),
            ("DRAFT_SERIES", DRAFT_SERIES.to_owned()),
            ("DIRECTOR", DIRECTOR.to_owned()),
            ("OFFICER", OFFICER.to_owned()),
            ("REFERENT", REFERENT.to_owned()),
            ("FUNDER", FUNDER.to_owned()),
            ("FORMER_OFFICER", FORMER_OFFICER.to_owned()),
        ]
    );
}

#[test]
fn the_named_events_are_what_they_are_said_to_be() {
    for now in days() {
        let weekly = the(EVENT_AHEAD, now);
        assert_eq!(
            (weekly.state, weekly.occurrences.len()),
            (EventState::Published, 10)
        );
        assert!(
            weekly
                .occurrences
                .iter()
                .all(|date| date.timing.starts_at() > now)
        );
        let cancelled = dates_in(&weekly, OccurrenceState::Cancelled);
        assert_eq!(cancelled.len(), 1);
        assert_eq!(cancelled[0].id.to_string(), CANCELLED_OCCURRENCE);
        let first = weekly.occurrences[0].timing.local_start();
        assert_eq!(first.weekday(), Weekday::Wed);
        assert_eq!(
            weekly
                .occurrences
                .iter()
                .filter(|date| date.previous.is_some())
                .count(),
            1
        );
        assert_eq!(the(DRAFT, now).state, EventState::Draft);
        assert_eq!(the(DRAFT_TO_DELETE, now).state, EventState::Draft);
        assert_eq!(the(WORKSHOP_AHEAD, now).state, EventState::Published);
        assert_eq!(the(POSTPONED_EVENT, now).state, EventState::Postponed);
        assert_eq!(the(CANCELLED_EVENT, now).state, EventState::Cancelled);
    }
}

#[test]
fn the_weekly_series_is_at_its_hour_through_both_clock_changes() {
    for now in days() {
        let weekly = the(WEEKLY_EVENT, now);
        assert_eq!(weekly.occurrences.len(), 54);
        assert_eq!(dates_in(&weekly, OccurrenceState::Cancelled).len(), 1);
        let alone = weekly.occurrences.iter().filter_map(|date| date.series);
        assert_eq!(alone.filter(|place| place.detached).count(), 2);
        let as_ever = weekly
            .occurrences
            .iter()
            .filter(|date| date.previous.is_none());
        let hours = as_ever.map(|date| {
            assert_eq!(
                date.timing.local_start().format("%a %H:%M").to_string(),
                "Thu 18:30"
            );
            date.timing.starts_at().format("%H:%M").to_string()
        });
        let mut hours: Vec<_> = hours.collect();
        hours.dedup();
        assert!(hours.len() >= 3, "{now}: {hours:?}");
    }
}

#[test]
fn much_lies_ahead_on_any_day() {
    for now in days() {
        let ahead: Vec<_> = at_the_end(now)
            .into_iter()
            .filter(|event| {
                event
                    .occurrences
                    .iter()
                    .all(|date| date.timing.starts_at() > now)
            })
            .collect();
        assert_eq!(ahead.len(), ahead::EVENTS.len());
        assert!(ahead.iter().filter(|event| event.is_public()).count() >= 9);
        let club = ahead
            .iter()
            .find(|event| event.content.kind == EventKind::ClubSession);
        let session = club.unwrap().occurrences[0].timing;
        assert_eq!(
            session.local_start().format("%a %H:%M").to_string(),
            "Thu 18:30"
        );
        let wait = session.starts_at() - now;
        assert!(wait > Duration::weeks(3) - Duration::days(1) && wait < Duration::weeks(6));
    }
}

#[test]
fn nobody_is_called_to_a_meeting_between_the_years() {
    let november = today();
    for day in 0..60 {
        for event in at_the_end(november + Duration::days(day)) {
            for date in event.occurrences {
                let date = date.timing.local_start();
                assert!((date.month(), date.day()) < (12, 20), "{date}");
                assert!((date.month(), date.day()) > (1, 3), "{date}");
            }
        }
    }
}

#[test]
fn everything_takes_place_in_the_perimeter_or_online() {
    let perimeter = Perimeter::demonstration();
    for event in at_the_end(today()) {
        let content = &event.content;
        let commune = content
            .place
            .as_ref()
            .and_then(|place| place.commune_code.as_ref());
        match commune {
            Some(code) => assert!(perimeter.contains_commune(code), "{}", event.slug.as_str()),
            None => assert!(content.online_url.is_some(), "{}", event.slug.as_str()),
        }
    }
    let codes: HashSet<_> = at_the_end(today())
        .into_iter()
        .filter_map(|event| event.content.place?.commune_code)
        .collect();
    let epcis = perimeter.sirens().iter().filter(|siren| {
        let mut communes = domain::territory::Territory::official().communes_of(siren);
        communes.any(|commune| codes.contains(&commune.code))
    });
    assert_eq!(epcis.count(), 4, "each intercommunality has its events");
}

#[test]
fn the_club_met_each_year_but_in_2020() {
    let events = at_the_end(today());
    let sessions: Vec<_> = events
        .iter()
        .filter(|event| event.content.kind == EventKind::ClubSession)
        .collect();
    let held = |year: i32| {
        let dates = sessions
            .iter()
            .flat_map(|event| dates_in(event, OccurrenceState::Scheduled));
        dates
            .filter(|date| date.timing.local_start().year() == year)
            .count()
    };
    assert!(held(2019) >= 4);
    assert_eq!(held(2020), 0);
    assert!(held(2021) >= 3 && held(2022) >= 1);
    let given_up = sessions.iter().filter(|event| {
        event.state == EventState::Cancelled
            && event
                .occurrences
                .iter()
                .any(|date| date.timing.local_start().year() == 2020)
    });
    assert_eq!(
        given_up
            .inspect(|event| assert!(event.reason.reason.is_some()))
            .count(),
        3
    );
}

#[test]
fn every_kind_and_every_visibility_occurs() {
    let events = at_the_end(today());
    use domain::kernel::Vocabulary as _;
    for (kind, word) in EventKind::WORDS {
        assert!(
            events.iter().any(|event| event.content.kind == *kind),
            "{word}"
        );
    }
    for (visibility, word) in Visibility::WORDS {
        assert!(
            events
                .iter()
                .any(|event| event.content.visibility == *visibility),
            "{word}"
        );
    }
    let spring = events
        .iter()
        .find(|e| e.slug.as_str().ends_with("reparation-printemps-2022"));
    let hours: HashSet<_> = spring
        .unwrap()
        .occurrences
        .iter()
        .filter(|date| date.previous.is_none())
        .map(|date| {
            (
                date.timing.starts_at().time(),
                date.timing.local_start().time(),
            )
        })
        .collect();
    assert_eq!(
        hours.len(),
        2,
        "one hour on the wall, two in UTC: the clock changed between"
    );
}

#[test]
fn the_text_is_typeset_for_reading() {
    for event in at_the_end(today()) {
        let content = &event.content;
        assert!(
            !content.title.as_str().contains(['\'', ':']),
            "{}",
            content.title
        );
        let summary = content.summary.iter().map(|text| text.as_str());
        let texts = summary.chain([content.title.as_str()]);
        for text in texts.chain(content.description.iter().map(|text| text.as_str())) {
            assert!(!text.contains('\'') && !text.contains("  "), "{text}");
            assert!(
                [" :", " ;", " ?", " !"]
                    .iter()
                    .all(|typed| !text.contains(typed)),
                "{text}"
            );
        }
    }
}

#[test]
fn the_first_session_of_the_club_is_the_one_that_is_named() {
    for now in days() {
        let past = at_the_end(now);
        let past = past
            .iter()
            .find(|event| event.slug.as_str().contains("seance-de-lancement"));
        let date = past.unwrap().occurrences.first().unwrap().id.to_string();
        assert_eq!(date, PAST_OCCURRENCE);
    }
}
