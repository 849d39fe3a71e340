//! Reading structures: lists, and one by its id.

use actix_web::http::{StatusCode, header};
use domain::accounts::Scope;
use domain::kernel::{FaultCode, text};
use domain::organisations::{Organisation as Stored, OrganisationState};
use persistence::organisations::{self, OrganisationFilter};
use persistence::{Snapshot, View};
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::{Organisation, OrganisationList, OrganisationRow, path_of};
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

/// What whoever asks sees of structures.
pub(super) fn view_of(request: &Request) -> View {
    match request.own(Scope::OrganisationsOwn) {
        Some(own) => View::Own(own),
        None if request.may(Scope::OrganisationsRead) => View::Staff,
        None => View::Public,
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Words of its name, or parts of them, whatever the accents and the case; all must be there.
    #[param(example = "vélo", max_length = 200)]
    q: Option<String>,
    /// Kinds, separated by commas.
    #[param(example = "association,school")]
    kind: Option<String>,
    /// States, separated by commas; others than `active` only for the staff.
    #[param(example = "active")]
    state: Option<String>,
    /// Communes by their INSEE codes, separated by commas.
    #[param(example = "54329")]
    commune_code: Option<String>,
    /// Intercommunalities by their SIRENs, separated by commas: the structures that sit in their communes.
    #[param(example = "200070324")]
    epci: Option<String>,
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll. What left
    /// the view, suspended or merged, comes as `{id, deleted, updated_at}`.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
}

/// List structures
///
/// By their last change. Everybody sees the partners, which are `active`; a partner sees itself besides, and
/// the staff all states. With
/// `updated_since` a mirror is kept by polling: nothing is missed, rows may repeat.
#[utoipa::path(
    get, path = "/v1/organisations", tag = "Organisations", operation_id = "organisations_list",
    security((), ("oauth2" = ["organisations:read"]), ("partner" = ["organisations:own"])), params(ListParams, PageParams),
    responses((status = 200, description = "A page of structures", body = OrganisationList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let view = view_of(&request);
    let mut query = Query::strict(&request);
    let filter = filter(&mut query, view);
    let paging = query.paging(50, 200);
    query.done()?;
    let (snapshot, synced_until) = request.look_since(filter.updated_since).await?;
    let listed = organisations::list(&snapshot, view, &filter, paging.part()).await?;
    let place = |one: &Stored| (one.updated_at, one.id.uuid());
    let base = request.app.settings.public_url.as_str();
    let there = |one: &_| OrganisationRow::There(Box::new(Organisation::of(one, view, base).0));
    let rows =
        Rows::listed(listed, &paging, synced_until, place).shown(there, OrganisationRow::Gone);
    Ok(rows.answer(&request, &paging, view_name(view)))
}

fn filter(query: &mut Query<'_>, view: View) -> OrganisationFilter {
    let q = query.one("q", |q| match q.chars().count() {
        0..=200 => Ok(text::fold(q)),
        _ => Err(FaultCode::TooLong(200)),
    });
    let words = q.unwrap_or_default();
    let words = words.split(' ').filter(|word| !word.is_empty());
    OrganisationFilter {
        kinds: query.words("kind"),
        states: states(query, view),
        communes: query.communes("commune_code"),
        words: words.map(str::to_owned).collect(),
        updated_since: query.instant("updated_since"),
    }
}

/// The states that the staff has: another's are refused, since they would tell nothing.
fn states(query: &mut Query<'_>, view: View) -> Vec<OrganisationState> {
    let states = query.words::<OrganisationState>("state");
    let is_seen = |state: &OrganisationState| *state == OrganisationState::Active;
    if view != View::Staff && !states.iter().all(is_seen) {
        let known = vec!["active"];
        query.noted::<()>("state", Err(FaultCode::UnknownWord { known }));
    }
    states
}

/// Read a structure
///
/// Everybody reads a partner, by its id or its slug. A slug that it doesn't have any more answers 308, and so
/// does one that was merged, to the one that it is now.
#[utoipa::path(
    get, path = "/v1/organisations/{id}", tag = "Organisations", operation_id = "organisations_get",
    security((), ("oauth2" = ["organisations:read"]), ("partner" = ["organisations:own"])),
    params(("id" = String, Path, description = "Its id or its slug", example = json!(known::ORGANISATION))),
    responses(
        (status = 200, description = "The structure", body = Organisation),
        (status = 308, description = "It has another slug by now, or turned out to be another one: see `Location`"),
    ),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let view = view_of(&request);
    let name = request.path("id");
    let found = named(&request.look().await?, view, &name).await?;
    if !is_called(&found, &name) {
        return Ok(Answer::empty(StatusCode::PERMANENT_REDIRECT)
            .with_cache(Cache::Revalidate)
            .with_header(header::LOCATION, path_of(found.id)));
    }
    let base = request.app.settings.public_url.as_str();
    let (shown, tag) = Organisation::of(&found, view, base);
    Ok(Answer::json(&shown)
        .with_tag(tag)
        .with_cache(Cache::Revalidate))
}

/// A structure by the name in a path.
pub(super) async fn named(snapshot: &Snapshot, view: View, name: &str) -> Result<Stored, Problem> {
    let found = organisations::find_named(snapshot, view, name_of_thing(name)?).await?;
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}

/// Whether that is its own name, not an old one or that of one that was merged into it.
fn is_called(organisation: &Stored, name: &str) -> bool {
    let is_id = Uuid::try_parse(name).is_ok_and(|id| id == organisation.id.uuid());
    is_id || organisation.slug.as_str() == name
}
