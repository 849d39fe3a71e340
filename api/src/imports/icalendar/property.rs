//! One property of a calendar: its name, its parameters and its value, decoded as well as can be.

use std::borrow::Cow;

/// What the bytes 0x80–0x9F are in the Western European encoding of Windows; `\u{FFFD}` for none.
const WINDOWS: [char; 32] = [
    '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž',
    '\u{FFFD}', '\u{FFFD}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}',
    'ž', 'Ÿ',
];

/// A property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// In capitals.
    pub(super) name: String,
    /// Names in capitals, values without their quotation marks.
    parameters: Vec<(String, String)>,
    /// As it is written, escapes and all.
    pub(super) value: String,
    /// Whether the text is no UTF-8.
    pub(super) is_assumed: bool,
}

impl Property {
    /// Reads a line; `None` for one without a name.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let (mut text, is_assumed) = decoded(line);
        // No text may hold it (RFC 5545), and not every database keeps it.
        if text.contains('\0') {
            text = text.replace('\0', "").into();
        }
        let end = text.find([':', ';'])?;
        let (name, mut rest) = text.split_at(end);
        let name = name.trim().to_ascii_uppercase();
        if name.is_empty() {
            return None;
        }
        let mut parameters = Vec::new();
        while let Some(after) = rest.strip_prefix(';') {
            let (parameter, more) = parameter(after);
            parameters.extend(parameter);
            rest = more;
        }
        let value = rest.strip_prefix(':').unwrap_or_default().to_owned();
        Some(Self {
            name,
            parameters,
            value,
            is_assumed,
        })
    }

    /// The same with no more than so many letters of its value, and without parameters.
    pub(super) fn shortened(mut self, most: usize) -> Self {
        self.value = self.value.trim().chars().take(most).collect();
        self.parameters = Vec::new();
        self
    }

    /// How many bytes it takes, about.
    pub(super) fn size(&self) -> usize {
        let parameters = self.parameters.iter();
        let parameters = parameters.map(|(name, value)| name.len() + value.len() + 64);
        self.name.len() + self.value.len() + 128 + parameters.sum::<usize>()
    }

    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.parameters.iter();
        let found = all.find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The value as a text, its escapes resolved.
    pub(super) fn text(&self) -> String {
        unescaped(&self.value)
    }

    /// The value as a list of texts.
    pub(super) fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let mut from = 0;
        let mut is_escaped = false;
        for (at, byte) in self.value.bytes().enumerate() {
            if byte == b',' && !is_escaped {
                texts.push(unescaped(&self.value[from..at]));
                from = at + 1;
            }
            is_escaped = byte == b'\\' && !is_escaped;
        }
        texts.push(unescaped(&self.value[from..]));
        texts
    }
}

/// One parameter, if it has a name and a value, and what follows it.
fn parameter(text: &str) -> (Option<(String, String)>, &str) {
    let Some(end) = text.find(['=', ';', ':']) else {
        return (None, "");
    };
    let (name, rest) = text.split_at(end);
    let Some(mut rest) = rest.strip_prefix('=') else {
        return (None, rest);
    };
    let mut value = String::new();
    loop {
        let (part, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_at(rest.find([';', ':', ',']).unwrap_or(rest.len())),
        };
        value.push_str(part);
        // What stands between a quotation's end and the next mark belongs to nothing.
        rest = &after[after.find([';', ':', ',']).unwrap_or(after.len())..];
        let Some(more) = rest.strip_prefix(',') else {
            break;
        };
        value.push(',');
        rest = more;
    }
    let parameter = (name.trim().to_ascii_uppercase(), without_carets(&value));
    (Some(parameter), rest)
}

/// The encoding of marks in parameters (RFC 6868).
fn without_carets(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '^' {
            plain.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => plain.push('\n'),
            Some('\'') => plain.push('"'),
            Some('^') | None => plain.push('^'),
            Some(other) => plain.extend(['^', other]),
        }
    }
    plain
}

fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(mark @ ('\\' | ';' | ',' | ':' | '"')) => text.push(mark),
            // No escape: a path of Windows, say.
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}

/// The text of a line, and whether it is no UTF-8 and its letters were assumed.
fn decoded(line: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(line) {
        Ok(text) => (Cow::Borrowed(text), false),
        // A long line that was cut in the middle of a letter is UTF-8 all the same.
        Err(error) if error.error_len().is_none() => {
            (String::from_utf8_lossy(&line[..error.valid_up_to()]), false)
        }
        Err(_) => (line.iter().map(|&byte| letter(byte)).collect(), true),
    }
}

fn letter(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
