//! What structures are told of the events that they proposed, and the officers of those to come.

use domain::events::EventState;
use domain::mail::{Mail, MailKind, MailProblem, Recipient};
use persistence::{StoreError, View, events};

use super::organisations::{contact, language, name};
use super::{Desk, Ready, Written, spoken_by};
use crate::delivery::mail::letters::Proposal;

impl Desk<'_> {
    pub(super) async fn of_proposal(&self, mail: &Mail) -> Result<Written, StoreError> {
        let id = mail.subject.to_string();
        let found = events::find(self.snapshot, View::Staff, &id).await?;
        let Some(event) = found.map(|found| found.event) else {
            return Ok(Err(MailProblem::Gone));
        };
        let told = match mail.kind {
            MailKind::EventProposed => EventState::Proposed,
            MailKind::EventDeclined => EventState::Declined,
            _ => EventState::Published,
        };
        // An answer that was given since, or taken back, is told by another mail.
        if event.state != told {
            return Ok(Err(MailProblem::Moot));
        }
        let holder = match event.proposed_by {
            Some(id) => self.organisation(id).await?,
            None => None,
        };
        let (to, language) = match mail.recipient {
            Recipient::Holder => (holder.as_ref().and_then(contact), language(holder.as_ref())),
            Recipient::Citizen(_) | Recipient::Typed => return Ok(Err(MailProblem::Gone)),
            Recipient::User(id) => match self.member(id).await? {
                None => return Ok(Err(MailProblem::Gone)),
                Some(member) => (Some(member.email), spoken_by(member.language)),
            },
        };
        let proposal = Proposal {
            title: event.content.title.to_string(),
            holder: name(holder.as_ref()),
            place: self.place(event.is_public(), "/v1/events", event.id),
            reason: event.reason,
        };
        let letter = self.house.of_proposal(mail.kind, language, &proposal);
        Ok(match (to, letter) {
            (Some(to), Some(letter)) => Ok(Ready { to, letter }),
            (None, _) => Err(MailProblem::NoAddress),
            (_, None) => Err(MailProblem::Moot),
        })
    }
}
