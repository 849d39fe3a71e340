//! Reading projects: lists, and one by its id or slug.

use actix_web::http::{StatusCode, header};
use chrono::Duration;
use domain::kernel::{FaultCode, Id, Vocabulary, text};
use domain::projects::{Project as Stored, ProjectState};
use persistence::follow_up::funding;
use persistence::projects::{self, Found, ProjectFilter, ProjectOrder};
use persistence::{Direction, Listed, Snapshot, View, organisations};
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::{Extent, Frame, Project, ProjectList, ProjectRow};
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::name_of_thing;
use crate::http::shapes::view_name;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_get, _, _>(get),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
pub(super) struct ProjectFilters {
    /// Words of its text, whatever the accents and the case; all must be there.
    #[param(example = "recyclerie", max_length = 200)]
    q: Option<String>,
    /// States, separated by commas; those before the decision only for the staff, and for a partner of its
    /// own.
    #[param(example = "accepted,in_progress")]
    state: Option<String>,
    /// Themes, separated by commas.
    #[param(example = "mobility,energy")]
    theme: Option<String>,
    /// Communes by their INSEE codes, separated by commas.
    #[param(example = "54329")]
    commune_code: Option<String>,
    /// Intercommunalities by their SIRENs, separated by commas: the projects in their communes.
    #[param(example = "200070324")]
    epci: Option<String>,
    /// Axes of frameworks by their ids, separated by commas.
    #[param(example = json!(known::AXIS))]
    axis: Option<String>,
    /// Actions of frameworks by their ids, separated by commas.
    #[param(example = json!(known::ACTION))]
    action: Option<String>,
    /// Holders by their ids, separated by commas.
    #[param(example = json!(known::ORGANISATION))]
    organisation_id: Option<String>,
    /// References, separated by commas; a partner's own, or those of the staff's choice.
    #[param(example = "2026-014")]
    reference: Option<String>,
    /// Near a point, `latitude,longitude` in degrees (WGS 84): what has a point on the map within
    /// `within_km` of it, as the crow flies.
    #[param(example = "48.5921,6.4961")]
    near: Option<String>,
    /// How many kilometres are near; without `near` it narrows nothing.
    #[param(minimum = 0.1, maximum = 100, example = 20, default = 10)]
    within_km: Option<f64>,
    /// `true` for those that wait for an answer longer than the PETR means to let anybody wait; only for the
    /// staff.
    #[param(example = true)]
    overdue: Option<bool>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll. The
    /// order is then that of the changes, and what left the view comes as `{id, deleted, updated_at}`.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
    /// `updated_at`, `submitted_at` or `title`, with `-` before it for the other way round. With
    /// `updated_since` the order is that of the changes, whatever it says.
    #[param(example = "submitted_at")]
    sort: Option<String>,
}

