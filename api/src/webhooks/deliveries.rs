//! What a webhook was told, call by call.

use domain::kernel::{FaultCode, Id, Vocabulary};
use domain::webhooks::{Delivery, TEST, Webhook as Stored, WebhookType};
use persistence::webhooks::{self as stored, DeliveryFilter};
use utoipa::IntoParams;

use super::owner::Owner;
use super::wire::{WebhookDelivery, WebhookDeliveryList};
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_list, _, _>(list)]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// States, separated by commas.
    #[param(example = "pending,failed")]
    state: Option<String>,
    /// Types, separated by commas.
    #[param(example = "event.published")]
    r#type: Option<String>,
}

/// List what a webhook was told
///
/// The newest first, with the calls and what was answered to each: kept for 14 days.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries", tag = "Webhooks", operation_id = "webhooks_deliveries",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::WEBHOOK)), ListParams, PageParams),
    responses((status = 200, description = "A page of deliveries", body = WebhookDeliveryList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let filter = DeliveryFilter {
        states: query.words("state"),
        kinds: query.many("type", kind),
    };
    let paging = query.paging(50, 200);
    query.done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    Owner::of(&request).find(&snapshot, id).await?;
    let (rows, total) = stored::deliveries(&snapshot, id, &filter, paging.part()).await?;
    let place = |one: &Delivery| (one.created_at, one.message_id);
    let rows = Rows {
        total,
        ..Rows::cut(rows, paging.limit, place)
    };
    let wire = |one: Delivery| WebhookDelivery::of(&one);
    Ok(rows.map(wire).answer(&request, &paging, "owner"))
}

fn kind(text: &str) -> Result<String, FaultCode> {
    if text == TEST {
        return Ok(TEST.to_owned());
    }
    WebhookType::parse(text).map(|kind| kind.word().to_owned())
}
