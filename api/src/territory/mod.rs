//! Communes and intercommunalities: the official lists, as this version of the service has them.

use chrono::{DateTime, Utc};
use domain::kernel::{FaultCode, InseeCode, Siren};
use domain::territory::{Commune as Official, Territory, VINTAGE};
use persistence::Total;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::app::App;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::page::{Page, PageParams, Paging, Rows};
use crate::http::query::{Query, parse_instant};
use crate::http::{Answer, Kind, Problem, Request};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_communes, _, _>(communes),
        Endpoint::of::<__path_commune, _, _>(commune),
        Endpoint::of::<__path_intercommunalities, _, _>(intercommunalities),
        Endpoint::of::<__path_intercommunality, _, _>(intercommunality),
    ]
}

/// A commune.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "code": "54329", "name": "Lunéville", "postal_codes": ["54300"], "population": 18262,
    "department_code": "54", "epci": "200070324",
    "epci_name": "CC du Territoire de Lunéville à Baccarat", "in_perimeter": true
}))]
pub(crate) struct Commune {
    /// Its INSEE code.
    code: &'static str,
    name: String,
    postal_codes: Vec<&'static str>,
    /// Inhabitants, at the last census in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    population: Option<u32>,
    department_code: &'static str,
    /// The SIREN of its intercommunality; a few islands have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    epci: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epci_name: Option<String>,
    /// Whether it belongs to the PETR.
    in_perimeter: bool,
}

/// An intercommunality.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "siren": "200070324", "name": "CC du Territoire de Lunéville à Baccarat", "kind": "CC",
    "population": 41225, "communes": 43, "in_perimeter": true
}))]
pub(crate) struct Intercommunality {
    siren: String,
    name: String,
    /// `CC`, `CA`, `CU` or `METRO`, as the official list has it.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    population: Option<u32>,
    /// How many communes it has.
    communes: usize,
    /// Whether it belongs to the PETR.
    in_perimeter: bool,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Whether it belongs to the PETR; both when absent.
    #[param(example = true)]
    in_perimeter: Option<bool>,
    /// The lists as they were then hold nothing newer: only rows that changed then or later.
    #[param(example = "2026-01-01")]
    updated_since: Option<String>,
}

/// A page of communes.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct CommuneList {
    data: Vec<Commune>,
    page: Page,
}

/// Find communes
///
/// By name or postal code, whatever the accents, the case and the hyphens; the best first. Without `q`,
/// all of them by their code.
#[utoipa::path(
    get, path = "/v1/communes", tag = "Territory", operation_id = "communes_list", security(()),
    params(
        ("q" = Option<String>, Query, description = "A name, its beginning, or a postal code", example = "luneville", max_length = 100),
        ("epci" = Option<String>, Query, description = "Intercommunalities by their SIRENs, separated by commas", example = "200070324"),
        ListParams, PageParams,
    ),
    responses((status = 200, description = "A page of communes", body = CommuneList)),
)]
async fn communes(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let q = query.one("q", |text| match text.chars().count() {
        0..=100 => Ok(text.to_owned()),
        _ => Err(FaultCode::TooLong(100)),
    });
    let sirens = query.many("epci", Siren::parse);
    let within = query.maybe_flag("in_perimeter");
    let since = query.instant("updated_since");
    let is_newer = is_newer_than(since);
    let paging = query.paging(50, 200);
    query.done()?;
    let app = &request.app;
    let territory = Territory::official();
    let found: Vec<&Official> = match &q {
        Some(q) => territory.search_communes(q, &app.perimeter, usize::MAX),
        None => territory.communes().iter().collect(),
    };
    let wanted = |commune: &&&Official| {
        is_newer
            && (sirens.is_empty() || commune.epci.is_some_and(|epci| sirens.contains(&epci)))
            && within.is_none_or(|within| app.perimeter.contains_commune(&commune.code) == within)
    };
    let found: Vec<&Official> = found.iter().filter(wanted).copied().collect();
    let rows = numbered(found, &paging).map(|(_, commune)| Commune::of(app, commune));
    let rows = Rows {
        synced_until: since.and_then(|_| synced_until()),
        ..rows
    };
    Ok(rows.answer(&request, &paging, "public"))
}

/// Read a commune
///
/// By its INSEE code, from the official list of the version of this service.
#[utoipa::path(
    get, path = "/v1/communes/{code}", tag = "Territory", operation_id = "communes_get",
    security(()),
    params(("code" = String, Path, description = "Its INSEE code", example = "54329")),
    responses((status = 200, description = "The commune", body = Commune)),
)]
async fn commune(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let code = InseeCode::parse(&request.path("code")).ok();
    let commune = code
        .as_ref()
        .and_then(|code| Territory::official().commune(code));
    let commune = commune.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let answer = Answer::json(&Commune::of(&request.app, commune));
    Ok(answer
        .tagged_by_content("public")
        .with_cache(Cache::Revalidate))
}

