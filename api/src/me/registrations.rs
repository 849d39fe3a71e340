//! What a citizen registered for.

use domain::registrations::RegistrationState;
use persistence::registrations::{self as stored, Registered, RegistrationFilter};
use utoipa::IntoParams;

use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::{Answer, Problem, Request};
use crate::registrations::{Registration, RegistrationList};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_list, _, _>(list)]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// States, separated by commas.
    #[param(example = "confirmed,waitlisted")]
    state: Option<String>,
}

/// List one's registrations
///
/// In the order they were made. `POST /v1/registrations/{id}/confirm` and `/cancel` take a citizen's token for
/// what is theirs.
#[utoipa::path(
    get, path = "/v1/me/registrations", tag = "Me", operation_id = "me_registrations_list",
    security(("citizen" = ["citizens:own"])), params(ListParams, PageParams),
    responses((status = 200, description = "A page of registrations", body = RegistrationList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let states: Vec<RegistrationState> = query.words("state");
    let paging = query.paging(50, 200);
    query.done()?;
    let filter = RegistrationFilter {
        person: Some(request.citizen()?.pseudonym),
        states,
        ..RegistrationFilter::default()
    };
    let snapshot = request.look().await?;
    let (found, total) = stored::list(&snapshot, &filter, paging.part()).await?;
    let place = |one: &Registered| (one.registration.created_at, one.registration.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(found, paging.limit, place)
    };
    let rows = rows.map(|registered| Registration::of(&registered).0);
    Ok(rows.answer(&request, &paging, "own"))
}
