//! The refusals that each operation may meet, from its parameters, its body and its security.

use serde_json::{Map, Value, json};

use crate::http::problem::TABLE;

/// The refusals that an operation may meet, each shared by all that may.
pub(super) fn add(
    path: &str,
    method: &str,
    operation: &mut Value,
    responses: &mut Map<String, Value>,
) {
    let is_oauth = path.starts_with("/oauth/");
    for status in statuses(path, method, operation) {
        let name = if is_oauth {
            format!("OAuth{status}")
        } else {
            format!("Problem{status}")
        };
        let reference = json!({ "$ref": format!("#/components/responses/{name}") });
        responses
            .entry(name)
            .or_insert_with(|| refusal(status, is_oauth));
        let declared = operation["responses"].get(status.to_string());
        // A refusal that the operation speaks of itself keeps its own words.
        let words = declared
            .and_then(|r| r["description"].as_str())
            .map(str::to_owned);
        operation["responses"][status.to_string()] = match words {
            None => reference,
            Some(words) => {
                let mut own = refusal(status, is_oauth);
                own["description"] = words.into();
                own
            }
        };
    }
}

/// The statuses that an operation may be refused with.
fn statuses(path: &str, method: &str, operation: &Value) -> Vec<u16> {
    let parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let has = |place: &str| parameters.iter().any(|p| p["in"] == place);
    let header = |name: &str| {
        parameters
            .iter()
            .find(|p| p["in"] == "header" && p["name"] == name)
    };
    let alternatives = operation["security"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let is_public = alternatives
        .iter()
        .any(|one| one.as_object().is_some_and(Map::is_empty));
    let mut statuses = vec![401, 429, 500, 503];
    if !is_public {
        statuses.push(403);
    }
    if has("path") {
        statuses.push(404);
    }
    if operation.get("requestBody").is_some() {
        statuses.extend([400, 413, 415]);
        if !path.starts_with("/oauth/") {
            statuses.push(422);
        }
    }
    if has("query") {
        statuses.push(422);
    }
    if header("If-Match").is_some() {
        statuses.extend([409, 412, 422]);
        if header("If-Match").is_some_and(|p| p["required"] == true) {
            statuses.push(428);
        }
    }
    if header("Range").is_some() {
        statuses.push(416);
    }
    if header("Idempotency-Key").is_some() {
        statuses.extend([409, 410, 422]);
    }
    if method != "get" {
        statuses.push(507);
    }
    let declared = operation["responses"]
        .as_object()
        .into_iter()
        .flat_map(Map::keys);
    statuses.extend(
        declared
            .filter_map(|s| s.parse().ok())
            .filter(|status: &u16| *status >= 400),
    );
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// The response of one status: all the problems that have it.
fn refusal(status: u16, is_oauth: bool) -> Value {
    let kinds: Vec<_> = TABLE
        .iter()
        .filter(|entry| entry.status == status)
        .collect();
    let titles: Vec<_> = kinds.iter().map(|entry| entry.title.1).collect();
    let mut response = json!({ "description": titles.join("; or: ") });
    if is_oauth {
        response["content"] = json!({ "application/json": {
            "schema": { "$ref": "#/components/schemas/OAuthError" },
            "example": { "error": "invalid_request", "error_description": kinds[0].explanation.1 },
        } });
    } else {
        let example = |entry: &&crate::http::problem::Entry| {
            let value = json!({
                "type": format!("/problems/{}", entry.name),
                "title": entry.title.1,
                "status": status,
                "detail": entry.explanation.1,
                "instance": "urn:uuid:0198c0a0-0000-7000-8000-000000000000",
            });
            (
                entry.name.to_owned(),
                json!({ "summary": entry.title.1, "value": value }),
            )
        };
        let examples: Map<String, Value> = kinds.iter().map(example).collect();
        response["content"] = json!({ "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "examples": examples,
        } });
    }
    let extra = match status {
        401 => Some("WWW-Authenticate"),
        412 => Some("ETag"),
        416 => Some("Content-Range"),
        429 | 503 => Some("Retry-After"),
        _ => None,
    };
    if let Some(name) = extra {
        let reference = format!("#/components/headers/{name}");
        response["headers"] = json!({ name: { "$ref": reference } });
    }
    response
}
