//! Reading facts. People stand in them as pseudonyms of one query.

use std::fmt::Write as _;

use chrono::NaiveDate;
use domain::accounts::Scope;
use domain::citizens::{Citizen, Pseudonym};
use domain::kernel::{FaultCode, Id};
use domain::participations::Participation as Stored;
use hmac::{Hmac, KeyInit, Mac};
use persistence::citizens as people;
use persistence::participations::{self as stored, ParticipationFilter};
use sha2::Sha256;
use utoipa::IntoParams;
use uuid::Uuid;

use super::wire::{Participation, ParticipationList};
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_list, _, _>(list)]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
pub(super) struct FilterParams {
    /// Sorts of facts, separated by commas.
    #[param(example = "attendance")]
    kind: Option<String>,
    /// From that day on.
    #[param(example = "2019-05-01")]
    from: Option<NaiveDate>,
    /// Before that day.
    #[param(example = "2020-05-01")]
    to: Option<NaiveDate>,
    /// At that event.
    #[param(example = json!(known::EVENT_AHEAD))]
    event_id: Option<String>,
    /// On that date.
    #[param(example = json!(known::OCCURRENCE_AHEAD))]
    occurrence_id: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// Of people of these communes, by their INSEE codes, separated by commas; for who may know who it is.
    #[param(example = "54329")]
    commune_code: Option<String>,
    /// Of the people of these intercommunalities, by their SIRENs, separated by commas; for the same.
    #[param(example = "200070324")]
    epci: Option<String>,
    /// Of that citizen; for the same.
    #[param(example = json!(known::CITIZEN))]
    citizen_id: Option<String>,
}

/// List participations
///
/// Each is one dated fact, in the order in which they were noted; what turned out to be wrong is not among
/// them. No name is in them: a person is a pseudonym that means something within this query alone.
#[utoipa::path(
    get, path = "/v1/participations", tag = "Participation", operation_id = "participations_list",
    security(("oauth2" = ["participations:read"])), params(FilterParams, ListParams, PageParams),
    responses((status = 200, description = "A page of facts", body = ParticipationList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let knows_people = request.may(Scope::CitizensRead);
    let mut query = Query::strict(&request);
    let citizen: Option<Id<Citizen>> = query.id("citizen_id");
    let mut filter = filter(&mut query);
    filter.communes = query.communes("commune_code");
    if !knows_people {
        for name in ["citizen_id", "commune_code", "epci"] {
            if query.text(name).is_some() {
                query.noted::<()>(name, Err(FaultCode::PetrOnly));
            }
        }
    }
    let paging = query.paging(50, 200);
    query.done()?;
    let snapshot = request.look().await?;
    if let Some(id) = citizen {
        request.note_reading("participation", None).await?;
        let person = people::pseudonym_of(&snapshot, id).await?;
        // Who was erased, or never was, has none.
        filter.person = Some(person.unwrap_or_else(|| Id::from_uuid(Uuid::nil())));
    }
    let (facts, total) = stored::list(&snapshot, &filter, paging.part()).await?;
    let rows = Rows {
        total,
        ..Rows::cut(facts, paging.limit, |one: &Stored| {
            (one.recorded_at, one.id.uuid())
        })
    };
    let named = |person: Id<Pseudonym>| pseudonym(&request.app.pepper, &paging.filters, person);
    let rows = rows.map(|fact| Participation::of(&fact, fact.person.map(named), knows_people));
    Ok(rows.answer(&request, &paging, "staff"))
}

/// Which facts, as both readings have it.
pub(super) fn filter(query: &mut Query<'_>) -> ParticipationFilter {
    let day = |text: &str| {
        text.parse::<NaiveDate>()
            .map_err(|_| FaultCode::Malformed("date"))
    };
    ParticipationFilter {
        kinds: query.words("kind"),
        from: query.typed("from", day),
        to: query.typed("to", day),
        event: query.id("event_id"),
        occurrence: query.id("occurrence_id"),
        ..ParticipationFilter::default()
    }
}

/// What stands for somebody in one query: the same on each of its pages, another in any other.
fn pseudonym(key: &[u8], query: &str, person: Id<Pseudonym>) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in ["pseudonym of a query", query] {
        mac.update(part.as_bytes());
        mac.update(&[0]);
    }
    mac.update(person.uuid().as_bytes());
    let digest = mac.finalize().into_bytes();
    digest[..8].iter().fold("p_".to_owned(), |mut text, byte| {
        // Writing to a text can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
