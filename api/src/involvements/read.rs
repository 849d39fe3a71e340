//! Reading who is involved with projects: by the staff, whose looks are recorded.

use domain::involvements::{Involvement as Stored, InvolvementRole, InvolvementState};
use domain::kernel::Id;
use persistence::View;
use persistence::involvements::{self as stored, Involved, InvolvementFilter};
use utoipa::IntoParams;

use super::wire::{Involvement, InvolvementList};
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::{Answer, Kind, Problem, Request};
use crate::projects::find_in;

/// What involvements are called in the audit trail.
const KIND: &str = "involvement";

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
    /// Roles, separated by commas.
    #[param(example = "volunteer,holder")]
    role: Option<String>,
    /// States, separated by commas.
    #[param(example = "offered,active")]
    state: Option<String>,
}

/// List who is involved with a project
///
/// Who follows it, supports it, helps with it and carries it, or did, in the order in which they came. The look is
/// recorded.
#[utoipa::path(
    get, path = "/v1/projects/{project}/involvements", tag = "Involvements", operation_id = "involvements_list",
    security(("oauth2" = ["citizens:read"])),
    params(("project" = String, Path, description = "The project's id or its slug", example = json!(known::PROJECT_IN_PROGRESS)), ListParams, PageParams),
    responses((status = 200, description = "A page of involvements", body = InvolvementList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let roles: Vec<InvolvementRole> = query.words("role");
    let states: Vec<InvolvementState> = query.words("state");
    let paging = query.paging(50, 200);
    query.done()?;
    request.note_reading(KIND, None).await?;
    let snapshot = request.look().await?;
    let project = find_in(&snapshot, View::Staff, &request.path("project")).await?;
    let filter = InvolvementFilter {
        project: Some(project.project.id),
        leaves_restricted_out: true,
        roles,
        states,
        ..InvolvementFilter::default()
    };
    let (found, total) = stored::list(&snapshot, &filter, paging.part()).await?;
    let place = |one: &Involved| (one.involvement.created_at, one.involvement.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(found, paging.limit, place)
    };
    let rows = rows.map(|involved| Involvement::of(&involved).0);
    Ok(rows.answer(&request, &paging, "staff"))
}

/// Read an involvement
///
/// With whose it is. The look is recorded.
#[utoipa::path(
    get, path = "/v1/involvements/{id}", tag = "Involvements", operation_id = "involvements_get",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::VOLUNTEER))),
    responses((status = 200, description = "The involvement", body = Involvement)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let found = stored::find(&request.look().await?, id).await?;
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    request.note_reading(KIND, Some(id.uuid())).await?;
    let (shown, tag) = Involvement::of(&found);
    Ok(Answer::json(&shown).with_tag(tag))
}
