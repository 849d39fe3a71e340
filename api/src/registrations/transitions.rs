//! What is done with a registration by name: by the staff, or by whoever has the mail.

use chrono::{DateTime, Utc};
use domain::accounts::Scope;
use domain::citizens::{CitizenRefusal, Pseudonym, vouch};
use domain::kernel::{Change, FaultCode, Faults, Id};
use domain::registrations::{
    CancelledBecause, Proof, Registration as Stored, RegistrationFact, RegistrationRefusal,
    RegistrationState, cancel as cancelled, check_in as checked_in, confirm as confirmed,
    miss as missed, take_back as taken_back,
};
use persistence::citizens as people;
use persistence::registrations::{self as stored, HallDate};
use persistence::{Stop, Writing};

use super::matching::{Matched, by_address};
use super::proof::MOST_TRIES;
use super::refusal::refused;
use super::wire::{CheckInInput, Registration, RegistrationProofInput};
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::faults::rule_broken;
use crate::http::operation::Endpoint;
use crate::http::request::{Caller, precondition};
use crate::http::writing::MayIfMatch;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_confirm, _, _>(confirm).for_websites(),
        Endpoint::of::<__path_cancel, _, _>(cancel).for_websites(),
        Endpoint::of::<__path_check_in, _, _>(check_in),
        Endpoint::of::<__path_miss, _, _>(miss),
        Endpoint::of::<__path_take_back, _, _>(take_back),
    ]
}

/// Confirm a registration, or take the place that is offered
///
/// By what came by mail: the code, five tries, or what stands in the link; by a citizen's token, what is theirs.
/// The staff confirms for whoever calls. It counts once; whoever waits has then shown that the address is theirs, and waits on.
#[utoipa::path(
    post, path = "/v1/registrations/{id}/confirm", tag = "Registrations", operation_id = "registrations_confirm",
    security((), ("oauth2" = ["citizens:write"]), ("citizen" = ["citizens:own"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PENDING_REGISTRATION)), MayIfMatch),
    request_body(content = Option<RegistrationProofInput>, example = json!({})),
    responses((status = 200, description = "The registration", body = Registration)),
)]
async fn confirm(request: Request) -> Result<Answer, Problem> {
    let asked = Asked::read(&request).await?;
    let registration = confirm_as(&request, asked).await?;
    shown(&request, registration).await
}

/// Confirms, in the name of whoever proved that they may.
pub(super) async fn confirm_as(request: &Request, asked: Asked) -> Result<Stored, Problem> {
    let done = request.write(move |writing| {
        let asked = asked.clone();
        Box::pin(async move {
            let (registration, at) = match asked.may_act(writing).await? {
                Ok(there) => there,
                Err(problem) => return Ok(Err(problem)),
            };
            stored::settle(writing, &at).await?;
            // What was too late was ended just now.
            let registration = reread(writing, registration).await?;
            if registration.because == Some(CancelledBecause::NotConfirmed) {
                return Ok(Err(refused(RegistrationRefusal::TooLate)));
            }
            let proof = asked.proof();
            let change = confirmed(registration.clone(), proof, writing.now()).map_err(refused)?;
            let Some(change) = change else {
                return Ok(Ok(registration));
            };
            let mut person = registration.person;
            if asked.how == How::Staff {
                vouched_for(writing, &registration).await?;
            }
            if proof == Proof::Mail {
                match by_address(writing, registration).await? {
                    Matched::Of(theirs) => person = Some(theirs),
                    Matched::Restricted => {
                        return Ok(Err(crate::citizens::refused(CitizenRefusal::Restricted)));
                    }
                    Matched::Twice(other) => {
                        stored::settle(writing, &at).await?;
                        return Ok(Err(refused(RegistrationRefusal::AlreadyRegistered(other))));
                    }
                }
            }
            let change = change.settled(|_, state| state.person = person);
            stored::save(writing, &change).await?;
            Ok(Ok(change.into_after()))
        })
    });
    done.await?
}

/// The staff says that there is somebody.
async fn vouched_for(writing: &mut Writing, registration: &Stored) -> Result<(), Stop<Problem>> {
    let Some(person) = registration.person else {
        return Ok(());
    };
    let citizen = people::by_pseudonym(writing, person).await?;
    if let Some(change) = citizen.and_then(|citizen| vouch(citizen, writing.now())) {
        people::save(writing, &change).await?;
    }
    Ok(())
}

