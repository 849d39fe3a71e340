//! Entity tags: strong ones (RFC 9110, section 8.8.3), made of the version of what is stored, the
//! view that was shown, a digest of what was shown, and the coding.

use sha2::{Digest, Sha256};

/// What an answer shows of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    text: String,
}

impl Tag {
    /// The tag of a thing of which `shown` is seen in that view.
    pub(crate) fn of_version(version: i64, view: &str, shown: &[u8]) -> Self {
        Self {
            text: format!("v{version}-{view}-{}", digest(shown)),
        }
    }

    /// The tag of what has no version of its own: a list, a feed.
    pub(crate) fn of_content(view: &str, shown: &[u8]) -> Self {
        Self {
            text: format!("{view}-{}", digest(shown)),
        }
    }

    /// The tag that was kept with an answer, as it was quoted without a coding.
    pub(crate) fn kept(quoted: &str) -> Self {
        Self {
            text: quoted.trim_matches('"').to_owned(),
        }
    }

    /// As a header has it, for a coding.
    pub(crate) fn quoted(&self, coding: Option<&str>) -> String {
        match coding {
            None => format!("\"{}\"", self.text),
            Some(coding) => format!("\"{}-{coding}\"", self.text),
        }
    }
}

fn digest(shown: &[u8]) -> String {
    use std::fmt::Write;
    let digest = Sha256::digest(shown);
    digest[..8].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What `If-Match` asks for. Only the version counts in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IfMatch {
    /// Whatever the version.
    Any,
    /// One of these versions; none when no tag in the header has one.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// Reads the header. A tag that was copied without its quotes, or with the backslashes that JSON
    /// puts before them, is taken as meant. A weak tag never matches.
    pub(crate) fn parse(header: &str) -> Self {
        if header.trim() == "*" {
            return Self::Any;
        }
        let version = |tag: &str| {
            let tag = tag.trim().trim_matches(['"', '\\']);
            tag.strip_prefix('v')?.split('-').next()?.parse().ok()
        };
        Self::Versions(header.split(',').filter_map(version).collect())
    }

    /// Whether it holds for a version.
    pub(crate) fn holds(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(&version),
        }
    }
}

/// Whether `If-None-Match` names the tag (weak comparison, as the RFC says for this header).
pub(super) fn none_match_names(header: &str, quoted: &str) -> bool {
    header.trim() == "*"
        || header
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_counts_in_if_match() {
        let shown = Tag::of_version(12, "staff", b"{}");
        for header in [
            shown.quoted(None),
            shown.quoted(Some("br")),
            "v12-public-0".to_owned(),
            "\\\"v12-staff-00\\\"".to_owned(),
            "\"v1-x\", \"v12-y\"".to_owned(),
        ] {
            assert!(IfMatch::parse(&header).holds(12), "{header}");
        }
        for header in ["", "W/\"v12-staff-00\"", "\"12\"", "\"v120-s\"", "\"v1\""] {
            assert!(!IfMatch::parse(header).holds(12), "{header}");
        }
        assert!(IfMatch::parse(" * ").holds(99));
    }

    proptest::proptest! {
        #[test]
        fn no_header_makes_it_panic(header in ".*") {
            IfMatch::parse(&header).holds(1);
            none_match_names(&header, "\"v1\"");
        }
    }
}
