//! WebP: a RIFF file of chunks (RFC 9649). Those that make the picture are kept, and which side is up.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::exif::{LENGTH, LONGEST, turned, way_up};
use super::{array, damaged, pass};

const KEPT: [&[u8; 4]; 7] = [
    b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP",
];
/// What the head of an extended file says when there is Exif.
const HAS_EXIF: u8 = 0b0000_1000;
/// What it says that is not in the file any more: Exif and XMP.
const GONE: u8 = HAS_EXIF | 0b0000_0100;

pub(super) fn copy(from: &mut (impl Read + Seek), to: &mut impl Write) -> io::Result<()> {
    let riff = array::<4>(from)?;
    let end = 8 + u64::from(u32::from_le_bytes(array(from)?));
    let webp = array::<4>(from)?;
    let first = from.stream_position()?;
    // The size comes first, and so does what else there is: what is kept is looked at before it is copied.
    let (size, way) = kept(from, end)?;
    from.seek(SeekFrom::Start(first))?;
    to.write_all(&riff)?;
    to.write_all(&u32::try_from(size).map_err(|_| damaged())?.to_le_bytes())?;
    to.write_all(&webp)?;
    let mut untold = way;
    each(from, end, |from, kind, length| {
        if kind == b"EXIF"
            && let Some(way) = untold.take()
        {
            put(to, kind, &turned(way))?;
        }
        if !KEPT.contains(&kind) {
            return pass(from, &mut io::sink(), length.into());
        }
        to.write_all(kind)?;
        to.write_all(&length.to_le_bytes())?;
        let mut rest = u64::from(length);
        if kind == b"VP8X" && length > 0 {
            let [flags] = array::<1>(from)?;
            let exif = if way.is_some() { HAS_EXIF } else { 0 };
            to.write_all(&[(flags & !GONE) | exif])?;
            rest -= 1;
        }
        pass(from, to, rest)?;
        pad(to, length)
    })
}

/// How much of it is kept, and which side is up: that is only said in an extended file.
fn kept(from: &mut (impl Read + Seek), end: u64) -> io::Result<(u64, Option<u8>)> {
    let (mut size, mut way, mut is_extended) = (4, None, false);
    each(from, end, |from, kind, length| {
        let mut rest = i64::from(length);
        if KEPT.contains(&kind) {
            size += 8 + u64::from(length).next_multiple_of(2);
        }
        is_extended |= kind == b"VP8X";
        if kind == b"EXIF" && is_extended && way.is_none() {
            let mut exif = Vec::new();
            let looked_at = u64::from(length).min(LONGEST);
            pass(from, &mut exif, looked_at)?;
            rest -= i64::try_from(looked_at).map_err(|_| damaged())?;
            way = way_up(&exif);
        }
        from.seek_relative(rest)
    })?;
    if way.is_some() {
        size += 8 + LENGTH as u64;
    }
    Ok((size, way))
}

/// Gives each chunk by its kind and length to `work`, which reads on just behind it.
fn each<F: Read + Seek>(
    from: &mut F,
    end: u64,
    mut work: impl FnMut(&mut F, &[u8; 4], u32) -> io::Result<()>,
) -> io::Result<()> {
    let mut at = from.stream_position()?;
    while at + 8 <= end {
        let kind = array::<4>(from)?;
        let length = u32::from_le_bytes(array(from)?);
        at += 8 + u64::from(length);
        if at > end {
            return Err(damaged());
        }
        work(from, &kind, length)?;
        if length % 2 == 1 {
            // Padded to an even length; some leave that out after the last one.
            from.seek_relative(1)?;
            at += 1;
        }
    }
    Ok(())
}

fn put(to: &mut impl Write, kind: &[u8; 4], content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len()).map_err(|_| damaged())?;
    to.write_all(kind)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(content)?;
    pad(to, length)
}

