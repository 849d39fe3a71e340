//! Who was there: noted, and taken back where it was noted by mistake.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    AttendanceRole, CancelledBecause, Date, Openness, Registration, RegistrationChannel,
    RegistrationFact, RegistrationRefusal, RegistrationState,
};
use crate::citizens::Pseudonym;
use crate::events::{EventState, OccurrenceState};
use crate::kernel::{Change, Id, Ids};

/// So long before the start the doors are open.
const DOORS: TimeDelta = TimeDelta::hours(12);

type Changed = Change<Registration, RegistrationFact>;

/// Notes that they are there, so many of the party; `None` when that was noted before. Whoever stands in the
/// door is there, whether they waited, were offered a place, or had yet to confirm.
///
/// # Errors
/// It was cancelled; more are there than are of the party; the date is not today.
pub fn check_in(
    registration: Registration,
    date: &Date,
    present: Option<u32>,
    role: Option<AttendanceRole>,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, RegistrationRefusal> {
    let present = present.unwrap_or(registration.party_size);
    let role = role.unwrap_or(registration.role);
    let is_noted = registration.state == RegistrationState::Attended;
    if is_noted && registration.present == Some(present) && registration.role == role {
        return Ok(None);
    }
    if registration.state == RegistrationState::Cancelled {
        return Err(RegistrationRefusal::WrongState(registration.state));
    }
    if present > registration.party_size {
        return Err(RegistrationRefusal::MoreThanParty(registration.party_size));
    }
    has_doors_open(date, now)?;
    let after = Registration {
        state: RegistrationState::Attended,
        is_confirmed: true,
        expires_at: None,
        previous_state: registration.previous_state.or(Some(registration.state)),
        present: Some(present),
        role,
        checked_in_at: Some(now),
        ..registration.next(now)
    };
    let fact = RegistrationFact::CheckedIn;
    Ok(Some(Change::new(Some(registration), after, fact)))
}

/// Whether anybody can be there: the doors open half a day before the start.
///
/// # Errors
/// They are not open yet.
pub fn has_doors_open(date: &Date, now: DateTime<Utc>) -> Result<(), RegistrationRefusal> {
    let doors = date.starts_at - DOORS;
    match now < doors {
        true => Err(RegistrationRefusal::NotBegun(doors)),
        false => Ok(()),
    }
}

/// Who stands in the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkIn {
    /// Who it is.
    pub person: Id<Pseudonym>,
    /// How many they are.
    pub party_size: u32,
    /// As what they take part.
    pub role: AttendanceRole,
}

