//! The contract: one OpenAPI 3.1 document from the code, completed with what every operation shares,
//! and the table of operations that is served from it.

mod access;
mod calls;
mod complete;
mod document;
mod overlay;
mod pages;
mod patches;
mod refusals;
mod shared;
mod vocabularies;

use std::sync::OnceLock;

use serde_json::Value;

use crate::http::body::Schemas;
use crate::http::operation::{Endpoint, Operation};
use crate::{
    attachments, audit, auth, calendar, citizens, clients, events, evidence, follow_up, frameworks,
    import_sources, imports, involvements, me, ops, organisations, participations, projects,
    registrations, rights, territory, users, webhooks,
};

/// The contract as it is served.
pub(crate) struct Contract {
    pub(crate) english: Value,
    pub(crate) french: Value,
    pub(crate) operations: Vec<Operation>,
    pub(crate) schemas: Schemas,
}

/// Every operation there is. A feature that is not here is not served.
fn endpoints() -> Vec<Endpoint> {
    [
        calendar::endpoints(),
        events::endpoints(),
        imports::endpoints(),
        import_sources::endpoints(),
        organisations::endpoints(),
        clients::endpoints(),
        citizens::endpoints(),
        registrations::endpoints(),
        participations::endpoints(),
        evidence::endpoints(),
        rights::endpoints(),
        frameworks::endpoints(),
        projects::endpoints(),
        attachments::endpoints(),
        follow_up::endpoints(),
        involvements::endpoints(),
        webhooks::endpoints(),
        territory::endpoints(),
        auth::endpoints(),
        users::endpoints(),
        me::endpoints(),
        audit::endpoints(),
        pages::endpoints(),
        ops::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The contract, made once a process.
pub(crate) fn contract() -> &'static Contract {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    CONTRACT.get_or_init(|| {
        let endpoints = endpoints();
        let english = complete::complete(document::document(&endpoints));
        let french = overlay::french(&english);
        let operation = |endpoint: &Endpoint| {
            let method = crate::http::operation::method_of(&endpoint.method);
            let method = method.as_str().to_ascii_lowercase();
            Operation::new(endpoint, &english["paths"][&endpoint.path][&method])
        };
        Contract {
            operations: endpoints.iter().map(operation).collect(),
            schemas: Schemas::new(&english),
            english,
            french,
        }
    })
}

/// The documents that are made from the code and committed in `openapi/`: name and text.
#[must_use]
pub fn documents() -> Vec<(&'static str, String)> {
    let pretty = |value: &Value| {
        let text = serde_json::to_string_pretty(value);
        text.expect("a JSON value always serialises") + "\n"
    };
    vec![
        ("openapi.json", pretty(&contract().english)),
        ("access.md", access::matrix(&contract().operations)),
    ]
}
