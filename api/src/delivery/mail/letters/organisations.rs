//! Letters to structures about themselves.

use domain::kernel::Reason;
use domain::mail::MailKind;

use super::{Because, House, said_of};
use crate::delivery::mail::letter::{Block, Letter};
use crate::http::language::Language;

impl House<'_> {
    /// That a structure became a partner, or was shut out.
    pub(crate) fn of_organisation(
        &self,
        kind: MailKind,
        language: Language,
        name: &str,
        reason: &Reason,
    ) -> Letter {
        let petr = self.petr;
        let is_active = kind == MailKind::OrganisationActivated;
        let subject = if is_active {
            language.text(
                &format!("« {name} » est partenaire"),
                &format!("“{name}” is a partner"),
            )
        } else {
            language.text(
                &format!("« {name} » est suspendue"),
                &format!("“{name}” is suspended"),
            )
        };
        let said = if is_active {
            language.text(
                &format!(
                    "{petr} a activé la structure « {name} » : elle figure parmi les partenaires et peut \
                     proposer des projets et des événements."
                ),
                &format!(
                    "{petr} has activated the structure “{name}”: it is listed among the partners and may \
                     propose projects and events."
                ),
            )
        } else {
            language.text(
                &format!(
                    "{petr} a suspendu la structure « {name} » : elle ne figure plus parmi les \
                     partenaires, et ses identifiants ne donnent plus accès au service."
                ),
                &format!(
                    "{petr} has suspended the structure “{name}”: it is no longer listed among the \
                     partners, and its credentials no longer give access to the service."
                ),
            )
        };
        let mut blocks = vec![Block::Text(said)];
        blocks.extend(said_of(language, reason));
        self.letter(language, Because::Contact, subject, blocks)
    }
}
