//! Letters about events that structures propose.

use domain::kernel::Reason;
use domain::mail::MailKind;

use super::{Because, House, Place, said_of};
use crate::delivery::mail::letter::{Block, Letter};
use crate::http::language::Language;

/// An event as letters speak of it.
pub(crate) struct Proposal {
    /// What it is called.
    pub(crate) title: String,
    /// Who proposes it.
    pub(crate) holder: String,
    /// Where it is read.
    pub(crate) place: Place,
    /// Why it is in its state.
    pub(crate) reason: Reason,
}

impl House<'_> {
    /// That an event is proposed, or what became of it.
    pub(crate) fn of_proposal(
        &self,
        kind: MailKind,
        language: Language,
        event: &Proposal,
    ) -> Option<Letter> {
        let (title, holder, petr) = (event.title.as_str(), event.holder.as_str(), self.petr);
        let (because, subject, said, next) = match kind {
            MailKind::EventProposed => (
                Because::Staff,
                language.text(
                    &format!("Événement proposé : « {title} »"),
                    &format!("Event proposed: “{title}”"),
                ),
                language.text(
                    &format!(
                        "« {holder} » propose l'événement « {title} » pour l'agenda. Publiez-le, ou \
                         déclinez-le en disant pourquoi."
                    ),
                    &format!(
                        "“{holder}” proposes the event “{title}” for the calendar. Publish it, or decline \
                         it and say why."
                    ),
                ),
                language.text("L'événement à examiner :", "The event to look at:"),
            ),
            MailKind::EventPublished => (
                Because::Contact,
                language.text(
                    &format!("Votre événement « {title} » est dans l'agenda"),
                    &format!("Your event “{title}” is in the calendar"),
                ),
                language.text(
                    &format!("{petr} a publié l'événement « {title} » que vous aviez proposé."),
                    &format!("{petr} has published the event “{title}” that you had proposed."),
                ),
                language.text("L'événement :", "The event:"),
            ),
            MailKind::EventDeclined => (
                Because::Contact,
                language.text(
                    &format!("Votre événement « {title} » n'est pas retenu"),
                    &format!("Your event “{title}” is declined"),
                ),
                language.text(
                    &format!("{petr} n'a pas retenu l'événement « {title} » que vous aviez proposé."),
                    &format!("{petr} has declined the event “{title}” that you had proposed."),
                ),
                language.text("L'événement :", "The event:"),
            ),
            _ => return None,
        };
        let mut blocks = vec![Block::Text(said)];
        blocks.extend(said_of(language, &event.reason));
        blocks.extend(self.way_to(language, next, &event.place));
        Some(self.letter(language, because, subject, blocks))
    }
}
