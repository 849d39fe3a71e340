//! Whether a contract keeps the promises of an earlier one: a pure function over two OpenAPI documents.
//!
//! What a client sends must still be taken (schemas of requests may only widen), and what it reads must
//! still be there (schemas of responses may only narrow). Two things may grow although a strict reader
//! could stumble: fields of responses, and the words of their enumerations. The contract's description
//! says so to those who write clients.

mod schema;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use schema::{Direction, Pair};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What a client of `released` would stumble over in `current`, a line each.
#[must_use]
pub fn breaks(released: &Value, current: &Value) -> Vec<String> {
    let pair = Pair { released, current };
    let mut found = Vec::new();
    for (path, item) in object(&released["paths"]) {
        for method in METHODS.iter().filter(|method| item.get(**method).is_some()) {
            let name = format!("{method} {path}");
            match current["paths"][path].get(*method) {
                None => found.push(format!("{name}: it is gone")),
                Some(operation) => pair.operation(&name, &item[*method], operation, &mut found),
            }
        }
    }
    pair.sign_in(&mut found);
    found
}

pub(crate) fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

impl Pair<'_> {
    fn operation(&self, name: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
        if old["operationId"] != new["operationId"] {
            found.push(format!("{name}: its operationId changed"));
        }
        if !list(&old["security"]).all(|way| list(&new["security"]).any(|now| suffices(way, now))) {
            found.push(format!("{name}: it asks for more than it did"));
        }
        self.parameters(name, old, new, found);
        self.body(name, old, new, found);
        self.responses(name, old, new, found);
    }

    fn parameters(&self, name: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
        let same = |a: &Value, b: &Value| a["in"] == b["in"] && a["name"] == b["name"];
        let said = |p: &Value| format!("{name}: {} {}", text(&p["in"]), text(&p["name"]));
        for before in list(&old["parameters"]) {
            match list(&new["parameters"]).find(|now| same(before, now)) {
                None => found.push(format!("{}: it is gone", said(before))),
                Some(now) => {
                    let schemas = (&before["schema"], &now["schema"]);
                    self.schema(&said(before), schemas, Direction::Request, found);
                }
            }
        }
        for now in list(&new["parameters"]).filter(|now| now["required"] == true) {
            let before = list(&old["parameters"]).find(|before| same(before, now));
            if before.is_none_or(|before| before["required"] != true) {
                found.push(format!("{}: it is needed now", said(now)));
            }
        }
    }

    fn body(&self, name: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
        let (before, now) = (&old["requestBody"], &new["requestBody"]);
        if now["required"] == true && before["required"] != true {
            found.push(format!("{name}: its body is needed now"));
        }
        self.content(
            &format!("{name}: body"),
            (before, now),
            Direction::Request,
            found,
        );
    }

    fn responses(&self, name: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
        let is_success = |status: &str| status.starts_with('2') || status.starts_with('3');
        for (status, before) in object(&old["responses"]).filter(|(s, _)| is_success(s)) {
            let Some(now) = new["responses"].get(status) else {
                found.push(format!("{name}: {status}: it is gone"));
                continue;
            };
            let (before, now) = (self.before(before), self.now(now));
            for (header, _) in object(&before["headers"]) {
                if now["headers"].get(header).is_none() {
                    found.push(format!("{name}: {status}: header {header}: it is gone"));
                }
            }
            self.content(
                &format!("{name}: {status}"),
                (before, now),
                Direction::Response,
                found,
            );
        }
    }

    fn content(
        &self,
        name: &str,
        (before, now): (&Value, &Value),
        direction: Direction,
        found: &mut Vec<String>,
    ) {
        for (media_type, before) in object(&before["content"]) {
            match now["content"].get(media_type) {
                None => found.push(format!("{name}: {media_type}: it is gone")),
                Some(now) => {
                    self.schema(name, (&before["schema"], &now["schema"]), direction, found);
                }
            }
        }
    }

    /// The ways to get a token.
    fn sign_in(&self, found: &mut Vec<String>) {
        for (name, before) in object(&self.released["components"]["securitySchemes"]) {
            let now = &self.current["components"]["securitySchemes"][name];
            if before["type"] != now["type"] {
                found.push(format!("sign-in {name}: it is gone or another"));
                continue;
            }
            for (flow, before) in object(&before["flows"]) {
                let now = &now["flows"][flow];
                if before["tokenUrl"] != now["tokenUrl"] {
                    found.push(format!("sign-in {name}: {flow}: it is gone or elsewhere"));
                }
                for (scope, _) in object(&before["scopes"]) {
                    if now["scopes"].get(scope).is_none() {
                        found.push(format!("sign-in {name}: {flow}: scope {scope}: it is gone"));
                    }
                }
            }
        }
    }
}

/// Whether who fulfilled `before` fulfils `now`.
fn suffices(before: &Value, now: &Value) -> bool {
    object(now).all(|(scheme, wanted)| {
        let had = before.get(scheme);
        had.is_some_and(|had| list(wanted).all(|scope| list(had).any(|one| one == scope)))
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema["properties"].as_object()
}
