//! Shapes that several features take or show, each once in the contract.

use chrono::{DateTime, Utc};
use domain::kernel::{self, Check, EmailAddress, Faults, Line, Prose, Reason, Telephone};
use persistence::View;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Whom to ask: the address of a role or a desk, never a named person's; an e-mail address or a
/// telephone number, or both.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "role": "Accueil du PETR", "email": "accueil@petr.example" }))]
pub(crate) struct ContactInput {
    /// The role or the desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 120)]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 254)]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 40)]
    telephone: Option<String>,
}

/// Whom to ask.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Contact {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<String>,
}

/// Why a transition is made.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "Salle indisponible à la suite d’un dégât des eaux." }))]
pub(crate) struct TransitionInput {
    /// What people read; before a decision, who holds the project and the staff. Needed to cancel, postpone,
    /// decline, hold, abandon and ask for information.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    pub(crate) reason: Option<String>,
    /// More that people read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    pub(crate) note: Option<String>,
    /// What the staff reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    pub(crate) internal_note: Option<String>,
}

/// What left the view since: a mirror removes it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000000", "deleted": true, "updated_at": "2026-11-24T09:00:00Z"
}))]
pub(crate) struct Tombstone {
    pub(crate) id: Uuid,
    /// `true`.
    pub(crate) deleted: bool,
    pub(crate) updated_at: DateTime<Utc>,
}

impl ContactInput {
    pub(crate) fn parse(self) -> Result<kernel::Contact, Faults> {
        let mut check = Check::new();
        let role = check.maybe("/role", self.role, |text| Line::parse(&text));
        let email = check.maybe("/email", self.email, |text| EmailAddress::parse(&text));
        let telephone = check.maybe("/telephone", self.telephone, |text| Telephone::parse(&text));
        let values = (|| Some((role?, email?, telephone?)))();
        let (role, email, telephone) = check.done(values)?;
        kernel::Contact::new(role, email, telephone)
    }

    pub(crate) fn of(contact: &kernel::Contact) -> Self {
        Self {
            role: contact.role.as_ref().map(ToString::to_string),
            email: contact.email.as_ref().map(|e| e.as_str().to_owned()),
            telephone: contact.telephone.as_ref().map(|t| t.as_str().to_owned()),
        }
    }
}

impl Contact {
    pub(crate) fn of(contact: &kernel::Contact) -> Self {
        Self {
            role: contact.role.as_ref().map(ToString::to_string),
            email: contact.email.as_ref().map(|e| e.as_str().to_owned()),
            telephone: contact.telephone.as_ref().map(|t| t.as_str().to_owned()),
        }
    }
}

impl TransitionInput {
    pub(crate) fn parse(&self) -> Result<Reason, Faults> {
        let mut check = Check::new();
        let reason = check.maybe("/reason", self.reason.as_deref(), Prose::parse);
        let note = check.maybe("/note", self.note.as_deref(), Prose::parse);
        let internal = check.maybe(
            "/internal_note",
            self.internal_note.as_deref(),
            Prose::parse,
        );
        let parsed = (|| {
            Some(Reason {
                reason: reason?,
                note: note?,
                internal_note: internal?,
            })
        })();
        check.done(parsed)
    }
}

/// The name of a view in a tag.
pub(crate) fn view_name(view: View) -> &'static str {
    match view {
        View::Public => "public",
        View::Own(_) => "own",
        View::Staff => "staff",
    }
}
