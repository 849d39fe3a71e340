//! Registering: by anybody, with an address to confirm; by the staff, for whoever calls.

use chrono::TimeDelta;
use domain::accounts::Scope;
use domain::citizens::{self, Citizen, CitizenContent, CitizenRefusal, CitizenSource, Pseudonym};
use domain::consents::{ConsentPurpose, may_take_part};
use domain::events::Occurrence;
use domain::kernel::{EmailAddress, FaultCode, Faults, Id, Line};
use domain::registrations::{
    Asked, By, CancelledBecause, Registration as Stored, RegistrationRefusal, cancel, register,
};
use persistence::citizens as people;
use persistence::consents;
use persistence::registrations::{self as stored, HallDate, Kept, Registered};
use persistence::{Answer as Once, Stop, Writing};

use super::refusal::refused;
use super::wire::{Parsed, Registration, RegistrationInput, path_of};
use crate::app::App;
use crate::citizens::refused as refused_of;
use crate::demo::known;
use crate::http::faults::rule_broken;
use crate::http::operation::Endpoint;
use crate::http::writing::{IdempotencyKey, created};
use crate::http::{Answer, Kind, Problem, Request};

/// How many times an address may be registered for a date in an hour.
const MOST_AN_HOUR: u64 = 5;

/// How many times in a day for whatever date: nobody's mailbox is filled by who types their address.
const MOST_A_DAY: u64 = 30;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_create, _, _>(create).for_websites()]
}

/// Register for a date
///
/// Without a token: a name and an e-mail address are needed, and a mail goes to that address with a link and a
/// code. Where there is a place it is held for 30 minutes, until that is confirmed (`pending`); where there is
/// none they wait in their turn (`waitlisted`). The answer is the same whether we know the address or not; who
/// registers again replaces what was not confirmed. The staff registers whoever calls, by `citizen_id` or by
/// name, without that confirmation; a citizen who has signed in registers themselves, without it as well. Whose data
/// are restricted is registered for nothing (409): without a token that is said once the address is confirmed.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/registrations", tag = "Registrations", operation_id = "registrations_create",
    security((), ("oauth2" = ["citizens:write"]), ("citizen" = ["citizens:own"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD)), IdempotencyKey),
    request_body(content = RegistrationInput),
    responses((status = 201, description = "The registration", body = Registration)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let own = request.citizen().ok().map(|person| person.pseudonym);
    let by = match (request.may(Scope::CitizensWrite), own) {
        (true, _) => By::Staff,
        (false, Some(_)) => By::Person,
        (false, None) => By::Anybody,
    };
    let parse = |input: RegistrationInput| input.parse(by);
    let (parsed, bytes) = request.parsed_body(parse).await?;
    let claim = request.claim(&bytes)?;
    let app = request.app.clone();
    let done = request.write_once(claim, move |writing| {
        let (parsed, app) = (parsed.clone(), app.clone());
        Box::pin(async move {
            let at = stored::lock(writing, occurrence).await?;
            let at = at.filter(|at| by == By::Staff || at.is_public);
            let at = at.ok_or_else(|| Problem::new(Kind::NotFound))?;
            // Places whose time is over go to those who wait, before anybody who comes now.
            stored::settle(writing, &at).await?;
            match (by, own) {
                (By::Staff, _) => for_somebody(writing, &at, parsed).await,
                (_, Some(own)) => by_themselves(writing, &at, own, parsed).await,
                (_, None) => {
                    let registration = by_anybody(writing, &app, &at, parsed).await?;
                    // What somebody without a token is told is what they would be told of any address, and
                    // nothing of a person is in it.
                    let (shown, tag) = Registration::bare(&registration);
                    Ok(created(path_of(registration.id), &tag, &shown))
                }
            }
        })
    });
    done.await
}

