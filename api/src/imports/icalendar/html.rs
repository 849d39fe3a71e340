//! HTML in a calendar's text made into Markdown: the few marks that calendars write, and of all
//! others only what stands between them.

/// Tags by which a text is taken for HTML.
const SIGNS: [&str; 14] = [
    "a", "b", "body", "br", "div", "em", "html", "i", "li", "p", "span", "strong", "u", "ul",
];

/// What these hold is no text.
const SILENT: [&str; 4] = ["head", "script", "style", "title"];

/// A tag is not longer: what is looks for its end no further.
const LONGEST_TAG: usize = 2_000;

/// The text as Markdown, if it is HTML.
pub(super) fn to_markdown(text: &str) -> Option<String> {
    let mut scan = Scan::default();
    let mut is_html = false;
    let mut rest = text;
    let mut closing = Closing { text, at: Some(0) };
    while let Some(at) = rest.find('<') {
        scan.text(&rest[..at]);
        let from = &rest[at..];
        let length = closing.after(text.len() - from.len());
        match tag(from, length) {
            Some((tag, after)) => {
                is_html |= SIGNS.contains(&tag.name.as_str());
                scan.tag(&tag);
                rest = after;
            }
            None => {
                scan.text("<");
                rest = &from[1..];
            }
        }
    }
    scan.text(rest);
    is_html.then(|| tidy(&scan.markdown))
}

/// The marks that end tags, each looked for once: a text may begin many tags and end none.
struct Closing<'t> {
    text: &'t str,
    /// Where the next one is; none is left when absent.
    at: Option<usize>,
}

impl Closing<'_> {
    /// How far behind a place of the text the next one is.
    fn after(&mut self, place: usize) -> Option<usize> {
        if self.at? <= place {
            self.at = self.text[place..].find('>').map(|length| place + length);
        }
        Some(self.at? - place)
    }
}

struct Tag {
    name: String,
    is_end: bool,
    address: Option<String>,
}

/// The tag that a text begins with, whose first mark of an end is so far away; and what follows it.
fn tag(text: &str, closing: Option<usize>) -> Option<(Tag, &str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let after = comment.split_once("-->").map_or("", |(_, after)| after);
        let name = "!".to_owned();
        let tag = Tag {
            name,
            is_end: false,
            address: None,
        };
        return Some((tag, after));
    }
    let inner = text.strip_prefix('<')?;
    let (is_end, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let end = closing? - (text.len() - inner.len());
    if end > LONGEST_TAG {
        return None;
    }
    let (inside, after) = (&inner[..end], &inner[end + 1..]);
    let length = inside.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, attributes) = inside.split_at(length);
    let begins = inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
    if !begins
        || !attributes.starts_with(|c: char| c.is_whitespace() || c == '/')
            && !attributes.is_empty()
    {
        return None;
    }
    let tag = Tag {
        name: name.to_ascii_lowercase(),
        is_end,
        address: address(attributes),
    };
    Some((tag, after))
}

fn address(attributes: &str) -> Option<String> {
    let at = attributes.to_ascii_lowercase().find("href")?;
    let value = attributes[at + 4..].trim_start().strip_prefix('=')?;
    let value = value.trim_start();
    let value = match value.chars().next()? {
        mark @ ('"' | '\'') => value[1..].split(mark).next()?,
        _ => value.split_whitespace().next()?,
    };
    let value = html_escape::decode_html_entities(value.trim());
    let is_safe = ["http://", "https://", "mailto:", "tel:"];
    let folded = value.to_ascii_lowercase();
    is_safe
        .iter()
        .any(|scheme| folded.starts_with(scheme))
        .then(|| {
            value
                .replace('(', "%28")
                .replace(')', "%29")
                .replace(' ', "%20")
        })
}

#[derive(Default)]
struct Scan {
    markdown: String,
    /// Inside what is no text.
    silent: Option<String>,
    /// The address of the link we are in, and where its text begins.
    link: Option<(String, usize)>,
}

impl Scan {
    fn text(&mut self, text: &str) {
        if self.silent.is_none() {
            self.markdown
                .push_str(&html_escape::decode_html_entities(text));
        }
    }

