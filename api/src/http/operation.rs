//! An operation: its handler and what the contract says of it, in one declaration. What the contract
//! says of access, parameters and bodies is what is enforced.

use std::future::Future;
use std::sync::Arc;

use actix_web::http::Method;
use domain::accounts::Scope;
use domain::kernel::Vocabulary;
use futures_util::future::LocalBoxFuture;
use utoipa::openapi::path::{HttpMethod, Operation as Documented};
use utoipa::openapi::{RefOr, Schema};

use super::request::Caller;
use super::{Answer, Problem, Request};

/// The security scheme of the staff, by name.
pub(crate) const STAFF: &str = "oauth2";

/// The security scheme of partners, by name.
pub(crate) const PARTNER: &str = "partner";

/// The security scheme of citizens, by name.
pub(crate) const CITIZEN: &str = "citizen";

type Handler =
    Arc<dyn Fn(Request) -> LocalBoxFuture<'static, Result<Answer, Problem>> + Send + Sync>;

/// A handler with its documentation, as a feature declares it.
pub(crate) struct Endpoint {
    pub(crate) path: String,
    pub(crate) method: HttpMethod,
    pub(crate) documented: Documented,
    pub(crate) schemas: Vec<(String, RefOr<Schema>)>,
    pub(crate) handler: Handler,
    pub(crate) limit: Limit,
    pub(crate) keeping: Option<Keeping>,
    pub(crate) is_for_websites: bool,
}

/// How the answers of a public read are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keeping {
    /// What it does with parameters that it doesn't know.
    pub(crate) unknown: Unknown,
    /// Whoever has this scope sees more than everybody; nothing else makes a difference.
    pub(crate) more: Scope,
}

/// What is done with parameters that are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// Nothing.
    Ignored,
    /// They are refused.
    Refused,
}

/// What a body may weigh and how long the answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// 1 MiB, and the time that the configuration allows.
    Usual,
    /// 8 MiB, and the time that the configuration allows.
    Batch,
    /// 20 MiB and the form around it; the handler minds its time itself.
    Attachment,
    /// 512 MiB; the handler minds its time itself.
    Import,
}

impl Limit {
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Usual => 1024 * 1024,
            Self::Batch => 8 * 1024 * 1024,
            Self::Attachment => 20 * 1024 * 1024 + 64 * 1024,
            Self::Import => 512 * 1024 * 1024,
        }
    }
}

impl Endpoint {
    /// The handler that `#[utoipa::path]` documents as `P`.
    pub(crate) fn of<P, F, Fut>(handler: F) -> Self
    where
        P: utoipa::Path + utoipa::__dev::SchemaReferences + utoipa::__dev::Tags<'static>,
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer, Problem>> + 'static,
    {
        let mut schemas = Vec::new();
        P::schemas(&mut schemas);
        let mut documented = P::operation();
        // The macro leaves the tags to its own collecting of handlers, which is not used here.
        documented.tags = Some(P::tags().into_iter().map(str::to_owned).collect());
        Self {
            path: P::path(),
            method: P::methods().into_iter().next().unwrap_or(HttpMethod::Get),
            documented,
            schemas,
            handler: Arc::new(move |request| Box::pin(handler(request))),
            limit: Limit::Usual,
            keeping: None,
            is_for_websites: false,
        }
    }

    /// Scripts of the websites that the operator named may call it from a browser, without a token.
    pub(crate) fn for_websites(self) -> Self {
        Self {
            is_for_websites: true,
            ..self
        }
    }

    /// Its answers may be kept.
    pub(crate) fn kept(self, unknown: Unknown, more: Scope) -> Self {
        Self {
            keeping: Some(Keeping { unknown, more }),
            ..self
        }
    }

    pub(crate) fn limited(self, limit: Limit) -> Self {
        Self { limit, ..self }
    }
}

/// Who may use an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody; a token shows more.
    Public,
    /// Whoever has a token with all these scopes: of the staff, of a partner, of a citizen. Where nothing is
    /// said of one of them, none of its tokens opens it.
    Token {
        staff: Option<Vec<Scope>>,
        partner: Option<Vec<Scope>>,
        citizen: Option<Vec<Scope>>,
    },
}

