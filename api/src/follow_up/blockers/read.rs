//! Reading blockers: all of them, those of a project, and one.

use chrono::{DateTime, Utc};
use domain::follow_up::blockers::Blocker as Stored;
use domain::kernel::{FaultCode, Id};
use persistence::follow_up::blockers::{
    self as stored, BlockerFilter, BlockerOrder, Placed, moment_of,
};
use persistence::{Direction, Place, Snapshot, View};
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::{Blocker, BlockerList, BlockerRow};
use crate::demo::known;
use crate::follow_up::who::{seen, view_into};
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Paging, Rows};
use crate::http::query::Query;
use crate::http::shapes::view_name;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_list_of_project, _, _>(list_of_project),
        Endpoint::of::<__path_get, _, _>(get),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameter is read by name")]
struct ProjectParam {
    /// Projects by their ids, separated by commas.
    #[param(example = "016d8b4a-d400-7000-876c-4f4ccb30225d")]
    project: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// States, separated by commas.
    #[param(example = "open")]
    state: Option<String>,
    /// Who is to clear them, separated by commas: `petr`, `holder`.
    #[param(example = "petr")]
    owner_side: Option<String>,
    /// With structures of these kinds, separated by commas.
    #[param(example = "state_service,funder")]
    interlocutor_kind: Option<String>,
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll. The
    /// order is then that of the changes, and what no filter keeps comes as `{id, deleted, updated_at}`.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
    /// `opened_on` (as when absent: the oldest first) or `updated_at`, with `-` before it for the other way
    /// round. With `updated_since` the order is that of the changes, whatever it says.
    #[param(example = "opened_on")]
    sort: Option<String>,
}

/// List blockers
///
/// What stands in the way of all projects, the oldest first.
#[utoipa::path(
    get, path = "/v1/blockers", tag = "Follow-up", operation_id = "blockers_list",
    security(("oauth2" = ["projects:read"])),
    params(ProjectParam, ListParams, PageParams),
    responses((status = 200, description = "A page of blockers", body = BlockerList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let id = |text: &str| Uuid::try_parse(text).map_err(|_| FaultCode::Malformed("uuid"));
    let projects = query.many("project", id);
    let projects = projects.into_iter().map(Id::from_uuid).collect();
    let mut asked = Asked::of(query)?;
    asked.filter.projects = projects;
    let (snapshot, until) = request.look_since(asked.filter.updated_since).await?;
    asked.answer(&request, &snapshot, until, View::Staff).await
}

/// List a project's blockers
///
/// What stands or stood in its way, the oldest first. Its holder and the staff see it.
#[utoipa::path(
    get, path = "/v1/projects/{project}/blockers", tag = "Follow-up", operation_id = "projects_blockers",
    security(("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("project" = String, Path, description = "The project's id or its slug", example = json!(known::PROJECT_IN_PROGRESS)), ListParams, PageParams),
    responses((status = 200, description = "A page of blockers", body = BlockerList)),
)]
async fn list_of_project(request: Request) -> Result<Answer, Problem> {
    let mut asked = Asked::of(Query::strict(&request))?;
    let (snapshot, until) = request.look_since(asked.filter.updated_since).await?;
    let (project, view) = seen(&request, &snapshot).await?;
    inside(view)?;
    asked.filter.projects = vec![project.id];
    asked.answer(&request, &snapshot, until, view).await
}

/// Read a blocker
#[utoipa::path(
    get, path = "/v1/blockers/{id}", tag = "Follow-up", operation_id = "blockers_get",
    description = "The project's holder and the staff see it.",
    security(("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::BLOCKER))),
    responses((status = 200, description = "The blocker", body = Blocker)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let found = stored::find(&snapshot, id).await?;
    let (blocker, project) = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let view = view_into(&request, &project)?;
    inside(view)?;
    let now = request.app.store.clock().now();
    let (shown, tag) = Blocker::of(&blocker, &project, view, now);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// What stands in a project's way is nothing that everybody sees.
fn inside(view: View) -> Result<(), Problem> {
    match view {
        View::Public => Err(Problem::new(Kind::NotFound)),
        View::Own(_) | View::Staff => Ok(()),
    }
}

/// Which blockers are asked for, in which order, and which page of them.
struct Asked {
    filter: BlockerFilter,
    order: (BlockerOrder, Direction),
    paging: Paging,
}

impl Asked {
    fn of(mut query: Query<'_>) -> Result<Self, Problem> {
        let filter = BlockerFilter {
            projects: vec![],
            states: query.words("state"),
            owners: query.words("owner_side"),
            interlocutors: query.words("interlocutor_kind"),
            updated_since: query.instant("updated_since"),
        };
        let sort = query.one("sort", parse_sort);
        let paging = query.paging(50, 200);
        query.done()?;
        let order = match filter.updated_since {
            // In another order than that of the changes a poll would miss some.
            Some(_) => (BlockerOrder::UpdatedAt, Direction::Ascending),
            None => sort.unwrap_or((BlockerOrder::OpenedOn, Direction::Ascending)),
        };
        Ok(Self {
            filter,
            order,
            paging,
        })
    }

    async fn answer(
        self,
        request: &Request,
        snapshot: &Snapshot,
        synced_until: Option<DateTime<Utc>>,
        view: View,
    ) -> Result<Answer, Problem> {
        let (order, paging) = (self.order, self.paging);
        let part = paging.part();
        let listed = stored::list(snapshot, &self.filter, order, part).await?;
        let now = request.app.store.clock().now();
        let there = |placed: &Placed| {
            let (shown, _) = Blocker::of(&placed.blocker, &placed.project, view, now);
            BlockerRow::There(Box::new(shown))
        };
        let rows = Rows::listed(listed, &paging, synced_until, |placed| {
            place(placed, order.0)
        });
        let rows = rows.shown(there, BlockerRow::Gone);
        Ok(rows.answer(request, &paging, view_name(view)))
    }
}

fn place(placed: &Placed, order: BlockerOrder) -> Place {
    let blocker = &placed.blocker;
    let moment = match order {
        BlockerOrder::UpdatedAt => blocker.updated_at,
        BlockerOrder::OpenedOn => moment_of(blocker.content.opened_on),
    };
    (moment, blocker.id.uuid())
}

fn parse_sort(text: &str) -> Result<(BlockerOrder, Direction), FaultCode> {
    match text {
        "opened_on" => Ok((BlockerOrder::OpenedOn, Direction::Ascending)),
        "-opened_on" => Ok((BlockerOrder::OpenedOn, Direction::Descending)),
        "updated_at" => Ok((BlockerOrder::UpdatedAt, Direction::Ascending)),
        "-updated_at" => Ok((BlockerOrder::UpdatedAt, Direction::Descending)),
        _ => Err(FaultCode::UnknownWord {
            known: vec!["opened_on", "-opened_on", "updated_at", "-updated_at"],
        }),
    }
}
