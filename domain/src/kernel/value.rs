//! Texts and addresses that cannot hold a wrong value.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{FaultCode, Faults, text};

/// One line of text, 1 to `MAX` characters, trimmed, without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// # Errors
    /// Empty, too long, or with a control character (a line break is one).
    pub fn parse(text: &str) -> Result<Self, FaultCode> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FaultCode::Required);
        }
        if text.chars().count() > MAX {
            return Err(FaultCode::TooLong(MAX));
        }
        if text.chars().any(is_forbidden) {
            return Err(FaultCode::ControlCharacters);
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was stored; nothing is checked again.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text of several lines, 1 to `MAX` characters, trimmed; line ends are `\n`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Prose<MAX> {
    /// # Errors
    /// Empty, too long, or with a control character other than a tab or a line break.
    pub fn parse(text: &str) -> Result<Self, FaultCode> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim();
        if text.is_empty() {
            return Err(FaultCode::Required);
        }
        if text.chars().count() > MAX {
            return Err(FaultCode::TooLong(MAX));
        }
        if text
            .chars()
            .any(|c| is_forbidden(c) && c != '\n' && c != '\t')
        {
            return Err(FaultCode::ControlCharacters);
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was stored; nothing is checked again.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, and the marks that turn the reading direction of what follows.
fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The part of an address that people read: `[a-z0-9]`, words joined by hyphens, never a UUID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// # Errors
    /// Not of that form, or over 100 characters.
    pub fn parse(slug: &str) -> Result<Self, FaultCode> {
        let word = |w: &str| {
            !w.is_empty()
                && w.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if slug.len() > 100 {
            return Err(FaultCode::TooLong(100));
        }
        if slug.split('-').all(word) && uuid::Uuid::try_parse(slug).is_err() {
            Ok(Self(slug.to_owned()))
        } else {
            Err(FaultCode::Malformed("slug"))
        }
    }

    /// The slug of a title.
    #[must_use]
    pub fn of(title: &str) -> Self {
        Self(text::slug(title))
    }

    /// The same with a number behind it, for the second of that name.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0))
    }

    /// As it was stored; nothing is checked again.
    #[must_use]
    pub fn stored(slug: String) -> Self {
        Self(slug)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address as mailboxes in use have it; the domain in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// # Errors
    /// Not `local@domain.tld`, or longer than RFC 5321 allows (64 and 254).
    pub fn parse(address: &str) -> Result<Self, FaultCode> {
        const MALFORMED: FaultCode = FaultCode::Malformed("email");
        let address = address.trim();
        let (local, domain) = address.rsplit_once('@').ok_or(MALFORMED)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .chars()
                .all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        let label = |l: &str| {
            !l.is_empty()
                && l.len() <= 63
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let domain = domain.to_lowercase();
        let domain_ok = domain.contains('.') && domain.split('.').all(label);
        if address.len() > 254 || !local_ok || !domain_ok {
            return Err(MALFORMED);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address as two people's are compared: without regard to case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// As it was stored; nothing is checked again.
    #[must_use]
    pub fn stored(address: String) -> Self {
        Self(address)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A telephone number: digits, an optional `+`, and the signs people group them with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Telephone(String);

impl Telephone {
    /// # Errors
    /// Other signs, or not 3 to 15 digits (ITU-T E.164; short numbers have three or four).
    pub fn parse(number: &str) -> Result<Self, FaultCode> {
        let number = number.trim();
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let rest = number.strip_prefix('+').unwrap_or(number);
        if (3..=15).contains(&digits)
            && rest
                .chars()
                .all(|c| c.is_ascii_digit() || " .()-/\u{a0}".contains(c))
        {
            Ok(Self(number.to_owned()))
        } else {
            Err(FaultCode::Malformed("telephone"))
        }
    }

    /// As it was stored; nothing is checked again.
    #[must_use]
    pub fn stored(number: String) -> Self {
        Self(number)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address on the web: `http` or `https`, with a host, at most 2 000 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebUrl(String);

impl WebUrl {
    /// # Errors
    /// Another scheme, no host, a user or a password in it, or too long.
    pub fn parse(address: &str) -> Result<Self, FaultCode> {
        const MALFORMED: FaultCode = FaultCode::Malformed("url");
        let address = address.trim();
        if address.len() > 2_000 {
            return Err(FaultCode::TooLong(2_000));
        }
        let url = url::Url::parse(address).map_err(|_| MALFORMED)?;
        let right = matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none();
        // The serialised form: no space, quote or line break survives in it.
        if right {
            Ok(Self(url.into()))
        } else {
            Err(MALFORMED)
        }
    }

    /// As it was stored; nothing is checked again.
    #[must_use]
    pub fn stored(address: String) -> Self {
        Self(address)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A language by its BCP 47 tag (`fr`, `de`, `fr-FR`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// # Errors
    /// Not a language of two or three letters with optional subtags.
    pub fn parse(tag: &str) -> Result<Self, FaultCode> {
        let mut parts = tag.split('-');
        let primary = parts.next().unwrap_or_default();
        let right = (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && parts.all(|p| {
                (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric())
            })
            && tag.len() <= 35;
        if right {
            Ok(Self(tag.to_owned()))
        } else {
            Err(FaultCode::Malformed("language"))
        }
    }

    /// As it was stored; nothing is checked again.
    #[must_use]
    pub fn stored(tag: String) -> Self {
        Self(tag)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A point of the earth (WGS 84), in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coordinates {
    latitude: f64,
    longitude: f64,
}

impl Coordinates {
    /// # Errors
    /// Outside ±90 and ±180 degrees, with the fault at the one that is.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, Faults> {
        let mut check = super::Check::new();
        if !(-90.0..=90.0).contains(&latitude) {
            check.fault(
                "/latitude",
                FaultCode::OutOfRange {
                    min: "-90",
                    max: "90",
                },
            );
        }
        if !(-180.0..=180.0).contains(&longitude) {
            check.fault(
                "/longitude",
                FaultCode::OutOfRange {
                    min: "-180",
                    max: "180",
                },
            );
        }
        check.done(Some(Self {
            latitude,
            longitude,
        }))
    }

    /// Degrees north.
    #[must_use]
    pub fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    #[must_use]
    pub fn longitude(&self) -> f64 {
        self.longitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_counted_in_characters_and_one_line() {
        assert_eq!(Line::<5>::parse("  été! ").unwrap().as_str(), "été!");
        assert_eq!(Line::<5>::parse("ééééé").unwrap().as_str(), "ééééé");
        assert_eq!(Line::<5>::parse("éééééé"), Err(FaultCode::TooLong(5)));
        assert_eq!(Line::<5>::parse(" \t "), Err(FaultCode::Required));
        assert_eq!(Line::<5>::parse("a\nb"), Err(FaultCode::ControlCharacters));
        assert_eq!(
            Line::<9>::parse("a\u{202E}b"),
            Err(FaultCode::ControlCharacters)
        );
    }

    #[test]
    fn a_slug_is_never_a_uuid_and_has_no_dot() {
        assert!(Slug::parse("club-climat-2019").is_ok());
        for wrong in [
            "",
            "-a",
            "a--b",
            "Club",
            "a.b",
            "0198c0a0-0000-7000-8000-000000000000",
        ] {
            assert_eq!(
                Slug::parse(wrong),
                Err(FaultCode::Malformed("slug")),
                "{wrong}"
            );
        }
    }

    #[test]
    fn addresses_are_those_that_mailboxes_have() {
        assert_eq!(
            EmailAddress::parse(" Zoe@PETR.Example ").unwrap().as_str(),
            "Zoe@petr.example"
        );
        for wrong in [
            "",
            "a",
            "a@b",
            "a b@c.fr",
            "@c.fr",
            "a@.fr",
            "a@c..fr",
            "a..b@c.fr",
            "a@-c.fr",
        ] {
            assert!(EmailAddress::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_web_addresses_without_secrets() {
        assert!(WebUrl::parse("https://petr.example/agenda?x=1").is_ok());
        for wrong in [
            "javascript:alert(1)",
            "ftp://a.fr",
            "https://u:p@a.fr",
            "//a.fr",
            "a.fr",
        ] {
            assert_eq!(
                WebUrl::parse(wrong),
                Err(FaultCode::Malformed("url")),
                "{wrong}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_a_parser_panic(text in ".*") {
            let _ = (Line::<80>::parse(&text), Prose::<80>::parse(&text), Slug::parse(&text));
            let _ = (EmailAddress::parse(&text), WebUrl::parse(&text), Language::parse(&text));
            let _ = Telephone::parse(&text);
        }
    }
}
