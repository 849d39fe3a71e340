//! What is done with an event by name.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::kernel::{Fault, FaultCode, Faults, Slug};
use persistence::View;
use persistence::events;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refused;
use super::wire::{Event, Extent};
use super::write::{change, made_answer, shown};
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::operation::Endpoint;
use crate::http::request::precondition;
use crate::http::shapes::TransitionInput;
use crate::http::writing::{IdempotencyKey, MayIfMatch, NeedsIfMatch};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_publish, _, _>(publish),
        Endpoint::of::<__path_decline, _, _>(decline),
        Endpoint::of::<__path_cancel, _, _>(cancel),
        Endpoint::of::<__path_postpone, _, _>(postpone),
        Endpoint::of::<__path_archive, _, _>(archive),
        Endpoint::of::<__path_duplicate, _, _>(duplicate),
    ]
}

/// Publish an event
///
/// A draft, or a postponed event that has a date again, enters the calendar. It needs a date.
#[utoipa::path(
    post, path = "/v1/events/{id}/publish", tag = "Events", operation_id = "events_publish",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::DRAFT)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({})),
    responses((status = 200, description = "The event", body = Event)),
)]
async fn publish(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body_or_default::<TransitionInput>().await?;
    let reason = input.parse()?;
    let event = change(&request, "id", move |event, now| {
        domain::events::publish(event, reason.clone(), now).map_err(refused)
    });
    Ok(shown(&request, &event.await?))
}

/// Decline a proposal
///
/// It is not taken into the calendar. Whoever proposed it reads the reason, which is needed.
#[utoipa::path(
    post, path = "/v1/events/{id}/decline", tag = "Events", operation_id = "events_decline",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROPOSED_EVENT)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "L’agenda est réservé aux événements ouverts à tous." })),
    responses((status = 200, description = "The event", body = Event)),
)]
async fn decline(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body_or_default::<TransitionInput>().await?;
    let reason = input.parse()?;
    let event = change(&request, "id", move |event, now| {
        domain::events::decline(event, reason.clone(), now).map_err(refused)
    });
    Ok(shown(&request, &event.await?))
}

/// Cancel an event
///
/// It stays in the calendar, crossed out, with its reason; its dates that have not ended are cancelled
/// with it. A reason is needed.
#[utoipa::path(
    post, path = "/v1/events/{id}/cancel", tag = "Events", operation_id = "events_cancel",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::POSTPONED_EVENT)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "Salle indisponible." })),
    responses((status = 200, description = "The event", body = Event)),
)]
async fn cancel(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body_or_default::<TransitionInput>().await?;
    let reason = input.parse()?;
    let event = change(&request, "id", move |event, now| {
        domain::events::cancel(event, reason.clone(), now).map_err(refused)
    });
    Ok(shown(&request, &event.await?))
}

/// Postpone an event
///
/// It takes place later, nobody knows when yet: it stays in the calendar with its reason. Moving one of
/// its dates publishes it again. A reason is needed.
#[utoipa::path(
    post, path = "/v1/events/{id}/postpone", tag = "Events", operation_id = "events_postpone",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::WORKSHOP_AHEAD)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "En attente d’une salle." })),
    responses((status = 200, description = "The event", body = Event)),
)]
async fn postpone(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body_or_default::<TransitionInput>().await?;
    let reason = input.parse()?;
    let event = change(&request, "id", move |event, now| {
        domain::events::postpone(event, reason.clone(), now).map_err(refused)
    });
    Ok(shown(&request, &event.await?))
}

/// Archive an event
///
/// It is over and filed: it stays readable, and nothing of it is changed any more. What is still ahead
/// stays announced, so cancel it instead when it doesn't take place.
#[utoipa::path(
    post, path = "/v1/events/{id}/archive", tag = "Events", operation_id = "events_archive",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::CANCELLED_EVENT)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({})),
    responses((status = 200, description = "The event", body = Event)),
)]
async fn archive(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body_or_default::<TransitionInput>().await?;
    let reason = input.parse()?;
    let event = change(&request, "id", move |event, now| {
        domain::events::archive(event, reason.clone(), now).map_err(refused)
    });
    Ok(shown(&request, &event.await?))
}

/// What the copy of an event differs in.
#[derive(Debug, Default, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "starts_on": "2050-09-15" }))]
pub(crate) struct DuplicateInput {
    /// The day of the first date; the others keep their distance, and all keep their time by the clock
    /// on the wall. The same days when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date)]
    starts_on: Option<String>,
}

/// Copy an event
///
/// A draft like it, with its dates; and with its series, where their rules, begun as many days later,
/// mean the same dates.
#[utoipa::path(
    post, path = "/v1/events/{id}/duplicate", tag = "Events", operation_id = "events_duplicate",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "The id of the one to copy", example = json!(known::EVENT_AHEAD)), MayIfMatch, IdempotencyKey),
    request_body(content = Option<DuplicateInput>, example = json!({ "starts_on": "2050-09-15" })),
    responses((status = 201, description = "The draft", body = Event)),
)]
async fn duplicate(request: Request) -> Result<Answer, Problem> {
    let id = request.path_id("id")?;
    let (input, bytes) = request.body_or_default::<DuplicateInput>().await?;
    let malformed = || Fault {
        pointer: "/starts_on".to_owned(),
        code: FaultCode::Malformed("day"),
    };
    let day = input
        .starts_on
        .map(|day| day.parse::<NaiveDate>().map_err(|_| malformed()));
    let day = day
        .transpose()
        .map_err(|f| Problem::from(Faults::one(f.pointer, f.code)))?;
    let claim = request.claim(&bytes)?;
    let if_match = request.if_match().unwrap_or(IfMatch::Any);
    let base: Arc<str> = request.app.settings.public_url.as_str().into();
    let done = request.write_once(claim, move |writing| {
        let (base, if_match) = (base.clone(), if_match.clone());
        Box::pin(async move {
            let event = events::load(writing, id).await?;
            let event = event.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let shown = || Event::of(&event, View::Staff, Extent::Whole, &base).1;
            precondition(Some(&if_match), event.version, shown)?;
            let slug = Slug::of(event.content.title.as_str());
            let slug = events::free_slug(writing, slug).await?;
            let now = writing.now();
            let made = domain::events::duplicate(&event, slug, day, writing.ids(), now);
            let made = made.map_err(refused)?;
            events::save(writing, &made).await?;
            Ok(made_answer(made.after(), View::Staff, &base))
        })
    });
    done.await
}
