//! Letters that answer what somebody asked for about their data.

use domain::kernel::Prose;
use domain::rights::Objection;

use super::{Because, House};
use crate::delivery::mail::letter::{Block, Letter};
use crate::http::language::Language;

impl House<'_> {
    /// That their data are used again.
    pub(crate) fn of_lifted(&self, language: Language, why: Option<&Prose<2000>>) -> Letter {
        let subject = language.text(
            "La limitation de vos données est levée",
            "The restriction of your data is lifted",
        );
        let mut blocks = vec![Block::Text(language.text(
            "Vos données n'étaient plus utilisées. Comme vous en avez été averti·e, elles servent de nouveau comme \
             avant : vous pouvez vous inscrire, et ce qui vous concerne vous sera écrit. Ce à quoi vous êtes \
             inscrit·e a pu changer entre-temps : regardez-le en vous identifiant.",
            "Your data were not used any more. As you were told before, they are used again as they were: you can \
             register, and will be written what concerns you. What you are registered for may have changed \
             meanwhile: sign in and look.",
        ))];
        blocks.extend(said(language, why));
        blocks.push(self.rights(language));
        self.letter(language, Because::Rights, subject, blocks)
    }

    /// What they are answered who objected.
    pub(crate) fn of_objection(
        &self,
        language: Language,
        objection: &Objection,
        is_upheld: bool,
    ) -> Letter {
        let name = objection.processing.declared().name;
        let name = language.text(name.french, name.english);
        let subject = language.text("Réponse à votre opposition", "The answer to your objection");
        let text = match is_upheld {
            true => language.text(
                &format!(
                    "Vous vous êtes opposé·e à « {name} ». Votre opposition est retenue : vos données restent \
                     limitées, et ne servent plus à cela. Vous pouvez demander qu'elles soient effacées."
                ),
                &format!(
                    "You objected to “{name}”. You are right: your data stay restricted, and are not used for that \
                     any more. You can ask that they are erased."
                ),
            ),
            false => language.text(
                &format!(
                    "Vous vous êtes opposé·e à « {name} ». Votre opposition n'est pas retenue, et la limitation \
                     qu'elle avait entraînée prend fin. Vous pouvez saisir la CNIL (www.cnil.fr), ou un tribunal."
                ),
                &format!(
                    "You objected to “{name}”. Your objection is rejected, and the restriction that it led to ends. \
                     You can turn to the CNIL (www.cnil.fr), or to a court."
                ),
            ),
        };
        let mut blocks = vec![Block::Text(text)];
        blocks.extend(said(language, objection.answer.as_ref()));
        blocks.push(self.rights(language));
        self.letter(language, Because::Rights, subject, blocks)
    }

    fn rights(&self, language: Language) -> Block {
        Block::Link {
            label: language.text("Vos droits :", "Your rights:"),
            url: format!("{}/privacy", self.url),
        }
    }
}

fn said(language: Language, why: Option<&Prose<2000>>) -> Option<Block> {
    why.map(|why| Block::Said {
        what: language.text("Motif :", "Reason:"),
        text: why.as_str().to_owned(),
    })
}
