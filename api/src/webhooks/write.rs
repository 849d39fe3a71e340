//! Making, changing and deleting webhooks.

use actix_web::http::StatusCode;
use domain::kernel::Id;
use domain::webhooks::{self, MOST_WEBHOOKS, TooMany, Webhook as Stored};
use persistence::webhooks as stored;
use persistence::{Answer as Kept, organisations};

use super::owner::Owner;
use super::wire::{Webhook, WebhookInput};
use crate::demo::known;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_delete, _, _>(delete),
    ]
}

/// Add a webhook
///
/// From now on it is told of these types, by a `POST` that is signed as Standard Webhooks has it; what is
/// sent is under `webhooks` in this contract. It answers within 20 seconds, with a status from 200 to 299;
/// anything else, a redirect as well, is a failure, and it is told again after 5 seconds, 1 minute,
/// 5 minutes, 30 minutes, then 2, 5, 10, 14, 20 and 24 hours, or later where a 429, 502, 503 or 504 says so
/// by `Retry-After`; 410 pauses it. It may be told twice: the `webhook-id` is the same then. What is told of
/// one thing comes in its order. `secret` is in this answer and nowhere else. A target inside is refused: a
/// literal one here, any other at each call.
#[utoipa::path(
    post, path = "/v1/webhooks", tag = "Webhooks", operation_id = "webhooks_create",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])), params(IdempotencyKey),
    request_body(content = WebhookInput),
    responses((status = 201, description = "The webhook, with its secret", body = Webhook)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let outgoing = &request.app.outgoing;
    let parse = |input: WebhookInput| input.parse(outgoing);
    let (content, bytes) = request.parsed_body(parse).await?;
    let claim = request.claim(&bytes)?;
    let (owner, secret) = (Owner::of(&request), new_secret()?);
    let done = request.write_once(claim, move |writing| {
        let content = content.clone();
        Box::pin(async move {
            let (owner, held) = match owner.0 {
                Some(own) => {
                    let own = organisations::load_as_it_is_now(writing, own).await?;
                    let own = own.ok_or_else(|| Problem::new(Kind::NotFound))?.id;
                    (Some(own), stored::count_of(writing, own).await?)
                }
                None => (None, 0),
            };
            let now = writing.now();
            let made = webhooks::create(content, owner, held, writing.ids(), now);
            let made = made.map_err(|TooMany| too_many())?;
            stored::save(writing, &made, Some(&secret)).await?;
            let (shown, tag) = Webhook::of(made.after(), Some(&secret));
            Ok(Kept {
                // What is kept of the answer shows the secret: it is sealed.
                person: Some(made.after().id.uuid()),
                ..created(format!("/v1/webhooks/{}", made.after().id), &tag, &shown)
            })
        })
    });
    done.await
}

/// Change a webhook
///
/// A JSON Merge Patch (RFC 7396). What waits to be told goes to the new `url`; what it was not told of
/// before can be had by replaying it.
#[utoipa::path(
    patch, path = "/v1/webhooks/{id}", tag = "Webhooks", operation_id = "webhooks_update",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::WEBHOOK)), NeedsIfMatch),
    request_body(content(
        (WebhookInput = "application/merge-patch+json", example = json!({ "types": ["event.published"] })),
        (WebhookInput = "application/json", example = json!({ "types": ["event.published"] })),
    )),
    responses((status = 200, description = "The webhook", body = Webhook)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    let (if_match, owner, app) = (request.if_match(), Owner::of(&request), request.app.clone());
    let written = request.write(move |writing| {
        let (patch, if_match, app) = (patch.clone(), if_match.clone(), app.clone());
        Box::pin(async move {
            let webhook = owner.load(writing, id, if_match.as_ref()).await?;
            let input = patched(
                &app.contract.schemas,
                "WebhookInput",
                &WebhookInput::of(&webhook),
                &patch,
            )?;
            let content = input.parse(&app.outgoing).map_err(Problem::from)?;
            let unchanged = webhook.clone();
            let Some(change) = webhooks::edit(webhook, content, writing.now()) else {
                return Ok(unchanged);
            };
            stored::save(writing, &change, None).await?;
            Ok(change.into_after())
        })
    });
    Ok(shown(&written.await?))
}

/// Delete a webhook
///
/// It is told nothing more, not even what waits, and what it was told is forgotten.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", tag = "Webhooks", operation_id = "webhooks_delete",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::WEBHOOK)), NeedsIfMatch),
    responses((status = 204, description = "It is gone")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let (if_match, owner) = (request.if_match(), Owner::of(&request));
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let webhook = owner.load(writing, id, if_match.as_ref()).await?;
            let change = webhooks::delete(webhook, writing.now());
            Ok(stored::delete(writing, &change).await?)
        })
    });
    written.await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn too_many() -> Problem {
    Problem::new(Kind::Conflict).with_detail(
        format!("Une structure a au plus {MOST_WEBHOOKS} webhooks : supprimez-en un d’abord."),
        format!("A structure has at most {MOST_WEBHOOKS} webhooks: delete one first."),
    )
}

/// What calls are signed by: as many bytes as the digest has.
pub(super) fn new_secret() -> Result<[u8; 32], Problem> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(Problem::internal)?;
    Ok(secret)
}

/// The webhook as its owner sees it.
pub(super) fn shown(webhook: &Stored) -> Answer {
    let (shown, tag) = Webhook::of(webhook, None);
    Answer::json(&shown).with_tag(tag)
}
