//! Content lines of iCalendar: folded at 75 octets and never inside a character or an escape,
//! ended by CRLF, with each kind of value written so that no text can break out of its line.

use std::fmt::{Display, Write};

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};

/// Octets in a line, its CRLF not counted (RFC 5545, 3.1).
pub(super) const LINE_OCTETS: usize = 75;

/// The text so far, and how much of its last line is taken.
pub(super) struct Lines {
    text: String,
    column: usize,
}

impl Lines {
    pub(super) fn with_capacity(octets: usize) -> Self {
        Self {
            text: String::with_capacity(octets),
            column: 0,
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Begins a line with a name of ours, its `:` or `;` included.
    pub(super) fn property(&mut self, name: &str) -> &mut Self {
        debug_assert_eq!(self.column, 0, "the line before was not ended");
        self.plain(name)
    }

    /// Ends a line.
    pub(super) fn end(&mut self) {
        self.text.push_str("\r\n");
        self.column = 0;
    }

    /// Characters that need no escape, folded where they must be.
    pub(super) fn plain(&mut self, mut plain: &str) -> &mut Self {
        while self.column + plain.len() > LINE_OCTETS {
            let cut = plain.floor_char_boundary(LINE_OCTETS - self.column);
            let (fits, rest) = plain.split_at(cut);
            self.text.push_str(fits);
            self.fold();
            plain = rest;
        }
        self.text.push_str(plain);
        self.column += plain.len();
        self
    }

    /// A few octets that stay on one line.
    fn unit(&mut self, unit: &str) {
        if self.column + unit.len() > LINE_OCTETS {
            self.fold();
        }
        self.text.push_str(unit);
        self.column += unit.len();
    }

    fn fold(&mut self) {
        self.text.push_str("\r\n ");
        self.column = 1;
    }

    /// A `TEXT` value, or one of a list of them.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.clean(text, "\\n", |mark| match mark {
            '\\' => Some("\\\\"),
            ';' => Some("\\;"),
            ',' => Some("\\,"),
            _ => None,
        })
    }

    /// A parameter's value in quotes, with the caret encoding of RFC 6868.
    pub(super) fn quoted(&mut self, text: &str) -> &mut Self {
        self.unit("\"");
        self.clean(text, "^n", |mark| match mark {
            '"' => Some("^'"),
            '^' => Some("^^"),
            _ => None,
        });
        self.unit("\"");
        self
    }

    /// A `URI` value: taken as it is, but for what would break the line.
    pub(super) fn uri(&mut self, uri: &str) -> &mut Self {
        self.clean(uri, "", |_| None)
    }

    /// An e-mail address as the rest of a `mailto:` address (RFC 6068).
    pub(super) fn address(&mut self, address: &str) -> &mut Self {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        for byte in address.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~!$'*+@".contains(&byte) {
                self.unit(char::from(byte).encode_utf8(&mut [0; 1]));
            } else if !byte.is_ascii_control() {
                let mut code = String::with_capacity(3);
                code.push('%');
                code.push(char::from(HEX[usize::from(byte >> 4)]));
                code.push(char::from(HEX[usize::from(byte & 15)]));
                self.unit(&code);
            }
        }
        self
    }

    /// A number or the like: short, ASCII, nothing in it to escape.
    pub(super) fn display(&mut self, value: impl Display) -> &mut Self {
        let before = self.text.len();
        write!(self.text, "{value}").expect("a String takes whatever is written to it");
        self.column += self.text.len() - before;
        self
    }

    /// A moment as `20180301T173000Z`.
    pub(super) fn utc(&mut self, instant: DateTime<Utc>) -> &mut Self {
        self.local(instant.naive_utc());
        self.unit("Z");
        self
    }

    /// A date and time without zone, as `20180301T183000`.
    pub(super) fn local(&mut self, local: NaiveDateTime) -> &mut Self {
        // By hand: the dates are half of a line's cost otherwise. The format has four digits a year.
        let year = u32::try_from(local.year()).unwrap_or(0).min(9999);
        let mut digits = [b'T'; 15];
        for (at, pair) in [
            (0, year / 100),
            (2, year % 100),
            (4, local.month()),
            (6, local.day()),
            (9, local.hour()),
            (11, local.minute()),
            (13, local.second()),
        ] {
            digits[at] = b'0' + (pair / 10) as u8;
            digits[at + 1] = b'0' + (pair % 10) as u8;
        }
        self.unit(std::str::from_utf8(&digits).expect("digits and a T are ASCII"));
        self
    }

    /// Writes a text from outside: every kind of line end as `newline`, what `escape` names
    /// escaped, and other control characters not at all.
    fn clean(
        &mut self,
        text: &str,
        newline: &str,
        escape: impl Fn(char) -> Option<&'static str>,
    ) -> &mut Self {
        let mut rest = text;
        while let Some(at) = rest.bytes().position(may_need_care) {
            // A marked byte is a character's first, so that this is no cut through one.
            let (before, from) = rest.split_at(at);
            self.plain(before);
            let Some(mark) = from.chars().next() else {
                break;
            };
            let mut taken = mark.len_utf8();
            match mark {
                '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                    if from.starts_with("\r\n") {
                        taken = 2;
                    }
                    self.unit(newline);
                }
                '\t' => self.unit("\t"),
                _ if mark.is_control() => {}
                _ => match escape(mark) {
                    Some(escaped) => self.unit(escaped),
                    None => self.unit(&from[..taken]),
                },
            }
            rest = &from[taken..];
        }
        self.plain(rest)
    }
}

/// Whether a byte is, or may begin, a character that some kind of value can't hold as it is: the
/// ASCII ones, and the first bytes of U+0080–U+009F (controls) and of U+2028 and U+2029 (line ends).
fn may_need_care(byte: u8) -> bool {
    matches!(
        byte,
        0..0x20 | 0x7F | b'\\' | b';' | b',' | b'"' | b'^' | 0xC2 | 0xE2
    )
}
