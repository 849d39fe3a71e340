//! Which language people read: French, unless they ask for English (RFC 9110, section 12.5.4).

use domain::kernel::text::typeset;

/// A language that texts are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Language {
    #[default]
    French,
    English,
}

impl Language {
    /// Its tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// The one that an `Accept-Language` header likes best.
    pub(crate) fn negotiate(header: Option<&str>) -> Self {
        let Some(header) = header else {
            return Self::French;
        };
        let weight = |wanted: &str| {
            header
                .split(',')
                .filter_map(|part| {
                    let mut pieces = part.trim().split(';');
                    let tag = pieces.next()?.trim().to_ascii_lowercase();
                    let quality = pieces
                        .find_map(|piece| piece.trim().strip_prefix("q=")?.parse::<f32>().ok())
                        .unwrap_or(1.0);
                    let primary = tag.split('-').next()?;
                    (primary == wanted).then_some(quality)
                })
                .fold(0.0_f32, f32::max)
        };
        if weight("en") > weight("fr") {
            Self::English
        } else {
            Self::French
        }
    }

    /// The words in this language, set as in print.
    pub(crate) fn text(self, french: &str, english: &str) -> String {
        match self {
            Self::French => typeset(french),
            Self::English => english.to_owned(),
        }
    }

    /// What is meant for this language.
    pub(crate) fn pick<T>(self, french: T, english: T) -> T {
        match self {
            Self::French => french,
            Self::English => english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{English, French};

    #[test]
    fn french_unless_english_is_liked_better() {
        for (header, language) in [
            (None, French),
            (Some("en"), English),
            (Some("en-GB,en;q=0.9,fr;q=0.8"), English),
            (Some("fr-FR,fr;q=0.9,en;q=0.8"), French),
            (Some("de,en;q=0.5"), English),
            (Some("*"), French),
            (Some(";;q=x,,"), French),
        ] {
            assert_eq!(super::Language::negotiate(header), language, "{header:?}");
        }
    }
}
