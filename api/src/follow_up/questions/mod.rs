//! Questions: asked, read, answered, withdrawn.

mod wire;

use actix_web::http::StatusCode;
use domain::follow_up::questions::{self, Question as Stored};
use domain::kernel::Id;
use domain::projects::Project;
use persistence::follow_up::questions::{self as stored, QuestionFilter};
use persistence::{Stop, Writing};
use utoipa::IntoParams;

use self::wire::{AnswerInput, Question, QuestionInput, QuestionList, QuestionRow};
use super::refusal::refused;
use super::who::{seen, view_into};
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::etag::IfMatch;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::page::{PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::shapes::view_name;
use crate::http::writing::{IdempotencyKey, MayIfMatch, NeedsIfMatch, created, kept};
use crate::http::{Answer, Kind, Problem, Request};
use crate::projects::Who;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_delete, _, _>(delete),
        Endpoint::of::<__path_answer, _, _>(answer),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// `false` for those that wait for an answer of the side that was asked, `true` for the others.
    #[param(example = false)]
    answered: Option<bool>,
    /// Who asks, separated by commas: what the PETR asks its holder is to answer, and the other way round.
    #[param(example = "holder")]
    asked_by: Option<String>,
    /// Changed then or later (an instant or a day): pass `page.synced_until` of the last poll. The
    /// order is then that of the changes, and what left the view comes as `{id, deleted, updated_at}`.
    #[param(example = "2026-11-24T09:00:00Z")]
    updated_since: Option<String>,
}

/// List the questions about a project
///
/// With their answers, the oldest first. Whoever sees the project sees the public ones; its holder and the
/// staff, the internal ones too.
#[utoipa::path(
    get, path = "/v1/projects/{project}/questions", tag = "Follow-up", operation_id = "questions_list",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("project" = String, Path, description = "The project's id or its slug", example = json!(known::PROJECT_IN_PROGRESS)), ListParams, PageParams),
    responses((status = 200, description = "A page of questions", body = QuestionList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let filter = QuestionFilter {
        is_answered: query.maybe_flag("answered"),
        by: query.words("asked_by"),
        updated_since: query.instant("updated_since"),
    };
    let paging = query.paging(50, 200);
    query.done()?;
    let since = filter.updated_since;
    let (snapshot, synced_until) = request.look_since(since).await?;
    let (project, view) = seen(&request, &snapshot).await?;
    let part = paging.part();
    let listed = stored::list(&snapshot, &project, view, &filter, part).await?;
    let place = |one: &Stored| match since {
        Some(_) => (one.updated_at, one.id.uuid()),
        None => (one.created_at, one.id.uuid()),
    };
    let there = |one: &_| QuestionRow::There(Box::new(Question::of(one, view).0));
    let rows = Rows::listed(listed, &paging, synced_until, place).shown(there, QuestionRow::Gone);
    Ok(rows.answer(&request, &paging, view_name(view)))
}

/// Ask something about a project
///
/// The staff asks its holder, a partner asks the PETR about a project of its own. It can be asked from the
/// moment the project is submitted, and stands in its timeline.
#[utoipa::path(
    post, path = "/v1/projects/{project}/questions", tag = "Follow-up", operation_id = "questions_create",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("project" = String, Path, description = "The project's id", example = json!(known::PROJECT_IN_PROGRESS)), IdempotencyKey),
    request_body(content = QuestionInput),
    responses((status = 201, description = "The question", body = Question)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let project: Id<Project> = request.path_id("project")?;
    let (content, bytes) = request.parsed_body(QuestionInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let who = Who::of(&request);
    let done = request.write_once(claim, move |writing| {
        let content = content.clone();
        Box::pin(async move {
            let project = who.project(writing, project).await?;
            let held = stored::count_of(writing, project.id).await?;
            let (now, ids) = (writing.now(), writing.ids());
            let asked = questions::ask(&project, content, held, who.side(), ids, now);
            let asked = asked.map_err(refused)?;
            stored::save(writing, &asked).await?;
            let question = asked.after();
            let (shown, tag) = Question::of(question, who.view());
            Ok(created(
                format!("/v1/questions/{}", question.id),
                &tag,
                &shown,
            ))
        })
    });
    done.await
}

/// Read a question
#[utoipa::path(
    get, path = "/v1/questions/{id}", tag = "Follow-up", operation_id = "questions_get",
    description = "With its answers, in their order.",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::ANSWERED_QUESTION))),
    responses((status = 200, description = "The question", body = Question)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let found = stored::find(&snapshot, id).await?;
    let (question, project) = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let view = view_into(&request, &project)?;
    if !question.is_seen_by(view) {
        return Err(Problem::new(Kind::NotFound));
    }
    let (shown, tag) = Question::of(&question, view);
    Ok(Answer::json(&shown)
        .with_tag(tag)
        .with_cache(Cache::Revalidate))
}

