//! Between the table's rows and a file.

use domain::attachments::{Attachment, AttachmentContent};
use domain::kernel::{Id, Line, Vocabulary};
use sea_orm::ActiveValue::Set;

use crate::entities::attachments::{ActiveModel, Model};
use crate::store::StoreError;
use crate::values::word;

pub(super) fn row(attachment: &Attachment) -> ActiveModel {
    let content = &attachment.content;
    ActiveModel {
        id: Set(attachment.id.uuid()),
        project_id: Set(attachment.project.uuid()),
        kind: Set(attachment.kind.word().to_owned()),
        title: Set(content.title.to_string()),
        alt: Set(content.alt.as_ref().map(ToString::to_string)),
        file_name: Set(attachment.file_name.clone()),
        media_type: Set(attachment.media_type.word().to_owned()),
        bytes: Set(i64::try_from(attachment.bytes).unwrap_or(i64::MAX)),
        sha256: Set(attachment.sha256.clone()),
        side: Set(attachment.by.word().to_owned()),
        version: Set(attachment.version),
        created_at: Set(attachment.created_at),
        updated_at: Set(attachment.updated_at),
    }
}

pub(super) fn attachment(row: Model) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        id: Id::from_uuid(row.id),
        project: Id::from_uuid(row.project_id),
        kind: word(&row.kind)?,
        content: AttachmentContent {
            title: Line::stored(row.title),
            alt: row.alt.map(Line::stored),
        },
        file_name: row.file_name,
        media_type: word(&row.media_type)?,
        bytes: u64::try_from(row.bytes).unwrap_or(0),
        sha256: row.sha256,
        by: word(&row.side)?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
