//! Which projects a citizen follows, supports and helps.

use actix_web::http::StatusCode;
use domain::involvements::{self, Begin, Involvement as Stored, InvolvementRole, InvolvementState};
use domain::kernel::Id;
use persistence::involvements::{self as stored, Involved, InvolvementFilter};
use persistence::{Answer as Once, citizens as people, projects};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::vocabulary::word;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};
use crate::involvements::{Involvement, InvolvementList, may_join, refused};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_end, _, _>(end),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Roles, separated by commas.
    #[param(example = "follower,supporter")]
    role: Option<String>,
    /// States, separated by commas.
    #[param(example = "offered,active")]
    state: Option<String>,
}

/// Which project one follows, supports, or would help.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "project_id": known::PROJECT_IN_PROGRESS, "role": "follower" }))]
pub(crate) struct MeInvolvementInput {
    /// A project that everybody sees.
    project_id: Uuid,
    /// `follower`, `supporter` or `volunteer`: who carries a project, the PETR records.
    #[schema(schema_with = word::<InvolvementRole>)]
    role: InvolvementRole,
}

/// List the projects that one follows, supports, helps or carries
///
/// In the order in which one began to; what has ended is among them.
#[utoipa::path(
    get, path = "/v1/me/involvements", tag = "Me", operation_id = "me_involvements_list",
    security(("citizen" = ["citizens:own"])), params(ListParams, PageParams),
    responses((status = 200, description = "A page of involvements", body = InvolvementList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let roles: Vec<InvolvementRole> = query.words("role");
    let states: Vec<InvolvementState> = query.words("state");
    let paging = query.paging(50, 200);
    query.done()?;
    let filter = InvolvementFilter {
        person: Some(request.citizen()?.pseudonym),
        roles,
        states,
        ..InvolvementFilter::default()
    };
    let snapshot = request.look().await?;
    let (found, total) = stored::list(&snapshot, &filter, paging.part()).await?;
    let place = |one: &Involved| (one.involvement.created_at, one.involvement.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(found, paging.limit, place)
    };
    let rows = rows.map(|involved| Involvement::own(&involved.involvement).0);
    Ok(rows.answer(&request, &paging, "own"))
}

/// Follow a project, support it, or offer to help
///
/// Who follows or supports one does at once; who would help is answered by the PETR. All of them get a mail when it is
/// told how the project goes, and end that by its link.
#[utoipa::path(
    post, path = "/v1/me/involvements", tag = "Me", operation_id = "me_involvements_create",
    security(("citizen" = ["citizens:own"])), params(IdempotencyKey),
    request_body(content = MeInvolvementInput),
    responses((status = 201, description = "The involvement", body = Involvement)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let (input, bytes) = request.body::<MeInvolvementInput>().await?;
    let claim = request.claim(&bytes)?;
    let own = request.citizen()?.pseudonym;
    let done = request.write_once(claim, move |writing| {
        Box::pin(async move {
            let project = projects::load(writing, Id::from_uuid(input.project_id)).await?;
            let project = project.filter(|project| project.is_public());
            let project = project.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let citizen = people::by_pseudonym(writing, own).await?;
            let citizen = citizen.ok_or_else(|| Problem::new(Kind::Unauthorized))?;
            may_join(writing, &citizen, "/role").await?;
            let open = stored::open_of(writing, own, project.id, input.role).await?;
            let asked = Begin {
                project: &project,
                person: own,
                role: input.role,
                open: open.first().map(|one| one.id),
            };
            let now = writing.now();
            let begun = involvements::begin(asked, writing.ids(), now).map_err(refused)?;
            stored::save(writing, &begun, &citizen).await?;
            let involvement = begun.after();
            let (shown, tag) = Involvement::own(involvement);
            let path = format!("/v1/me/involvements/{}", involvement.id);
            Ok(Once {
                person: Some(own.uuid()),
                ..created(path, &tag, &shown)
            })
        })
    });
    done.await
}

/// Read what one is to a project
#[utoipa::path(
    get, path = "/v1/me/involvements/{id}", tag = "Me", operation_id = "me_involvements_get",
    description = "And since when.",
    security(("citizen" = ["citizens:own"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::VOLUNTEER))),
    responses((status = 200, description = "The involvement", body = Involvement)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let own = request.citizen()?.id;
    let found = stored::find(&request.look().await?, id).await?;
    let is_theirs = |one: &Involved| one.citizen.as_ref().is_some_and(|of| of.id == own);
    let found = found.filter(is_theirs);
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let (shown, tag) = Involvement::own(&found.involvement);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Follow, support or help a project no more
///
/// Who helped did: that is counted still.
#[utoipa::path(
    delete, path = "/v1/me/involvements/{id}", tag = "Me", operation_id = "me_involvements_delete",
    security(("citizen" = ["citizens:own"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::VOLUNTEER)), NeedsIfMatch),
    responses((status = 204, description = "It has ended")),
)]
async fn end(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (own, if_match) = (request.citizen()?.id, request.if_match());
    let done = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let missing = || Problem::new(Kind::NotFound);
            let (one, citizen) = stored::load(writing, id).await?.ok_or_else(missing)?;
            let known = people::as_is_known_now(writing, citizen.clone()).await?;
            if known.id != own {
                return Err(missing().into());
            }
            precondition(if_match.as_ref(), one.version, || Involvement::own(&one).1)?;
            // By whichever name they are that.
            let others = stored::open_of(writing, one.person, one.project, one.role).await?;
            let others = others.into_iter().filter(|other| other.id != id);
            for one in [one].into_iter().chain(others) {
                let ended = involvements::end(one, writing.now()).map_err(refused)?;
                if let Some(change) = ended {
                    stored::save(writing, &change, &citizen).await?;
                }
            }
            Ok(())
        })
    });
    done.await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
