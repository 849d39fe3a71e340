//! What a file may hold, and what it may be called.

use super::AttachmentKind;
use crate::kernel::Vocabulary;

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 120;

/// What a file holds: nothing that a browser would run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A WebP picture.
    Webp,
    /// A GIF picture.
    Gif,
    /// A PDF document.
    Pdf,
    /// An OpenDocument text.
    Odt,
    /// An OpenDocument spreadsheet.
    Ods,
    /// A Word document.
    Docx,
    /// An Excel workbook.
    Xlsx,
    /// A table of text.
    Csv,
    /// Text.
    Text,
}

impl Vocabulary for MediaType {
    const NAME: &'static str = "AttachmentMediaType";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Png, "image/png"),
        (Self::Jpeg, "image/jpeg"),
        (Self::Webp, "image/webp"),
        (Self::Gif, "image/gif"),
        (Self::Pdf, "application/pdf"),
        (Self::Odt, "application/vnd.oasis.opendocument.text"),
        (Self::Ods, "application/vnd.oasis.opendocument.spreadsheet"),
        (
            Self::Docx,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            Self::Xlsx,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (Self::Csv, "text/csv"),
        (Self::Text, "text/plain"),
    ];
}

impl MediaType {
    /// Whether it is a picture.
    #[must_use]
    pub fn is_image(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Webp | Self::Gif)
    }

    /// What such a file is for, unless somebody says otherwise.
    #[must_use]
    pub fn usual_kind(self) -> AttachmentKind {
        if self.is_image() {
            AttachmentKind::Image
        } else {
            AttachmentKind::Document
        }
    }

    /// How names of such files end; the first is the usual one.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Webp => &["webp"],
            Self::Gif => &["gif"],
            Self::Pdf => &["pdf"],
            Self::Odt => &["odt"],
            Self::Ods => &["ods"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Csv => &["csv"],
            Self::Text => &["txt", "md"],
        }
    }
}

/// A name that every system takes, from the one that was sent: no folder, nothing that is not seen, and an
/// end that says what the file holds.
#[must_use]
pub fn file_name(said: &str, media_type: MediaType) -> String {
    let last = said.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_kept = |c: &char| {
        !c.is_control()
            && !"<>:\"|?*;%".contains(*c)
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let name: String = last.chars().filter(is_kept).collect();
    let name = name.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let extensions = media_type.extensions();
    let (stem, end) = match name.rsplit_once('.') {
        Some((stem, end)) if extensions.contains(&end.to_lowercase().as_str()) => {
            (stem, end.to_lowercase())
        }
        _ => (name, extensions[0].to_owned()),
    };
    let stem: String = stem.chars().take(LONGEST_NAME - 1 - end.len()).collect();
    let stem = stem.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = if stem.is_empty() { "fichier" } else { stem };
    format!("{stem}.{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_every_system_takes() {
        for (said, media_type, name) in [
            ("plan.pdf", MediaType::Pdf, "plan.pdf"),
            ("Plan d’été.PDF", MediaType::Pdf, "Plan d’été.pdf"),
            ("../../etc/passwd", MediaType::Text, "passwd.txt"),
            ("C:\\photos\\a.jpeg", MediaType::Jpeg, "a.jpeg"),
            ("facture.pdf.exe", MediaType::Pdf, "facture.pdf.exe.pdf"),
            ("gpj\u{202e}exe.jpg", MediaType::Jpeg, "gpjexe.jpg"),
            ("a\r\nb\".csv", MediaType::Csv, "ab.csv"),
            ("", MediaType::Png, "fichier.png"),
            (" .. ", MediaType::Png, "fichier.png"),
        ] {
            assert_eq!(file_name(said, media_type), name, "{said:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_sent_a_name_is_short_and_safe(said in ".{0,300}") {
            let name = file_name(&said, MediaType::Docx);
            proptest::prop_assert!(name.chars().count() <= LONGEST_NAME, "{}", name);
            proptest::prop_assert!(name.ends_with(".docx") && !name.starts_with('.'));
            proptest::prop_assert!(!name.contains(['/', '\\', '"', '\r', '\n']));
            proptest::prop_assert_eq!(file_name(&name, MediaType::Docx), name.clone());
        }
    }
}
