//! Reading registrations, and how many places a date has.

use domain::accounts::Scope;
use domain::citizens::Citizen;
use domain::events::{Event, Occurrence};
use domain::kernel::Id;
use domain::registrations::{Openness, Registration as Stored, RegistrationState, openness};
use persistence::citizens as people;
use persistence::registrations::{self as stored, Registered, RegistrationFilter};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::wire::{Registration, RegistrationList};
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::{Answer, Kind, Problem, Request};

/// What registrations are called in the audit trail.
pub(super) const KIND: &str = "registration";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_list_all, _, _>(list_all),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_availability, _, _>(availability),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// States, separated by commas.
    #[param(example = "confirmed,waitlisted")]
    state: Option<String>,
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll. The order is
    /// then that of the changes.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct WhoseParams {
    /// For the dates of that event.
    #[param(example = json!(known::EVENT_AHEAD))]
    event_id: Option<String>,
    /// Of that citizen.
    #[param(example = json!(known::CITIZEN))]
    citizen_id: Option<String>,
}

/// List the registrations for a date
///
/// In the order they were made, which is that of the waitlist; those of people whose data are restricted hold their
/// places, and are not among them. The look is recorded.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}/registrations", tag = "Registrations", operation_id = "registrations_list",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD)), ListParams, PageParams),
    responses((status = 200, description = "A page of registrations", body = RegistrationList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let filter = RegistrationFilter {
        occurrence: Some(occurrence),
        ..RegistrationFilter::default()
    };
    answered(&request, Query::strict(&request), filter).await
}

/// List registrations
///
/// Of an event, of a citizen, of all, in the order they were made, without those of people whose data are
/// restricted. The look is recorded.
#[utoipa::path(
    get, path = "/v1/registrations", tag = "Registrations", operation_id = "registrations_list_all",
    security(("oauth2" = ["citizens:read"])), params(WhoseParams, ListParams, PageParams),
    responses((status = 200, description = "A page of registrations", body = RegistrationList)),
)]
async fn list_all(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let event: Option<Id<Event>> = query.id("event_id");
    let citizen: Option<Id<Citizen>> = query.id("citizen_id");
    let person = match citizen {
        None => None,
        // Who was erased, or never was, has none.
        Some(id) => Some(
            people::pseudonym_of(&request.look().await?, id)
                .await?
                .unwrap_or_else(|| Id::from_uuid(uuid::Uuid::nil())),
        ),
    };
    let filter = RegistrationFilter {
        event,
        person,
        ..RegistrationFilter::default()
    };
    answered(&request, query, filter).await
}

async fn answered(
    request: &Request,
    mut query: Query<'_>,
    filter: RegistrationFilter,
) -> Result<Answer, Problem> {
    let filter = RegistrationFilter {
        states: query.words("state"),
        updated_since: query.instant("updated_since"),
        leaves_restricted_out: true,
        ..filter
    };
    let paging = query.paging(50, 200);
    query.done()?;
    request.note_reading(KIND, None).await?;
    let since = filter.updated_since;
    let (snapshot, synced_until) = request.look_since(since).await?;
    if let Some(occurrence) = filter.occurrence {
        let there = stored::date_of(&snapshot, occurrence).await?;
        there.ok_or_else(|| Problem::new(Kind::NotFound))?;
    }
    let (found, total) = stored::list(&snapshot, &filter, paging.part()).await?;
    let place = |one: &Registered| match since {
        Some(_) => (one.registration.updated_at, one.registration.id.uuid()),
        None => (one.registration.created_at, one.registration.id.uuid()),
    };
    let rows = Rows {
        total,
        synced_until,
        ..Rows::cut(found, paging.limit, place)
    };
    let rows = rows.map(|registered| Registration::of(&registered).0);
    Ok(rows.answer(request, &paging, "staff"))
}

