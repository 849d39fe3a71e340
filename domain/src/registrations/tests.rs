//! The rules of registrations, tried one by one and by the thousand.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::citizens::Pseudonym;
use crate::events::{EventState, OccurrenceState};
use crate::kernel::Id;
use crate::kernel::testing::Counter;

fn today() -> DateTime<Utc> {
    "2026-05-01T08:00:00Z".parse().unwrap()
}

fn id<T>(number: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(number))
}

/// An evening in a week, for so many.
fn date(capacity: impl Into<Option<u32>>) -> Date {
    let starts_at = today() + TimeDelta::days(7);
    Date {
        event: id(1),
        event_state: EventState::Published,
        occurrence: id(2),
        state: OccurrenceState::Scheduled,
        starts_at,
        ends_at: starts_at + TimeDelta::hours(2),
        capacity: capacity.into(),
    }
}

fn person() -> Id<Pseudonym> {
    id(3)
}

/// All that is registered for one date, as the store keeps it.
struct Book {
    date: Date,
    settings: RegistrationSettings,
    all: Vec<Registration>,
    ids: Counter,
}

impl Book {
    fn for_date(date: Date) -> Self {
        Self {
            date,
            settings: RegistrationSettings::default(),
            all: Vec::new(),
            ids: Counter(100),
        }
    }

    fn hall(&self) -> Hall {
        let holding = self.all.iter().filter(|one| one.state.holds());
        Hall {
            capacity: self.date.capacity,
            held: holding.map(|one| one.party_size).sum(),
        }
    }

    fn register(
        &mut self,
        party_size: u32,
        by: By,
        now: DateTime<Utc>,
    ) -> Result<Registration, RegistrationRefusal> {
        let asked = Asked {
            date: &self.date,
            settings: &self.settings,
            hall: self.hall(),
            person: person(),
            party_size,
            by,
        };
        let made = register(asked, &mut self.ids, now)?.into_after();
        self.all.push(made.clone());
        Ok(made)
    }

    fn waiting(&self) -> Vec<Waiting> {
        let waiting = self.all.iter();
        let waiting = waiting.filter(|one| one.state == RegistrationState::Waitlisted);
        let waiting = waiting.map(|one| Waiting {
            id: one.id,
            party: one.party_size,
        });
        waiting.collect()
    }

    /// As every write does at its end.
    fn settle(&mut self, now: DateTime<Utc>) {
        for one in &mut self.all {
            if let Some(change) = expire(one.clone(), now) {
                *one = change.into_after();
            }
        }
        let served = serve(self.hall(), &self.waiting()).served;
        for one in &mut self.all {
            if served.contains(&one.id) {
                let offered = offer(one.clone(), &self.date, &self.settings, now);
                *one = offered.unwrap().into_after();
            }
        }
    }
}

#[test]
fn a_place_is_held_for_who_has_to_confirm_and_given_to_who_is_known() {
    let mut book = Book::for_date(date(3));
    let anybody = book.register(1, By::Anybody, today()).unwrap();
    assert_eq!(anybody.state, RegistrationState::Pending);
    assert_eq!(anybody.expires_at, Some(today() + TimeDelta::minutes(30)));
    let known = book.register(1, By::Person, today()).unwrap();
    assert_eq!(
        (known.state, known.expires_at),
        (RegistrationState::Confirmed, None)
    );
    let staff = book.register(2, By::Staff, today()).unwrap();
    assert_eq!(
        staff.state,
        RegistrationState::Waitlisted,
        "two don't fit in one place"
    );
    let small = book.register(1, By::Anybody, today()).unwrap();
    assert_eq!(small.state, RegistrationState::Pending, "one does");
    assert!(!small.is_confirmed);
}

