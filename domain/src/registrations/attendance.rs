//! Who was there: noted, and taken back where it was noted by mistake.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    AttendanceRole, Date, Registration, RegistrationFact, RegistrationRefusal, RegistrationState,
};
use crate::kernel::Change;

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
    let doors = date.starts_at - DOORS;
    if now < doors {
        return Err(RegistrationRefusal::NotBegun(doors));
    }
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

/// Notes that they were not there; `None` when that was noted before.
///
/// # Errors
/// They were not to come, or the date has not begun.
pub fn miss(
    registration: Registration,
    date: &Date,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, RegistrationRefusal> {
    let start = date.starts_at;
    match registration.state {
        RegistrationState::NoShow => Ok(None),
        RegistrationState::Confirmed if now < start => Err(RegistrationRefusal::NotBegun(start)),
        RegistrationState::Confirmed => {
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

/// Takes back that they were there, or were not. Who had no place has none again; who had one has it for good.
///
/// # Errors
/// Neither was noted.
pub fn take_back(
    registration: Registration,
    now: DateTime<Utc>,
) -> Result<Changed, RegistrationRefusal> {
    match registration.state {
        RegistrationState::Attended | RegistrationState::NoShow => {
            let waited = registration.previous_state == Some(RegistrationState::Waitlisted);
            let after = Registration {
                state: match waited {
                    true => RegistrationState::Waitlisted,
                    false => RegistrationState::Confirmed,
                },
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
