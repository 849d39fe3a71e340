//! Letters about registrations, to whom they are of.

use chrono::{DateTime, Utc};
use domain::events::{EventState, Occurrence, OccurrenceState};
use domain::kernel::{Id, Reason};
use domain::mail::{Mail, MailKind, MailProblem, Recipient};
use domain::registrations::{CancelledBecause, Registration, RegistrationState};
use domain::territory::Territory;
use persistence::events::CalendarRow;
use persistence::{StoreError, View, citizens, events, registrations};

use super::{Desk, Ready, Written, spoken_by};
use crate::calendar;
use crate::delivery::mail::letters::Registered;
use crate::http::language::Language;
use crate::pages;

impl Desk<'_> {
    pub(super) async fn of_registration(&self, mail: &Mail) -> Result<Written, StoreError> {
        let id: Id<Registration> = Id::from_uuid(mail.subject);
        let Some(found) = registrations::find(self.snapshot, id).await? else {
            return Ok(Err(MailProblem::Gone));
        };
        let (registration, citizen) = (&found.registration, found.citizen.as_ref());
        if !still_so(mail.kind, registration) {
            return Ok(Err(MailProblem::Moot));
        }
        let Some(citizen) = citizen else {
            return Ok(Err(MailProblem::Gone));
        };
        // By the address with which they registered, whoever they turned out to be.
        let own = match mail.recipient {
            Recipient::Citizen(card) => citizens::address_of(self.snapshot, card).await?,
            Recipient::Holder | Recipient::User(_) | Recipient::Typed => None,
        };
        let Some(to) = own.or_else(|| citizen.content.email.clone()) else {
            return Ok(Err(MailProblem::NoAddress));
        };
        let language = spoken_by(citizen.content.language);
        let Some((date, registered)) = self.registered(registration, mail.kind, language).await?
        else {
            return Ok(Err(MailProblem::Gone));
        };
        if !is_so_of_date(mail.kind, date, self.now) {
            return Ok(Err(MailProblem::Moot));
        }
        let letter = self.house.of_registration(mail.kind, language, &registered);
        Ok(letter
            .map(|letter| Ready { to, letter })
            .ok_or(MailProblem::Moot))
    }

    async fn registered(
        &self,
        registration: &Registration,
        kind: MailKind,
        language: Language,
    ) -> Result<Option<(DateNow, Registered)>, StoreError> {
        let name = registration.event.to_string();
        let event = events::find(self.snapshot, View::Staff, &name).await?;
        let Some(mut event) = event.map(|found| found.event) else {
            return Ok(None);
        };
        let dates = std::mem::take(&mut event.occurrences);
        let is_it = |date: &Occurrence| date.id == registration.occurrence;
        let Some(date) = dates.into_iter().find(is_it) else {
            return Ok(None);
        };
        let date_now = DateNow::of(event.state, &date);
        let reason = match (kind, date.state) {
            (MailKind::DateCancelled | MailKind::DatePostponed, OccurrenceState::Scheduled) => {
                event.reason.clone()
            }
            (MailKind::DateCancelled | MailKind::DatePostponed | MailKind::DateMoved, _) => {
                date.reason.clone()
            }
            _ => Reason::default(),
        };
        let place = event.content.place.as_ref().map(|place| {
            let commune = place.commune_code.as_ref();
            let commune = commune.and_then(|code| Territory::official().commune(code));
            let parts = [
                place.name.as_ref().map(ToString::to_string),
                place.address.as_ref().map(ToString::to_string),
                commune.map(|commune| commune.name.to_owned()),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        });
        let token = self.links.token(registration.id);
        let title = event.content.title.to_string();
        let when = pages::when(language, &date.timing);
        let with_date = matches!(
            kind,
            MailKind::RegistrationConfirmed | MailKind::DateMoved | MailKind::DateReminder
        );
        let row = CalendarRow {
            occurrence: date,
            event: event.into(),
        };
        let calendar = with_date.then(|| calendar::date_text(&row, self.house.url));
        let registered = Registered {
            title,
            when,
            place: place.filter(|place| !place.is_empty()),
            party_size: registration.party_size,
            until: registration.expires_at,
            is_confirmed: registration.is_confirmed,
            url: format!("{}/registrations/{token}", self.house.url),
            code: self.links.code(registration.id),
            reason,
            calendar,
        };
        Ok(Some((date_now, registered)))
    }
}

/// How the date stands now.
#[derive(Debug, Clone, Copy)]
struct DateNow {
    event: EventState,
    date: OccurrenceState,
    starts_at: DateTime<Utc>,
}

impl DateNow {
    fn of(event: EventState, date: &Occurrence) -> Self {
        Self {
            event,
            date: date.state,
            starts_at: date.timing.starts_at(),
        }
    }

    fn is_held(self) -> bool {
        self.event == EventState::Published && self.date == OccurrenceState::Scheduled
    }
}

/// Whether the date is still as a mail tells of it.
fn is_so_of_date(kind: MailKind, now: DateNow, at: DateTime<Utc>) -> bool {
    let is_cancelled = now.event == EventState::Cancelled || now.date == OccurrenceState::Cancelled;
    match kind {
        MailKind::DateCancelled => is_cancelled,
        MailKind::DatePostponed => !is_cancelled && !now.is_held(),
        MailKind::DateMoved => now.is_held(),
        MailKind::DateReminder => now.is_held() && now.starts_at > at,
        _ => true,
    }
}

/// Whether what a mail tells still holds: what came after it is told by another one.
fn still_so(kind: MailKind, registration: &Registration) -> bool {
    use RegistrationState as State;
    let because = registration.because;
    match kind {
        MailKind::RegistrationRequested => registration.state == State::Pending,
        MailKind::RegistrationConfirmed => registration.state == State::Confirmed,
        MailKind::RegistrationWaitlisted => registration.state == State::Waitlisted,
        MailKind::RegistrationOffered => registration.state == State::Offered,
        MailKind::RegistrationCancelled => matches!(
            because,
            Some(CancelledBecause::Withdrawn | CancelledBecause::ByStaff)
        ),
        // Whose address was typed by somebody else is not written to a second time.
        MailKind::RegistrationExpired => because == Some(CancelledBecause::OfferExpired),
        MailKind::DateCancelled | MailKind::DatePostponed | MailKind::DateMoved => {
            registration.state.is_ahead()
        }
        MailKind::DateReminder => registration.state == State::Confirmed,
        _ => false,
    }
}
