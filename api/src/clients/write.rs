//! Issuing, rotating and revoking credentials.

use chrono::TimeDelta;
use domain::clients::{self, Client as Stored};
use domain::kernel::Id;
use domain::organisations::Organisation;
use persistence::clients::{self as stored, Issued};
use persistence::{Answer as Kept, Stop, Writing, organisations};

use super::refusal::refused;
use super::wire::{Client, ClientInput, ClientRotationInput};
use crate::auth::CLIENT_SECRET;
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::operation::Endpoint;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, MayIfMatch, created, kept};
use crate::http::{Answer, Kind, Problem, Request};

/// For how long the secret before counts when nothing is said.
const OVERLAP_HOURS: i64 = 24;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_rotate, _, _>(rotate),
        Endpoint::of::<__path_revoke, _, _>(revoke),
    ]
}

/// Issue credentials to a structure
///
/// Its software signs in with them at `/oauth/token` (client credentials) and acts for this structure only.
/// The `client_secret` is shown once, in this answer. A structure may have several at a time. One that is
/// suspended gets none.
#[utoipa::path(
    post, path = "/v1/organisations/{id}/clients", tag = "Clients", operation_id = "clients_create",
    security(("oauth2" = ["clients:write"])),
    params(("id" = String, Path, description = "The structure's id", example = json!(known::ORGANISATION)), IdempotencyKey),
    request_body(content = ClientInput),
    responses((status = 201, description = "The credentials, with their secret", body = Client)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let organisation: Id<Organisation> = request.path_id("id")?;
    let (content, bytes) = request.parsed_body(ClientInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let (secret, hash) = CLIENT_SECRET.generate();
    let done = request.write_once(claim, move |writing| {
        let (content, secret) = (content.clone(), secret.clone());
        Box::pin(async move {
            let organisation = organisations::load(writing, organisation).await?;
            let organisation = organisation.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let now = writing.now();
            let made = clients::issue(&organisation, content, writing.ids(), now);
            let made = made.map_err(refused)?;
            stored::save(writing, &made, Some(hash)).await?;
            let client = made.into_after();
            let id = client.id;
            let (shown, tag) = Client::of(&unused(client), now, Some(secret));
            Ok(Kept {
                // It shows a secret: it is kept under their key.
                person: Some(id.uuid()),
                ..created(format!("/v1/clients/{id}"), &tag, &shown)
            })
        })
    });
    done.await
}

fn unused(client: Stored) -> Issued {
    Issued {
        client,
        last_used_at: None,
    }
}

/// Give credentials another secret
///
/// The new `client_secret` is shown once, in this answer. The one before goes on counting for
/// `overlap_hours`, so that the software can be told in peace; one before that counts no more. Send an
/// `Idempotency-Key`: asked again with it, the answer is the same.
#[utoipa::path(
    post, path = "/v1/clients/{id}/rotate", tag = "Clients", operation_id = "clients_rotate",
    security(("oauth2" = ["clients:write"])),
    params(("id" = String, Path, description = "Their id, the `client_id`", example = json!(known::SPARE_CLIENT)), MayIfMatch, IdempotencyKey),
    request_body(content = Option<ClientRotationInput>),
    responses((status = 200, description = "The credentials, with their new secret", body = Client)),
)]
async fn rotate(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (input, bytes) = request.body_or_default::<ClientRotationInput>().await?;
    let claim = request.claim(&bytes)?;
    let overlap = TimeDelta::hours(input.overlap_hours.unwrap_or(OVERLAP_HOURS));
    let if_match = request.if_match();
    let (secret, hash) = CLIENT_SECRET.generate();
    let done = request.write_once(claim, move |writing| {
        let (if_match, secret) = (if_match.clone(), secret.clone());
        Box::pin(async move {
            let client = load(writing, id, if_match.as_ref()).await?;
            let change = clients::rotate(client, overlap, writing.now()).map_err(refused)?;
            stored::save(writing, &change, Some(hash)).await?;
            let client = unused(change.into_after());
            let (shown, tag) = Client::of(&client, writing.now(), Some(secret));
            Ok(Kept {
                // It shows a secret: it is kept under their key.
                person: Some(id.uuid()),
                ..kept(&tag, &shown)
            })
        })
    });
    done.await
}

/// Revoke credentials
///
/// They and all tokens that were given for them count no more, at once. That can't be undone: issue others.
#[utoipa::path(
    post, path = "/v1/clients/{id}/revoke", tag = "Clients", operation_id = "clients_revoke",
    security(("oauth2" = ["clients:write"])),
    params(("id" = String, Path, description = "Their id, the `client_id`", example = json!(known::SPARE_CLIENT)), MayIfMatch),
    responses((status = 200, description = "The credentials, revoked", body = Client)),
)]
async fn revoke(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let client = load(writing, id, if_match.as_ref()).await?;
            let change = clients::revoke(client, writing.now()).map_err(refused)?;
            stored::save(writing, &change, None).await?;
            Ok((change.into_after(), writing.now()))
        })
    });
    let (client, now) = written.await?;
    let (shown, tag) = Client::of(&unused(client), now, None);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// The credentials that are to be changed, if they are there and as whoever asks has seen them, where that
/// is asked.
async fn load(
    writing: &Writing,
    id: Id<Stored>,
    if_match: Option<&IfMatch>,
) -> Result<Stored, Stop<Problem>> {
    let client = stored::load(writing, id).await?;
    let client = client.ok_or_else(|| Problem::new(Kind::NotFound))?;
    if if_match.is_some() {
        let current = || Client::of(&unused(client.clone()), writing.now(), None).1;
        precondition(if_match, client.version, current)?;
    }
    Ok(client)
}