/// Notes that somebody is there who did not register: they are, however full the hall is.
///
/// # Errors
/// The date is not today, or does not take place.
pub fn walk_in(
    date: &Date,
    who: WalkIn,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, RegistrationRefusal> {
    // What was held may have been filed since.
    let was_held = matches!(
        date.event_state,
        EventState::Published | EventState::Archived
    ) && date.state == OccurrenceState::Scheduled;
    if !was_held {
        return Err(RegistrationRefusal::NotOpen(Openness::NotHeld));
    }
    has_doors_open(date, now)?;
    let registration = Registration {
        id: Id::new(ids),
        occurrence: date.occurrence,
        event: date.event,
        person: Some(who.person),
        party_size: who.party_size,
        state: RegistrationState::Attended,
        is_confirmed: true,
        expires_at: None,
        because: None,
        channel: RegistrationChannel::WalkIn,
        role: who.role,
        previous_state: None,
        present: Some(who.party_size),
        checked_in_at: Some(now),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let fact = RegistrationFact::CheckedIn;
    Ok(Change::new(None, registration, fact))
}

/// Notes that somebody who registered stands in the door, perhaps with more than they said: all of them are
/// there. `None` when that was noted before.
///
/// # Errors
/// As for [`check_in`].
pub fn arrive(
    registration: Registration,
    date: &Date,
    party_size: Option<u32>,
    role: Option<AttendanceRole>,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, RegistrationRefusal> {
    let before = registration.clone();
    let party = party_size.map_or(before.party_size, |size| size.max(before.party_size));
    let larger = Registration {
        party_size: party,
        ..registration
    };
    let Some(change) = check_in(larger, date, party_size, role, now)? else {
        return Ok(None);
    };
    let after = change.into_after();
    Ok(Some(Change::new(
        Some(before),
        after,
        RegistrationFact::CheckedIn,
    )))
}

/// How it was with those who registered, as a list has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// They were there.
    There {
        /// So many of the party; all of them when absent.
        present: Option<u32>,
        /// As what; as it was when absent.
        role: Option<AttendanceRole>,
    },
    /// They were not.
    Missed,
}

/// Notes how it was; `None` when that was noted before. What was noted otherwise is taken back first, which the
/// trail keeps.
///
/// # Errors
/// As for [`check_in`] and [`miss`].
pub fn note(
    registration: Registration,
    date: &Date,
    noted: Noted,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, RegistrationRefusal> {
    match noted {
        Noted::There { present, role } => check_in(registration, date, present, role, now),
        Noted::Missed if registration.state == RegistrationState::Attended => {
            let back = take_back(registration, now)?;
            let missed = miss(back.after().clone(), date, now)?;
            Ok(missed.map(|missed| back.then(missed)))
        }
        Noted::Missed => miss(registration, date, now),
    }
}

/// Closes the list: who said that they come, and of whom nothing was noted, was not there. `None` for all others.
///
/// # Errors
/// The date has not begun.
pub fn close(
    registration: Registration,
    date: &Date,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, RegistrationRefusal> {
    has_begun(date, now)?;
    match registration.state {
        RegistrationState::Confirmed => miss(registration, date, now),
        _ => Ok(None),
    }
}

/// Whether who is missing can be said to be.
///
/// # Errors
/// The date has not begun.
pub fn has_begun(date: &Date, now: DateTime<Utc>) -> Result<(), RegistrationRefusal> {
    match now < date.starts_at {
        true => Err(RegistrationRefusal::NotBegun(date.starts_at)),
        false => Ok(()),
    }
}

/// Notes that they were not there; `None` when that was noted before.
///
/// # Errors
/// They were not to come, or the date has not begun.
pub fn miss(
    registration: Registration,
    date: &Date,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, RegistrationRefusal> {
    match registration.state {
        RegistrationState::NoShow => Ok(None),
        RegistrationState::Confirmed => {
            has_begun(date, now)?;
            let after = Registration {
                state: RegistrationState::NoShow,
                previous_state: Some(registration.state),
                ..registration.next(now)
            };
            let fact = RegistrationFact::Missed;
            Ok(Some(Change::new(Some(registration), after, fact)))
        }
        state => Err(RegistrationRefusal::WrongState(state)),
    }
}

/// Takes back that they were there, or were not. Who had no place has none again; who had one has it for good;
/// of who had not registered nothing is left but that it was noted.
///
/// # Errors
/// Neither was noted.
pub fn take_back(
    registration: Registration,
    now: DateTime<Utc>,
) -> Result<Changed, RegistrationRefusal> {
    match registration.state {
        RegistrationState::Attended | RegistrationState::NoShow => {
            let (state, because) = match (registration.channel, registration.previous_state) {
                (RegistrationChannel::WalkIn, _) => (
                    RegistrationState::Cancelled,
                    Some(CancelledBecause::ByStaff),
                ),
                (_, Some(RegistrationState::Waitlisted)) => (RegistrationState::Waitlisted, None),
                _ => (RegistrationState::Confirmed, None),
            };
            let after = Registration {
                state,
                because,
                previous_state: None,
                present: None,
                checked_in_at: None,
                ..registration.next(now)
            };
            let fact = RegistrationFact::TakenBack;
            Ok(Change::new(Some(registration), after, fact))
        }
        state => Err(RegistrationRefusal::WrongState(state)),
    }
}