/// A page of intercommunalities.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct IntercommunalityList {
    data: Vec<Intercommunality>,
    page: Page,
}

/// List intercommunalities
///
/// All of them, or those of the PETR, by their SIREN.
#[utoipa::path(
    get, path = "/v1/intercommunalities", tag = "Territory",
    operation_id = "intercommunalities_list", security(()),
    params(ListParams, PageParams),
    responses((status = 200, description = "A page of intercommunalities", body = IntercommunalityList)),
)]
async fn intercommunalities(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let within = query.maybe_flag("in_perimeter");
    let since = query.instant("updated_since");
    let is_newer = is_newer_than(since);
    let paging = query.paging(50, 200);
    query.done()?;
    let app = &request.app;
    let all = Territory::official().intercommunalities().iter();
    let wanted = |one: &&domain::territory::Intercommunality| {
        is_newer && within.is_none_or(|within| app.perimeter.contains(&one.siren) == within)
    };
    let rows = numbered(all.filter(wanted).collect(), &paging);
    let rows = rows.map(|(_, one)| Intercommunality::of(app, one));
    let rows = Rows {
        synced_until: since.and_then(|_| synced_until()),
        ..rows
    };
    Ok(rows.answer(&request, &paging, "public"))
}

/// Read an intercommunality
///
/// By its SIREN, from the official list of the version of this service.
#[utoipa::path(
    get, path = "/v1/intercommunalities/{siren}", tag = "Territory",
    operation_id = "intercommunalities_get", security(()),
    params(("siren" = String, Path, description = "Its SIREN", example = "200070324")),
    responses((status = 200, description = "The intercommunality", body = Intercommunality)),
)]
async fn intercommunality(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let siren = Siren::parse(&request.path("siren")).ok();
    let one = siren
        .as_ref()
        .and_then(|siren| Territory::official().intercommunality(siren));
    let one = one.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let answer = Answer::json(&Intercommunality::of(&request.app, one));
    Ok(answer
        .tagged_by_content("public")
        .with_cache(Cache::Revalidate))
}

/// Whether the lists are newer than what a mirror has: they change as a whole, with a version of the
/// service.
fn is_newer_than(since: Option<DateTime<Utc>>) -> bool {
    since
        .zip(parse_instant(VINTAGE).ok())
        .is_none_or(|(since, of)| of >= since)
}

/// What a mirror of these lists passes at its next poll: just after their date, whatever the clock
/// says by now, since the next lists bear a later date.
fn synced_until() -> Option<DateTime<Utc>> {
    parse_instant(VINTAGE)
        .ok()
        .map(|of| of + chrono::Duration::microseconds(1))
}

/// A page of a list that lies in memory: its place is its number, as an id.
fn numbered<T>(all: Vec<T>, paging: &Paging) -> Rows<(u128, T)> {
    let total = (paging.total == Total::Counted).then_some(all.len() as u64);
    let first = paging.after.map_or(0, |(_, number)| number.as_u128() + 1);
    let skip = usize::try_from(first).unwrap_or(usize::MAX);
    let take = usize::try_from(paging.limit + 1).unwrap_or(usize::MAX);
    let numbers = (0_u128..).zip(all).skip(skip).take(take).collect();
    let place = |row: &(u128, T)| (chrono::DateTime::UNIX_EPOCH, Uuid::from_u128(row.0));
    Rows {
        total,
        ..Rows::cut(numbers, paging.limit, place)
    }
}

impl Commune {
    fn of(app: &App, commune: &'static Official) -> Self {
        let epci = commune
            .epci
            .and_then(|epci| Territory::official().intercommunality(&epci));
        Self {
            code: commune.code.as_str(),
            name: commune.name.to_string(),
            postal_codes: commune.postal_codes.clone(),
            population: commune.population,
            department_code: commune.department_code,
            epci: commune.epci.map(|epci| epci.as_str().to_owned()),
            epci_name: epci.map(|epci| epci.name.to_string()),
            in_perimeter: app.perimeter.contains_commune(&commune.code),
        }
    }
}

impl Intercommunality {
    fn of(app: &App, one: &'static domain::territory::Intercommunality) -> Self {
        Self {
            siren: one.siren.as_str().to_owned(),
            name: one.name.to_string(),
            kind: one.kind.code(),
            population: one.population,
            communes: Territory::official().communes_of(&one.siren).count(),
            in_perimeter: app.perimeter.contains(&one.siren),
        }
    }
}
