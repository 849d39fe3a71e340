//! What files hold, to be saved: nothing that a browser shows or runs here.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::ErrorKind;

use actix_web::http::header;
use domain::attachments::{Attachment, MediaType};
use domain::kernel::{Id, Vocabulary as _};
use serde_json::json;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::{RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema as _};

use super::files::Files;
use super::read::found;
use crate::demo::known;
use crate::http::answer::{Cache, OpenFile};
use crate::http::etag::Tag;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::range::{self, PartParams};
use crate::http::upload::blocking;
use crate::http::{Answer, Kind, Problem, Request};
use crate::projects;

/// Should it be shown all the same, it runs nothing and asks nobody.
pub(crate) const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_download, _, _>(download)]
}

/// Get a file
///
/// What it holds, to be saved under its name. The tag is that of its content, which never changes. `Range` asks
/// for a part, to go on with what broke off.
#[utoipa::path(
    get, path = "/v1/attachments/{id}/content", tag = "Projects", operation_id = "attachments_download",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PICTURE)), PartParams),
    responses(Content),
)]
async fn download(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let view = projects::view_of(&request);
    let attachment = found(&request, view).await?.attachment;
    let tag = Tag::kept(&format!("sha256-{}", attachment.sha256));
    let part = range::asked(&request, &tag, attachment.bytes)?;
    let file = opened(&request, attachment.id, attachment.bytes).await?;
    let media_type = attachment.media_type.word();
    let answer = match part {
        None => Answer::file(media_type, file),
        Some(part) => Answer::part(media_type, file, part),
    };
    Ok(answer
        .with_tag(tag)
        .with_header(header::ACCEPT_RANGES, "bytes")
        .with_cache(Cache::Revalidate)
        .with_header(header::CONTENT_DISPOSITION, saved_as(&attachment.file_name))
        .with_header(header::CONTENT_SECURITY_POLICY, SANDBOX))
}

/// What lies under an id.
pub(crate) async fn opened(
    request: &Request,
    id: Id<Attachment>,
    bytes: u64,
) -> Result<OpenFile, Problem> {
    let path = Files::of(&request.app.settings).path(id);
    let opened = blocking(move || match File::open(path) {
        // It was removed a moment ago, or the folder is not the one that the database goes with.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        file => file.map(Some),
    });
    let Some(file) = opened.await? else {
        tracing::warn!(file = %id, "a file is not in its place");
        return Err(Problem::new(Kind::NotFound));
    };
    Ok(OpenFile::new(file, bytes))
}

/// A file, or a part of one, in whichever type there is: for the document.
struct Content;

impl IntoResponses for Content {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let statuses = [("200", "The file"), ("206", "The part that was asked for")];
        let one = |(status, description): (&str, &str)| {
            (status.to_owned(), in_whichever_type(description))
        };
        statuses.into_iter().map(one).collect()
    }
}

/// An answer that is a file, in whichever type there is: for the document.
pub(crate) fn in_whichever_type(description: &str) -> RefOr<Response> {
    let response = ResponseBuilder::new().description(description);
    let response = MediaType::WORDS
        .iter()
        .fold(response, |response, (kind, word)| {
            let is_text = matches!(kind, MediaType::Csv | MediaType::Text);
            let example = if is_text {
                "commune;bénévoles\nLunéville;8\n"
            } else {
                "…"
            };
            let content = ContentBuilder::new()
                .schema(Some(String::schema()))
                .example(Some(json!(example)));
            response.content(*word, content.build())
        });
    response.build().into()
}

/// Under which name it is saved (RFC 6266, and RFC 8187 for what is not ASCII).
pub(crate) fn saved_as(name: &str) -> String {
    let plain = |c: char| match c {
        ' '..='~' if !matches!(c, '"' | '\\' | '%') => c,
        _ => '_',
    };
    let plain: String = name.chars().map(plain).collect();
    let mut coded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            coded.push(char::from(byte));
        } else {
            coded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_said_in_both_ways() {
        assert_eq!(
            super::saved_as("Plan d’été 1.pdf"),
            "attachment; filename=\"Plan d__t_ 1.pdf\"; \
             filename*=UTF-8''Plan%20d%E2%80%99%C3%A9t%C3%A9%201.pdf"
        );
    }
}
