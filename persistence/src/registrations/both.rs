//! Dates ahead for which two people are registered who may turn out to be one.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::citizens::Pseudonym;
use domain::kernel::Id;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::date::lock;
use super::hall::ahead;
use crate::citizens::all_of;
use crate::entities::occurrences;
use crate::entities::registrations::{Column, Entity};
use crate::store::{StoreError, Writing};

/// When the first date begins that is not over and for which both are registered. The dates ahead of either are
/// locked: whoever registers one of them there meanwhile waits, and is seen or sees.
///
/// # Errors
/// The database can't be reached.
pub async fn both_ahead(
    writing: &Writing,
    one: Id<Pseudonym>,
    other: Id<Pseudonym>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let db = writing.db();
    let one: HashSet<Uuid> = all_of(db, one.uuid()).await?.into_iter().collect();
    let other: HashSet<Uuid> = all_of(db, other.uuid()).await?.into_iter().collect();
    let all: Vec<Uuid> = one.union(&other).copied().collect();
    let mut locked = HashSet::new();
    for (date, _) in ahead_of_any(writing, &all).await? {
        if locked.insert(date) {
            lock(writing, Id::from_uuid(date)).await?;
        }
    }
    let mut of_one = HashSet::new();
    let mut of_other = HashSet::new();
    // As they are now that nobody else changes them.
    for (date, person) in ahead_of_any(writing, &all).await? {
        if one.contains(&person) {
            of_one.insert(date);
        } else {
            of_other.insert(date);
        }
    }
    let both: Vec<Uuid> = of_one.intersection(&of_other).copied().collect();
    let starts: HashMap<Uuid, DateTime<Utc>> = occurrences::Entity::find()
        .select_only()
        .columns([occurrences::Column::Id, occurrences::Column::StartsAt])
        .filter(occurrences::Column::Id.is_in(both))
        .into_tuple::<(Uuid, DateTime<Utc>)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    Ok(starts.into_values().min())
}

/// The dates that are not over for which any of these is registered, with who is, in the order in which dates are
/// locked.
async fn ahead_of_any(writing: &Writing, people: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
    let not_over = Query::select()
        .column(occurrences::Column::Id)
        .from(occurrences::Entity)
        .and_where(occurrences::Column::EndsAt.gt(writing.now()))
        .to_owned();
    let rows = Entity::find()
        .select_only()
        .columns([Column::OccurrenceId, Column::Person])
        .filter(Column::Person.is_in(people.iter().copied()))
        .filter(Column::State.is_in(ahead()))
        .filter(Column::OccurrenceId.in_subquery(not_over))
        .order_by_asc(Column::EventId)
        .order_by_asc(Column::OccurrenceId)
        .into_tuple()
        .all(writing.db())
        .await?;
    Ok(rows)
}
