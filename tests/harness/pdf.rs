//! What a PDF says, as a screen reader finds it: enough of the format to read what the service writes.

use std::collections::HashMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

/// A PDF, read.
pub struct Pdf {
    /// By its number: what stands in it, and the stream that follows it.
    objects: Vec<(String, Vec<u8>)>,
}

/// The letters that a font's glyphs stand for.
type Letters = HashMap<u16, String>;

impl Pdf {
    /// The objects that its table lists.
    ///
    /// # Panics
    /// It is none, or not of the kind that the service writes.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        assert!(bytes.starts_with(b"%PDF-1.7\n"), "no PDF 1.7");
        let text = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(64)..]).into_owned();
        let table = text
            .split("startxref\n")
            .nth(1)
            .expect("where the table is");
        let table: usize = table
            .lines()
            .next()
            .expect("a PDF of ours")
            .parse()
            .expect("a PDF of ours");
        let lines = String::from_utf8_lossy(&bytes[table..]).into_owned();
        let places = lines.lines().filter_map(|line| line.strip_suffix(" n"));
        let places = places.map(|line| line[..10].parse::<usize>().expect("a PDF of ours"));
        Self {
            objects: places.map(|at| object(&bytes[at..])).collect(),
        }
    }

    /// What stands in its objects, and what is said of it as a whole.
    #[must_use]
    pub fn outside(&self) -> String {
        let is_said = |what: &str| what.contains("/Type/Metadata");
        let said = self.objects.iter().filter(|(what, _)| is_said(what));
        let said = said.map(|(_, stream)| String::from_utf8_lossy(stream).into_owned());
        let what = self.objects.iter().map(|(what, _)| what.clone());
        what.chain(said).collect::<Vec<_>>().join("\n")
    }

    /// The text of each page, a line for each piece that is set.
    #[must_use]
    pub fn pages(&self) -> Vec<String> {
        let pages = self.objects.iter();
        let pages = pages.filter(|(what, _)| what.contains("/Type/Page/"));
        pages.map(|(what, _)| self.page(what)).collect()
    }

    fn referred(&self, what: &str, name: &str) -> &(String, Vec<u8>) {
        let (_, rest) = what.split_once(&format!("{name} ")).expect(name);
        let number: usize = rest
            .split(' ')
            .next()
            .expect("a PDF of ours")
            .parse()
            .expect(name);
        &self.objects[number - 1]
    }

    fn page(&self, what: &str) -> String {
        let (resources, _) = self.referred(what, "/Resources");
        let (_, fonts) = resources.split_once("/Font<<").expect("fonts");
        let fonts = fonts.split(">>").next().expect("a PDF of ours");
        let named = fonts.split('/').filter_map(|one| one.split_once(' '));
        let letters = |(name, _)| {
            let (font, _) = self.referred(fonts, &format!("/{name}"));
            (name, letters(&self.referred(font, "/ToUnicode").1))
        };
        let fonts: HashMap<&str, Letters> = named.map(letters).collect();
        said(&self.referred(what, "/Contents").1, &fonts)
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}

fn object(bytes: &[u8]) -> (String, Vec<u8>) {
    let end = find(bytes, b"\nendobj").expect("an end");
    let stream = find(&bytes[..end], b"\nstream\n");
    let what = String::from_utf8_lossy(&bytes[..stream.unwrap_or(end)]).into_owned();
    let Some(stream) = stream else {
        return (what, vec![]);
    };
    let (_, length) = what.split_once("/Length ").expect("a length");
    let length = length
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .expect("a PDF of ours");
    let raw = &bytes[stream + 8..][..length.parse::<usize>().expect("a PDF of ours")];
    if !what.contains("/FlateDecode") {
        return (what, raw.to_vec());
    }
    let mut plain = Vec::new();
    ZlibDecoder::new(raw)
        .read_to_end(&mut plain)
        .expect("a deflated stream");
    (what, plain)
}

