//! Making and changing events.

use std::sync::Arc;

use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::events::{Event as Stored, EventFact, Schedule, Slot};
use domain::kernel::{Change, Check, FaultCode, Faults, Id, Slug};
use domain::organisations::Organisation;
use persistence::{Answer as Kept, Stop, View, Writing};
use persistence::{events, organisations};
use serde_json::Value;

use super::input::EventInput;
use super::read::view_of;
use super::refused;
use super::wire::{Event, Extent};
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::faults::rule_broken;
use crate::http::merge_patch::merged;
use crate::http::operation::Endpoint;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_delete, _, _>(delete),
    ]
}

/// Create an event
///
/// It is a draft until it is published. Without a slug it gets one of its title. A partner's is a proposal:
/// the staff publishes or declines it.
#[utoipa::path(
    post, path = "/v1/events", tag = "Events", operation_id = "events_create",
    security(("oauth2" = ["events:write"]), ("partner" = ["events:propose"])),
    params(IdempotencyKey),
    request_body(content = EventInput),
    responses((status = 201, description = "The draft, or the proposal", body = Event)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let (parsed, bytes) = request.parsed_body(EventInput::parse).await?;
    only_new_dates(parsed.slots.as_deref().unwrap_or_default())?;
    let claim = request.claim(&bytes)?;
    let base: Arc<str> = request.app.settings.public_url.as_str().into();
    let (by, view) = (request.organisation(), view_of(&request));
    let done = request.write_once(claim, move |writing| {
        let (parsed, base) = (parsed.clone(), base.clone());
        Box::pin(async move {
            let slug = match parsed.slug {
                Some(slug) => wanted_slug(writing, slug, None).await?,
                None => events::free_slug(writing, Slug::of(parsed.content.title.as_str())).await?,
            };
            let by = match by {
                Some(own) => {
                    let own = organisations::load_as_it_is_now(writing, own).await?;
                    Some(own.ok_or_else(|| Problem::new(Kind::NotFound))?.id)
                }
                None => None,
            };
            let (now, content) = (writing.now(), parsed.content);
            let slots = parsed.slots.unwrap_or_default();
            let made = match by {
                Some(by) => domain::events::propose(content, slug, slots, by, writing.ids(), now),
                None => domain::events::create(content, slug, slots, None, writing.ids(), now),
            };
            events::save(writing, &made).await?;
            Ok(made_answer(made.after(), view, &base))
        })
    });
    done.await
}

/// A new event has no date yet that an id could name.
fn only_new_dates(slots: &[Slot]) -> Result<(), Problem> {
    let mut faults = Check::new();
    for (index, _) in slots
        .iter()
        .enumerate()
        .filter(|(_, slot)| slot.id.is_some())
    {
        faults.fault(
            &format!("/occurrences/{index}/id"),
            FaultCode::UnknownOccurrence,
        );
    }
    Ok(faults.done(Some(()))?)
}

/// The answer to a creation, as it is kept for the same key.
pub(super) fn made_answer(event: &Stored, view: View, base: &str) -> Kept {
    let (shown, tag) = Event::of(event, view, Extent::Whole, base);
    created(format!("/v1/events/{}", event.id), &tag, &shown)
}

async fn wanted_slug(
    writing: &Writing,
    slug: Slug,
    own: Option<Id<Stored>>,
) -> Result<Slug, Stop<Problem>> {
    if events::is_slug_taken(writing, &slug, own).await? {
        return Err(rule_broken(&Faults::one("/slug", FaultCode::SlugTaken)).into());
    }
    Ok(slug)
}

