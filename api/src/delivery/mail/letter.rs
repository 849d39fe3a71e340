//! A letter: what it says, once, and the two forms in which it is read. What people typed is shown as they
//! typed it, in a place of its own, and is nowhere taken for anything but text.

use crate::http::language::Language;

/// The most characters of a subject.
const LONGEST_SUBJECT: usize = 150;

/// What somebody is told.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    /// In which language.
    pub(super) language: Language,
    /// What it is about.
    pub(super) subject: String,
    /// What it says, piece by piece.
    pub(super) blocks: Vec<Block>,
    /// Why one gets it, from whom.
    pub(super) footer: String,
    /// A date for an agenda, that goes with it (iCalendar).
    pub(super) calendar: Option<String>,
    /// Where one ends such letters with one click (RFC 8058).
    pub(super) unsubscribe: Option<String>,
}

/// A piece of a letter.
#[derive(Debug, Clone)]
pub(super) enum Block {
    /// Our own words, with names at most.
    Text(String),
    /// What somebody wrote, and what it is.
    Said { what: String, text: String },
    /// Several things, each with what there is to say of it.
    List(Vec<String>),
    /// Where to go on.
    Link { label: String, url: String },
}

impl Letter {
    /// The subject as a header takes it: one line, nothing that hides or turns what follows.
    pub(super) fn subject_line(&self) -> String {
        let is_shown = |c: &char| !is_trick(*c);
        let line: String = self
            .subject
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .filter(is_shown)
            .collect();
        let mut line: String = line
            .split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        if line.chars().count() > LONGEST_SUBJECT {
            line = line.chars().take(LONGEST_SUBJECT - 1).collect();
            line.push('…');
        }
        line
    }

    /// As plain text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            match block {
                Block::Text(words) => text.push_str(words),
                Block::Said { what, text: said } => {
                    text.push_str(what);
                    for line in said.lines() {
                        text.push_str("\n> ");
                        text.push_str(line);
                    }
                }
                Block::List(items) => {
                    let items: Vec<String> = items.iter().map(|item| format!("- {item}")).collect();
                    text.push_str(&items.join("\n"));
                }
                Block::Link { label, url } => text.push_str(&format!("{label}\n{url}")),
            }
            text.push_str("\n\n");
        }
        text.push_str("-- \n");
        text.push_str(&self.footer);
        text.push('\n');
        text
    }

    /// As HTML: no picture, nothing from elsewhere, readable without any style.
    pub(super) fn html(&self) -> String {
        let mut body = String::new();
        for block in &self.blocks {
            body.push_str(&match block {
                Block::Text(words) => format!("<p>{}</p>\n", escaped(words)),
                Block::Said { what, text } => format!(
                    "<p>{}</p>\n<blockquote style=\"margin:0 0 1em;padding-left:1em;\
                     border-left:3px solid #888\">{}</blockquote>\n",
                    escaped(what),
                    escaped(text).replace('\n', "<br>\n")
                ),
                Block::List(items) => {
                    let items = items.iter();
                    let items: String = items
                        .map(|item| format!("<li>{}</li>\n", escaped(item)))
                        .collect();
                    format!("<ul>\n{items}</ul>\n")
                }
                Block::Link { label, url } => format!(
                    "<p>{}<br>\n<a href=\"{url}\">{url}</a></p>\n",
                    escaped(label),
                    url = escaped(url)
                ),
            });
        }
        format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body style=\"font-family:sans-serif;line-height:1.5;max-width:40em\">\n{body}<hr>\n\
             <p style=\"font-size:smaller\">{}</p>\n</body>\n</html>\n",
            self.language.tag(),
            escaped(&self.subject_line()),
            escaped(&self.footer)
        )
    }
}

/// What turns the direction of a line, or is not seen at all.
fn is_trick(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn escaped(text: &str) -> String {
    html_escape::encode_quoted_attribute(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(subject: &str, blocks: Vec<Block>) -> Letter {
        Letter {
            language: Language::French,
            subject: subject.to_owned(),
            blocks,
            footer: "Le PETR".to_owned(),
            calendar: None,
            unsubscribe: None,
        }
    }

    #[test]
    fn a_subject_is_one_line_that_hides_nothing() {
        for (given, line) in [
            ("Projet accepté", "Projet accepté"),
            ("a\r\nBcc: b@c.example", "a Bcc: b@c.example"),
            ("fac\u{202e}txe.exe\u{200b}", "factxe.exe"),
            ("  a \t b  ", "a b"),
        ] {
            assert_eq!(letter(given, Vec::new()).subject_line(), line);
        }
        let long = letter(&"é".repeat(400), Vec::new()).subject_line();
        assert_eq!(long.chars().count(), LONGEST_SUBJECT);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn what_people_typed_is_text_in_both_forms() {
        let said = "<img src=x onerror=\"a\">\n[lien](http://x.example) & <b>gras</b>";
        let letter = letter(
            "<script>",
            vec![
                Block::Text("« <b>Nom</b> »".to_owned()),
                Block::Said {
                    what: "Motif :".to_owned(),
                    text: said.to_owned(),
                },
                Block::List(vec!["<i>un</i>".to_owned(), "deux".to_owned()]),
                Block::Link {
                    label: "Voir :".to_owned(),
                    url: "https://c.example/v1/projects/1".to_owned(),
                },
            ],
        );
        assert_eq!(
            letter.text(),
            "« <b>Nom</b> »\n\nMotif :\n> <img src=x onerror=\"a\">\n\
             > [lien](http://x.example) & <b>gras</b>\n\n- <i>un</i>\n- deux\n\n\
             Voir :\nhttps://c.example/v1/projects/1\n\n-- \nLe PETR\n"
        );
        let html = letter.html();
        for tag in ["<img", "<b>", "<i>", "<script", "href=\"http://x"] {
            assert!(!html.contains(tag), "{tag}: {html}");
        }
        assert!(html.contains("<a href=\"https://c.example/v1/projects/1\">"));
        assert!(html.contains("&lt;b&gt;gras&lt;/b&gt;"), "{html}");
    }
}
