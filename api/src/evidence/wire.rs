//! Evidence as it is sent and shown.

use chrono::{DateTime, Utc};
use domain::attachments::MediaType;
use domain::evidence::{Evidence as Stored, EvidenceBasis};
use domain::kernel::{Id, Vocabulary as _};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::vocabulary::word;

/// A file that shows who was at a date.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000f1", "event_id": "01a05b8d-9300-7000-8a36-ed8212f372a7",
    "occurrence_id": "01a05b8d-9300-7001-9dbb-16392dbad21a", "title": "Feuille d’émargement",
    "media_type": "application/pdf", "bytes": 182113,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "basis": "public_interest",
    "url": "https://concertation.petr.example/v1/evidence/0198c0a0-0000-7000-8000-0000000000f1/content",
    "created_at": "2026-11-28T08:00:00Z", "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Evidence {
    id: Uuid,
    event_id: Uuid,
    occurrence_id: Uuid,
    /// Of which headcount, where it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    headcount_id: Option<Uuid>,
    /// What it is, in a few words.
    title: String,
    #[schema(schema_with = word::<MediaType>)]
    media_type: &'static str,
    /// How much it holds.
    bytes: u64,
    /// SHA-256 of what it holds here, in hexadecimal.
    sha256: String,
    #[schema(schema_with = word::<EvidenceBasis>)]
    basis: EvidenceBasis,
    /// Where it is had.
    url: String,
    created_at: DateTime<Utc>,
    /// Send it in `If-Match` to destroy it.
    etag: String,
}

/// A page of evidence.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct EvidenceList {
    data: Vec<Evidence>,
    page: Page,
}

/// A form that carries evidence.
#[derive(ToSchema)]
#[schema(example = json!({ "file": "classe;élèves\nCM2;27\n", "title": "Fiche de la classe" }))]
#[expect(dead_code, reason = "documentation: the file is read as a stream")]
pub(crate) struct EvidenceForm {
    /// The file, at most 20 MiB: a scan as PDF, PNG, JPEG, WebP or GIF, or what else a project's files may be. Its
    /// name is not kept.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What it is, in a few words. No name belongs here.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
}

pub(super) fn path_of(id: Id<Stored>) -> String {
    format!("/v1/evidence/{id}")
}

impl Evidence {
    pub(super) fn of(evidence: &Stored, base: &str) -> (Self, Tag) {
        let mut shown = Self {
            id: evidence.id.uuid(),
            event_id: evidence.event.uuid(),
            occurrence_id: evidence.occurrence.uuid(),
            headcount_id: evidence.headcount.map(Id::uuid),
            title: evidence.title.to_string(),
            media_type: evidence.media_type.word(),
            bytes: evidence.bytes,
            sha256: evidence.sha256.clone(),
            basis: evidence.basis,
            url: format!("{base}{}/content", path_of(evidence.id)),
            created_at: evidence.created_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(evidence.version, "staff", &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}
