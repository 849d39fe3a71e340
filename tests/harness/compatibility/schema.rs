//! Two versions of one schema, by the direction in which its values travel.

use std::cell::RefCell;
use std::collections::HashSet;

use serde_json::Value;

use super::{list, properties, text};

/// The two documents that references are looked up in.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) released: &'a Value,
    pub(super) current: &'a Value,
}

/// Which way the values of a schema go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the client: what was taken must be taken.
    Request,
    /// To the client: what was sure must be sure.
    Response,
}

/// Bounds: the keyword, and whether a greater number takes more.
const BOUNDS: [(&str, bool); 8] = [
    ("minLength", false),
    ("maxLength", true),
    ("minimum", false),
    ("maximum", true),
    ("minItems", false),
    ("maxItems", true),
    ("minProperties", false),
    ("maxProperties", true),
];

thread_local! {
    /// The pairs of references that are being compared: a schema that holds itself ends.
    static UNDER_WAY: RefCell<HashSet<(String, String)>> = RefCell::default();
}

impl Pair<'_> {
    pub(super) fn before<'v>(&'v self, value: &'v Value) -> &'v Value {
        resolved(self.released, value)
    }

    pub(super) fn now<'v>(&'v self, value: &'v Value) -> &'v Value {
        resolved(self.current, value)
    }

    pub(super) fn schema(
        &self,
        name: &str,
        (before, now): (&Value, &Value),
        direction: Direction,
        found: &mut Vec<String>,
    ) {
        let references = (
            text(&before["$ref"]).to_owned(),
            text(&now["$ref"]).to_owned(),
        );
        let is_named = !references.0.is_empty() && !references.1.is_empty();
        if is_named && !UNDER_WAY.with_borrow_mut(|pairs| pairs.insert(references.clone())) {
            return;
        }
        let before = resolved(self.released, before);
        let now = resolved(self.current, now);
        if before["oneOf"].is_array() || now["oneOf"].is_array() {
            self.alternatives(name, (before, now), direction, found);
        } else {
            self.one(name, (before, now), direction, found);
        }
        if is_named {
            UNDER_WAY.with_borrow_mut(|pairs| pairs.remove(&references));
        }
    }

    /// Every alternative that a client knows, or may send, has its like on the other side.
    fn alternatives(
        &self,
        name: &str,
        (before, now): (&Value, &Value),
        direction: Direction,
        found: &mut Vec<String>,
    ) {
        let (before, now) = (ways(before), ways(now));
        let fits = |before: &Value, now: &Value| {
            let mut apart = Vec::new();
            self.schema(name, (before, now), direction, &mut apart);
            apart.is_empty()
        };
        let is_kept = match direction {
            Direction::Request => before.iter().all(|b| now.iter().any(|n| fits(b, n))),
            Direction::Response => now.iter().all(|n| before.iter().any(|b| fits(b, n))),
        };
        if !is_kept {
            found.push(format!("{name}: its alternatives changed"));
        }
    }

    fn one(
        &self,
        name: &str,
        (before, now): (&Value, &Value),
        direction: Direction,
        found: &mut Vec<String>,
    ) {
        let is_request = direction == Direction::Request;
        let (narrow, wide) = if is_request {
            (before, now)
        } else {
            (now, before)
        };
        if !is_within(&types(narrow), &types(wide)) {
            found.push(format!("{name}: its type changed"));
            return;
        }
        words(name, (before, now), direction, found);
        let is_tightened = is_request && !now["format"].is_null();
        if before["format"] != now["format"] && (is_tightened || !is_request) {
            found.push(format!("{name}: its format changed"));
        }
        if is_request {
            bounds(name, before, now, found);
        }
        self.fields(name, (before, now), direction, found);
        for part in ["items", "additionalProperties"] {
            if before[part].is_object() && now[part].is_object() {
                let name = format!("{name}/*");
                self.schema(&name, (&before[part], &now[part]), direction, found);
            }
        }
    }

    fn fields(
        &self,
        name: &str,
        (before, now): (&Value, &Value),
        direction: Direction,
        found: &mut Vec<String>,
    ) {
        for (field, schema) in properties(before).into_iter().flatten() {
            let name = format!("{name}/{field}");
            match properties(now).and_then(|fields| fields.get(field)) {
                None => found.push(format!("{name}: it is gone")),
                Some(now) => self.schema(&name, (schema, now), direction, found),
            }
        }
        let (from, to, said) = match direction {
            Direction::Request => (now, before, "it is needed now"),
            Direction::Response => (before, now, "it may be absent now"),
        };
        for field in list(&from["required"]) {
            let is_there = properties(now).is_some_and(|fields| fields.contains_key(text(field)));
            if is_there && !list(&to["required"]).any(|one| one == field) {
                found.push(format!("{name}/{}: {said}", text(field)));
            }
        }
    }
}

