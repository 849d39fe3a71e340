//! Problem documents (RFC 9457), and what becomes one. [`table`] has the kinds and their texts.

mod table;

use std::time::Duration;

pub(crate) use table::{Entry, Kind, TABLE};

use super::faults::{At, FieldError};
use super::language::Language;

/// A refusal on its way out.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    /// French, English; the explanation of the kind when absent.
    pub(crate) detail: Option<(String, String)>,
    pub(crate) errors: Vec<FieldError>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) allow: Option<String>,
    pub(crate) etag: Option<String>,
    /// How much there is of what was asked for a part that it has not.
    pub(crate) content_range: Option<String>,
    /// Further members of the document (`allowed_transitions`…).
    pub(crate) members: Vec<(&'static str, serde_json::Value)>,
    /// The cause of an internal one: for the log, never for the answer.
    pub(crate) cause: Option<String>,
}

impl Problem {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            detail: None,
            errors: vec![],
            retry_after: None,
            allow: None,
            etag: None,
            content_range: None,
            members: vec![],
            cause: None,
        }
    }

    /// Faults in values that were sent.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(Kind::Invalid)
        }
    }

    /// Something unforeseen, whose cause goes to the log.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(Kind::Internal)
        }
    }

    pub(crate) fn with_detail(self, french: impl Into<String>, english: impl Into<String>) -> Self {
        Self {
            detail: Some((french.into(), english.into())),
            ..self
        }
    }

    pub(crate) fn with_member(mut self, name: &'static str, value: serde_json::Value) -> Self {
        self.members.push((name, value));
        self
    }

    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(Duration::from_secs(seconds)),
            ..self
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.kind.entry().status
    }

    /// What its type is called.
    pub(crate) fn type_name(&self) -> &'static str {
        self.kind.entry().name
    }

    /// The fields that are wrong, by the first piece of their pointers.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().filter_map(|error| match &error.at {
            At::Pointer(pointer) => pointer.split('/').nth(1),
            At::Parameter(_) => None,
        })
    }

    /// The document in a language.
    pub(crate) fn document(&self, language: Language, request_id: uuid::Uuid) -> serde_json::Value {
        let entry = self.kind.entry();
        let mut document = serde_json::json!({
            "type": format!("/problems/{}", entry.name),
            "title": language.text(entry.title.0, entry.title.1),
            "status": entry.status,
            "detail": self.words(language),
            "instance": format!("urn:uuid:{request_id}"),
        });
        if !self.errors.is_empty() {
            document["errors"] = self
                .errors
                .iter()
                .map(|error| error.document(language))
                .collect();
        }
        for (name, value) in &self.members {
            document[*name] = value.clone();
        }
        document
    }
}

impl Problem {
    /// The error as RFC 6749, section 5.2, has it.
    pub(super) fn oauth_document(&self, language: Language) -> serde_json::Value {
        let named = self.members.iter().find(|(name, _)| *name == "error");
        let error = named
            .and_then(|(_, value)| value.as_str())
            .unwrap_or(match self.kind {
                Kind::Unauthorized => "invalid_client",
                Kind::TooManyRequests | Kind::Unavailable | Kind::Timeout => {
                    "temporarily_unavailable"
                }
                Kind::Internal | Kind::StorageFull => "server_error",
                _ => "invalid_request",
            });
        serde_json::json!({ "error": error, "error_description": self.words(language) })
    }

    fn words(&self, language: Language) -> String {
        match &self.detail {
            Some((french, english)) => language.text(french, english),
            None => {
                let (french, english) = self.kind.entry().explanation;
                language.text(french, english)
            }
        }
    }
}

/// What a thing's state doesn't allow, with what it does; `french` and `english` name the thing.
pub(crate) fn wrong_state(
    french: &str,
    english: &str,
    state: &'static str,
    open: &[&'static str],
) -> Problem {
    let possible = if open.is_empty() {
        "–".to_owned()
    } else {
        open.join(", ")
    };
    Problem::new(Kind::WrongState)
        .with_detail(
            format!("{french} est dans l’état {state}. Possible à partir de là : {possible}."),
            format!("{english} is in the state {state}. Possible from there: {possible}."),
        )
        .with_member("state", serde_json::json!(state))
        .with_member("allowed_transitions", serde_json::json!(open))
}

impl From<persistence::StoreError> for Problem {
    fn from(error: persistence::StoreError) -> Self {
        use persistence::StoreError;
        match error {
            StoreError::Busy | StoreError::Conflict | StoreError::TooLong => {
                Self::new(Kind::Unavailable).retry_after(1)
            }
            StoreError::Unavailable(cause) => Self {
                cause: Some(cause),
                ..Self::new(Kind::Unavailable).retry_after(2)
            },
            StoreError::Full => Self::new(Kind::StorageFull),
            other => Self::internal(other),
        }
    }
}

impl From<persistence::IdempotencyRefusal> for Problem {
    fn from(refusal: persistence::IdempotencyRefusal) -> Self {
        use persistence::IdempotencyRefusal;
        match refusal {
            IdempotencyRefusal::OtherRequest => Self::new(Kind::IdempotencyKeyReused),
            IdempotencyRefusal::StillRunning => {
                Self::new(Kind::IdempotencyInProgress).retry_after(1)
            }
            IdempotencyRefusal::Erased => Self::new(Kind::Erased),
        }
    }
}

impl From<persistence::Stop<Problem>> for Problem {
    fn from(stop: persistence::Stop<Problem>) -> Self {
        match stop {
            persistence::Stop::Refused(problem) => problem,
            persistence::Stop::Failed(error) => error.into(),
        }
    }
}

/// So that `?` works inside the write door.
impl From<Problem> for persistence::Stop<Problem> {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_the_table_once() {
        for entry in TABLE {
            assert_eq!(TABLE.iter().filter(|e| e.kind == entry.kind).count(), 1);
            assert_eq!(TABLE.iter().filter(|e| e.name == entry.name).count(), 1);
            assert!(entry.kind.entry().status >= 400);
        }
        // A new kind has to be added to the table; this one is the last of the list.
        assert_eq!(TABLE.len(), Kind::Internal as usize + 1);
    }

    /// Typed with plain spaces in the source, whatever the text is.
    #[test]
    fn every_text_in_french_is_set_as_in_print() {
        let is_set = |text: &serde_json::Value| {
            let text = text.as_str().unwrap();
            assert_eq!(domain::kernel::text::typeset(text), text);
        };
        let document = |problem: Problem| problem.document(Language::French, uuid::Uuid::nil());
        for entry in TABLE {
            let document = document(Problem::new(entry.kind));
            is_set(&document["title"]);
            is_set(&document["detail"]);
        }
        let field = FieldError::pointer("", "invalid", "Est-ce « a » : oui ; non ?", "");
        let told = document(Problem::invalid(vec![field]).with_detail("« a » : b !", ""));
        assert_eq!(told["detail"], "«\u{a0}a\u{a0}»\u{a0}: b\u{202f}!");
        assert_eq!(
            told["errors"][0]["detail"],
            "Est-ce «\u{a0}a\u{a0}»\u{a0}: oui\u{202f}; non\u{202f}?"
        );
        let told = Problem::new(Kind::Invalid).with_detail("a : b", "");
        let told = told.oauth_document(Language::French);
        assert_eq!(told["error_description"], "a\u{a0}: b");
    }
}
