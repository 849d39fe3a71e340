//! The page behind the link by which one is told no more (RFC 8058). To open it changes nothing: what looks into mails
//! opens links. Its button, or the mail program by itself, ends it with one click, by whoever has the mail.

use askama::Template;
use domain::involvements::{Involvement, silence};
use domain::kernel::{FaultCode, Faults, Id};
use persistence::{Snapshot, View};
use persistence::{involvements as stored, projects};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::{Answer, Kind, Problem, Request};
use crate::pages::{self, Frame};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_page, _, _>(page),
        Endpoint::of::<__path_unsubscribe, _, _>(unsubscribe),
    ]
}

/// What the documentation shows of a link; it leads nowhere, since each service has keys of its own.
const LINK: &str = "AZ9qGDkAcACeFjWvdVgbn0AAAAAAAAAAAAAAAAAAAAA";

/// The field of the form, and its value (RFC 8058).
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// The page by which one is told no more
///
/// For whoever has a mail that tells how a project goes: a button to get no more of them. To open the page changes
/// nothing.
#[utoipa::path(
    get, path = "/unsubscribe/{token}", tag = "Involvements", operation_id = "involvements_page", security(()),
    params(("token" = String, Path, description = "What stands in the link of the mail", example = json!(LINK))),
    responses((status = 200, description = "The page", body = String, content_type = "text/html",
        example = json!("<!DOCTYPE html>"))),
)]
async fn page(request: Request) -> Result<Answer, Problem> {
    let id = of_link(&request)?;
    let snapshot = request.app.store.read_current().await?;
    shown(&request, &snapshot, id).await
}

/// What ends the mails: what mail programs send by themselves.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "List-Unsubscribe": "One-Click" }))]
#[expect(dead_code, reason = "documentation: the form is read by name")]
pub(crate) struct UnsubscribeForm {
    /// `One-Click`, and nothing else.
    #[serde(rename = "List-Unsubscribe")]
    list_unsubscribe: String,
}

/// Be told no more
///
/// By the page's button, or by the mail program (RFC 8058: `List-Unsubscribe-Post`). Who follows the project follows
/// it no more; who supports it or helps with it does so still, and gets no mails of it. It can be done again.
#[utoipa::path(
    post, path = "/unsubscribe/{token}", tag = "Involvements", operation_id = "involvements_unsubscribe", security(()),
    params(("token" = String, Path, description = "What stands in the link of the mail", example = json!(LINK))),
    request_body(content(
        (UnsubscribeForm = "application/x-www-form-urlencoded"),
        (UnsubscribeForm = "multipart/form-data"),
    )),
    responses((status = 200, description = "They are told no more", body = String, content_type = "text/html",
        example = json!("<!DOCTYPE html>"))),
)]
async fn unsubscribe(request: Request) -> Result<Answer, Problem> {
    let id = of_link(&request)?;
    is_one_click(&request).await?;
    let done = request.write(move |writing| {
        Box::pin(async move {
            // Who was erased since is told nothing anyhow.
            let Some((one, citizen)) = stored::load(writing, id).await? else {
                return Ok(());
            };
            for told in stored::told_in(writing, one.person, one.project).await? {
                if let Some(change) = silence(told, writing.now()) {
                    stored::save(writing, &change, &citizen).await?;
                }
            }
            Ok(())
        })
    });
    done.await?;
    let snapshot = request.app.store.read_current().await?;
    shown(&request, &snapshot, id).await
}

/// Whether the form says what it must. Some mail programs send it in parts.
async fn is_one_click(request: &Request) -> Result<(), Problem> {
    let media_type = request.media_type()?;
    let bytes = request.bytes().await?;
    let (name, value) = ONE_CLICK;
    let is_said = match media_type.as_str() {
        "multipart/form-data" => {
            let text = String::from_utf8_lossy(&bytes);
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            let is_named = |line: &&str| line.contains(&format!("name=\"{name}\""));
            lines.iter().any(is_named) && lines.contains(&value)
        }
        _ => url::form_urlencoded::parse(&bytes).any(|pair| pair == (name.into(), value.into())),
    };
    match is_said {
        true => Ok(()),
        false => {
            let known = vec![value];
            let at = format!("/{name}");
            Err(Faults::one(at, FaultCode::UnknownWord { known }).into())
        }
    }
}

fn of_link(request: &Request) -> Result<Id<Involvement>, Problem> {
    let id = request.app.links.subject(&request.path("token"));
    id.ok_or_else(|| Problem::new(Kind::NotFound))
}

async fn shown(
    request: &Request,
    snapshot: &Snapshot,
    id: Id<Involvement>,
) -> Result<Answer, Problem> {
    let (mut title, mut is_told) = (None, false);
    if let Some(one) = stored::find(snapshot, id).await? {
        let (person, project) = (one.involvement.person, one.involvement.project);
        let found = projects::find(snapshot, View::Public, &project.to_string()).await?;
        title = found.map(|found| found.project.content.title.to_string());
        is_told = stored::told_of(snapshot, person, project).await?.is_some();
    }
    let frame = Frame {
        language: request.language,
        petr: &request.app.settings.petr_name,
    };
    let shown = UnsubscribePage {
        frame,
        title,
        is_told,
        path: format!("/unsubscribe/{}", request.path("token")),
    };
    Ok(pages::answer(&shown, request.language)?.with_cache(Cache::Never))
}

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct UnsubscribePage<'p> {
    frame: Frame<'p>,
    title: Option<String>,
    is_told: bool,
    path: String,
}
