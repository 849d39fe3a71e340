//! The page behind the link that lets a citizen in. To open it changes nothing: what looks into mails opens links.
//! Its buttons do, once: it shows what one registered for, hands out what is held, or erases it. Nothing is kept in
//! the browser.

use actix_web::http::header;
use askama::Template;
use domain::accounts::{Challenge, Shown};
use domain::events::Occurrence;
use domain::kernel::{FaultCode, Faults, Id};
use domain::registrations::{Registration, RegistrationState};
use persistence::registrations::{self as enrolled, RegistrationFilter};
use persistence::rights as stored;
use persistence::{Snapshot, View, accounts, events};
use utoipa::ToSchema;

use super::export::PersonalData;
use crate::auth;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::{Answer, Kind, Problem, Request};
use crate::pages::{self, Frame};
use crate::rights;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_page, _, _>(page),
        Endpoint::of::<__path_enter, _, _>(enter),
    ]
}

/// The most registrations that the page shows: the last ones, the last first.
const MOST_SHOWN: usize = 100;

/// The page of a link that lets somebody in
///
/// For whoever has the mail: buttons to see what one registered for, to download what is held of one, to have it
/// erased. To open the page changes nothing.
#[utoipa::path(
    get, path = "/sign-in/{token}", tag = "Me", operation_id = "me_page", security(()),
    params(("token" = String, Path, description = "What stands in the link of the mail", example = json!(LINK))),
    responses((status = 200, description = "The page", body = String, content_type = "text/html",
        example = json!("<!DOCTYPE html>"))),
)]
async fn page(request: Request) -> Result<Answer, Problem> {
    let id = of_link(&request)?;
    let snapshot = request.app.store.read_current().await?;
    let now = snapshot.now().await?;
    let found = accounts::find_challenge(&snapshot, id).await?;
    let is_open = found.is_some_and(|(challenge, _)| challenge.is_open(now));
    let shown = EntrancePage {
        frame: frame(&request),
        is_open,
        path: format!("/sign-in/{}", request.path("token")),
    };
    Ok(pages::answer(&shown, request.language)?.with_cache(Cache::Never))
}

/// What the documentation shows of a link; it leads nowhere, since each service has keys of its own.
const LINK: &str = "AZ9qGDkAcACeFjWvdVgbn0AAAAAAAAAAAAAAAAAAAAA";

/// Which button.
#[derive(ToSchema)]
#[schema(example = json!({ "do": "show" }))]
#[expect(dead_code, reason = "documentation: the form is read by name")]
pub(crate) struct EntranceForm {
    /// `show` what one registered for, `export` what is held, or `erase` it.
    r#do: String,
}

/// What a button asks for.
#[derive(Clone, Copy)]
enum Wanted {
    Show,
    Export,
    Erase,
}

/// Come in by the page's button
///
/// Once: it shows what one registered for, downloads what is held, or erases it.
#[utoipa::path(
    post, path = "/sign-in/{token}", tag = "Me", operation_id = "me_page_enter", security(()),
    params(("token" = String, Path, description = "What stands in the link of the mail", example = json!(LINK))),
    request_body(content = EntranceForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The page; or a file with all that is held", body = String,
            content_type = "text/html", example = json!("<!DOCTYPE html>")),
        (status = 409, description = "The link was used, or is too old"),
    ),
)]
async fn enter(request: Request) -> Result<Answer, Problem> {
    let id = of_link(&request)?;
    let wanted = wanted(&request).await?;
    let citizen = auth::shown_to_be(&request, id, Shown::Link).await?;
    let citizen = citizen.ok_or_else(|| {
        Problem::new(Kind::Conflict).with_detail(
            "Ce lien a servi, ou il est trop vieux : demandez-en un autre.",
            "This link was used, or is too old: ask for another one.",
        )
    })?;
    let snapshot = request.app.store.read_current().await?;
    match wanted {
        Wanted::Show => {
            let person = citizen.pseudonym;
            let filter = RegistrationFilter {
                person: Some(person),
                ..RegistrationFilter::default()
            };
            let all = enrolled::all(&snapshot, &filter, u64::from(u32::MAX)).await?;
            let frame = frame(&request);
            let mut lines = Vec::new();
            for one in all.iter().rev().take(MOST_SHOWN) {
                let line = line(&request, &snapshot, &frame, &one.registration).await?;
                lines.extend(line);
            }
            let name = citizen.content.name.to_string();
            let shown = SpacePage { frame, name, lines };
            Ok(pages::answer(&shown, request.language)?.with_cache(Cache::Never))
        }
        Wanted::Export => {
            let held = stored::held_of(&snapshot, citizen.id, citizen.pseudonym).await?;
            let held = held.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let now = snapshot.now().await?;
            let shown = PersonalData::of(&held, request.language, now);
            let as_file = "attachment; filename=\"mes-donnees.json\"";
            Ok(Answer::json(&shown).with_header(header::CONTENT_DISPOSITION, as_file))
        }
        Wanted::Erase => {
            drop(snapshot);
            rights::erase_person(&request, citizen.pseudonym).await?;
            let shown = ErasedPage {
                frame: frame(&request),
            };
            Ok(pages::answer(&shown, request.language)?.with_cache(Cache::Never))
        }
    }
}