#[test]
fn what_takes_no_registrations_says_so() {
    let open = date(10);
    let (start, yesterday) = (open.starts_at, today() - TimeDelta::days(1));
    let settings = RegistrationSettings {
        opens_at: Some(today()),
        closes_at: Some(start - TimeDelta::days(1)),
        ..RegistrationSettings::default()
    };
    for (state, occurrence) in [
        (EventState::Draft, OccurrenceState::Scheduled),
        (EventState::Cancelled, OccurrenceState::Scheduled),
        (EventState::Published, OccurrenceState::Cancelled),
        (EventState::Published, OccurrenceState::Postponed),
    ] {
        let off = Date {
            event_state: state,
            state: occurrence,
            ..open
        };
        assert_eq!(openness(&off, &settings, today()), Openness::NotHeld);
        let mut book = Book::for_date(off);
        let refused = book.register(1, By::Staff, today());
        assert_eq!(
            refused,
            Err(RegistrationRefusal::NotOpen(Openness::NotHeld))
        );
    }
    assert_eq!(
        openness(&open, &settings, yesterday),
        Openness::NotYet(today())
    );
    assert_eq!(openness(&open, &settings, today()), Openness::Open);
    let closes = start - TimeDelta::days(1);
    assert_eq!(openness(&open, &settings, closes), Openness::Closed(closes));
    let default = RegistrationSettings::default();
    assert_eq!(openness(&open, &default, start), Openness::Closed(start));
    let mut late = Book::for_date(open);
    assert!(late.register(1, By::Person, start).is_err());
    assert!(
        late.register(1, By::Staff, start).is_ok(),
        "the staff writes down who came"
    );
}

#[test]
fn a_party_that_never_fits_and_a_full_hall_without_waitlist_are_refused() {
    let mut book = Book::for_date(date(4));
    let refused = book.register(5, By::Person, today());
    assert_eq!(refused, Err(RegistrationRefusal::TooLarge(4)));
    let mut open_air = Book::for_date(date(None));
    let refused = open_air.register(11, By::Person, today());
    assert_eq!(refused, Err(RegistrationRefusal::TooLarge(10)));
    assert!(
        open_air.register(27, By::Staff, today()).is_ok(),
        "a class, by the staff"
    );
    book.settings.has_waitlist = false;
    book.register(4, By::Person, today()).unwrap();
    let refused = book.register(1, By::Person, today());
    assert_eq!(refused, Err(RegistrationRefusal::Full));
}

#[test]
fn a_cancelled_place_goes_to_the_next_who_fits_and_is_given_back_once() {
    let mut book = Book::for_date(date(2));
    let pair = book.register(2, By::Person, today()).unwrap();
    let three = book.register(2, By::Person, today()).unwrap();
    let single = book.register(1, By::Anybody, today()).unwrap();
    let cancelled = cancel(pair, CancelledBecause::Withdrawn, today())
        .unwrap()
        .unwrap();
    let cancelled = cancelled.into_after();
    assert_eq!(
        cancel(cancelled.clone(), CancelledBecause::Withdrawn, today()),
        Ok(None)
    );
    book.all[0] = cancelled;
    book.settle(today());
    assert_eq!(
        book.all[1].state,
        RegistrationState::Offered,
        "whole, and in their turn"
    );
    assert_eq!(book.all[1].expires_at, Some(today() + TimeDelta::hours(24)));
    assert_eq!(book.all[2].state, RegistrationState::Waitlisted);
    assert_eq!((three.party_size, single.party_size), (2, 1));
    // They don't take it: the next one gets it, for as long as it takes to confirm an address.
    let later = today() + TimeDelta::hours(24);
    book.settle(later);
    assert_eq!(book.all[1].because, Some(CancelledBecause::OfferExpired));
    assert_eq!(book.all[2].state, RegistrationState::Offered);
    assert_eq!(book.all[2].expires_at, Some(later + TimeDelta::minutes(30)));
    let taken = confirm(book.all[2].clone(), Proof::Mail, later)
        .unwrap()
        .unwrap();
    assert_eq!(taken.after().state, RegistrationState::Confirmed);
    assert!(taken.after().is_confirmed);
}

#[test]
fn an_offer_near_the_date_is_shorter() {
    let mut book = Book::for_date(date(1));
    book.register(1, By::Person, today()).unwrap();
    let waits = book.register(1, By::Person, today()).unwrap();
    let near = book.date.starts_at - TimeDelta::hours(4);
    let offered = offer(waits, &book.date, &book.settings, near).unwrap();
    assert_eq!(offered.after().expires_at, Some(near + TimeDelta::hours(2)));
}

