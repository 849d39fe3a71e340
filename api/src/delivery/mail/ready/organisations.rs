//! What structures are told of themselves.

use domain::kernel::{EmailAddress, Id};
use domain::mail::{Mail, MailKind, MailProblem};
use domain::organisations::{Organisation, OrganisationState};
use persistence::{StoreError, View, organisations};

use super::{Desk, Ready, Written, spoken_by};
use crate::http::language::Language;

impl Desk<'_> {
    pub(super) async fn of_organisation(&self, mail: &Mail) -> Result<Written, StoreError> {
        let id: Id<Organisation> = Id::from_uuid(mail.subject);
        let Some(organisation) = self.organisation(id).await? else {
            return Ok(Err(MailProblem::Gone));
        };
        let told = match mail.kind {
            MailKind::OrganisationActivated => OrganisationState::Active,
            _ => OrganisationState::Suspended,
        };
        // Of what was undone since, another mail tells; and one that was merged is another one now.
        if organisation.state != told || organisation.id != id {
            return Ok(Err(MailProblem::Moot));
        }
        let Some(to) = contact(&organisation) else {
            return Ok(Err(MailProblem::NoAddress));
        };
        let name = organisation.content.name.as_str();
        let language = language(Some(&organisation));
        let reason = &organisation.reason;
        let letter = self
            .house
            .of_organisation(mail.kind, language, name, reason);
        Ok(Ok(Ready { to, letter }))
    }

    /// The structure of that id, or the one that it turned out to be.
    pub(super) async fn organisation(
        &self,
        id: Id<Organisation>,
    ) -> Result<Option<Organisation>, StoreError> {
        organisations::find(self.snapshot, View::Staff, id).await
    }
}

/// The address of a structure's contact.
pub(super) fn contact(organisation: &Organisation) -> Option<EmailAddress> {
    organisation.content.contact.as_ref()?.email.clone()
}

/// The language that a structure is written to in.
pub(super) fn language(organisation: Option<&Organisation>) -> Language {
    organisation.map_or_else(Language::default, |one| spoken_by(one.content.language))
}

/// What a structure is called.
pub(super) fn name(organisation: Option<&Organisation>) -> String {
    organisation.map_or_else(|| "?".to_owned(), |one| one.content.name.to_string())
}