/// Read a registration
///
/// With whose it is. The look of the staff is recorded; a citizen sees what is theirs.
#[utoipa::path(
    get, path = "/v1/registrations/{id}", tag = "Registrations", operation_id = "registrations_get",
    security(("oauth2" = ["citizens:read"]), ("citizen" = ["citizens:own"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::REGISTRATION))),
    responses((status = 200, description = "The registration", body = Registration)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let found = stored::find(&request.look().await?, id).await?;
    let own = request.citizen().ok().map(|person| person.id);
    let is_theirs = |one: &Registered| own == one.citizen.as_ref().map(|citizen| citizen.id);
    let may_see = |one: &Registered| own.is_none() || is_theirs(one);
    let found = found.filter(may_see);
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    if own.is_none() {
        request.note_reading(KIND, Some(id.uuid())).await?;
    }
    let (shown, tag) = Registration::of(&found);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// How a date takes registrations now.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "open": true, "has_waitlist": true, "largest_party": 10, "capacity": 12, "held": 12, "free": 0,
    "waiting": 3, "why": "full", "closes_at": "2050-03-01T13:00:00Z", "questions": []
}))]
pub(crate) struct Availability {
    /// Whether it takes registrations; where it is full, whoever registers waits.
    open: bool,
    /// Why it does not (`not_held`, `not_yet`, `closed`, `full`), or why the waitlist does not move: every
    /// place is taken (`full`), or those who wait are more than the free places (`too_few_places`).
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    /// From when on it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Until when it does.
    closes_at: chrono::DateTime<chrono::Utc>,
    /// Whether those who find no place may wait.
    has_waitlist: bool,
    /// The largest party that registers by itself.
    largest_party: u32,
    /// How many people it holds; absent when nobody counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u32>,
    /// How many places are taken, offered or held for who has yet to confirm.
    held: u32,
    /// How many are free.
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<u32>,
    /// How many parties wait.
    waiting: u64,
    /// What the organiser asks.
    questions: Vec<String>,
}

/// Read how many places a date has
///
/// Whether it takes registrations, how many places are free, how many parties wait, and why they do.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}/availability", tag = "Registrations", operation_id = "occurrences_availability",
    security((), ("oauth2" = ["events:read"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD))),
    responses((status = 200, description = "Its places", body = Availability)),
)]
async fn availability(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let snapshot = request.app.store.read_current().await?;
    let at = stored::date_of(&snapshot, occurrence).await?;
    let at = at.filter(|at| at.is_public || request.may(Scope::EventsRead));
    let at = at.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let (hall, now) = (
        stored::hall_of(&snapshot, &at.date).await?,
        snapshot.now().await?,
    );
    let waiting = RegistrationFilter {
        occurrence: Some(occurrence),
        states: vec![RegistrationState::Waitlisted],
        ..RegistrationFilter::default()
    };
    let waiting = stored::count(&snapshot, &waiting).await?;
    let state = openness(&at.date, &at.settings, now);
    let is_full = hall.free() == Some(0);
    let why = match state {
        Openness::NotHeld => Some("not_held"),
        Openness::NotYet(_) => Some("not_yet"),
        Openness::Closed(_) => Some("closed"),
        Openness::Open if is_full => Some("full"),
        Openness::Open => (waiting > 0).then_some("too_few_places"),
    };
    let shown = Availability {
        open: state == Openness::Open && (!is_full || at.settings.has_waitlist),
        why,
        opens_at: at.settings.opens_at,
        closes_at: at.settings.closes_at(&at.date),
        has_waitlist: at.settings.has_waitlist,
        largest_party: at.settings.largest_party,
        capacity: hall.capacity,
        held: hall.held,
        free: hall.free(),
        waiting,
        questions: at
            .settings
            .questions
            .iter()
            .map(ToString::to_string)
            .collect(),
    };
    Ok(Answer::json(&shown)
        .tagged_by_content("public")
        .with_cache(Cache::Revalidate))
}
