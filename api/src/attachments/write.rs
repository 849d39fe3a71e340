//! Adding files to projects, saying something else of them, removing them.

use std::io::ErrorKind;

use actix_web::http::StatusCode;
use domain::attachments::{self, Attachment as Stored, AttachmentDraft};
use domain::kernel::Id;
use domain::projects::Project;
use persistence::attachments as stored;
use persistence::{Stop, Writing};

use super::files::{Files, Placed};
use super::upload::{Form, Purpose, receive};
use super::wire::{Attachment, AttachmentForm, AttachmentInput, path_of, refused};
use crate::demo::known;
use crate::http::answer::to_json;
use crate::http::etag::IfMatch;
use crate::http::faults::FieldError;
use crate::http::merge_patch::merged;
use crate::http::operation::{Endpoint, Limit};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::shapes::view_name;
use crate::http::upload::of_disk;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};
use crate::projects::Who;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create).limited(Limit::Attachment),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_delete, _, _>(delete),
    ]
}

/// Add a file to a project
///
/// A form with the file, what it is called and what it is there for. Its holder adds files while something of
/// the project can be changed, the staff always. A project has 50 files at most, of 200 MiB together. Of
/// pictures, what they know of the place, the time and the camera is left out.
#[utoipa::path(
    post, path = "/v1/projects/{project}/attachments", tag = "Projects", operation_id = "attachments_create",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("project" = String, Path, description = "Its id", example = json!(known::PROJECT_IN_PROGRESS)), IdempotencyKey),
    request_body(description = "The file and what is said of it", content((AttachmentForm = "multipart/form-data"))),
    responses((status = 201, description = "What is known of it", body = Attachment)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let project: Id<Project> = request.path_id("project")?;
    let form = receive(&request, Purpose::Project).await?;
    let claim = request.claim(&said(&form))?;
    let (files, id) = (
        Files::of(&request.app.settings),
        Id::from_uuid(request.app.new_id()),
    );
    let draft = placed(&files, id, form).await?;
    let (who, base) = (
        Who::of(&request),
        request.app.settings.public_url.to_string(),
    );
    let view = view_name(who.view());
    let done = request.write_once(claim, move |writing| {
        let (draft, base) = (draft.clone(), base.clone());
        Box::pin(async move {
            let project = who.project(writing, project).await?;
            let held = stored::held(writing, project.id).await?;
            let now = writing.now();
            let added = attachments::add(&project, draft, held, who.rights, now);
            let added = added.map_err(refused)?;
            stored::save(writing, &added).await?;
            let (shown, tag) = Attachment::of(added.after(), view, &base);
            Ok(created(path_of(id), &tag, &shown))
        })
    });
    let answer = done.await;
    if is_nobodys(&answer, &path_of(id)) {
        tokio::task::spawn_blocking(move || files.remove(id));
    }
    answer
}

/// Whether what was placed belongs to nothing for certain: it was refused, or sent again, and the first one is
/// there already. After a failure nobody knows: a commit that broke off may have been done all the same, and
/// what is then no file's is found by its age.
pub(crate) fn is_nobodys(answer: &Result<Answer, Problem>, path: &str) -> bool {
    match answer {
        Ok(answer) => answer.location() != Some(path),
        Err(problem) => problem.status() < 500,
    }
}

/// What makes it the same form again, besides its name: the file by its digest.
pub(crate) fn said(form: &Form) -> Vec<u8> {
    let content = &form.content;
    let alt = content.alt.as_ref().map(ToString::to_string);
    let said = serde_json::json!([
        content.title.as_str(),
        alt,
        form.kind,
        form.file_name,
        form.digest
    ]);
    to_json(&said)
}

/// Puts the file in its place, before anything is known of it.
pub(crate) async fn placed(
    files: &Files,
    id: Id<Stored>,
    form: Form,
) -> Result<AttachmentDraft, Problem> {
    let Form {
        file,
        kind,
        content,
        file_name,
        media_type,
        ..
    } = form;
    let files = files.clone();
    let placing = tokio::task::spawn_blocking(move || files.place(id, media_type, file));
    let Placed { bytes, sha256 } = match placing.await.map_err(Problem::internal)? {
        Ok(placed) => placed,
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            return Err(Problem::invalid(vec![FieldError::pointer(
                "/file",
                "malformed",
                "L’image est abîmée, ou coupée avant sa fin.",
                "The picture is damaged, or cut off before its end.",
            )]));
        }
        Err(error) => return Err(of_disk(&error)),
    };
    Ok(AttachmentDraft {
        id,
        kind,
        content,
        file_name,
        media_type,
        bytes,
        sha256,
    })
}

