//! Reading credentials: those of a structure, and one by its id.

use domain::clients::Client as Stored;
use domain::kernel::Id;
use domain::organisations::Organisation;
use persistence::clients::{self, Issued};
use persistence::{View, organisations};

use super::wire::{Client, ClientList};
use crate::demo::known;
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

/// List a structure's credentials
///
/// By their last change; those that ended too. Secrets are shown nowhere again.
#[utoipa::path(
    get, path = "/v1/organisations/{id}/clients", tag = "Clients", operation_id = "clients_list",
    security(("oauth2" = ["clients:read"])),
    params(("id" = String, Path, description = "The structure's id", example = json!(known::ORGANISATION)), PageParams),
    responses((status = 200, description = "A page of credentials", body = ClientList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let paging = query.paging(50, 200);
    query.done()?;
    let asked: Id<Organisation> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let organisation = organisations::find(&snapshot, View::Staff, asked).await?;
    let organisation = organisation.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let now = snapshot.now().await?;
    let (rows, total) = clients::list(&snapshot, organisation.id, paging.part()).await?;
    let place = |one: &Issued| (one.client.updated_at, one.client.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(rows, paging.limit, place)
    };
    Ok(rows
        .map(|one| Client::of(&one, now, None).0)
        .answer(&request, &paging, "staff"))
}

/// Read credentials
///
/// With what they allow, when they expire and when they were last used; never their secret.
#[utoipa::path(
    get, path = "/v1/clients/{id}", tag = "Clients", operation_id = "clients_get",
    security(("oauth2" = ["clients:read"])),
    params(("id" = String, Path, description = "Their id, the `client_id`", example = json!(known::CLIENT))),
    responses((status = 200, description = "The credentials", body = Client)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let found = clients::find(&snapshot, id).await?;
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let (shown, tag) = Client::of(&found, snapshot.now().await?, None);
    Ok(Answer::json(&shown).with_tag(tag))
}
