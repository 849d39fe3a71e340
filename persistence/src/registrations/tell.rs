//! What those who registered are told of their date: that it changed, and that it is tomorrow.

use chrono::{DateTime, TimeDelta, Utc};
use domain::events::{Occurrence, OccurrenceState};
use domain::kernel::{Id, Vocabulary};
use domain::mail::MailKind;
use domain::registrations::{DateChange, RegistrationState};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::hall::ahead;
use crate::entities::occurrences;
use crate::entities::registrations::{Column, Entity};
use crate::mail;
use crate::store::{Snapshot, StoreError, Writing, bulk};

/// So long before it starts they are reminded of it.
const BEFORE: TimeDelta = TimeDelta::hours(24);

/// Who registered so shortly before needs no reminder.
const FRESH: TimeDelta = TimeDelta::hours(6);

/// Tells all who have registered for a date, or wait, what became of it.
///
/// # Errors
/// The database can't be reached.
pub(crate) async fn tell_all(
    writing: &mut Writing,
    occurrence: Id<Occurrence>,
    change: DateChange,
) -> Result<(), StoreError> {
    let kind = match change {
        DateChange::Cancelled => MailKind::DateCancelled,
        DateChange::Postponed => MailKind::DatePostponed,
        DateChange::Moved => MailKind::DateMoved,
    };
    let them: Vec<(Uuid, i64, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Version, Column::Person])
        .filter(Column::OccurrenceId.eq(occurrence.uuid()))
        .filter(Column::State.is_in(ahead()))
        .filter(Column::Person.is_not_null())
        .into_tuple()
        .all(writing.db())
        .await?;
    for (id, version, person) in them {
        mail::to_citizen(writing, kind, (id, version), person);
    }
    Ok(())
}

/// Whether there is anybody to remind: then it is worth a write.
///
/// # Errors
/// The database can't be reached.
pub async fn any_to_remind(snapshot: &Snapshot) -> Result<bool, StoreError> {
    let now = snapshot.now().await?;
    let one: Option<Uuid> = to_remind(now)
        .column(Column::Id)
        .limit(1)
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    Ok(one.is_some())
}

/// Reminds some of those whose date is within a day, each once, whichever instances do it and however often;
/// says how many.
///
/// # Errors
/// The database can't be reached.
pub async fn remind_some(writing: &mut Writing, most: u64) -> Result<u64, StoreError> {
    let now = writing.now();
    let them: Vec<(Uuid, i64, Uuid)> = to_remind(now)
        .columns([Column::Id, Column::Version, Column::Person])
        .order_by_asc(Column::Id)
        .limit(most)
        .lock_with_behavior(
            sea_orm::sea_query::LockType::Update,
            sea_orm::sea_query::LockBehavior::SkipLocked,
        )
        .into_tuple()
        .all(writing.db())
        .await?;
    let ids: Vec<Uuid> = them.iter().map(|(id, ..)| *id).collect();
    for some in ids.chunks(bulk::MOST_NAMED) {
        Entity::update_many()
            .col_expr(Column::RemindedAt, Expr::value(Some(now)))
            .filter(Column::Id.is_in(bulk::padded(some)))
            .exec(writing.db())
            .await?;
    }
    let count = them.len() as u64;
    for (id, version, person) in them {
        mail::to_citizen(writing, MailKind::DateReminder, (id, version), person);
    }
    Ok(count)
}

fn to_remind(now: DateTime<Utc>) -> sea_orm::Select<Entity> {
    let tomorrow = Query::select()
        .column(occurrences::Column::Id)
        .from(occurrences::Entity)
        .and_where(occurrences::Column::StartsAt.gt(now))
        .and_where(occurrences::Column::StartsAt.lte(now + BEFORE))
        .and_where(occurrences::Column::State.eq(OccurrenceState::Scheduled.word()))
        .to_owned();
    Entity::find()
        .select_only()
        .filter(Column::OccurrenceId.in_subquery(tomorrow))
        .filter(Column::State.eq(RegistrationState::Confirmed.word()))
        .filter(Column::RemindedAt.is_null())
        .filter(Column::UpdatedAt.lte(now - FRESH))
        .filter(Column::Person.is_not_null())
}
