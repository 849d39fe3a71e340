//! GIF (89a): a head and blocks. Comments and what applications add are left out, but how often it is shown.

use std::io::{self, BufRead, Write};

use super::{array, damaged, pass};

/// What tells how often it is shown.
const LOOPS: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];

const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2c;
const END: u8 = 0x3b;

pub(super) fn copy(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    let head = array::<13>(from)?;
    to.write_all(&head)?;
    pass(from, to, colours(head[10]))?;
    let mut is_shown = false;
    loop {
        // Some leave its end out.
        let kind = match from.fill_buf()?.first() {
            None if is_shown => END,
            None => return Err(damaged()),
            Some(kind) => *kind,
        };
        from.consume(1);
        match kind {
            // What follows is no part of the picture.
            END => return to.write_all(&[END]),
            PICTURE => {
                picture(from, to)?;
                is_shown = true;
            }
            EXTENSION => extension(from, to)?,
            _ => return Err(damaged()),
        }
    }
}

/// How long the table of colours is that such flags announce.
fn colours(flags: u8) -> u64 {
    match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    }
}

fn picture(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    let head = array::<9>(from)?;
    to.write_all(&[PICTURE])?;
    to.write_all(&head)?;
    // How wide the first code is comes after the colours.
    pass(from, to, colours(head[8]) + 1)?;
    pieces(from, to)
}

fn extension(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    match array(from)? {
        // How long a picture is shown and where one sees through it; text to be drawn.
        [label @ (0xf9 | 0x01)] => {
            to.write_all(&[EXTENSION, label])?;
            pieces(from, to)
        }
        [label @ 0xff] => {
            let [length] = array(from)?;
            let mut name = Vec::new();
            pass(from, &mut name, length.into())?;
            if LOOPS.contains(&&name[..]) {
                to.write_all(&[EXTENSION, label, length])?;
                to.write_all(&name)?;
                return pieces(from, to);
            }
            match length {
                0 => Ok(()),
                _ => pieces(from, &mut io::sink()),
            }
        }
        _ => pieces(from, &mut io::sink()),
    }
}

/// Copies pieces up to the empty one that ends them.
fn pieces(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    loop {
        let [length] = array(from)?;
        to.write_all(&[length])?;
        if length == 0 {
            return Ok(());
        }
        pass(from, to, length.into())?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::num::u8::ANY;

    use super::super::tried;
    use super::*;

    fn copied(bytes: &[u8]) -> io::Result<Vec<u8>> {
        tried::copied(copy, bytes)
    }

    /// One point, with a table of two colours.
    fn head() -> Vec<u8> {
        [&b"GIF89a\x01\0\x01\0\x80\0\0"[..], &[7; 6]].concat()
    }

    /// With four colours of its own.
    fn shown() -> Vec<u8> {
        [
            &b"\x21\xf9\x04\x01\x0a\0\0\0"[..],
            b"\x2c\0\0\0\0\x01\0\x01\0\x81",
            &[9; 12],
            b"\x02\x02\x44\x01\0",
        ]
        .concat()
    }

    fn application(name: &[u8; 11], content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        [&b"\x21\xff\x0b"[..], name, &[length], content, b"\0"].concat()
    }

    #[test]
    fn what_a_picture_knows_is_gone_and_what_it_shows_stays() {
        let (head, shown) = (head(), shown());
        let loops = [
            application(b"NETSCAPE2.0", b"\x01\0\0"),
            application(b"ANIMEXTS1.0", b"\x01\0\0"),
        ]
        .concat();
        let photo = [
            &head[..],
            &loops,
            b"\x21\xfe\x05a \x3b b\x03 by\0",
            &shown,
            &application(b"XMP DataXMP", b"<x:xmpmeta/>"),
            &application(b"ICCRGBG1012", b"x"),
            b"\x21\xff\0\x21\x99\x02??\0",
            &shown,
            b"\x21\xfe\0\x3b and a film after it",
        ]
        .concat();
        let expected = [&head[..], &loops, &shown, &shown, b"\x3b"].concat();
        assert_eq!(copied(&photo).unwrap(), expected);
        // And nothing is left to take out of it.
        assert_eq!(copied(&expected).unwrap(), expected);
    }

    #[test]
    fn one_that_breaks_off_is_refused() {
        let (head, shown) = (head(), shown());
        let photo = [&head[..], &shown, b"\x21\xfe\x01x\0\x3b"].concat();
        let whole = [&head[..], &shown, b"\x3b"].concat();
        // Between its blocks, only its end is missing.
        let between = [head.len() + shown.len(), photo.len() - 1, photo.len()];
        for end in 0..=photo.len() {
            match copied(&photo[..end]) {
                Ok(copy) => assert!(between.contains(&end) && copy == whole, "{end}"),
                Err(refused) => {
                    assert!(!between.contains(&end), "{end}");
                    assert_eq!(refused.kind(), io::ErrorKind::InvalidData, "{end}");
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_panic_or_longer(
            start in proptest::sample::select(vec![&b"GIF89a"[..], b"GIF89a\x01\0\x01\0\0\0\0\x21", b"GIF89a\x01\0\x01\0\0\0\0\x2c"]),
            bytes in vec(ANY, 0..400),
        ) {
            let bytes = [start, &bytes].concat();
            if let Ok(out) = copied(&bytes) {
                proptest::prop_assert!(out.len() <= bytes.len() + 1);
            }
        }

        #[test]
        fn of_any_blocks_those_that_are_seen_come_out_as_they_were(
            blocks in vec((0_usize..3, vec(ANY, 1..60)), 0..12),
        ) {
            let (mut all, mut kept) = (head(), head());
            for (kind, content) in &blocks {
                let block = match kind {
                    0 => shown(),
                    1 => [&b"\x21\xfe"[..], &[content.len().to_le_bytes()[0]], content, b"\0"].concat(),
                    _ => application(b"XMP DataXMP", content),
                };
                all.extend(&block);
                if *kind == 0 {
                    kept.extend(&block);
                }
            }
            all.push(END);
            kept.push(END);
            proptest::prop_assert_eq!(copied(&all).unwrap(), kept);
        }
    }
}