    fn tag(&mut self, tag: &Tag) {
        if let Some(name) = &self.silent {
            if tag.is_end && *name == tag.name {
                self.silent = None;
            }
            return;
        }
        match (tag.name.as_str(), tag.is_end) {
            (name, false) if SILENT.contains(&name) => self.silent = Some(tag.name.clone()),
            ("br", _) => self.markdown.push('\n'),
            ("p" | "div" | "ul" | "ol" | "table" | "tr" | "blockquote", _) => {
                self.markdown.push_str("\n\n");
            }
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", is_end) => {
                self.markdown
                    .push_str(if is_end { "\n\n" } else { "\n\n### " });
            }
            ("li", false) => self.markdown.push_str("\n- "),
            ("b" | "strong", _) => self.emphasis("**", tag.is_end),
            ("i" | "em", _) => self.emphasis("*", tag.is_end),
            ("a", false) => {
                self.link = tag.address.clone().map(|to| (to, self.markdown.len()));
            }
            ("a", true) => self.end_link(),
            _ => {}
        }
    }

    /// A mark touches the word that it marks, or it is none.
    fn emphasis(&mut self, mark: &str, is_end: bool) {
        if !is_end {
            return self.markdown.push_str(mark);
        }
        // What stands before the link that we are in stays as it is: the link's text begins there.
        let from = self.link.as_ref().map_or(0, |(_, at)| *at);
        let word = from + self.markdown[from..].trim_end().len();
        if self.markdown[from..word].ends_with(mark) {
            self.markdown.truncate(word - mark.len());
            return;
        }
        let gap = self.markdown.split_off(word);
        self.markdown.push_str(mark);
        self.markdown.push_str(&gap);
    }

    fn end_link(&mut self) {
        let Some((to, at)) = self.link.take() else {
            return;
        };
        let said = self.markdown.split_off(at);
        let said = said.trim();
        let link = match said {
            "" => to,
            said if said == to => to,
            said => format!("[{}]({to})", said.replace('[', "(").replace(']', ")")),
        };
        self.markdown.push_str(&link);
    }
}

/// No space before a line's end, and no more than one empty line.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end().trim_start_matches([' ', '\t', '\u{a0}']);
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        tidied.push_str(line);
    }
    tidied
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_calendars_write_becomes_markdown() {
        for (html, markdown) in [
            (
                "Bonjour,<br>venez <b>nombreux</b> !",
                "Bonjour,\nvenez **nombreux** !",
            ),
            (
                "<p>Un</p><p>Deux&nbsp;: <a href=\"https://a.example/(x)\">ici</a></p>",
                "Un\n\nDeux\u{a0}: [ici](https://a.example/%28x%29)",
            ),
            ("<ul><li>un</li><li><i>deux</i></li></ul>", "- un\n- *deux*"),
            (
                "<html><head><style>p{}</style></head><body>Caf&eacute;<script>alert(1)</script></body></html>",
                "Café",
            ),
            ("<a href='javascript:alert(1)'>clic</a>", "clic"),
            ("<b></b>x", "x"),
        ] {
            assert_eq!(to_markdown(html).as_deref(), Some(markdown), "{html}");
        }
    }

    #[test]
    fn marks_that_cross_a_link_leave_its_text_where_it_begins() {
        for (html, markdown) in [
            (
                "<b><a href='https://a.example'></b>ici</a>",
                "**[**ici](https://a.example)",
            ),
            (
                "<b>un&emsp;<a href='https://a.example'></b>ici</a>",
                "**un\u{2003}[**ici](https://a.example)",
            ),
            (
                "<b>un <a href='https://a.example'>deux</b> </a>",
                "**un [deux**](https://a.example)",
            ),
        ] {
            assert_eq!(to_markdown(html).as_deref(), Some(markdown), "{html}");
        }
    }

    #[test]
    fn tags_without_end_are_text_and_looked_at_once() {
        let text = format!("<b>{}", "<a".repeat(500_000));
        let from = std::time::Instant::now();
        assert_eq!(
            to_markdown(&text).as_deref(),
            Some(&text.replace("<b>", "**")[..])
        );
        assert!(from.elapsed() < std::time::Duration::from_secs(5));
        assert_eq!(to_markdown("<b>x<a <i>y</i>").as_deref(), Some("**xy*"));
    }

    #[test]
    fn a_plain_text_is_no_html() {
        for text in ["5 < 6 et 7 > 6", "<3", "Écrire à <info@a.example>"] {
            assert_eq!(to_markdown(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in "(<|>|/|a|p|br|href=|\"|'|é|&lt;|b|li| |\n|!--|-->|<b>|</b>|<a href=https://é>|</a>|&emsp;){0,60}",
        ) {
            let _ = to_markdown(&text);
        }
    }
}
