//! The gate: every request passes it in the same order (path, method, token, rate, scope), whatever
//! the feature; every answer leaves through it.

use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use actix_web::dev::{
    AppService, HttpServiceFactory, Payload, ResourceDef, ServiceRequest, ServiceResponse,
    fn_service,
};
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use domain::kernel::Ids as _;
use futures_util::FutureExt;
use persistence::SystemIds;
use tracing::Instrument;
use uuid::Uuid;

use super::answer::{Answer, Cache};
use super::figures::Figures;
use super::headers::{self, Situation};
use super::kept::{self, Way};
use super::language::Language;
use super::limits::Left;
use super::operation::{Access, Limit, Operation};
use super::query::Query;
use super::request::{Caller, Request};
use super::shortcuts::Shortcuts;
use super::unread::{self, Incoming};
use super::{Kind, Problem};
use crate::app::App;
use crate::auth;

/// Registers every operation of the contract, one resource a path.
pub(crate) fn configure(
    config: &mut web::ServiceConfig,
    app: &Arc<App>,
    shortcuts: &Rc<Shortcuts>,
) {
    for (path, definition) in paths(&app.contract.operations) {
        let all = app.contract.operations.iter();
        let here = all.filter(|operation| operation.path == *path).collect();
        config.service(Served {
            definition: definition.clone(),
            resource: Resource::new(app, path, here),
            shortcuts: shortcuts.clone(),
        });
    }
    let nowhere = Resource::new(app, "-", vec![]);
    let shortcuts = shortcuts.clone();
    config.default_service(fn_service(move |asked| {
        reached(nowhere.clone(), shortcuts.clone(), asked)
    }));
}

