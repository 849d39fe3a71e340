//! Files as they are sent and shown.

use chrono::{DateTime, Utc};
use domain::attachments::{
    Attachment as Stored, AttachmentContent, AttachmentKind, AttachmentRefusal, MAX_FILES,
    MediaType,
};
use domain::kernel::{Check, Faults, Id, Line};
use domain::projects::Side;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::vocabulary::word;
use crate::http::{Kind, Problem};
use crate::projects;

/// A file of a project.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000a0", "project_id": "0198c0a0-0000-7000-8000-000000000090",
    "kind": "image", "title": "Le camion", "alt": "Un camion bleu devant une mairie",
    "file_name": "camion.jpg", "media_type": "image/jpeg", "bytes": 482113,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "url": "https://concertation.petr.example/v1/attachments/0198c0a0-0000-7000-8000-0000000000a0/content",
    "by": "holder", "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v1-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Attachment {
    id: Uuid,
    /// Whose it is.
    project_id: Uuid,
    #[schema(schema_with = word::<AttachmentKind>)]
    kind: AttachmentKind,
    /// What it is, in a few words.
    title: String,
    /// What a picture shows, for those who don't see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    alt: Option<String>,
    /// What it is called when it is saved.
    file_name: String,
    #[schema(schema_with = word::<MediaType>)]
    media_type: &'static str,
    /// How much it holds.
    bytes: u64,
    /// SHA-256 of what it holds here, in hexadecimal: a picture is kept without what it knows of the place,
    /// the time and the camera.
    sha256: String,
    /// Where it is had.
    url: String,
    /// Who added it.
    #[schema(schema_with = word::<Side>)]
    by: Side,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Its version, for `If-Match`.
    etag: String,
}

/// A page of a project's files.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct AttachmentList {
    data: Vec<Attachment>,
    page: Page,
}

/// A form that carries a file.
#[derive(ToSchema)]
#[schema(example = json!({
    "file": "commune;bénévoles\nLunéville;8\n", "title": "Les bénévoles par commune", "kind": "document"
}))]
#[expect(dead_code, reason = "documentation: the file is read as a stream")]
pub(crate) struct AttachmentForm {
    /// The file, at most 20 MiB: PNG, JPEG, WebP, GIF, PDF, OpenDocument or Office text or spreadsheet
    /// (without macros), CSV or plain text. Its `Content-Type` and what it holds must agree.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What it is, in a few words.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// What it is for; `image` for a picture, `document` for anything else, when absent.
    #[schema(schema_with = word::<AttachmentKind>)]
    kind: Option<String>,
    /// What a picture shows, for those who don't see it: needed with an image.
    #[schema(max_length = 500)]
    alt: Option<String>,
}

/// What is said of a file.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "title": "Le camion" }))]
pub(crate) struct AttachmentInput {
    /// What it is, in a few words.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// What a picture shows, for those who don't see it: needed with an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    alt: Option<String>,
}

impl AttachmentInput {
    pub(super) fn of(attachment: &Stored) -> Self {
        let content = &attachment.content;
        Self {
            title: content.title.to_string(),
            alt: content.alt.as_ref().map(ToString::to_string),
        }
    }

    pub(super) fn parse(self, kind: AttachmentKind) -> Result<AttachmentContent, Faults> {
        let mut check = Check::new();
        let title = check.at("/title", Line::parse(&self.title));
        let alt = check.maybe("/alt", self.alt.as_deref(), Line::parse);
        let content = title.zip(alt);
        let content = check.done(content.map(|(title, alt)| AttachmentContent { title, alt }))?;
        content.checked(kind)
    }
}

pub(super) fn path_of(id: Id<Stored>) -> String {
    format!("/v1/attachments/{id}")
}

impl Attachment {
    /// The file as a view shows it, with its tag.
    pub(super) fn of(attachment: &Stored, view: &str, base: &str) -> (Self, Tag) {
        use domain::kernel::Vocabulary as _;
        let content = &attachment.content;
        let mut shown = Self {
            id: attachment.id.uuid(),
            project_id: attachment.project.uuid(),
            kind: attachment.kind,
            title: content.title.to_string(),
            alt: content.alt.as_ref().map(ToString::to_string),
            file_name: attachment.file_name.clone(),
            media_type: attachment.media_type.word(),
            bytes: attachment.bytes,
            sha256: attachment.sha256.clone(),
            url: format!("{base}{}/content", path_of(attachment.id)),
            by: attachment.by,
            created_at: attachment.created_at,
            updated_at: attachment.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(attachment.version, view, &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

/// The domain's refusals about files, as problems.
pub(super) fn refused(refusal: AttachmentRefusal) -> Problem {
    match refusal {
        AttachmentRefusal::Project(refusal) => projects::refused(refusal),
        AttachmentRefusal::TooMany => Problem::new(Kind::Conflict).with_detail(
            format!("Un projet a {MAX_FILES} fichiers au plus : retirez-en un d’abord."),
            format!("A project has {MAX_FILES} files at most: remove one first."),
        ),
        AttachmentRefusal::TooMuch => Problem::new(Kind::Conflict).with_detail(
            "Les fichiers d’un projet font 200 Mio au plus ensemble : retirez-en d’abord.",
            "A project's files hold 200 MiB together at most: remove some first.",
        ),
    }
}
