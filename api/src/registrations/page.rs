//! The page behind the link of a mail: what the registration is, and the buttons that do something. To open it
//! changes nothing: what looks into mails opens links.

use actix_web::http::{StatusCode, header};
use askama::Template;
use chrono_tz::Europe::Paris;
use domain::events::Occurrence;
use domain::kernel::Id;
use domain::registrations::{
    CancelledBecause, Registration, RegistrationState, RegistrationTransition,
};
use persistence::registrations::{self as stored};
use persistence::{View, events};
use qrcode::QrCode;
use qrcode::render::svg;

use super::transitions::{Asked, cancel_as, confirm_as};
use crate::app::App;
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::{Answer, Kind, Problem, Request};
use crate::pages::{self, Frame};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_page, _, _>(page),
        Endpoint::of::<__path_confirm, _, _>(confirm),
        Endpoint::of::<__path_cancel, _, _>(cancel),
    ]
}

/// The page of a registration
///
/// For whoever has the mail: how far it is, with buttons to confirm it, to take the place that is offered, to
/// cancel it. To open the page changes nothing.
#[utoipa::path(
    get, path = "/registrations/{token}", tag = "Registrations", operation_id = "registrations_page",
    security(()),
    params(("token" = String, Path, description = "What stands in the link of the mail", example = json!(known::REGISTRATION_LINK))),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html",
            example = json!("<!DOCTYPE html>")),
    ),
)]
async fn page(request: Request) -> Result<Answer, Problem> {
    let id = of_link(&request)?;
    let snapshot = request.app.store.read_current().await?;
    let missing = || Problem::new(Kind::NotFound);
    let found = stored::find(&snapshot, id).await?.ok_or_else(missing)?;
    let registration = found.registration;
    let name = registration.event.to_string();
    let event = events::find(&snapshot, View::Staff, &name).await?;
    let event = event.ok_or_else(missing)?.event;
    let is_it = |date: &&Occurrence| date.id == registration.occurrence;
    let date = event.occurrences.iter().find(is_it).ok_or_else(missing)?;
    let before = match registration.state {
        RegistrationState::Waitlisted => {
            Some(stored::place_in_line(&snapshot, &registration).await?)
        }
        _ => None,
    };
    let frame = Frame {
        language: request.language,
        petr: &request.app.settings.petr_name,
    };
    let until = registration.expires_at.map(|until| {
        let until = until.with_timezone(&Paris).format("%d/%m/%Y, %H:%M");
        frame.text(
            &format!("À faire avant le {until} (heure de Paris)."),
            &format!("To be done before {until} (time in Paris)."),
        )
    });
    let party = registration.party_size;
    let shown = RegistrationPage {
        title: event.content.title.to_string(),
        when: frame.when(&date.timing),
        party: frame.text(&format!("{party} place(s)"), &format!("{party} place(s)")),
        state: state(&frame, &registration, before),
        until,
        confirm: confirm_button(&frame, &registration),
        pass: match registration.state {
            RegistrationState::Confirmed => Some(pass(&request.app, registration.id)?),
            _ => None,
        },
        can_cancel: registration.state.is_ahead(),
        path: format!("/registrations/{}", request.path("token")),
        frame,
    };
    Ok(pages::answer(&shown, request.language)?.with_cache(Cache::Never))
}

/// Confirm by the page's button
///
/// The address is theirs, or the offered place is taken. Then the page says how far it is.
#[utoipa::path(
    post, path = "/registrations/{token}/confirm", tag = "Registrations", operation_id = "registrations_page_confirm",
    security(()),
    params(("token" = String, Path, description = "What stands in the link of the mail", example = json!(known::REGISTRATION_LINK))),
    responses((status = 303, description = "To the page: see `Location`")),
)]
async fn confirm(request: Request) -> Result<Answer, Problem> {
    let id = of_link(&request)?;
    then_the_page(&request, confirm_as(&request, Asked::by_link(id)).await)
}

/// Cancel by the page's button
///
/// The places go to the next who wait. Then the page says how far it is.
#[utoipa::path(
    post, path = "/registrations/{token}/cancel", tag = "Registrations", operation_id = "registrations_page_cancel",
    security(()),
    params(("token" = String, Path, description = "What stands in the link of the mail", example = json!(known::REGISTRATION_LINK))),
    responses((status = 303, description = "To the page: see `Location`")),
)]
async fn cancel(request: Request) -> Result<Answer, Problem> {
    let id = of_link(&request)?;
    then_the_page(&request, cancel_as(&request, Asked::by_link(id)).await)
}

fn of_link(request: &Request) -> Result<Id<Registration>, Problem> {
    let id = request.app.links.subject(&request.path("token"));
    id.ok_or_else(|| Problem::new(Kind::NotFound))
}

