//! Finding webhooks, and what they were told.

use chrono::{DateTime, Utc};
use domain::kernel::{Id, Vocabulary};
use domain::organisations::Organisation;
use domain::webhooks::{Delivery, DeliveryState, Webhook};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use super::rows;
use crate::entities::webhook_deliveries;
use crate::entities::webhooks::{Column, Entity};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, Store, StoreError};

/// Which deliveries. What is empty doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeliveryFilter {
    /// In one of these states.
    pub states: Vec<DeliveryState>,
    /// Of one of these types.
    pub kinds: Vec<String>,
}

/// A page of webhooks in the order they were made, and how many there are, when that is asked: all of
/// them, or those of a structure.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    of: Option<Id<Organisation>>,
    part: Part,
) -> Result<(Vec<Webhook>, Option<u64>), StoreError> {
    let of = of.map(|organisation| Column::OrganisationId.eq(organisation.uuid()));
    let query = Entity::find().filter(Condition::all().add_option(of));
    let columns = (Column::CreatedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let webhooks: Result<_, _> = rows.iter().map(rows::webhook).collect();
    Ok((webhooks?, total))
}

/// The webhook of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find(snapshot: &Snapshot, id: Id<Webhook>) -> Result<Option<Webhook>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    row.as_ref().map(rows::webhook).transpose()
}

/// The secrets by which calls to a webhook are signed, the newest first; none when it is gone.
///
/// # Errors
/// The database can't be reached, or a secret doesn't open.
pub async fn secrets(store: &Store, id: Id<Webhook>) -> Result<Vec<Vec<u8>>, StoreError> {
    let snapshot = store.read_current().await?;
    let Some(row) = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await? else {
        return Ok(Vec::new());
    };
    rows::secrets_of(store.master_key(), &row, snapshot.now().await?)
}

/// A page of what a webhook was told, the newest first, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn deliveries(
    snapshot: &Snapshot,
    of: Id<Webhook>,
    filter: &DeliveryFilter,
    part: Part,
) -> Result<(Vec<Delivery>, Option<u64>), StoreError> {
    use webhook_deliveries::Column as Of;
    let states: Vec<_> = filter.states.iter().map(|state| state.word()).collect();
    let wanted = Condition::all()
        .add(Of::WebhookId.eq(of.uuid()))
        .add_option((!states.is_empty()).then(|| Of::State.is_in(states)))
        .add_option((!filter.kinds.is_empty()).then(|| Of::Kind.is_in(&filter.kinds)));
    let query = webhook_deliveries::Entity::find().filter(wanted);
    let columns = (Of::CreatedAt, Of::MessageId);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Descending, part).await?;
    let deliveries: Result<_, _> = rows.into_iter().map(rows::delivery).collect();
    Ok((deliveries?, total))
}

/// What waits to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// So many calls.
    pub count: u64,
    /// Since when the oldest waits.
    pub since: Option<DateTime<Utc>>,
}

/// What waits to be told to webhooks that are not paused.
///
/// # Errors
/// The database can't be reached.
pub async fn waiting(snapshot: &Snapshot) -> Result<Waiting, StoreError> {
    use sea_orm::sea_query::Query;
    use webhook_deliveries::Column as Of;
    let told = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::PausedFor.is_null())
        .to_owned();
    let row: Option<(i64, Option<DateTime<Utc>>)> = webhook_deliveries::Entity::find()
        .select_only()
        .column_as(Of::MessageId.count(), "count")
        .column_as(Of::CreatedAt.min(), "since")
        .filter(Of::State.eq(DeliveryState::Pending.word()))
        .filter(Of::WebhookId.in_subquery(told))
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    let (count, since) = row.unwrap_or_default();
    Ok(Waiting {
        count: u64::try_from(count).unwrap_or_default(),
        since,
    })
}

/// Webhooks that would be told nothing though something waits for them: there must be none.
///
/// # Errors
/// The database can't be reached.
pub(crate) async fn never_woken(snapshot: &Snapshot) -> Result<Vec<uuid::Uuid>, StoreError> {
    use sea_orm::sea_query::{Expr, Query};
    use webhook_deliveries::Column as Of;
    let waits = Query::select()
        .expr(Expr::cust("1"))
        .from(webhook_deliveries::Entity)
        .and_where(Expr::cust("webhook_deliveries.webhook_id = webhooks.id"))
        .and_where(Of::State.eq(DeliveryState::Pending.word()))
        .to_owned();
    let ids = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::PausedFor.is_null())
        .filter(Column::WakeAt.is_null())
        .filter(Column::ClaimedBy.is_null())
        .filter(Expr::exists(waits))
        .into_tuple()
        .all(&snapshot.tx)
        .await?;
    Ok(ids)
}
