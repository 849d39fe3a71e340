//! Headers that every answer carries: what browsers may do with it, who may read it, where it may be
//! kept.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::answer::Cache;

/// What a page of ours may load: nothing but its own files. JSON loads nothing at all.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// Who asks and for what, as far as headers depend on it.
pub(super) struct Situation {
    /// Whether the operation is open to everybody.
    pub(super) is_public: bool,
    /// Whether a token came with the request.
    pub(super) has_token: bool,
    pub(super) cache: Cache,
    pub(super) is_https: bool,
}

pub(super) fn finish(headers: &mut HeaderMap, method: &Method, situation: &Situation) {
    let fixed = |headers: &mut HeaderMap, name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    fixed(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    fixed(headers, header::REFERRER_POLICY, "no-referrer");
    fixed(headers, header::X_FRAME_OPTIONS, "DENY");
    fixed(headers, header::CONTENT_SECURITY_POLICY, NOTHING);
    let own = if situation.is_public && !situation.has_token {
        "cross-origin"
    } else {
        "same-origin"
    };
    fixed(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        own,
    );
    if situation.is_https {
        fixed(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    let reads = *method == Method::GET || *method == Method::HEAD;
    if situation.is_public && reads && !situation.has_token {
        fixed(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        fixed(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    fixed(
        headers,
        header::VARY,
        "Accept-Encoding, Accept-Language, Authorization",
    );
    let kept = match situation.cache {
        _ if situation.has_token => "private, no-store".to_owned(),
        Cache::Never => "no-store".to_owned(),
        Cache::Revalidate => "public, max-age=0, must-revalidate".to_owned(),
        Cache::Seconds(seconds) => format!("public, max-age={seconds}"),
    };
    if let Ok(kept) = HeaderValue::from_str(&kept) {
        headers.insert(header::CACHE_CONTROL, kept);
    }
}

/// A 304 says nothing that stands in the copy it is about (RFC 9110, section 15.4.5); whether that may
/// still be used, and by whom, it says.
pub(super) fn not_modified(headers: &mut HeaderMap) {
    let is_said = |name: &HeaderName| {
        [
            header::ETAG,
            header::VARY,
            header::CACHE_CONTROL,
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderName::from_static("cross-origin-resource-policy"),
        ]
        .contains(name)
    };
    headers.retain(|name, _| is_said(name));
}

/// What a browser asks before a script of a website that the operator named writes, and what it is then told.
/// Whoever else asks is told nothing.
pub(super) fn of_website(headers: &mut HeaderMap, origin: &HeaderValue, is_preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    let varies = "Accept-Encoding, Accept-Language, Authorization, Origin";
    headers.insert(header::VARY, HeaderValue::from_static(varies));
    if is_preflight {
        for (name, value) in [
            (
                header::ACCESS_CONTROL_ALLOW_METHODS,
                "GET, HEAD, OPTIONS, POST",
            ),
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "Accept, Accept-Language, Content-Type, Idempotency-Key, X-Request-Id",
            ),
            (header::ACCESS_CONTROL_MAX_AGE, "86400"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    } else {
        let name = HeaderName::from_static("cross-origin-resource-policy");
        headers.insert(name, HeaderValue::from_static("cross-origin"));
        let exposed = HeaderValue::from_static(EXPOSED);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

const EXPOSED: &str = "Accept-Ranges, Content-Range, ETag, Link, Location, Retry-After, RateLimit, \
                       RateLimit-Policy, X-Request-Id";

/// What a browser asks before it reads from another origin. Only public reads are open.
pub(super) fn preflight(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Accept, Accept-Language, Content-Type, If-None-Match, If-Range, Range, X-Request-Id",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
