//! Letters about addresses that are told nothing any more.

use domain::webhooks::PauseReason;

use super::{Because, House, Place};
use crate::delivery::mail::letter::{Block, Letter};
use crate::http::language::Language;

impl House<'_> {
    /// That a webhook is paused, and why; nothing when its owner wanted it so.
    pub(crate) fn of_webhook(
        &self,
        language: Language,
        because: Because,
        url: &str,
        reason: PauseReason,
        place: &Place,
    ) -> Option<Letter> {
        let why = match reason {
            PauseReason::Asked => return None,
            PauseReason::Gone => language.text(
                "L'adresse a répondu 410 : elle dit ne plus exister.",
                "The address answered 410: it says that it is not there any more.",
            ),
            PauseReason::Failing => language.text(
                "Depuis trois jours, aucun appel n'aboutit.",
                "For three days no call has come through.",
            ),
        };
        let petr = self.petr;
        let said = language.text(
            &format!(
                "{petr} n'envoie plus de notifications (webhooks) à l'adresse suivante. {why}"
            ),
            &format!(
                "{petr} sends no more notifications (webhooks) to the following address. {why}"
            ),
        );
        let mut blocks = vec![
            Block::Text(said),
            Block::Said {
                what: language.text("Adresse :", "Address:"),
                text: url.to_owned(),
            },
            Block::Text(language.text(
                "Ce qui se passe entre-temps est gardé quelques jours. Une fois l'adresse rétablie, \
                 réactivez-la (resume), et redemandez au besoin ce qui a manqué (replay).",
                "What happens meanwhile is kept for some days. Once the address works again, resume it, and \
                 ask for what was missed (replay) if need be.",
            )),
        ];
        let next = language.text("La réactiver :", "To resume it:");
        blocks.extend(self.way_to(language, next, place));
        let subject = language.text(
            "Les notifications vers votre adresse sont suspendues",
            "Notifications to your address are paused",
        );
        Some(self.letter(language, because, subject, blocks))
    }
}
