//! The pieces of the document that operations share: headers, parameters, the shapes of errors.

use domain::kernel::Vocabulary;
use serde_json::{Map, Value, json};

use crate::http::faults::CODES;
use crate::http::problem::TABLE;

/// A closed list of the domain, as a schema of its own.
pub(super) fn add_vocabulary<V: Vocabulary>(schemas: &mut Map<String, Value>, description: &str) {
    let schema = json!({
        "type": "string", "enum": V::all_words(), "description": description,
    });
    schemas.insert(V::NAME.to_owned(), schema);
}

pub(super) fn headers() -> Value {
    let text = |description: &str, example: &str| json!({ "description": description, "schema": { "type": "string" }, "example": example });
    json!({
        "Accept-Ranges": text("That parts of it are had by `Range`", "bytes"),
        "Content-Range": text("Which part it is, of how many bytes; of how many alone, where there is no such part", "bytes 0-1023/4096"),
        "ETag": text("The tag of what is shown: send it in If-None-Match to read it again only when it changed, or in If-Match to change it", "\"v3-staff-1f2e3d4c5b6a7988\""),
        "Location": text("Where what was made is", "/v1/events/0198c0a0-0000-7000-8000-000000000000"),
        "RateLimit": text("What is left of the limit, and in how many seconds it is whole again", "\"anonymous\";r=499;t=1"),
        "RateLimit-Policy": text("The limit: so many requests (q) in so many seconds (w)", "\"anonymous\";q=500;w=10"),
        "Retry-After": text("In how many seconds to try again", "1"),
        "WWW-Authenticate": text("How to sign in", "Bearer realm=\"concertation\""),
        "X-Request-Id": text("The id of the request, as the log has it", "0198c0a0-0000-7000-8000-000000000000"),
    })
}

pub(super) fn accept_language() -> Value {
    json!({
        "name": "Accept-Language",
        "in": "header",
        "required": false,
        "description": "The language of what goes wrong: `fr`, or `en`",
        "schema": { "type": "string" },
        "example": "fr",
    })
}

pub(super) fn if_none_match() -> Value {
    json!({
        "name": "If-None-Match",
        "in": "header",
        "required": false,
        "description": "The ETag of what the client has; the answer is 304 while it is still right",
        "schema": { "type": "string" },
        "example": "\"public-1f2e3d4c5b6a7988\"",
    })
}

pub(super) fn problem_schema() -> Value {
    let types: Vec<_> = TABLE
        .iter()
        .map(|entry| format!("/problems/{}", entry.name))
        .collect();
    json!({
        "type": "object",
        "description": "A problem document (RFC 9457). `type` and the codes never change and form closed lists.",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": { "type": "string", "enum": types, "description": "Which problem: an address on this server that explains it" },
            "title": { "type": "string", "description": "The problem in a few words, in the reader's language" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status" },
            "detail": { "type": "string", "description": "What happened here and what to do next, in the reader's language" },
            "instance": { "type": "string", "description": "The request: `urn:uuid:` and its id" },
            "errors": {
                "type": "array",
                "description": "Every fault of the request at once",
                "items": {
                    "type": "object",
                    "required": ["code", "detail"],
                    "properties": {
                        "pointer": { "type": "string", "description": "Where in the body (RFC 6901)" },
                        "parameter": { "type": "string", "description": "Which query parameter or header" },
                        "code": { "type": "string", "enum": CODES, "description": "What is wrong" },
                        "detail": { "type": "string", "description": "The same in words" },
                    },
                },
            },
            "existing": described_structure("With `conflict`: the structure that it already is, or was merged into"),
            "candidates": {
                "type": "array",
                "items": described_structure("A structure that is there"),
                "description": "With `conflict`: those it resembles; the ids of those it is not go into `confirm_distinct_from`",
            },
            "state": { "type": "string", "description": "With `wrong-state`: the state the object is in" },
            "allowed_transitions": { "type": "array", "items": { "type": "string" }, "description": "With `wrong-state`: what is possible from here" },
        },
    })
}

fn described_structure(description: &str) -> Value {
    json!({
        "type": "object",
        "description": description,
        "required": ["id", "url"],
        "properties": {
            "id": { "type": "string", "format": "uuid", "description": "Its id" },
            "name": { "type": "string", "description": "What it is called" },
            "url": { "type": "string", "description": "Its address" },
        },
    })
}

pub(super) fn oauth_error_schema() -> Value {
    json!({
        "type": "object",
        "description": "An OAuth error (RFC 6749, section 5.2)",
        "required": ["error"],
        "properties": {
            "error": { "type": "string", "enum": [
                "invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type",
                "invalid_scope", "temporarily_unavailable", "server_error",
            ], "description": "What is wrong" },
            "error_description": { "type": "string", "description": "The same in words" },
        },
    })
}
