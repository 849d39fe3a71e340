//! Texts of a record as our values hold them: nothing is refused for its length or for a stray
//! control character, and what was cut is said.

use super::{ImportWarning, WarningCode};
use crate::events::EventContent;
use crate::kernel::{Line, Prose, WebUrl, text};

/// One line; `None` when nothing is left. Breaks become spaces; what no line breaks at stays.
pub fn line<const MAX: usize>(
    text: &str,
    at: &str,
    warnings: &mut Vec<ImportWarning>,
) -> Option<Line<MAX>> {
    let spaced: String = text
        .chars()
        .map(|c| if is_gap(c) { ' ' } else { c })
        .filter(|&c| is_plain(c))
        .collect();
    let single = spaced
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let kept = shortened(&single, MAX, at, warnings);
    Line::parse(&kept).ok()
}

/// Several lines, whose Markdown is kept; `None` when nothing is left.
pub fn prose<const MAX: usize>(
    text: &str,
    at: &str,
    warnings: &mut Vec<ImportWarning>,
) -> Option<Prose<MAX>> {
    let kept = shortened(&plain_prose(text), MAX, at, warnings);
    Prose::parse(&kept).ok()
}

/// A description that ends with a link to where it was first published; it is shortened to leave
/// room for the link.
pub fn with_source<const MAX: usize>(
    text: &str,
    source: &WebUrl,
    at: &str,
    warnings: &mut Vec<ImportWarning>,
) -> Option<Prose<MAX>> {
    // A parenthesis would end the address early.
    let address = source.as_str().replace('(', "%28").replace(')', "%29");
    let link = format!("[Source]({address})");
    let room = MAX.saturating_sub(link.chars().count() + 2);
    let text = shortened(&plain_prose(text), room, at, warnings);
    let whole = if text.is_empty() {
        link
    } else {
        format!("{text}\n\n{link}")
    };
    Prose::parse(&whole).ok()
}

/// The tags that fit, each once however it is written.
pub fn tags<'t>(
    written: impl IntoIterator<Item = &'t str>,
    at: &str,
    warnings: &mut Vec<ImportWarning>,
) -> Vec<Line<60>> {
    let mut tags: Vec<Line<60>> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    let mut dropped = 0;
    for tag in written {
        let mut shortened = vec![];
        let Some(line) = line(tag, at, &mut shortened) else {
            continue;
        };
        let folded = text::fold(line.as_str());
        if known.contains(&folded) {
            continue;
        }
        if shortened.is_empty() && tags.len() < EventContent::MAX_TAGS {
            known.push(folded);
            tags.push(line);
            continue;
        }
        warnings.push(ImportWarning::quoting(WarningCode::TagDropped, at, tag));
        dropped += 1;
        // A list without end is said once more, not for ever.
        if dropped > EventContent::MAX_TAGS {
            break;
        }
    }
    tags
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}')
}

/// Whether a character may stand in one line.
pub(super) fn is_plain(c: char) -> bool {
    let turns = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    !c.is_control() && !turns
}

fn plain_prose(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text
        .chars()
        .filter(|&c| is_plain(c) || c == '\n' || c == '\t')
        .collect();
    text.trim().to_owned()
}

/// At most `max` characters, cut after a word where there is one.
fn shortened(text: &str, max: usize, at: &str, warnings: &mut Vec<ImportWarning>) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    warnings.push(ImportWarning::new(WarningCode::TextShortened, at));
    let cut = text
        .char_indices()
        .nth(max.saturating_sub(1))
        .map_or(0, |(cut, _)| cut);
    let head = &text[..cut];
    // A word that goes on is left out, unless half of the text would go with it.
    let goes_on = text[cut..].starts_with(|c: char| !c.is_whitespace());
    let word = head
        .rfind(char::is_whitespace)
        .filter(|&space| goes_on && space >= cut / 2);
    let head = word.map_or(head, |space| &head[..space]);
    let head = head.trim_end_matches(|c: char| c.is_whitespace() || ",;:–—-".contains(c));
    format!("{head}…")
}
