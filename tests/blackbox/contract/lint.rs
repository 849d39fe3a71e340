//! The document is complete: nothing without a name, words, a type, an example; nothing that leads
//! nowhere, nothing that is not used.

use std::collections::BTreeSet;
use std::path::Path;

use harness::app::App;
use harness::contract::{Document, Operation};
use harness::engines::Engine;
use serde_json::{Value, json};

/// Parameters whose value nobody can know before: the service gives it out, or it is new each time.
const WITHOUT_EXAMPLE: [&str; 2] = ["cursor", "Idempotency-Key"];

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn says_something(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// What is wrong, none of it left out.
#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn of_operations(fault: impl Fn(&Document, &Operation) -> Vec<String>) -> Vec<String> {
    let document = Document::served();
    let operations = document.operations();
    assert!(operations.len() > 40, "{}", operations.len());
    let one = |operation: &Operation| {
        let faults = fault(&document, operation);
        faults
            .into_iter()
            .map(|said| format!("{operation}: {said}"))
            .collect::<Vec<_>>()
    };
    operations.iter().flat_map(one).collect()
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let operations = Document::served().operations();
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    for operation in &operations {
        let words: Vec<_> = operation.id().split('_').collect();
        assert!(
            words.len() > 1 && words.iter().all(|word| is_word(word)),
            "{operation}"
        );
    }
    let names: BTreeSet<_> = operations.iter().map(Operation::id).collect();
    assert_eq!(names.len(), operations.len());
}

#[test]
fn every_operation_is_described_and_has_one_tag_and_its_security() {
    let document = Document::served();
    let tags: BTreeSet<_> = list(&document.0["tags"])
        .filter_map(|t| t["name"].as_str())
        .collect();
    let scopes_of = |scheme: &str| {
        let flow = match scheme {
            "oauth2" => "password",
            "partner" => "clientCredentials",
            _ => return &Value::Null,
        };
        let scheme = &document.0["components"]["securitySchemes"][scheme];
        &scheme["flows"][flow]["scopes"]
    };
    // A citizen's token has no flow of OpenAPI's: its one scope is said where the scheme is.
    let citizens = json!({ "citizens:own": document.0["components"]["securitySchemes"]["citizen"]["description"] });
    let faults = of_operations(|_, operation| {
        let said = &operation.value;
        let mut faults = Vec::new();
        for field in ["summary", "description"] {
            if !says_something(&said[field]) {
                faults.push(format!("no {field}"));
            }
        }
        let of_it: Vec<_> = list(&said["tags"]).filter_map(Value::as_str).collect();
        if !matches!(of_it.as_slice(), [one] if tags.contains(one)) {
            faults.push(format!("tags {of_it:?}"));
        }
        if said["security"].as_array().is_none_or(Vec::is_empty) {
            faults.push("no security".to_owned());
        }
        for way in list(&said["security"]).flat_map(object) {
            let scopes = match way.0.as_str() {
                "citizen" => &citizens,
                scheme => scopes_of(scheme),
            };
            let is_known =
                list(way.1).all(|scope| says_something(&scopes[scope.as_str().unwrap_or("")]));
            if scopes.is_null() || !is_known {
                faults.push(format!("security {way:?}"));
            }
        }
        faults
    });
    assert_none(&faults);
    let used: BTreeSet<_> = document
        .operations()
        .iter()
        .flat_map(|operation| {
            list(&operation.value["tags"])
                .map(Value::to_string)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(used.len(), tags.len(), "a tag without an operation");
}

#[test]
fn every_answer_and_every_parameter_is_described() {
    assert_none(&of_operations(|document, operation| {
        let answers = object(&operation.value["responses"])
            .filter(|(_, response)| !says_something(&document.resolve(response)["description"]))
            .map(|(status, _)| format!("{status} without a description"));
        let parameters = list(&operation.value["parameters"]).filter_map(|parameter| {
            let name = parameter["name"].as_str().unwrap_or_default();
            let has_example = parameter.get("example").is_some() || WITHOUT_EXAMPLE.contains(&name);
            let is_whole = says_something(&parameter["description"]) && has_example;
            (!is_whole).then(|| format!("parameter {name} without a description or an example"))
        });
        answers.chain(parameters).collect()
    }));
}

/// Every media type of an operation, with where it stands.
fn media<'a>(document: &'a Document, operation: &'a Operation) -> Vec<(String, &'a Value)> {
    let of = |name: String, holder: &'a Value| {
        object(&holder["content"])
            .map(move |(media_type, media)| (format!("{name} {media_type}"), media))
            .collect::<Vec<_>>()
    };
    let mut all = of("body".to_owned(), &operation.value["requestBody"]);
    for (status, response) in object(&operation.value["responses"]) {
        all.extend(of(status.clone(), document.resolve(response)));
    }
    all
}

fn examples(media: &Value) -> Vec<&Value> {
    let named = object(&media["examples"]).map(|(_, example)| &example["value"]);
    media.get("example").into_iter().chain(named).collect()
}

#[test]
fn every_body_has_a_schema_and_an_example_that_fits_it() {
    assert_none(&of_operations(|document, operation| {
        let mut faults = Vec::new();
        for (place, media) in media(document, operation) {
            let examples = examples(media);
            if examples.is_empty() {
                faults.push(format!("{place}: no example"));
            }
            if media["schema"]
                .as_object()
                .is_none_or(serde_json::Map::is_empty)
            {
                faults.push(format!("{place}: no schema"));
                continue;
            }
            for example in examples {
                let said = document.faults(&media["schema"], example);
                faults.extend(said.into_iter().map(|fault| format!("{place}: {fault}")));
            }
        }
        faults
    }));
}

