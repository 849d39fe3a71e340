//! What the owners of webhooks are told of them.

use domain::kernel::Id;
use domain::mail::{Mail, MailProblem, Recipient};
use domain::webhooks::Webhook;
use persistence::{StoreError, webhooks};

use super::organisations::{contact, language};
use super::{Desk, Ready, Written, spoken_by};
use crate::delivery::mail::letters::{Because, Place};

impl Desk<'_> {
    pub(super) async fn of_webhook(&self, mail: &Mail) -> Result<Written, StoreError> {
        let id: Id<Webhook> = Id::from_uuid(mail.subject);
        let Some(webhook) = webhooks::find(self.snapshot, id).await? else {
            return Ok(Err(MailProblem::Gone));
        };
        let Some(pause) = webhook.paused else {
            return Ok(Err(MailProblem::Moot));
        };
        let (to, language, because) = match mail.recipient {
            Recipient::Holder => {
                let owner = match webhook.organisation {
                    Some(id) => self.organisation(id).await?,
                    None => None,
                };
                let to = owner.as_ref().and_then(contact);
                (to, language(owner.as_ref()), Because::Contact)
            }
            Recipient::Citizen(_) | Recipient::Typed => return Ok(Err(MailProblem::Gone)),
            Recipient::User(id) => match self.member(id).await? {
                None => return Ok(Err(MailProblem::Gone)),
                Some(member) => (
                    Some(member.email),
                    spoken_by(member.language),
                    Because::Staff,
                ),
            },
        };
        let url = webhook.content.url.as_str();
        let place = Place::Inside {
            operation: "POST /v1/webhooks/{id}/resume".to_owned(),
            given: format!("id = {id}"),
        };
        let letter = self
            .house
            .of_webhook(language, because, url, pause.reason, &place);
        Ok(match (to, letter) {
            (Some(to), Some(letter)) => Ok(Ready { to, letter }),
            (None, _) => Err(MailProblem::NoAddress),
            (_, None) => Err(MailProblem::Moot),
        })
    }
}
