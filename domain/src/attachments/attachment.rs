//! A file that belongs to a project.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::MediaType;
use crate::kernel::{Fact, FaultCode, Faults, Id, Line, Vocabulary};
use crate::projects::{Project, ProjectRefusal, Side};

/// A file of a project. What it holds lies elsewhere, under its id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attachment {
    /// Its id.
    pub id: Id<Attachment>,
    /// Whose it is.
    pub project: Id<Project>,
    /// What it is there for.
    pub kind: AttachmentKind,
    /// What is said of it.
    pub content: AttachmentContent,
    /// What it is called.
    pub file_name: String,
    /// What it holds.
    #[serde(serialize_with = "as_word")]
    pub media_type: MediaType,
    /// How much.
    pub bytes: u64,
    /// SHA-256 of what it holds, in hexadecimal.
    pub sha256: String,
    /// Who added it.
    pub by: Side,
    /// Changes with every write.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When what is said of it was last changed.
    pub updated_at: DateTime<Utc>,
}

fn as_word<S: serde::Serializer>(media_type: &MediaType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(media_type.word())
}

/// What is said of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttachmentContent {
    /// What it is, in a few words.
    pub title: Line<200>,
    /// What a picture shows, for those who don't see it.
    pub alt: Option<Line<500>>,
}

impl AttachmentContent {
    /// # Errors
    /// A picture that nobody who doesn't see it is told of.
    pub fn checked(self, kind: AttachmentKind) -> Result<Self, Faults> {
        match kind {
            AttachmentKind::Image if self.alt.is_none() => {
                Err(Faults::one("/alt", FaultCode::Required))
            }
            _ => Ok(self),
        }
    }
}

/// What a file is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// To be looked at.
    Image,
    /// To be read.
    Document,
}

impl Vocabulary for AttachmentKind {
    const NAME: &'static str = "AttachmentKind";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Image, "image"), (Self::Document, "document")];
}

/// A file that came in and belongs to nothing yet.
#[derive(Debug, Clone, PartialEq)]
pub struct AttachmentDraft {
    /// Under which its content lies already.
    pub id: Id<Attachment>,
    /// What it is there for.
    pub kind: AttachmentKind,
    /// What is said of it.
    pub content: AttachmentContent,
    /// What it is called.
    pub file_name: String,
    /// What it holds.
    pub media_type: MediaType,
    /// How much.
    pub bytes: u64,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
}

/// What a project has already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// How many files.
    pub files: u64,
    /// How much they hold together.
    pub bytes: u64,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentFact {
    /// It was added.
    Added,
    /// What is said of it changed.
    Edited,
    /// It was removed.
    Removed,
}

impl Fact for AttachmentFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Added => "attachment.added",
            Self::Edited => "attachment.updated",
            Self::Removed => "attachment.removed",
        }
    }

    fn is_told(&self) -> bool {
        false
    }
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AttachmentRefusal {
    /// The project's state doesn't allow it.
    #[error(transparent)]
    Project(ProjectRefusal),
    /// The project has as many files as it may.
    #[error("the project has all the files that it may have")]
    TooMany,
    /// With this one the project's files would hold more than they may.
    #[error("the project's files would hold more than they may")]
    TooMuch,
}
