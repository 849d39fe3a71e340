//! What a citizen asks for themselves: that their data are kept and not used, or that something is not done with
//! them.

use domain::citizens::Citizen;
use domain::kernel::Id;
use domain::rights::{RestrictionCause, object};
use persistence::rights as stored;
use persistence::{Answer as Once, Stop, Writing, citizens as people};

use super::own::MeCitizen;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::writing::{IdempotencyKey, created};
use crate::http::{Answer, Kind, Problem, Request};
use crate::rights::{
    self, Objection, ObjectionInput, Objections, RestrictionOwnInput, Seen, path_of,
    refused_objection,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_restrict, _, _>(restrict),
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_list, _, _>(list),
    ]
}

/// Have one's data restricted
///
/// They are kept, and not used (GDPR, article 18), at once: one stands in no list of the staff, is written nothing but
/// what one asks for, and is registered for nothing new. A place that one has stays held; where one waits one keeps
/// the turn, and is passed over. The staff lifts it, and says so before. Again it changes nothing.
#[utoipa::path(
    post, path = "/v1/me/restrict", tag = "Me", operation_id = "me_restrict",
    security(("citizen" = ["citizens:own"])),
    request_body(content = RestrictionOwnInput),
    responses((status = 200, description = "What is known of one", body = MeCitizen)),
)]
async fn restrict(request: Request) -> Result<Answer, Problem> {
    let person = request.citizen()?.clone();
    let (reason, _) = request.parsed_body(RestrictionOwnInput::parse).await?;
    let own = person.pseudonym;
    let written = request.write(move |writing| {
        let reason = reason.clone();
        Box::pin(async move {
            let citizen = oneself(writing, own).await?;
            let because = (RestrictionCause::Asked, None);
            rights::restricted(writing, citizen, because, reason).await
        })
    });
    let (shown, tag) = MeCitizen::of(&written.await?, &person.scopes);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Object to something that is done with one's data
///
/// To what is done on the ground of public interest (GDPR, article 21), on grounds relating to one's situation. It is
/// answered within a month, until `due_at`, by mail; until then one's data are restricted, as by
/// `POST /v1/me/restrict`, and from then on if it is upheld.
#[utoipa::path(
    post, path = "/v1/me/objections", tag = "Me", operation_id = "me_objections_create",
    security(("citizen" = ["citizens:own"])), params(IdempotencyKey),
    request_body(content = ObjectionInput),
    responses(
        (status = 201, description = "The objection", body = Objection),
        (status = 409, description = "One that objects to the same waits for its answer"),
    ),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let own = request.citizen()?.pseudonym;
    let (said, bytes) = request.parsed_body(ObjectionInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let done = request.write_once(claim, move |writing| {
        let (processing, grounds) = said.clone();
        Box::pin(async move {
            let citizen = oneself(writing, own).await?;
            let before = stored::objections_within(writing, &citizen).await?;
            let (person, now) = (citizen.pseudonym, writing.now());
            let made = object(person, processing, grounds, &before, writing.ids(), now);
            let made = made.map_err(refused_objection)?;
            stored::save_objection(writing, &made).await?;
            let objection = made.into_after();
            let because = (RestrictionCause::Objection, Some(objection.id));
            let citizen = rights::restricted(writing, citizen, because, None).await?;
            let seen = Seen {
                view: "own",
                citizen: Some(citizen.id),
                now,
            };
            let (shown, tag) = Objection::of(&objection, seen);
            Ok(Once {
                person: Some(person.uuid()),
                ..created(path_of(objection.id), &tag, &shown)
            })
        })
    });
    done.await
}

/// List what one objected to
///
/// With what was answered.
#[utoipa::path(
    get, path = "/v1/me/objections", tag = "Me", operation_id = "me_objections_list",
    security(("citizen" = ["citizens:own"])),
    responses((status = 200, description = "All of it", body = Objections)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let person = request.citizen()?;
    let snapshot = request.look().await?;
    let seen = Seen {
        view: "own",
        citizen: Some(person.id),
        now: snapshot.now().await?,
    };
    let found = stored::objections_of(&snapshot, person.pseudonym).await?;
    let shown = Objections {
        data: found.iter().map(|one| Objection::of(one, seen).0).collect(),
    };
    Ok(Answer::json(&shown).tagged_by_content("own"))
}

/// Whoever asks, locked, as they are known now; who is whom holds still from here on.
async fn oneself(
    writing: &Writing,
    own: Id<domain::citizens::Pseudonym>,
) -> Result<Citizen, Stop<Problem>> {
    people::line_up(writing).await?;
    let citizen = people::by_pseudonym(writing, own).await?;
    let citizen = citizen.ok_or_else(|| Problem::new(Kind::Unauthorized))?;
    Ok(people::as_is_known_now(writing, citizen).await?)
}
