//! What came of calls, those of many webhooks in one write, and webhooks given back.

use chrono::{DateTime, TimeDelta, Utc};
use domain::kernel::{Id, Vocabulary};
use domain::webhooks::{
    self, Address, Answered, Attempt, Delivery, DeliveryState, PauseReason, Webhook,
};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, Value,
};
use uuid::Uuid;

use super::claim::EARLIER;
use super::rows;
use super::save::{load, save};
use crate::entities::webhook_deliveries;
use crate::entities::webhooks::{Column, Entity};
use crate::store::{StoreError, Writing};

/// The most rows of one statement.
const MOST: usize = 64;

/// A call that was made.
#[derive(Debug, Clone)]
pub struct Told {
    /// To which webhook.
    pub webhook: Id<Webhook>,
    /// What was told, as it was before.
    pub delivery: Delivery,
    /// The call.
    pub attempt: Attempt,
    /// What it means for the next one.
    pub answered: Answered,
    /// Spreads the next attempts.
    pub chance: u16,
}

/// Keeps what came of calls, and pauses the webhooks whose address is gone or dead; then gives webhooks
/// back, each not to be claimed again for at least so long.
///
/// # Errors
/// The database can't be reached.
pub async fn record(
    writing: &mut Writing,
    holder: Uuid,
    told: &[Told],
    given_back: &[(Id<Webhook>, TimeDelta)],
) -> Result<(), StoreError> {
    let now = writing.now();
    let after: Vec<(&Told, Delivery)> = told
        .iter()
        .map(|one| {
            let (delivery, attempt) = (one.delivery.clone(), one.attempt.clone());
            (one, delivery.tried(attempt, one.answered, one.chance, now))
        })
        .collect();
    let mut rest = after.as_slice();
    while let Some(power) = rest.len().checked_ilog2() {
        let (some, others) = rest.split_at(MOST.min(1 << power));
        update(writing, some).await?;
        rest = others;
    }
    for (one, delivery) in &after {
        if let Some(reason) = reason_to_stop(writing, one, delivery).await? {
            stop(writing, one.webhook, reason).await?;
        }
    }
    give_back(writing, holder, given_back).await
}

/// One statement for many, and of few lengths, so that the database knows each of them again.
async fn update(writing: &Writing, told: &[(&Told, Delivery)]) -> Result<(), StoreError> {
    let now = writing.now();
    let mut values: Vec<Value> = Vec::with_capacity(told.len() * 8);
    let mut rows: Vec<String> = Vec::with_capacity(told.len());
    for (one, delivery) in told {
        let ended_at = (delivery.state != DeliveryState::Pending).then_some(now);
        let first = values.len() + 1;
        let places: Vec<String> = (first..first + 8).map(|n| format!("${n}")).collect();
        rows.push(format!("({})", places.join(", ")));
        values.extend([
            one.webhook.uuid().into(),
            delivery.message_id.into(),
            delivery.state.word().into(),
            rows::tries(delivery).into(),
            delivery.next_attempt_at.into(),
            delivery.first_attempt_at.into(),
            ended_at.into(),
            rows::attempts_text(delivery)?.into(),
        ]);
    }
    let sql = format!(
        "with told (webhook_id, message_id, state, tries, next_attempt_at, first_attempt_at, ended_at, \
         attempts) as (values {}) update webhook_deliveries set state = told.state, \
         tries = told.tries, next_attempt_at = told.next_attempt_at, \
         first_attempt_at = told.first_attempt_at, ended_at = told.ended_at, \
         attempts = told.attempts from told where webhook_deliveries.webhook_id = told.webhook_id \
         and webhook_deliveries.message_id = told.message_id \
         and webhook_deliveries.state = 'pending'",
        rows.join(", ")
    );
    let backend = writing.db().get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    writing.db().execute_raw(statement).await?;
    Ok(())
}

async fn reason_to_stop(
    writing: &Writing,
    one: &Told,
    after: &Delivery,
) -> Result<Option<PauseReason>, StoreError> {
    match after.says_of_address(one.answered) {
        Address::Lives => Ok(None),
        Address::Gone => Ok(Some(PauseReason::Gone)),
        Address::DeadUnlessTakenSince(since) => {
            let has_taken = has_taken_since(writing, one.webhook, since).await?;
            Ok((!has_taken).then_some(PauseReason::Failing))
        }
    }
}

