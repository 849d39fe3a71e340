//! Content codings: which one the client takes (RFC 9110, section 12.5.3), and how it is made.

use std::io::Write;

/// How a body is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Brotli,
    Zstd,
    Gzip,
}

/// Below this a header costs more than coding saves.
const WORTH_IT: usize = 860;

impl Coding {
    /// The token in `Content-Encoding`, and the ending of the entity tag.
    pub(super) fn token(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Brotli => Some("br"),
            Self::Zstd => Some("zstd"),
            Self::Gzip => Some("gzip"),
        }
    }

    /// Where it lies among the codings that a body is kept in; a plain one is none.
    pub(super) fn slot(self) -> Option<usize> {
        match self {
            Self::Identity => None,
            Self::Brotli => Some(0),
            Self::Zstd => Some(1),
            Self::Gzip => Some(2),
        }
    }

    /// The coding for a body of that size: the best liked, and of several the smallest.
    pub(super) fn negotiate(header: Option<&str>, size: usize) -> Self {
        let Some(header) = header.filter(|_| size >= WORTH_IT) else {
            return Self::Identity;
        };
        let likes = Likes::of(header);
        // Uncoded is always taken; it is liked as much as a coding only where the header says so.
        let plain = likes.identity.unwrap_or(0.0);
        let mut best = (Self::Identity, 0.0_f32);
        for (coding, liked) in [
            (Self::Brotli, likes.brotli),
            (Self::Zstd, likes.zstd),
            (Self::Gzip, likes.gzip),
        ] {
            let liked = liked.or(likes.others).unwrap_or(0.0);
            if liked > best.1 && liked >= plain {
                best = (coding, liked);
            }
        }
        best.0
    }

    /// The body in this coding.
    pub(super) fn encode(self, body: &[u8]) -> Vec<u8> {
        let coded = match self {
            Self::Identity => Ok(body.to_vec()),
            Self::Brotli => brotli_of(body),
            Self::Zstd => zstd::bulk::compress(body, 3),
            Self::Gzip => gzip_of(body),
        };
        coded.expect("writing to memory doesn't fail")
    }
}

fn brotli_of(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 16 * 1024, 4, 20);
    writer.write_all(body)?;
    Ok(writer.into_inner())
}

fn gzip_of(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    writer.write_all(body)?;
    writer.finish()
}

/// How much a header likes the codings that it names.
#[derive(Default)]
struct Likes {
    brotli: Option<f32>,
    zstd: Option<f32>,
    gzip: Option<f32>,
    identity: Option<f32>,
    others: Option<f32>,
}

impl Likes {
    fn of(header: &str) -> Self {
        let mut likes = Self::default();
        for part in header.split(',') {
            let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
            let named = match name.trim() {
                "*" => &mut likes.others,
                name if name.eq_ignore_ascii_case("br") => &mut likes.brotli,
                name if name.eq_ignore_ascii_case("zstd") => &mut likes.zstd,
                name if name.eq_ignore_ascii_case("gzip") => &mut likes.gzip,
                name if name.eq_ignore_ascii_case("identity") => &mut likes.identity,
                _ => continue,
            };
            named.get_or_insert_with(|| quality(parameters).unwrap_or(1.0));
        }
        likes
    }
}

fn quality(parameters: &str) -> Option<f32> {
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_quality = name.trim().eq_ignore_ascii_case("q");
        is_quality
            .then(|| value.trim().parse::<f32>().ok())
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_and_of_several_the_smallest() {
        for (header, coding) in [
            (None, Coding::Identity),
            (Some("gzip, deflate, br, zstd"), Coding::Brotli),
            (Some("gzip, zstd"), Coding::Zstd),
            (Some("gzip;q=1.0, br;q=0.5"), Coding::Gzip),
            (Some("br;q=0, gzip"), Coding::Gzip),
            (Some("identity"), Coding::Identity),
            (Some("*"), Coding::Brotli),
            (Some("br;q=0.5, identity"), Coding::Identity),
            (Some("br;Q=0, *"), Coding::Zstd),
        ] {
            assert_eq!(Coding::negotiate(header, 10_000), coding, "{header:?}");
        }
        assert_eq!(Coding::negotiate(Some("br"), 100), Coding::Identity);
    }

    #[test]
    fn a_coded_body_is_the_body() {
        let body = "Club Climat et Transition ".repeat(100).into_bytes();
        let coded = Coding::Zstd.encode(&body);
        assert_eq!(zstd::bulk::decompress(&coded, 10_000).unwrap(), body);
        let coded = Coding::Brotli.encode(&body);
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut coded.as_slice(), &mut plain).unwrap();
        assert_eq!(plain, body);
    }
}
