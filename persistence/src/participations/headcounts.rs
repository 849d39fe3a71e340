//! Headcounts, saved and found.

use domain::events::Occurrence;
use domain::kernel::{Change, Id};
use domain::participations::{Headcount, HeadcountFact, Participation};
use domain::registrations::Date;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use super::rows;
use crate::audit::{self, Recorded};
use crate::entities::headcounts::{Column, Entity};
use crate::entities::participations;
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError, Writing};

impl Recorded for Headcount {
    const KIND: &'static str = "headcount";

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

/// Saves a headcount that was noted or voided, with the fact that it is.
///
/// # Errors
/// The database can't be reached.
pub async fn save_headcount(
    writing: &mut Writing,
    change: &Change<Headcount, HeadcountFact>,
    date: &Date,
) -> Result<(), StoreError> {
    let headcount = change.after();
    let fact = rows::row(&headcount.participation(date));
    let row = rows::headcount_row(headcount);
    let db = writing.db();
    match change.before() {
        None => {
            participations::Entity::insert(fact)
                .exec_without_returning(db)
                .await?;
            Entity::insert(row).exec_without_returning(db).await?;
        }
        Some(_) => {
            fact.update_without_returning(db).await?;
            row.update_without_returning(db).await?;
        }
    }
    audit::record(writing, change).await
}

/// The headcount of that id, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn load_headcount(
    writing: &Writing,
    id: Id<Participation>,
) -> Result<Option<Headcount>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(rows::headcount).transpose()
}

/// The headcount of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find_headcount(
    snapshot: &Snapshot,
    id: Id<Participation>,
) -> Result<Option<Headcount>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    row.map(rows::headcount).transpose()
}

/// A page of the headcounts of a date, voided ones included, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list_headcounts(
    snapshot: &Snapshot,
    occurrence: Id<Occurrence>,
    part: Part,
) -> Result<(Vec<Headcount>, Option<u64>), StoreError> {
    let query = Entity::find().filter(Column::OccurrenceId.eq(occurrence.uuid()));
    let columns = (Column::CreatedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let headcounts = rows.into_iter().map(rows::headcount);
    Ok((headcounts.collect::<Result<_, _>>()?, total))
}
