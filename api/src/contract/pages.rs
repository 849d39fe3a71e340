//! The contract for people: its documents, Swagger UI, and the explanation of each problem.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use actix_web::http::header;
use serde_json::Value;
use utoipa_swagger_ui::{Config, oauth};

use crate::http::answer::Cache;
use crate::http::language::Language;
use crate::http::operation::Endpoint;
use crate::http::problem::TABLE;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_home, _, _>(home),
        Endpoint::of::<__path_english, _, _>(english),
        Endpoint::of::<__path_french, _, _>(french),
        Endpoint::of::<__path_swagger, _, _>(swagger),
        Endpoint::of::<__path_swagger_file, _, _>(swagger_file),
        Endpoint::of::<__path_problem, _, _>(problem),
    ]
}

/// To the documentation
///
/// Whoever opens the bare address is led to Swagger UI.
#[utoipa::path(
    get, path = "/", tag = "Service", operation_id = "service_home", security(()),
    responses((status = 302, description = "The documentation is at /docs")),
)]
async fn home(_: Request) -> Result<Answer, Problem> {
    Ok(Answer::empty(actix_web::http::StatusCode::FOUND).with_header(header::LOCATION, "/docs"))
}

/// The contract in English
///
/// This document: everything that the service answers, for people and for programs that make clients.
#[utoipa::path(
    get, path = "/openapi.json", tag = "Service", operation_id = "contract_get", security(()),
    responses((status = 200, description = "The OpenAPI 3.1 document", body = Value, example = json!({
        "openapi": "3.1.0"
    }))),
)]
async fn english(request: Request) -> Result<Answer, Problem> {
    static MADE: OnceLock<Answer> = OnceLock::new();
    Ok(document(&MADE, &request.app.contract.english))
}

/// The contract in French
///
/// The same document with its texts in French, by the overlay that is kept beside it.
#[utoipa::path(
    get, path = "/openapi.fr.json", tag = "Service", operation_id = "contract_get_french",
    security(()),
    responses((status = 200, description = "The OpenAPI 3.1 document", body = Value, example = json!({
        "openapi": "3.1.0"
    }))),
)]
async fn french(request: Request) -> Result<Answer, Problem> {
    static MADE: OnceLock<Answer> = OnceLock::new();
    Ok(document(&MADE, &request.app.contract.french))
}

/// Written and tagged once a process: all who ask share the bytes, also those who never read them.
fn document(made: &OnceLock<Answer>, value: &Value) -> Answer {
    let answer = made.get_or_init(|| {
        Answer::json(value)
            .tagged_by_content("public")
            .with_cache(Cache::Revalidate)
    });
    answer.clone()
}

/// Swagger UI
///
/// The contract as a page in which every operation can be tried: sign in with *Authorize*.
#[utoipa::path(
    get, path = "/docs", tag = "Service", operation_id = "docs_get", security(()),
    responses((status = 200, description = "The page", body = String, content_type = "text/html",
        example = json!("<!DOCTYPE html>"))),
)]
async fn swagger(_: Request) -> Result<Answer, Problem> {
    serve("index.html")
}

/// A file of Swagger UI
///
/// Its scripts, styles and pictures, all served from here.
#[utoipa::path(
    get, path = "/docs/{file}", tag = "Service", operation_id = "docs_get_file", security(()),
    params(("file" = String, Path, description = "Its name", example = "swagger-ui.css")),
    responses((status = 200, description = "The file", body = String, content_type = "text/css",
        example = json!(".swagger-ui {}"))),
)]
async fn swagger_file(request: Request) -> Result<Answer, Problem> {
    serve(&request.path("file"))
}

/// Scripts and styles are our own files; Swagger UI sets styles on its elements and shows icons that
/// its style sheet holds.
const SWAGGER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' \
    'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