/// Cancel a registration
///
/// The places are given to the next who wait, at once. By what stands in the link of the mail, or by the code;
/// the staff cancels for whoever calls. It counts once.
#[utoipa::path(
    post, path = "/v1/registrations/{id}/cancel", tag = "Registrations", operation_id = "registrations_cancel",
    security((), ("oauth2" = ["citizens:write"]), ("citizen" = ["citizens:own"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::REGISTRATION_TO_CANCEL)), MayIfMatch),
    request_body(content = Option<RegistrationProofInput>, example = json!({})),
    responses((status = 200, description = "The registration", body = Registration)),
)]
async fn cancel(request: Request) -> Result<Answer, Problem> {
    let asked = Asked::read(&request).await?;
    let registration = cancel_as(&request, asked).await?;
    shown(&request, registration).await
}

/// Cancels, in the name of whoever proved that they may.
pub(super) async fn cancel_as(request: &Request, asked: Asked) -> Result<Stored, Problem> {
    let done = request.write(move |writing| {
        let asked = asked.clone();
        Box::pin(async move {
            let (registration, at) = match asked.may_act(writing).await? {
                Ok(there) => there,
                Err(problem) => return Ok(Err(problem)),
            };
            let because = match asked.how {
                How::Own(_) | How::Link | How::Code { .. } => CancelledBecause::Withdrawn,
                How::Staff => CancelledBecause::ByStaff,
            };
            let now = writing.now();
            let change = cancelled(registration.clone(), because, now).map_err(refused)?;
            let Some(change) = change else {
                return Ok(Ok(registration));
            };
            stored::save(writing, &change).await?;
            stored::settle(writing, &at).await?;
            Ok(Ok(change.into_after()))
        })
    });
    done.await?
}

/// Note that they are there
///
/// So many of the party. Whoever stands in the door is there, whether they had a place or waited for one.
/// Noting it again corrects it. Without anything of the mail the staff vouches for somebody who is there, not for the
/// address: who never confirmed is somebody by themselves, though another one be known by that address, until they
/// are said to be one (`POST /v1/citizens/{id}/merge`). Who brings the code is checked in by it, at
/// `/v1/occurrences/{id}/check-in`.
#[utoipa::path(
    post, path = "/v1/registrations/{id}/check-in", tag = "Registrations", operation_id = "registrations_check_in",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PAST_REGISTRATION)), MayIfMatch),
    request_body(content = Option<CheckInInput>, example = json!({})),
    responses((status = 200, description = "The registration", body = Registration)),
)]
async fn check_in(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body_or_default::<CheckInInput>().await?;
    turn(&request, move |registration, at, now| {
        checked_in(registration, &at.date, input.present, input.role, now)
    })
    .await
}

/// Note that they were not there
///
/// Who said that they come, and did not.
#[utoipa::path(
    post, path = "/v1/registrations/{id}/miss", tag = "Registrations", operation_id = "registrations_miss",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::MISSED_REGISTRATION)), MayIfMatch),
    responses((status = 200, description = "The registration", body = Registration)),
)]
async fn miss(request: Request) -> Result<Answer, Problem> {
    turn(&request, |registration, at, now| {
        missed(registration, &at.date, now)
    })
    .await
}

/// Take back what was noted of their presence
///
/// It was noted by mistake that they were there, or that they were not. The trail keeps both.
#[utoipa::path(
    post, path = "/v1/registrations/{id}/take-back", tag = "Registrations", operation_id = "registrations_take_back",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::ATTENDED_REGISTRATION)), MayIfMatch),
    responses((status = 200, description = "The registration", body = Registration)),
)]
async fn take_back(request: Request) -> Result<Answer, Problem> {
    turn(&request, |registration, _, now| {
        taken_back(registration, now).map(Some)
    })
    .await
}

type Decided = Result<Option<Change<Stored, RegistrationFact>>, RegistrationRefusal>;

/// What the staff notes of who was there.
async fn turn<D>(request: &Request, decide: D) -> Result<Answer, Problem>
where
    D: Fn(Stored, &HallDate, DateTime<Utc>) -> Decided + Clone + Send + Sync + 'static,
{
    let id: Id<Stored> = request.path_id("id")?;
    let if_match = request.if_match();
    let done = request.write(move |writing| {
        let (decide, if_match) = (decide.clone(), if_match.clone());
        Box::pin(async move {
            let (registration, at) = load(writing, id, if_match.as_ref()).await?;
            let now = writing.now();
            let Some(change) = decide(registration.clone(), &at, now).map_err(refused)? else {
                return Ok(registration);
            };
            stored::save(writing, &change).await?;
            stored::settle(writing, &at).await?;
            Ok(change.into_after())
        })
    });
    shown(request, done.await?).await
}

