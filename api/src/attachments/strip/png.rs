//! PNG (ISO/IEC 15948): a signature and chunks. Those that make the picture are kept.

use std::io::{self, Read, Write};

use super::{array, damaged, pass};

const KEPT: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"bKGD", b"hIST", b"pHYs", b"sPLT", b"cICP", b"acTL", b"fcTL", b"fdAT", b"mDCV",
];

pub(super) fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    to.write_all(&array::<8>(from)?)?;
    loop {
        let (length, kind) = (array::<4>(from)?, array::<4>(from)?);
        // With the check that ends each.
        let rest = u64::from(u32::from_be_bytes(length)) + 4;
        if KEPT.contains(&&kind) {
            to.write_all(&length)?;
            to.write_all(&kind)?;
            pass(from, to, rest)?;
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
