//! The French contract: an OpenAPI Overlay (1.0.0) over the English one. Targets are JSONPath
//! (RFC 9535) and name objects or lists; what an update holds is merged into what its target names.

use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

/// The overlay as it is committed.
const FRENCH: &str = include_str!("../../../openapi/overlay.fr.json");

/// The contract in French.
pub(super) fn french(english: &Value) -> Value {
    const SOUND: &str = "the committed overlay is sound: a test applies it";
    let overlay = Overlay::read(FRENCH).expect(SOUND);
    let (french, idle) = overlay.apply(english).expect(SOUND);
    if !idle.is_empty() {
        tracing::warn!(targets = ?idle, "actions of the French overlay that name nothing");
    }
    french
}

#[derive(Deserialize)]
struct Overlay {
    actions: Vec<Action>,
}

#[derive(Deserialize)]
struct Action {
    target: String,
    update: Option<Value>,
    #[serde(default)]
    remove: bool,
}

/// Why an overlay can't be applied.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("the overlay can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("{0} is no JSONPath: {1}")]
    Path(String, serde_json_path::ParseError),
    #[error("{0} names a text or a number: only objects and lists can be named")]
    Primitive(String),
    #[error("{0} can't be merged with its update: they are not of one kind")]
    Incompatible(String),
    #[error("the whole document can't be removed")]
    Root,
}

impl Overlay {
    fn read(text: &str) -> Result<Self, Fault> {
        Ok(serde_json::from_str(text)?)
    }

    /// The document with all the actions, one after the other, and the targets that named nothing,
    /// which is no fault by the specification.
    fn apply(&self, document: &Value) -> Result<(Value, Vec<&str>), Fault> {
        let mut document = document.clone();
        let mut idle = Vec::new();
        for action in &self.actions {
            if action.apply(&mut document)? == 0 {
                idle.push(action.target.as_str());
            }
        }
        Ok((document, idle))
    }
}

impl Action {
    /// Applies it, and says to how many places.
    fn apply(&self, document: &mut Value) -> Result<usize, Fault> {
        let path = JsonPath::parse(&self.target)
            .map_err(|error| Fault::Path(self.target.clone(), error))?;
        let mut places: Vec<String> = path
            .query_located(document)
            .iter()
            .map(|node| node.location().to_json_pointer())
            .collect();
        if self.remove {
            // From the end, so that a list's places stay right while it shrinks.
            places.reverse();
        }
        for place in &places {
            match (&self.update, self.remove) {
                (_, true) => remove(document, place)?,
                (Some(update), false) => self.update(document, place, update)?,
                (None, false) => {}
            }
        }
        Ok(places.len())
    }

    fn update(&self, document: &mut Value, place: &str, update: &Value) -> Result<(), Fault> {
        match document.pointer_mut(place) {
            // What a list is updated with is one more entry of it.
            Some(Value::Array(list)) => list.push(update.clone()),
            Some(object @ Value::Object(_)) => {
                if !merge(object, update) {
                    return Err(Fault::Incompatible(self.target.clone()));
                }
            }
            _ => return Err(Fault::Primitive(self.target.clone())),
        }
        Ok(())
    }
}

/// Objects are merged, lists are joined, texts and numbers replaced; false for what is not of one kind.
fn merge(value: &mut Value, update: &Value) -> bool {
    match (value, update) {
        (Value::Object(value), Value::Object(update)) => {
            for (name, update) in update {
                let Some(value) = value.get_mut(name) else {
                    value.insert(name.clone(), update.clone());
                    continue;
                };
                if !merge(value, update) {
                    return false;
                }
            }
        }
        (Value::Array(value), Value::Array(update)) => value.extend_from_slice(update),
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => {
            return false;
        }
        (value, update) => *value = update.clone(),
    }
    true
}