fn letters(map: &[u8]) -> Letters {
    let map = String::from_utf8_lossy(map).into_owned();
    let lines = map.lines().filter_map(|line| {
        let (glyph, text) = line
            .strip_prefix('<')?
            .strip_suffix('>')?
            .split_once("> <")?;
        Some((u16::from_str_radix(glyph, 16).ok()?, utf16(text)?))
    });
    // The first pair is the span of all glyphs.
    lines.skip(1).collect()
}

fn utf16(digits: &str) -> Option<String> {
    let units = digits.as_bytes().chunks(4);
    let units = units.map(|unit| u16::from_str_radix(std::str::from_utf8(unit).ok()?, 16).ok());
    String::from_utf16(&units.collect::<Option<Vec<_>>>()?).ok()
}

/// The text that the commands of a page show.
fn said(commands: &[u8], fonts: &HashMap<&str, Letters>) -> String {
    let (mut said, mut font, mut at, mut is_replaced) = (String::new(), None, 0, false);
    while at < commands.len() {
        let rest = &commands[at..];
        if rest.starts_with(b"/Lang(") {
            at += 6 + string(&rest[6..]).1;
        } else if let Some(rest) = rest.strip_prefix(b"/ActualText") {
            let (text, length) = actual(rest);
            said.push_str(&text);
            (at, is_replaced) = (at + 11 + length, true);
        } else if rest[0] == b'(' {
            let (glyphs, length) = string(&rest[1..]);
            let letters: &Letters = font.expect("a font");
            for glyph in glyphs.chunks(2).filter(|_| !is_replaced) {
                let glyph = u16::from_be_bytes(glyph.try_into().expect("two bytes a glyph"));
                said.push_str(letters.get(&glyph).map_or("\u{fffd}", String::as_str));
            }
            at += 1 + length;
        } else {
            if rest.starts_with(b"/f") {
                let name = rest[1..].split(|byte| !byte.is_ascii_alphanumeric()).next();
                let name = std::str::from_utf8(name.unwrap_or_default()).expect("a PDF of ours");
                font = fonts.get(name).or(font);
            } else if rest.starts_with(b"EMC") {
                is_replaced = false;
            } else if rest.starts_with(b"\nET") {
                said.push('\n');
            }
            at += 1;
        }
    }
    said
}

/// The text that is said instead of what is shown; how many bytes of the file it is.
fn actual(bytes: &[u8]) -> (String, usize) {
    if let Some(rest) = bytes.strip_prefix(b"(") {
        let (text, length) = string(rest);
        return (String::from_utf8_lossy(&text).into_owned(), length + 1);
    }
    let end = find(bytes, b">").expect("an end");
    let digits = std::str::from_utf8(&bytes[1..end]).expect("a PDF of ours");
    (
        utf16(digits.trim_start_matches("FEFF")).expect("a PDF of ours"),
        end + 1,
    )
}

/// The bytes of a string, to its closing bracket; how many bytes of the file they are.
fn string(bytes: &[u8]) -> (Vec<u8>, usize) {
    let (mut into, mut at, mut depth) = (Vec::new(), 0, 0);
    loop {
        match bytes[at] {
            b')' if depth == 0 => return (into, at + 1),
            b'\\' => {
                let is_digit = |byte: &&u8| (b'0'..=b'7').contains(*byte);
                let digits = bytes[at + 1..].iter().take(3).take_while(is_digit).count();
                let code =
                    std::str::from_utf8(&bytes[at + 1..at + 1 + digits]).expect("a PDF of ours");
                at += 1 + digits.max(1);
                into.push(match (u8::from_str_radix(code, 8), bytes[at - 1]) {
                    (Ok(code), _) => code,
                    (_, b'n') => b'\n',
                    (_, b'r') => b'\r',
                    (_, b't') => b'\t',
                    (_, b'b') => 8,
                    (_, b'f') => 12,
                    (_, other) => other,
                });
            }
            byte => {
                depth += i32::from(byte == b'(') - i32::from(byte == b')');
                into.push(byte);
                at += 1;
            }
        }
    }
}
