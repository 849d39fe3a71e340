//! Objections (GDPR, article 21), read and answered by the staff.

use chrono::{DateTime, Utc};
use domain::accounts::Scope;
use domain::citizens::Citizen;
use domain::kernel::{Change, FaultCode, Faults, Id, Prose, Vocabulary as _};
use domain::rights::{
    Objection as Stored, ObjectionFact, ObjectionRefusal, ObjectionState, lift_of, reject, uphold,
};
use persistence::rights::{self as stored, Objected};
use persistence::{Stop, Writing, audit, citizens as people, registrations};
use serde_json::json;
use utoipa::IntoParams;

use super::wire::{Objection, ObjectionAnswerInput, ObjectionList, Seen, subject};
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::faults::rule_broken;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::problem::wrong_state;
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::writing::MayIfMatch;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_say_yes, _, _>(say_yes),
        Endpoint::of::<__path_say_no, _, _>(say_no),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// States, separated by commas; those that wait for an answer when absent.
    #[param(example = "pending")]
    state: Option<String>,
}

/// List objections
///
/// Those that wait for an answer, unless `state` says others; the late ones first, then by the day until which they
/// are to be answered. The look is recorded.
#[utoipa::path(
    get, path = "/v1/objections", tag = "Citizens", operation_id = "objections_list",
    security(("oauth2" = ["citizens:read"])), params(ListParams, PageParams),
    responses((status = 200, description = "A page of objections", body = ObjectionList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let mut states: Vec<ObjectionState> = query.words("state");
    let paging = query.paging(50, 200);
    query.done()?;
    if states.is_empty() {
        states.push(ObjectionState::Pending);
    }
    request.note_reading("objection", None).await?;
    let snapshot = request.look().await?;
    let now = snapshot.now().await?;
    let (found, total) = stored::list_objections(&snapshot, &states, paging.part()).await?;
    let place = |one: &Objected| (one.objection.due_at, one.objection.id.uuid());
    let rows = Rows {
        total,
        ..Rows::cut(found, paging.limit, place)
    };
    let rows = rows.map(|one| {
        let citizen = one.citizen.as_ref().map(|citizen| citizen.id);
        let seen = Seen {
            view: "staff",
            citizen,
            now,
        };
        Objection::of(&one.objection, seen).0
    });
    Ok(rows.answer(&request, &paging, "staff"))
}

/// Read an objection
///
/// With why, and what it was answered. The look of the staff is recorded; a citizen sees what is theirs.
#[utoipa::path(
    get, path = "/v1/objections/{id}", tag = "Citizens", operation_id = "objections_get",
    security(("oauth2" = ["citizens:read"]), ("citizen" = ["citizens:own"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::OBJECTION))),
    responses((status = 200, description = "The objection", body = Objection)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let found = stored::find_objection(&snapshot, id).await?;
    let own = request.citizen().ok().map(|person| person.id);
    let whose = |one: &Objected| one.citizen.as_ref().map(|citizen| citizen.id);
    let found = found.filter(|one| own.is_none() || own == whose(one));
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let view = match own {
        Some(_) => "own",
        None => {
            let person = subject(found.objection.person);
            request.note_reading("citizen", person).await?;
            "staff"
        }
    };
    let seen = Seen {
        view,
        citizen: whose(&found),
        now: snapshot.now().await?,
    };
    let (shown, tag) = Objection::of(&found.objection, seen);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Uphold an objection
///
/// They are right: their data stay restricted, and they are written so, with the reason. What follows is the staff's
/// to do: whoever wants nothing kept is erased (`DELETE /v1/citizens/{id}`); who wants to come again has it lifted
/// (`POST /v1/citizens/{id}/lift`). Facts without a name that were counted stay counted.
#[utoipa::path(
    post, path = "/v1/objections/{id}/uphold", tag = "Citizens", operation_id = "objections_uphold",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::OBJECTION)), MayIfMatch),
    request_body(content = ObjectionAnswerInput),
    responses((status = 200, description = "The objection", body = Objection)),
)]
async fn say_yes(request: Request) -> Result<Answer, Problem> {
    answered(&request, uphold).await
}

