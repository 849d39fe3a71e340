//! A kept answer: its body in every coding that was asked for, and its headers ready to be sent.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;

use super::Keep;
use crate::http::Answer;
use crate::http::answer::Cache;
use crate::http::coding::Coding;
use crate::http::etag::{Tag, none_match_names};
use crate::http::headers::{self, Situation};

/// A kept answer.
pub(in crate::http) struct Entry {
    pub(super) keep: Keep,
    tag: Tag,
    cache: Cache,
    is_https: bool,
    plain: Coded,
    coded: [OnceLock<Coded>; 3],
    /// What the answer itself says, without what belongs to the request.
    own: HeaderMap,
    /// The same and all that whoever has no token is told.
    open: HeaderMap,
}

struct Coded {
    body: Bytes,
    tag: HeaderValue,
}

impl Coded {
    fn of(tag: &Tag, coding: Coding, body: Bytes) -> Option<Self> {
        let tag = HeaderValue::from_str(&tag.quoted(coding.token())).ok()?;
        Some(Self { body, tag })
    }
}

impl Entry {
    /// An answer that says how it is kept, and can be: it has a body and a tag.
    pub(in crate::http) fn of(answer: Answer, is_https: bool) -> Option<Self> {
        let keep = answer.keep?;
        let tag = answer.tag?;
        let mut own = HeaderMap::new();
        for (name, value) in &answer.headers {
            own.append(name.clone(), HeaderValue::from_str(value).ok()?);
        }
        own.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(answer.content_type),
        );
        let mut open = own.clone();
        headers::finish(
            &mut open,
            &Method::GET,
            &Situation {
                is_public: true,
                has_token: false,
                cache: answer.cache,
                is_https,
            },
        );
        Some(Self {
            keep,
            cache: answer.cache,
            is_https,
            plain: Coded::of(&tag, Coding::Identity, answer.body)?,
            coded: Default::default(),
            tag,
            own,
            open,
        })
    }

    /// What it takes in memory, about, with a coding or two. Of what is small the headers are most.
    pub(super) fn weight(&self) -> usize {
        let headers = heap_of(&self.own) + heap_of(&self.open);
        size_of::<Self>() + headers + self.plain.body.len() * 3 / 2
    }

    fn in_coding(&self, coding: Coding) -> &Coded {
        let Some(slot) = coding.slot() else {
            return &self.plain;
        };
        self.coded[slot].get_or_init(|| {
            let body = Bytes::from(coding.encode(&self.plain.body));
            let tag = self.tag.quoted(coding.token());
            let tag = HeaderValue::from_str(&tag).unwrap_or_else(|_| self.plain.tag.clone());
            Coded { body, tag }
        })
    }

    /// The response to a read with these headers.
    pub(super) fn respond(&self, method: &Method, request: &HeaderMap) -> HttpResponse {
        let accepted = request.get(header::ACCEPT_ENCODING);
        let accepted = accepted.and_then(|v| v.to_str().ok());
        let coding = Coding::negotiate(accepted, self.plain.body.len());
        let coded = self.in_coding(coding);
        let is_known = is_known(request, &coded.tag);
        let mut response = match is_known {
            true => HttpResponse::new(StatusCode::NOT_MODIFIED),
            false => HttpResponse::with_body(
                StatusCode::OK,
                actix_web::body::BoxBody::new(coded.body.clone()),
            ),
        };
        let headers = response.headers_mut();
        if request.contains_key(header::AUTHORIZATION) {
            *headers = self.own.clone();
            let situation = Situation {
                is_public: true,
                has_token: true,
                cache: self.cache,
                is_https: self.is_https,
            };
            headers::finish(headers, method, &situation);
        } else {
            *headers = self.open.clone();
        }
        headers.insert(header::ETAG, coded.tag.clone());
        if is_known {
            headers.remove(header::CONTENT_TYPE);
        } else if let Some(token) = coding.token() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(token));
        }
        response
    }
}

/// A slot of the map holds a name and has room for four values.
fn heap_of(headers: &HeaderMap) -> usize {
    let slot = size_of::<HeaderName>() + 4 * size_of::<HeaderValue>() + 16;
    let values: usize = headers.iter().map(|(_, value)| value.len()).sum();
    headers.capacity() * slot + values
}

fn is_known(request: &HeaderMap, tag: &HeaderValue) -> bool {
    let Ok(tag) = tag.to_str() else { return false };
    let lines = request.get_all(header::IF_NONE_MATCH);
    let mut lines = lines.filter_map(|line| line.to_str().ok());
    lines.any(|line| none_match_names(line, tag))
}
