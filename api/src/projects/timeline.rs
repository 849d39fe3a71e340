//! The timeline of a project.

use chrono::{DateTime, Utc};
use domain::projects::{ProjectState, Side, TimelineEntry as Stored, TimelineKind};
use persistence::View;
use persistence::projects::timeline;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::said;
use super::read::find_in;
use super::wire::Frame;
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::page::{Page, PageParams, Rows};
use crate::http::query::Query;
use crate::http::shapes::view_name;
use crate::http::vocabulary::word;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_list, _, _>(list)]
}

/// One thing that happened to a project.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000090", "at": "2026-11-24T09:00:00Z", "kind": "accepted",
    "from_state": "submitted", "to_state": "accepted", "by": "petr", "note": "Un projet attendu."
}))]
pub(crate) struct TimelineEntry {
    id: Uuid,
    /// When.
    at: DateTime<Utc>,
    #[schema(schema_with = word::<TimelineKind>)]
    kind: TimelineKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<ProjectState>)]
    from_state: Option<ProjectState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<ProjectState>)]
    to_state: Option<ProjectState>,
    #[schema(schema_with = word::<Side>)]
    by: Side,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What only the staff reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_note: Option<String>,
    /// The id of the update, the question or the blocker that it tells of.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_id: Option<Uuid>,
}

/// A page of a timeline.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct TimelineList {
    data: Vec<TimelineEntry>,
    page: Page,
}

/// Read a project's timeline
///
/// What happened to it, the oldest first. Everybody reads when it was submitted, and all from the decision on;
/// what its holder and the PETR wrote to each other before, they and nobody else.
#[utoipa::path(
    get, path = "/v1/projects/{project}/timeline", tag = "Projects", operation_id = "projects_timeline",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("project" = String, Path, description = "Its id or its slug", example = json!(known::PROJECT_IN_PROGRESS)), PageParams),
    responses((status = 200, description = "A page of the timeline", body = TimelineList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let paging = query.paging(50, 200);
    query.done()?;
    let frame = Frame::of(&request);
    let snapshot = request.look().await?;
    let found = find_in(&snapshot, frame.view, &request.path("project")).await?;
    let project = &found.project;
    let view = project.seen_by(frame.view).unwrap_or(View::Public);
    let is_public = view == View::Public;
    let (rows, total) = timeline::list(&snapshot, project.id, is_public, paging.part()).await?;
    let rows = Rows {
        total,
        ..Rows::cut(rows, paging.limit, |row: &Stored| (row.at, row.id.uuid()))
    };
    let rows = rows.map(|entry| TimelineEntry::of(entry, view));
    Ok(rows.answer(&request, &paging, view_name(view)))
}

impl TimelineEntry {
    /// An entry that the view sees, as it sees it.
    fn of(entry: Stored, view: View) -> Self {
        let bare = Stored {
            reason: domain::kernel::Reason::default(),
            ..entry.clone()
        };
        let entry = entry.seen_by(view).unwrap_or(bare);
        let why = &entry.reason;
        Self {
            id: entry.id.uuid(),
            at: entry.at,
            kind: entry.kind,
            from_state: entry.from,
            to_state: entry.to,
            by: entry.by,
            reason: said(why.reason.as_ref()),
            note: said(why.note.as_ref()),
            internal_note: said(why.internal_note.as_ref()),
            subject_id: entry.subject,
        }
    }
}
