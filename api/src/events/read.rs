//! Reading events: lists, and one by its id or slug.

use actix_web::http::{StatusCode, header};
use domain::accounts::Scope;
use domain::kernel::FaultCode;
use persistence::events::{self, Order};
use persistence::{Direction, Snapshot, View};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::query::{EventFilters, filter, staff_filter};
use super::wire::{Event, Extent};
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::kept::{Footprint, Keep};
use crate::http::operation::{Endpoint, Unknown};
use crate::http::page::{Page, PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::name_of_thing;
use crate::http::shapes::{Tombstone, view_name};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_get, _, _>(get).kept(Unknown::Refused, Scope::EventsRead),
    ]
}

/// What whoever asks may see.
pub(crate) fn view_of(request: &Request) -> View {
    match request.own(Scope::EventsPropose) {
        Some(own) => View::Own(own),
        None if request.may(Scope::EventsRead) => View::Staff,
        None => View::Public,
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// States, separated by commas; `draft` only for the staff, `proposed` and `declined` for a partner too.
    #[param(example = "published")]
    state: Option<String>,
    /// Visibilities, separated by commas.
    #[param(example = "public")]
    visibility: Option<String>,
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll. The
    /// order is then that of the changes, and what left the view comes as `{id, deleted, updated_at}`.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
    /// `starts_at`, `updated_at` or `created_at`, with `-` before it for the latest first. With
    /// `updated_since` the order is that of the changes, whatever it says.
    #[param(example = "-starts_at")]
    sort: Option<String>,
}

/// A page of events.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct EventList {
    data: Vec<EventRow>,
    page: Page,
}

/// An event, or what is left of one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum EventRow {
    There(Box<Event>),
    Gone(Tombstone),
}

/// List events
///
/// By their first date, unless `sort` says otherwise. Everybody sees what is published and public; a
/// partner what it proposed besides; the staff sees drafts and all proposals too. With `updated_since` a mirror is kept by polling: nothing is missed, rows may
/// repeat.
#[utoipa::path(
    get, path = "/v1/events", tag = "Events", operation_id = "events_list",
    security((), ("oauth2" = ["events:read"]), ("partner" = ["events:propose"])),
    params(EventFilters, ListParams, PageParams),
    responses((status = 200, description = "A page of events", body = EventList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let view = view_of(&request);
    let mut query = Query::strict(&request);
    let mut filter = filter(&mut query);
    staff_filter(&mut query, view, &mut filter);
    filter.updated_since = query.instant("updated_since");
    let sort = query.one("sort", parse_sort);
    let paging = query.paging(50, 200);
    query.done()?;
    let order = match filter.updated_since {
        // In another order than that of the changes a poll would miss some.
        Some(_) => (Order::UpdatedAt, Direction::Ascending),
        None => sort.unwrap_or((Order::StartsAt, Direction::Ascending)),
    };
    let (snapshot, synced_until) = request.look_since(filter.updated_since).await?;
    let listed = events::list(&snapshot, view, &filter, order, paging.part()).await?;
    let place = |event: &domain::events::Event| (sorted_by(event, order.0), event.id.uuid());
    let base = request.app.settings.public_url.as_str();
    let there = |event: &_| EventRow::There(Box::new(Event::of(event, view, Extent::Row, base).0));
    let rows = Rows::listed(listed, &paging, synced_until, place).shown(there, EventRow::Gone);
    Ok(rows.answer(&request, &paging, view_name(view)))
}

/// The moment that a row is ordered by; the database keeps the first start in a column of its own.
fn sorted_by(event: &domain::events::Event, order: Order) -> chrono::DateTime<chrono::Utc> {
    let first = event
        .occurrences
        .iter()
        .map(|one| one.timing.starts_at())
        .min();
    match order {
        Order::StartsAt => first.unwrap_or(event.created_at),
        Order::UpdatedAt => event.updated_at,
        Order::CreatedAt => event.created_at,
    }
}

fn parse_sort(text: &str) -> Result<(Order, Direction), FaultCode> {
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (text, Direction::Ascending),
    };
    let order = match name {
        "starts_at" => Order::StartsAt,
        "updated_at" => Order::UpdatedAt,
        "created_at" => Order::CreatedAt,
        _ => {
            return Err(FaultCode::UnknownWord {
                known: vec![
                    "starts_at",
                    "-starts_at",
                    "updated_at",
                    "-updated_at",
                    "created_at",
                    "-created_at",
                ],
            });
        }
    };
    Ok((order, direction))
}

/// Read an event
///
/// By its id or its slug. A slug that it doesn't have any more answers 308.
#[utoipa::path(
    get, path = "/v1/events/{event}", tag = "Events", operation_id = "events_get",
    security((), ("oauth2" = ["events:read"]), ("partner" = ["events:propose"])),
    params(("event" = String, Path, description = "Its id or its slug", example = json!(known::EVENT_AHEAD))),
    responses(
        (status = 200, description = "The event", body = Event),
        (status = 308, description = "It has another slug by now: see `Location`"),
    ),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let view = view_of(&request);
    let name = request.path("event");
    let found = find(&request, view, &name).await?;
    let base = request.app.settings.public_url.as_str();
    if found.by_old_slug {
        let there = format!("/v1/events/{}", found.event.slug.as_str());
        return Ok(Answer::empty(StatusCode::PERMANENT_REDIRECT)
            .with_cache(Cache::Revalidate)
            .with_header(header::LOCATION, there));
    }
    let (event, tag) = Event::of(&found.event, view, Extent::Whole, base);
    let keep = Keep {
        footprint: Footprint::Event(found.event.id.uuid()),
        until: None,
    };
    Ok(Answer::json(&event)
        .with_tag(tag)
        .with_cache(Cache::Revalidate)
        .kept(keep))
}

/// An event by the name in a path.
pub(crate) async fn find(
    request: &Request,
    view: View,
    name: &str,
) -> Result<events::Found, Problem> {
    find_in(&request.look().await?, view, name).await
}

pub(super) async fn find_in(
    snapshot: &Snapshot,
    view: View,
    name: &str,
) -> Result<events::Found, Problem> {
    let found = events::find(snapshot, view, name_of_thing(name)?).await?;
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}