fn pad(to: &mut impl Write, length: u32) -> io::Result<()> {
    match length % 2 {
        0 => Ok(()),
        _ => to.write_all(&[0]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::num::u8::ANY;
    use proptest::sample::select;

    use super::super::exif::EXIF;
    use super::super::exif::tests::PHONE;
    use super::super::tried;
    use super::*;

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut chunk = Vec::new();
        put(&mut chunk, kind, content).unwrap();
        chunk
    }

    fn file(chunks: &[u8]) -> Vec<u8> {
        let size = u32::try_from(4 + chunks.len()).unwrap().to_le_bytes();
        [b"RIFF", &size[..], b"WEBP", chunks].concat()
    }

    fn head(flags: u8) -> Vec<u8> {
        chunk(b"VP8X", &[flags, 0, 0, 0, 1, 0, 0, 1, 0, 0])
    }

    fn copied(bytes: &[u8]) -> io::Result<Vec<u8>> {
        tried::copied(copy, bytes)
    }

    /// Of an odd length, so that it is padded.
    const PICTURE: &[u8] = b"\x2f\0\0\0\x01";

    #[test]
    fn what_a_picture_knows_is_gone_and_what_it_shows_stays() {
        let (colours, picture) = (chunk(b"ICCP", b"sRGB"), chunk(b"VP8L", PICTURE));
        let gps = b"II\x2a\0\x08\0\0\0\0\0\0\0\0\0 GPS 48.59 6.50";
        let photo = file(
            &[
                // Colours, transparency, Exif and XMP.
                &head(0b0011_1100)[..],
                &colours,
                &picture,
                &chunk(b"EXIF", gps),
                &chunk(b"XMP ", b"<x:xmpmeta/>!"),
                &chunk(b"note", b"by Zoe"),
            ]
            .concat(),
        );
        let expected = file(&[&head(0b0011_0000)[..], &colours, &picture].concat());
        assert_eq!(copied(&photo).unwrap(), expected);
        let followed = [&photo[..], b" and a film after it"].concat();
        assert_eq!(copied(&followed).unwrap(), expected);
        // And nothing is left to take out of it.
        assert_eq!(copied(&expected).unwrap(), expected);
        let simple = file(&chunk(b"VP8 ", PICTURE));
        assert_eq!(copied(&simple).unwrap(), simple);
    }

    #[test]
    fn which_side_is_up_is_kept_and_said_once() {
        let picture = chunk(b"VP8L", PICTURE);
        let kept = file(&[&head(0b1000)[..], &picture, &chunk(b"EXIF", &turned(6))].concat());
        for exif in [PHONE, &[EXIF, PHONE].concat(), &turned(6)] {
            let exif = chunk(b"EXIF", exif);
            let photo = file(&[&head(0b1100)[..], &picture, &exif, &exif].concat());
            assert_eq!(copied(&photo).unwrap(), kept);
        }
        // A simple file has no place for it.
        let simple = file(&picture);
        let photo = file(&[&picture[..], &chunk(b"EXIF", PHONE)].concat());
        assert_eq!(copied(&photo).unwrap(), simple);
    }

    #[test]
    fn one_whose_end_is_not_padded_is_taken_and_padded() {
        let whole = file(&chunk(b"VP8L", PICTURE));
        let unpadded = &whole[..whole.len() - 1];
        assert_eq!(copied(unpadded).unwrap(), whole);
        // Whether its size counts what is missing, or doesn't.
        let mut counted = whole.clone();
        counted[4] -= 1;
        assert_eq!(copied(&counted).unwrap(), whole);
        assert_eq!(copied(&counted[..whole.len() - 1]).unwrap(), whole);
        // What is left out may be what is not padded.
        let note = file(&[&chunk(b"VP8L", PICTURE)[..], &chunk(b"XMP ", b"<x>")].concat());
        assert_eq!(copied(&note[..note.len() - 1]).unwrap(), whole);
    }

    #[test]
    fn one_that_breaks_off_is_refused() {
        let photo = file(
            &[
                &head(0b1000)[..],
                &chunk(b"VP8L", b"\x2f\0\0\0"),
                &chunk(b"EXIF", &turned(3)),
            ]
            .concat(),
        );
        tried::is_taken_whole_only(copied, &photo);
        let beyond = file(b"VP8L\xff\0\0\0 and no more");
        assert!(copied(&beyond).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_panic_or_longer(
            size in 0_u32..500,
            start in select(vec![&b""[..], b"VP8X\x0a\0\0\0\x0c", b"EXIF\x1a\0\0\0MM\0\x2a\0\0\0\x08"]),
            bytes in vec(ANY, 0..400),
        ) {
            let bytes = [b"RIFF", &size.to_le_bytes()[..], b"WEBP", start, &bytes].concat();
            if let Ok(out) = copied(&bytes) {
                proptest::prop_assert!(out.len() <= bytes.len().next_multiple_of(2));
            }
        }

        #[test]
        fn of_any_chunks_those_that_make_the_picture_come_out_as_they_were(
            chunks in vec((select(vec![b"ALPH", b"ANMF", b"EXIF", b"XMP ", b"note"]), vec(ANY, 0..60)), 0..12),
            is_padded in proptest::bool::ANY,
        ) {
            let (mut all, mut kept) = (head(0b1100), head(0));
            for (kind, content) in &chunks {
                all.extend(chunk(kind, content));
                if KEPT.contains(kind) {
                    kept.extend(chunk(kind, content));
                }
            }
            let is_turned = chunks.iter().any(|(kind, content)| *kind == b"EXIF" && way_up(content).is_some());
            proptest::prop_assume!(!is_turned);
            let mut all = file(&all);
            let is_odd = chunks.last().is_some_and(|(_, content)| content.len() % 2 == 1);
            if is_odd && !is_padded {
                all.pop();
            }
            proptest::prop_assert_eq!(copied(&all).unwrap(), file(&kept));
        }
    }
}
