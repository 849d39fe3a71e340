//! Reading citizens: lists, searches, and one by their id. Each leaves an entry in the audit trail first.

use domain::citizens::{Citizen as Stored, Likeness};
use domain::kernel::{Check, EmailAddress, Faults, Id, Telephone, text};
use persistence::citizens::{self as stored, CitizenFilter};
use persistence::{Part, Snapshot};
use utoipa::IntoParams;

use super::wire::{Citizen, CitizenList, CitizenSearchInput};
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::{Answer, Kind, Problem, Request};

/// What they are called in the audit trail.
pub(super) const KIND: &str = "citizen";

/// The most that a search finds.
const MOST_FOUND: u64 = 50;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_search, _, _>(search),
        Endpoint::of::<__path_get, _, _>(get),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Where they live: communes by their INSEE codes, separated by commas.
    #[param(example = "54329")]
    commune_code: Option<String>,
    /// Intercommunalities by their SIRENs, separated by commas: who live in their communes.
    #[param(example = "200070324")]
    epci: Option<String>,
    /// Ages, separated by commas.
    #[param(example = "18_24,25_39")]
    age_band: Option<String>,
    /// `own` who came by themselves, `staff` whom the staff wrote down.
    #[param(example = "staff")]
    source: Option<String>,
    /// Whether they showed that the e-mail address is theirs.
    #[param(example = true)]
    confirmed: Option<bool>,
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
    /// `true` for those whose data are restricted, who stand in no list else; to lift that.
    #[param(example = false)]
    restricted: Option<bool>,
}

/// List citizens
///
/// By their last change. Who only typed an address, and did not show that it is theirs, is not among them, nor
/// who turned out to be somebody else who is, nor whose data are restricted, but for `restricted=true`. A look at the
/// list is recorded. Names and addresses are searched for at `POST /v1/citizens/search`: they stand in no address.
#[utoipa::path(
    get, path = "/v1/citizens", tag = "Citizens", operation_id = "citizens_list",
    security(("oauth2" = ["citizens:read"])), params(ListParams, PageParams),
    responses((status = 200, description = "A page of citizens", body = CitizenList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let filter = CitizenFilter {
        communes: query.communes("commune_code"),
        age_bands: query.words("age_band"),
        sources: query.words("source"),
        is_confirmed: query.maybe_flag("confirmed"),
        updated_since: query.instant("updated_since"),
        is_restricted: query.flag("restricted"),
        ..CitizenFilter::default()
    };
    let paging = query.paging(50, 200);
    query.done()?;
    request.note_reading(KIND, None).await?;
    let (snapshot, synced_until) = request.look_since(filter.updated_since).await?;
    let (citizens, total) = stored::list(&snapshot, &filter, paging.part()).await?;
    let place = |one: &Stored| (one.updated_at, one.id.uuid());
    let rows = Rows {
        total,
        synced_until,
        ..Rows::cut(citizens, paging.limit, place)
    };
    let rows = rows.map(|citizen| Citizen::of(&citizen).0);
    Ok(rows.answer(&request, &paging, "staff"))
}

/// Search for citizens
///
/// By name, address or number: what is said must all fit. At most 50 are found; who looks for one person says
/// more. Whose data are restricted is not found. The search is recorded, and what was searched for is not.
#[utoipa::path(
    post, path = "/v1/citizens/search", tag = "Citizens", operation_id = "citizens_search",
    security(("oauth2" = ["citizens:read"])),
    request_body(content = CitizenSearchInput),
    responses((status = 200, description = "Those who were found", body = CitizenList)),
)]
async fn search(request: Request) -> Result<Answer, Problem> {
    let (filter, _) = request.parsed_body(parse).await?;
    request.note_reading(KIND, None).await?;
    let snapshot = request.look().await?;
    let (found, _) = stored::list(&snapshot, &filter, Part::first(MOST_FOUND)).await?;
    let data: Vec<Citizen> = found.iter().map(|citizen| Citizen::of(citizen).0).collect();
    Ok(Answer::json(&CitizenList::whole(data, MOST_FOUND)))
}

fn parse(input: CitizenSearchInput) -> Result<CitizenFilter, Faults> {
    let mut check = Check::new();
    let email = check.maybe("/email", input.email, |email| EmailAddress::parse(&email));
    let telephone = check.maybe("/telephone", input.telephone, |number| {
        Telephone::parse(&number)
    });
    let words = text::fold(&input.q.unwrap_or_default());
    let words = words.split(' ').filter(|word| !word.is_empty());
    let filter = (|| {
        Some(CitizenFilter {
            words: words.map(str::to_owned).collect(),
            email: email?,
            telephone: telephone?.map(|number| Likeness::of_telephone(&number)),
            ..CitizenFilter::default()
        })
    })();
    check.done(filter)
}

/// Read a citizen
///
/// What is known of them; of who turned out to be somebody else, `merged_into` says whom. The look is recorded.
#[utoipa::path(
    get, path = "/v1/citizens/{id}", tag = "Citizens", operation_id = "citizens_get",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::CITIZEN))),
    responses((status = 200, description = "The citizen", body = Citizen)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let (snapshot, citizen) = looked_at(&request).await?;
    let kept = stored::kept_of(&snapshot, &citizen).await?;
    let (shown, tag) = Citizen::known_as(&citizen, kept);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// The citizen in the path, after it was noted that somebody looks at them.
pub(super) async fn looked_at(request: &Request) -> Result<(Snapshot, Stored), Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let missing = || Problem::new(Kind::NotFound);
    let snapshot = request.look().await?;
    let citizen = stored::find(&snapshot, id).await?.ok_or_else(missing)?;
    request
        .note_reading(KIND, Some(citizen.pseudonym.uuid()))
        .await?;
    Ok((snapshot, citizen))
}
