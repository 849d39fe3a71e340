use serde_json::{Value, json};

use super::breaks;

fn released() -> Value {
    json!({
        "paths": { "/things": { "post": {
            "operationId": "things_create",
            "security": [{ "oauth2": ["things:write"] }],
            "parameters": [
                { "in": "query", "name": "sort", "schema": { "type": "string", "enum": ["a", "b"] } },
                { "in": "header", "name": "If-Match", "required": true, "schema": { "type": "string" } },
            ],
            "requestBody": { "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/ThingInput" } },
                "text/csv": { "schema": { "type": "string" } },
            } },
            "responses": {
                "200": { "$ref": "#/components/responses/Done" },
                "304": { "description": "Still right" },
                "404": { "description": "Not found" },
            },
        } } },
        "components": {
            "responses": { "Done": {
                "headers": { "ETag": {} },
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } },
            } },
            "schemas": {
                "ThingInput": {
                    "type": "object", "required": ["name"], "additionalProperties": false,
                    "properties": {
                        "name": { "type": "string", "minLength": 1, "maxLength": 10 },
                        "size": { "type": "integer" },
                        "kind": { "type": "string", "enum": ["x", "y"] },
                        "parts": { "type": "array", "items": { "$ref": "#/components/schemas/ThingInput" } },
                        "free": { "type": "string" },
                    },
                },
                "Thing": {
                    "type": "object", "required": ["id"],
                    "properties": {
                        "id": { "type": "string", "format": "uuid" },
                        "kind": { "type": "string", "enum": ["x", "y"] },
                        "size": { "type": "number" },
                        "one": { "oneOf": [{ "type": "string" }, { "type": "integer" }] },
                        "parent": { "$ref": "#/components/schemas/Thing" },
                    },
                },
            },
            "securitySchemes": { "oauth2": { "type": "oauth2", "flows": { "password": {
                "tokenUrl": "/oauth/token", "scopes": { "things:write": "Write things" },
            } } } },
        },
    })
}

/// What breaks when the value at that place of the released document becomes another (`null` takes it
/// away).
fn with(place: &str, value: Value) -> Vec<String> {
    let mut current = released();
    let (parent, name) = place.rsplit_once('/').unwrap();
    let parent = current
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{place}"));
    let name = name.replace("~1", "/");
    match (parent, value) {
        (Value::Object(parent), Value::Null) => drop(parent.remove(&name).unwrap()),
        (Value::Array(parent), Value::Null) => drop(parent.remove(name.parse().unwrap())),
        (parent, value) if name == "-" => parent.as_array_mut().unwrap().push(value),
        (parent, value) => parent[&name] = value,
    }
    breaks(&released(), &current)
}

const OPERATION: &str = "/paths/~1things/post";
const INPUT: &str = "/components/schemas/ThingInput";
const THING: &str = "/components/schemas/Thing";

#[track_caller]
fn assert_breaks(place: &str, value: Value, expected: &[&str]) {
    assert_eq!(with(place, value), expected, "{place}");
}

#[test]
fn the_same_document_breaks_nothing() {
    assert_eq!(breaks(&released(), &released()), Vec::<String>::new());
}

#[test]
fn what_is_taken_away_breaks() {
    let body = format!("{OPERATION}/requestBody/content/text~1csv");
    for (place, said) in [
        ("/paths/~1things", "post /things: it is gone"),
        (OPERATION, "post /things: it is gone"),
        (
            &format!("{OPERATION}/parameters/0"),
            "post /things: query sort: it is gone",
        ),
        (&body, "post /things: body: text/csv: it is gone"),
        (
            &format!("{OPERATION}/responses/200"),
            "post /things: 200: it is gone",
        ),
        (
            &format!("{OPERATION}/responses/304"),
            "post /things: 304: it is gone",
        ),
        (
            "/components/responses/Done/headers/ETag",
            "post /things: 200: header ETag: it is gone",
        ),
        (
            "/components/responses/Done/content/application~1json",
            "post /things: 200: application/json: it is gone",
        ),
        (
            &format!("{INPUT}/properties/free"),
            "post /things: body/free: it is gone",
        ),
        (
            &format!("{THING}/properties/size"),
            "post /things: 200/size: it is gone",
        ),
        (
            &format!("{THING}/properties/kind/enum"),
            "post /things: 200/kind: it is no closed list any more",
        ),
        (
            "/components/securitySchemes/oauth2",
            "sign-in oauth2: it is gone or another",
        ),
        (
            "/components/securitySchemes/oauth2/flows/password/scopes/things:write",
            "sign-in oauth2: password: scope things:write: it is gone",
        ),
    ] {
        assert_breaks(place, Value::Null, &[said]);
    }
}

