//! How long data are kept, what would be forgotten now or at another moment, and what was.

use chrono::{DateTime, Utc};
use domain::rights::Retention;
use persistence::rights::{self as stored, RetentionRun as Stored};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::operation::Endpoint;
use crate::http::page::{Page, PageParams, Rows};
use crate::http::query::Query;
use crate::http::vocabulary::word;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_preview, _, _>(preview),
        Endpoint::of::<__path_runs, _, _>(runs),
    ]
}

/// What the clock would forget at a moment, if nothing happens before.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "as_of": "2026-12-01T00:00:00Z",
    "data": [{
        "purpose": "mails", "rule": "A mail is removed, with its file, counted from when it was written.",
        "period": "P90D", "due": 12
    }]
}))]
pub(crate) struct RetentionPreview {
    as_of: DateTime<Utc>,
    data: Vec<RetentionRule>,
}

/// A rule, and how many it applies to.
#[derive(Serialize, ToSchema)]
pub(crate) struct RetentionRule {
    #[schema(schema_with = word::<Retention>)]
    purpose: Retention,
    /// From when on the time is counted and what happens then, in the language of the answer.
    rule: String,
    /// How long it is kept, as a duration of ISO 8601.
    period: String,
    /// How many have had their time at that moment.
    due: u64,
}

/// What came of a run.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000d1", "ended_at": "2026-11-28T08:00:00Z",
    "forgotten": [{ "purpose": "mails", "count": 12 }]
}))]
pub(crate) struct RetentionRun {
    id: Uuid,
    ended_at: DateTime<Utc>,
    forgotten: Vec<RetentionCount>,
}

/// How many were forgotten of one purpose.
#[derive(Serialize, ToSchema)]
pub(crate) struct RetentionCount {
    #[schema(schema_with = word::<Retention>)]
    purpose: Retention,
    count: u64,
}

/// A page of runs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct RetentionRunList {
    data: Vec<RetentionRun>,
    page: Page,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct PreviewParams {
    /// At which moment (an instant or a day); now when absent.
    #[param(example = "2026-12-01")]
    as_of: Option<String>,
}

/// See what would be forgotten
///
/// A dry run: each rule with how many have had their time now, or at the moment that is asked for, if nothing
/// happens before. The clock applies them every hour.
#[utoipa::path(
    get, path = "/v1/retention", tag = "Citizens", operation_id = "retention_preview",
    security(("oauth2" = ["citizens:read"])), params(PreviewParams),
    responses((status = 200, description = "The rules, and how many each applies to", body = RetentionPreview)),
)]
async fn preview(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let as_of = query.instant("as_of");
    query.done()?;
    let snapshot = request.look().await?;
    let as_of = match as_of {
        Some(as_of) => as_of,
        None => snapshot.now().await?,
    };
    let due = stored::count_due(&snapshot, as_of).await?;
    let data = due.into_iter().map(|(purpose, due)| {
        let rule = purpose.rule();
        RetentionRule {
            purpose,
            rule: request.language.text(rule.french, rule.english),
            period: purpose.period().iso(),
            due,
        }
    });
    let shown = RetentionPreview {
        as_of,
        data: data.collect(),
    };
    Ok(Answer::json(&shown).tagged_by_content("staff"))
}

/// List what was forgotten
///
/// Each run with how many it was of each purpose, the last first; nothing says whom.
#[utoipa::path(
    get, path = "/v1/retention/runs", tag = "Citizens", operation_id = "retention_runs_list",
    security(("oauth2" = ["citizens:read"])), params(PageParams),
    responses((status = 200, description = "A page of runs", body = RetentionRunList)),
)]
async fn runs(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let paging = query.paging(50, 200);
    query.done()?;
    let snapshot = request.look().await?;
    let (runs, total) = stored::runs(&snapshot, paging.part()).await?;
    let rows = Rows {
        total,
        ..Rows::cut(runs, paging.limit, |run| (run.ended_at, run.id))
    };
    Ok(rows
        .map(RetentionRun::of)
        .answer(&request, &paging, "staff"))
}

impl RetentionRun {
    fn of(run: Stored) -> Self {
        let forgotten = run.forgotten.into_iter();
        let forgotten = forgotten.map(|(purpose, count)| RetentionCount { purpose, count });
        Self {
            id: run.id,
            ended_at: run.ended_at,
            forgotten: forgotten.collect(),
        }
    }
}