impl Access {
    /// Whether the staff with these scopes may use it.
    pub(crate) fn opens_to_staff(&self, has: &[Scope]) -> bool {
        match self {
            Self::Public => true,
            Self::Token { staff, .. } => holds(has, staff.as_deref()),
        }
    }

    /// Whether a partner with these scopes may use it.
    pub(crate) fn opens_to_partner(&self, has: &[Scope]) -> bool {
        match self {
            Self::Public => true,
            Self::Token { partner, .. } => holds(has, partner.as_deref()),
        }
    }

    /// Whether a citizen with these scopes may use it.
    pub(crate) fn opens_to_citizen(&self, has: &[Scope]) -> bool {
        match self {
            Self::Public => true,
            Self::Token { citizen, .. } => holds(has, citizen.as_deref()),
        }
    }

    /// Whether whoever asks may use it.
    pub(super) fn admits(&self, caller: &Caller) -> bool {
        match caller {
            Caller::Anonymous => *self == Self::Public,
            Caller::Staff(staff) => self.opens_to_staff(&staff.scopes),
            Caller::Partner(partner) => self.opens_to_partner(&partner.scopes),
            Caller::Citizen(citizen) => self.opens_to_citizen(&citizen.scopes),
        }
    }
}

fn holds(has: &[Scope], wanted: Option<&[Scope]>) -> bool {
    wanted.is_some_and(|wanted| wanted.iter().all(|scope| has.contains(scope)))
}

/// An operation as it is served.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) method: Method,
    pub(crate) access: Access,
    /// The names of its query parameters.
    pub(crate) parameters: Vec<String>,
    /// The media types of its body; none when it takes none.
    pub(crate) media_types: Vec<String>,
    /// The name of its body's schema.
    pub(crate) body_schema: Option<String>,
    pub(crate) limit: Limit,
    pub(crate) keeping: Option<Keeping>,
    /// Whether scripts of websites may call it.
    pub(crate) is_for_websites: bool,
    pub(crate) handler: Handler,
}

impl Operation {
    /// What the finished document says of an endpoint.
    pub(crate) fn new(endpoint: &Endpoint, documented: &serde_json::Value) -> Self {
        let parameters = documented["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let in_query = parameters.iter().filter(|p| p["in"] == "query");
        let content = documented["requestBody"]["content"].as_object();
        let schema = content
            .and_then(|c| c.values().next())
            .map(|m| &m["schema"]["$ref"]);
        let reference = schema
            .and_then(|r| r.as_str())
            .and_then(|r| r.rsplit('/').next());
        Self {
            id: documented["operationId"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            path: endpoint.path.clone(),
            method: method_of(&endpoint.method),
            access: access_of(&documented["security"]),
            parameters: in_query
                .filter_map(|p| p["name"].as_str())
                .map(str::to_owned)
                .collect(),
            media_types: content
                .map(|c| c.keys().cloned().collect())
                .unwrap_or_default(),
            body_schema: reference.map(str::to_owned),
            limit: endpoint.limit,
            keeping: endpoint.keeping,
            is_for_websites: endpoint.is_for_websites,
            handler: endpoint.handler.clone(),
        }
    }
}

pub(crate) fn method_of(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        _ => Method::GET,
    }
}

/// An empty requirement among the alternatives makes an operation public.
fn access_of(security: &serde_json::Value) -> Access {
    let alternatives = security.as_array().cloned().unwrap_or_default();
    if alternatives
        .iter()
        .any(|one| one.as_object().is_some_and(serde_json::Map::is_empty))
    {
        return Access::Public;
    }
    let scope = |word: &serde_json::Value| Scope::parse(word.as_str()?).ok();
    let scopes = |scheme: &str| {
        let wanted = alternatives.iter().find_map(|one| one[scheme].as_array())?;
        Some(wanted.iter().filter_map(scope).collect())
    };
    Access::Token {
        staff: scopes(STAFF),
        partner: scopes(PARTNER),
        citizen: scopes(CITIZEN),
    }
}
