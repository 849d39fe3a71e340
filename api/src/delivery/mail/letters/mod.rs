//! What the mails say, in French and in English. Their links lead where a browser without a token is answered.

mod events;
mod news;
mod organisations;
mod projects;
mod registrations;
mod rights;
mod sign_in;
mod webhooks;

use domain::kernel::Reason;

use super::letter::{Block, Letter};
use crate::http::language::Language;
pub(super) use events::Proposal;
pub(super) use news::News;
pub(super) use projects::{Spoken, Waiting};
pub(super) use registrations::Registered;
pub(super) use sign_in::WayIn;

/// What all letters of a service have in common.
pub(super) struct House<'s> {
    /// What the PETR is called.
    pub(super) petr: &'s str,
    /// The address that people use.
    pub(super) url: &'s str,
}

/// Why somebody gets a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Because {
    /// It is the contact of the thing, or of whose it is.
    Contact,
    /// They are of the staff.
    Staff,
    /// The address was given with a registration.
    Registered,
    /// Somebody asked to be let in with it.
    AskedFor,
    /// They asked something about their data.
    Rights,
    /// They want to hear how a project goes.
    Involved,
}

/// Where something is found that a letter is about.
pub(crate) enum Place {
    /// Everybody reads it there.
    Open(String),
    /// Nobody without a token: by that operation, with what it is given.
    Inside { operation: String, given: String },
}

impl House<'_> {
    /// The way to a place. A browser has no token: what is not public would not be there for it, and so it is
    /// sent to where people sign in.
    fn way_to(&self, language: Language, label: String, place: &Place) -> Vec<Block> {
        let (operation, given) = match place {
            Place::Open(url) => {
                let url = url.clone();
                return vec![Block::Link { label, url }];
            }
            Place::Inside { operation, given } => (operation, given),
        };
        let how = language.text(
            &format!(
                "{label} dans la documentation interactive, identifiez-vous (bouton « Authorize »), puis \
                 appelez l'opération {operation} avec {given}"
            ),
            &format!(
                "{label} in the interactive documentation, sign in (button “Authorize”), then call the \
                 operation {operation} with {given}"
            ),
        );
        let link = Block::Link {
            label: language.text(
                "La documentation interactive :",
                "The interactive documentation:",
            ),
            url: format!("{}/docs", self.url),
        };
        vec![Block::Text(how), link]
    }

    /// A letter that begins as all do.
    pub(super) fn letter(
        &self,
        language: Language,
        because: Because,
        subject: String,
        blocks: Vec<Block>,
    ) -> Letter {
        let (petr, url) = (self.petr, self.url);
        let footer = match because {
            Because::Contact => language.text(
                &format!(
                    "Message automatique de {petr} ({url}). Vous le recevez parce que cette adresse est \
                     celle du contact. Inutile d'y répondre."
                ),
                &format!(
                    "An automatic message of {petr} ({url}). You get it because this is the contact's \
                     address. There is no need to answer."
                ),
            ),
            Because::Registered => language.text(
                &format!(
                    "Message automatique de {petr} ({url}). Vous le recevez parce que cette adresse a été \
                     donnée pour une inscription. Inutile d'y répondre."
                ),
                &format!(
                    "An automatic message of {petr} ({url}). You get it because this address was given for a \
                     registration. There is no need to answer."
                ),
            ),
            Because::AskedFor => language.text(
                &format!(
                    "Message automatique de {petr} ({url}). Vous le recevez parce que quelqu'un a voulu \
                     s'identifier avec cette adresse. Inutile d'y répondre."
                ),
                &format!(
                    "An automatic message of {petr} ({url}). You get it because somebody wanted to sign in \
                     with this address. There is no need to answer."
                ),
            ),
            Because::Rights => language.text(
                &format!(
                    "Message automatique de {petr} ({url}). Vous le recevez parce que vous avez exercé vos droits \
                     sur vos données. Inutile d'y répondre."
                ),
                &format!(
                    "An automatic message of {petr} ({url}). You get it because you used your rights over your \
                     data. There is no need to answer."
                ),
            ),
            Because::Involved => language.text(
                &format!(
                    "Message automatique de {petr} ({url}). Vous le recevez parce que vous suivez ce projet, \
                     le soutenez ou l'aidez. Inutile d'y répondre."
                ),
                &format!(
                    "An automatic message of {petr} ({url}). You get it because you follow this project, \
                     support it or help with it. There is no need to answer."
                ),
            ),
            Because::Staff => language.text(
                &format!(
                    "Message automatique de {petr} ({url}). Vous le recevez parce que vous y avez un \
                     compte. Inutile d'y répondre."
                ),
                &format!(
                    "An automatic message of {petr} ({url}). You get it because you have an account \
                     there. There is no need to answer."
                ),
            ),
        };
        let greeting = Block::Text(language.text("Bonjour,", "Hello,"));
        Letter {
            language,
            subject,
            blocks: [vec![greeting], blocks].concat(),
            footer,
            calendar: None,
            unsubscribe: None,
        }
    }
}

/// Why, as far as it was said to everybody.
pub(super) fn said_of(language: Language, reason: &Reason) -> Vec<Block> {
    let why = reason.reason.as_ref().map(|reason| Block::Said {
        what: language.text("Motif :", "Reason:"),
        text: reason.as_str().to_owned(),
    });
    let more = reason.note.as_ref().map(|note| Block::Said {
        what: language.text("Précisions :", "More about it:"),
        text: note.as_str().to_owned(),
    });
    why.into_iter().chain(more).collect()
}
