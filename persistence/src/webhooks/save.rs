//! Saving what an owner does with a webhook, and forgetting what was told long ago.

use chrono::{DateTime, TimeDelta, Utc};
use domain::kernel::{Change, Id, Vocabulary};
use domain::organisations::Organisation;
use domain::webhooks::{DeliveryState, RESUMED, ROTATION, Webhook, WebhookFact, follow};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::rows;
use crate::audit;
use crate::entities::webhooks::{Column, Entity};
use crate::entities::{outbox, person_keys, webhook_deliveries, webhooks};
use crate::store::{StoreError, Writing, bulk};

/// For how long it is kept what was told.
const KEPT: TimeDelta = TimeDelta::days(14);

/// Saves a webhook that was made or changed. A new one, and one that got another secret, come with it; the
/// secret before signs as well for a while.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Webhook, WebhookFact>,
    secret: Option<&[u8]>,
) -> Result<(), StoreError> {
    let id = change.after().id.uuid();
    let mut row = rows::row(change.after());
    let sealed = secret.map(|secret| rows::sealed(writing.master(), id, secret));
    match change.before() {
        None => {
            row.secret = Set(sealed.unwrap_or_default());
            Entity::insert(row)
                .exec_without_returning(writing.db())
                .await?;
            // What is kept of the answer that shows the secret is sealed under it.
            writing.new_person_key(id).await?;
        }
        Some(_) => {
            if let Some(sealed) = sealed {
                let before = Entity::find_by_id(id).one(writing.db()).await?;
                row.previous_secret = Set(before.map(|before| before.secret));
                row.previous_until = Set(Some(writing.now() + ROTATION));
                row.secret = Set(sealed);
            }
            row.update(writing.db()).await.map(drop)?;
        }
    }
    audit::record(writing, change).await
}

/// Has a webhook told again, of what waits as well, as far as it waits for no longer than
/// [`RESUMED`]; what waits for longer is given up, and can be replayed.
///
/// # Errors
/// The database can't be reached.
pub async fn resume(
    writing: &mut Writing,
    change: &Change<Webhook, WebhookFact>,
) -> Result<(), StoreError> {
    use webhook_deliveries::Column as Of;
    let (id, now) = (change.after().id.uuid(), writing.now());
    let pending = || {
        webhook_deliveries::Entity::update_many()
            .filter(Of::WebhookId.eq(id))
            .filter(Of::State.eq(DeliveryState::Pending.word()))
    };
    pending()
        .col_expr(Of::State, Expr::value(DeliveryState::Failed.word()))
        .col_expr(Of::NextAttemptAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Of::EndedAt, Expr::value(Some(now)))
        .filter(Of::CreatedAt.lt(now - RESUMED))
        .exec(writing.db())
        .await?;
    pending()
        .col_expr(Of::Tries, Expr::value(0))
        .col_expr(Of::FirstAttemptAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Of::NextAttemptAt, Expr::value(Some(now)))
        .exec(writing.db())
        .await?;
    save(writing, change, None).await?;
    wake(writing, id).await
}

/// Has it looked at what a webhook is to be told.
pub(super) async fn wake(writing: &Writing, id: uuid::Uuid) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::WakeAt, Expr::value(Some(writing.now())))
        .filter(Column::Id.eq(id))
        .exec(writing.db())
        .await?;
    Ok(())
}

/// Removes a webhook, and what it was told.
///
/// # Errors
/// The database can't be reached.
pub async fn delete(
    writing: &mut Writing,
    change: &Change<Webhook, WebhookFact>,
) -> Result<(), StoreError> {
    let id = change.after().id.uuid();
    Entity::delete_by_id(id).exec(writing.db()).await?;
    // With it goes what is kept of the answer that showed the secret.
    person_keys::Entity::delete_by_id(id)
        .exec(writing.db())
        .await?;
    audit::record(writing, change).await
}

/// How many webhooks a structure has.
///
/// # Errors
/// The database can't be reached.
pub async fn count_of(writing: &Writing, of: Id<Organisation>) -> Result<u64, StoreError> {
    let own = Entity::find().filter(Column::OrganisationId.eq(of.uuid()));
    Ok(own.count(writing.db()).await?)
}

/// The webhook of that id, locked until its change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Webhook>) -> Result<Option<Webhook>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.as_ref().map(rows::webhook).transpose()
}

/// Gives the webhooks of a structure to the one that it turned out to be, with what it may be told again.
///
/// # Errors
/// The database can't be reached.
pub async fn pass_on(
    writing: &mut Writing,
    gone: &Organisation,
    into: Id<Organisation>,
) -> Result<(), StoreError> {
    let from = gone.id;
    let rows = Entity::find()
        .filter(Column::OrganisationId.eq(from.uuid()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(writing.db())
        .await?;
    for row in &rows {
        let followed = follow(rows::webhook(row)?, gone.state, into, writing.now());
        save(writing, &followed, None).await?;
    }
    outbox::Entity::update_many()
        .col_expr(
            outbox::Column::OrganisationId,
            Expr::value(Some(into.uuid())),
        )
        .filter(outbox::Column::OrganisationId.eq(from.uuid()))
        .exec(writing.db())
        .await?;
    Ok(())
}

/// Forgets some of what was told long ago, and of what waits for as long; says how many rows that was.
///
/// # Errors
/// The database can't be reached.
pub(crate) async fn forget_old_deliveries(writing: &Writing) -> Result<u64, StoreError> {
    let all = Query::select()
        .column(Column::Id)
        .from(webhooks::Entity)
        .to_owned();
    // By webhook: there is an index on when each was told.
    let old = Condition::all()
        .add(webhook_deliveries::Column::WebhookId.in_subquery(all))
        .add(webhook_deliveries::Column::CreatedAt.lt(writing.now() - KEPT));
    bulk::forget::<webhook_deliveries::Entity>(writing.db(), old).await
}

/// Forgets some of what happened long ago, as far as it was handed on; says how many rows that was.
///
/// # Errors
/// The database can't be reached.
pub(crate) async fn forget_old_messages(writing: &Writing) -> Result<u64, StoreError> {
    let old = Condition::all()
        .add(outbox::Column::CreatedAt.lt(writing.now() - KEPT))
        .add(outbox::Column::HandedOnAt.is_not_null());
    bulk::forget::<outbox::Entity>(writing.db(), old).await
}
