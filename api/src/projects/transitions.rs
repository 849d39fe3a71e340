//! What is done with a project by name.

use domain::kernel::Id;
use domain::projects::{self, Project as Stored, ProjectTransition};
use persistence::projects as stored;

use super::links::held;
use super::refusal::refused;
use super::who::Who;
use super::wire::{Frame, Project};
use super::write::{load, shown};
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::shapes::TransitionInput;
use crate::http::writing::NeedsIfMatch;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_submit, _, _>(submit),
        Endpoint::of::<__path_request_information, _, _>(request_information),
        Endpoint::of::<__path_accept, _, _>(accept),
        Endpoint::of::<__path_decline, _, _>(decline),
        Endpoint::of::<__path_start, _, _>(start),
        Endpoint::of::<__path_hold, _, _>(hold),
        Endpoint::of::<__path_resume, _, _>(resume),
        Endpoint::of::<__path_complete, _, _>(complete),
        Endpoint::of::<__path_abandon, _, _>(abandon),
    ]
}

/// Submit a project
///
/// A draft, or one of which the PETR asked for more, waits for the PETR's answer from now on, and is not
/// changed meanwhile. It needs a summary, a description, a theme, a commune, and a contact of its own or its
/// holder's.
#[utoipa::path(
    post, path = "/v1/projects/{id}/submit", tag = "Projects", operation_id = "projects_submit",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROJECT_DRAFT)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({})),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn submit(request: Request) -> Result<Answer, Problem> {
    turn(request, ProjectTransition::Submit).await
}

/// Ask for more about a project
///
/// It goes back to its holder, who may change all of it and submit it again. A reason is needed: it says
/// what is missing. Only its holder and the staff read it.
#[utoipa::path(
    post, path = "/v1/projects/{id}/request-information", tag = "Projects",
    operation_id = "projects_request_information",
    security(("oauth2" = ["projects:decide"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROJECT_SUBMITTED)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "Quel local, et à quel loyer ?" })),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn request_information(request: Request) -> Result<Answer, Problem> {
    turn(request, ProjectTransition::RequestInformation).await
}

/// Accept a project
///
/// The PETR supports it: everybody sees it from now on. A note is welcome.
#[utoipa::path(
    post, path = "/v1/projects/{id}/accept", tag = "Projects", operation_id = "projects_accept",
    security(("oauth2" = ["projects:decide"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROJECT_TO_ACCEPT)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "note": "Un projet attendu, que le PETR accompagne." })),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn accept(request: Request) -> Result<Answer, Problem> {
    turn(request, ProjectTransition::Accept).await
}

/// Decline a project
///
/// The PETR doesn't support it, and answers in public: a reason is needed.
#[utoipa::path(
    post, path = "/v1/projects/{id}/decline", tag = "Projects", operation_id = "projects_decline",
    security(("oauth2" = ["projects:decide"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROJECT_TO_DECLINE)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "Le projet se situe hors du territoire." })),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn decline(request: Request) -> Result<Answer, Problem> {
    turn(request, ProjectTransition::Decline).await
}

/// Start a project
///
/// One that was accepted is under way.
#[utoipa::path(
    post, path = "/v1/projects/{id}/start", tag = "Projects", operation_id = "projects_start",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROJECT_ACCEPTED)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({})),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn start(request: Request) -> Result<Answer, Problem> {
    turn(request, ProjectTransition::Start).await
}

/// Put a project on hold
///
/// It stands still for now. A reason is needed, which everybody reads.
#[utoipa::path(
    post, path = "/v1/projects/{id}/hold", tag = "Projects", operation_id = "projects_hold",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROJECT_IN_PROGRESS)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "Le local est en travaux." })),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn hold(request: Request) -> Result<Answer, Problem> {
    turn(request, ProjectTransition::Hold).await
}

/// Resume a project
///
/// What stood still goes on.
#[utoipa::path(
    post, path = "/v1/projects/{id}/resume", tag = "Projects", operation_id = "projects_resume",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROJECT_ON_HOLD)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({})),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn resume(request: Request) -> Result<Answer, Problem> {
    turn(request, ProjectTransition::Resume).await
}

/// Complete a project
///
/// It is done.
#[utoipa::path(
    post, path = "/v1/projects/{id}/complete", tag = "Projects", operation_id = "projects_complete",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROJECT_TO_COMPLETE)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "note": "Douze villages desservis." })),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn complete(request: Request) -> Result<Answer, Problem> {
    turn(request, ProjectTransition::Complete).await
}

/// Abandon a project
///
/// It is given up, from wherever it was once submitted. A reason is needed; everybody reads it where the
/// project had been accepted.
#[utoipa::path(
    post, path = "/v1/projects/{id}/abandon", tag = "Projects", operation_id = "projects_abandon",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::PROJECT_TO_ABANDON)), NeedsIfMatch),
    request_body(content = Option<TransitionInput>, example = json!({ "reason": "L’équipe s’est dispersée." })),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn abandon(request: Request) -> Result<Answer, Problem> {
    turn(request, ProjectTransition::Abandon).await
}

async fn turn(request: Request, transition: ProjectTransition) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (input, _) = request.body_or_default::<TransitionInput>().await?;
    let reason = input.parse()?;
    let (who, if_match) = (Who::of(&request), request.if_match());
    let frame = Frame::of_writer(&request);
    let done = request.write(move |writing| {
        let (reason, if_match, frame) = (reason.clone(), if_match.clone(), frame.clone());
        Box::pin(async move {
            let project = load(writing, id, who, if_match.as_ref(), &frame).await?;
            let (rights, now) = (who.rights, writing.now());
            let change = match transition {
                ProjectTransition::Submit => {
                    let holder = held(writing, project.organisation).await?;
                    let contact = holder.content.contact.as_ref();
                    projects::submit(project, contact, reason, rights, now)
                }
                other => projects::turn(project, other, reason, rights, now),
            };
            let change = change.map_err(refused)?;
            stored::save(writing, &change).await?;
            shown(writing, change.after(), &frame).await
        })
    });
    done.await
}