/// The paths of the contract in the order in which they are tried. They are compiled once a process: some hundred
/// regular expressions for each worker would be most of a start.
fn paths(operations: &'static [Operation]) -> &'static [(&'static str, ResourceDef)] {
    static PATHS: OnceLock<Vec<(&str, ResourceDef)>> = OnceLock::new();
    PATHS.get_or_init(|| {
        let mut paths: Vec<&str> = operations.iter().map(|one| one.path.as_str()).collect();
        paths.sort_by_key(|path| (rank(path), *path));
        paths.dedup();
        let compiled = |path| (path, ResourceDef::new(path));
        paths.into_iter().map(compiled).collect()
    })
}

/// A path with what is served there.
struct Served {
    definition: ResourceDef,
    resource: Rc<Resource>,
    shortcuts: Rc<Shortcuts>,
}

impl HttpServiceFactory for Served {
    fn register(self, config: &mut AppService) {
        let (resource, shortcuts) = (self.resource, self.shortcuts);
        let service = move |asked| reached(resource.clone(), shortcuts.clone(), asked);
        config.register_service(self.definition, None, fn_service(service), None);
    }
}

/// What is served at one path.
pub(super) struct Resource {
    app: Arc<App>,
    here: Vec<&'static Operation>,
    figures: Figures,
}

impl Resource {
    fn new(app: &Arc<App>, route: &'static str, here: Vec<&'static Operation>) -> Rc<Self> {
        Rc::new(Self {
            app: app.clone(),
            here,
            figures: Figures::of(route),
        })
    }

    /// The answer, when it is kept.
    pub(super) fn give_kept(
        &self,
        way: &Way,
        http: &HttpRequest,
        started: Instant,
    ) -> Option<HttpResponse> {
        let response = kept::quick(&self.app, way, http)?;
        let figures = &self.figures;
        figures.count(http.method(), response.status(), started);
        figures.count_kept();
        Some(response)
    }
}

/// Literal segments are tried before those with a parameter, and those before bare parameters.
fn rank(path: &str) -> Vec<u8> {
    let one = |segment: &str| match (segment.starts_with('{'), segment.ends_with('}')) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => 2,
    };
    path.split('/').map(one).collect()
}

async fn reached(
    resource: Rc<Resource>,
    shortcuts: Rc<Shortcuts>,
    asked: ServiceRequest,
) -> Result<ServiceResponse, actix_web::Error> {
    let (http, payload) = asked.into_parts();
    let response = serve(&resource, &shortcuts, &http, payload).await;
    Ok(ServiceResponse::new(http, response))
}

async fn serve(
    resource: &Rc<Resource>,
    shortcuts: &Shortcuts,
    http: &HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let started = Instant::now();
    let Resource { app, here, figures } = &**resource;
    if let Some(way) = Way::of(here, http)
        && let Some(response) = resource.give_kept(&way, http, started)
    {
        shortcuts.learn(http, resource, way);
        return response;
    }
    let id = request_id(http, app.store.clock().now());
    let method = http.method().clone();
    let span = tracing::info_span!("request", %id, %method, route = figures.route);
    let response = answer(app, here, http, payload, id)
        .instrument(span.clone())
        .await;
    let (status, ms) = (response.status(), started.elapsed().as_secs_f64() * 1e3);
    span.in_scope(|| tracing::info!(status = status.as_u16(), ms, "answered"));
    figures.count(&method, status, started);
    response
}

async fn answer(
    app: &Arc<App>,
    here: &[&'static Operation],
    http: &HttpRequest,
    payload: Payload,
    id: Uuid,
) -> HttpResponse {
    let accepted = http
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok());
    let language = Language::negotiate(accepted);
    let public_read = here
        .iter()
        .any(|operation| operation.method == Method::GET && operation.access == Access::Public);
    let mut left = None;
    let incoming = unread::incoming(payload);
    let taken = pass(app, here, http, &incoming, (id, language), &mut left).await;
    let (mut response, cache) = match taken {
        Ok(answer) => {
            let cache = answer.cache;
            let is_read = matches!(*http.method(), Method::GET | Method::HEAD);
            (answer.into_response(http.headers(), is_read), cache)
        }
        Err(problem) => (refusal(&problem, http, language, id), Cache::Never),
    };
    if *http.method() == Method::OPTIONS && public_read {
        headers::preflight(response.headers_mut());
    }
    let situation = Situation {
        is_public: public_read || here.is_empty(),
        has_token: http.headers().contains_key(header::AUTHORIZATION),
        cache,
        is_https: app.settings.public_url.is_https(),
    };
    headers::finish(response.headers_mut(), http.method(), &situation);
    if let Some(origin) = website(app, here, http) {
        let is_preflight = *http.method() == Method::OPTIONS;
        headers::of_website(response.headers_mut(), origin, is_preflight);
    }
    if response.status() == StatusCode::NOT_MODIFIED {
        headers::not_modified(response.headers_mut());
    }
    put_request_id(response.headers_mut(), id);
    if let Some(left) = left {
        put_limits(response.headers_mut(), &left);
    }
    unread::held_by(response, &incoming)
}

/// The origin of a website of the operator's, where its scripts may call what is here.
fn website<'h>(
    app: &App,
    here: &[&'static Operation],
    http: &'h HttpRequest,
) -> Option<&'h header::HeaderValue> {
    let headers = http.headers();
    let origin = headers.get(header::ORIGIN)?;
    let is_preflight = *http.method() == Method::OPTIONS;
    let is_open = |one: &&'static Operation| {
        one.is_for_websites && (is_preflight || one.method == *http.method())
    };
    let is_named = |one: &String| origin.as_bytes() == one.as_bytes();
    let may = here.iter().any(is_open)
        && !headers.contains_key(header::AUTHORIZATION)
        && app.settings.website_origins.iter().any(is_named);
    may.then_some(origin)
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = header::HeaderValue::from_str(value) {
        headers.insert(header::HeaderName::from_static(name), value);
    }
}

pub(super) fn put_request_id(headers: &mut HeaderMap, id: Uuid) {
    let mut buffer = Uuid::encode_buffer();
    put(
        headers,
        "x-request-id",
        id.hyphenated().encode_lower(&mut buffer),
    );
}