/// Change a question
///
/// A JSON Merge Patch (RFC 7396), as long as nobody answered. A partner changes what it asked itself.
#[utoipa::path(
    patch, path = "/v1/questions/{id}", tag = "Follow-up", operation_id = "questions_update",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::QUESTION)), NeedsIfMatch),
    request_body(content(
        (QuestionInput = "application/merge-patch+json", example = json!({ "visibility": "public" })),
        (QuestionInput = "application/json", example = json!({ "visibility": "public" })),
    )),
    responses((status = 200, description = "The question", body = Question)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    let (if_match, contract) = (request.if_match(), request.app.contract);
    let who = Who::of(&request);
    let done = request.write(move |writing| {
        let (patch, if_match) = (patch.clone(), if_match.clone());
        Box::pin(async move {
            let question = load(writing, id, who).await?;
            as_seen(&question, who, if_match.as_ref())?;
            let input = patched(
                &contract.schemas,
                "QuestionInput",
                &QuestionInput::of(&question),
                &patch,
            )?;
            let content = input.parse().map_err(Problem::from)?;
            let edited = questions::edit(question.clone(), content, who.side(), writing.now());
            let question = match edited.map_err(refused)? {
                None => question,
                Some(change) => {
                    stored::save(writing, &change).await?;
                    change.into_after()
                }
            };
            let (shown, tag) = Question::of(&question, who.view());
            Ok(Answer::json(&shown).with_tag(tag))
        })
    });
    done.await
}

/// Withdraw a question
///
/// As long as nobody answered. It leaves the project's timeline too. A partner withdraws what it asked itself.
#[utoipa::path(
    delete, path = "/v1/questions/{id}", tag = "Follow-up", operation_id = "questions_delete",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::QUESTION)), NeedsIfMatch),
    responses((status = 204, description = "It is withdrawn")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (who, if_match) = (Who::of(&request), request.if_match());
    let done = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            let question = load(writing, id, who).await?;
            as_seen(&question, who, if_match.as_ref())?;
            let gone = questions::withdraw(question, who.side(), writing.now());
            stored::save(writing, &gone.map_err(refused)?).await?;
            Ok(())
        })
    });
    done.await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// Answer a question
///
/// What the staff answers is the PETR's word (`official`); what a partner answers about its project is its
/// own. There may be several answers, each after the other.
#[utoipa::path(
    post, path = "/v1/questions/{id}/answer", tag = "Follow-up", operation_id = "questions_answer",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::QUESTION)), IdempotencyKey, MayIfMatch),
    request_body(content = AnswerInput),
    responses((status = 200, description = "The question with its answers", body = Question)),
)]
async fn answer(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (text, bytes) = request.parsed_body(AnswerInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let (who, if_match) = (Who::of(&request), request.if_match());
    let done = request.write_once(claim, move |writing| {
        let (text, if_match) = (text.clone(), if_match.clone());
        Box::pin(async move {
            let question = load(writing, id, who).await?;
            if if_match.is_some() {
                as_seen(&question, who, if_match.as_ref())?;
            }
            let now = writing.now();
            let answered = questions::answer(question, text, who.side(), writing.ids(), now);
            let answered = answered.map_err(refused)?;
            stored::save(writing, &answered).await?;
            let (shown, tag) = Question::of(answered.after(), who.view());
            Ok(kept(&tag, &shown))
        })
    });
    done.await
}

/// The question that is to be changed, if it is there and its project theirs.
async fn load(writing: &Writing, id: Id<Stored>, who: Who) -> Result<Stored, Stop<Problem>> {
    let (question, _) = who.own(stored::load(writing, id).await?)?;
    Ok(question)
}

/// Refuses a write to another version than the one that was seen.
fn as_seen(question: &Stored, who: Who, if_match: Option<&IfMatch>) -> Result<(), Problem> {
    precondition(if_match, question.version, || {
        Question::of(question, who.view()).1
    })
}