/// Registers anybody for a date that everybody sees.
pub(super) async fn anybody(
    request: &Request,
    occurrence: Id<Occurrence>,
    parsed: Parsed,
) -> Result<Stored, Problem> {
    let app = request.app.clone();
    let done = request.write(move |writing| {
        let (parsed, app) = (parsed.clone(), app.clone());
        Box::pin(async move {
            let at = stored::lock(writing, occurrence).await?;
            let at = at.filter(|at| at.is_public);
            let at = at.ok_or_else(|| Problem::new(Kind::NotFound))?;
            stored::settle(writing, &at).await?;
            by_anybody(writing, &app, &at, parsed).await
        })
    });
    done.await
}

/// Anybody: with an address that may be somebody else's.
async fn by_anybody(
    writing: &mut Writing,
    app: &App,
    at: &HallDate,
    parsed: Parsed,
) -> Result<Stored, Stop<Problem>> {
    // Without one the schema of a stranger's registration was not met.
    let missing = || Problem::internal("a registration without an address");
    let content = parsed.citizen.ok_or_else(missing)?;
    let email = content.email.clone().ok_or_else(missing)?;
    let now = writing.now();
    let (hour, day) = (now - TimeDelta::hours(1), now - TimeDelta::days(1));
    let of_date = Some(at.date.occurrence);
    if stored::count_recent(writing, of_date, &email, hour).await? >= MOST_AN_HOUR
        || stored::count_recent(writing, None, &email, day).await? >= MOST_A_DAY
    {
        return Err(too_often().into());
    }
    let address_key = app.links.address_key(&email);
    let replaced = stored::pending_of(writing, at.date.occurrence, &address_key).await?;
    if let Some(replaced) = &replaced {
        let because = CancelledBecause::Replaced;
        if let Some(change) = cancel(replaced.clone(), because, now).map_err(refused)? {
            stored::save(writing, &change).await?;
        }
    }
    let citizen = written_down(writing, content, CitizenSource::Own).await?;
    let kept = Kept {
        address_key: Some(address_key),
        details: parsed.details,
    };
    let registration = made(writing, at, &citizen, parsed.party_size, By::Anybody, &kept).await?;
    if replaced.is_some() {
        // They may be fewer than before.
        stored::settle(writing, at).await?;
    }
    Ok(registration)
}

fn too_often() -> Problem {
    Problem::new(Kind::TooManyRequests)
        .retry_after(3_600)
        .with_detail(
            "Cette adresse a été inscrite trop souvent : servez-vous du dernier message reçu, ou \
         réessayez dans une heure.",
            "This address was registered too often: use the last mail that came, or try again in \
         an hour.",
        )
}

/// A citizen who has signed in.
async fn by_themselves(
    writing: &mut Writing,
    at: &HallDate,
    own: Id<Pseudonym>,
    parsed: Parsed,
) -> Result<Once, Stop<Problem>> {
    let citizen = people::by_pseudonym(writing, own).await?;
    let citizen = citizen.ok_or_else(|| Problem::new(Kind::Unauthorized))?;
    known_one(writing, at, &citizen, parsed, By::Person).await
}

/// Somebody who is known, once for a date.
async fn known_one(
    writing: &mut Writing,
    at: &HallDate,
    citizen: &Citizen,
    parsed: Parsed,
    by: By,
) -> Result<Once, Stop<Problem>> {
    citizen.may_be_used().map_err(refused_of)?;
    let date = at.date.occurrence;
    if let Some(other) = stored::of_person(writing, date, citizen.pseudonym, None).await? {
        return Err(refused(RegistrationRefusal::AlreadyRegistered(other.id)).into());
    }
    with_parents_consent(writing, citizen, parsed.citizen_id.is_some()).await?;
    let kept = Kept {
        address_key: None,
        details: parsed.details,
    };
    let registration = made(writing, at, citizen, parsed.party_size, by, &kept).await?;
    let (shown, tag) = Registration::of(&Registered {
        registration: registration.clone(),
        citizen: Some(citizen.clone()),
        details: kept.details,
    });
    Ok(Once {
        person: Some(citizen.pseudonym.uuid()),
        ..created(path_of(registration.id), &tag, &shown)
    })
}