/// Reject an objection
///
/// There are compelling grounds to go on, or claims that depend on it: the person is written them. The restriction
/// that the objection caused ends; any other stays.
#[utoipa::path(
    post, path = "/v1/objections/{id}/reject", tag = "Citizens", operation_id = "objections_reject",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::OBJECTION)), MayIfMatch),
    request_body(content = ObjectionAnswerInput),
    responses((status = 200, description = "The objection", body = Objection)),
)]
async fn say_no(request: Request) -> Result<Answer, Problem> {
    answered(&request, reject).await
}

/// How an objection is answered with a reason.
type Decide = fn(
    Stored,
    Prose<2000>,
    DateTime<Utc>,
) -> Result<Option<Change<Stored, ObjectionFact>>, ObjectionRefusal>;

async fn answered(request: &Request, decide: Decide) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (reason, _) = request.parsed_body(ObjectionAnswerInput::parse).await?;
    let (if_match, may_read) = (request.if_match(), request.may(Scope::CitizensRead));
    let written = request.write(move |writing| {
        let (reason, if_match) = (reason.clone(), if_match.clone());
        Box::pin(async move {
            // As every restriction and erasure: who is whom holds still from here on.
            people::line_up(writing).await?;
            let objection = load(writing, id, if_match.as_ref()).await?;
            let person = objection.person;
            let unchanged = objection.clone();
            let decided = decide(objection, reason, writing.now()).map_err(refused)?;
            let Some(change) = decided else {
                audit::note_reading(writing, "citizen", subject(person)).await?;
                let citizen = whose(writing, &unchanged).await?;
                return Ok((unchanged, citizen.map(|one| one.id)));
            };
            // Dates are locked before people, as whoever registers does.
            let dates = stored::dates_of_person(writing, person).await?;
            let citizen = whose(writing, &unchanged).await?;
            let whose = citizen.as_ref().map(|one| one.id);
            stored::save_objection(writing, &change).await?;
            if let Some(citizen) = citizen
                && change.after().state == ObjectionState::Rejected
            {
                let standing = stored::standing_of(writing, &citizen).await?;
                let lifted = lift_of(citizen, standing, id, writing.now());
                stored::save_lifted(writing, &lifted).await?;
                for at in &dates {
                    registrations::settle(writing, at).await?;
                }
            }
            Ok((change.into_after(), whose))
        })
    });
    let (objection, citizen) = written.await?;
    let now = request.look().await?.now().await?;
    let seen = Seen {
        view: "staff",
        citizen,
        now,
    };
    let shown = match may_read {
        true => objection,
        // What they said is read with another scope.
        false => Stored {
            grounds: None,
            ..objection
        },
    };
    let (shown, tag) = Objection::of(&shown, seen);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Whose an objection is, as they are known now, locked.
async fn whose(writing: &Writing, objection: &Stored) -> Result<Option<Citizen>, Stop<Problem>> {
    Ok(
        match people::by_pseudonym(writing, objection.person).await? {
            Some(citizen) => Some(people::as_is_known_now(writing, citizen).await?),
            None => None,
        },
    )
}

async fn load(
    writing: &Writing,
    id: Id<Stored>,
    if_match: Option<&IfMatch>,
) -> Result<Stored, Stop<Problem>> {
    let found = stored::load_objection(writing, id).await?;
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    if if_match.is_some() {
        let seen = Seen {
            view: "staff",
            citizen: whose(writing, &found).await?.map(|one| one.id),
            now: writing.now(),
        };
        precondition(if_match, found.version, || Objection::of(&found, seen).1)?;
    }
    Ok(found)
}

/// The domain's refusals, as problems.
pub(crate) fn refused(refusal: ObjectionRefusal) -> Problem {
    match refusal {
        ObjectionRefusal::NotPublicInterest => {
            let code = FaultCode::NotObjectable;
            rule_broken(&Faults::one("/processing", code))
        }
        ObjectionRefusal::Pending(id) => Problem::new(Kind::Conflict)
            .with_detail(
                "Une opposition au même traitement attend déjà sa réponse (existing).",
                "An objection to the same waits for its answer already (existing).",
            )
            .with_member("existing", json!({ "id": id })),
        ObjectionRefusal::Answered(state) => {
            wrong_state("L’opposition", "The objection", state.word(), &[])
        }
    }
}
