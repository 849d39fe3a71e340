//! The dates of events, one by one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::events::{Event as Stored, EventFact, Schedule};
use domain::kernel::{Change, FaultCode, Faults, Id};
use persistence::events::{self, GoneDate};
use persistence::{Place, Stop, View, Writing};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::input::{MoveInput, OccurrenceInput};
use super::read::{find_in, view_of};
use super::refused;
use super::wire::Occurrence;
use super::write::save_if_changed;
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::etag::IfMatch;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::page::{Page, PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::shapes::{Tombstone, TransitionInput, view_name};
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

type StoredDate = domain::events::Occurrence;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_cancel, _, _>(cancel),
        Endpoint::of::<__path_postpone, _, _>(postpone),
        Endpoint::of::<__path_move_to, _, _>(move_to),
    ]
}

/// The dates of an event.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct OccurrenceList {
    data: Vec<OccurrenceRow>,
    page: Page,
}

/// A date of an event, or what is left of one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum OccurrenceRow {
    There(Box<Occurrence>),
    Gone(Tombstone),
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll. The
    /// order is then that of the changes, and a date that a draft has no more comes as
    /// `{id, deleted, updated_at}`.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
}

/// List an event's dates
///
/// All of them, by their start.
#[utoipa::path(
    get, path = "/v1/events/{event}/occurrences", tag = "Events",
    operation_id = "occurrences_list", security((), ("oauth2" = ["events:read"])),
    params(
        ("event" = String, Path, description = "Its id or its slug", example = json!(known::EVENT_AHEAD)),
        ListParams, PageParams,
    ),
    responses((status = 200, description = "The dates", body = OccurrenceList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let since = query.instant("updated_since");
    let paging = query.paging(50, 200);
    query.done()?;
    let view = view_of(&request);
    let (snapshot, synced_until) = request.look_since(since).await?;
    let event = find_in(&snapshot, view, &request.path("event"))
        .await?
        .event;
    let mut rows = dates(&event, since);
    let is_theirs =
        view == View::Staff || event.proposed_by.is_some_and(|own| view.sees_all_of(own));
    if let Some(since) = since.filter(|_| is_theirs) {
        let gone = events::removed_dates(&snapshot, event.id, since).await?;
        rows.extend(gone.into_iter().map(Listed::Gone));
    }
    let rows = Rows {
        synced_until,
        ..Rows::of_whole(rows, &paging, |row| row.place(since))
    };
    let rows = rows.map(|row| match row {
        Listed::There(one) => {
            OccurrenceRow::There(Box::new(Occurrence::of(&event, one, view).alone().0))
        }
        Listed::Gone(gone) => OccurrenceRow::Gone(gone.into()),
    });
    Ok(rows.answer(&request, &paging, view_name(view)))
}

enum Listed<'e> {
    There(&'e StoredDate),
    Gone(GoneDate),
}

impl Listed<'_> {
    /// Where it stands: by its start, or by its change where changes are asked for.
    fn place(&self, since: Option<DateTime<Utc>>) -> Place {
        match self {
            Self::There(one) if since.is_none() => (one.timing.starts_at(), one.id.uuid()),
            Self::There(one) => (one.updated_at, one.id.uuid()),
            Self::Gone(gone) => (gone.updated_at, gone.id.uuid()),
        }
    }
}

fn dates(event: &Stored, since: Option<DateTime<Utc>>) -> Vec<Listed<'_>> {
    let changed = |one: &&StoredDate| since.is_none_or(|since| one.updated_at >= since);
    let dates = event.occurrences.iter().filter(changed);
    dates.map(Listed::There).collect()
}

/// Add a date
///
/// To an event that is neither cancelled nor archived.
#[utoipa::path(
    post, path = "/v1/events/{event}/occurrences", tag = "Events", operation_id = "occurrences_create",
    security(("oauth2" = ["events:write"])),
    params(("event" = String, Path, description = "The event's id", example = json!(known::EVENT_AHEAD)), IdempotencyKey),
    request_body(content = OccurrenceInput),
    responses((status = 201, description = "The date", body = Occurrence)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("event")?;
    let (slot, bytes) = request.parsed_body(OccurrenceInput::parse).await?;
    if slot.id.is_some() {
        return Err(Faults::one("/id", FaultCode::UnknownOccurrence).into());
    }
    let claim = request.claim(&bytes)?;
    let done = request.write_once(claim, move |writing| {
        let slot = slot.clone();
        Box::pin(async move {
            let event = events::load(writing, id).await?;
            let event = event.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let known: Vec<_> = event.occurrences.iter().map(|one| one.id).collect();
            let (content, slug) = (event.content.clone(), event.slug.clone());
            let (origin, now) = (event.origin.clone(), writing.now());
            let schedule = Schedule::With(slot);
            let change =
                domain::events::edit(event, content, slug, schedule, origin, writing.ids(), now);
            let change = change.map_err(refused)?;
            let change =
                change.ok_or_else(|| Problem::internal("a date was added and nothing changed"))?;
            events::save(writing, &change).await?;
            let event = change.after();
            let added = event
                .occurrences
                .iter()
                .find(|one| !known.contains(&one.id));
            let added = added.ok_or_else(|| Problem::internal("the new date is not there"))?;
            let (shown, tag) = Occurrence::of(event, added, View::Staff).alone();
            Ok(created(
                format!("/v1/occurrences/{}", added.id),
                &tag,
                &shown,
            ))
        })
    });
    done.await
}