async fn wanted(request: &Request) -> Result<Wanted, Problem> {
    request.media_type()?;
    let bytes = request.bytes().await?;
    let asked = url::form_urlencoded::parse(&bytes)
        .find(|(name, _)| name == "do")
        .map(|(_, value)| value.into_owned());
    match asked.as_deref() {
        Some("show") => Ok(Wanted::Show),
        Some("export") => Ok(Wanted::Export),
        Some("erase") => Ok(Wanted::Erase),
        _ => {
            let known = vec!["show", "export", "erase"];
            Err(Faults::one("/do", FaultCode::UnknownWord { known }).into())
        }
    }
}

fn of_link(request: &Request) -> Result<Id<Challenge>, Problem> {
    let id = request.app.links.subject(&request.path("token"));
    id.ok_or_else(|| Problem::new(Kind::NotFound))
}

fn frame(request: &Request) -> Frame<'_> {
    Frame {
        language: request.language,
        petr: &request.app.settings.petr_name,
    }
}

/// A registration as the page shows it; none when its event is not there any more.
async fn line(
    request: &Request,
    snapshot: &Snapshot,
    frame: &Frame<'_>,
    registration: &Registration,
) -> Result<Option<Line>, Problem> {
    let name = registration.event.to_string();
    let Some(found) = events::find(snapshot, View::Staff, &name).await? else {
        return Ok(None);
    };
    let is_it = |date: &&Occurrence| date.id == registration.occurrence;
    let date = found.event.occurrences.iter().find(is_it);
    let token = request.app.links.token(registration.id);
    Ok(Some(Line {
        title: found.event.content.title.to_string(),
        when: date.map(|date| frame.when(&date.timing)),
        state: state(frame, registration.state),
        url: format!("/registrations/{token}"),
    }))
}

fn state(frame: &Frame<'_>, state: RegistrationState) -> String {
    match state {
        RegistrationState::Pending => frame.text("à confirmer", "to be confirmed"),
        RegistrationState::Confirmed => frame.text("inscrit·e", "registered"),
        RegistrationState::Waitlisted => frame.text("sur la liste d'attente", "on the waitlist"),
        RegistrationState::Offered => frame.text("une place vous attend", "a place waits for you"),
        RegistrationState::Cancelled => frame.text("annulée", "cancelled"),
        RegistrationState::Attended => frame.text("vous y étiez", "you were there"),
        RegistrationState::NoShow => frame.text("vous n'êtes pas venu·e", "you did not come"),
    }
}

struct Line {
    title: String,
    when: Option<String>,
    state: String,
    url: String,
}

#[derive(Template)]
#[template(path = "entrance.html")]
struct EntrancePage<'p> {
    frame: Frame<'p>,
    is_open: bool,
    path: String,
}

#[derive(Template)]
#[template(path = "space.html")]
struct SpacePage<'p> {
    frame: Frame<'p>,
    name: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "erased.html")]
struct ErasedPage<'p> {
    frame: Frame<'p>,
}
