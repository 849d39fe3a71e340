//! What writes share: the headers that keep them from happening twice or undoing another's work, and
//! the answer that is given again to the same key.

use actix_web::http::{StatusCode, header};
use persistence::{Answer as Kept, Once};
use serde::Serialize;
use utoipa::IntoParams;

use super::Answer;
use super::answer::to_json;
use super::etag::Tag;

/// A header that makes a creation happen once.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documentation: the header is read by name")]
pub(crate) struct IdempotencyKey {
    /// The same key and body within 24 hours give the first answer again; a UUID made for this creation
    /// is a good key.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    key: Option<String>,
}

/// A header that keeps one from undoing another's work.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documentation: the header is read by name")]
pub(crate) struct NeedsIfMatch {
    /// The `etag` of the version that was read, or `*` for whatever the version.
    #[param(rename = "If-Match", example = "*")]
    if_match: String,
}

/// A header that keeps one from undoing another's work, where one wants it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documentation: the header is read by name")]
pub(crate) struct MayIfMatch {
    /// The `etag` of the version that was read; whatever the version when absent.
    #[param(rename = "If-Match", example = "*")]
    if_match: Option<String>,
}

/// The answer to a creation, as it is kept for the same key. One that shows a secret, or speaks of a person,
/// is sealed: whoever makes it says under whose key.
pub(crate) fn created(location: String, tag: &Tag, shown: &impl Serialize) -> Kept {
    Kept {
        status: StatusCode::CREATED.as_u16(),
        location: Some(location),
        ..kept(tag, shown)
    }
}

/// The answer to what else is done once, as it is kept for the same key.
pub(crate) fn kept(tag: &Tag, shown: &impl Serialize) -> Kept {
    Kept {
        status: StatusCode::OK.as_u16(),
        location: None,
        etag: Some(tag.quoted(None)),
        body: to_json(shown),
        person: None,
    }
}

/// An answer that was kept, or could have been, on its way out: to the byte, whichever it is.
pub(super) fn once(done: Once) -> Answer {
    let (Once::First(kept) | Once::Again(kept)) = done;
    let answer = Answer::of("application/json", kept.body).with_status(kept.status);
    let answer = match kept.location {
        Some(location) => answer.with_header(header::LOCATION, location),
        None => answer,
    };
    match kept.etag {
        Some(etag) => answer.with_tag(Tag::kept(&etag)),
        None => answer,
    }
}
