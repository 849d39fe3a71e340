//! The French contract: an OpenAPI Overlay (1.0.0) over the English one. Targets are JSONPath
//! (RFC 9535); an update is merged into what its target names.

use serde_json::Value;
use serde_json_path::JsonPath;

/// The overlay as it is committed.
pub(super) const FRENCH: &str = include_str!("../../../openapi/overlay.fr.json");

/// The document with the overlay's updates. An action that names nothing changes nothing: a test says
/// which do.
pub(super) fn apply(document: &Value, overlay: &str) -> Value {
    let mut document = document.clone();
    let overlay: Value = serde_json::from_str(overlay).unwrap_or_default();
    for action in overlay["actions"].as_array().into_iter().flatten() {
        let target = action["target"].as_str().unwrap_or_default();
        let Ok(path) = JsonPath::parse(target) else { continue };
        let places: Vec<String> =
            path.query_located(&document).iter().map(|node| node.location().to_json_pointer()).collect();
        for place in places {
            if let Some(value) = document.pointer_mut(&place) {
                merge(value, &action["update"]);
            }
        }
    }
    document
}

fn merge(value: &mut Value, update: &Value) {
    match (value, update) {
        (Value::Object(value), Value::Object(update)) => {
            for (name, update) in update {
                merge(value.entry(name.clone()).or_insert(Value::Null), update);
            }
        }
        (value, update) => *value = update.clone(),
    }
}
