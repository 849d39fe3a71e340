//! From what is to be told to a letter that can leave: whose address, in which language, with what is stored
//! now.

mod events;
mod news;
mod organisations;
mod projects;
mod registrations;
mod rights;
mod sign_in;
mod webhooks;

use domain::accounts::{User, UserContent, UserState};
use domain::kernel::{EmailAddress, Id, MailLanguage};
use domain::mail::{Mail, MailKind, MailProblem, Recipient};
use persistence::{Snapshot, StoreError, accounts, citizens};

use super::letter::Letter;
use super::letters::{House, Place};
use crate::http::language::Language;
use crate::registrations::Links;

/// A letter with the address that it goes to.
pub(super) struct Ready {
    pub(super) to: EmailAddress,
    pub(super) letter: Letter,
}

/// A letter, or why there is none.
type Written = Result<Ready, MailProblem>;

/// What letters are written from.
pub(super) struct Desk<'d> {
    pub(super) snapshot: &'d Snapshot,
    pub(super) house: House<'d>,
    pub(super) links: &'d Links,
    /// Before then was handed in what has waited too long for an answer.
    pub(super) overdue_before: chrono::DateTime<chrono::Utc>,
    pub(super) now: chrono::DateTime<chrono::Utc>,
}

impl Desk<'_> {
    /// Writes the letter of a mail.
    ///
    /// # Errors
    /// The database can't be reached.
    pub(super) async fn ready(&self, mail: &Mail) -> Result<Written, StoreError> {
        use MailKind as Kind;
        // As it is when it is sent: what was on its way is not written any more.
        if let Recipient::Citizen(card) = mail.recipient
            && !mail.kind.reaches_restricted()
            && citizens::is_restricted(self.snapshot, card).await?
        {
            return Ok(Err(MailProblem::Restricted));
        }
        match mail.kind {
            Kind::OrganisationActivated | Kind::OrganisationSuspended => {
                self.of_organisation(mail).await
            }
            Kind::ProjectsOverdue => self.of_overdue(mail).await,
            Kind::ProjectSubmitted
            | Kind::ProjectInformationRequested
            | Kind::ProjectAccepted
            | Kind::ProjectDeclined
            | Kind::ProjectStarted
            | Kind::ProjectHeld
            | Kind::ProjectResumed
            | Kind::ProjectCompleted
            | Kind::ProjectAbandoned => self.of_project(mail).await,
            Kind::EventProposed | Kind::EventPublished | Kind::EventDeclined => {
                self.of_proposal(mail).await
            }
            Kind::WebhookPaused => self.of_webhook(mail).await,
            Kind::RegistrationRequested
            | Kind::RegistrationConfirmed
            | Kind::RegistrationWaitlisted
            | Kind::RegistrationOffered
            | Kind::RegistrationCancelled
            | Kind::RegistrationExpired
            | Kind::DateCancelled
            | Kind::DatePostponed
            | Kind::DateMoved
            | Kind::DateReminder => self.of_registration(mail).await,
            Kind::CitizenSignIn => self.of_sign_in(mail).await,
            Kind::RestrictionLifted => self.of_lifted(mail).await,
            Kind::ObjectionUpheld | Kind::ObjectionRejected => self.of_objection(mail).await,
            Kind::ProjectNews => self.of_news(mail).await,
        }
    }

    /// Where one thing of those at `path` is found.
    fn place<T>(&self, is_public: bool, path: &str, id: Id<T>) -> Place {
        if is_public {
            Place::Open(format!("{}{path}/{id}", self.house.url))
        } else {
            Place::Inside {
                operation: format!("GET {path}/{{id}}"),
                given: format!("id = {id}"),
            }
        }
    }

    /// A member of the staff who may still sign in.
    async fn member(&self, id: Id<User>) -> Result<Option<UserContent>, StoreError> {
        let user = accounts::find(self.snapshot, id).await?;
        let active = user.filter(|user| user.state == UserState::Active);
        Ok(active.map(|user| user.content))
    }
}

/// The language of texts in which somebody is written to.
fn spoken_by(language: MailLanguage) -> Language {
    match language {
        MailLanguage::Fr => Language::French,
        MailLanguage::En => Language::English,
    }
}

/// Whom a mail goes to, when that is a member of the staff.
fn member(mail: &Mail) -> Option<Id<User>> {
    match mail.recipient {
        Recipient::User(id) => Some(id),
        Recipient::Holder | Recipient::Citizen(_) | Recipient::Typed => None,
    }
}
