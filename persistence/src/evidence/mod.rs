//! What shows who was at a date, saved and found. Uses `audit` and `values`.

use std::collections::HashSet;

use domain::events::Occurrence;
use domain::evidence::{Evidence, EvidenceFact};
use domain::kernel::{Change, Id, Line, Vocabulary};
use domain::participations::Participation;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::audit::{self, Recorded};
use crate::entities::evidence::{ActiveModel, Column, Entity, Model};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError, Writing, bulk};
use crate::values::word;

impl Recorded for Evidence {
    const KIND: &'static str = "evidence";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({})
    }
}

/// Saves a file that was added.
///
/// # Errors
/// The database can't be reached.
pub async fn save_new(
    writing: &mut Writing,
    change: &Change<Evidence, EvidenceFact>,
) -> Result<(), StoreError> {
    Entity::insert(row(change.after()))
        .exec_without_returning(writing.db())
        .await?;
    audit::record(writing, change).await
}

/// Forgets a file that was destroyed; what it holds is removed once that is committed.
///
/// # Errors
/// The database can't be reached.
pub async fn remove(
    writing: &mut Writing,
    change: &Change<Evidence, EvidenceFact>,
) -> Result<(), StoreError> {
    Entity::delete_by_id(change.after().id.uuid())
        .exec(writing.db())
        .await?;
    audit::record(writing, change).await
}

/// The file of that id, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Evidence>) -> Result<Option<Evidence>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(evidence).transpose()
}

/// How many files a date has, which is locked.
///
/// # Errors
/// The database can't be reached.
pub async fn held(writing: &Writing, occurrence: Id<Occurrence>) -> Result<u64, StoreError> {
    let own = Entity::find().filter(Column::OccurrenceId.eq(occurrence.uuid()));
    Ok(own.count(writing.db()).await?)
}

/// The file of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find(snapshot: &Snapshot, id: Id<Evidence>) -> Result<Option<Evidence>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    row.map(evidence).transpose()
}

/// A page of the files of a date, or of one of its headcounts, in the order they were added, and how many there
/// are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    occurrence: Id<Occurrence>,
    headcount: Option<Id<Participation>>,
    part: Part,
) -> Result<(Vec<Evidence>, Option<u64>), StoreError> {
    let own = Condition::all()
        .add(Column::OccurrenceId.eq(occurrence.uuid()))
        .add_option(headcount.map(|id| Column::HeadcountId.eq(id.uuid())));
    let columns = (Column::CreatedAt, Column::Id);
    let query = Entity::find().filter(own);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let found = rows.into_iter().map(evidence);
    Ok((found.collect::<Result<_, _>>()?, total))
}

/// Of these ids, those that no evidence has.
///
/// # Errors
/// The database can't be reached.
pub async fn unknown(snapshot: &Snapshot, ids: Vec<Uuid>) -> Result<Vec<Uuid>, StoreError> {
    let mut known = HashSet::new();
    for some in ids.chunks(bulk::MOST_NAMED) {
        let found: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(bulk::padded(some)))
            .into_tuple()
            .all(&snapshot.tx)
            .await?;
        known.extend(found);
    }
    let is_unknown = |id: &Uuid| !known.contains(id);
    Ok(ids.into_iter().filter(is_unknown).collect())
}

fn row(evidence: &Evidence) -> ActiveModel {
    ActiveModel {
        id: Set(evidence.id.uuid()),
        event_id: Set(evidence.event.uuid()),
        occurrence_id: Set(evidence.occurrence.uuid()),
        headcount_id: Set(evidence.headcount.map(Id::uuid)),
        title: Set(evidence.title.to_string()),
        media_type: Set(evidence.media_type.word().to_owned()),
        bytes: Set(i64::try_from(evidence.bytes).unwrap_or(i64::MAX)),
        sha256: Set(evidence.sha256.clone()),
        basis: Set(evidence.basis.word().to_owned()),
        version: Set(evidence.version),
        created_at: Set(evidence.created_at),
    }
}

fn evidence(row: Model) -> Result<Evidence, StoreError> {
    Ok(Evidence {
        id: Id::from_uuid(row.id),
        event: Id::from_uuid(row.event_id),
        occurrence: Id::from_uuid(row.occurrence_id),
        headcount: row.headcount_id.map(Id::from_uuid),
        title: Line::stored(row.title),
        media_type: word(&row.media_type)?,
        bytes: u64::try_from(row.bytes).unwrap_or(0),
        sha256: row.sha256,
        basis: word(&row.basis)?,
        version: row.version,
        created_at: row.created_at,
    })
}
