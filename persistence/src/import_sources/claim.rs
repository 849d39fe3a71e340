//! Who polls a source: one instance at a time, for as long as it says again and again that it does. A
//! claim leaves no trace in the audit trail; what comes of it does, where it is worth telling.

use chrono::{DateTime, TimeDelta, Utc};
use domain::import_sources::{ImportSource, Polled, Settled, SourceContent, settle as decide};
use domain::kernel::Id;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::rows;
use super::save::load;
use crate::audit;
use crate::entities::import_sources::{ActiveModel, Column, Entity, Model};
use crate::store::{StoreError, Writing};

/// How long a claim holds that is not renewed: whoever made it is gone then.
const LEASE: TimeDelta = TimeDelta::minutes(3);

/// The right to poll a source, until it is settled or the lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The source as it was when it was claimed.
    pub source: ImportSource,
    token: Uuid,
}

/// Claims the source that is due for the longest time; those that others are claiming are left to them.
///
/// # Errors
/// The database can't be reached.
pub async fn claim_due(writing: &mut Writing) -> Result<Option<Claim>, StoreError> {
    let row = Entity::find()
        .filter(is_due(writing.now()))
        .order_by_asc(Column::NextPollAt)
        .order_by_asc(Column::Id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(writing.db())
        .await?;
    match row {
        None => Ok(None),
        Some(row) => take(writing, row).await.map(Some),
    }
}

/// Claims that source, whether it is due or not; nothing when it is being polled, or not there.
///
/// # Errors
/// The database can't be reached.
pub async fn claim(
    writing: &mut Writing,
    id: Id<ImportSource>,
) -> Result<Option<Claim>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .filter(is_free(writing.now()))
        .lock_exclusive()
        .one(writing.db())
        .await?;
    match row {
        None => Ok(None),
        Some(row) => take(writing, row).await.map(Some),
    }
}

async fn take(writing: &mut Writing, row: Model) -> Result<Claim, StoreError> {
    let claim = Claim {
        token: writing.new_id(),
        source: rows::source(row)?,
    };
    let claimed = ActiveModel {
        id: Unchanged(claim.source.id.uuid()),
        claimed_by: Set(Some(claim.token)),
        claimed_until: Set(Some(writing.now() + LEASE)),
        ..Default::default()
    };
    claimed.update(writing.db()).await?;
    Ok(claim)
}

/// Says that whoever has the claim is still at it; whether it is still theirs.
///
/// # Errors
/// The database can't be reached.
pub async fn renew(writing: &Writing, claim: &Claim) -> Result<bool, StoreError> {
    let until = Some(writing.now() + LEASE);
    let renewed = Entity::update_many()
        .col_expr(Column::ClaimedUntil, Expr::value(until))
        .filter(is_of(claim))
        .exec(writing.db())
        .await?;
    Ok(renewed.rows_affected > 0)
}

/// Keeps what a poll found, and gives the claim back. The source as it is now; none when it is gone. What
/// was found under a claim that somebody else has taken over since is not kept.
///
/// # Errors
/// The database can't be reached.
pub async fn settle(
    writing: &mut Writing,
    claim: &Claim,
    asked: &SourceContent,
    polled: Polled,
) -> Result<Option<ImportSource>, StoreError> {
    let Some(source) = load(writing, claim.source.id).await? else {
        return Ok(None);
    };
    let released = Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::value(None::<Uuid>))
        .col_expr(Column::ClaimedUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(is_of(claim))
        .exec(writing.db())
        .await?;
    if released.rows_affected == 0 {
        return Ok(Some(source));
    }
    let (after, told) = match decide(source.clone(), asked, polled, writing.now()) {
        Settled::Overtaken => return Ok(Some(source)),
        Settled::Quietly(after) => (*after, None),
        Settled::Told(change) => (change.after().clone(), Some(change)),
    };
    let row = ActiveModel {
        id: Unchanged(after.id.uuid()),
        ..rows::polling_row(&after.polling)
    };
    row.update(writing.db()).await?;
    if let Some(change) = told {
        audit::record(writing, &change).await?;
    }
    Ok(Some(after))
}

/// Gives all claims back: at the start of the only process that polls they are left over.
///
/// # Errors
/// The database can't be reached.
pub async fn release_all(writing: &Writing) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::value(None::<Uuid>))
        .col_expr(Column::ClaimedUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::ClaimedBy.is_not_null())
        .exec(writing.db())
        .await?;
    Ok(())
}

/// Nobody polls it.
fn is_free(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(Column::ClaimedUntil.is_null())
        .add(Column::ClaimedUntil.lte(now))
}

pub(super) fn is_due(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::NextPollAt.lte(now))
        .add(is_free(now))
}

fn is_of(claim: &Claim) -> Condition {
    Condition::all()
        .add(Column::Id.eq(claim.source.id.uuid()))
        .add(Column::ClaimedBy.eq(claim.token))
}
