//! The fonts that documents are set in, all within the program, and what they can show.

use std::sync::LazyLock;

use serde_json::Value;
use ttf_parser::Face;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontFamily, FontList, FontStyle, is_default_ignorable};
use typst::utils::LazyHash;
use unicode_segmentation::UnicodeSegmentation as _;

/// The families, in the order in which they are asked for a character. What has the most alphabets comes last:
/// its letters are all of one width.
const FAMILIES: [&str; 3] = [
    "Libertinus Serif",
    "New Computer Modern",
    "DejaVu Sans Mono",
];

/// Shown for a character that no font has.
const MISSING: char = '□';

const BYTE_ORDER: char = '\u{feff}';

/// How many characters of the plane that nearly all names are written in.
const PLANE: usize = 0x1_0000;

pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::load);

/// The fonts.
pub(crate) struct Fonts {
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
    /// For each character of the plane, the families that have it in all their styles, one bit each.
    plane: Vec<u8>,
}

impl Fonts {
    fn load() -> Self {
        let all = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data)));
        // The slanted styles of the last family lack alphabets that the upright ones have, which then serve for them.
        let is_ours = |font: &Font| {
            let info = font.info();
            let is_whole = info.family != FAMILIES[2] || info.variant.style == FontStyle::Normal;
            FAMILIES.contains(&info.family.as_str()) && is_whole
        };
        let fonts: Vec<Font> = all.filter(is_ours).collect();
        let book = FontBook::from_fonts(&fonts);
        let mut plane = vec![0; PLANE];
        for (bit, family) in FAMILIES.iter().enumerate() {
            let mut counts = vec![0_usize; PLANE];
            let styles = || fonts.iter().filter(|font| font.info().family == *family);
            for font in styles() {
                count_characters(font, &mut counts);
            }
            let needed = styles().count();
            for (families, count) in plane.iter_mut().zip(counts) {
                *families |= u8::from(count == needed) << bit;
            }
        }
        Self {
            book: LazyHash::new(book),
            fonts,
            plane,
        }
    }

    /// The families that templates use unless they say otherwise.
    pub(crate) fn families(&self) -> FontList {
        FontList(FAMILIES.iter().map(|name| FontFamily::new(name)).collect())
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(crate) fn get(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    /// Leaves in the data nothing that the fonts can't show: an accessible document has a letter for all its text.
    pub(crate) fn fit(&self, data: &mut Value) {
        match data {
            Value::String(text) if !is_plain(text) => *text = self.fitted(text),
            Value::Array(all) => all.iter_mut().for_each(|one| self.fit(one)),
            Value::Object(all) => all.values_mut().for_each(|one| self.fit(one)),
            _ => {}
        }
    }

    fn fitted(&self, text: &str) -> String {
        let mut fitted = String::with_capacity(text.len());
        for cluster in text.graphemes(true) {
            if self.families_of(cluster) != 0 {
                fitted.push_str(cluster);
            } else {
                fitted.push(self.instead_of(cluster));
            }
        }
        fitted
    }

    /// What stands for a cluster that no family has: a letter without its rarest accent is better than none.
    fn instead_of(&self, cluster: &str) -> char {
        let first = cluster.chars().next().unwrap_or(MISSING);
        if first.is_whitespace() {
            ' '
        } else if self.families_of(first.encode_utf8(&mut [0; 4])) != 0 {
            first
        } else {
            MISSING
        }
    }

    /// The families that have all of a cluster, one bit each.
    fn families_of(&self, cluster: &str) -> u8 {
        cluster.chars().fold(u8::MAX, |families, one| match one {
            '\n' | '\t' => families,
            // What PDF takes for the mark of an order of bytes is no text.
            BYTE_ORDER => 0,
            _ if one.is_control() => 0,
            _ if is_default_ignorable(one) => families,
            _ => families & self.plane.get(one as usize).copied().unwrap_or_default(),
        })
    }
}

/// Whether every font has all of it.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Adds one for each character that the font has a glyph of its own for: some it lists without one.
fn count_characters(font: &Font, counts: &mut [usize]) {
    let Ok(face) = Face::parse(font.data(), font.index()) else {
        return;
    };
    for code in font.info().coverage.iter() {
        let glyph = char::from_u32(code).and_then(|one| face.glyph_index(one));
        let has_one = glyph.is_some_and(|glyph| glyph.0 != 0);
        if let Some(count) = counts.get_mut(code as usize) {
            *count += usize::from(has_one);
        }
    }
}
