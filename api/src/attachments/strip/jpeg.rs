//! JPEG (ITU-T T.81): segments, and between them the picture. Of what applications add, the frame (JFIF,
//! Adobe) and the colours (ICC) are kept, and which side is up.

use std::io::{self, BufRead, Write};

use super::exif::{EXIF, turned, way_up};
use super::{array, damaged, pass};

const ICC: &[u8] = b"ICC_PROFILE\0";

pub(super) fn copy(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    let mut marker = next_marker(from)?;
    if marker != 0xd8 {
        return Err(damaged());
    }
    to.write_all(&[0xff, marker])?;
    let mut is_told = false;
    marker = next_marker(from)?;
    loop {
        match marker {
            // Its end: what follows is no part of the picture, but perhaps a film, or another picture.
            0xd9 => return to.write_all(&[0xff, marker]),
            0x01 | 0xd0..=0xd7 => to.write_all(&[0xff, marker])?,
            0xe1 => {
                let segment = segment(from)?;
                let way = segment.strip_prefix(EXIF).and_then(way_up);
                if let Some(way) = way.filter(|_| !is_told) {
                    put(to, marker, &[EXIF, &turned(way)].concat())?;
                    is_told = true;
                }
            }
            0xe2 => {
                let segment = segment(from)?;
                if segment.starts_with(ICC) {
                    put(to, marker, &segment)?;
                }
            }
            0xe3..=0xed | 0xef | 0xfe => drop(segment(from)?),
            0xda => {
                put(to, marker, &segment(from)?)?;
                marker = picture(from, to)?;
                continue;
            }
            _ => put(to, marker, &segment(from)?)?,
        }
        marker = next_marker(from)?;
    }
}

/// The marker that comes now; it may be filled up before.
fn next_marker(from: &mut impl BufRead) -> io::Result<u8> {
    let [mut byte] = array(from)?;
    if byte != 0xff {
        return Err(damaged());
    }
    while byte == 0xff {
        [byte] = array(from)?;
    }
    Ok(byte)
}

/// What stands in a segment: 64 KiB at most.
fn segment(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let length = u16::from_be_bytes(array(from)?);
    let length = length.checked_sub(2).ok_or_else(damaged)?;
    let mut bytes = Vec::new();
    pass(from, &mut bytes, length.into())?;
    Ok(bytes)
}

fn put(to: &mut impl Write, marker: u8, segment: &[u8]) -> io::Result<()> {
    let length = u16::try_from(segment.len() + 2).map_err(|_| damaged())?;
    to.write_all(&[0xff, marker])?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(segment)
}

/// Copies the picture up to the marker that ends it, and gives that.
fn picture(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<u8> {
    loop {
        let known = from.fill_buf()?;
        if known.is_empty() {
            return Err(damaged());
        }
        let until = known.iter().position(|byte| *byte == 0xff);
        let length = until.unwrap_or(known.len());
        to.write_all(&known[..length])?;
        from.consume(length);
        if until.is_some() {
            match next_marker(from)? {
                // A byte of the picture that looks like a marker, or one that restarts it.
                byte @ (0x00 | 0xd0..=0xd7) => to.write_all(&[0xff, byte])?,
                marker => return Ok(marker),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::exif::tests::PHONE;
    use super::super::tried;
    use super::*;

    fn segment_of(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], &length[..], content].concat()
    }

    fn copied(bytes: &[u8]) -> io::Result<Vec<u8>> {
        tried::copied(copy, bytes)
    }

    const PICTURE: &[u8] = b"\x01\xff\0\x02\xff\xd0\x03";

    #[test]
    fn what_a_picture_knows_is_gone_and_what_it_shows_stays() {
        let gps = [EXIF, b"II\x2a\0\x08\0\0\0\0\0\0\0\0\0 GPS 48.59 6.50"].concat();
        let (jfif, table) = (segment_of(0xe0, b"JFIF\0"), segment_of(0xdb, &[7; 64]));
        let colours = segment_of(0xe2, &[ICC, b"x"].concat());
        let scan = segment_of(0xda, &[1, 2, 3]);
        let photo = [
            &b"\xff\xd8"[..],
            &jfif,
            &segment_of(0xe1, &gps),
            &segment_of(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
            &segment_of(0xe2, b"MPF\0"),
            &colours,
            &segment_of(0xed, b"Photoshop 3.0\0by Zoe"),
            &segment_of(0xfe, b"a comment"),
            &table,
            &scan,
            PICTURE,
            &segment_of(0xe5, b"between"),
            &scan,
            PICTURE,
            b"\xff\xd9 and a film after it",
        ]
        .concat();
        let expected = [
            &b"\xff\xd8"[..],
            &jfif,
            &colours,
            &table,
            &scan,
            PICTURE,
            &scan,
            PICTURE,
            b"\xff\xd9",
        ]
        .concat();
        assert_eq!(copied(&photo).unwrap(), expected);
        // And nothing is left to take out of it.
        assert_eq!(copied(&expected).unwrap(), expected);
    }

    #[test]
    fn which_side_is_up_is_kept_in_either_order_of_bytes() {
        let kept = segment_of(0xe1, &[EXIF, &turned(6)].concat());
        for tiff in [PHONE, &turned(6)] {
            let photo = [
                &b"\xff\xd8"[..],
                &segment_of(0xe1, &[EXIF, tiff].concat()),
                &segment_of(0xda, &[]),
                PICTURE,
                b"\xff\xd9",
            ]
            .concat();
            let expected = [
                &b"\xff\xd8"[..],
                &kept,
                &segment_of(0xda, &[]),
                PICTURE,
                b"\xff\xd9",
            ]
            .concat();
            assert_eq!(copied(&photo).unwrap(), expected);
        }
    }

    #[test]
    fn one_that_breaks_off_is_refused() {
        let photo = [
            &b"\xff\xd8"[..],
            &segment_of(0xda, &[1]),
            PICTURE,
            b"\xff\xd9",
        ]
        .concat();
        tried::is_taken_whole_only(copied, &photo);
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_panic_or_longer(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
        ) {
            let bytes = [b"\xff\xd8\xff\xe1", &bytes[..]].concat();
            if let Ok(out) = copied(&bytes) {
                proptest::prop_assert!(out.len() <= bytes.len());
            }
        }
    }
}
