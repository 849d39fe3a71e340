//! Checking in at the door, by what people bring: the QR code of their registration's page, or the code of their
//! mail.

use domain::accounts::Scope;
use domain::citizens::CitizenRefusal;
use domain::events::Occurrence;
use domain::kernel::{FaultCode, Faults, Id};
use domain::registrations::{
    AttendanceRole, Registration as Stored, RegistrationState, check_in as checked_in,
    has_doors_open,
};
use persistence::registrations::{self as stored, HallDate};
use persistence::{Stop, Writing};
use serde::Deserialize;
use utoipa::ToSchema;

use super::matching::{Matched, by_address};
use super::proof::Links;
use super::read::KIND;
use super::refusal::refused;
use super::transitions::shown;
use super::wire::Registration;
use crate::app::App;
use crate::demo::known;
use crate::http::faults::{rule_broken, taken};
use crate::http::operation::Endpoint;
use crate::http::vocabulary::word;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_check_in, _, _>(check_in)]
}

/// What somebody at the door brings: one of both.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "123456", "present": 1 }))]
pub(crate) struct DoorInput {
    /// The code of their mail and of their page, six digits.
    #[schema(min_length = 1, max_length = 20)]
    code: Option<String>,
    /// What the QR code of their page holds: the link, or what stands in it behind `/registrations/`.
    #[schema(min_length = 1, max_length = 500)]
    token: Option<String>,
    /// How many of the party; all of them when absent.
    #[schema(minimum = 1, maximum = 1000)]
    present: Option<u32>,
    /// As what they take part; as it was when absent.
    #[schema(schema_with = word::<AttendanceRole>)]
    role: Option<AttendanceRole>,
}

/// What they bring, in our words.
#[derive(Debug, Clone)]
struct Brought {
    what: What,
    present: Option<u32>,
    role: Option<AttendanceRole>,
}

#[derive(Debug, Clone)]
enum What {
    Code(String),
    Token(String),
}

impl DoorInput {
    fn parse(self) -> Result<Brought, Faults> {
        let what = match (self.token, self.code) {
            (Some(_), Some(_)) => return Err(Faults::one("/code", FaultCode::Duplicate)),
            (Some(token), None) => What::Token(token),
            (None, Some(code)) => What::Code(code),
            (None, None) => return Err(Faults::one("/code", FaultCode::Required)),
        };
        Ok(Brought {
            what,
            present: self.present,
            role: self.role,
        })
    }
}

/// Note that somebody is there, by their code or their QR code
///
/// For the staff at the door: the six digits of the mail, or what the QR code of the registration's page holds.
/// Where two for the date have the same six digits it is refused (409): ask for the QR code. Noting it again
/// corrects it. The look is recorded.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/check-in", tag = "Registrations", operation_id = "attendance_check_in",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::PAST_OCCURRENCE))),
    request_body(content = DoorInput),
    responses(
        (status = 200, description = "The registration", body = Registration),
        (status = 409, description = "It was cancelled, the doors are not open, or two have this code"),
    ),
)]
async fn check_in(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let (brought, _) = request.parsed_body(DoorInput::parse).await?;
    let app = request.app.clone();
    let done = request.write(move |writing| {
        let (brought, app) = (brought.clone(), app.clone());
        Box::pin(async move {
            let at = stored::lock(writing, occurrence).await?;
            let at = at.ok_or_else(|| Problem::new(Kind::NotFound))?;
            there(writing, &app, &at, &brought).await
        })
    });
    let registration = done.await?;
    if request.may(Scope::CitizensRead) {
        let id = Some(registration.id.uuid());
        request.note_reading(KIND, id).await?;
    }
    shown(&request, registration).await
}

async fn there(
    writing: &mut Writing,
    app: &App,
    at: &HallDate,
    brought: &Brought,
) -> Result<Stored, Stop<Problem>> {
    let all = stored::of_date(writing, at.date.occurrence).await?;
    let registration = found(&all, &app.links, &brought.what)?.clone();
    has_doors_open(&at.date, writing.now()).map_err(refused)?;
    let registration = by_whoever_has_the_mail(writing, registration, &all).await?;
    let (present, role, now) = (brought.present, brought.role, writing.now());
    let change = checked_in(registration.clone(), &at.date, present, role, now);
    let Some(change) = change.map_err(refused)? else {
        return Ok(registration);
    };
    stored::save_at(writing, at, &change).await?;
    stored::settle(writing, at).await?;
    Ok(change.into_after())
}

/// Whoever brings what came by mail has shown that the address is theirs, as if they had confirmed: they are not
/// somebody new where it is known, and are there once.
async fn by_whoever_has_the_mail(
    writing: &mut Writing,
    registration: Stored,
    all: &[Stored],
) -> Result<Stored, Stop<Problem>> {
    if registration.is_confirmed || registration.state == RegistrationState::Cancelled {
        return Ok(registration);
    }
    Ok(match by_address(writing, registration.clone()).await? {
        Matched::Of(theirs) => Stored {
            person: Some(theirs),
            ..registration
        },
        Matched::Restricted => {
            return Err(crate::citizens::refused(CitizenRefusal::Restricted).into());
        }
        Matched::Twice(other) => {
            let other = all.iter().find(|one| one.id == other);
            other.cloned().unwrap_or(registration)
        }
    })
}

/// The one that is meant, of those for the date.
fn found<'a>(all: &'a [Stored], links: &Links, what: &What) -> Result<&'a Stored, Problem> {
    match what {
        What::Token(token) => {
            // A reader of QR codes gives the whole link.
            let token = token.trim().rsplit('/').next().unwrap_or_default();
            let id = links.subject(token);
            let found = all.iter().find(|one| Some(one.id) == id);
            let unknown = || Faults::one("/token", FaultCode::UnknownRegistration);
            found.ok_or_else(|| rule_broken(&unknown()))
        }
        What::Code(code) => {
            let theirs: Vec<&Stored> = all
                .iter()
                .filter(|one| links.is_code(one.id, code))
                .collect();
            let is_live = |one: &&&Stored| one.state != RegistrationState::Cancelled;
            let live: Vec<&Stored> = theirs.iter().filter(is_live).copied().collect();
            match (live.as_slice(), theirs.first()) {
                ([only], _) => Ok(*only),
                ([], Some(cancelled)) => Ok(*cancelled),
                ([], None) => {
                    let unknown = Faults::one("/code", FaultCode::UnknownCode);
                    Err(rule_broken(&unknown))
                }
                _ => Err(taken("/code", FaultCode::AmbiguousCode)),
            }
        }
    }
}
