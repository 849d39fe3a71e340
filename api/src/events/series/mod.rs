//! Series of dates: an event's dates that follow from one rule, made and edited together.

mod input;
mod wire;

use actix_web::http::{StatusCode, header};
use chrono::{DateTime, Utc};
use domain::events::{Event as Stored, Series as StoredSeries, SeriesEdit};
use domain::kernel::{FaultCode, Faults, Id};
use persistence::events::{self, GoneSeries};
use persistence::{Place, Stop, View, Writing};
use utoipa::IntoParams;

use self::input::{Scope, SeriesInput};
use self::wire::{Series, SeriesList, SeriesRow};
use super::read::{find_in, view_of};
use super::refused;
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::etag::IfMatch;
use crate::http::faults::rule_broken;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::shapes::view_name;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_delete, _, _>(delete),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll. The
    /// order is then that of the changes, and a series that a draft has no more comes as
    /// `{id, deleted, updated_at}`.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
}

/// List an event's series
///
/// In the order they were made. The dates themselves are at `/v1/events/{event}/occurrences`, each with
/// its `series_id`.
#[utoipa::path(
    get, path = "/v1/events/{event}/series", tag = "Events", operation_id = "series_list",
    security((), ("oauth2" = ["events:read"])),
    params(
        ("event" = String, Path, description = "Its id or its slug", example = json!(known::WEEKLY_EVENT)),
        ListParams, PageParams,
    ),
    responses((status = 200, description = "The series", body = SeriesList)),
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
    let series = events::series_of(&snapshot, event.id).await?;
    let changed = |one: &StoredSeries| since.is_none_or(|since| one.updated_at >= since);
    let there = series.into_iter().filter(changed).map(Listed::There);
    let mut rows: Vec<_> = there.collect();
    if let (Some(since), View::Staff) = (since, view) {
        let gone = events::removed_series(&snapshot, event.id, since).await?;
        rows.extend(gone.into_iter().map(Listed::Gone));
    }
    let rows = Rows {
        synced_until,
        ..Rows::of_whole(rows, &paging, |row| row.place(since))
    };
    let rows = rows.map(|row| match row {
        Listed::There(one) => SeriesRow::There(Box::new(Series::of(&event, &one, view).0)),
        Listed::Gone(gone) => SeriesRow::Gone(gone.into()),
    });
    Ok(rows.answer(&request, &paging, view_name(view)))
}

enum Listed {
    There(StoredSeries),
    Gone(GoneSeries),
}

impl Listed {
    /// Where it stands: by its making, or by its change where changes are asked for.
    fn place(&self, since: Option<DateTime<Utc>>) -> Place {
        match self {
            Self::There(one) if since.is_none() => (one.created_at, one.id.uuid()),
            Self::There(one) => (one.updated_at, one.id.uuid()),
            Self::Gone(gone) => (gone.updated_at, gone.id.uuid()),
        }
    }
}

