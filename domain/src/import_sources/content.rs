//! What the staff says of a source.

use serde::{Deserialize, Serialize};

use crate::imports::{ImportFormat, Publication};
use crate::kernel::{FaultCode, Line, WebUrl};

/// What can be edited of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceContent {
    /// What it is called here.
    pub name: Line<200>,
    /// Where it is fetched.
    pub url: WebUrl,
    /// How it is written; found out when absent.
    pub format: Option<ImportFormat>,
    /// How often it is fetched.
    pub every_minutes: Interval,
    /// What becomes of its events.
    pub publication: Publication,
}

impl SourceContent {
    /// Whether another look would find what this one finds, and make the same of it.
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        (&self.url, self.format, self.publication) == (&other.url, other.format, other.publication)
    }
}

/// Minutes between two polls: a quarter of an hour to a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Interval(u16);

impl Interval {
    /// The shortest.
    pub const MIN: u16 = 15;
    /// The longest.
    pub const MAX: u16 = 10_080;
    /// An hour.
    pub const DEFAULT: Self = Self(60);

    /// # Errors
    /// Shorter or longer.
    pub fn parse(minutes: u16) -> Result<Self, FaultCode> {
        if (Self::MIN..=Self::MAX).contains(&minutes) {
            Ok(Self(minutes))
        } else {
            Err(FaultCode::OutOfRange {
                min: "15",
                max: "10080",
            })
        }
    }

    /// In minutes.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.0
    }
}

/// The address of a source, so that one place has one address: what calendars offer as `webcal:` is fetched
/// by https, and what stands behind `#` is never sent.
///
/// # Errors
/// As for [`WebUrl::parse`].
pub fn source_url(text: &str) -> Result<WebUrl, FaultCode> {
    let text = text.trim();
    let is_webcal = |scheme: &str| {
        scheme.eq_ignore_ascii_case("webcal") || scheme.eq_ignore_ascii_case("webcals")
    };
    let sent = text.split('#').next().unwrap_or_default();
    match sent.split_once(':') {
        Some((scheme, rest)) if is_webcal(scheme) => WebUrl::parse(&format!("https:{rest}")),
        _ => WebUrl::parse(sent),
    }
}
