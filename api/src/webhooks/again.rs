//! Telling a webhook at once, to try it out, and telling it again.

use domain::kernel::Id;
use domain::webhooks::{Attempt, Delivery, DeliveryState, Subject, TEST, Webhook as Stored};
use persistence::webhooks::{self as stored, Again};
use persistence::{Act, Stop};
use serde_json::json;
use tracing::Instrument;
use uuid::Uuid;

use super::owner::Owner;
use super::wire::{Webhook, WebhookDelivery, WebhookReplay, WebhookReplayInput};
use crate::app::App;
use crate::delivery::webhooks::attempt;
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::faults::FieldError;
use crate::http::operation::Endpoint;
use crate::http::request::precondition;
use crate::http::writing::MayIfMatch;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_test, _, _>(test),
        Endpoint::of::<__path_replay, _, _>(replay),
    ]
}

/// Try a webhook out
///
/// It is told `webhook.test` at once, paused or not, and once: the answer says how that went. A call that
/// fails is no failure of this request.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/test", tag = "Webhooks", operation_id = "webhooks_test",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::WEBHOOK)), MayIfMatch),
    responses((status = 200, description = "The call, and what was answered", body = WebhookDelivery)),
)]
async fn test(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let webhook = Owner::of(&request).find(&snapshot, id).await?;
    drop(snapshot);
    let if_match = request.if_match().unwrap_or(IfMatch::Any);
    precondition(Some(&if_match), webhook.version, || {
        Webhook::of(&webhook, None).1
    })?;
    let secrets = stored::secrets(&request.app.store, id).await?;
    let (app, act) = (request.app.clone(), request.act());
    let before = test_of(&request, id);
    // Not on this worker: it is made, and kept, to its end when whoever asked leaves.
    let tried = request.app.runtime.spawn(
        async move {
            let (attempt, _) = attempt(&app, &webhook, &secrets, &before).await;
            let delivery = tried(before, attempt);
            keep(&app, act, id, delivery).await
        }
        .in_current_span(),
    );
    let delivery = tried.await.map_err(Problem::internal)??;
    let shown = WebhookDelivery::of(&delivery);
    Ok(Answer::json(&shown).tagged_by_content("owner"))
}

/// Tried once, and not again.
fn tried(before: Delivery, attempt: Attempt) -> Delivery {
    Delivery {
        state: if attempt.error.is_none() {
            DeliveryState::Delivered
        } else {
            DeliveryState::Failed
        },
        tries: 1,
        first_attempt_at: Some(attempt.at),
        attempts: vec![attempt],
        ..before
    }
}

/// Keeps what came of it, unless the webhook was deleted meanwhile.
async fn keep(
    app: &App,
    act: Act,
    id: Id<Stored>,
    delivery: Delivery,
) -> Result<Delivery, Stop<Problem>> {
    let kept = delivery.clone();
    let written = app.store.write(act, move |writing| {
        let delivery = kept.clone();
        Box::pin(async move {
            if stored::load(writing, id).await?.is_some() {
                stored::add_test(writing, id, &delivery).await?;
            }
            Ok::<_, Stop<Problem>>(())
        })
    });
    written.await?;
    Ok(delivery)
}

fn test_of(request: &Request, id: Id<Stored>) -> Delivery {
    let now = request.app.store.clock().now();
    Delivery {
        message_id: request.app.new_id(),
        kind: TEST.to_owned(),
        subject: Subject {
            kind: "webhook".to_owned(),
            id: id.uuid(),
            version: 0,
        },
        data: json!({ "webhook_id": id }),
        told_at: now,
        state: DeliveryState::Pending,
        tries: 0,
        next_attempt_at: None,
        first_attempt_at: None,
        created_at: now,
        attempts: Vec::new(),
    }
}

/// Tell a webhook again
///
/// Deliveries by their ids, or all that happened since a moment, also what it was not told then because it
/// is younger. They keep their ids, and are told as new ones are: at once, or when it is resumed.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/replay", tag = "Webhooks", operation_id = "webhooks_replay",
    security(("oauth2" = ["webhooks:write"]), ("partner" = ["webhooks:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::WEBHOOK)), MayIfMatch),
    request_body(content = WebhookReplayInput),
    responses((status = 200, description = "How much is told again", body = WebhookReplay)),
)]
async fn replay(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (input, _) = request.body::<WebhookReplayInput>().await?;
    let again = match (input.ids, input.since) {
        (Some(ids), None) => Again::These(ids),
        (None, Some(since)) => Again::Since(domain::kernel::to_micros(since)),
        (ids, _) => return Err(Problem::invalid(vec![either(ids.is_some())])),
    };
    let if_match = request.if_match().unwrap_or(IfMatch::Any);
    let owner = Owner::of(&request);
    let written = request.write(move |writing| {
        let (again, if_match) = (again.clone(), if_match.clone());
        Box::pin(async move {
            owner.load(writing, id, Some(&if_match)).await?;
            let told = stored::replay(writing, id, &again).await?;
            Ok(told.map_err(|unknown| unknown_ones(&again, &unknown))?)
        })
    });
    let deliveries = written.await?;
    request.app.telling.look();
    Ok(Answer::json(&WebhookReplay { deliveries }).tagged_by_content("owner"))
}

fn either(both: bool) -> FieldError {
    let (pointer, code) = if both {
        ("/since", "invalid")
    } else {
        ("/ids", "required")
    };
    FieldError::pointer(
        pointer,
        code,
        "Donnez soit ids, soit since.",
        "Give either ids or since.",
    )
}

fn unknown_ones(again: &Again, unknown: &[Uuid]) -> Problem {
    let Again::These(ids) = again else {
        return Problem::new(Kind::RuleBroken);
    };
    let places = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| unknown.contains(id));
    let fault = |(index, _)| {
        FieldError::pointer(
            format!("/ids/{index}"),
            "unknown_delivery",
            "Cet identifiant n’est celui d’aucun envoi de ce webhook.",
            "This id is none of this webhook's deliveries.",
        )
    };
    Problem {
        errors: places.map(fault).collect(),
        ..Problem::new(Kind::RuleBroken)
    }
}
