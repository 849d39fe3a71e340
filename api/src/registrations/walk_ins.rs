//! Who comes without having registered: written down at the door, and there from then on.

use domain::accounts::Scope;
use domain::citizens::{AgeBand, Citizen, CitizenContent};
use domain::events::Occurrence;
use domain::kernel::{Check, FaultCode, Faults, Id};
use domain::registrations::{
    AttendanceRole, Registration as Stored, RegistrationDetails, RegistrationRefusal, WalkIn,
    arrive, has_doors_open, walk_in,
};
use persistence::registrations::{self as stored, HallDate, Kept, Registered};
use persistence::{Answer as Once, Stop, Writing, audit};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::create::{whom, with_parents_consent};
use super::read::KIND;
use super::refusal::refused;
use super::wire::{Registration, path_of};
use crate::citizens::{CitizenInput, refused as refused_of};
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::vocabulary::word;
use crate::http::writing::{IdempotencyKey, created, kept};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_create, _, _>(create)]
}

/// Somebody who stands in the door.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Sacha Lemoine", "telephone": "06 00 00 00 21", "commune_code": "54329", "party_size": 2 }))]
pub(crate) struct WalkInInput {
    /// What they are called; needed, but for `citizen_id`.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Where they are written to. Who has neither an address nor a number is not counted as a person.
    #[schema(min_length = 6, max_length = 254, format = "email")]
    email: Option<String>,
    #[schema(min_length = 3, max_length = 40)]
    telephone: Option<String>,
    /// Where they live, by the commune's INSEE code.
    #[schema(min_length = 5, max_length = 5)]
    commune_code: Option<String>,
    #[schema(schema_with = word::<AgeBand>)]
    age_band: Option<AgeBand>,
    /// How many they are, themselves included; 1 when absent, or as many as they registered for.
    #[schema(minimum = 1, maximum = 1000)]
    party_size: Option<u32>,
    /// As what they take part; as a citizen when absent, or as it was.
    #[schema(schema_with = word::<AttendanceRole>)]
    role: Option<AttendanceRole>,
    /// Who it is, where they are known.
    citizen_id: Option<Uuid>,
}

/// What was sent, in the domain's words.
#[derive(Debug, Clone)]
struct Parsed {
    citizen: Option<CitizenContent>,
    citizen_id: Option<Id<Citizen>>,
    party_size: Option<u32>,
    role: Option<AttendanceRole>,
}

impl WalkInInput {
    fn parse(self) -> Result<Parsed, Faults> {
        let mut check = Check::new();
        let (party_size, role) = (self.party_size, self.role);
        let citizen_id = self.citizen_id.map(Id::from_uuid);
        let citizen = match (self.name, citizen_id) {
            (None, Some(_)) => Some(None),
            (None, None) => {
                check.fault("/name", FaultCode::Required);
                None
            }
            (Some(name), _) => {
                let citizen = CitizenInput {
                    name,
                    email: self.email,
                    telephone: self.telephone,
                    commune_code: self.commune_code,
                    age_band: self.age_band,
                    language: None,
                    interests: None,
                };
                check.within("", citizen.parse()).map(Some)
            }
        };
        check.done(citizen.map(|citizen| Parsed {
            citizen,
            citizen_id,
            party_size,
            role,
        }))
    }
}

/// Note somebody who came without having registered
///
/// Written down and noted as there, in one write. Whoever stands in the door is there, even where the hall was
/// full: they are counted, and nobody new gets in by registering. Not before the doors open, twelve hours
/// before the start. Whose data are restricted is refused (409), unless they bring the code of a registration. Who is registered for the date already, known by `citizen_id` or by an address that was
/// shown to be theirs, is checked in with that registration (200), which grows where they are more than they
/// said.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/walk-ins", tag = "Registrations", operation_id = "walk_ins_create",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::PAST_OCCURRENCE)), IdempotencyKey),
    request_body(content = WalkInInput),
    responses(
        (status = 200, description = "They had registered: the registration, checked in", body = Registration),
        (status = 201, description = "The registration, made at the door", body = Registration),
    ),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let (parsed, bytes) = request.parsed_body(WalkInInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let may_read = request.may(Scope::CitizensRead);
    let done = request.write_once(claim, move |writing| {
        let parsed = parsed.clone();
        Box::pin(async move {
            let at = stored::lock(writing, occurrence).await?;
            let at = at.ok_or_else(|| Problem::new(Kind::NotFound))?;
            noted(writing, &at, parsed, may_read).await
        })
    });
    done.await
}

async fn noted(
    writing: &mut Writing,
    at: &HallDate,
    parsed: Parsed,
    may_read: bool,
) -> Result<Once, Stop<Problem>> {
    // Nobody is written down for a date that they can't be at.
    has_doors_open(&at.date, writing.now()).map_err(refused)?;
    let is_meant_by_id = parsed.citizen_id.is_some();
    let (citizen, name) = whom(writing, parsed.citizen_id, parsed.citizen).await?;
    citizen.may_be_used().map_err(refused_of)?;
    with_parents_consent(writing, &citizen, is_meant_by_id).await?;
    let person = citizen.pseudonym;
    let theirs = stored::of_person(writing, at.date.occurrence, person, None).await?;
    let is_new = theirs.is_none();
    let (registration, details) = match theirs {
        Some(theirs) => {
            let there = theirs.clone();
            let (size, role, now) = (parsed.party_size, parsed.role, writing.now());
            let there = match arrive(there, &at.date, size, role, now).map_err(refused)? {
                None => {
                    // Nothing changes, and what is known of them is shown.
                    let id = Some(theirs.id.uuid());
                    audit::note_reading(writing, KIND, id).await?;
                    theirs
                }
                Some(change) => {
                    stored::save_at(writing, at, &change).await?;
                    change.into_after()
                }
            };
            let details = stored::details_of(writing, &there).await?;
            (there, details)
        }
        None => {
            let who = WalkIn {
                person,
                party_size: parsed.party_size.unwrap_or(1),
                role: parsed.role.unwrap_or_default(),
            };
            let details = RegistrationDetails {
                name,
                ..RegistrationDetails::default()
            };
            (made(writing, at, who, &details).await?, details)
        }
    };
    stored::settle(writing, at).await?;
    let registered = Registered {
        registration,
        // Vouched for by now.
        citizen: persistence::citizens::by_pseudonym(writing, person).await?,
        details,
    };
    let path = path_of(registered.registration.id);
    let (shown, tag) = match may_read {
        true => Registration::of(&registered),
        false => Registration::bare(&registered.registration),
    };
    let answer = match is_new {
        true => created(path, &tag, &shown),
        false => kept(&tag, &shown),
    };
    Ok(Once {
        person: Some(person.uuid()),
        ..answer
    })
}

async fn made(
    writing: &mut Writing,
    at: &HallDate,
    who: WalkIn,
    details: &RegistrationDetails,
) -> Result<Stored, Stop<Problem>> {
    let now = writing.now();
    let made: Result<_, RegistrationRefusal> = walk_in(&at.date, who, writing.ids(), now);
    let made = made.map_err(refused)?;
    let kept = Kept {
        address_key: None,
        details: details.clone(),
    };
    stored::save_new(writing, &made, &kept).await?;
    Ok(made.into_after())
}
