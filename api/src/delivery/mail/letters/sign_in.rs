//! The letter that lets a citizen in.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Paris;

use super::{Because, House};
use crate::delivery::mail::letter::{Block, Letter};
use crate::http::language::Language;

/// By what they come in.
pub(crate) struct WayIn {
    /// The page that lets them in.
    pub(crate) url: String,
    /// The code that does the same where they asked.
    pub(crate) code: String,
    /// Until when.
    pub(crate) until: DateTime<Utc>,
}

impl House<'_> {
    /// How to come in; or, where the address leads to nobody, what to do instead.
    pub(crate) fn of_sign_in(&self, language: Language, way: Option<&WayIn>) -> Letter {
        let petr = self.petr;
        let subject = language.text(
            &format!("Votre accès à {petr}"),
            &format!("Your access to {petr}"),
        );
        let blocks = match way {
            Some(way) => let_in(language, way),
            None => vec![Block::Text(language.text(
                "Quelqu'un a voulu s'identifier avec cette adresse, que nous ne connaissons pas, ou qui est celle \
                 de plusieurs personnes. Inscrivez-vous à un événement, ou dites votre nom en vous identifiant. \
                 Si ce n'est pas vous, ne faites rien.",
                "Somebody wanted to sign in with this address, which we don't know, or which is that of several \
                 people. Register for an event, or say your name when you sign in. If it was not you, do nothing.",
            ))],
        };
        self.letter(language, Because::AskedFor, subject, blocks)
    }
}

fn let_in(language: Language, way: &WayIn) -> Vec<Block> {
    let until = way.until.with_timezone(&Paris).format("%H:%M");
    let code = &way.code;
    vec![
        Block::Text(language.text(
            &format!(
                "Voici de quoi vous identifier, une fois, jusqu'à {until} (heure de Paris). Si ce n'est pas vous \
                 qui l'avez demandé, ne faites rien, et ne donnez ce code à personne."
            ),
            &format!(
                "This lets you in, once, until {until} (time in Paris). If it was not you who asked, do nothing, \
                 and give this code to nobody."
            ),
        )),
        Block::Link {
            label: language.text(
                "Ouvrez cette page, et appuyez sur le bouton :",
                "Open this page, and press the button:",
            ),
            url: way.url.clone(),
        },
        Block::Text(language.text(
            &format!("Ou saisissez ce code là où vous l'avez demandé : {code}"),
            &format!("Or type this code where you asked for it: {code}"),
        )),
    ]
}
