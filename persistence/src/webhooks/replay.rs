//! Telling again what was told, or would have been. It waits from then on, as what is new does.

use chrono::{DateTime, Utc};
use domain::kernel::{Id, Vocabulary};
use domain::webhooks::{DeliveryState, TEST, Webhook};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::hand_on::{insert, is_told, waiting_rows};
use super::save::wake;
use crate::entities::{outbox, webhook_deliveries, webhooks};
use crate::store::{StoreError, Writing};

/// What is told again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// These, which were told or wait.
    These(Vec<Uuid>),
    /// All that happened from then on, as far as it is kept.
    Since(DateTime<Utc>),
}

/// Tells again; how many deliveries that is, or the ids that are none.
///
/// # Errors
/// The database can't be reached.
pub async fn replay(
    writing: &mut Writing,
    of: Id<Webhook>,
    again: &Again,
) -> Result<Result<u64, Vec<Uuid>>, StoreError> {
    let told = match again {
        Again::These(ids) => match these(writing, of, ids).await? {
            Ok(told) => told,
            Err(unknown) => return Ok(Err(unknown)),
        },
        Again::Since(since) => since_then(writing, of, *since).await?,
    };
    wake(writing, of.uuid()).await?;
    Ok(Ok(told))
}

async fn these(
    writing: &Writing,
    of: Id<Webhook>,
    ids: &[Uuid],
) -> Result<Result<u64, Vec<Uuid>>, StoreError> {
    use webhook_deliveries::Column as Of;
    let known: Vec<Uuid> = webhook_deliveries::Entity::find()
        .select_only()
        .column(Of::MessageId)
        .filter(Of::WebhookId.eq(of.uuid()))
        .filter(Of::MessageId.is_in(ids.iter().copied()))
        .filter(Of::Kind.ne(TEST))
        .into_tuple()
        .all(writing.db())
        .await?;
    let unknown = ids.iter().copied().filter(|id| !known.contains(id));
    let unknown: Vec<_> = unknown.collect();
    if !unknown.is_empty() {
        return Ok(Err(unknown));
    }
    let told = webhook_deliveries::Entity::update_many()
        .col_expr(Of::State, Expr::value(DeliveryState::Pending.word()))
        .col_expr(Of::Tries, Expr::value(0))
        .col_expr(Of::NextAttemptAt, Expr::value(Some(writing.now())))
        .col_expr(Of::CreatedAt, Expr::value(writing.now()))
        .col_expr(Of::FirstAttemptAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Of::EndedAt, Expr::value(None::<DateTime<Utc>>))
        .filter(Of::WebhookId.eq(of.uuid()))
        .filter(Of::MessageId.is_in(known))
        .exec(writing.db())
        .await?;
    Ok(Ok(told.rows_affected))
}

/// What was never told, the webhook being younger or told of other things then, is told now.
async fn since_then(
    writing: &Writing,
    of: Id<Webhook>,
    since: DateTime<Utc>,
) -> Result<u64, StoreError> {
    use webhook_deliveries::Column as To;
    let mut rows = waiting_rows(writing);
    rows.and_where(webhooks::Column::Id.eq(of.uuid()))
        .and_where(outbox::Column::CreatedAt.gte(since))
        .and_where(outbox::Column::HandedOnAt.is_not_null())
        .and_where(is_told());
    let told = OnConflict::columns([To::WebhookId, To::MessageId])
        .update_columns([To::State, To::Tries, To::NextAttemptAt, To::CreatedAt])
        .value(To::FirstAttemptAt, Expr::value(None::<DateTime<Utc>>))
        .value(To::EndedAt, Expr::value(None::<DateTime<Utc>>))
        .to_owned();
    insert(writing, rows, told).await
}