pub(super) fn put_limits(headers: &mut HeaderMap, left: &Left) {
    put(headers, "ratelimit-policy", &left.policy);
    put(headers, "ratelimit", &left.limit);
}

/// What is at no address of the contract. People type one that is no page of its own.
fn nowhere(http: &HttpRequest) -> Result<Answer, Problem> {
    match (http.method(), http.path()) {
        (&Method::GET | &Method::HEAD, "/docs/") => {
            let there = Answer::empty(StatusCode::PERMANENT_REDIRECT);
            Ok(there.with_header(header::LOCATION, "/docs"))
        }
        _ => Err(Problem::new(Kind::NotFound)),
    }
}

/// The order of refusals: path, method, token, rate, scope; then the handler's own.
async fn pass(
    app: &Arc<App>,
    here: &[&'static Operation],
    http: &HttpRequest,
    incoming: &Incoming,
    (id, language): (Uuid, Language),
    left: &mut Option<Left>,
) -> Result<Answer, Problem> {
    if here.is_empty() {
        return nowhere(http);
    }
    let wanted = if *http.method() == Method::HEAD {
        &Method::GET
    } else {
        http.method()
    };
    if *wanted == Method::OPTIONS {
        return Ok(Answer::empty(StatusCode::NO_CONTENT).with_header(header::ALLOW, allowed(here)));
    }
    let operation = here.iter().find(|operation| operation.method == *wanted);
    let operation = *operation.ok_or_else(|| Problem {
        allow: Some(allowed(here)),
        ..Problem::new(Kind::MethodNotAllowed)
    })?;
    let address = client_address(http, app);
    // At /oauth the same header says which client asks, and the handler reads it.
    let caller = match is_oauth(http) {
        true => Caller::Anonymous,
        false => auth::caller(app, http).await?,
    };
    if matches!(
        (&caller, &operation.access),
        (Caller::Anonymous, Access::Token { .. })
    ) {
        return Err(Problem::new(Kind::Unauthorized));
    }
    take(app, &caller, address, left)?;
    if !operation.access.admits(&caller) {
        return Err(Problem::new(Kind::Forbidden));
    }
    let room = app.room.of(&caller);
    let request = Request {
        app: app.clone(),
        http: http.clone(),
        caller,
        language,
        id,
        address,
        operation,
        payload: incoming.clone(),
        room: room.into(),
    };
    // What has a body says this together with the body's faults.
    if operation.method != Method::GET && operation.media_types.is_empty() {
        Query::strict(&request).done()?;
    }
    // A partner may see what is its own besides.
    let keeping = operation
        .keeping
        .filter(|_| request.organisation().is_none());
    let key =
        keeping.and_then(|keeping| kept::key(operation, keeping, http, request.may(keeping.more)));
    let mark = app.kept.mark();
    let answer = handle(app, operation, request).await?;
    Ok(match key {
        Some(key) => keep(app, mark, key, answer),
        None => answer,
    })
}

fn keep(app: &App, mark: kept::Mark, key: String, answer: Answer) -> Answer {
    let entry = kept::Entry::of(answer.clone(), app.settings.public_url.is_https());
    if let Some(entry) = entry {
        app.kept.put(mark, &key, entry);
    }
    answer
}

async fn handle(
    app: &App,
    operation: &'static Operation,
    request: Request,
) -> Result<Answer, Problem> {
    let work = AssertUnwindSafe((operation.handler)(request)).catch_unwind();
    let done = match operation.limit {
        Limit::Attachment | Limit::Import => work.await,
        Limit::Usual | Limit::Batch => tokio::time::timeout(app.settings.request_timeout, work)
            .await
            .map_err(|_| Problem::new(Kind::Timeout).retry_after(5))?,
    };
    done.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(Problem::internal(format!(
            "panic: {}",
            said.unwrap_or("without a word")
        )))
    })
}

