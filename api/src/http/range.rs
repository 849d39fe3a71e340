//! A part of what is had (RFC 9110, section 14): what `Range` and `If-Range` ask for. One part in bytes is served;
//! whatever else a header may say asks for the whole, as the RFC allows.

use std::ops::Range;

use actix_web::http::{Method, header};

use utoipa::IntoParams;

use super::etag::Tag;
use super::{Kind, Problem, Request};

/// Headers that ask for a part.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documentation: the headers are read by name")]
pub(crate) struct PartParams {
    /// Which bytes, in one piece: the answer is 206 with them. `bytes=1024-` goes on with what broke off.
    #[param(rename = "Range", example = "bytes=0-")]
    range: Option<String>,
    /// The ETag of what the client has a part of: where it is not right any more, the answer is the whole.
    #[param(rename = "If-Range", example = "\"sha256-1f2e3d4c5b6a7988\"")]
    if_range: Option<String>,
}

/// The part that a request asks for, of so many bytes with that tag; none when it is the whole.
pub(crate) fn asked(
    request: &Request,
    tag: &Tag,
    bytes: u64,
) -> Result<Option<Range<u64>>, Problem> {
    let is_same = |named: &str| named.trim() == tag.quoted(None);
    let is_wanted = *request.http.method() == Method::GET
        // Whoever has it already is told so, and not that a part is missing.
        && request.header(header::IF_NONE_MATCH).is_none()
        && request.header(header::IF_RANGE).is_none_or(is_same);
    let range = request.header(header::RANGE).filter(|_| is_wanted);
    match range.map_or(Asked::Whole, |range| parse(range, bytes)) {
        Asked::Whole => Ok(None),
        Asked::Part(part) => Ok(Some(part)),
        Asked::Nothing => Err(Problem {
            content_range: Some(format!("bytes */{bytes}")),
            ..Problem::new(Kind::RangeNotSatisfiable)
        }),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    Whole,
    /// Never an empty one.
    Part(Range<u64>),
    /// What lies beyond its end.
    Nothing,
}

fn parse(header: &str, bytes: u64) -> Asked {
    let Some((unit, range)) = header.split_once('=') else {
        return Asked::Whole;
    };
    let Some((first, last)) = range.trim().split_once('-') else {
        return Asked::Whole;
    };
    let part = match (first, number(first), last, number(last)) {
        // The last so many.
        ("", _, _, Some(last)) => bytes.saturating_sub(last)..bytes,
        (_, Some(first), "", _) => first..bytes,
        (_, Some(first), _, Some(last)) if first <= last => {
            first..last.saturating_add(1).min(bytes)
        }
        _ => return Asked::Whole,
    };
    match (unit.trim().eq_ignore_ascii_case("bytes"), part.is_empty()) {
        (false, _) => Asked::Whole,
        (true, false) => Asked::Part(part),
        (true, true) => Asked::Nothing,
    }
}

/// What digits say; more than there can be counts as the most.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_asks_for_the_whole_a_part_or_what_there_is_not() {
        for (header, asked) in [
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=0-9", Asked::Part(0..10)),
            ("bytes=2-4", Asked::Part(2..5)),
            ("Bytes = 2-4", Asked::Part(2..5)),
            ("bytes=7-", Asked::Part(7..10)),
            ("bytes=7-99999999999999999999", Asked::Part(7..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-30", Asked::Part(0..10)),
            ("bytes=10-", Asked::Nothing),
            ("bytes=10-12", Asked::Nothing),
            ("bytes=99999999999999999999-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=4-2", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("bytes 0-1", Asked::Whole),
            ("lines=0-1", Asked::Whole),
            ("", Asked::Whole),
        ] {
            assert_eq!(parse(header, 10), asked, "{header}");
        }
        assert_eq!(parse("bytes=0-", 0), Asked::Nothing);
        assert_eq!(parse("bytes=-1", 0), Asked::Nothing);
    }

    proptest::proptest! {
        #[test]
        fn a_part_lies_within_the_whole(
            header in "(bytes=)?[0-9]{0,3}-?[0-9]{0,22}(, ?[0-9]-[0-9])?|.{0,20}",
            bytes in 0_u64..1500,
        ) {
            if let Asked::Part(part) = parse(&header, bytes) {
                proptest::prop_assert!(part.start < part.end && part.end <= bytes);
            }
        }

        #[test]
        fn what_is_named_is_had(first in 0_u64..100, more in 0_u64..100, beyond in 1_u64..100) {
            let (last, bytes) = (first + more, first + more + beyond);
            proptest::prop_assert_eq!(
                parse(&format!("bytes={first}-{last}"), bytes),
                Asked::Part(first..last + 1)
            );
        }
    }
}
