//! The short way through the gate: for who asks for what is kept. Whatever is out of the ordinary
//! goes the long way, which says why.

use actix_web::http::Method;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::http::gate::{client_address, put_limits, put_request_id, request_id};
use crate::http::operation::{Keeping, Operation, Unknown};
use crate::http::request::Caller;

/// What is kept for an address.
pub(in crate::http) struct Way {
    keeping: Keeping,
    /// The key of what everybody sees, and of what those see who see more.
    open: Box<str>,
    all: Box<str>,
}

impl Way {
    /// `None` where nothing is kept.
    pub(in crate::http) fn of(here: &[&'static Operation], http: &HttpRequest) -> Option<Self> {
        if !is_read(http) {
            return None;
        }
        let operation = here.iter().find(|one| one.method == Method::GET)?;
        let keeping = operation.keeping?;
        let open = key(operation, keeping, http, false)?;
        let all = format!("{ALL}{}", &open[OPEN.len_utf8()..]);
        Some(Self {
            keeping,
            open: open.into(),
            all: all.into(),
        })
    }
}

fn is_read(http: &HttpRequest) -> bool {
    matches!(*http.method(), Method::GET | Method::HEAD)
}

/// The answer, when it is kept and nothing speaks against giving it.
pub(in crate::http) fn quick(app: &App, way: &Way, http: &HttpRequest) -> Option<HttpResponse> {
    let headers = http.headers();
    // A body is left to whoever knows how to leave it unread.
    let has_body = headers.contains_key(header::CONTENT_LENGTH)
        || headers.contains_key(header::TRANSFER_ENCODING);
    if has_body || !is_read(http) {
        return None;
    }
    if !app.store.is_up_to_date() {
        return None;
    }
    let now = app.store.clock().now();
    let known = match headers.get(header::AUTHORIZATION) {
        None => None,
        Some(value) => Some(app.known.get(value.to_str().ok()?, now)?),
    };
    let staff = match known.as_deref() {
        None => None,
        Some(Caller::Staff(staff)) => Some(staff),
        // A partner may see what is its own besides.
        Some(_) => return None,
    };
    let sees_all = staff.is_some_and(|staff| staff.scopes.contains(&way.keeping.more));
    let key = if sees_all { &way.all } else { &way.open };
    let entry = app.kept.get(key, now)?;
    let left = match (&app.limits, staff) {
        (None, _) => None,
        (Some(limits), None) => Some(limits.of_address(client_address(http, app))),
        (Some(limits), Some(staff)) => Some(limits.of_owner(staff.user.id.uuid())),
    };
    if left.as_ref().is_some_and(|left| left.wait > 0) {
        return None;
    }
    let mut response = entry.respond(headers);
    put_request_id(response.headers_mut(), request_id(http, now));
    if let Some(left) = &left {
        put_limits(response.headers_mut(), left);
    }
    Some(response)
}

/// How the keys begin of what everybody sees, and of what those see who see more.
const OPEN: char = '-';
const ALL: char = '+';

/// What an answer is kept under: the address with what the operation knows of the query, in one order,
/// and whether more is seen than by everybody. `None` when the query is to be refused.
pub(in crate::http) fn key(
    operation: &Operation,
    keeping: Keeping,
    http: &HttpRequest,
    sees_all: bool,
) -> Option<String> {
    let query = http.query_string();
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let is_known = |name: &str| operation.parameters.iter().any(|known| known == name);
    match keeping.unknown {
        Unknown::Ignored => pairs.retain(|(name, _)| is_known(name)),
        Unknown::Refused if pairs.iter().all(|(name, _)| is_known(name)) => {}
        Unknown::Refused => return None,
    }
    // One that held the separators could pass for another one.
    let is_odd = |text: &str| text.contains(['\u{1}', '\u{2}']);
    if pairs
        .iter()
        .any(|(name, value)| is_odd(name) || is_odd(value))
    {
        return None;
    }
    // The order of one name's values stays: the first one counts.
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    let mut key = String::with_capacity(http.path().len() + query.len() + 8);
    key.push(if sees_all { ALL } else { OPEN });
    key.push_str(http.path());
    for (name, value) in &pairs {
        key.push('\u{1}');
        key.push_str(name);
        key.push('\u{2}');
        key.push_str(value);
    }
    Some(key)
}
