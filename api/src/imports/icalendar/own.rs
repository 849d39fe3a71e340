//! The entries of this service's own calendars, taken apart again: the mark of the state before the
//! title, the reason before the text, the addresses behind it.

use domain::events::OccurrenceState;
use domain::kernel::{Prose, Reason, WebUrl};

use super::entry::Entry;
use super::series::Standing;

/// What stands before a title and its colon, by the state that it says.
const MARKS: [(&str, OccurrenceState); 3] = [
    ("ANNULÉ", OccurrenceState::Cancelled),
    ("REPORTÉ", OccurrenceState::Postponed),
    ("BROUILLON", OccurrenceState::Scheduled),
];

/// The title of an entry that tells only that it was withdrawn.
const WITHDRAWN: &str = "Événement retiré de l’agenda";

/// What the entries of one event say together.
pub(super) struct Own {
    /// The text without reasons and addresses, its paragraphs.
    base: Vec<String>,
    pub(super) online_url: Option<WebUrl>,
}

/// How an entry stands by its status and its title; its title without the mark.
pub(super) fn state_and_title(entry: &Entry) -> (OccurrenceState, Option<String>) {
    let title = entry.text("SUMMARY");
    let said = title.as_deref().unwrap_or_default();
    for (mark, state) in MARKS {
        // Whatever space stands before the colon.
        let after = said.strip_prefix(mark).map(str::trim_start);
        if let Some(plain) = after.and_then(|after| after.strip_prefix(':')) {
            return (state, Some(plain.trim().to_owned()));
        }
    }
    let is_cancelled = entry.word("STATUS").as_deref() == Some("CANCELLED");
    let state = if is_cancelled {
        OccurrenceState::Cancelled
    } else {
        OccurrenceState::Scheduled
    };
    (state, title)
}

/// Whether an entry has left the public view: what it was about is not told any more.
pub(super) fn is_withdrawn(entry: &Entry) -> bool {
    let plain = |text: &str| text.replace('\'', "’");
    let title = entry.text("SUMMARY").unwrap_or_default();
    plain(&title) == plain(WITHDRAWN) && entry.word("STATUS").as_deref() == Some("CANCELLED")
}

impl Own {
    /// From all entries of an event.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let scheduled = entries.iter().filter(|entry| {
            let (state, _) = state_and_title(entry);
            state == OccurrenceState::Scheduled
        });
        // What is moved says why before the text; the shortest is the text alone.
        let shortest = scheduled.map(paragraphs).min_by_key(Vec::len);
        let mut base = shortest.unwrap_or_else(|| {
            let mut first = entries.first().map(paragraphs).unwrap_or_default();
            // Nothing is called off without a reason.
            first.drain(..first.len().min(1));
            first
        });
        let online_url = entries.iter().find_map(online);
        let online = online_url.as_ref().map(WebUrl::as_str);
        if online.is_some() && online == base.last().map(String::as_str) {
            base.pop();
        }
        Self { base, online_url }
    }

    /// The text.
    pub(super) fn text(&self) -> String {
        self.base.join("\n\n")
    }

    /// How an entry stands, and why.
    pub(super) fn standing(&self, entry: &Entry, otherwise: &Reason) -> Standing {
        let (state, _) = state_and_title(entry);
        let mut said = paragraphs(entry);
        let online = self.online_url.as_ref().map(WebUrl::as_str);
        if online.is_some() && said.last().map(String::as_str) == online {
            said.pop();
        }
        let why = said.strip_suffix(&self.base[..]);
        let why = why.unwrap_or(match state {
            OccurrenceState::Scheduled => &[],
            _ => said.get(..1).unwrap_or_default(),
        });
        let reason = Reason {
            reason: why.first().and_then(|why| Prose::parse(why).ok()),
            note: Prose::parse(&why.get(1..).unwrap_or_default().join("\n\n")).ok(),
            internal_note: None,
        };
        if state != OccurrenceState::Scheduled && reason.reason.is_none() {
            return (state, otherwise.clone());
        }
        (state, reason)
    }
}

/// Where people take part from afar: it stands behind the text as well.
fn online(entry: &Entry) -> Option<WebUrl> {
    let mut lines = ["CONFERENCE", "LOCATION"].into_iter();
    lines.find_map(|name| WebUrl::parse(entry.first(name)?.value.trim()).ok())
}

/// The text of an entry, without its own address at the end, cut where it was put together.
fn paragraphs(entry: &Entry) -> Vec<String> {
    let text = entry.text("DESCRIPTION").unwrap_or_default();
    let address = entry.first("URL").map_or("", |url| url.value.trim());
    let said = text.strip_suffix(address).unwrap_or(&text).trim_end();
    if said.is_empty() {
        return vec![];
    }
    said.split("\n\n").map(str::to_owned).collect()
}