#[test]
fn every_example_of_a_parameter_a_header_or_a_schema_fits() {
    let document = Document::served();
    let mut faults = of_operations(|document, operation| {
        let fit = |parameter: &Value| match parameter.get("example") {
            None => vec![],
            Some(example) => document.faults(&parameter["schema"], example),
        };
        list(&operation.value["parameters"]).flat_map(fit).collect()
    });
    for kind in ["headers", "schemas"] {
        for (name, one) in object(&document.0["components"][kind]) {
            let schema = one.get("schema").unwrap_or(one);
            let Some(example) = one.get("example") else {
                continue;
            };
            let said = document.faults(schema, example);
            faults.extend(said.into_iter().map(|fault| format!("{name}: {fault}")));
        }
    }
    assert_none(&faults);
}

/// Every object below a value, with its place.
fn walk<'a>(place: &str, value: &'a Value, see: &mut impl FnMut(&str, &'a Value)) {
    match value {
        Value::Object(fields) => {
            see(place, value);
            for (name, value) in fields
                .iter()
                .filter(|(name, _)| !name.starts_with("example"))
            {
                walk(&format!("{place}/{}", name.replace('/', "~1")), value, see);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                walk(&format!("{place}/{index}"), value, see);
            }
        }
        _ => {}
    }
}

#[test]
fn every_field_of_a_schema_has_a_type() {
    let document = Document::served();
    let mut faults = Vec::new();
    walk("", &document.0, &mut |place, value| {
        for (name, field) in object(&value["properties"]) {
            let is_typed = ["type", "$ref", "oneOf", "anyOf"]
                .iter()
                .any(|key| field.get(key).is_some());
            if !is_typed {
                faults.push(format!("{place}/{name} has no type"));
            }
        }
        if value["type"] == "array" && value.get("items").is_none() {
            faults.push(format!("{place} holds anything"));
        }
        if value.get("enum").is_some_and(|words| !words.is_array()) {
            faults.push(format!("{place} has an enumeration that is none"));
        }
    });
    assert_none(&faults);
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = Document::served();
    let mut reached = BTreeSet::new();
    let mut waiting = vec![document.0["paths"].clone(), document.0["webhooks"].clone()];
    while let Some(value) = waiting.pop() {
        walk("", &value, &mut |_, value| {
            let Some(reference) = value["$ref"].as_str() else {
                return;
            };
            let pointer = reference.strip_prefix('#').unwrap_or(reference).to_owned();
            let found = document.0.pointer(&pointer);
            let found = found.unwrap_or_else(|| panic!("{reference} leads nowhere"));
            if reached.insert(pointer) {
                waiting.push(found.clone());
            }
        });
    }
    // Securities are named, not referred to.
    let kinds = object(&document.0["components"]).filter(|(kind, _)| *kind != "securitySchemes");
    let of_kind = |(kind, all): (&String, &Value)| {
        object(all)
            .map(|(name, _)| format!("/components/{kind}/{name}"))
            .collect::<Vec<_>>()
    };
    let all: BTreeSet<_> = kinds.flat_map(of_kind).collect();
    assert_eq!(
        all.difference(&reached).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    assert!(all.len() > 40, "{}", all.len());
}

#[tokio::test]
async fn every_problem_of_the_list_is_explained_and_stands_with_its_status() {
    let app = App::start(Engine::Sqlite).await;
    let document = Document::served();
    let types = &document.0["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
    let mut shown = BTreeSet::new();
    walk("", &document.0, &mut |_, value| {
        for (name, example) in object(&value["examples"]) {
            if example["value"]["type"] == format!("/problems/{name}") {
                shown.insert((name.clone(), example["value"]["status"].as_u64().unwrap()));
            }
        }
    });
    let mut listed = BTreeSet::new();
    for address in list(types).filter_map(Value::as_str) {
        let page = app.get(address).header("Accept-Language", "en").await;
        let page = page.expect(200).utf8();
        let name = address.rsplit('/').next().unwrap();
        let status = page
            .split("<small>(")
            .nth(1)
            .and_then(|rest| rest.split(')').next());
        listed.insert((name.to_owned(), status.unwrap().parse::<u64>().unwrap()));
    }
    // A wrong method is no answer of an operation, and so stands with none; nor is what only an item of a
    // batch is answered.
    let apart: Vec<_> = listed.symmetric_difference(&shown).cloned().collect();
    let expected = [("method-not-allowed", 405), ("not-stored", 424)];
    assert_eq!(
        apart,
        expected.map(|(name, status)| (name.to_owned(), status))
    );
}

/// The other way round, a code that is not in the list ends the request in a debug build: no test can
/// meet one and pass.
#[test]
fn every_code_of_the_list_is_one_that_the_service_gives() {
    let document = Document::served();
    let problem = &document.0["components"]["schemas"]["Problem"]["properties"];
    let codes = &problem["errors"]["items"]["properties"]["code"]["enum"];
    let mut sources = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                None => folders.push(path),
                Some(_) => sources.push_str(&std::fs::read_to_string(path).unwrap()),
            }
        }
    }
    let is_given = |code: &&Value| sources.matches(&code.to_string()).count() > 1;
    let idle: Vec<_> = list(codes).filter(|code| !is_given(code)).collect();
    assert_eq!(idle, Vec::<&Value>::new(), "listed, and given nowhere");
    assert!(list(codes).count() > 20);
}
