//! Reading the trail: newest first, those not yet sealed too.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::changes::{Changes, keys_of, open};
use crate::entities::audit_entries::{Column, Entity, Model};
use crate::entities::person_keys;
use crate::page::{Direction, Part, rows_of};
use crate::store::chain::hexadecimal;
use crate::store::{Snapshot, Store, StoreError};

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// About one of these things; whichever when empty.
    pub subjects: Vec<Uuid>,
    /// By one of these people; whoever when empty.
    pub actors: Vec<Uuid>,
    /// By one of these operations; whichever when empty.
    pub operations: Vec<String>,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub to: Option<DateTime<Utc>>,
    /// Only this one.
    pub id: Option<Uuid>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// By which operation.
    pub operation: String,
    /// By whom: `user`, `anonymous`, `system`.
    pub actor_kind: String,
    /// By whom.
    pub actor_id: Option<Uuid>,
    /// About what sort of thing.
    pub subject_kind: String,
    /// About which.
    pub subject_id: Option<Uuid>,
    /// What happened.
    pub facts: Vec<String>,
    /// What differs.
    pub changes: Changes,
    /// On which request.
    pub request_id: Uuid,
    /// Its number in the chain; absent until it is sealed.
    pub number: Option<i64>,
    /// Its hash, in hexadecimal.
    pub hash: Option<String>,
}

/// A page of entries, newest first, after the cursor; and how many there are, when asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    store: &Store,
    snapshot: &Snapshot,
    filter: &AuditFilter,
    part: Part,
) -> Result<(Vec<Entry>, Option<u64>), StoreError> {
    let wanted = Condition::all()
        .add_option(one_of(Column::SubjectId, &filter.subjects))
        .add_option(one_of(Column::ActorId, &filter.actors))
        .add_option(one_of(Column::Operation, &filter.operations))
        .add_option(filter.from.map(|from| Column::At.gte(from)))
        .add_option(filter.to.map(|to| Column::At.lt(to)))
        .add_option(filter.id.map(|id| Column::Id.eq(id)));
    let query = Entity::find().filter(wanted);
    let columns = (Column::At, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Descending, part).await?;
    let keys = keys_of(snapshot, &rows).await?;
    let entries = rows
        .into_iter()
        .map(|row| readable(store, &keys, row))
        .collect();
    Ok((entries, total))
}

fn one_of<V: Clone + Into<sea_orm::Value>>(column: Column, values: &[V]) -> Option<SimpleExpr> {
    (!values.is_empty()).then(|| column.is_in(values.to_vec()))
}

fn readable(store: &Store, keys: &[person_keys::Model], row: Model) -> Entry {
    let changes = open(store, keys, &row);
    if let Changes::Unreadable(cause) = &changes {
        tracing::error!(entry = %row.id, %cause, "an entry of the audit trail can't be read");
    }
    Entry {
        id: row.id,
        at: row.at,
        operation: row.operation,
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        facts: row.facts.split(',').map(str::to_owned).collect(),
        changes,
        request_id: row.request_id,
        number: row.number,
        hash: row.hash.as_deref().map(hexadecimal),
    }
}
