//! Between the table's rows and a mail.

use domain::kernel::Id;
use domain::mail::{Mail, Recipient};
use uuid::Uuid;

use crate::entities::mails::Model;
use crate::store::StoreError;
use crate::values::word;

const HOLDER: &str = "holder";
const USER: &str = "user";

/// The two columns of who gets a mail.
pub(super) fn recipient_columns(recipient: Recipient) -> (String, Option<Uuid>) {
    match recipient {
        Recipient::Holder => (HOLDER.to_owned(), None),
        Recipient::User(id) => (USER.to_owned(), Some(id.uuid())),
    }
}

pub(super) fn mail(row: &Model) -> Result<Mail, StoreError> {
    let recipient = match (row.recipient.as_str(), row.user_id) {
        (HOLDER, None) => Recipient::Holder,
        (USER, Some(id)) => Recipient::User(Id::from_uuid(id)),
        (other, _) => return Err(StoreError::Unreadable(format!("recipient {other:?}"))),
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
