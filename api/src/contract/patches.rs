//! Schemas of merge patches (RFC 7396), made from the schemas of what they patch: nothing is needed,
//! and what is not needed there may be cleared with `null`.

use serde_json::{Map, Value, json};

/// Adds `{name}Patch` for a schema and for every object below it.
pub(super) fn add(schemas: &mut Map<String, Value>, name: &str) -> String {
    let patch_name = format!("{}Patch", name.trim_end_matches("Input"));
    if schemas.contains_key(&patch_name) {
        return patch_name;
    }
    let mut patch = schemas.get(name).cloned().unwrap_or_default();
    // Reserved first, so that a schema that holds itself ends.
    schemas.insert(patch_name.clone(), Value::Null);
    let needed: Vec<String> = patch["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    if let Some(object) = patch.as_object_mut() {
        object.remove("required");
        object.remove("example");
        let said = format!("What changes of {name} (RFC 7396): absent is kept, `null` is cleared.");
        object.insert("description".to_owned(), said.into());
    }
    if let Some(properties) = patch["properties"].as_object_mut() {
        for (field, schema) in properties.iter_mut() {
            let deeper = below(schemas, schema);
            // What is only written has no value that could be cleared.
            let is_kept = needed.contains(field) || deeper["writeOnly"] == true;
            *schema = if is_kept { deeper } else { or_null(deeper) };
        }
    }
    schemas.insert(patch_name.clone(), patch);
    patch_name
}

/// An object within a patch is patched itself; a list is replaced whole.
fn below(schemas: &mut Map<String, Value>, schema: &Value) -> Value {
    let name = schema["$ref"]
        .as_str()
        .and_then(|r| r.rsplit('/').next())
        .map(str::to_owned);
    let Some(name) = name else {
        return schema.clone();
    };
    let is_object = schemas.get(&name).is_some_and(|s| s["type"] == "object");
    if !is_object {
        return schema.clone();
    }
    let patch = add(schemas, &name);
    let mut reference = schema.clone();
    reference["$ref"] = format!("#/components/schemas/{patch}").into();
    reference
}

fn or_null(mut schema: Value) -> Value {
    if let Some(kind) = schema["type"].as_str().map(str::to_owned) {
        schema["type"] = json!([kind, "null"]);
        if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            words.push(Value::Null);
        }
        return schema;
    }
    let said = schema
        .as_object_mut()
        .and_then(|object| object.remove("description"));
    let mut either = json!({ "oneOf": [{ "type": "null" }, schema] });
    if let Some(said) = said {
        either["description"] = said;
    }
    either
}