/// A child under 15 is registered once a parent consents.
pub(super) async fn with_parents_consent(
    writing: &Writing,
    citizen: &Citizen,
    is_meant_by_id: bool,
) -> Result<(), Stop<Problem>> {
    let purpose = ConsentPurpose::Parental;
    let last = consents::last(writing, citizen.pseudonym, purpose).await?;
    if may_take_part(citizen.content.age_band, last.as_ref()) {
        return Ok(());
    }
    let pointer = if is_meant_by_id {
        "/citizen_id"
    } else {
        "/age_band"
    };
    Err(rule_broken(&Faults::one(pointer, FaultCode::ParentsConsent)).into())
}

/// The staff, for somebody: of whom it knows the id, or the name.
async fn for_somebody(
    writing: &mut Writing,
    at: &HallDate,
    mut parsed: Parsed,
) -> Result<Once, Stop<Problem>> {
    let (citizen, given) = whom(writing, parsed.citizen_id, parsed.citizen.take()).await?;
    parsed.details.name = given;
    known_one(writing, at, &citizen, parsed, By::Staff).await
}

/// Whom the staff means: somebody it knows by an id or by an address that was shown to be theirs, or somebody
/// new; and what they called themselves this time, where they are known by another name.
pub(super) async fn whom(
    writing: &mut Writing,
    id: Option<Id<Citizen>>,
    content: Option<CitizenContent>,
) -> Result<(Citizen, Option<Line<200>>), Stop<Problem>> {
    match (id, content) {
        (Some(id), _) => {
            let found = people::load(writing, id).await?.filter(Citizen::is_known);
            let found = found.ok_or_else(unknown_citizen)?;
            Ok((people::as_is_known_now(writing, found).await?, None))
        }
        (None, Some(content)) => match same_address(writing, content.email.as_ref()).await? {
            Some(known) => {
                let given = content.name;
                let is_other = given != known.content.name;
                Ok((known, is_other.then_some(given)))
            }
            None => {
                // Written down once more they would be somebody whose data are used.
                if let Some(email) = &content.email
                    && people::is_of_restricted(writing, email).await?
                {
                    return Err(refused_of(CitizenRefusal::Restricted).into());
                }
                let made = written_down(writing, content, CitizenSource::Staff).await?;
                Ok((made, None))
            }
        },
        (None, None) => Err(unknown_citizen().into()),
    }
}

fn unknown_citizen() -> Problem {
    rule_broken(&Faults::one("/citizen_id", FaultCode::UnknownCitizen))
}

async fn same_address(
    writing: &Writing,
    email: Option<&EmailAddress>,
) -> Result<Option<Citizen>, Stop<Problem>> {
    match email {
        Some(email) => Ok(people::by_confirmed_address(writing, email).await?),
        None => Ok(None),
    }
}

async fn written_down(
    writing: &mut Writing,
    content: CitizenContent,
    source: CitizenSource,
) -> Result<Citizen, Stop<Problem>> {
    let (pseudonym, now) = (writing.new_pseudonym(), writing.now());
    let entered = citizens::enter(content, source, pseudonym, writing.ids(), now);
    people::save(writing, &entered).await?;
    Ok(entered.into_after())
}

async fn made(
    writing: &mut Writing,
    at: &HallDate,
    citizen: &Citizen,
    party_size: u32,
    by: By,
    kept: &Kept,
) -> Result<Stored, Stop<Problem>> {
    let asked = Asked {
        date: &at.date,
        settings: &at.settings,
        hall: stored::hall(writing, &at.date).await?,
        person: citizen.pseudonym,
        party_size,
        by,
    };
    let now = writing.now();
    let made = register(asked, writing.ids(), now).map_err(refused)?;
    stored::save_new(writing, &made, kept).await?;
    Ok(made.into_after())
}