/// Say something else of a file
///
/// A JSON Merge Patch (RFC 7396) of its title and of what stands for a picture. What it holds never changes:
/// add another one.
#[utoipa::path(
    patch, path = "/v1/attachments/{id}", tag = "Projects", operation_id = "attachments_update",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::TABLE)), NeedsIfMatch),
    request_body(content(
        (AttachmentInput = "application/merge-patch+json", example = json!({ "title": "Les bénévoles, commune par commune" })),
        (AttachmentInput = "application/json", example = json!({ "title": "Les bénévoles, commune par commune" })),
    )),
    responses((status = 200, description = "What is known of it", body = Attachment)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    let at = At::of(&request);
    let shown = at.clone();
    let written = request.write(move |writing| {
        let (patch, at) = (patch.clone(), at.clone());
        Box::pin(async move {
            let (project, attachment) = at.load(writing, id).await?;
            let merged = merged(&AttachmentInput::of(&attachment), &patch)?;
            let input: AttachmentInput =
                serde_json::from_value(merged).map_err(Problem::internal)?;
            let content = input.parse(attachment.kind).map_err(Problem::from)?;
            let (unchanged, now) = (attachment.clone(), writing.now());
            let change = attachments::edit(&project, attachment, content, at.who.rights, now);
            let Some(change) = change.map_err(refused)? else {
                return Ok(unchanged);
            };
            stored::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    let attachment = written.await?;
    let (shown, tag) = shown.shown(&attachment);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Remove a file
///
/// With what it holds, for good.
#[utoipa::path(
    delete, path = "/v1/attachments/{id}", tag = "Projects", operation_id = "attachments_delete",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::TEXT_TO_DELETE)), NeedsIfMatch),
    responses((status = 204, description = "It is gone")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let at = At::of(&request);
    let done = request.write(move |writing| {
        let at = at.clone();
        Box::pin(async move {
            let (project, attachment) = at.load(writing, id).await?;
            let gone = attachments::remove(&project, attachment, at.who.rights, writing.now());
            stored::remove(writing, &gone.map_err(refused)?).await?;
            Ok(())
        })
    });
    done.await?;
    let files = Files::of(&request.app.settings);
    tokio::task::spawn_blocking(move || files.remove(id));
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// Who changes a file, and which version of it they have seen.
#[derive(Clone)]
struct At {
    who: Who,
    if_match: Option<IfMatch>,
    base: String,
}

impl At {
    fn of(request: &Request) -> Self {
        Self {
            who: Who::of(request),
            if_match: request.if_match(),
            base: request.app.settings.public_url.to_string(),
        }
    }

    /// The file that is to be changed with its project, which is locked before it.
    async fn load(
        &self,
        writing: &Writing,
        id: Id<Stored>,
    ) -> Result<(Project, Stored), Stop<Problem>> {
        let nothing = || Problem::new(Kind::NotFound);
        let seen = stored::load(writing, id).await?.ok_or_else(nothing)?;
        let project = self.who.project(writing, seen.project).await?;
        // Whoever held the project may have removed it, or changed it.
        let attachment = stored::load(writing, id).await?.ok_or_else(nothing)?;
        precondition(self.if_match.as_ref(), attachment.version, || {
            self.shown(&attachment).1
        })?;
        Ok((project, attachment))
    }

    fn shown(&self, attachment: &Stored) -> (Attachment, crate::http::etag::Tag) {
        Attachment::of(attachment, view_name(self.who.view()), &self.base)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_was_placed_is_removed_only_where_it_is_nobodys_for_certain() {
        let (id, first) = (
            Id::from_uuid(Uuid::from_u128(1)),
            Id::from_uuid(Uuid::from_u128(2)),
        );
        let made = |id| Ok(Answer::of("", vec![]).with_header(header::LOCATION, path_of(id)));
        let refused = |kind| Err(Problem::new(kind));
        for (answer, expected) in [
            (made(id), false),
            (made(first), true),
            (refused(Kind::NotFound), true),
            (refused(Kind::Conflict), true),
            (refused(Kind::IdempotencyKeyReused), true),
            (refused(Kind::IdempotencyInProgress), true),
            (refused(Kind::Unavailable), false),
            (refused(Kind::Internal), false),
            (refused(Kind::StorageFull), false),
        ] {
            assert_eq!(is_nobodys(&answer, &path_of(id)), expected, "{answer:?}");
        }
    }
}
