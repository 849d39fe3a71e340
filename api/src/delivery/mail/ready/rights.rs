//! Letters that answer what somebody asked for about their data.

use domain::kernel::Id;
use domain::mail::{Mail, MailKind, MailProblem, Recipient};
use domain::rights::{Objection, ObjectionState, Restriction};
use persistence::{StoreError, citizens, rights};

use super::{Desk, Ready, Written, spoken_by};
use crate::delivery::mail::letter::Letter;
use crate::delivery::mail::letters::House;
use crate::http::language::Language;

impl Desk<'_> {
    pub(super) async fn of_lifted(&self, mail: &Mail) -> Result<Written, StoreError> {
        let id: Id<Restriction> = Id::from_uuid(mail.subject);
        let found = rights::find_restriction(self.snapshot, id).await?;
        let Some(lifted) = found else {
            return Ok(Err(MailProblem::Gone));
        };
        self.to_person(mail, |house, language| {
            house.of_lifted(language, lifted.lifted_because.as_ref())
        })
        .await
    }

    pub(super) async fn of_objection(&self, mail: &Mail) -> Result<Written, StoreError> {
        let id: Id<Objection> = Id::from_uuid(mail.subject);
        let found = rights::find_objection(self.snapshot, id).await?;
        let Some(objection) = found.map(|found| found.objection) else {
            return Ok(Err(MailProblem::Gone));
        };
        let is_upheld = match (mail.kind, objection.state) {
            (MailKind::ObjectionUpheld, ObjectionState::Upheld) => true,
            (MailKind::ObjectionRejected, ObjectionState::Rejected) => false,
            _ => return Ok(Err(MailProblem::Moot)),
        };
        self.to_person(mail, |house, language| {
            house.of_objection(language, &objection, is_upheld)
        })
        .await
    }

    /// A letter to the person, as they are known now.
    async fn to_person(
        &self,
        mail: &Mail,
        letter: impl FnOnce(&House<'_>, Language) -> Letter,
    ) -> Result<Written, StoreError> {
        let Recipient::Citizen(card) = mail.recipient else {
            return Ok(Err(MailProblem::Gone));
        };
        let Some(citizen) = citizens::known_behind(self.snapshot, card).await? else {
            return Ok(Err(MailProblem::Gone));
        };
        let Some(to) = citizen.content.email.clone() else {
            return Ok(Err(MailProblem::NoAddress));
        };
        let letter = letter(&self.house, spoken_by(citizen.content.language));
        Ok(Ok(Ready { to, letter }))
    }
}
