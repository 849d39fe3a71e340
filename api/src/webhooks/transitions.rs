//! What is done with a webhook by name: paused, resumed, given another secret.

use domain::kernel::Id;
use domain::webhooks::{self, AlreadySo, Webhook as Stored};
use persistence::Answer as Kept;
use persistence::webhooks as stored;

use super::owner::Owner;
use super::wire::Webhook;
use super::write::{new_secret, shown};
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::operation::Endpoint;
use crate::http::writing::{IdempotencyKey, MayIfMatch, kept};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_pause, _, _>(pause),
        Endpoint::of::<__path_resume, _, _>(resume),
        Endpoint::of::<__path_rotate, _, _>(rotate),
    ]
}

/// Pause a webhook
///
/// What happens waits until it is resumed.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/pause", tag = "Webhooks", operation_id = "webhooks_pause",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])),
    params(("id" = String, Path, description = "Its id", example = "0198c0a0-0000-7000-8000-000000000060"), MayIfMatch),
    responses((status = 200, description = "The webhook", body = Webhook)),
)]
async fn pause(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (if_match, owner) = (if_match(&request), Owner::of(&request));
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let webhook = owner.load(writing, id, Some(&if_match)).await?;
            let change = webhooks::pause(webhook, writing.now()).map_err(already_so)?;
            stored::save(writing, &change, None).await?;
            Ok(change.into_after())
        })
    });
    Ok(shown(&written.await?))
}

/// Resume a webhook
///
/// Whyever it was paused. It is told what waits since then, as far as that waits for no longer than three
/// days; the rest can be had by replaying it.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/resume", tag = "Webhooks", operation_id = "webhooks_resume",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::WEBHOOK)), MayIfMatch),
    responses((status = 200, description = "The webhook", body = Webhook)),
)]
async fn resume(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (if_match, owner) = (if_match(&request), Owner::of(&request));
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let webhook = owner.load(writing, id, Some(&if_match)).await?;
            let change = webhooks::resume(webhook, writing.now()).map_err(already_so)?;
            stored::resume(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    let resumed = written.await?;
    request.app.telling.look();
    Ok(shown(&resumed))
}

/// Give a webhook another secret
///
/// For 24 hours calls are signed by the one before as well, so that the receiver can take the new one over
/// without missing any. It is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/rotate-secret", tag = "Webhooks", operation_id = "webhooks_rotate_secret",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])),
    params(
        ("id" = String, Path, description = "Its id", example = json!(known::WEBHOOK)),
        MayIfMatch, IdempotencyKey,
    ),
    responses((status = 200, description = "The webhook, with its new secret", body = Webhook)),
)]
async fn rotate(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let claim = request.claim(&[])?;
    let (if_match, owner, secret) = (if_match(&request), Owner::of(&request), new_secret()?);
    let done = request.write_once(claim, move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let webhook = owner.load(writing, id, Some(&if_match)).await?;
            let change = webhooks::rotate(webhook, writing.now());
            stored::save(writing, &change, Some(&secret)).await?;
            let (shown, tag) = Webhook::of(change.after(), Some(&secret));
            Ok(Kept {
                person: Some(id.uuid()),
                ..kept(&tag, &shown)
            })
        })
    });
    done.await
}

fn if_match(request: &Request) -> IfMatch {
    request.if_match().unwrap_or(IfMatch::Any)
}

fn already_so(_: AlreadySo) -> Problem {
    Problem::new(Kind::WrongState).with_detail(
        "Le webhook est déjà dans cet état.",
        "The webhook is in that state already.",
    )
}
