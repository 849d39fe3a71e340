//! WebP: a RIFF file of chunks (RFC 9649). Those that make the picture are kept.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::{array, damaged, pass};

const KEPT: [&[u8; 4]; 7] = [
    b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP",
];
/// What the head of an extended file says that is not in it any more: Exif and XMP.
const GONE: u8 = 0b0000_1100;

pub(super) fn copy(from: &mut (impl Read + Seek), to: &mut impl Write) -> io::Result<()> {
    let riff = array::<4>(from)?;
    let end = 8 + u64::from(u32::from_le_bytes(array(from)?));
    let webp = array::<4>(from)?;
    let first = from.stream_position()?;
    // The size comes first: what is kept is counted before it is copied.
    let mut size = 4;
    each(from, end, |from, kind, length| {
        size += if KEPT.contains(&kind) { 8 + length } else { 0 };
        from.seek_relative(i64::try_from(length).map_err(|_| damaged())?)
    })?;
    from.seek(SeekFrom::Start(first))?;
    to.write_all(&riff)?;
    to.write_all(&u32::try_from(size).map_err(|_| damaged())?.to_le_bytes())?;
    to.write_all(&webp)?;
    each(from, end, |from, kind, length| {
        if !KEPT.contains(&kind) {
            return pass(from, &mut io::sink(), length);
        }
        // Padded to an even length, which the length itself doesn't say.
        from.seek_relative(-4)?;
        to.write_all(kind)?;
        to.write_all(&array::<4>(from)?)?;
        if kind != b"VP8X" || length == 0 {
            return pass(from, to, length);
        }
        let [flags] = array::<1>(from)?;
        to.write_all(&[flags & !GONE])?;
        pass(from, to, length - 1)
    })
}

fn each<F: Read + Seek>(
    from: &mut F,
    end: u64,
    mut work: impl FnMut(&mut F, &[u8; 4], u64) -> io::Result<()>,
) -> io::Result<()> {
    while from.stream_position()? + 8 <= end {
        let kind = array::<4>(from)?;
        let length = u64::from(u32::from_le_bytes(array(from)?));
        let padded = length + length % 2;
        if from.stream_position()? + padded > end + 1 {
            return Err(damaged());
        }
        work(from, &kind, padded)?;
    }
    Ok(())
}
