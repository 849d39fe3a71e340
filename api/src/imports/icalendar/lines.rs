//! Content lines out of bytes: unfolded, mended where they were broken without the sign that they
//! go on, and each kept only up to a measure, so that no line and no folding without end fills the
//! memory.

use std::io::{self, BufRead};

/// Lines of at least so many octets, and of at most [`FOLDED_TO`], were broken for their length.
const FOLDED_FROM: u64 = 70;
const FOLDED_TO: u64 = 80;

/// The names of lines that some programs write in small letters.
const SMALL_NAMES: [&str; 9] = [
    "begin",
    "end",
    "uid",
    "dtstart",
    "dtend",
    "summary",
    "description",
    "location",
    "rrule",
];

/// The longest name of a line.
const LONGEST_NAME: usize = 80;

/// A content line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins in the file.
    pub(super) start: u64,
    /// Where the next one begins at the earliest.
    pub(super) end: u64,
    /// What it says, as far as it is kept.
    pub(super) bytes: Vec<u8>,
    /// Whether it was put together from lines without the sign that they go on.
    pub(super) is_mended: bool,
}

/// One line of the file.
struct Physical {
    start: u64,
    end: u64,
    bytes: Vec<u8>,
    /// How long it is, kept or not.
    length: u64,
}

/// The content lines of a reader.
pub(super) struct Lines<R> {
    reader: R,
    at: u64,
    /// How much of a line is kept.
    most: usize,
    ahead: Option<Physical>,
}

impl<R: BufRead> Lines<R> {
    /// From a reader that stands at `at` of its file.
    pub(super) fn new(reader: R, at: u64, most: usize) -> Self {
        Self {
            reader,
            at,
            most,
            ahead: None,
        }
    }

    /// Leaves out the mark of the byte order that some programs begin a file with.
    pub(super) fn skip_mark(&mut self) -> io::Result<()> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        // A first buffer holds three bytes, if the file has as many and is no pipe.
        if self.reader.fill_buf()?.starts_with(MARK) {
            self.reader.consume(MARK.len());
            self.at += MARK.len() as u64;
        }
        Ok(())
    }

    /// The next line that says something.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let Some(first) = self.written()? else {
            return Ok(None);
        };
        let (mut length, mut line) = (first.length, Line::from(first));
        while let Some(next) = self.written()? {
            if let [b' ' | b'\t', rest @ ..] = &next.bytes[..] {
                append(&mut line.bytes, rest, self.most);
            } else if is_property(&next.bytes) {
                self.ahead = Some(next);
                break;
            } else {
                let was_folded = (FOLDED_FROM..=FOLDED_TO).contains(&length);
                // What stood on a line of its own is a line of the text, unless it was too long.
                let between: &[u8] = if was_folded { b"" } else { b"\\n" };
                append(&mut line.bytes, between, self.most);
                append(&mut line.bytes, &next.bytes, self.most);
                line.is_mended = true;
            }
            (length, line.end) = (next.length, next.end);
        }
        Ok(Some(line))
    }

    /// The next line of the file in which something is written.
    fn written(&mut self) -> io::Result<Option<Physical>> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        while let Some(line) = self.physical()? {
            if !line.bytes.is_empty() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    fn physical(&mut self) -> io::Result<Option<Physical>> {
        let mut line = Physical {
            start: self.at,
            end: self.at,
            bytes: Vec::new(),
            length: 0,
        };
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                line.end = self.at;
                return Ok((line.end > line.start).then_some(line));
            }
            let found = buffer.iter().position(|&b| b == b'\n' || b == b'\r');
            let text = &buffer[..found.unwrap_or(buffer.len())];
            append(&mut line.bytes, text, self.most);
            line.length += text.len() as u64;
            let mark = found.map(|at| buffer[at]);
            let used = text.len() + usize::from(mark.is_some());
            self.reader.consume(used);
            self.at += used as u64;
            if let Some(mark) = mark {
                if mark == b'\r' {
                    self.skip_line_feed()?;
                }
                line.end = self.at;
                return Ok(Some(line));
            }
        }
    }

    /// A carriage return alone ends a line as well, as do several before a line feed.
    fn skip_line_feed(&mut self) -> io::Result<()> {
        loop {
            let next = self.reader.fill_buf()?.first().copied();
            if let Some(b'\r' | b'\n') = next {
                self.reader.consume(1);
                self.at += 1;
            }
            if next != Some(b'\r') {
                return Ok(());
            }
        }
    }
}

impl From<Physical> for Line {
    fn from(line: Physical) -> Self {
        Self {
            start: line.start,
            end: line.end,
            bytes: line.bytes,
            is_mended: false,
        }
    }
}

fn append(bytes: &mut Vec<u8>, more: &[u8], most: usize) {
    let room = most.saturating_sub(bytes.len());
    bytes.extend_from_slice(&more[..more.len().min(room)]);
}

/// Whether a line begins a property, and is not what is left of a text: a text has small letters, and
/// no name has, but for a few that some programs write so.
fn is_property(line: &[u8]) -> bool {
    let is_of_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
    let name = line.iter().take(LONGEST_NAME).take_while(|b| is_of_name(b));
    let length = name.count();
    let (name, rest) = line.split_at(length);
    if name.is_empty() || !matches!(rest.first(), Some(b':' | b';')) {
        return false;
    }
    let has_small = name.iter().any(u8::is_ascii_lowercase);
    let is_known = |known: &&str| name.eq_ignore_ascii_case(known.as_bytes());
    let is_own = matches!(name, [b'X' | b'x', b'-', ..]);
    !has_small || is_own || SMALL_NAMES.iter().any(is_known)
}
