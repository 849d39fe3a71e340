//! A kept answer: its body in every coding that was asked for, and its headers ready to be sent.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
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
    plain: Bytes,
    /// Plain, and in each coding.
    coded: [OnceLock<Coded>; 4],
    /// What the answer itself says, without what belongs to the request.
    own: HeaderMap,
}

struct Coded {
    body: Bytes,
    tag: HeaderValue,
    /// The headers for whoever has no token, and for those who have one.
    open: Headers,
    signed: OnceLock<Headers>,
}

struct Headers {
    whole: HeaderMap,
    not_modified: HeaderMap,
}

impl Entry {
    /// An answer that says how it is kept, and can be: it has a body and a tag.
    pub(in crate::http) fn of(answer: Answer, is_https: bool) -> Option<Self> {
        let keep = answer.keep?;
        let tag = answer.tag?;
        HeaderValue::from_str(&tag.quoted(None)).ok()?;
        let mut own = HeaderMap::new();
        for (name, value) in &answer.headers {
            own.append(name.clone(), HeaderValue::from_str(value).ok()?);
        }
        own.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(answer.content_type),
        );
        Some(Self {
            keep,
            cache: answer.cache,
            is_https,
            plain: answer.body,
            coded: Default::default(),
            tag,
            own,
        })
    }

    /// What it takes in memory, about, with a coding or two. Of what is small the headers are most. It
    /// never changes, though the codings are made later: the shelf weighs again what it drops.
    pub(super) fn weight(&self) -> usize {
        const TABLES_OF_A_CODING: usize = 10_500;
        let headers = heap_of(&self.own) + TABLES_OF_A_CODING;
        size_of::<Self>() + headers + self.plain.len() * 3 / 2
    }

    fn in_coding(&self, coding: Coding) -> &Coded {
        let slot = coding.slot().map_or(0, |slot| slot + 1);
        self.coded[slot].get_or_init(|| {
            let body = match coding {
                Coding::Identity => self.plain.clone(),
                coding => coding.encode(&self.plain).into(),
            };
            let tag = HeaderValue::from_str(&self.tag.quoted(coding.token()))
                .expect("it was one without the coding, whose name is a plain word");
            let open = self.headers(false, coding, &tag);
            Coded {
                body,
                tag,
                open,
                signed: OnceLock::new(),
            }
        })
    }

    fn headers(&self, has_token: bool, coding: Coding, tag: &HeaderValue) -> Headers {
        let mut headers = self.own.clone();
        let situation = Situation {
            is_public: true,
            has_token,
            cache: self.cache,
            is_https: self.is_https,
        };
        headers::finish(&mut headers, &Method::GET, &situation);
        headers.insert(header::ETAG, tag.clone());
        if let Some(token) = coding.token() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(token));
        }
        let mut not_modified = headers.clone();
        headers::not_modified(&mut not_modified);
        // What belongs to a request is put into a copy, which should not have to grow for it.
        let with_room = |headers: HeaderMap| {
            let mut roomy = HeaderMap::with_capacity(headers.len() + 4);
            for (name, value) in headers {
                roomy.append(name, value);
            }
            roomy
        };
        Headers {
            whole: with_room(headers),
            not_modified: with_room(not_modified),
        }
    }

    /// The response to a read with these headers.
    pub(super) fn respond(&self, request: &HeaderMap) -> HttpResponse {
        let accepted = request.get(header::ACCEPT_ENCODING);
        let accepted = accepted.and_then(|v| v.to_str().ok());
        let coding = Coding::negotiate(accepted, self.plain.len());
        let coded = self.in_coding(coding);
        let headers = match request.contains_key(header::AUTHORIZATION) {
            true => {
                let signed = || self.headers(true, coding, &coded.tag);
                coded.signed.get_or_init(signed)
            }
            false => &coded.open,
        };
        let (mut response, headers) = if is_known(request, &coded.tag) {
            let response = HttpResponse::new(StatusCode::NOT_MODIFIED);
            (response, &headers.not_modified)
        } else {
            let body = BoxBody::new(coded.body.clone());
            let response = HttpResponse::with_body(StatusCode::OK, body);
            (response, &headers.whole)
        };
        *response.headers_mut() = headers.clone();
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