/// What is asked, and by what it is proved that whoever asks may.
#[derive(Clone)]
pub(super) struct Asked {
    id: Id<Stored>,
    if_match: Option<IfMatch>,
    how: How,
}

/// How somebody proves that they may.
#[derive(Clone, PartialEq)]
enum How {
    /// They are of the staff.
    Staff,
    /// They have signed in, and it is theirs.
    Own(Id<Pseudonym>),
    /// They have the link.
    Link,
    /// They have the code, or not.
    Code { is_right: bool },
}

impl Asked {
    /// By somebody who has the link.
    pub(super) fn by_link(id: Id<Stored>) -> Self {
        Self {
            id,
            if_match: None,
            how: How::Link,
        }
    }

    async fn read(request: &Request) -> Result<Self, Problem> {
        let id: Id<Stored> = request.path_id("id")?;
        let (input, _) = request.body_or_default::<RegistrationProofInput>().await?;
        let links = &request.app.links;
        let how = match (input.token, input.code) {
            _ if request.may(Scope::CitizensWrite) => How::Staff,
            (Some(token), _) if links.subject(&token) == Some(id) => How::Link,
            (Some(_), _) => return Err(Problem::new(Kind::NotFound)),
            (None, Some(code)) => How::Code {
                is_right: links.is_code(id, &code),
            },
            (None, None) => match &request.caller {
                Caller::Citizen(person) => How::Own(person.pseudonym),
                _ => {
                    let missing = Faults::one("/code", FaultCode::Required);
                    return Err(missing.into());
                }
            },
        };
        Ok(Self {
            id,
            if_match: request.if_match(),
            how,
        })
    }

    fn proof(&self) -> Proof {
        match self.how {
            How::Staff | How::Own(_) => Proof::Word,
            How::Link | How::Code { .. } => Proof::Mail,
        }
    }

    /// The registration with its date, which is locked, if they may. A code that was wrong is counted, which is
    /// kept though it is refused.
    async fn may_act(
        &self,
        writing: &mut Writing,
    ) -> Result<Result<(Stored, HallDate), Problem>, Stop<Problem>> {
        if let How::Code { is_right } = self.how {
            let tries = stored::count_try(writing, self.id).await?;
            let is_good = is_right && tries <= MOST_TRIES;
            if !is_good {
                return Ok(Err(wrong_code(tries)));
            }
        }
        let there = load(writing, self.id, self.if_match.as_ref()).await?;
        let is_anothers = match self.how {
            How::Own(own) => !stored::is_of(writing, &there.0, own).await?,
            How::Staff | How::Link | How::Code { .. } => false,
        };
        Ok(match is_anothers {
            true => Err(Problem::new(Kind::NotFound)),
            false => Ok(there),
        })
    }
}

fn wrong_code(tries: u64) -> Problem {
    let left = MOST_TRIES.saturating_sub(tries);
    // Who never registered has no tries.
    let left = if tries == 0 { 0 } else { left };
    rule_broken(&Faults::one("/code", FaultCode::WrongCode(left)))
}

async fn load(
    writing: &Writing,
    id: Id<Stored>,
    if_match: Option<&IfMatch>,
) -> Result<(Stored, HallDate), Stop<Problem>> {
    let found = stored::load(writing, id).await?;
    let (registration, at) = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    if if_match.is_some() {
        precondition(if_match, registration.version, || {
            Registration::bare(&registration).1
        })?;
    }
    Ok((registration, at))
}

/// The same after something else may have changed it.
async fn reread(writing: &Writing, registration: Stored) -> Result<Stored, Stop<Problem>> {
    if registration.expires_at.is_none() && registration.state != RegistrationState::Waitlisted {
        return Ok(registration);
    }
    Ok(load(writing, registration.id, None).await?.0)
}

/// The registration as whoever changed it sees it.
pub(super) async fn shown(request: &Request, registration: Stored) -> Result<Answer, Problem> {
    let own = request.citizen().ok().map(|person| person.id);
    let (shown, tag) = match request.may(Scope::CitizensRead) || own.is_some() {
        false => Registration::bare(&registration),
        true => {
            let found = stored::find(&request.look().await?, registration.id).await?;
            let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let is_anothers = own.is_some() && own != found.citizen.as_ref().map(|one| one.id);
            match is_anothers {
                true => Registration::bare(&registration),
                false => Registration::of(&found),
            }
        }
    };
    Ok(Answer::json(&shown).with_tag(tag))
}
