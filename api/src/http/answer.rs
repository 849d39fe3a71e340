//! Answers: what a handler gives, and how it leaves: tagged, coded, cached as it may be.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use futures_util::{Stream, stream};
use serde::Serialize;

use super::coding::Coding;
use super::etag::{Tag, none_match_names};
use super::kept::Keep;

/// How much of a file is read at once.
const PIECE: u64 = 64 * 1024;

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
    file: Option<OpenFile>,
}

/// A file that is sent as it lies, piece by piece.
#[derive(Debug, Clone)]
pub(crate) struct OpenFile {
    file: Arc<File>,
    part: Range<u64>,
}

impl OpenFile {
    pub(crate) fn new(file: File, bytes: u64) -> Self {
        Self {
            file: Arc::new(file),
            part: 0..bytes,
        }
    }

    fn bytes(&self) -> u64 {
        self.part.end - self.part.start
    }

    fn stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        let Self { file, part } = self;
        stream::try_unfold(part.start, move |at| {
            let file = file.clone();
            async move {
                let length = PIECE.min(part.end.saturating_sub(at));
                if length == 0 {
                    return Ok(None);
                }
                let read = tokio::task::spawn_blocking(move || {
                    let mut piece = vec![0; usize::try_from(length).unwrap_or(0)];
                    file.read_exact_at(&mut piece, at).map(|()| piece)
                });
                let piece = read.await.map_err(io::Error::other)??;
                Ok(Some((Bytes::from(piece), at + length)))
            }
        })
    }
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
            file: None,
        }
    }

    /// A file.
    pub(crate) fn file(content_type: &'static str, file: OpenFile) -> Self {
        Self {
            file: Some(file),
            ..Self::of(content_type, vec![])
        }
    }

    /// A part of a file.
    pub(crate) fn part(content_type: &'static str, file: OpenFile, part: Range<u64>) -> Self {
        let range = format!("bytes {}-{}/{}", part.start, part.end - 1, file.bytes());
        Self {
            status: StatusCode::PARTIAL_CONTENT,
            ..Self::file(content_type, OpenFile { part, ..file })
        }
        .with_header(header::CONTENT_RANGE, range)
    }

    /// Where what was made is.
    pub(crate) fn location(&self) -> Option<&str> {
        let is_it = |(name, _): &&(HeaderName, String)| *name == header::LOCATION;
        self.headers
            .iter()
            .find(is_it)
            .map(|(_, value)| value.as_str())
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
        if let Some(file) = self.file {
            let bytes = file.bytes();
            return response.body(SizedStream::new(bytes, file.stream()));
        }
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