fn serve(name: &str) -> Result<Answer, Problem> {
    let file = utoipa_swagger_ui::serve(name, config()).map_err(Problem::internal)?;
    let file = file.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let media_type = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    let bytes = match name {
        // The page stands at /docs, its files below it.
        "index.html" => page(&file.bytes),
        "swagger-initializer.js" => start(&file.bytes),
        _ => file.bytes,
    };
    Ok(Answer::of(media_type, bytes.into_owned())
        .tagged_by_content("public")
        .with_cache(Cache::Seconds(300))
        .with_header(header::CONTENT_SECURITY_POLICY, SWAGGER_POLICY))
}

fn page(bytes: &[u8]) -> Cow<'static, [u8]> {
    let text = String::from_utf8_lossy(bytes)
        .replace("href=\"./", "href=\"/docs/")
        .replace("href=\"index.css\"", "href=\"/docs/index.css\"")
        .replace("src=\"./", "src=\"/docs/")
        .replace("<html lang=\"en\">", "<html lang=\"fr\">")
        .replace(
            "<title>Swagger UI</title>",
            "<title>Concertation – documentation de l’API</title>",
        );
    Cow::Owned(text.into_bytes())
}

/// Who comes back is still signed in, by the tokens that the browser keeps; the page would keep the
/// password beside them, in clear.
const FORGETFUL: &str = "SwaggerUIBundle.plugins.DownloadUrl, () => ({ statePlugins: { auth: { \
    wrapActions: { authorizeOauth2WithPersistOption: (next) => (given) => \
    next({ ...given, auth: { ...given.auth, password: \"\" } }) } } } })";

fn start(bytes: &[u8]) -> Cow<'static, [u8]> {
    let text =
        String::from_utf8_lossy(bytes).replace("SwaggerUIBundle.plugins.DownloadUrl", FORGETFUL);
    Cow::Owned(text.into_bytes())
}

fn config() -> Arc<Config<'static>> {
    static CONFIG: OnceLock<Arc<Config<'static>>> = OnceLock::new();
    let made = || {
        let urls = [
            utoipa_swagger_ui::Url::with_primary("Français", "/openapi.fr.json", true),
            utoipa_swagger_ui::Url::new("English", "/openapi.json"),
        ];
        let sign_in = oauth::Config::new()
            .client_id("swagger")
            .app_name("Concertation");
        Arc::new(
            Config::with_oauth_config(urls, sign_in)
                .persist_authorization(true)
                .display_request_duration(true)
                .try_it_out_enabled(true)
                .default_models_expand_depth(0)
                .doc_expansion("none")
                .filter(true)
                .validator_url("none")
                .deep_linking(true),
        )
    };
    CONFIG.get_or_init(made).clone()
}

/// What a problem means
///
/// The page behind a problem document's `type`: what it means and what to do next.
#[utoipa::path(
    get, path = "/problems/{name}", tag = "Service", operation_id = "problems_get", security(()),
    params(("name" = String, Path, description = "The last part of the problem's `type`", example = "precondition-failed")),
    responses((status = 200, description = "The explanation", body = String,
        content_type = "text/html", example = json!("<!DOCTYPE html>"))),
)]
async fn problem(request: Request) -> Result<Answer, Problem> {
    let name = request.path("name");
    let entry = TABLE.iter().find(|entry| entry.name == name);
    let entry = entry.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let language = request.language;
    let french = |text| Language::French.text(text, "");
    let texts = [
        (french(entry.title.0), french(entry.explanation.0)),
        (entry.title.1.to_owned(), entry.explanation.1.to_owned()),
    ];
    let [french, english] = &texts;
    let (first, second) = language.pick((french, english), (english, french));
    let other = language.pick("en", "fr");
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{own}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{} – {}</title></head><body><main><h1>{} <small>({})</small></h1><p>{}</p>\
         <section lang=\"{other}\"><h2>{}</h2><p>{}</p></section></main></body></html>\n",
        first.0,
        entry.name,
        first.0,
        entry.status,
        first.1,
        second.0,
        second.1,
        own = language.tag(),
    );
    Ok(Answer::of("text/html; charset=utf-8", html.into_bytes())
        .tagged_by_content(language.tag())
        .with_cache(Cache::Seconds(300)))
}
