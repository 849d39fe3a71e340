//! Letters about registrations, to whom they are of.

use domain::events::Occurrence;
use domain::kernel::Id;
use domain::mail::{Mail, MailKind, MailProblem};
use domain::registrations::{CancelledBecause, Registration, RegistrationState};
use domain::territory::Territory;
use persistence::{StoreError, View, events, registrations};

use super::{Desk, Ready, Written, spoken_by};
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
        let Some(to) = citizen.content.email.clone() else {
            return Ok(Err(MailProblem::NoAddress));
        };
        let language = spoken_by(citizen.content.language);
        let Some(registered) = self.registered(registration, language).await? else {
            return Ok(Err(MailProblem::Gone));
        };
        let letter = self.house.of_registration(mail.kind, language, &registered);
        Ok(letter
            .map(|letter| Ready { to, letter })
            .ok_or(MailProblem::Moot))
    }

    async fn registered(
        &self,
        registration: &Registration,
        language: Language,
    ) -> Result<Option<Registered>, StoreError> {
        let name = registration.event.to_string();
        let event = events::find(self.snapshot, View::Staff, &name).await?;
        let Some(event) = event.map(|found| found.event) else {
            return Ok(None);
        };
        let is_it = |date: &&Occurrence| date.id == registration.occurrence;
        let Some(date) = event.occurrences.iter().find(is_it) else {
            return Ok(None);
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
        Ok(Some(Registered {
            title: event.content.title.to_string(),
            when: pages::when(language, &date.timing),
            place: place.filter(|place| !place.is_empty()),
            party_size: registration.party_size,
            until: registration.expires_at,
            is_confirmed: registration.is_confirmed,
            url: format!("{}/registrations/{token}", self.house.url),
            code: self.links.code(registration.id),
        }))
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
        _ => false,
    }
}
