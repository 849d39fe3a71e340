//! Bodies: read within their limit, parsed, and checked against the operation's own schema from the
//! contract, which finds every structural fault at once and keeps the contract honest.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, RwLock};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::faults::FieldError;
use super::{Kind, Problem};

/// The contract's schemas, each compiled at its first use.
pub(crate) struct Schemas {
    components: Value,
    compiled: RwLock<HashMap<String, Arc<Validator>>>,
}

impl Schemas {
    pub(crate) fn new(document: &Value) -> Self {
        Self {
            components: document["components"].clone(),
            compiled: RwLock::new(HashMap::new()),
        }
    }

    /// Checks a value against a schema by name.
    pub(crate) fn check(&self, name: &str, value: &Value) -> Result<(), Problem> {
        let validator = self.validator(name)?;
        let mut errors: Vec<_> = validator
            .iter_errors(value)
            .flat_map(|e| faults_of(&e))
            .collect();
        // What is of the wrong type breaks every other rule on it as well.
        let mistyped: HashSet<_> = errors
            .iter()
            .filter(|e| e.code == "type")
            .map(|e| e.at.clone())
            .collect();
        errors.retain(|e| e.code == "type" || !mistyped.contains(&e.at));
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(errors))
        }
    }

    fn validator(&self, name: &str) -> Result<Arc<Validator>, Problem> {
        let poisoned = |_| Problem::internal("a schema's compilation panicked before");
        if let Some(known) = self
            .compiled
            .read()
            .map_err(|e| poisoned(e.to_string()))?
            .get(name)
        {
            return Ok(known.clone());
        }
        let schema = serde_json::json!({
            "$ref": format!("#/components/schemas/{name}"),
            "components": self.components,
        });
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .map_err(Problem::internal)?;
        let validator = Arc::new(validator);
        let mut compiled = self.compiled.write().map_err(|e| poisoned(e.to_string()))?;
        compiled.insert(name.to_owned(), validator.clone());
        Ok(validator)
    }
}

/// JSON, or the place where it stops being JSON.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(bytes)
        .map(with_whole_numbers)
        .map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Problem::new(Kind::MalformedBody).with_detail(
                format!("Le corps n’est pas du JSON valide : ligne {line}, colonne {column}."),
                format!("The body is not valid JSON: line {line}, column {column}."),
            )
        })
}

/// To JSON Schema `1.0` is an integer; to serde it is none. It is made one.
fn with_whole_numbers(value: Value) -> Value {
    /// Up to here every whole `f64` is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => {
            let float = number
                .as_f64()
                .filter(|f| number.is_f64() && f.abs() <= EXACT);
            match float.filter(|f| f.fract() == 0.0) {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "whole, and within the bound"
                )]
                Some(float) => Value::from(float as i64),
                None => Value::Number(number),
            }
        }
        Value::Array(items) => items.into_iter().map(with_whole_numbers).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, with_whole_numbers(value)))
            .collect(),
        other => other,
    }
}

/// One fault of the validator is one or several of ours.
fn faults_of(error: &ValidationError<'_>) -> Vec<FieldError> {
    use ValidationErrorKind as Kind;
    let at = error.instance_path().to_string();
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let pointer = format!("{at}/{}", escaped(name));
            vec![FieldError::pointer(
                pointer,
                "required",
                "Cette valeur est nécessaire.",
                "This value is needed.",
            )]
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let fault = |name: &String| {
                FieldError::pointer(
                    format!("{at}/{}", escaped(name)),
                    "unknown_field",
                    format!("Champ inconnu : {name}."),
                    format!("Unknown field: {name}."),
                )
            };
            unexpected.iter().map(fault).collect()
        }
        // A value that may be null and is neither null nor right: the faults of its branches.
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let branches = context
                .iter()
                .map(|branch| branch.iter().flat_map(faults_of).collect::<Vec<_>>());
            let telling = branches.filter(|faults| !is_only_null(faults, &at));
            telling.max_by_key(Vec::len).unwrap_or_else(|| unclear(&at))
        }
        kind => match words_of(kind) {
            Some((code, french, english)) => {
                vec![FieldError::pointer(at, code, french, english)]
            }
            None => unclear(&at),
        },
    }
}

/// The code and the words of a rule that one value breaks by itself.
fn words_of(kind: &ValidationErrorKind) -> Option<(&'static str, String, String)> {
    use ValidationErrorKind as Kind;
    let (code, french, english) = match kind {
        Kind::Type { kind } => {
            let wanted = wanted(kind);
            (
                "type",
                format!("Type attendu : {wanted}."),
                format!("Expected type: {wanted}."),
            )
        }
        Kind::Enum { options } => {
            let known = options.as_array().into_iter().flatten();
            let known: Vec<_> = known.filter_map(Value::as_str).collect();
            let known = known.join(", ");
            (
                "unknown_value",
                format!("Valeurs admises : {known}."),
                format!("Known values: {known}."),
            )
        }
        Kind::MinLength { limit } => (
            "too_short",
            format!("Il faut au moins {limit} caractère(s)."),
            format!("At least {limit} character(s) are needed."),
        ),
        Kind::MaxLength { limit } => (
            "too_long",
            format!("Pas plus de {limit} caractères."),
            format!("No more than {limit} characters."),
        ),
        Kind::MinItems { limit } => (
            "too_few",
            format!("Il faut au moins {limit} élément(s)."),
            format!("At least {limit} item(s) are needed."),
        ),
        Kind::MaxItems { limit } => (
            "too_many",
            format!("Pas plus de {limit} éléments."),
            format!("No more than {limit} items."),
        ),
        Kind::UniqueItems => (
            "duplicate",
            "La même valeur figure deux fois.".to_owned(),
            "The same value stands twice.".to_owned(),
        ),
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => (
            "out_of_range",
            format!("Pas moins de {limit}."),
            format!("Not less than {limit}."),
        ),
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => (
            "out_of_range",
            format!("Pas plus de {limit}."),
            format!("Not more than {limit}."),
        ),
        Kind::Pattern { pattern } => (
            "malformed",
            format!("La forme attendue est {pattern}."),
            format!("The expected form is {pattern}."),
        ),
        Kind::Format { format } => (
            "malformed",
            format!("La forme attendue est {format}."),
            format!("The expected form is {format}."),
        ),
        _ => return None,
    };
    Some((code, french, english))
}

fn is_only_null(faults: &[FieldError], at: &str) -> bool {
    use super::faults::At;
    matches!(faults, [one] if one.code == "type" && one.detail.1.contains(": null")
        && one.at == At::Pointer(at.to_owned()))
}

fn unclear(at: &str) -> Vec<FieldError> {
    vec![FieldError::pointer(
        at,
        "invalid",
        "Cette valeur ne convient pas ; voyez le schéma dans le contrat.",
        "This value is not right; see the schema in the contract.",
    )]
}

fn wanted(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(several) => several
            .iter()
            .map(|one| one.to_string())
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// A name within an RFC 6901 pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_an_integer_however_it_is_written() {
        let value = parse(b"{\"a\": [1.0, 1.5, -0.0, 1e300], \"b\": 2}").ok();
        let expected = serde_json::json!({ "a": [1, 1.5, 0, 1e300], "b": 2 });
        assert_eq!(value, Some(expected));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
