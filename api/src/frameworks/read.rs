//! Reading frameworks: all of them, and one by its id.

use domain::frameworks::Framework as Stored;
use domain::kernel::Id;
use persistence::frameworks;
use utoipa::IntoParams;

use super::wire::{Framework, FrameworkList};
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_get, _, _>(get),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
}

/// List frameworks
///
/// By their last change, each with its axes and their actions.
#[utoipa::path(
    get, path = "/v1/frameworks", tag = "Frameworks", operation_id = "frameworks_list",
    security(()), params(ListParams, PageParams),
    responses((status = 200, description = "A page of frameworks", body = FrameworkList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let since = query.instant("updated_since");
    let paging = query.paging(50, 200);
    query.done()?;
    let (snapshot, synced_until) = request.look_since(since).await?;
    let (rows, total) = frameworks::list(&snapshot, since, paging.part()).await?;
    let place = |row: &Stored| (row.updated_at, row.id.uuid());
    let rows = Rows {
        total,
        synced_until,
        ..Rows::cut(rows, paging.limit, place)
    };
    let rows = rows.map(|row| Framework::of(&row).0);
    Ok(rows.answer(&request, &paging, "public"))
}

/// Read a framework
///
/// With its axes and their actions, whose ids projects name.
#[utoipa::path(
    get, path = "/v1/frameworks/{framework}", tag = "Frameworks", operation_id = "frameworks_get",
    security(()),
    params(("framework" = String, Path, description = "Its id", example = json!(known::FRAMEWORK))),
    responses((status = 200, description = "The framework", body = Framework)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("framework")?;
    let found = frameworks::find(&request.look().await?, id).await?;
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let (shown, tag) = Framework::of(&found);
    Ok(Answer::json(&shown)
        .with_tag(tag)
        .with_cache(Cache::Revalidate))
}
