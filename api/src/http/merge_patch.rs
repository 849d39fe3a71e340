//! JSON Merge Patch (RFC 7396): absent is kept, `null` is cleared, a list is replaced whole.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Problem;
use super::body::Schemas;

/// What would have to be sent for the thing to be as the patch has it: `input` is what would have to be for
/// the thing as it is, and `schema` the name of its schema, which the whole is checked against.
pub(crate) fn patched<T: Serialize + DeserializeOwned>(
    schemas: &Schemas,
    schema: &str,
    input: &T,
    patch: &Value,
) -> Result<T, Problem> {
    let merged = merged(input, patch)?;
    schemas.check(schema, &merged)?;
    serde_json::from_value(merged).map_err(Problem::internal)
}

/// A patch applied to what would have to be sent for the thing as it is (RFC 7396).
pub(crate) fn merged(input: &impl serde::Serialize, patch: &Value) -> Result<Value, Problem> {
    let mut value = serde_json::to_value(input).map_err(Problem::internal)?;
    merge(&mut value, patch);
    Ok(value)
}

fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = Value::Object(serde_json::Map::new());
    }
    let Value::Object(object) = value else { return };
    for (name, patch) in patch {
        if patch.is_null() {
            object.remove(name);
        } else {
            merge(object.entry(name.clone()).or_insert(Value::Null), patch);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::merge;

    #[test]
    fn the_examples_of_rfc_7396() {
        for (original, patch, result) in [
            (
                json!({ "a": "b" }),
                json!({ "a": "c" }),
                json!({ "a": "c" }),
            ),
            (
                json!({ "a": "b" }),
                json!({ "b": "c" }),
                json!({ "a": "b", "b": "c" }),
            ),
            (json!({ "a": "b" }), json!({ "a": null }), json!({})),
            (
                json!({ "a": ["b"] }),
                json!({ "a": "c" }),
                json!({ "a": "c" }),
            ),
            (
                json!({ "a": "c" }),
                json!({ "a": ["b"] }),
                json!({ "a": ["b"] }),
            ),
            (
                json!({ "a": { "b": "c" } }),
                json!({ "a": { "b": "d", "c": null } }),
                json!({ "a": { "b": "d" } }),
            ),
            (
                json!({ "a": [{ "b": "c" }] }),
                json!({ "a": [1] }),
                json!({ "a": [1] }),
            ),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({ "a": "b" }), json!(["c"]), json!(["c"])),
            (
                json!({ "e": null }),
                json!({ "a": 1 }),
                json!({ "e": null, "a": 1 }),
            ),
            (
                json!([1, 2]),
                json!({ "a": "b", "c": null }),
                json!({ "a": "b" }),
            ),
            (
                json!({}),
                json!({ "a": { "bb": { "ccc": null } } }),
                json!({ "a": { "bb": {} } }),
            ),
        ] {
            let mut value = original.clone();
            merge(&mut value, &patch);
            assert_eq!(value, result, "{original} with {patch}");
        }
    }
}