#[test]
fn a_confirmation_counts_once_and_in_time() {
    let mut book = Book::for_date(date(1));
    let pending = book.register(1, By::Anybody, today()).unwrap();
    let late = confirm(
        pending.clone(),
        Proof::Mail,
        today() + TimeDelta::minutes(30),
    );
    assert_eq!(late, Err(RegistrationRefusal::TooLate));
    let confirmed = confirm(pending, Proof::Mail, today())
        .unwrap()
        .unwrap()
        .into_after();
    assert_eq!(confirm(confirmed, Proof::Mail, today()), Ok(None));
    let waits = book.register(1, By::Anybody, today()).unwrap();
    let waits = confirm(waits, Proof::Mail, today())
        .unwrap()
        .unwrap()
        .into_after();
    assert_eq!(
        waits.state,
        RegistrationState::Waitlisted,
        "there is no place to take"
    );
    assert_eq!(confirm(waits.clone(), Proof::Mail, today()), Ok(None));
    let refused = confirm(waits, Proof::Word, today());
    let wrong = RegistrationRefusal::WrongState(RegistrationState::Waitlisted);
    assert_eq!(refused, Err(wrong), "nobody jumps the queue");
}

#[test]
fn who_was_there_is_noted_and_taken_back() {
    let mut book = Book::for_date(date(2));
    let pair = book.register(2, By::Person, today()).unwrap();
    let day = book.date.starts_at;
    let early = check_in(pair.clone(), &book.date, None, None, today());
    assert!(matches!(early, Err(RegistrationRefusal::NotBegun(_))));
    let more = check_in(pair.clone(), &book.date, Some(3), None, day);
    assert_eq!(more, Err(RegistrationRefusal::MoreThanParty(2)));
    let there = check_in(pair.clone(), &book.date, Some(1), None, day)
        .unwrap()
        .unwrap();
    let there = there.into_after();
    assert_eq!(
        (there.state, there.present),
        (RegistrationState::Attended, Some(1))
    );
    assert_eq!(
        check_in(there.clone(), &book.date, Some(1), None, day),
        Ok(None)
    );
    assert!(cancel(there.clone(), CancelledBecause::ByStaff, day).is_err());
    let back = take_back(there, day).unwrap().into_after();
    assert_eq!(
        (back.state, back.present),
        (RegistrationState::Confirmed, None)
    );
    assert!(miss(back.clone(), &book.date, today()).is_err());
    let missed = miss(back, &book.date, day).unwrap().unwrap().into_after();
    assert_eq!(missed.state, RegistrationState::NoShow);
    // Who waited and stood in the door goes back to where they waited.
    let waits = book.register(1, By::Person, today()).unwrap();
    let there = check_in(waits, &book.date, None, None, day)
        .unwrap()
        .unwrap()
        .into_after();
    let back = take_back(there, day).unwrap().into_after();
    assert_eq!(back.state, RegistrationState::Waitlisted);
}

#[test]
fn who_walks_in_is_there_however_full_it_is() {
    let mut book = Book::for_date(date(2));
    book.register(2, By::Person, today()).unwrap();
    let waits = book.register(2, By::Person, today()).unwrap();
    let day = book.date.starts_at;
    let who = WalkIn {
        person: person(),
        party_size: 3,
        role: AttendanceRole::Citizen,
    };
    let early = walk_in(&book.date, who, &mut book.ids, today());
    assert!(matches!(early, Err(RegistrationRefusal::NotBegun(_))));
    let off = Date {
        state: OccurrenceState::Cancelled,
        ..book.date
    };
    let refused = walk_in(&off, who, &mut book.ids, day);
    assert_eq!(
        refused,
        Err(RegistrationRefusal::NotOpen(Openness::NotHeld))
    );
    let there = walk_in(&book.date, who, &mut book.ids, day).unwrap();
    let there = there.into_after();
    assert_eq!(
        (there.state, there.present, there.channel),
        (
            RegistrationState::Attended,
            Some(3),
            RegistrationChannel::WalkIn
        )
    );
    book.all.push(there.clone());
    assert_eq!(book.hall().held, 5);
    assert_eq!(book.hall().free(), Some(0), "nobody new gets in by it");
    let back = take_back(there, day).unwrap().into_after();
    assert_eq!(back.state, RegistrationState::Cancelled);
    // Who registered for two, and came with another one.
    let more = arrive(waits.clone(), &book.date, Some(3), None, day)
        .unwrap()
        .unwrap();
    assert_eq!(more.before(), Some(&waits));
    assert_eq!(
        (more.after().party_size, more.after().present),
        (3, Some(3))
    );
    let fewer = arrive(waits, &book.date, Some(1), None, day)
        .unwrap()
        .unwrap()
        .into_after();
    assert_eq!((fewer.party_size, fewer.present), (2, Some(1)));
    assert_eq!(arrive(fewer, &book.date, Some(1), None, day), Ok(None));
}

