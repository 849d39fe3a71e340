//! Letters that tell how a project goes, to those who want to hear it.

use super::{Because, House};
use crate::delivery::mail::letter::{Block, Letter};
use crate::http::language::Language;

/// The most characters of what was told that stand in a letter: the rest is read where it was told.
const MOST: usize = 3_000;

/// How a project goes, as letters speak of it.
pub(crate) struct News {
    /// What the project is called.
    pub(crate) project: String,
    /// What was told, in a few words.
    pub(crate) title: Option<String>,
    /// What was told.
    pub(crate) text: String,
    /// Where it is read.
    pub(crate) url: String,
    /// Where one ends such letters.
    pub(crate) unsubscribe: String,
}

impl House<'_> {
    /// How a project goes.
    pub(crate) fn of_news(&self, language: Language, news: &News) -> Letter {
        let project = news.project.as_str();
        let subject = language.text(
            &format!("Des nouvelles de « {project} »"),
            &format!("How “{project}” goes"),
        );
        let said = language.text(
            &format!("Le projet « {project} » donne de ses nouvelles."),
            &format!("It was told how the project “{project}” goes."),
        );
        let untitled = || language.text("Ce qui est dit :", "What is said:");
        let title = news.title.as_ref().map(|title| {
            let title = title.as_str();
            language.text(&format!("{title} :"), &format!("{title}:"))
        });
        let blocks = vec![
            Block::Text(said),
            Block::Said {
                what: title.unwrap_or_else(untitled),
                text: beginning(&news.text),
            },
            Block::Link {
                label: language.text("Le lire en entier :", "Read all of it:"),
                url: news.url.clone(),
            },
            Block::Link {
                label: language.text(
                    "Ne plus recevoir de nouvelles de ce projet :",
                    "Get no more mails about this project:",
                ),
                url: news.unsubscribe.clone(),
            },
        ];
        let letter = self.letter(language, Because::Involved, subject, blocks);
        Letter {
            unsubscribe: Some(news.unsubscribe.clone()),
            ..letter
        }
    }
}

fn beginning(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}
