//! Answers: what a handler gives, and how it leaves: tagged, coded, cached as it may be.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use serde::Serialize;

use super::coding::Coding;
use super::etag::{Tag, none_match_names};
use super::kept::Keep;

/// How long others may keep an answer that was given without a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cache {
    /// Kept, and asked again each time.
    Revalidate,
    /// Kept for that many seconds.
    Seconds(u32),
    /// Not kept.
    Never,
}

/// What a handler answers.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: StatusCode,
    pub(super) content_type: &'static str,
    pub(super) body: Bytes,
    pub(super) tag: Option<Tag>,
    pub(super) cache: Cache,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) keep: Option<Keep>,
}

impl Answer {
    /// A body of any type.
    pub(crate) fn of(content_type: &'static str, body: Vec<u8>) -> Self {
        Self {
            status: StatusCode::OK,
            content_type,
            body: body.into(),
            tag: None,
            cache: Cache::Never,
            headers: vec![],
            keep: None,
        }
    }

    /// JSON.
    pub(crate) fn json(value: &impl Serialize) -> Self {
        Self::of("application/json", to_json(value))
    }

    /// No body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            ..Self::of("", vec![])
        }
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::OK),
            ..self
        }
    }

    pub(crate) fn with_tag(self, tag: Tag) -> Self {
        Self {
            tag: Some(tag),
            ..self
        }
    }

    /// Tagged by what it holds: for lists and feeds.
    pub(crate) fn tagged_by_content(self, view: &str) -> Self {
        let tag = Tag::of_content(view, &self.body);
        self.with_tag(tag)
    }

    pub(crate) fn with_cache(self, cache: Cache) -> Self {
        Self { cache, ..self }
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Kept for the next who asks, until what it shows is written.
    pub(crate) fn kept(self, keep: Keep) -> Self {
        Self {
            keep: Some(keep),
            ..self
        }
    }

    /// The response to a request with these headers; 304 where the client has it already.
    pub(super) fn into_response(self, request: &HeaderMap, is_read: bool) -> HttpResponse {
        let accepts = request
            .get(header::ACCEPT_ENCODING)
            .and_then(|v| v.to_str().ok());
        let coding = Coding::negotiate(accepts, self.body.len());
        let quoted = self.tag.as_ref().map(|tag| tag.quoted(coding.token()));
        let mut known = request
            .get_all(header::IF_NONE_MATCH)
            .filter_map(|v| v.to_str().ok());
        let is_known = is_read
            && self.status == StatusCode::OK
            && quoted
                .as_deref()
                .is_some_and(|tag| known.any(|line| none_match_names(line, tag)));
        let status = if is_known {
            StatusCode::NOT_MODIFIED
        } else {
            self.status
        };
        let mut response = HttpResponse::build(status);
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.append_header((name.clone(), value));
            }
        }
        if let Some(quoted) = quoted {
            response.insert_header((header::ETAG, quoted));
        }
        if is_known || (self.body.is_empty() && self.content_type.is_empty()) {
            return response.finish();
        }
        response.insert_header((header::CONTENT_TYPE, self.content_type));
        if let Some(token) = coding.token() {
            response.insert_header((header::CONTENT_ENCODING, token));
        }
        match coding {
            Coding::Identity => response.body(self.body),
            coding => response.body(coding.encode(&self.body)),
        }
    }
}

/// JSON of a value of ours, which always serialises.
pub(crate) fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("our wire types have string keys and no failing serialiser")
}