#[test]
fn a_list_notes_corrects_and_is_closed() {
    let mut book = Book::for_date(date(2));
    let one = book.register(1, By::Person, today()).unwrap();
    let waits = book.register(2, By::Person, today()).unwrap();
    let day = book.date.starts_at;
    let all = Noted::There {
        present: None,
        role: None,
    };
    let there = note(one.clone(), &book.date, all, day)
        .unwrap()
        .unwrap()
        .into_after();
    assert_eq!(note(there.clone(), &book.date, all, day), Ok(None));
    assert_eq!(close(there.clone(), &book.date, day), Ok(None));
    let missed = note(there, &book.date, Noted::Missed, day)
        .unwrap()
        .unwrap();
    let facts = [RegistrationFact::TakenBack, RegistrationFact::Missed];
    assert_eq!(missed.facts(), facts);
    assert_eq!(missed.after().state, RegistrationState::NoShow);
    let refused = note(waits.clone(), &book.date, Noted::Missed, day);
    let wrong = RegistrationRefusal::WrongState(RegistrationState::Waitlisted);
    assert_eq!(refused, Err(wrong), "who waited was not to come");
    assert!(close(one.clone(), &book.date, today()).is_err());
    let closed = close(one, &book.date, day).unwrap().unwrap();
    assert_eq!(closed.after().state, RegistrationState::NoShow);
    assert_eq!(close(waits, &book.date, day), Ok(None));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Register(u32, bool),
    Confirm(usize),
    Cancel(usize),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1u32..5, any::<bool>()).prop_map(|(party, known)| Step::Register(party, known)),
        2 => (0usize..40).prop_map(Step::Confirm),
        2 => (0usize..40).prop_map(Step::Cancel),
        1 => (1i64..120).prop_map(Step::Wait),
    ]
}

proptest! {
    #[test]
    fn never_one_place_too_many_and_none_free_for_who_fits(
        capacity in 1u32..12,
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut book = Book::for_date(date(capacity));
        let mut now = today();
        for step in steps {
            let chosen = |which: usize| which % book.all.len().max(1);
            match step {
                Step::Register(party, known) => {
                    let by = if known { By::Person } else { By::Anybody };
                    let _ = book.register(party, by, now);
                }
                Step::Confirm(which) if !book.all.is_empty() => {
                    let which = chosen(which);
                    if let Ok(Some(change)) = confirm(book.all[which].clone(), Proof::Mail, now) {
                        book.all[which] = change.into_after();
                    }
                }
                Step::Cancel(which) if !book.all.is_empty() => {
                    let which = chosen(which);
                    let because = CancelledBecause::Withdrawn;
                    if let Ok(Some(change)) = cancel(book.all[which].clone(), because, now) {
                        book.all[which] = change.into_after();
                    }
                }
                Step::Wait(minutes) => now += TimeDelta::minutes(minutes),
                Step::Confirm(_) | Step::Cancel(_) => {}
            }
            book.settle(now);
            let hall = book.hall();
            prop_assert!(hall.held <= capacity, "{} held of {capacity}", hall.held);
            for party in book.waiting() {
                prop_assert!(!hall.fits(party.party), "{party:?} waits, and {hall:?}");
            }
        }
    }

    #[test]
    fn the_queue_is_served_in_its_order(
        capacity in 0u32..30,
        parties in prop::collection::vec(1u32..8, 0..20),
    ) {
        let waiting: Vec<Waiting> = (0u128..).zip(&parties)
            .map(|(number, party)| Waiting { id: id(number), party: *party })
            .collect();
        let hall = Hall { capacity: Some(capacity), held: 0 };
        let Served { served, passed_over } = serve(hall, &waiting);
        prop_assert!(served.is_sorted() && passed_over.is_sorted());
        let party_of = |id: &Id<Registration>| {
            waiting.iter().find(|one| one.id == *id).unwrap().party
        };
        let mut free = capacity;
        for one in &waiting {
            if served.contains(&one.id) {
                free -= one.party;
            } else {
                prop_assert!(one.party > free, "{one:?} would have fitted");
            }
        }
        prop_assert_eq!(served.iter().map(party_of).sum::<u32>(), capacity - free);
    }
}
