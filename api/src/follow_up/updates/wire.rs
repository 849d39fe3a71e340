//! The wire types of updates.

use chrono::{DateTime, Utc};
use domain::follow_up::updates::{Progress, Update as Stored, UpdateContent};
use domain::kernel::{Check, Faults, Line, Prose};
use domain::projects::Side;
use persistence::View;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::markdown;
use crate::http::page::Page;
use crate::http::shapes::{Tombstone, view_name};
use crate::http::vocabulary::word;

/// How a project goes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "Le local est trouvé",
    "text": "La commune prête l’ancienne caserne. **Premiers ateliers** dans deux semaines.",
    "progress": 40
}))]
pub(crate) struct ProjectUpdateInput {
    /// In a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    /// All of it, in Markdown (CommonMark).
    #[schema(min_length = 1, max_length = 20000)]
    text: String,
    /// How far the project is, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100)]
    progress: Option<i64>,
}

impl ProjectUpdateInput {
    pub(super) fn parse(self) -> Result<UpdateContent, Faults> {
        let mut check = Check::new();
        let title = check.maybe("/title", self.title, |text| Line::parse(&text));
        let text = check.at("/text", Prose::parse(&self.text));
        let progress = check.maybe("/progress", self.progress, Progress::new);
        let content = (|| {
            Some(UpdateContent {
                title: title?,
                text: text?,
                progress: progress?,
            })
        })();
        check.done(content)
    }

    /// What would have to be sent for it as it is.
    pub(super) fn of(update: &Stored) -> Self {
        let content = &update.content;
        Self {
            title: content.title.as_ref().map(ToString::to_string),
            text: content.text.as_str().to_owned(),
            progress: content.progress.map(|progress| progress.percent().into()),
        }
    }
}

/// How a project went, as it was told once.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000a0",
    "project_id": "0198c0a0-0000-7000-8000-000000000080",
    "title": "Le local est trouvé",
    "text": "La commune prête l’ancienne caserne.",
    "progress": 40, "by": "holder",
    "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v1-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct ProjectUpdate {
    id: Uuid,
    /// Of which project.
    project_id: Uuid,
    /// In a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// All of it, in Markdown (CommonMark).
    text: String,
    /// The text as HTML that is safe to show; on a single update, not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_html: Option<String>,
    /// How far the project is, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100)]
    progress: Option<u8>,
    #[schema(schema_with = word::<Side>)]
    by: Side,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change or remove the update.
    etag: String,
}

/// A page of updates.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct ProjectUpdateList {
    data: Vec<ProjectUpdateRow>,
    page: Page,
}

/// An update, or what is left of one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ProjectUpdateRow {
    There(Box<ProjectUpdate>),
    Gone(Tombstone),
}

/// How much of an update is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// In a list.
    Row,
    /// Alone.
    Whole,
}

impl ProjectUpdate {
    /// The update as the view sees it, with its tag.
    pub(super) fn of(update: &Stored, view: View, extent: Extent) -> (Self, Tag) {
        let content = &update.content;
        let text = content.text.as_str();
        let mut shown = Self {
            id: update.id.uuid(),
            project_id: update.whose.project.uuid(),
            title: content.title.as_ref().map(ToString::to_string),
            text: text.to_owned(),
            text_html: (extent == Extent::Whole).then(|| markdown::to_html(text)),
            progress: content.progress.map(Progress::percent),
            by: update.by,
            created_at: update.created_at,
            updated_at: update.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(update.version, view_name(view), &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}
