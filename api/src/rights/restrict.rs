//! Restricting somebody's data (GDPR, article 18), and lifting that.

use domain::citizens::Citizen as Stored;
use domain::kernel::{Id, Prose};
use domain::rights::{Objection, RestrictionCause, lift_all, restrict_because};
use persistence::citizens as people;
use persistence::registrations;
use persistence::rights as stored;
use persistence::{Stop, Writing, audit};

use super::wire::{Restriction, RestrictionInput, RestrictionLiftInput, Restrictions, subject};
use crate::citizens::{Citizen, load_as_seen, refused};
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::writing::MayIfMatch;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_restrict, _, _>(restrict),
        Endpoint::of::<__path_lift, _, _>(lift),
        Endpoint::of::<__path_list, _, _>(list),
    ]
}

/// Restrict a citizen's data
///
/// They are kept, and not used (GDPR, article 18): they stand in no list, search, sheet or table and among no
/// doubles, nothing is mailed to them but what they ask for, and they are registered for nothing new. What they
/// have ahead stays: a place held is held, who waits keeps the turn and is passed over meanwhile. No count changes,
/// and the clock does not forget them. `GET /v1/citizens?restricted=true` finds them again. Again by the staff it
/// changes nothing.
#[utoipa::path(
    post, path = "/v1/citizens/{id}/restrict", tag = "Citizens", operation_id = "citizens_restrict",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::CITIZEN)), MayIfMatch),
    request_body(content = RestrictionInput),
    responses((status = 200, description = "The citizen", body = Citizen)),
)]
async fn restrict(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (reason, _) = request.parsed_body(RestrictionInput::parse).await?;
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let (reason, if_match) = (reason.clone(), if_match.clone());
        Box::pin(async move {
            people::line_up(writing).await?;
            let citizen = load_as_seen(writing, id, if_match.as_ref()).await?;
            let before = citizen.version;
            let because = (RestrictionCause::Staff, None);
            let citizen = restricted(writing, citizen, because, Some(reason)).await?;
            if citizen.version == before {
                // Nothing of them changes, and what is known of them is shown.
                audit::note_reading(writing, "citizen", subject(citizen.pseudonym)).await?;
            }
            Ok(citizen)
        })
    });
    let (shown, tag) = Citizen::of(&written.await?);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Restricts somebody who is locked; gives them as they are then. Who is whom holds still meanwhile.
pub(crate) async fn restricted(
    writing: &mut Writing,
    citizen: Stored,
    because: (RestrictionCause, Option<Id<Objection>>),
    reason: Option<Prose<2000>>,
) -> Result<Stored, Stop<Problem>> {
    let standing = stored::standing_of(writing, &citizen).await?;
    let now = writing.now();
    let ids = writing.ids();
    let decided = restrict_because(&citizen, because, reason, &standing, ids, now);
    let Some(restricted) = decided.map_err(refused)? else {
        return Ok(citizen);
    };
    stored::save_restriction(writing, &restricted).await?;
    Ok(restricted
        .citizen
        .map_or(citizen, |change| change.into_after()))
}

/// Lift what restricts a citizen's data
///
/// All of it, once they were told that it will be lifted, on the day that `told_on` names; this service writes them
/// as well, with the reason. Their data are used again as before, and where they waited they are served in their
/// turn. An objection that waits for its answer is answered first.
#[utoipa::path(
    post, path = "/v1/citizens/{id}/lift", tag = "Citizens", operation_id = "citizens_lift",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::RESTRICTED_CITIZEN)), MayIfMatch),
    request_body(content = RestrictionLiftInput),
    responses((status = 200, description = "The citizen", body = Citizen)),
)]
async fn lift(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (why, _) = request.parsed_body(RestrictionLiftInput::parse).await?;
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let (why, if_match) = (why.clone(), if_match.clone());
        Box::pin(async move {
            people::line_up(writing).await?;
            let missing = || Problem::new(Kind::NotFound);
            let person = people::pseudonym_within(writing, id).await?;
            // Dates are locked before people, as whoever registers does.
            let dates = stored::dates_of_person(writing, person.ok_or_else(missing)?).await?;
            let citizen = load_as_seen(writing, id, if_match.as_ref()).await?;
            let standing = stored::standing_of(writing, &citizen).await?;
            let objections = stored::objections_within(writing, &citizen).await?;
            let unchanged = citizen.clone();
            let lifted = lift_all(citizen, standing, &objections, why, writing.now());
            let lifted = lifted.map_err(refused)?;
            stored::save_lifted(writing, &lifted).await?;
            for at in &dates {
                registrations::settle(writing, at).await?;
            }
            Ok(lifted
                .citizen
                .map_or(unchanged, |change| change.into_after()))
        })
    });
    let (shown, tag) = Citizen::of(&written.await?);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// List what restricts a citizen's data
///
/// And what did, with what was said of it. The look is recorded.
#[utoipa::path(
    get, path = "/v1/citizens/{id}/restrictions", tag = "Citizens", operation_id = "citizens_restrictions_list",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::RESTRICTED_CITIZEN))),
    responses((status = 200, description = "All that there is", body = Restrictions)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let missing = || Problem::new(Kind::NotFound);
    let citizen = people::find(&snapshot, id).await?.ok_or_else(missing)?;
    let person = citizen.pseudonym;
    request.note_reading("citizen", subject(person)).await?;
    let found = stored::restrictions_of(&snapshot, person).await?;
    let shown = Restrictions {
        data: found.iter().map(Restriction::of).collect(),
    };
    Ok(Answer::json(&shown).tagged_by_content("staff"))
}
