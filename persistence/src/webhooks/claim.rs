//! Who tells a webhook: one instance at a time, for as long as it says again and again that it does. So
//! each call is made once while nothing fails, and a webhook's own are kept in order without a claim for
//! each.

use chrono::{DateTime, TimeDelta, Utc};
use domain::kernel::{Id, Vocabulary};
use domain::organisations::OrganisationState;
use domain::webhooks::{Delivery, DeliveryState, Webhook};
use sea_orm::sea_query::{Expr, LockBehavior, LockType, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::rows;
use crate::entities::webhook_deliveries;
use crate::entities::webhooks::{Column, Entity};
use crate::store::{Snapshot, Store, StoreError, Writing};

/// How long a claim holds that is not renewed: whoever made it is gone then.
const LEASE: TimeDelta = TimeDelta::seconds(30);

/// What is to be told to a webhook now.
#[derive(Debug)]
pub struct Turn {
    /// The webhook.
    pub webhook: Webhook,
    /// What its calls are signed by, the newest first.
    pub secrets: Vec<Vec<u8>>,
    /// What is due, in its order. Where something earlier of the same thing waits for its next attempt,
    /// the later waits for that.
    pub deliveries: Vec<Delivery>,
}

/// Whether a webhook seems to be due: then it is worth a write to claim it.
///
/// # Errors
/// The database can't be reached.
pub async fn any_due(snapshot: &Snapshot) -> Result<bool, StoreError> {
    let due: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(is_due(snapshot.now().await?))
        .limit(1)
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    Ok(due.is_some())
}

/// Claims webhooks that are due, those that wait for the longest first; those that others are claiming are
/// left to them.
///
/// # Errors
/// The database can't be reached.
pub async fn claim_due(
    writing: &Writing,
    holder: Uuid,
    most: u64,
) -> Result<Vec<Id<Webhook>>, StoreError> {
    let due: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(is_due(writing.now()))
        .order_by_asc(Column::WakeAt)
        .limit(most)
        .lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
        .into_tuple()
        .all(writing.db())
        .await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::value(Some(holder)))
        .col_expr(
            Column::ClaimedUntil,
            Expr::value(Some(writing.now() + LEASE)),
        )
        .filter(Column::Id.is_in(due.iter().copied()))
        .exec(writing.db())
        .await?;
    Ok(due.into_iter().map(Id::from_uuid).collect())
}

/// Says that whoever has claims is still at it.
///
/// # Errors
/// The database can't be reached.
pub async fn renew(writing: &Writing, holder: Uuid) -> Result<(), StoreError> {
    // Locked in the order that all who claim or give back go by.
    let _: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ClaimedBy.eq(holder))
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(writing.db())
        .await?;
    Entity::update_many()
        .col_expr(
            Column::ClaimedUntil,
            Expr::value(Some(writing.now() + LEASE)),
        )
        .filter(Column::ClaimedBy.eq(holder))
        .exec(writing.db())
        .await?;
    Ok(())
}

/// Gives all claims back: at the start of the only process that tells they are left over.
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

/// What is to be told now to a webhook that `holder` has claimed, at most so many; nothing when it is
/// paused, gone, another's, or its owner is shut out.
///
/// # Errors
/// The database can't be reached.
pub async fn turn(
    store: &Store,
    holder: Uuid,
    id: Id<Webhook>,
    most: u64,
) -> Result<Option<Turn>, StoreError> {
    let snapshot = store.read_current().await?;
    let row = Entity::find_by_id(id.uuid())
        .filter(Column::PausedFor.is_null())
        .filter(Column::ClaimedBy.eq(holder))
        .filter(owner_is_heard())
        .one(&snapshot.tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let now = snapshot.now().await?;
    let due = due_deliveries(&snapshot, id.uuid(), now, most).await?;
    Ok(Some(Turn {
        webhook: rows::webhook(&row)?,
        secrets: rows::secrets_of(store.master_key(), &row, now)?,
        deliveries: due
            .into_iter()
            .map(rows::delivery)
            .collect::<Result<_, _>>()?,
    }))
}

async fn due_deliveries(
    snapshot: &Snapshot,
    of: Uuid,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<webhook_deliveries::Model>, StoreError> {
    use sea_orm::sea_query::{ExprTrait as _, Query};
    use webhook_deliveries::{Column as Of, Entity as Deliveries};
    let pending = DeliveryState::Pending.word();
    // What an earlier one waits for its next attempt for, or would be told after, in an order that goes by
    // when each was handed on, since it was handed on later: told again, or by another instance.
    let waits = Expr::col(("earlier", Of::NextAttemptAt))
        .gt(now)
        .or(Expr::cust(
            "earlier.created_at > webhook_deliveries.created_at",
        ));
    let earlier = Query::select()
        .expr(Expr::cust("1"))
        .from_as(Deliveries, "earlier")
        .and_where(Expr::cust(EARLIER))
        .and_where(waits)
        .to_owned();
    let due = Deliveries::find()
        .filter(Of::WebhookId.eq(of))
        // As the partial indexes say it, for both databases to see that they serve.
        .filter(Expr::cust(format!(
            "webhook_deliveries.state = '{pending}'"
        )))
        .filter(Of::NextAttemptAt.lte(now))
        .filter(Expr::exists(earlier).not())
        .order_by_asc(Of::CreatedAt)
        .order_by_asc(Of::SubjectVersion)
        .order_by_asc(Of::MessageId)
        .limit(most)
        .all(&snapshot.tx)
        .await?;
    Ok(due)
}

/// That a pending delivery comes before another one of the same thing.
pub(super) const EARLIER: &str = "earlier.state = 'pending' and \
    earlier.webhook_id = webhook_deliveries.webhook_id and \
    earlier.subject_id = webhook_deliveries.subject_id and \
    (earlier.subject_version, earlier.message_id) < \
    (webhook_deliveries.subject_version, webhook_deliveries.message_id)";

fn is_due(now: DateTime<Utc>) -> Condition {
    let is_free = Condition::any()
        .add(Column::ClaimedUntil.is_null())
        .add(Column::ClaimedUntil.lte(now));
    Condition::all()
        .add(Column::PausedFor.is_null())
        .add(Column::WakeAt.lte(now))
        .add(is_free)
        .add(owner_is_heard())
}

/// That no structure that is shut out owns the webhook: it is told nothing, not even what waits.
pub(super) fn owner_is_heard() -> SimpleExpr {
    let suspended = OrganisationState::Suspended.word();
    Expr::cust(format!(
        "not exists (select 1 from organisations where organisations.id = webhooks.organisation_id \
         and organisations.state = '{suspended}')"
    ))
}
