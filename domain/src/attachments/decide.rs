//! What may be done with the files of a project: its holder adds and removes them while something of the
//! project may still be written, the PETR's staff always.

use chrono::{DateTime, Utc};

use super::{
    Attachment, AttachmentContent, AttachmentDraft, AttachmentFact, AttachmentRefusal, Held,
};
use crate::kernel::Change;
use crate::projects::{Editable, Project, ProjectRefusal, Rights, Side, allowed_transitions};

/// The most that one file holds.
pub const MAX_BYTES: u64 = 20 * 1024 * 1024;
/// The most files of a project.
pub const MAX_FILES: u64 = 50;
/// The most that the files of a project hold together.
pub const MAX_TOTAL_BYTES: u64 = 200 * 1024 * 1024;

type Changed = Change<Attachment, AttachmentFact>;

/// Adds a file to a project that has these already.
///
/// # Errors
/// The project's state doesn't allow it, or the project has no room for it.
pub fn add(
    project: &Project,
    draft: AttachmentDraft,
    held: Held,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<Changed, AttachmentRefusal> {
    open(project, rights)?;
    if held.files >= MAX_FILES {
        return Err(AttachmentRefusal::TooMany);
    }
    if held.bytes.saturating_add(draft.bytes) > MAX_TOTAL_BYTES {
        return Err(AttachmentRefusal::TooMuch);
    }
    let attachment = Attachment {
        id: draft.id,
        project: project.id,
        kind: draft.kind,
        content: draft.content,
        file_name: draft.file_name,
        media_type: draft.media_type,
        bytes: draft.bytes,
        sha256: draft.sha256,
        by: rights.side,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, attachment, AttachmentFact::Added))
}

/// Says something else of a file; nothing when it is the same.
///
/// # Errors
/// The project's state doesn't allow it.
pub fn edit(
    project: &Project,
    attachment: Attachment,
    content: AttachmentContent,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, AttachmentRefusal> {
    open(project, rights)?;
    if attachment.content == content {
        return Ok(None);
    }
    let after = Attachment {
        content,
        ..next(&attachment, now)
    };
    let fact = AttachmentFact::Edited;
    Ok(Some(Change::new(Some(attachment), after, fact)))
}

/// Removes a file.
///
/// # Errors
/// The project's state doesn't allow it.
pub fn remove(
    project: &Project,
    attachment: Attachment,
    rights: Rights,
    now: DateTime<Utc>,
) -> Result<Changed, AttachmentRefusal> {
    open(project, rights)?;
    let after = next(&attachment, now);
    let fact = AttachmentFact::Removed;
    Ok(Change::new(Some(attachment), after, fact))
}

fn next(attachment: &Attachment, now: DateTime<Utc>) -> Attachment {
    Attachment {
        version: attachment.version + 1,
        updated_at: now.max(attachment.updated_at),
        ..attachment.clone()
    }
}

fn open(project: &Project, rights: Rights) -> Result<(), AttachmentRefusal> {
    let is_open = rights.side == Side::Petr || project.state.editable() != Editable::Nothing;
    if is_open {
        return Ok(());
    }
    Err(AttachmentRefusal::Project(ProjectRefusal::Closed {
        state: project.state,
        open: allowed_transitions(project.state, rights),
    }))
}
