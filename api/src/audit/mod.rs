//! The audit trail over HTTP: for the director. Uses `demo` for its examples.

use chrono::{DateTime, Utc};
use domain::kernel::{FaultCode, Vocabulary};
use persistence::audit::{self, AuditFilter, Changes};
use persistence::{Part, Snapshot, citizens};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::page::{Page, PageParams, Rows};
use crate::http::query::Query;
use crate::http::vocabulary::word;
use crate::http::{Answer, Kind, Problem, Request};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_get, _, _>(get),
    ]
}

/// An entry of the audit trail.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000020",
    "at": "2026-11-24T09:00:00Z",
    "operation": "events_publish",
    "actor": { "kind": "user", "id": "0198c0a0-0000-7000-8000-000000000010" },
    "subject": { "kind": "event", "id": "0198c0a0-0000-7000-8000-000000000000" },
    "facts": ["event.published"],
    "changes": { "state": { "before": "draft", "after": "published" } },
    "request_id": "0198c0a0-0000-7000-8000-000000000030",
    "number": 42,
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}))]
pub(crate) struct AuditEntry {
    id: Uuid,
    at: DateTime<Utc>,
    /// The operation of the contract, or the command.
    operation: String,
    actor: Party,
    subject: Party,
    /// What happened, the main fact first.
    facts: Vec<String>,
    /// What differs: `{field: {before, after}}`; absent where nothing was changed, or where
    /// `changes_withheld` says why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    changes: Option<Value>,
    /// Why what changed is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<Withheld>)]
    changes_withheld: Option<&'static str>,
    /// The request it came with.
    request_id: Uuid,
    /// Its number in the chain; absent for the moment until it is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    /// Its hash (SHA-256), over the one before and all that it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
}

/// Why an entry doesn't show what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withheld {
    Erased,
    Unreadable,
}

impl Vocabulary for Withheld {
    const NAME: &'static str = "ChangesWithheld";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Erased, "erased"), (Self::Unreadable, "unreadable")];
}

/// Who, or what.
#[derive(Serialize, ToSchema)]
pub(crate) struct Party {
    /// `user`, `anonymous`, `system`; `event`, `import`, `session`…
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
}

/// A page of the audit trail.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct AuditEntryList {
    data: Vec<AuditEntry>,
    page: Page,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// About the things of these ids, separated by commas.
    #[param(example = json!(known::EVENT_AHEAD))]
    subject: Option<String>,
    /// By the people of these ids, separated by commas.
    #[param(example = json!(known::OFFICER))]
    actor: Option<String>,
    /// By these operations, separated by commas.
    #[param(example = "events_publish")]
    operation: Option<String>,
    /// From this moment on (a day or an instant).
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Before this moment (a day or an instant).
    #[param(example = "2026-12-01")]
    to: Option<String>,
}

/// Read the audit trail
///
/// The newest first, those not yet sealed too. Reading it is noted in it.
#[utoipa::path(
    get, path = "/v1/audit-entries", tag = "Audit", operation_id = "audit_entries_list",
    security(("oauth2" = ["audit:read"])), params(ListParams, PageParams),
    responses((status = 200, description = "A page of entries", body = AuditEntryList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let id = |text: &str| Uuid::try_parse(text).map_err(|_| FaultCode::Malformed("uuid"));
    let filter = AuditFilter {
        subjects: query.many("subject", id),
        actors: query.many("actor", id),
        operations: query.many("operation", |text| {
            let is_name = text.len() <= 80 && text.bytes().all(|b| b.is_ascii_graphic());
            if is_name {
                Ok(text.to_owned())
            } else {
                Err(FaultCode::Malformed("operation"))
            }
        }),
        from: query.instant("from"),
        to: query.instant("to"),
        id: None,
    };
    let paging = query.paging(50, 200);
    query.done()?;
    // The trail quotes what was personal at the time.
    request.note_reading("audit_entry", None).await?;
    let store = &request.app.store;
    let snapshot = request.look().await?;
    let mut filter = filter;
    // What happened to people is kept by what stands for them.
    let inside = citizens::to_pseudonyms(&snapshot, &filter.subjects).await?;
    filter.subjects.extend(inside);
    let (mut rows, total) = audit::list(store, &snapshot, &filter, paging.part()).await?;
    as_known(&snapshot, &mut rows).await?;
    let rows = Rows {
        total,
        ..Rows::cut(rows, paging.limit, |entry| (entry.at, entry.id))
    };
    Ok(rows.map(AuditEntry::of).answer(&request, &paging, "staff"))
}

/// Read one entry
///
/// By its id, with what it changed and its place in the chain. Reading it is itself noted.
#[utoipa::path(
    get, path = "/v1/audit-entries/{id}", tag = "Audit", operation_id = "audit_entries_get",
    security(("oauth2" = ["audit:read"])),
    params(("id" = String, Path, description = "Its id", example = "0198c0a0-0000-7000-8000-000000000020")),
    responses((status = 200, description = "The entry", body = AuditEntry)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id = request.path_id::<AuditEntry>("id")?;
    // The trail quotes what was personal at the time.
    request.note_reading("audit_entry", None).await?;
    let store = &request.app.store;
    let snapshot = request.look().await?;
    let filter = AuditFilter {
        id: Some(id.uuid()),
        ..AuditFilter::default()
    };
    let (mut rows, _) = audit::list(store, &snapshot, &filter, Part::first(1)).await?;
    as_known(&snapshot, &mut rows).await?;
    let entry = rows
        .into_iter()
        .next()
        .ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(Answer::json(&AuditEntry::of(entry)).tagged_by_content("staff"))
}

/// Names citizens by the ids by which they are known; who was erased has none any more.
async fn as_known(snapshot: &Snapshot, rows: &mut [audit::Entry]) -> Result<(), Problem> {
    let is_citizen = |entry: &&mut audit::Entry| entry.subject_kind == "citizen";
    let people = rows.iter().filter(|entry| entry.subject_kind == "citizen");
    let people: Vec<Uuid> = people.filter_map(|entry| entry.subject_id).collect();
    let known = citizens::to_ids(snapshot, &people).await?;
    for entry in rows.iter_mut().filter(is_citizen) {
        entry.subject_id = entry.subject_id.and_then(|id| known.get(&id).copied());
    }
    Ok(())
}

impl AuditEntry {
    fn of(entry: audit::Entry) -> Self {
        let (changes, withheld) = match entry.changes {
            Changes::None => (None, None),
            Changes::Told(changes) => (Some(changes), None),
            Changes::Erased => (None, Some(Withheld::Erased)),
            Changes::Unreadable(_) => (None, Some(Withheld::Unreadable)),
        };
        Self {
            id: entry.id,
            at: entry.at,
            operation: entry.operation,
            actor: Party {
                kind: entry.actor_kind,
                id: entry.actor_id,
            },
            subject: Party {
                kind: entry.subject_kind,
                id: entry.subject_id,
            },
            facts: entry.facts,
            changes,
            changes_withheld: withheld.map(Vocabulary::word),
            request_id: entry.request_id,
            number: entry.number,
            hash: entry.hash,
        }
    }
}
