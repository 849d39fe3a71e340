//! What every operation shares, added to the document in one place: the refusals that it may meet,
//! conditional reading, the headers of its answers.

use serde_json::{Map, Value, json};

use super::calls;
use super::shared::{accept_language, headers, if_none_match, oauth_error_schema, problem_schema};
use super::{patches, refusals, vocabularies};

/// The methods of a path item.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

pub(super) fn complete(mut document: Value) -> Value {
    let schemas = take_object(&mut document, "/components/schemas");
    let mut schemas = without_null(schemas);
    vocabularies::add(&mut schemas);
    take_any_item(&mut schemas);
    schemas.insert("Problem".to_owned(), problem_schema());
    schemas.insert("OAuthError".to_owned(), oauth_error_schema());
    for name in [
        "AttachmentInput",
        "BlockerInput",
        "CitizenInput",
        "EventInput",
        "FrameworkInput",
        "FundingInput",
        "ImportSourceInput",
        "OccurrenceInput",
        "OrganisationInput",
        "ProjectInput",
        "ProjectUpdateInput",
        "QuestionInput",
        "SeriesInput",
        "UserInput",
        "WebhookInput",
    ] {
        patches::add(&mut schemas, name);
    }
    // A file comes by a form: what is said of it is patched, and never sent whole.
    schemas.remove("AttachmentInput");
    schemas["AttachmentPatch"]["description"] = json!(
        "What changes of what is said of a file (RFC 7396): absent is kept, `null` is cleared."
    );
    add_scope(&mut schemas["SeriesPatch"]);
    calls::add_calls(&mut document, &mut schemas);
    let mut responses = Map::new();
    let mut paths = take_object(&mut document, "/paths");
    for (path, item) in &mut paths {
        for method in METHODS {
            if let Some(operation) = item.get_mut(*method).filter(|o| o.is_object()) {
                complete_operation(path, method, operation, &schemas, &mut responses);
            }
        }
    }
    document["paths"] = Value::Object(paths);
    document["components"]["schemas"] = Value::Object(sorted(schemas));
    document["components"]["responses"] = Value::Object(sorted(responses));
    document["components"]["headers"] = headers();
    document
}

fn complete_operation(
    path: &str,
    method: &str,
    operation: &mut Value,
    schemas: &Map<String, Value>,
    responses: &mut Map<String, Value>,
) {
    let is_tagged = method == "get" && has_etag(path, operation);
    if method == "patch" {
        patch_body(operation);
    }
    complete_body(operation, schemas);
    if operation.get("parameters").is_none() {
        operation["parameters"] = json!([]);
    }
    let mut parameters = without_null_in(operation["parameters"].take());
    if is_tagged && let Some(list) = parameters.as_array_mut() {
        list.push(if_none_match());
    }
    if method != "get"
        && !path.starts_with("/oauth/")
        && let Some(list) = parameters.as_array_mut()
    {
        list.push(accept_language());
    }
    operation["parameters"] = parameters;
    refusals::add(path, method, operation, responses);
    if is_tagged {
        operation["responses"]["304"] = json!({
            "description": "What the client has is still right",
            "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
        });
    }
    complete_answers(operation, schemas, method == "get", is_tagged);
}

/// The answers that are no refusals, with their headers and examples; all in the order of statuses.
fn complete_answers(
    operation: &mut Value,
    schemas: &Map<String, Value>,
    is_read: bool,
    is_tagged: bool,
) {
    let Some(all) = operation["responses"].as_object_mut() else {
        return;
    };
    let has_parts = all.contains_key("206");
    for (status, response) in all.iter_mut().filter(|(status, _)| status.starts_with('2')) {
        add_headers(status, response, is_read, is_tagged);
        if has_parts {
            add_part_headers(status, response);
        }
        add_examples(response, schemas);
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        for media in content.into_iter().flat_map(Map::values_mut) {
            // JSON that is described elsewhere (an RFC, this document itself).
            if media["schema"] == json!({}) {
                media["schema"] = json!({ "type": "object" });
            }
        }
    }
    let taken = std::mem::take(all);
    *all = sorted(taken);
}

/// How the service is at this moment carries no tag, nor does what only leads elsewhere.
fn has_etag(path: &str, operation: &Value) -> bool {
    const MOMENTARY: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
    operation["responses"].get("200").is_some() && !MOMENTARY.contains(&path)
}

/// A body that may be left out is not `null`, and each body shows an example.
fn complete_body(operation: &mut Value, schemas: &Map<String, Value>) {
    if let Some(body) = operation.get_mut("requestBody") {
        *body = without_null_in(body.take());
        add_examples(body, schemas);
        binary(body);
    }
}

/// Bytes that are sent as they are: not a list of numbers, and the same example as text.
fn binary(body: &mut Value) {
    let example = body["content"]["application/json"]["example"].to_string();
    if let Some(media) = body["content"].get_mut("application/octet-stream") {
        *media = json!({ "schema": { "type": "string", "format": "binary" }, "example": example });
    }
}