/// List projects
///
/// By their last change, unless `sort` says otherwise. Everybody sees those that were decided on; a partner
/// sees its own besides, and the staff all. With `updated_since` a mirror is kept by polling: nothing is
/// missed, rows may repeat. `state=submitted&sort=submitted_at` is what waits for an answer, the oldest first.
#[utoipa::path(
    get, path = "/v1/projects", tag = "Projects", operation_id = "projects_list",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(ProjectFilters, ListParams, PageParams),
    responses((status = 200, description = "A page of projects", body = ProjectList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let frame = Frame::of(&request);
    let mut query = Query::strict(&request);
    let filter = ProjectFilter {
        updated_since: query.instant("updated_since"),
        ..filter(&mut query, &request, &frame)
    };
    let sort = query.one("sort", parse_sort);
    let paging = query.paging(50, 200);
    query.done()?;
    let order = match filter.updated_since {
        // In another order than that of the changes a poll would miss some.
        Some(_) => (ProjectOrder::UpdatedAt, Direction::Ascending),
        None => sort.unwrap_or((ProjectOrder::UpdatedAt, Direction::Ascending)),
    };
    let (snapshot, synced_until) = request.look_since(filter.updated_since).await?;
    let part = paging.part();
    let (rows, total) = projects::list(&snapshot, frame.view, &filter, order, part).await?;
    let holders: Vec<_> = rows.iter().filter_map(holder_of).collect();
    let names = organisations::names(&snapshot, &holders).await?;
    let ids: Vec<_> = rows.iter().filter_map(id_of).collect();
    let frame = frame.knowing(funding::totals(&snapshot, &ids).await?);
    let place = |project: &Stored| (sorted_by(project, order.0), project.id.uuid());
    let there = |project: &Stored| {
        let holder = names.get(&project.organisation).map(String::as_str);
        let (shown, _) = Project::of(project, holder, &frame, Extent::Row);
        ProjectRow::There(Box::new(shown))
    };
    let rows = Rows::listed((rows, total), &paging, synced_until, place);
    let rows = rows.shown(there, ProjectRow::Gone);
    Ok(rows.answer(&request, &paging, view_name(frame.view)))
}

fn holder_of(row: &Listed<Stored>) -> Option<Id<domain::organisations::Organisation>> {
    match row {
        Listed::There(project) => Some(project.organisation),
        Listed::Gone { .. } => None,
    }
}

fn id_of(row: &Listed<Stored>) -> Option<Id<Stored>> {
    match row {
        Listed::There(project) => Some(project.id),
        Listed::Gone { .. } => None,
    }
}

/// What narrows a list, a table too.
pub(super) fn filter(query: &mut Query<'_>, request: &Request, frame: &Frame) -> ProjectFilter {
    let q = query.one("q", |q| match q.chars().count() {
        0..=200 => Ok(text::search_terms(q)),
        _ => Err(FaultCode::TooLong(200)),
    });
    let id = |text: &str| Uuid::try_parse(text).map_err(|_| FaultCode::Malformed("uuid"));
    let axes = query.many("axis", id);
    let actions = query.many("action", id);
    let holders = query.many("organisation_id", id);
    let patience = Duration::days(i64::from(request.app.settings.answer_within_days));
    let is_overdue = staff_flag(query, frame.view, "overdue");
    ProjectFilter {
        states: states(query, frame.view),
        themes: query.words("theme"),
        communes: query.communes("commune_code"),
        axes: axes.into_iter().map(Id::from_uuid).collect(),
        actions: actions.into_iter().map(Id::from_uuid).collect(),
        holders: holders.into_iter().map(Id::from_uuid).collect(),
        references: references(query, frame.view),
        // Of others' projects a partner sees no reference, and so finds none by it.
        references_of: match frame.view {
            View::Own(own) => Some(own),
            View::Public | View::Staff => None,
        },
        near: query.near(),
        words: q.unwrap_or_default(),
        waiting_before: is_overdue.then(|| frame.now() - patience),
        updated_since: None,
    }
}

/// The states that everybody sees; others are refused to those who would be told nothing.
fn states(query: &mut Query<'_>, view: View) -> Vec<ProjectState> {
    let states = query.words::<ProjectState>("state");
    let is_before = |state: &ProjectState| {
        matches!(
            state,
            ProjectState::Draft | ProjectState::Submitted | ProjectState::InformationRequested
        )
    };
    if view == View::Public && states.iter().any(is_before) {
        let known = ProjectState::WORDS.iter();
        let known = known.filter(|(state, _)| !is_before(state));
        let known = known.map(|(_, word)| *word).collect();
        query.noted::<()>("state", Err(FaultCode::UnknownWord { known }));
    }
    states
}

/// References, which only their holder and the staff see.
fn references(query: &mut Query<'_>, view: View) -> Vec<String> {
    let references = query.many("reference", |text| Ok(text.to_owned()));
    if view == View::Public && !references.is_empty() {
        query.noted::<()>("reference", Err(FaultCode::UnknownWord { known: vec![] }));
    }
    references
}

/// A flag that only the staff has: another's is refused, since it would tell nothing.
fn staff_flag(query: &mut Query<'_>, view: View, name: &str) -> bool {
    let flag = query.flag(name);
    if flag && view != View::Staff {
        let known = vec!["false"];
        query.noted::<()>(name, Err(FaultCode::UnknownWord { known }));
    }
    flag
}

/// The moment that a row is ordered by; by their titles rows find their place themselves.
fn sorted_by(project: &Stored, order: ProjectOrder) -> chrono::DateTime<chrono::Utc> {
    match order {
        ProjectOrder::UpdatedAt | ProjectOrder::Title => project.updated_at,
        ProjectOrder::SubmittedAt => project.submitted_at.unwrap_or(project.created_at),
    }
}

fn parse_sort(text: &str) -> Result<(ProjectOrder, Direction), FaultCode> {
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (text, Direction::Ascending),
    };
    let order = match name {
        "updated_at" => ProjectOrder::UpdatedAt,
        "submitted_at" => ProjectOrder::SubmittedAt,
        "title" => ProjectOrder::Title,
        _ => {
            return Err(FaultCode::UnknownWord {
                known: vec![
                    "updated_at",
                    "-updated_at",
                    "submitted_at",
                    "-submitted_at",
                    "title",
                    "-title",
                ],
            });
        }
    };
    Ok((order, direction))
}

/// Read a project
///
/// By its id or its slug. A slug that it doesn't have any more answers 308.
#[utoipa::path(
    get, path = "/v1/projects/{project}", tag = "Projects", operation_id = "projects_get",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("project" = String, Path, description = "Its id or its slug", example = json!(known::PROJECT_IN_PROGRESS))),
    responses(
        (status = 200, description = "The project", body = Project),
        (status = 308, description = "It has another slug by now: see `Location`"),
    ),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let frame = Frame::of(&request);
    let snapshot = request.look().await?;
    let found = find_in(&snapshot, frame.view, &request.path("project")).await?;
    let project = &found.project;
    if found.by_old_slug {
        let there = format!("/v1/projects/{}", project.slug.as_str());
        return Ok(Answer::empty(StatusCode::PERMANENT_REDIRECT)
            .with_cache(Cache::Revalidate)
            .with_header(header::LOCATION, there));
    }
    answer(&snapshot, project, &frame).await
}

/// The project as whoever reads it sees it.
pub(super) async fn answer(
    snapshot: &Snapshot,
    project: &Stored,
    frame: &Frame,
) -> Result<Answer, Problem> {
    let names = organisations::names(snapshot, &[project.organisation]).await?;
    let holder = names.get(&project.organisation).map(String::as_str);
    let frame = frame.knowing(funding::totals(snapshot, &[project.id]).await?);
    let (shown, tag) = Project::of(project, holder, &frame, Extent::Whole);
    Ok(Answer::json(&shown)
        .with_tag(tag)
        .with_cache(Cache::Revalidate))
}

/// A project by the name in a path.
pub(crate) async fn find_in(snapshot: &Snapshot, view: View, name: &str) -> Result<Found, Problem> {
    let found = projects::find(snapshot, view, name_of_thing(name)?).await?;
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}