/// Takes out of its object or list what a JSON pointer (RFC 6901) leads to.
fn remove(document: &mut Value, place: &str) -> Result<(), Fault> {
    let (parent, last) = place.rsplit_once('/').ok_or(Fault::Root)?;
    match document.pointer_mut(parent) {
        Some(Value::Object(object)) => {
            object.shift_remove(&last.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(list)) => {
            if let Some(index) = last.parse().ok().filter(|index| *index < list.len()) {
                list.remove(index);
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::problem::TABLE;
    use domain::kernel::text::typeset;

    fn applied(document: &Value, actions: &Value) -> Result<Value, Fault> {
        let overlay = json!({ "overlay": "1.0.0", "actions": actions }).to_string();
        Overlay::read(&overlay)?
            .apply(document)
            .map(|(document, _)| document)
    }

    #[test]
    fn an_update_is_merged_into_every_object_that_its_target_names() {
        let document = json!({ "list": [
            { "name": "a", "said": "x", "deep": { "kept": 1 } }, { "name": "b" }, { "name": "a" },
        ] });
        let update = json!({ "said": "y", "deep": { "more": 2 } });
        let actions = json!([{ "target": "$.list[?@.name=='a']", "update": update }]);
        let expected = json!({ "list": [
            { "name": "a", "said": "y", "deep": { "kept": 1, "more": 2 } },
            { "name": "b" },
            { "name": "a", "said": "y", "deep": { "more": 2 } },
        ] });
        assert_eq!(applied(&document, &actions).unwrap(), expected);
    }

    #[test]
    fn an_update_of_a_list_is_one_more_entry_and_lists_within_an_update_are_joined() {
        let actions = json!([
            { "target": "$.list", "update": ["b"] },
            { "target": "$", "update": { "list": ["c"] } },
        ]);
        let expected = json!({ "list": ["a", ["b"], "c"] });
        assert_eq!(
            applied(&json!({ "list": ["a"] }), &actions).unwrap(),
            expected
        );
    }

    #[test]
    fn what_is_removed_is_gone_from_its_object_or_its_list() {
        let document = json!({ "a/b": { "x": 1 }, "list": [{ "n": 1 }, { "n": 2 }, { "n": 3 }] });
        let actions = json!([
            { "target": "$['a/b']", "remove": true, "update": { "ignored": true } },
            { "target": "$.list[?@.n<3]", "remove": true },
        ]);
        assert_eq!(
            applied(&document, &actions).unwrap(),
            json!({ "list": [{ "n": 3 }] })
        );
    }

    #[test]
    fn a_list_of_texts_is_replaced_by_removing_it_first() {
        let actions = json!([
            { "target": "$.*.tags", "remove": true },
            { "target": "$.get", "update": { "tags": ["Agenda"] } },
        ]);
        let document = json!({ "get": { "tags": ["Calendar"] } });
        assert_eq!(
            applied(&document, &actions).unwrap(),
            json!({ "get": { "tags": ["Agenda"] } })
        );
    }

    #[test]
    fn what_the_specification_forbids_is_a_fault() {
        let document = json!({ "text": "a", "object": {}, "list": [] });
        let fault = |action: Value| applied(&document, &json!([action])).unwrap_err();
        let text = fault(json!({ "target": "$.text", "update": "b" }));
        assert!(matches!(text, Fault::Primitive(_)), "{text}");
        let kinds = fault(json!({ "target": "$", "update": { "object": "b" } }));
        assert!(matches!(kinds, Fault::Incompatible(_)), "{kinds}");
        let object = fault(json!({ "target": "$.object", "update": "b" }));
        assert!(matches!(object, Fault::Incompatible(_)), "{object}");
        let path = fault(json!({ "target": "$.[", "update": {} }));
        assert!(matches!(path, Fault::Path(..)), "{path}");
        let root = fault(json!({ "target": "$", "remove": true }));
        assert!(matches!(root, Fault::Root), "{root}");
    }

    #[test]
    fn every_action_of_the_french_overlay_names_something_and_changes_it() {
        let mut document = super::super::contract().english.clone();
        let mut stale = Vec::new();
        for action in Overlay::read(FRENCH).unwrap().actions {
            let before = document.clone();
            let places = action.apply(&mut document).unwrap();
            if places == 0 || before == document {
                stale.push(action.target);
            }
        }
        assert_eq!(stale, Vec::<String>::new(), "actions that change nothing");
    }

    #[test]
    fn the_examples_of_problems_say_in_french_what_the_service_says() {
        let french = &super::super::contract().french;
        let responses = french["components"]["responses"].as_object().unwrap();
        let mut shown = 0;
        for response in responses.values() {
            let examples = &response["content"]["application/problem+json"]["examples"];
            for (name, example) in examples.as_object().into_iter().flatten() {
                let entry = TABLE.iter().find(|entry| entry.name == name).unwrap();
                let (title, detail) = (typeset(entry.title.0), typeset(entry.explanation.0));
                assert_eq!(example["summary"], title);
                assert_eq!(example["value"]["title"], title);
                assert_eq!(example["value"]["detail"], detail);
                shown += 1;
            }
        }
        assert!(shown > 0);
    }
}
