//! The page on which a citizen asks for the link that lets them in.

use askama::Template;
use utoipa::ToSchema;

use super::sign_in::{SignInInput, ask};
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::{Answer, Problem, Request};
use crate::pages::{self, Frame};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_page, _, _>(page),
        Endpoint::of::<__path_send, _, _>(send),
    ]
}

/// The page to ask for a link on
///
/// For citizens: one field, for the address that the link goes to.
#[utoipa::path(
    get, path = "/sign-in", tag = "Me", operation_id = "me_door", security(()),
    responses((status = 200, description = "The page", body = String, content_type = "text/html",
        example = json!("<!DOCTYPE html>"))),
)]
async fn page(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    shown(&request, false)
}

/// Where the link goes.
#[derive(ToSchema)]
#[schema(example = json!({ "email": "camille.renard@courriel.example" }))]
#[expect(dead_code, reason = "documentation: the form is read by name")]
pub(crate) struct DoorForm {
    /// One's address.
    email: String,
}

/// Ask for a link by the page's button
///
/// As `POST /v1/citizens/sign-in` does: the page says the same whether we know the address or not.
#[utoipa::path(
    post, path = "/sign-in", tag = "Me", operation_id = "me_door_send", security(()),
    request_body(content = DoorForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The page says that a mail is on its way", body = String,
        content_type = "text/html", example = json!("<!DOCTYPE html>"))),
)]
async fn send(request: Request) -> Result<Answer, Problem> {
    request.media_type()?;
    let bytes = request.bytes().await?;
    let email = url::form_urlencoded::parse(&bytes).find(|(name, _)| name == "email");
    let email = email.map(|(_, value)| value.trim().to_owned());
    let claimed = SignInInput::of_address(email.unwrap_or_default()).parse()?;
    ask(&request, claimed).await?;
    shown(&request, true)
}

fn shown(request: &Request, is_sent: bool) -> Result<Answer, Problem> {
    let frame = Frame {
        language: request.language,
        petr: &request.app.settings.petr_name,
    };
    let page = pages::answer(&DoorPage { frame, is_sent }, request.language)?;
    Ok(page.with_cache(Cache::Never))
}

#[derive(Template)]
#[template(path = "door.html")]
struct DoorPage<'p> {
    frame: Frame<'p>,
    is_sent: bool,
}
