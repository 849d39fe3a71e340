//! What Exif says of a picture: of all that, which side is up is kept, and nothing else.

/// What stands before it in JPEG, and now and then in others.
pub(super) const EXIF: &[u8] = b"Exif\0\0";
/// The most of it that is looked at: a segment of JPEG holds no more.
pub(super) const LONGEST: u64 = 64 * 1024;
/// How long it is with nothing else in it.
pub(super) const LENGTH: usize = 26;

/// Which side is up (1 to 8), when it is another than usual.
pub(super) fn way_up(exif: &[u8]) -> Option<u8> {
    let tiff = exif.strip_prefix(EXIF).unwrap_or(exif);
    // What is put in its place is then never longer.
    if tiff.len() < LENGTH {
        return None;
    }
    let is_little = tiff.starts_with(b"II");
    let short = |at: usize| {
        let two = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(if is_little {
            u16::from_le_bytes(two)
        } else {
            u16::from_be_bytes(two)
        })
    };
    let long = |at: usize| {
        let four = tiff.get(at..at + 4)?.try_into().ok()?;
        Some(if is_little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        })
    };
    let directory = usize::try_from(long(4)?)
        .ok()
        .filter(|at| *at < tiff.len())?;
    let entries = usize::from(short(directory)?);
    let entry = (0..entries)
        .map(|number| directory + 2 + 12 * number)
        .find(|at| short(*at) == Some(0x0112))?;
    let way = u8::try_from(short(entry + 8)?).ok()?;
    (2..=8).contains(&way).then_some(way)
}

/// Exif that says which side is up, and nothing else.
pub(super) fn turned(way: u8) -> [u8; LENGTH] {
    let mut tiff = *b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    tiff[19] = way;
    tiff
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a telephone writes: its name, and that the picture stands on its right side.
    pub(in super::super) const PHONE: &[u8] =
        b"II\x2a\0\x08\0\0\0\x02\0\x0f\x01\x02\0\x01\0\0\0Z\0\0\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0 48.59";

    #[test]
    fn which_side_is_up_is_found_in_either_order_of_bytes() {
        assert_eq!(way_up(PHONE), Some(6));
        assert_eq!(way_up(&[EXIF, PHONE].concat()), Some(6));
        for way in 0..=u8::MAX {
            let is_turned = (2..=8).contains(&way);
            assert_eq!(way_up(&turned(way)), is_turned.then_some(way));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_content_makes_it_panic(
            start in proptest::sample::select(vec![&b"II\x2a\0"[..], b"MM\0\x2a", EXIF, b""]),
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
        ) {
            let _ = way_up(&[start, &bytes].concat());
        }
    }
}
