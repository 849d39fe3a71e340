//! One `VEVENT` with its own properties; what stands inside it, reminders above all, is left out.

use std::io::{self, BufRead};

use super::lines::Lines;
use super::property::Property;

/// How much of one line is kept: more than any text that we take.
const LONGEST_LINE: usize = 256 * 1024;

/// How much of one entry is kept.
const LONGEST_ENTRY: usize = 2 * 1024 * 1024;

/// How much is kept of what is attached: an address, and not the file itself.
const LONGEST_ADDRESS: usize = 200;

/// Properties that are never looked at, and of which there may be many.
const UNREAD: [&str; 5] = [
    "ATTENDEE",
    "REQUEST-STATUS",
    "RELATED-TO",
    "X-MOZ-LASTACK",
    "DTSTAMP",
];

/// An entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entry {
    properties: Vec<Property>,
    /// How many bytes of it are kept.
    pub(super) size: usize,
    /// Whether it has its end, and is not longer than any entry is.
    pub(super) is_whole: bool,
    /// Whether a line was broken without the sign that it goes on.
    pub(super) is_mended: bool,
}

impl Entry {
    /// One that says nothing.
    pub(super) const fn empty() -> Self {
        Self {
            properties: Vec::new(),
            size: 0,
            is_whole: true,
            is_mended: false,
        }
    }

    /// Reads an entry; a line of other letters than UTF-8 is marked as such.
    pub(super) fn read(reader: impl BufRead) -> io::Result<Self> {
        let mut lines = Lines::new(reader, 0, LONGEST_LINE);
        let mut entry = Self {
            is_whole: false,
            ..Self::empty()
        };
        let mut depth = 0_u32;
        while let Some(line) = lines.next()? {
            let Some(property) = Property::parse(&line.bytes) else {
                continue;
            };
            let value = property.value.trim();
            match property.name.as_str() {
                "BEGIN" => depth = depth.saturating_add(1),
                "END" if value.eq_ignore_ascii_case("VEVENT") => {
                    entry.is_whole = true;
                    break;
                }
                "END" => depth = depth.saturating_sub(1).max(1),
                name if depth != 1 || UNREAD.contains(&name) => {}
                // What is attached inline is only named.
                "ATTACH" | "IMAGE" => entry.keep(property.shortened(LONGEST_ADDRESS)),
                _ => {
                    entry.is_mended |= line.is_mended;
                    entry.keep(property);
                }
            }
            if entry.size > LONGEST_ENTRY {
                break;
            }
        }
        Ok(entry)
    }

    fn keep(&mut self, property: Property) {
        self.size += property.size();
        self.properties.push(property);
    }

    /// The first property of that name.
    pub(super) fn first(&self, name: &str) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    /// All properties of that name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Property> {
        self.properties.iter().filter(move |p| p.name == name)
    }

    /// The text of the first property of that name, if it says something.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = self.first(name)?.text();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A word of a closed list, in capitals.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        Some(self.text(name)?.to_ascii_uppercase())
    }

    /// Whether some text of it is no UTF-8.
    pub(super) fn is_assumed(&self) -> bool {
        self.properties.iter().any(|p| p.is_assumed)
    }
}