/// Add a series of dates
///
/// The dates that follow from a recurrence rule (RFC 5545) are added to the event, and can be edited
/// together from then on. Each keeps its time by the clock on the wall across the changes of hour. A
/// series ends by itself (`COUNT` or `UNTIL`), within five years; an event has 1 000 dates at most. The
/// event is neither cancelled nor archived.
#[utoipa::path(
    post, path = "/v1/events/{event}/series", tag = "Events", operation_id = "series_create",
    security(("oauth2" = ["events:write"])),
    params(("event" = String, Path, description = "The event's id", example = json!(known::WEEKLY_EVENT)), IdempotencyKey),
    request_body(content = SeriesInput),
    responses((status = 201, description = "The series", body = Series)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("event")?;
    let (plan, bytes) = request.parsed_body(SeriesInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let done = request.write_once(claim, move |writing| {
        let plan = plan.clone();
        Box::pin(async move {
            let event = events::load(writing, id).await?;
            let event = event.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let now = writing.now();
            let added = domain::events::add_series(event, plan, writing.ids(), now);
            let (change, id) = added.map_err(refused)?;
            events::save(writing, &change).await?;
            let event = change.after();
            let (shown, tag) = Series::of(event, within(event, id)?, View::Staff);
            Ok(created(address(id), &tag, &shown))
        })
    });
    done.await
}

fn address(id: Id<StoredSeries>) -> String {
    format!("/v1/series/{id}")
}

/// Read a series
///
/// What its dates follow from, and which they are.
#[utoipa::path(
    get, path = "/v1/series/{id}", tag = "Events", operation_id = "series_get",
    security((), ("oauth2" = ["events:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::SERIES))),
    responses((status = 200, description = "The series", body = Series)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let (id, view) = (request.path_id("id")?, view_of(&request));
    let snapshot = request.look().await?;
    let found = events::series(&snapshot, view, id).await?;
    let (event, series) = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let (shown, tag) = Series::of(&event, &series, view);
    Ok(Answer::json(&shown)
        .with_tag(tag)
        .with_cache(Cache::Revalidate))
}

/// Change a series
///
/// A JSON Merge Patch (RFC 7396) of the series as a whole or, with `from`, from one of its dates on: it
/// then ends before that date and another series begins there, which is the answer, with its address in
/// `Location`. What is patched with `from` is the rest of the series: its `local_start` is that of the
/// date, and its `COUNT` what is left of it.
///
/// What somebody changed alone (a date moved, cancelled, postponed, or of another capacity) stays as it
/// is. A date keeps its id and its UID where the new rule has one at the same time, on the same day or
/// in the same week; it is then moved. Where none of them has and there are as many, all are moved, in
/// their order. Of a published event, past dates stay, and those that the rule has no more are cancelled,
/// which needs a `reason`; a draft loses them.
#[utoipa::path(
    patch, path = "/v1/series/{id}", tag = "Events", operation_id = "series_update",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::SERIES)), NeedsIfMatch),
    request_body(content(
        (SeriesInput = "application/merge-patch+json", example = json!({ "capacity": 20 })),
        (SeriesInput = "application/json", example = json!({ "capacity": 20 })),
    )),
    responses((status = 200, description = "The series, or the new one that begins at `from`", body = Series)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<StoredSeries> = request.path_id("id")?;
    let (mut patch, _) = request.body_value().await?;
    let scope = Scope::taken_from(&mut patch)?;
    let contract = request.app.contract;
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let (patch, scope, if_match) = (patch.clone(), scope.clone(), if_match.clone());
        Box::pin(async move {
            let (event, series) = load(writing, id, if_match.as_ref()).await?;
            let rest = match scope.from {
                None => series.plan,
                Some(from) => {
                    let split = series.plan.split(from);
                    let unknown = |code: FaultCode| rule_broken(&Faults::one("/from", code));
                    split.map_err(unknown)?.1
                }
            };
            let input = patched(
                &contract.schemas,
                "SeriesInput",
                &SeriesInput::of(&rest),
                &patch,
            )?;
            let edit = SeriesEdit {
                series: id,
                from: scope.from,
                plan: input.parse().map_err(Problem::from)?,
                reason: scope.reason,
            };
            let (unchanged, now) = (event.clone(), writing.now());
            let edited = domain::events::edit_series(event, edit, writing.ids(), now);
            match edited.map_err(refused)? {
                None => Ok((unchanged, id)),
                Some((change, id)) => {
                    events::save(writing, &change).await?;
                    Ok((change.into_after(), id))
                }
            }
        })
    });
    let (event, target) = written.await?;
    let (shown, tag) = Series::of(&event, within(&event, target)?, View::Staff);
    let answer = Answer::json(&shown).with_tag(tag);
    Ok(if target == id {
        answer
    } else {
        answer.with_header(header::LOCATION, address(target))
    })
}

/// Delete a draft's series
///
/// With all of its dates. Nothing that was published ever vanishes: end such a series by its rule
/// (`PATCH` with another `COUNT` or `UNTIL` and a `reason`), or cancel the event.
#[utoipa::path(
    delete, path = "/v1/series/{id}", tag = "Events", operation_id = "series_delete",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::DRAFT_SERIES)), NeedsIfMatch),
    responses((status = 204, description = "It is gone")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    let id: Id<StoredSeries> = request.path_id("id")?;
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let (event, _) = load(writing, id, if_match.as_ref()).await?;
            let now = writing.now();
            let change = domain::events::delete_series(event, id, now).map_err(refused)?;
            Ok(events::save(writing, &change).await?)
        })
    });
    written.await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// The event of a series that is to be changed, and the series, if it is as whoever asks has seen it.
async fn load(
    writing: &Writing,
    id: Id<StoredSeries>,
    if_match: Option<&IfMatch>,
) -> Result<(Stored, StoredSeries), Stop<Problem>> {
    let event = events::load_by_series(writing, id).await?;
    let event = event.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let series = event.series.iter().find(|one| one.id == id).cloned();
    let series = series.ok_or_else(|| Problem::new(Kind::NotFound))?;
    precondition(if_match, series.version, || {
        Series::of(&event, &series, View::Staff).1
    })?;
    Ok((event, series))
}

fn within(event: &Stored, id: Id<StoredSeries>) -> Result<&StoredSeries, Problem> {
    let series = event.series.iter().find(|one| one.id == id);
    series.ok_or_else(|| Problem::internal("a series was saved and is not there"))
}
