//! Reading webhooks: a list, and one by its id.

use domain::kernel::Id;
use domain::webhooks::Webhook as Stored;
use persistence::webhooks as stored;

use super::owner::Owner;
use super::wire::{Webhook, WebhookList};
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_get, _, _>(get),
    ]
}

/// List webhooks
///
/// In the order in which they were made. A partner sees its own, the staff all.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "Webhooks", operation_id = "webhooks_list",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])), params(PageParams),
    responses((status = 200, description = "A page of webhooks", body = WebhookList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let paging = query.paging(50, 200);
    query.done()?;
    let snapshot = request.look().await?;
    let (rows, total) = stored::list(&snapshot, Owner::of(&request).0, paging.part()).await?;
    let place = |webhook: &Stored| (webhook.created_at, webhook.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(rows, paging.limit, place)
    };
    let wire = |webhook: Stored| Webhook::of(&webhook, None).0;
    Ok(rows.map(wire).answer(&request, &paging, "owner"))
}

/// Read a webhook
///
/// Where it is told, of what, and whether it is. Its secret is not shown again.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", tag = "Webhooks", operation_id = "webhooks_get",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::WEBHOOK))),
    responses((status = 200, description = "The webhook", body = Webhook)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let webhook = Owner::of(&request).find(&snapshot, id).await?;
    let (shown, tag) = Webhook::of(&webhook, None);
    Ok(Answer::json(&shown).with_tag(tag))
}