/// One of many may be anything: what is wrong with it is told of it alone, and stops no other.
fn take_any_item(schemas: &mut Map<String, Value>) {
    for (schema, list) in [
        ("OpenAgendaExport", "records"),
        ("ProjectBatchInput", "items"),
    ] {
        let place = format!("/properties/{list}/items");
        let items = schemas
            .get_mut(schema)
            .and_then(|one| one.pointer_mut(&place));
        if let Some(items) = items {
            *items = json!({ "anyOf": [items.take(), {}] });
        }
    }
}

/// A patch's body is declared by what it patches; its schema is the one made for patches.
fn patch_body(operation: &mut Value) {
    let content = operation["requestBody"]["content"].as_object_mut();
    for media in content.into_iter().flat_map(Map::values_mut) {
        let reference = media["schema"]["$ref"]
            .as_str()
            .map(|r| r.replace("Input", "Patch"));
        if let Some(reference) = reference {
            media["schema"]["$ref"] = reference.into();
        }
    }
}

fn add_headers(status: &str, response: &mut Value, is_read: bool, is_tagged: bool) {
    let mut names = vec!["X-Request-Id", "RateLimit", "RateLimit-Policy"];
    if status == "201" || status == "202" {
        names.push("Location");
    }
    if is_tagged || (!is_read && status != "204" && response.get("content").is_some()) {
        names.push("ETag");
    }
    for name in names {
        response["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
}

/// What can be had in parts says so, and a part says which it is.
fn add_part_headers(status: &str, response: &mut Value) {
    let of_a_part = (status == "206").then_some("Content-Range");
    for name in ["Accept-Ranges"].into_iter().chain(of_a_part) {
        response["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
}

/// A response or a request that shows a schema shows its example.
fn add_examples(response: &mut Value, schemas: &Map<String, Value>) {
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    for media in content.values_mut() {
        if media.get("example").is_some() || media.get("examples").is_some() {
            continue;
        }
        if let Some(example) = example_of(&media["schema"], schemas) {
            media["example"] = example;
        }
    }
}

/// The example of the schema that is meant; a page shows one row.
fn example_of(reference: &Value, schemas: &Map<String, Value>) -> Option<Value> {
    let schema = schemas.get(reference["$ref"].as_str()?.rsplit('/').next()?)?;
    let Some(mut example) = schema.get("example").cloned() else {
        // One of several: the first that has an example.
        return schema["oneOf"]
            .as_array()?
            .iter()
            .find_map(|one| example_of(one, schemas));
    };
    let is_empty_page = example["data"].as_array().is_some_and(Vec::is_empty);
    if is_empty_page && let Some(row) = example_of(&schema["properties"]["data"]["items"], schemas)
    {
        example["data"] = json!([row]);
    }
    Some(example)
}

/// A patch of a series says more than the series: from where on it holds, and why.
fn add_scope(patch: &mut Value) {
    patch["properties"]["from"] = json!({
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$",
        "description": "The `original_local_start` of one of its dates: what is patched is the series from that date on. All of it when absent",
    });
    patch["properties"]["reason"] = json!({
        "type": "string", "minLength": 1, "maxLength": 1000,
        "description": "Why, in words that people read. Needed where published dates are cancelled",
    });
}

/// Absent means unknown: outside of patches nothing is `null`.
fn without_null(schemas: Map<String, Value>) -> Map<String, Value> {
    schemas
        .into_iter()
        .map(|(name, schema)| (name, without_null_in(schema)))
        .collect()
}

fn without_null_in(value: Value) -> Value {
    match value {
        Value::Object(mut object) => {
            if let Some(kinds) = object.get("type").and_then(Value::as_array) {
                let kinds: Vec<_> = kinds
                    .iter()
                    .filter(|kind| *kind != "null")
                    .cloned()
                    .collect();
                if let [one] = kinds.as_slice() {
                    object.insert("type".to_owned(), one.clone());
                }
            }
            let either = object.get("oneOf").and_then(Value::as_array).cloned();
            if let Some(either) = either {
                let some: Vec<_> = either
                    .into_iter()
                    .filter(|s| *s != json!({ "type": "null" }))
                    .collect();
                if let [Value::Object(one)] = some.as_slice() {
                    object.remove("oneOf");
                    object.extend(one.clone());
                }
            }
            Value::Object(
                object
                    .into_iter()
                    .map(|(k, v)| (k, without_null_in(v)))
                    .collect(),
            )
        }
        Value::Array(items) => items.into_iter().map(without_null_in).collect(),
        other => other,
    }
}

fn take_object(document: &mut Value, pointer: &str) -> Map<String, Value> {
    match document.pointer_mut(pointer).map(Value::take) {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

fn sorted(object: Map<String, Value>) -> Map<String, Value> {
    let mut entries: Vec<_> = object.into_iter().collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.into_iter().collect()
}