/// Why something could not be done is what the page says of the state.
fn then_the_page(
    request: &Request,
    done: Result<Registration, Problem>,
) -> Result<Answer, Problem> {
    match done {
        Ok(_) => {}
        Err(problem) if matches!(problem.kind, Kind::Conflict | Kind::WrongState) => {}
        Err(problem) => return Err(problem),
    }
    let page = format!("/registrations/{}", request.path("token"));
    Ok(Answer::empty(StatusCode::SEE_OTHER).with_header(header::LOCATION, page))
}

#[derive(Template)]
#[template(path = "registration.html")]
struct RegistrationPage<'p> {
    frame: Frame<'p>,
    title: String,
    when: String,
    party: String,
    state: String,
    until: Option<String>,
    confirm: Option<String>,
    pass: Option<Pass>,
    can_cancel: bool,
    path: String,
}

/// What is shown at the door.
struct Pass {
    /// The link as a QR code, an SVG picture.
    qr: String,
    /// The code, in two groups.
    code: String,
}

fn pass(app: &App, id: Id<Registration>) -> Result<Pass, Problem> {
    let base = &app.settings.public_url;
    let link = format!("{base}/registrations/{}", app.links.token(id));
    let qr = QrCode::new(link).map_err(Problem::internal)?;
    let qr = qr.render::<svg::Color<'_>>().build();
    // Within a page it is no document of its own.
    let qr = qr.split_once("?>").map_or(qr.as_str(), |(_, svg)| svg);
    let code = app.links.code(id);
    Ok(Pass {
        qr: qr.to_owned(),
        code: format!("{} {}", &code[..3], &code[3..]),
    })
}

fn confirm_button(frame: &Frame<'_>, registration: &Registration) -> Option<String> {
    let can = registration
        .transitions()
        .contains(&RegistrationTransition::Confirm);
    can.then(|| match registration.state {
        RegistrationState::Offered => frame.text("Prendre la place", "Take the place"),
        RegistrationState::Waitlisted => frame.text("Confirmer mon adresse", "Confirm my address"),
        _ => frame.text("Confirmer mon inscription", "Confirm my registration"),
    })
}

fn state(frame: &Frame<'_>, registration: &Registration, before: Option<u64>) -> String {
    match registration.state {
        RegistrationState::Pending => frame.text(
            "Une place vous est gardée : confirmez votre inscription.",
            "A place is held for you: confirm your registration.",
        ),
        RegistrationState::Confirmed => frame.text(
            "Votre inscription est confirmée.",
            "Your registration is confirmed.",
        ),
        RegistrationState::Waitlisted => {
            let before = before.unwrap_or(0);
            frame.text(
                &format!(
                    "Vous êtes sur la liste d'attente : {before} groupe(s) avant vous. Une place vous sera \
                     proposée dès qu'il y en aura assez pour vous."
                ),
                &format!(
                    "You are on the waitlist: {before} before you. A place will be offered to you as soon \
                     as there are enough for you."
                ),
            )
        }
        RegistrationState::Offered => frame.text(
            "Une place s'est libérée, et vous est gardée : prenez-la.",
            "There is a place, and it is held for you: take it.",
        ),
        RegistrationState::Cancelled => cancelled(frame, registration.because),
        RegistrationState::Attended => {
            frame.text("Vous y étiez. Merci !", "You were there. Thank you!")
        }
        RegistrationState::NoShow => frame.text("Vous n'êtes pas venu·e.", "You did not come."),
    }
}

fn cancelled(frame: &Frame<'_>, because: Option<CancelledBecause>) -> String {
    match because {
        Some(CancelledBecause::NotConfirmed) => frame.text(
            "L'inscription n'a pas été confirmée à temps. Vous pouvez vous inscrire de nouveau.",
            "The registration was not confirmed in time. You can register again.",
        ),
        Some(CancelledBecause::OfferExpired) => frame.text(
            "La place n'a pas été prise à temps : elle est allée à la personne suivante.",
            "The place was not taken in time: it went to the next who waits.",
        ),
        Some(CancelledBecause::Replaced) => frame.text(
            "Vous vous êtes inscrit·e de nouveau depuis : servez-vous du dernier message reçu.",
            "You registered again since: use the last mail that came.",
        ),
        Some(CancelledBecause::AlreadyRegistered) => frame.text(
            "Vous êtes déjà inscrit·e à cette date : cette demande-ci est annulée, l'autre compte.",
            "You are registered for this date already: this one is cancelled, the other one counts.",
        ),
        _ => frame.text("L'inscription est annulée.", "The registration is cancelled."),
    }
}