/// Change an event
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears, a list is replaced whole. A date
/// that was published is never removed from `occurrences`: cancel or move it. A date of a series that
/// is changed there is then `detached`; one that is taken out of a draft is left out by its series too. A
/// partner changes its proposal as long as the staff has not answered.
#[utoipa::path(
    patch, path = "/v1/events/{event}", tag = "Events", operation_id = "events_update",
    security(("oauth2" = ["events:write"]), ("partner" = ["events:propose"])),
    params(("event" = String, Path, description = "Its id", example = json!(known::EVENT_AHEAD)), NeedsIfMatch),
    request_body(content(
        (EventInput = "application/merge-patch+json", example = json!({ "title": "Atelier de réparation", "price_note": null })),
        (EventInput = "application/json", example = json!({ "title": "Atelier de réparation", "price_note": null })),
    )),
    responses((status = 200, description = "The event", body = Event)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id = request.path_id("event")?;
    let (patch, _) = request.body_value().await?;
    let contract = request.app.contract;
    let base: Arc<str> = request.app.settings.public_url.as_str().into();
    let (if_match, by) = (request.if_match(), request.organisation());
    let written = request.write(move |writing| {
        let (patch, if_match, base) = (patch.clone(), if_match.clone(), base.clone());
        Box::pin(async move {
            let event = load(writing, id, if_match.as_ref(), (by, &base)).await?;
            if by.is_some() {
                domain::events::still_proposed(&event).map_err(refused)?;
            }
            let mut merged = merged(&EventInput::of(&event), &patch)?;
            // The dates are not in what is patched; to clear them is to have none.
            if patch.get("occurrences").is_some_and(Value::is_null) {
                merged["occurrences"] = Value::Array(vec![]);
            }
            contract.schemas.check("EventInput", &merged)?;
            let input: EventInput = serde_json::from_value(merged).map_err(Problem::internal)?;
            let parsed = input.parse().map_err(Problem::from)?;
            let old_slug = event.slug.clone();
            let slug = parsed.slug.unwrap_or_else(|| old_slug.clone());
            let schedule = parsed.slots.map_or(Schedule::Kept, Schedule::Whole);
            let (origin, now) = (event.origin.clone(), writing.now());
            let unchanged = event.clone();
            let changed = domain::events::edit(
                event,
                parsed.content,
                slug.clone(),
                schedule,
                origin,
                writing.ids(),
                now,
            );
            let changed = changed.map_err(refused)?;
            if slug != old_slug {
                wanted_slug(writing, slug, Some(id)).await?;
            }
            save_if_changed(writing, changed, unchanged).await
        })
    });
    Ok(shown(&request, &written.await?))
}

/// Delete a draft
///
/// Only what was never published can be deleted; the rest is cancelled or archived. A partner withdraws its
/// proposal so, as long as the staff has not answered.
#[utoipa::path(
    delete, path = "/v1/events/{event}", tag = "Events", operation_id = "events_delete",
    security(("oauth2" = ["events:write"]), ("partner" = ["events:propose"])),
    params(("event" = String, Path, description = "Its id", example = json!(known::DRAFT_TO_DELETE)), NeedsIfMatch),
    responses((status = 204, description = "It is gone")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    let by = request.organisation();
    change(&request, "event", move |event, now| {
        if by.is_some() {
            domain::events::still_proposed(&event).map_err(refused)?;
        }
        domain::events::delete(event, now).map_err(refused)
    })
    .await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// The event that is to be changed, if it is there and as whoever asks has seen it: a partner has only what
/// it proposed.
pub(super) async fn load(
    writing: &Writing,
    id: Id<Stored>,
    if_match: Option<&IfMatch>,
    (by, base): (Option<Id<Organisation>>, &str),
) -> Result<Stored, Stop<Problem>> {
    let event = events::load(writing, id).await?;
    let event = event.filter(|event| by.is_none() || event.proposed_by == by);
    let event = event.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let current = || Event::of(&event, View::Staff, Extent::Whole, base).1;
    precondition(if_match, event.version, current)?;
    Ok(event)
}

pub(super) async fn save_if_changed(
    writing: &mut Writing,
    change: Option<Change<Stored, EventFact>>,
    unchanged: Stored,
) -> Result<Stored, Stop<Problem>> {
    match change {
        None => Ok(unchanged),
        Some(change) => {
            events::save(writing, &change).await?;
            Ok(change.into_after())
        }
    }
}

/// Changes the event that the path names under `name` by a decision of the domain.
pub(super) async fn change<D>(request: &Request, name: &str, decide: D) -> Result<Stored, Problem>
where
    D: Fn(Stored, DateTime<Utc>) -> Result<Change<Stored, EventFact>, Problem>
        + Send
        + Sync
        + 'static,
{
    let id = request.path_id(name)?;
    let (if_match, by) = (request.if_match(), request.organisation());
    let decide = Arc::new(decide);
    let base: Arc<str> = request.app.settings.public_url.as_str().into();
    let written = request.write(move |writing| {
        let (decide, if_match, base) = (decide.clone(), if_match.clone(), base.clone());
        Box::pin(async move {
            let event = load(writing, id, if_match.as_ref(), (by, &base)).await?;
            let change = decide(event, writing.now())?;
            events::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    written.await
}

/// The event as whoever changed it sees it.
pub(super) fn shown(request: &Request, event: &Stored) -> Answer {
    let base = request.app.settings.public_url.as_str();
    let (shown, tag) = Event::of(event, view_of(request), Extent::Whole, base);
    Answer::json(&shown).with_tag(tag)
}