/// The closed list of a text. In requests no word may go; in responses words may come.
fn words(
    name: &str,
    (before, now): (&Value, &Value),
    direction: Direction,
    found: &mut Vec<String>,
) {
    match (before["enum"].as_array(), now["enum"].as_array(), direction) {
        (Some(before), Some(now), Direction::Request) => {
            for word in before.iter().filter(|word| !now.contains(word)) {
                found.push(format!("{name}: {word} is refused now"));
            }
        }
        (None, Some(_), Direction::Request) => {
            found.push(format!("{name}: it is a closed list now"))
        }
        (Some(_), None, Direction::Response) => {
            found.push(format!("{name}: it is no closed list any more"));
        }
        _ => {}
    }
}

fn bounds(name: &str, before: &Value, now: &Value, found: &mut Vec<String>) {
    for (keyword, greater_takes_more) in BOUNDS {
        let is_tighter = match (before[keyword].as_f64(), now[keyword].as_f64()) {
            (_, None) => false,
            // What is nothing's bound anyway: a text of at least 0 characters.
            (None, Some(now)) => greater_takes_more || now > 0.0 || keyword == "minimum",
            (Some(before), Some(now)) if greater_takes_more => now < before,
            (Some(before), Some(now)) => now > before,
        };
        if is_tighter {
            found.push(format!("{name}: {keyword} is tighter"));
        }
    }
    if !now["pattern"].is_null() && before["pattern"] != now["pattern"] {
        found.push(format!("{name}: its pattern changed"));
    }
    if now["uniqueItems"] == true && before["uniqueItems"] != true {
        found.push(format!("{name}: no value may stand twice now"));
    }
    if now["additionalProperties"] == false && before["additionalProperties"] != false {
        found.push(format!("{name}: unknown fields are refused now"));
    }
}

/// The types a value may have; none named means all.
fn types(schema: &Value) -> Option<Vec<&Value>> {
    match &schema["type"] {
        Value::Null => None,
        Value::Array(several) => Some(several.iter().collect()),
        one => Some(vec![one]),
    }
}

fn is_within(narrow: &Option<Vec<&Value>>, wide: &Option<Vec<&Value>>) -> bool {
    match (narrow, wide) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(narrow), Some(wide)) => narrow.iter().all(|kind| {
            // Every integer is a number.
            wide.contains(kind) || (*kind == "integer" && wide.iter().any(|one| *one == "number"))
        }),
    }
}

fn ways(schema: &Value) -> Vec<&Value> {
    match schema["oneOf"].as_array() {
        Some(several) => several.iter().collect(),
        None => vec![schema],
    }
}

/// What a reference stands for.
fn resolved<'v>(document: &'v Value, value: &'v Value) -> &'v Value {
    let pointer = value["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix('#'));
    match pointer.and_then(|pointer| document.pointer(pointer)) {
        Some(found) => resolved(document, found),
        None => value,
    }
}
