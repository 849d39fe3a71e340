//! The places of a date: counted row by row, never by a counter that could go astray; and given, as soon as
//! there are any, to those who wait.

use domain::events::Occurrence;
use domain::kernel::{Id, Vocabulary};
use domain::registrations::{
    Date, Hall, RegistrationState, Waiting, expire, gives_places, offer, serve,
};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::date::HallDate;
use super::query::is_free;
use super::rows;
use super::save::save;
use crate::entities::registrations::{Column, Entity};
use crate::store::{Snapshot, StoreError, Writing};

/// The places of a date that is locked.
///
/// # Errors
/// The database can't be reached.
pub async fn hall(writing: &Writing, date: &Date) -> Result<Hall, StoreError> {
    counted(writing.db(), date).await
}

/// The same for those who look.
///
/// # Errors
/// The database can't be reached.
pub async fn hall_of(snapshot: &Snapshot, date: &Date) -> Result<Hall, StoreError> {
    counted(&snapshot.tx, date).await
}

async fn counted(db: &impl ConnectionTrait, date: &Date) -> Result<Hall, StoreError> {
    let holding = RegistrationState::HOLDING.iter().map(|state| state.word());
    // PostgreSQL's sum of integers is no integer.
    let sum = Func::coalesce([Expr::col(Column::PartySize).sum(), Expr::val(0_i64)]);
    let held: Option<i64> = Entity::find()
        .select_only()
        .column_as(Expr::expr(sum).cast_as(Alias::new("bigint")), "held")
        .filter(Column::OccurrenceId.eq(date.occurrence.uuid()))
        .filter(Column::State.is_in(holding))
        .into_tuple()
        .one(db)
        .await?;
    Ok(Hall {
        capacity: date.capacity,
        held: u32::try_from(held.unwrap_or(0)).unwrap_or(u32::MAX),
    })
}

/// Ends what was not confirmed in time, and serves those who wait: the last thing that every write does to a
/// date whose places it may have changed.
///
/// # Errors
/// The database can't be reached.
pub async fn settle(writing: &mut Writing, at: &HallDate) -> Result<(), StoreError> {
    let now = writing.now();
    let own = Column::OccurrenceId.eq(at.date.occurrence.uuid());
    let late = Entity::find()
        .filter(own.clone())
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::ExpiresAt)
        .all(writing.db())
        .await?;
    for row in &late {
        if let Some(change) = expire(rows::registration(row)?, now) {
            save(writing, &change).await?;
        }
    }
    if !gives_places(&at.date, now) {
        return Ok(());
    }
    let hall = hall(writing, &at.date).await?;
    if hall.free() == Some(0) {
        return Ok(());
    }
    for id in serve(hall, &waiting(writing, &at.date).await?).served {
        let row = Entity::find_by_id(id.uuid()).one(writing.db()).await?;
        let row = row.map(|row| rows::registration(&row)).transpose()?;
        if let Some(change) = row.and_then(|row| offer(row, &at.date, &at.settings, now)) {
            save(writing, &change).await?;
        }
    }
    Ok(())
}

/// Whether anybody waits for a date.
///
/// # Errors
/// The database can't be reached.
pub(crate) async fn has_waiting(
    writing: &Writing,
    occurrence: Id<Occurrence>,
) -> Result<bool, StoreError> {
    let waits: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::OccurrenceId.eq(occurrence.uuid()))
        .filter(Column::State.eq(RegistrationState::Waitlisted.word()))
        .limit(1)
        .into_tuple()
        .one(writing.db())
        .await?;
    Ok(waits.is_some())
}

/// Those who wait, in their turn. Whose data are restricted is passed over, and keeps the turn: nobody could write
/// to them.
async fn waiting(writing: &Writing, date: &Date) -> Result<Vec<Waiting>, StoreError> {
    let rows: Vec<(Uuid, i64)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::PartySize])
        .filter(Column::OccurrenceId.eq(date.occurrence.uuid()))
        .filter(Column::State.eq(RegistrationState::Waitlisted.word()))
        .filter(is_free())
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(writing.db())
        .await?;
    let waiting = rows.into_iter().map(|(id, party)| Waiting {
        id: Id::from_uuid(id),
        party: u32::try_from(party).unwrap_or(u32::MAX),
    });
    Ok(waiting.collect())
}

/// Dates of which something was not confirmed in time.
///
/// # Errors
/// The database can't be reached.
pub async fn next_due(snapshot: &Snapshot, most: u64) -> Result<Vec<Id<Occurrence>>, StoreError> {
    let now = snapshot.now().await?;
    let dates: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::OccurrenceId)
        .distinct()
        .filter(Column::ExpiresAt.lte(now))
        .limit(most)
        .into_tuple()
        .all(&snapshot.tx)
        .await?;
    Ok(dates.into_iter().map(Id::from_uuid).collect())
}

/// Whether a row is still to come, as a condition has it.
pub(crate) fn ahead() -> impl Iterator<Item = &'static str> {
    RegistrationState::WORDS
        .iter()
        .filter(|(state, _)| state.is_ahead())
        .map(|(_, word)| *word)
}
