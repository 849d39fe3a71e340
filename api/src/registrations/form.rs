//! A form that a website posts: whoever sent it is led back there, if the operator named that website, or sees a
//! page of ours.

use actix_web::http::{StatusCode, header};
use askama::Template;
use domain::events::Occurrence;
use domain::kernel::{FaultCode, Faults, Id, Vocabulary as _};
use domain::registrations::{By, Registration as Stored};
use serde_json::{Map, Value, json};
use url::Url;
use utoipa::ToSchema;

use super::create::anybody;
use super::wire::{Parsed, RegistrationInput};
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::request::checked_and_parsed;
use crate::http::{Answer, Problem, Request};
use crate::pages::{self, Frame};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_register, _, _>(register)]
}

/// A registration as a form has it. What is empty counts as absent.
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "Dominique Lambert", "email": "dominique.lambert.form@courriel.example", "party_size": "2"
}))]
#[expect(dead_code, reason = "documentation: the form is read by name")]
pub(crate) struct RegistrationForm {
    /// What whoever registers is called.
    name: String,
    /// Where the confirmation goes.
    email: String,
    telephone: Option<String>,
    /// Where they live, by the commune's INSEE code.
    commune_code: Option<String>,
    /// How old they are, roughly: a word of `AgeBand`.
    age_band: Option<String>,
    /// In which language they are written to: `fr` or `en`.
    language: Option<String>,
    /// How many they are, themselves included; 1 when absent.
    party_size: Option<String>,
    /// A question of the organiser, word for word; what follows as `answer` answers it. Both may come several
    /// times.
    question: Option<String>,
    /// The answer to the question before it.
    answer: Option<String>,
    /// What they need to take part.
    accessibility_needs: Option<String>,
    /// Where to lead back to: an address on one of the websites that the operator named. A page of ours is shown
    /// when absent.
    return_to: Option<String>,
}

/// Register by a website's form
///
/// For a plain HTML form, on whichever website: the fields are those of the JSON. A mail goes to the address, as it
/// does there. Then the browser is led back to `return_to` with what came of it in the address: `registration` is
/// `pending` or `waitlisted`; or `problem` is the name of the problem and `fields` those that are wrong, separated by
/// commas. Nothing that was typed is in it.
#[utoipa::path(
    post, path = "/occurrences/{id}/registrations", tag = "Registrations", operation_id = "registrations_form",
    security(()),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD))),
    request_body(content = RegistrationForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A page that says what comes next", body = String, content_type = "text/html",
            example = json!("<!DOCTYPE html>")),
        (status = 303, description = "Back to the website: see `Location`"),
        (status = 409, description = "The date takes no registrations now, or is full"),
    ),
)]
async fn register(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    request.media_type()?;
    let bytes = request.bytes().await?;
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&bytes).into_owned().collect();
    let back = way_back(&request, &fields)?;
    let done = match parsed(&request, fields) {
        Ok(parsed) => anybody(&request, occurrence, parsed).await,
        Err(problem) => Err(problem),
    };
    match (done, back) {
        // What is our own fault is ours to log.
        (Err(problem), _) if problem.cause.is_some() => Err(problem),
        (done, Some(back)) => Ok(led_back(back, done)),
        (Ok(registration), None) => page(&request, &registration),
        (Err(problem), None) => Err(problem),
    }
}

/// Where to lead back to; only to where the operator said.
fn way_back(request: &Request, fields: &[(String, String)]) -> Result<Option<Url>, Problem> {
    let given = fields.iter().find(|(name, _)| name == "return_to");
    let Some((_, text)) = given.filter(|(_, text)| !text.is_empty()) else {
        return Ok(None);
    };
    let origins = &request.app.settings.website_origins;
    let url = Url::parse(text).ok();
    let url = url.filter(|url| origins.contains(&url.origin().ascii_serialization()));
    match url {
        Some(url) => Ok(Some(url)),
        None => Err(Faults::one("/return_to", FaultCode::OtherWebsite).into()),
    }
}

/// The form as the JSON that it stands for, with the same faults.
fn parsed(request: &Request, fields: Vec<(String, String)>) -> Result<Parsed, Problem> {
    let (mut body, mut answers) = (Map::new(), Vec::<Value>::new());
    for (name, text) in fields.into_iter().filter(|(_, text)| !text.is_empty()) {
        let value = match name.as_str() {
            "return_to" => continue,
            "question" => {
                answers.push(json!({ "question": text }));
                continue;
            }
            "answer" => {
                if let Some(last) = answers.last_mut() {
                    last["answer"] = text.into();
                }
                continue;
            }
            "party_size" => text
                .parse::<u64>()
                .map_or_else(|_| text.into(), Value::from),
            _ => text.into(),
        };
        body.insert(name, value);
    }
    // What was asked and left empty is not answered.
    answers.retain(|one| one.get("answer").is_some());
    if !answers.is_empty() {
        body.insert("answers".to_owned(), answers.into());
    }
    let body = Value::Object(body);
    let schemas = &request.app.contract.schemas;
    let checked = schemas.check("RegistrationInput", &body);
    checked_and_parsed(checked, body, |input: RegistrationInput| {
        input.parse(By::Anybody)
    })
}

fn led_back(mut back: Url, done: Result<Stored, Problem>) -> Answer {
    match done {
        Ok(registration) => {
            let state = registration.state.word();
            back.query_pairs_mut().append_pair("registration", state);
        }
        Err(problem) => {
            let mut fields: Vec<&str> = problem.fields().collect();
            fields.dedup();
            let mut query = back.query_pairs_mut();
            query.append_pair("problem", problem.type_name());
            if !fields.is_empty() {
                query.append_pair("fields", &fields.join(","));
            }
        }
    }
    Answer::empty(StatusCode::SEE_OTHER).with_header(header::LOCATION, back.to_string())
}

fn page(request: &Request, registration: &Stored) -> Result<Answer, Problem> {
    let frame = Frame {
        language: request.language,
        petr: &request.app.settings.petr_name,
    };
    let has_place = registration.state.holds();
    let shown = RegisteredPage { frame, has_place };
    Ok(pages::answer(&shown, request.language)?.with_cache(Cache::Never))
}

#[derive(Template)]
#[template(path = "registered.html")]
struct RegisteredPage<'p> {
    frame: Frame<'p>,
    has_place: bool,
}