async fn has_taken_since(
    writing: &Writing,
    id: Id<Webhook>,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    use webhook_deliveries::Column as Of;
    let taken: Option<Uuid> = webhook_deliveries::Entity::find()
        .select_only()
        .column(Of::MessageId)
        .filter(Of::WebhookId.eq(id.uuid()))
        .filter(Of::State.eq(DeliveryState::Delivered.word()))
        .filter(Of::EndedAt.gte(since))
        .limit(1)
        .into_tuple()
        .one(writing.db())
        .await?;
    Ok(taken.is_some())
}

async fn stop(
    writing: &mut Writing,
    id: Id<Webhook>,
    reason: PauseReason,
) -> Result<(), StoreError> {
    let Some(webhook) = load(writing, id).await? else {
        return Ok(());
    };
    match webhooks::stop(webhook, reason, writing.now()) {
        Some(change) => save(writing, &change, None).await,
        None => Ok(()),
    }
}

/// When the next call of each is due is looked up once nobody else can have it changed: what is handed to
/// it meanwhile wakes it afterwards.
async fn give_back(
    writing: &Writing,
    holder: Uuid,
    webhooks: &[(Id<Webhook>, TimeDelta)],
) -> Result<(), StoreError> {
    if webhooks.is_empty() {
        return Ok(());
    }
    let held: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(webhooks.iter().map(|(id, _)| id.uuid())))
        .filter(Column::ClaimedBy.eq(holder))
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(writing.db())
        .await?;
    for (id, pause) in webhooks.iter().filter(|(id, _)| held.contains(&id.uuid())) {
        let next = next_due(writing, id.uuid()).await?;
        let wake_at = next.map(|next| next.max(writing.now() + *pause));
        Entity::update_many()
            .col_expr(Column::WakeAt, Expr::value(wake_at))
            .col_expr(Column::ClaimedBy, Expr::value(None::<Uuid>))
            .col_expr(Column::ClaimedUntil, Expr::value(None::<DateTime<Utc>>))
            .filter(Column::Id.eq(id.uuid()))
            .exec(writing.db())
            .await?;
    }
    Ok(())
}

/// When the first delivery is due that waits for no earlier one.
async fn next_due(writing: &Writing, of: Uuid) -> Result<Option<DateTime<Utc>>, StoreError> {
    use sea_orm::sea_query::{ExprTrait as _, Query};
    use webhook_deliveries::{Column as Of, Entity as Deliveries};
    let earlier = Query::select()
        .expr(Expr::cust("1"))
        .from_as(Deliveries, "earlier")
        .and_where(Expr::cust(EARLIER))
        .to_owned();
    let next: Option<Option<DateTime<Utc>>> = Deliveries::find()
        .select_only()
        .column_as(Of::NextAttemptAt.min(), "next")
        .filter(Of::WebhookId.eq(of))
        .filter(Expr::cust("webhook_deliveries.state = 'pending'"))
        .filter(Expr::exists(earlier).not())
        .into_tuple()
        .one(writing.db())
        .await?;
    Ok(next.flatten())
}

/// Keeps a call by which an address was tried out.
///
/// # Errors
/// The database can't be reached.
pub async fn add_test(
    writing: &Writing,
    webhook: Id<Webhook>,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    let row = webhook_deliveries::ActiveModel {
        webhook_id: Set(webhook.uuid()),
        message_id: Set(delivery.message_id),
        kind: Set(delivery.kind.clone()),
        subject_kind: Set(delivery.subject.kind.clone()),
        subject_id: Set(delivery.subject.id),
        subject_version: Set(delivery.subject.version),
        payload: Set(delivery.data.clone()),
        told_at: Set(delivery.told_at),
        state: Set(delivery.state.word().to_owned()),
        tries: Set(rows::tries(delivery)),
        next_attempt_at: Set(delivery.next_attempt_at),
        first_attempt_at: Set(delivery.first_attempt_at),
        ended_at: Set(Some(writing.now())),
        attempts: Set(rows::attempts_text(delivery)?),
        created_at: Set(delivery.created_at),
    };
    webhook_deliveries::Entity::insert(row)
        .exec_without_returning(writing.db())
        .await?;
    Ok(())
}