/// Read a date
///
/// One date of an event, by its id, with the state it is in and the time it had before it was moved.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}", tag = "Events", operation_id = "occurrences_get",
    security((), ("oauth2" = ["events:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::OCCURRENCE_AHEAD))),
    responses((status = 200, description = "The date", body = Occurrence)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let (id, view) = (request.path_id("id")?, view_of(&request));
    let snapshot = request.look().await?;
    let event = events::occurrence(&snapshot, view, id).await?;
    let event = event.ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(shown(&event, id, view)?.with_cache(Cache::Revalidate))
}

fn shown(event: &Stored, id: Id<StoredDate>, view: View) -> Result<Answer, Problem> {
    let one = event.occurrences.iter().find(|one| one.id == id);
    let one = one.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let (shown, tag) = Occurrence::of(event, one, view).alone();
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Change a date
///
/// Its capacity, or its time before it is published; a JSON Merge Patch (RFC 7396). For a published
/// date `move` says the same and why.
#[utoipa::path(
    patch, path = "/v1/occurrences/{id}", tag = "Events", operation_id = "occurrences_update",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::OCCURRENCE_AHEAD)), NeedsIfMatch),
    request_body(content(
        (OccurrenceInput = "application/merge-patch+json", example = json!({ "capacity": 40 })),
        (OccurrenceInput = "application/json", example = json!({ "capacity": 40 })),
    )),
    responses((status = 200, description = "The date", body = Occurrence)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<StoredDate> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    let contract = request.app.contract;
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let (patch, if_match) = (patch.clone(), if_match.clone());
        Box::pin(async move {
            let (event, at) = load(writing, id, if_match.as_ref()).await?;
            let input = patched(
                &contract.schemas,
                "OccurrenceInput",
                &OccurrenceInput::of(&event.occurrences[at]),
                &patch,
            )?;
            let slot = input.parse().map_err(Problem::from)?;
            let (unchanged, now) = (event.clone(), writing.now());
            let change =
                domain::events::edit_occurrence(event, id, slot.timing, slot.capacity, now);
            save_if_changed(writing, change.map_err(refused)?, unchanged).await
        })
    });
    shown(&written.await?, id, View::Staff)
}

/// Cancel a date
///
/// It stays in the calendar, crossed out, with its reason. A reason is needed. A date that has passed
/// can be cancelled too, when it did not take place.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/cancel", tag = "Events", operation_id = "occurrences_cancel",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::OCCURRENCE_AHEAD)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "Intervenant malade." })),
    responses((status = 200, description = "The date", body = Occurrence)),
)]
async fn cancel(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body_or_default::<TransitionInput>().await?;
    let reason = input.parse()?;
    change(&request, move |event, at, now| {
        let id = event.occurrences[at].id;
        domain::events::cancel_occurrence(event, id, reason.clone(), now).map_err(refused)
    })
    .await
}

/// Postpone a date
///
/// It takes place later, nobody knows when yet. A reason is needed.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/postpone", tag = "Events",
    operation_id = "occurrences_postpone", security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::SECOND_OCCURRENCE)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "En attente d’une salle." })),
    responses((status = 200, description = "The date", body = Occurrence)),
)]
async fn postpone(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body_or_default::<TransitionInput>().await?;
    let reason = input.parse()?;
    change(&request, move |event, at, now| {
        let id = event.occurrences[at].id;
        domain::events::postpone_occurrence(event, id, reason.clone(), now).map_err(refused)
    })
    .await
}

/// Move a date
///
/// It takes place at another time; calendars that know it follow.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/move", tag = "Events", operation_id = "occurrences_move",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::THIRD_OCCURRENCE)), NeedsIfMatch),
    request_body(content = MoveInput),
    responses((status = 200, description = "The date", body = Occurrence)),
)]
async fn move_to(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body::<MoveInput>().await?;
    // The zone of the date is known later; all else is told now.
    input.timing(domain::kernel::DEFAULT_ZONE)?;
    let reason = input.transition().parse()?;
    change(&request, move |event, at, now| {
        let occurrence = &event.occurrences[at];
        let (id, zone) = (occurrence.id, occurrence.timing.zone());
        let timing = input.timing(zone)?;
        domain::events::move_occurrence(event, id, timing, reason.clone(), now).map_err(refused)
    })
    .await
}

/// The event of a date that is to be changed, and where in it the date is.
async fn load(
    writing: &Writing,
    id: Id<StoredDate>,
    if_match: Option<&IfMatch>,
) -> Result<(Stored, usize), Stop<Problem>> {
    let event = events::load_by_occurrence(writing, id).await?;
    let event = event.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let at = event.occurrences.iter().position(|one| one.id == id);
    let at = at.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let one = &event.occurrences[at];
    precondition(if_match, one.version, || {
        Occurrence::of(&event, one, View::Staff).alone().1
    })?;
    Ok((event, at))
}

async fn change<D>(request: &Request, decide: D) -> Result<Answer, Problem>
where
    D: Fn(Stored, usize, DateTime<Utc>) -> Result<Change<Stored, EventFact>, Problem>
        + Send
        + Sync
        + 'static,
{
    let id: Id<StoredDate> = request.path_id("id")?;
    let if_match = request.if_match();
    let decide = Arc::new(decide);
    let written = request.write(move |writing| {
        let (decide, if_match) = (decide.clone(), if_match.clone());
        Box::pin(async move {
            let (event, at) = load(writing, id, if_match.as_ref()).await?;
            let change = decide(event, at, writing.now())?;
            events::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    shown(&written.await?, id, View::Staff)
}
