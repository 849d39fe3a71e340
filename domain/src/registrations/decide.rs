//! What may be done with a registration before its date.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    AttendanceRole, CancelledBecause, Date, Hall, Openness, Registration, RegistrationChannel,
    RegistrationFact, RegistrationRefusal, RegistrationSettings, RegistrationState, openness,
};
use crate::citizens::Pseudonym;
use crate::kernel::{Change, Id, Ids};

/// How long a place is held until the address is shown to be theirs.
pub(super) const HELD: TimeDelta = TimeDelta::minutes(30);

type Changed = Change<Registration, RegistrationFact>;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Somebody of whom nothing is known yet.
    Anybody,
    /// The person themselves, by what only they have.
    Person,
    /// The staff.
    Staff,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked<'a> {
    /// For which date.
    pub date: &'a Date,
    /// How that takes registrations.
    pub settings: &'a RegistrationSettings,
    /// Its places.
    pub hall: Hall,
    /// For whom.
    pub person: Id<Pseudonym>,
    /// How many they are.
    pub party_size: u32,
    /// Who asks.
    pub by: By,
}

/// Registers a party: a place is held where there is one, and they wait where there is none.
///
/// # Errors
/// The date takes no registrations, the party never fits, or there is no place and no waitlist.
pub fn register(
    asked: Asked<'_>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, RegistrationRefusal> {
    let openness = openness(asked.date, asked.settings, now);
    let is_open = match openness {
        Openness::Open => true,
        // The staff writes down who called before it opened, and who came after it closed.
        Openness::NotYet(_) | Openness::Closed(_) => asked.by == By::Staff,
        Openness::NotHeld => false,
    };
    if !is_open {
        return Err(RegistrationRefusal::NotOpen(openness));
    }
    let largest = asked.settings.largest_party;
    if asked.party_size > largest && asked.by != By::Staff {
        return Err(RegistrationRefusal::TooLarge(largest));
    }
    if !asked.hall.could_hold(asked.party_size) {
        let capacity = asked.hall.capacity.unwrap_or(u32::MAX);
        return Err(RegistrationRefusal::TooLarge(capacity));
    }
    let fits = asked.hall.fits(asked.party_size);
    if !fits && !asked.settings.has_waitlist {
        return Err(RegistrationRefusal::Full);
    }
    let is_confirmed = asked.by != By::Anybody;
    let (state, fact) = match (fits, is_confirmed) {
        (true, true) => (RegistrationState::Confirmed, RegistrationFact::Confirmed),
        (true, false) => (RegistrationState::Pending, RegistrationFact::Requested),
        (false, _) => (RegistrationState::Waitlisted, RegistrationFact::Waitlisted),
    };
    let registration = Registration {
        id: Id::new(ids),
        occurrence: asked.date.occurrence,
        event: asked.date.event,
        person: Some(asked.person),
        party_size: asked.party_size,
        state,
        is_confirmed,
        expires_at: (state == RegistrationState::Pending).then(|| now + HELD),
        because: None,
        channel: match asked.by {
            By::Anybody => RegistrationChannel::Web,
            By::Person => RegistrationChannel::Account,
            By::Staff => RegistrationChannel::Staff,
        },
        role: AttendanceRole::default(),
        previous_state: None,
        present: None,
        checked_in_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, registration, fact))
}

/// By what it is known that whoever confirms may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// What was sent to the address.
    Mail,
    /// They are signed in, or the staff says so.
    Word,
}

/// Confirms: the address is theirs, or the offered place is taken; `None` when that was done before.
///
/// # Errors
/// It was cancelled, or it is too late; whoever waits can't take a place that there isn't.
pub fn confirm(
    registration: Registration,
    proof: Proof,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, RegistrationRefusal> {
    let is_late = registration.expires_at.is_some_and(|until| until <= now);
    let after = Registration {
        is_confirmed: true,
        ..registration.next(now)
    };
    match registration.state {
        RegistrationState::Pending | RegistrationState::Offered if is_late => {
            Err(RegistrationRefusal::TooLate)
        }
        RegistrationState::Pending | RegistrationState::Offered => {
            let after = Registration {
                state: RegistrationState::Confirmed,
                expires_at: None,
                ..after
            };
            let fact = RegistrationFact::Confirmed;
            Ok(Some(Change::new(Some(registration), after, fact)))
        }
        RegistrationState::Waitlisted if !registration.is_confirmed => {
            let fact = RegistrationFact::AddressConfirmed;
            Ok(Some(Change::new(Some(registration), after, fact)))
        }
        // The same link, pressed once more.
        RegistrationState::Waitlisted if proof == Proof::Mail => Ok(None),
        RegistrationState::Confirmed => Ok(None),
        state => Err(RegistrationRefusal::WrongState(state)),
    }
}

/// Cancels; `None` when it was cancelled before: a place is given back once.
///
/// # Errors
/// They were there, or were to be.
pub fn cancel(
    registration: Registration,
    because: CancelledBecause,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, RegistrationRefusal> {
    match registration.state {
        RegistrationState::Cancelled => Ok(None),
        state if !state.is_ahead() => Err(RegistrationRefusal::WrongState(state)),
        _ => {
            let fact = RegistrationFact::Cancelled;
            Ok(Some(ended(registration, because, fact, now)))
        }
    }
}

/// Ends what was not confirmed, or not taken, in time; `None` while there is time.
pub fn expire(registration: Registration, now: DateTime<Utc>) -> Option<Changed> {
    let is_late = registration.expires_at.is_some_and(|until| until <= now);
    let because = match registration.state {
        RegistrationState::Pending => CancelledBecause::NotConfirmed,
        // Who never showed that the address is theirs was offered a place for as long as that takes.
        RegistrationState::Offered if !registration.is_confirmed => CancelledBecause::NotConfirmed,
        RegistrationState::Offered => CancelledBecause::OfferExpired,
        _ => return None,
    };
    is_late.then(|| ended(registration, because, RegistrationFact::Expired, now))
}

/// Offers a place to somebody who waits; `None` when they don't. It is kept for them for a time: less where
/// the date is near, and no longer than it takes to confirm an address where theirs never was.
pub fn offer(
    registration: Registration,
    date: &Date,
    settings: &RegistrationSettings,
    now: DateTime<Utc>,
) -> Option<Changed> {
    if registration.state != RegistrationState::Waitlisted {
        return None;
    }
    let before_start = (date.starts_at - now).max(TimeDelta::zero()) / 2;
    let patience = TimeDelta::hours(settings.offer_hours.into()).min(before_start);
    let patience = match registration.is_confirmed {
        true => patience.max(HELD),
        false => HELD,
    };
    let after = Registration {
        state: RegistrationState::Offered,
        expires_at: Some(now + patience),
        ..registration.next(now)
    };
    let fact = RegistrationFact::Offered;
    Some(Change::new(Some(registration), after, fact))
}

fn ended(
    registration: Registration,
    because: CancelledBecause,
    fact: RegistrationFact,
    now: DateTime<Utc>,
) -> Changed {
    let after = Registration {
        state: RegistrationState::Cancelled,
        because: Some(because),
        expires_at: None,
        ..registration.next(now)
    };
    Change::new(Some(registration), after, fact)
}