#[test]
fn what_is_asked_for_on_top_breaks() {
    let needed = json!({ "in": "query", "name": "page", "required": true, "schema": {} });
    for (place, value, said) in [
        (
            format!("{OPERATION}/operationId"),
            json!("things_make"),
            "post /things: its operationId changed",
        ),
        (
            format!("{OPERATION}/security/0/oauth2"),
            json!(["things:write", "more"]),
            "post /things: it asks for more than it did",
        ),
        (
            format!("{OPERATION}/parameters/-"),
            needed,
            "post /things: query page: it is needed now",
        ),
        (
            format!("{OPERATION}/parameters/0/required"),
            json!(true),
            "post /things: query sort: it is needed now",
        ),
        (
            format!("{OPERATION}/parameters/0/schema/enum"),
            json!(["a"]),
            "post /things: query sort: \"b\" is refused now",
        ),
        (
            format!("{OPERATION}/requestBody/required"),
            json!(true),
            "post /things: its body is needed now",
        ),
        (
            format!("{INPUT}/required"),
            json!(["name", "size"]),
            "post /things: body/size: it is needed now",
        ),
        (
            format!("{INPUT}/properties/size/type"),
            json!("string"),
            "post /things: body/size: its type changed",
        ),
        (
            format!("{INPUT}/properties/size/minimum"),
            json!(0),
            "post /things: body/size: minimum is tighter",
        ),
        (
            format!("{INPUT}/properties/name/minLength"),
            json!(2),
            "post /things: body/name: minLength is tighter",
        ),
        (
            format!("{INPUT}/properties/name/maxLength"),
            json!(9),
            "post /things: body/name: maxLength is tighter",
        ),
        (
            format!("{INPUT}/properties/name/pattern"),
            json!("^a"),
            "post /things: body/name: its pattern changed",
        ),
        (
            format!("{INPUT}/properties/free/enum"),
            json!(["a"]),
            "post /things: body/free: it is a closed list now",
        ),
        (
            format!("{INPUT}/properties/free/format"),
            json!("date"),
            "post /things: body/free: its format changed",
        ),
        (
            format!("{INPUT}/properties/kind/enum"),
            json!(["x"]),
            "post /things: body/kind: \"y\" is refused now",
        ),
        (
            format!("{INPUT}/properties/parts/uniqueItems"),
            json!(true),
            "post /things: body/parts: no value may stand twice now",
        ),
        (
            format!("{INPUT}/properties/parts/items"),
            json!({ "type": "string" }),
            "post /things: body/parts/*: its type changed",
        ),
        (
            "/components/securitySchemes/oauth2/flows/password/tokenUrl".to_owned(),
            json!("/token"),
            "sign-in oauth2: password: it is gone or elsewhere",
        ),
    ] {
        assert_breaks(&place, value, &[said]);
    }
}

#[test]
fn an_answer_that_is_less_sure_breaks() {
    for (place, value, said) in [
        (
            format!("{THING}/required"),
            json!([]),
            "post /things: 200/id: it may be absent now",
        ),
        (
            format!("{THING}/properties/id/type"),
            json!(["string", "null"]),
            "post /things: 200/id: its type changed",
        ),
        (
            format!("{THING}/properties/id/format"),
            Value::Null,
            "post /things: 200/id: its format changed",
        ),
        (
            format!("{THING}/properties/parent"),
            json!({ "type": "string" }),
            "post /things: 200/parent: its type changed",
        ),
        (
            format!("{THING}/properties/one/oneOf/-"),
            json!({ "type": "boolean" }),
            "post /things: 200/one: its alternatives changed",
        ),
    ] {
        assert_breaks(&place, value, &[said]);
    }
}

#[test]
fn growth_breaks_nothing() {
    for (place, value) in [
        ("/paths/~1more", json!({ "get": {} })),
        (&format!("{OPERATION}/security/-"), json!({})),
        (&format!("{OPERATION}/security/0/oauth2"), json!([])),
        (
            &format!("{OPERATION}/parameters/-"),
            json!({ "in": "query", "name": "q" }),
        ),
        (&format!("{OPERATION}/parameters/1/required"), json!(false)),
        (
            &format!("{OPERATION}/requestBody/content/text~1plain"),
            json!({}),
        ),
        (&format!("{OPERATION}/responses/202"), json!({})),
        (&format!("{OPERATION}/responses/404"), Value::Null),
        (
            &format!("{INPUT}/properties/more"),
            json!({ "type": "string" }),
        ),
        (&format!("{INPUT}/required"), json!([])),
        (&format!("{INPUT}/properties/name/maxLength"), json!(20)),
        (&format!("{INPUT}/properties/size/type"), json!("number")),
        (
            &format!("{INPUT}/properties/kind/enum"),
            json!(["x", "y", "z"]),
        ),
        (
            &format!("{THING}/properties/more"),
            json!({ "type": "string" }),
        ),
        (
            &format!("{THING}/properties/kind/enum"),
            json!(["x", "y", "z"]),
        ),
        (&format!("{THING}/properties/size/type"), json!("integer")),
        (&format!("{THING}/required"), json!(["id", "size"])),
        (&format!("{THING}/properties/one/oneOf/0"), Value::Null),
    ] {
        assert_breaks(place, value, &[]);
    }
}