/// Takes one request from the bucket of whoever asks; what is left is said, above all when it is
/// nothing.
fn take(
    app: &App,
    caller: &Caller,
    address: IpAddr,
    left: &mut Option<Left>,
) -> Result<(), Problem> {
    let Some(limits) = &app.limits else {
        return Ok(());
    };
    let now = match caller {
        Caller::Anonymous => limits.of_address(address),
        Caller::Staff(staff) => limits.of_owner(staff.user.id.uuid()),
        Caller::Partner(partner) => limits.of_owner(partner.client.id.uuid()),
        Caller::Citizen(person) => limits.of_owner(person.pseudonym.uuid()),
    };
    let wait = now.wait;
    *left = Some(now);
    if wait > 0 {
        return Err(Problem::new(Kind::TooManyRequests).retry_after(wait));
    }
    Ok(())
}

fn allowed(here: &[&'static Operation]) -> String {
    let mut methods: Vec<&str> = here.iter().map(|op| op.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

fn refusal(problem: &Problem, http: &HttpRequest, language: Language, id: Uuid) -> HttpResponse {
    if let Some(cause) = &problem.cause {
        tracing::error!(cause, problem = problem.kind.entry().name, "refused");
    }
    let status =
        StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_LANGUAGE, language.tag()));
    if problem.kind == Kind::Unauthorized {
        let scheme = if is_oauth(http) { "Basic" } else { "Bearer" };
        // RFC 6750, section 3.1: a token was there and doesn't count.
        let error = match http.headers().contains_key(header::AUTHORIZATION) && scheme == "Bearer" {
            true => ", error=\"invalid_token\"",
            false => "",
        };
        let challenge = format!("{scheme} realm=\"concertation\"{error}");
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    if let Some(wait) = problem.retry_after {
        response.insert_header((header::RETRY_AFTER, wait.as_secs().max(1).to_string()));
    }
    if let Some(allow) = &problem.allow {
        response.insert_header((header::ALLOW, allow.as_str()));
    }
    if let Some(etag) = &problem.etag {
        response.insert_header((header::ETAG, etag.as_str()));
    }
    if let Some(range) = &problem.content_range {
        response.insert_header((header::CONTENT_RANGE, range.as_str()));
    }
    let (media_type, document) = match is_oauth(http) {
        true => ("application/json", problem.oauth_document(language)),
        false => ("application/problem+json", problem.document(language, id)),
    };
    response.insert_header((header::CONTENT_TYPE, media_type));
    response.body(super::answer::to_json(&document))
}

/// Below this address errors are those of RFC 6749.
fn is_oauth(http: &HttpRequest) -> bool {
    http.path().starts_with("/oauth/")
}

/// The caller's own id for the request, when it is one; else a new one.
pub(super) fn request_id(http: &HttpRequest, now: DateTime<Utc>) -> Uuid {
    let given = http
        .headers()
        .get("x-request-id")
        .and_then(|v| v.to_str().ok());
    given
        .and_then(|text| Uuid::try_parse(text).ok())
        .unwrap_or_else(|| SystemIds::at(now).next())
}

/// Where the request comes from. A proxy's word counts only where the proxy is trusted: then the
/// last address that is no trusted proxy's.
pub(super) fn client_address(http: &HttpRequest, app: &App) -> IpAddr {
    let peer = http
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let is_trusted = |address: IpAddr| {
        app.settings
            .trusted_proxies
            .iter()
            .any(|net| net.contains(address))
    };
    if !is_trusted(peer) {
        return peer;
    }
    let lines = http
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|v| v.to_str().ok());
    let said: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    for address in said.iter().rev().map(|text| text.trim().parse::<IpAddr>()) {
        match address {
            Ok(address) if is_trusted(address) => {}
            Ok(address) => return address,
            Err(_) => break,
        }
    }
    peer
}
