//! Between the table's rows and a mail.

use domain::kernel::Id;
use domain::mail::{Mail, Recipient};
use uuid::Uuid;

use crate::entities::mails::Model;
use crate::store::StoreError;
use crate::values::word;

const HOLDER: &str = "holder";
const USER: &str = "user";
const CITIZEN: &str = "citizen";
const TYPED: &str = "typed";

/// The columns of who gets a mail: what they are, which of the staff, which citizen.
pub(super) fn recipient_columns(recipient: Recipient) -> (String, Option<Uuid>, Option<Uuid>) {
    match recipient {
        Recipient::Holder => (HOLDER.to_owned(), None, None),
        Recipient::User(id) => (USER.to_owned(), Some(id.uuid()), None),
        Recipient::Citizen(id) => (CITIZEN.to_owned(), None, Some(id.uuid())),
        Recipient::Typed => (TYPED.to_owned(), None, None),
    }
}

pub(super) fn mail(row: &Model) -> Result<Mail, StoreError> {
    let recipient = match (row.recipient.as_str(), row.user_id, row.person) {
        (HOLDER, None, None) => Recipient::Holder,
        (USER, Some(id), None) => Recipient::User(Id::from_uuid(id)),
        (CITIZEN, None, Some(id)) => Recipient::Citizen(Id::from_uuid(id)),
        (TYPED, None, None) => Recipient::Typed,
        (other, ..) => return Err(StoreError::Unreadable(format!("recipient {other:?}"))),
    };
    Ok(Mail {
        id: Id::from_uuid(row.id),
        kind: word(&row.kind)?,
        subject: row.subject_id,
        subject_version: row.subject_version,
        recipient,
        created_at: row.created_at,
        attempts: attempts(row),
    })
}

/// How often it was tried.
pub(super) fn attempts(row: &Model) -> u32 {
    u32::try_from(row.attempts).unwrap_or(0)
}
