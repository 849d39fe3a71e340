//! Files that belong to a project: what they are, who may add and remove them, and how many there may be.
//! Uses `kernel` and `projects`.

mod attachment;
mod decide;
mod media_type;

pub use attachment::{
    Attachment, AttachmentContent, AttachmentDraft, AttachmentFact, AttachmentKind,
    AttachmentRefusal, Held,
};
pub use decide::{MAX_BYTES, MAX_FILES, MAX_TOTAL_BYTES, add, edit, remove};
pub use media_type::{MediaType, file_name};
