//! Faults in fields: where they lie, which code they have, what is said of them.

mod codes;
mod malformed;
mod words;

use domain::kernel::{Fault, FaultCode, Faults};

pub(crate) use self::codes::CODES;
use self::codes::code_of;
use self::words::words_of;
use super::language::Language;
use super::{Kind, Problem};

/// Where a fault lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum At {
    /// In the body: an RFC 6901 pointer.
    Pointer(String),
    /// In the query or in a header.
    Parameter(String),
}

/// A fault, with its words in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    pub(crate) at: At,
    pub(crate) code: &'static str,
    pub(crate) detail: (String, String),
}

impl FieldError {
    pub(crate) fn pointer(
        pointer: impl Into<String>,
        code: &'static str,
        french: impl Into<String>,
        english: impl Into<String>,
    ) -> Self {
        Self {
            at: At::Pointer(pointer.into()),
            code,
            detail: (french.into(), english.into()),
        }
    }

    pub(crate) fn parameter(
        name: impl Into<String>,
        code: &'static str,
        french: impl Into<String>,
        english: impl Into<String>,
    ) -> Self {
        Self {
            at: At::Parameter(name.into()),
            code,
            detail: (french.into(), english.into()),
        }
    }

    /// A fault of the domain in a parameter.
    pub(crate) fn of_parameter(name: &str, code: &FaultCode) -> Self {
        Self {
            at: At::Parameter(name.to_owned()),
            code: code_of(code),
            detail: words_of(code),
        }
    }

    /// Whether the other one lies at the same place, or below it.
    pub(super) fn holds(&self, other: &Self) -> bool {
        match (&self.at, &other.at) {
            (At::Pointer(own), At::Pointer(other)) => other
                .strip_prefix(own.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            (own, other) => own == other,
        }
    }

    pub(super) fn document(&self, language: Language) -> serde_json::Value {
        debug_assert!(
            CODES.contains(&self.code),
            "{} is not in the contract's list",
            self.code
        );
        let detail = language.text(&self.detail.0, &self.detail.1);
        match &self.at {
            At::Pointer(pointer) => {
                serde_json::json!({ "pointer": pointer, "code": self.code, "detail": detail })
            }
            At::Parameter(name) => {
                serde_json::json!({ "parameter": name, "code": self.code, "detail": detail })
            }
        }
    }
}

impl From<&Fault> for FieldError {
    fn from(fault: &Fault) -> Self {
        Self {
            at: At::Pointer(fault.pointer.clone()),
            code: code_of(&fault.code),
            detail: words_of(&fault.code),
        }
    }
}

/// Faults found while a body was turned into a command.
impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        Self::invalid(faults.all().iter().map(FieldError::from).collect())
    }
}

/// Faults that only the present state makes: after 404, 412 and 409.
pub(crate) fn rule_broken(faults: &Faults) -> Problem {
    Problem {
        errors: faults.all().iter().map(FieldError::from).collect(),
        ..Problem::new(Kind::RuleBroken)
    }
}

/// A value that belongs to one, and another one has it.
pub(crate) fn taken(pointer: &str, code: FaultCode) -> Problem {
    Problem {
        kind: Kind::Conflict,
        ..rule_broken(&Faults::one(pointer, code))
    }
}
