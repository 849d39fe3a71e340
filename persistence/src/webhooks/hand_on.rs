//! From the outbox to those who are told. A row is handed on by a mark of its own, never by its age: on
//! PostgreSQL a write that began earlier may be committed later. One instance at a time hands on, so that
//! what is told of one thing comes in its order, and all of one thing that waits goes together.

use std::collections::BTreeSet;

use domain::kernel::Vocabulary;
use domain::webhooks::DeliveryState;
use sea_orm::sea_query::{
    Expr, ExprTrait as _, LockType, OnConflict, Query, SelectStatement, SimpleExpr,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::claim::owner_is_heard;
use crate::entities::{outbox, webhook_deliveries, webhooks};
use crate::store::{Snapshot, StoreError, Writing, bulk, dialect};

/// So many rows are handed on in one write, and what belongs to them.
const MOST: usize = bulk::MOST_NAMED;

/// Whether a webhook wants a row's type, and may know of it. What is of a structure that was merged meanwhile is
/// of the one that it is now.
const MAY_KNOW: &str = "webhooks.types like '%,' || outbox.kind || ',%' and \
    (webhooks.organisation_id is null or outbox.is_public or \
     outbox.organisation_id = webhooks.organisation_id or \
     exists (select 1 from organisations where organisations.id = outbox.organisation_id and \
             organisations.merged_into = webhooks.organisation_id))";

/// What happened before it was made is a replay's to tell.
const IS_NEW: &str = "webhooks.created_at <= outbox.created_at";

/// Whether something waits to be handed on: then it is worth a write.
///
/// # Errors
/// The database can't be reached.
pub async fn anything_waits(snapshot: &Snapshot) -> Result<bool, StoreError> {
    let first: Option<Uuid> = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Id)
        .filter(outbox::Column::HandedOnAt.is_null())
        .limit(1)
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    Ok(first.is_some())
}

/// Hands on what waits, the earliest first; says whether there may be more.
///
/// # Errors
/// The database can't be reached, or another instance hands on for too long.
pub async fn hand_on(writing: &mut Writing) -> Result<bool, StoreError> {
    dialect::lock_called(writing.db(), "outbox is handed on").await?;
    let (ids, is_more) = taken(writing).await?;
    for ids in ids.chunks(MOST) {
        let ids: Vec<Uuid> = bulk::padded(ids).collect();
        to_webhooks(writing, &ids).await?;
        outbox::Entity::update_many()
            .col_expr(outbox::Column::HandedOnAt, Expr::value(Some(writing.now())))
            .filter(outbox::Column::Id.is_in(ids))
            .exec(writing.db())
            .await?;
    }
    Ok(is_more)
}

/// What is handed on: the earliest rows, and all that waits of the same things.
async fn taken(writing: &Writing) -> Result<(Vec<Uuid>, bool), StoreError> {
    let waiting = || {
        outbox::Entity::find()
            .select_only()
            .column(outbox::Column::Id)
            .column(outbox::Column::SubjectId)
            .filter(outbox::Column::HandedOnAt.is_null())
    };
    let first: Vec<(Uuid, Uuid)> = waiting()
        .order_by_asc(outbox::Column::CreatedAt)
        .order_by_asc(outbox::Column::Id)
        .limit(MOST as u64)
        .into_tuple()
        .all(writing.db())
        .await?;
    let is_more = first.len() == MOST;
    let mut ids: BTreeSet<Uuid> = first.iter().map(|(id, _)| *id).collect();
    if is_more {
        let subjects: BTreeSet<Uuid> = first.iter().map(|(_, subject)| *subject).collect();
        let subjects: Vec<Uuid> = subjects.into_iter().collect();
        let same: Vec<(Uuid, Uuid)> = waiting()
            .filter(outbox::Column::SubjectId.is_in(bulk::padded(&subjects)))
            .into_tuple()
            .all(writing.db())
            .await?;
        ids.extend(same.iter().map(|(id, _)| *id));
    }
    Ok((ids.into_iter().collect(), is_more))
}

async fn to_webhooks(writing: &Writing, ids: &[Uuid]) -> Result<(), StoreError> {
    let of_these = Query::select()
        .expr(Expr::value(1))
        .from(outbox::Entity)
        .and_where(outbox::Column::Id.is_in(ids.iter().copied()))
        .and_where(is_told())
        .and_where(Expr::cust(IS_NEW))
        .to_owned();
    // In one order, as whoever gives webhooks back locks them.
    let told: Vec<Uuid> = webhooks::Entity::find()
        .select_only()
        .column(webhooks::Column::Id)
        .filter(Expr::exists(of_these))
        .order_by_asc(webhooks::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(writing.db())
        .await?;
    if told.is_empty() {
        return Ok(());
    }
    let mut rows = waiting_rows(writing);
    rows.and_where(outbox::Column::Id.is_in(ids.iter().copied()))
        .and_where(is_told())
        .and_where(Expr::cust(IS_NEW));
    let known = OnConflict::columns(KEY).do_nothing().to_owned();
    insert(writing, rows, known).await?;
    webhooks::Entity::update_many()
        .col_expr(webhooks::Column::WakeAt, Expr::value(Some(writing.now())))
        .filter(webhooks::Column::Id.is_in(told))
        .exec(writing.db())
        .await?;
    Ok(())
}

const KEY: [webhook_deliveries::Column; 2] = [
    webhook_deliveries::Column::WebhookId,
    webhook_deliveries::Column::MessageId,
];

/// What is told of rows of the outbox to whoever may know, as it waits to be told.
pub(super) fn waiting_rows(writing: &Writing) -> SelectStatement {
    use outbox::Column as Of;
    let now = writing.now();
    let mut rows = Query::select();
    rows.column((webhooks::Entity, webhooks::Column::Id))
        .columns([
            (outbox::Entity, Of::Id),
            (outbox::Entity, Of::Kind),
            (outbox::Entity, Of::SubjectKind),
            (outbox::Entity, Of::SubjectId),
            (outbox::Entity, Of::SubjectVersion),
            (outbox::Entity, Of::Payload),
            (outbox::Entity, Of::CreatedAt),
        ])
        .expr(Expr::cust(format!("'{}'", DeliveryState::Pending.word())))
        .expr(Expr::cust("0"))
        .expr(Expr::value(now))
        .expr(Expr::cust("'[]'"))
        .expr(Expr::value(now))
        .from(outbox::Entity)
        .from(webhooks::Entity);
    rows
}

/// Inserts such rows.
pub(super) async fn insert(
    writing: &Writing,
    rows: SelectStatement,
    on_conflict: OnConflict,
) -> Result<u64, StoreError> {
    use webhook_deliveries::Column as To;
    let columns = [
        To::WebhookId,
        To::MessageId,
        To::Kind,
        To::SubjectKind,
        To::SubjectId,
        To::SubjectVersion,
        To::Payload,
        To::ToldAt,
        To::State,
        To::Tries,
        To::NextAttemptAt,
        To::Attempts,
        To::CreatedAt,
    ];
    let mut insert = Query::insert();
    insert
        .into_table(webhook_deliveries::Entity)
        .columns(columns)
        .select_from(rows)
        .map_err(|error| StoreError::Unreadable(error.to_string()))?
        .on_conflict(on_conflict);
    let inserted = writing.db().execute(&insert).await?;
    Ok(inserted.rows_affected())
}

/// Whether the webhook of a row of [`waiting_rows`] is told of it.
pub(super) fn is_told() -> SimpleExpr {
    Expr::cust(MAY_KNOW).and(owner_is_heard())
}
