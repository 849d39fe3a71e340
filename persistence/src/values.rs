//! Between columns and the domain's values, whatever the table. What is stored was parsed once.

use domain::kernel::{Contact, EmailAddress, Line, Prose, Reason, Telephone, Vocabulary};

use crate::store::StoreError;

pub(crate) fn word<V: Vocabulary>(word: &str) -> Result<V, StoreError> {
    V::parse(word).map_err(|_| StoreError::Unreadable(format!("{} {word:?}", V::NAME)))
}

pub(crate) fn contact(
    role: Option<String>,
    email: Option<String>,
    telephone: Option<String>,
) -> Option<Contact> {
    (email.is_some() || telephone.is_some()).then(|| Contact {
        role: role.map(Line::stored),
        email: email.map(EmailAddress::stored),
        telephone: telephone.map(Telephone::stored),
    })
}

pub(crate) fn reason(
    reason: Option<String>,
    note: Option<String>,
    internal_note: Option<String>,
) -> Reason {
    Reason {
        reason: reason.map(Prose::stored),
        note: note.map(Prose::stored),
        internal_note: internal_note.map(Prose::stored),
    }
}
