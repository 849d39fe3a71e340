//! From what is to be told to a letter that can leave: whose address, in which language, with what is stored
//! now.

use domain::kernel::{EmailAddress, Id};
use domain::mail::{Mail, MailKind, MailProblem, Recipient};
use domain::organisations::{Organisation, OrganisationState};
use persistence::{Snapshot, StoreError, View, organisations};

use super::letter::Letter;
use super::letters::House;
use crate::http::language::Language;

/// A letter with the address that it goes to.
pub(super) struct Ready {
    pub(super) to: EmailAddress,
    pub(super) letter: Letter,
}

/// A letter, or why there is none.
type Written = Result<Ready, MailProblem>;

/// Writes the letter of a mail.
///
/// # Errors
/// The database can't be reached.
pub(super) async fn ready(
    snapshot: &Snapshot,
    house: &House<'_>,
    mail: &Mail,
) -> Result<Written, StoreError> {
    match (mail.kind, mail.recipient) {
        (MailKind::OrganisationActivated | MailKind::OrganisationSuspended, Recipient::Holder) => {
            of_organisation(snapshot, house, mail).await
        }
        _ => Ok(Err(MailProblem::Gone)),
    }
}

async fn of_organisation(
    snapshot: &Snapshot,
    house: &House<'_>,
    mail: &Mail,
) -> Result<Written, StoreError> {
    let id: Id<Organisation> = Id::from_uuid(mail.subject);
    let Some(organisation) = organisations::find(snapshot, View::Staff, id).await? else {
        return Ok(Err(MailProblem::Gone));
    };
    let told = match mail.kind {
        MailKind::OrganisationActivated => OrganisationState::Active,
        _ => OrganisationState::Suspended,
    };
    // Of what was undone since, another mail tells.
    if organisation.state != told || organisation.id != id {
        return Ok(Err(MailProblem::Moot));
    }
    let content = organisation.content;
    let Some(to) = content.contact.and_then(|contact| contact.email) else {
        return Ok(Err(MailProblem::NoAddress));
    };
    let name = content.name.to_string();
    let language = Language::French;
    Ok(Ok(Ready {
        to,
        letter: house.of_organisation(mail.kind, language, &name, &organisation.reason),
    }))
}
