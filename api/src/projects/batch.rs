//! Many projects at once: each with its own result, all in one transaction.

mod decide;
mod items;

use std::sync::Arc;

use actix_web::http::StatusCode;
use domain::kernel::Vocabulary;
use persistence::Answer as Kept;
use persistence::projects as stored;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use self::decide::{Decided, decide};
use self::items::{read, refused};
use super::input::ProjectInput;
use super::who::Who;
use super::wire::Frame;
use super::write::{DryRun, dry_run};
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::operation::{Endpoint, Limit};
use crate::http::shapes::view_name;
use crate::http::vocabulary::word;
use crate::http::writing::IdempotencyKey;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_batch, _, _>(batch).limited(Limit::Batch)]
}

/// What is done with a project whose reference is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnConflict {
    /// It is refused.
    #[default]
    Fail,
    /// The one that is there stays as it is.
    Skip,
    /// The one that is there is changed.
    Update,
}

impl Vocabulary for OnConflict {
    const NAME: &'static str = "OnConflict";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Fail, "fail"),
        (Self::Skip, "skip"),
        (Self::Update, "update"),
    ];
}

/// Projects, many at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "items": [
        { "title": "Un lavoir remis en eau", "reference": "LOT-1", "theme": "water" },
        { "title": "Une ruche à l’école", "reference": "LOT-2", "theme": "biodiversity" }
    ],
    "atomic": false,
    "on_conflict": "update"
}))]
pub(crate) struct ProjectBatchInput {
    /// What would be sent to create each.
    #[schema(value_type = Vec<ProjectInput>, min_items = 1, max_items = 500)]
    items: Vec<Value>,
    /// Whether one that is refused keeps all from being stored; not when absent.
    atomic: Option<bool>,
    /// What is done with an item whose reference is there already; `fail` when absent. `update` changes the
    /// one that is there as `PUT` by its reference does.
    #[schema(schema_with = word::<OnConflict>)]
    on_conflict: Option<OnConflict>,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "items": [
    { "index": 0, "status": 201, "id": "0198c0a0-0000-7000-8000-000000000080", "etag": "\"v1-own-0\"" }
] }))]
pub(crate) struct ProjectBatch {
    /// One for each item, in their order.
    items: Vec<ProjectBatchItem>,
}

/// What became of an item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectBatchItem {
    /// Which one, from 0.
    index: usize,
    /// What it would have been answered alone: 201, made; 200, changed, or there already and left as it is.
    /// Where another item of an atomic batch is refused, 424.
    status: u16,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// Why it is refused; pointers lead into the batch, below `/items/{index}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = problem)]
    problem: Option<Value>,
}

/// The shape of all problems, which stands in the contract by itself.
fn problem() -> utoipa::openapi::Ref {
    utoipa::openapi::Ref::from_schema_name("Problem")
}

/// Create or update many projects
///
/// Up to 500, in one transaction; each item has its own result. An item that is refused stops no other, unless
/// `atomic` says so: then nothing is stored, and the others say so with 424. A reference that is there already
/// is refused, skipped or updated, as `on_conflict` says; the same reference twice is a fault of the second.
#[utoipa::path(
    post, path = "/v1/projects/batch", tag = "Projects", operation_id = "projects_batch",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(DryRun, IdempotencyKey),
    request_body(content = ProjectBatchInput),
    responses((status = 200, description = "What became of each item", body = ProjectBatch)),
)]
async fn batch(request: Request) -> Result<Answer, Problem> {
    let who = Who::of(&request);
    let (input, bytes) = request.body::<ProjectBatchInput>().await?;
    let dry = dry_run(&request)?;
    let claim = request.claim(&bytes)?;
    let is_atomic = input.atomic.unwrap_or(false);
    let on_conflict = input.on_conflict.unwrap_or_default();
    let items: Arc<[_]> = read(input.items, who, &request.app.contract.schemas).into();
    let frame = Frame::of_writer(&request);
    let (language, id) = (request.language, request.id);
    let done = request.write_once_or_try(dry, claim, move |writing| {
        let (items, frame) = (items.clone(), frame.clone());
        Box::pin(async move {
            let mut decided = decide(writing, who, &items, on_conflict, &frame).await?;
            if is_atomic && decided.iter().any(Decided::is_refused) {
                decided.iter_mut().for_each(Decided::undo);
            }
            let mut made = Vec::new();
            let mut results = Vec::with_capacity(decided.len());
            for (index, one) in decided.into_iter().enumerate() {
                let (status, id, problem) = match one {
                    Decided::Made(change) => {
                        let id = change.after().id;
                        made.push(*change);
                        (StatusCode::CREATED.as_u16(), Some(id), None)
                    }
                    Decided::Changed(change) => {
                        stored::save(writing, &change).await?;
                        (StatusCode::OK.as_u16(), Some(change.after().id), None)
                    }
                    Decided::Left(id) => (StatusCode::OK.as_u16(), Some(id), None),
                    Decided::Refused(problem) => {
                        let problem = refused(*problem, index);
                        let document = problem.document(language, id);
                        (problem.status(), None, Some(document))
                    }
                };
                results.push(ProjectBatchItem {
                    index,
                    status,
                    id: id.map(|id| id.uuid()),
                    problem,
                });
            }
            stored::save_new(writing, &made).await?;
            let body = to_json(&ProjectBatch { items: results });
            Ok(Kept {
                status: StatusCode::OK.as_u16(),
                location: None,
                etag: Some(Tag::of_content(view_name(frame.view), &body).quoted(None)),
                body,
                person: None,
            })
        })
    });
    done.await
}

/// The problem of what isn't stored because of another.
fn not_stored() -> Problem {
    Problem::new(Kind::NotStored)
}
