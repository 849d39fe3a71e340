//! PNG (ISO/IEC 15948): a signature and chunks. Those that make the picture are kept, and which side is up.

use std::io::{self, Read, Write};

use flate2::Crc;

use super::exif::{LONGEST, turned, way_up};
use super::{array, damaged, pass};

const KEPT: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"bKGD", b"hIST", b"pHYs", b"sPLT", b"cICP", b"acTL", b"fcTL", b"fdAT", b"mDCV",
];

pub(super) fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    to.write_all(&array::<8>(from)?)?;
    let mut is_told = false;
    loop {
        let (length, kind) = (array::<4>(from)?, array::<4>(from)?);
        // With the check that ends each.
        let rest = u64::from(u32::from_be_bytes(length)) + 4;
        if KEPT.contains(&&kind) {
            to.write_all(&length)?;
            to.write_all(&kind)?;
            pass(from, to, rest)?;
        } else if &kind == b"eXIf" {
            let mut exif = Vec::new();
            let looked_at = (rest - 4).min(LONGEST);
            pass(from, &mut exif, looked_at)?;
            pass(from, &mut io::sink(), rest - looked_at)?;
            if let Some(way) = way_up(&exif).filter(|_| !is_told) {
                put(to, &kind, &turned(way))?;
                is_told = true;
            }
        } else if kind.iter().all(u8::is_ascii_alphabetic) {
            pass(from, &mut io::sink(), rest)?;
        } else {
            return Err(damaged());
        }
        // What follows is no part of the picture.
        if &kind == b"IEND" {
            return Ok(());
        }
    }
}

fn put(to: &mut impl Write, kind: &[u8; 4], content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len()).map_err(|_| damaged())?;
    let mut check = Crc::new();
    check.update(kind);
    check.update(content);
    to.write_all(&length.to_be_bytes())?;
    to.write_all(kind)?;
    to.write_all(content)?;
    to.write_all(&check.sum().to_be_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::num::u8::ANY;
    use proptest::sample::select;

    use super::super::exif::tests::PHONE;
    use super::super::tried;
    use super::*;

    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut chunk = Vec::new();
        put(&mut chunk, kind, content).unwrap();
        chunk
    }

    fn copied(bytes: &[u8]) -> io::Result<Vec<u8>> {
        tried::copied(copy, bytes)
    }

    /// One grey point.
    fn picture(before: &[u8], after: &[u8]) -> Vec<u8> {
        let head = chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0");
        let points = chunk(b"IDAT", b"\x78\x9c\x63\x68\0\0\0\x82\0\x81");
        [
            SIGNATURE,
            &head,
            before,
            &points,
            after,
            &chunk(b"IEND", b""),
        ]
        .concat()
    }

    #[test]
    fn the_end_of_every_picture_is_the_one_that_everybody_knows() {
        assert_eq!(chunk(b"IEND", b""), b"\0\0\0\0IEND\xae\x42\x60\x82");
    }

    #[test]
    fn what_a_picture_knows_is_gone_and_what_it_shows_stays() {
        let colours = chunk(b"iCCP", b"sRGB\0\0x");
        let told = [
            chunk(b"tEXt", b"Author\0Zoe"),
            chunk(b"zTXt", b"Comment\0\0x"),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>"),
            chunk(b"eXIf", b"II\x2a\0\x08\0\0\0\0\0\0\0\0\0 GPS 48.59 6.50"),
        ]
        .concat();
        let photo = picture(
            &[&colours[..], &told].concat(),
            &chunk(b"tIME", b"\x07\xea\x0b\x18\x09\0\0"),
        );
        let expected = picture(&colours, b"");
        let followed = [&photo[..], b" and a film after it"].concat();
        assert_eq!(copied(&followed).unwrap(), expected);
        // And nothing is left to take out of it.
        assert_eq!(copied(&expected).unwrap(), expected);
    }

    #[test]
    fn which_side_is_up_is_kept_and_said_once() {
        let phone = chunk(b"eXIf", PHONE);
        let kept = picture(&chunk(b"eXIf", &turned(6)), b"");
        assert_eq!(copied(&picture(&phone, &phone)).unwrap(), kept);
        assert_eq!(copied(&kept).unwrap(), kept);
        let long = [PHONE, &[b'x'; 70_000]].concat();
        assert_eq!(copied(&picture(&chunk(b"eXIf", &long), b"")).unwrap(), kept);
    }

    #[test]
    fn one_that_breaks_off_is_refused() {
        let photo = picture(&chunk(b"eXIf", PHONE), &chunk(b"tEXt", b"a\0b"));
        tried::is_taken_whole_only(copied, &photo);
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_panic_or_longer(
            start in select(vec![&b""[..], b"\0\0\0\x1aeXIfMM\0\x2a\0\0\0\x08", b"\0\0\0\x02tEXt"]),
            bytes in vec(ANY, 0..400),
        ) {
            let bytes = [SIGNATURE, start, &bytes].concat();
            if let Ok(out) = copied(&bytes) {
                proptest::prop_assert!(out.len() <= bytes.len());
            }
        }

        #[test]
        fn of_any_chunks_those_that_make_the_picture_come_out_as_they_were(
            chunks in vec((select(vec![b"IDAT", b"tRNS", b"tEXt", b"eXIf", b"prVt", b"fdAT"]), vec(ANY, 0..60)), 0..12),
        ) {
            let (mut all, mut kept) = (Vec::new(), Vec::new());
            for (kind, content) in &chunks {
                all.extend(chunk(kind, content));
                if KEPT.contains(kind) {
                    kept.extend(chunk(kind, content));
                }
            }
            let is_turned = chunks.iter().any(|(kind, content)| *kind == b"eXIf" && way_up(content).is_some());
            proptest::prop_assume!(!is_turned);
            proptest::prop_assert_eq!(copied(&picture(&all, b"")).unwrap(), picture(&kept, b""));
        }
    }
}
