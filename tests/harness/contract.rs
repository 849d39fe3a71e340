//! The contract as a client reads it: its operations, their examples, what they ask for. Everything
//! that tests try of the contract comes from here, so that what is added to it is tried as well.

use std::fmt;

use jsonschema::Validator;
use serde_json::Value;

use crate::app::{App, Staff};
use crate::http::Call;

/// The methods that an operation may have.
pub const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The text of a document that is made from the code.
///
/// # Panics
/// When there is none of that name.
#[must_use]
pub fn made(name: &str) -> String {
    let found = api::documents()
        .into_iter()
        .find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("no document {name}")).1
}

/// An OpenAPI document.
#[derive(Debug, Clone)]
pub struct Document(pub Value);

impl Document {
    /// The one that the service serves.
    ///
    /// # Panics
    /// When it is no JSON.
    #[must_use]
    pub fn served() -> Self {
        Self(serde_json::from_str(&made("openapi.json")).expect("a JSON document"))
    }

    /// All operations, path by path.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let mut all = Vec::new();
        for (path, item) in self.0["paths"].as_object().into_iter().flatten() {
            for method in METHODS.iter().filter(|method| item.get(**method).is_some()) {
                all.push(Operation {
                    method: method.to_ascii_uppercase(),
                    path: path.clone(),
                    value: item[*method].clone(),
                });
            }
        }
        all
    }

    /// What a reference stands for; anything else is itself.
    ///
    /// # Panics
    /// When the reference leads nowhere.
    #[must_use]
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value["$ref"].as_str() else {
            return value;
        };
        let found = reference
            .strip_prefix('#')
            .and_then(|pointer| self.0.pointer(pointer));
        self.resolve(found.unwrap_or_else(|| panic!("{reference} leads nowhere")))
    }

    /// A validator of one of its schemas, formats included.
    ///
    /// # Panics
    /// When the schema is none.
    #[must_use]
    pub fn validator(&self, schema: &Value) -> Validator {
        let mut schema = schema.clone();
        schema["components"] = self.0["components"].clone();
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// What is wrong with a value, a line each.
    #[must_use]
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let said =
            |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
        self.validator(schema)
            .iter_errors(value)
            .map(said)
            .collect()
    }
}

/// An operation of a document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// With its parameters in braces.
    pub path: String,
    /// What the document says of it.
    pub value: Value,
}

/// A request's body as the document shows it.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its type.
    pub media_type: String,
    /// The example.
    pub example: Value,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id(), self.method, self.path)
    }
}

impl Operation {
    /// Its `operationId`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// Whether it is a `GET`.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.method == "GET"
    }

    /// Its parameters in that place: `path`, `query` or `header`.
    #[must_use]
    pub fn parameters(&self, place: &str) -> Vec<&Value> {
        let all = self.value["parameters"].as_array();
        all.into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == place)
            .collect()
    }

    /// Whether it wants `If-Match`; or another header in its place, without either of which it is refused.
    #[must_use]
    pub fn needs_if_match(&self) -> bool {
        self.statuses().contains(&428)
    }

    /// The path with its parameters' examples.
    #[must_use]
    pub fn example_path(&self) -> String {
        self.parameters("path")
            .iter()
            .fold(self.path.clone(), |path, parameter| {
                let name = format!("{{{}}}", text(&parameter["name"]));
                path.replace(&name, text(&parameter["example"]))
            })
    }

    /// The examples of its query parameters.
    #[must_use]
    pub fn example_query(&self) -> Vec<(String, String)> {
        let given = |parameter: &&Value| {
            let example = parameter.get("example")?;
            let said = example
                .as_str()
                .map_or_else(|| example.to_string(), str::to_owned);
            Some((text(&parameter["name"]).to_owned(), said))
        };
        self.parameters("query").iter().filter_map(given).collect()
    }

    /// Its bodies, one a media type.
    #[must_use]
    pub fn bodies(&self) -> Vec<Body> {
        let content = self.value["requestBody"]["content"].as_object();
        let body = |(media_type, media): (&String, &Value)| Body {
            media_type: media_type.clone(),
            example: media["example"].clone(),
        };
        content.into_iter().flatten().map(body).collect()
    }

    fn ways(&self) -> impl Iterator<Item = &Value> {
        self.value["security"].as_array().into_iter().flatten()
    }

    /// Whether it is open to everybody.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.ways()
            .any(|way| way.as_object().is_some_and(serde_json::Map::is_empty))
    }

    /// The scopes that a token of the staff needs; nothing when none of the staff opens it.
    #[must_use]
    pub fn staff_scopes(&self) -> Option<Vec<String>> {
        self.scopes("oauth2")
    }

    /// The scopes that a partner's token needs; nothing when no partner's opens it.
    #[must_use]
    pub fn partner_scopes(&self) -> Option<Vec<String>> {
        self.scopes("partner")
    }

    /// The scopes that a citizen's token needs; nothing when no citizen's opens it.
    #[must_use]
    pub fn citizen_scopes(&self) -> Option<Vec<String>> {
        self.scopes("citizen")
    }

    fn scopes(&self, scheme: &str) -> Option<Vec<String>> {
        let scopes = self.ways().find_map(|way| way[scheme].as_array())?;
        Some(scopes.iter().map(|scope| text(scope).to_owned()).collect())
    }

    /// The statuses that it may answer with.
    #[must_use]
    pub fn statuses(&self) -> Vec<u16> {
        let all = self.value["responses"].as_object();
        all.into_iter()
            .flatten()
            .filter_map(|(status, _)| status.parse().ok())
            .collect()
    }

    /// The statuses of success: what leads elsewhere is one where nothing else is.
    #[must_use]
    pub fn successes(&self) -> Vec<u16> {
        let statuses = self.statuses();
        let done: Vec<u16> = statuses
            .iter()
            .copied()
            .filter(|s| (200..300).contains(s))
            .collect();
        if done.is_empty() {
            return statuses
                .into_iter()
                .filter(|s| (300..400).contains(s) && *s != 304)
                .collect();
        }
        done
    }

    /// A call of it with its examples; the path may be another than the example's.
    #[must_use]
    pub fn call(&self, app: &App, path: &str, body: Option<&Body>, by: Option<&Staff>) -> Call {
        let mut call = app.call(&self.method, path);
        if let Some(staff) = by {
            call = call.by(staff);
        }
        if self.needs_if_match() {
            call = call.if_match("*");
        }
        match body {
            None => call,
            Some(body) => with_body(call, body),
        }
    }
}

fn with_body(call: Call, body: &Body) -> Call {
    let fields = || body.example.as_object().into_iter().flatten();
    let plain = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    match body.media_type.as_str() {
        "application/x-www-form-urlencoded" => {
            let pairs: Vec<_> = fields()
                .map(|(name, value)| (name.as_str(), plain(value)))
                .collect();
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            call.form(&pairs)
        }
        "multipart/form-data" => {
            let form = fields().fold(reqwest::multipart::Form::new(), |form, (name, value)| {
                let part = reqwest::multipart::Part::text(plain(value)).file_name("example.json");
                form.part(name.clone(), part)
            });
            call.multipart(form)
        }
        json if json.ends_with("json") => call.body(json, body.example.to_string()),
        other => call.body(other, plain(&body.example)),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The committed document of the last release.
///
/// # Panics
/// When it is no JSON.
#[must_use]
pub fn released() -> Value {
    let text = include_str!("../../openapi/released.json");
    serde_json::from_str(text).expect("a JSON document")
}
