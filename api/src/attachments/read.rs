//! What is known of files: a project's, and one.

use domain::attachments::Attachment as Stored;
use domain::kernel::Id;
use persistence::View;
use persistence::attachments::{self, Found};

use super::wire::{Attachment, AttachmentList};
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::shapes::view_name;
use crate::http::{Answer, Kind, Problem, Request};
use crate::projects;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_get, _, _>(get),
    ]
}

/// List a project's files
///
/// In the order they were added. Whoever sees the project sees them.
#[utoipa::path(
    get, path = "/v1/projects/{project}/attachments", tag = "Projects", operation_id = "attachments_list",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("project" = String, Path, description = "Its id or its slug", example = json!(known::PROJECT_IN_PROGRESS)), PageParams),
    responses((status = 200, description = "A page of files", body = AttachmentList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let paging = query.paging(50, 200);
    query.done()?;
    let view = projects::view_of(&request);
    let snapshot = request.look().await?;
    let found = projects::find_in(&snapshot, view, &request.path("project")).await?;
    let id = found.project.id;
    let (rows, total) = attachments::list(&snapshot, id, paging.part()).await?;
    let place = |row: &Stored| (row.created_at, row.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(rows, paging.limit, place)
    };
    let shown = view_name(found.project.seen_by(view).unwrap_or(View::Public));
    let base = request.app.settings.public_url.as_str();
    let rows = rows.map(|row| Attachment::of(&row, shown, base).0);
    Ok(rows.answer(&request, &paging, shown))
}

/// Read what is known of a file
///
/// What it is called, what it holds and how much, and where it is had.
#[utoipa::path(
    get, path = "/v1/attachments/{id}", tag = "Projects", operation_id = "attachments_get",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PICTURE))),
    responses((status = 200, description = "What is known of it", body = Attachment)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let view = projects::view_of(&request);
    let found = found(&request, view).await?;
    let base = request.app.settings.public_url.as_str();
    let shown = view_name(found.project.seen_by(view).unwrap_or(View::Public));
    let (shown, tag) = Attachment::of(&found.attachment, shown, base);
    Ok(Answer::json(&shown)
        .with_tag(tag)
        .with_cache(Cache::Revalidate))
}

/// The file in the path, if whoever asks sees its project.
pub(super) async fn found(request: &Request, view: View) -> Result<Found, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let found = attachments::find(&request.look().await?, view, id).await?;
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}
