//! The same key and body gives the first answer again: it is stored in the transaction of its
//! effect, encrypted under the key of the person it speaks of.

use chrono::{DateTime, Utc};
use domain::rights::Retention;
use futures_util::future::BoxFuture;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, ModelTrait,
    PaginatorTrait, QueryFilter, TryInsertResult,
};
use uuid::Uuid;

use super::{Act, Snapshot, Stop, Store, StoreError, Writing, bulk};
use crate::entities::idempotency_keys;

/// What a caller wants to happen once.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Their key.
    pub key: String,
    /// A digest of the operation and the body.
    pub fingerprint: [u8; 32],
}

/// An answer that can be given again, to the byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Where what was made is.
    pub location: Option<String>,
    /// Its version.
    pub etag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
    /// The person whom the body speaks of, if it speaks of one.
    pub person: Option<Uuid>,
}

/// Whether it was done now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Once {
    /// Now.
    First(Answer),
    /// Before: this was the answer.
    Again(Answer),
}

/// Why a key is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdempotencyRefusal {
    /// The key came with another body before.
    #[error("the key was used for something else")]
    OtherRequest,
    /// The first request still runs.
    #[error("the first request with this key still runs")]
    StillRunning,
    /// The answer is gone with the person it spoke of.
    #[error("the answer was erased")]
    Erased,
}

impl Store {
    /// A write whose answer is kept under the claim's key, if there is one, and given again.
    ///
    /// # Errors
    /// What `work` refuses, or what the key's history refuses.
    pub async fn write_once<R, W>(
        &self,
        act: Act,
        claim: Option<Claim>,
        work: W,
    ) -> Result<Once, Stop<R>>
    where
        R: From<IdempotencyRefusal> + Send + 'static,
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<Answer, Stop<R>>>
            + Send
            + Sync
            + 'static,
    {
        let actor = format!(
            "{}:{}",
            act.actor.kind(),
            act.actor.id().unwrap_or_default()
        );
        let work = std::sync::Arc::new(work);
        self.write(act, move |writing| {
            let (claim, actor, work) = (claim.clone(), actor.clone(), work.clone());
            Box::pin(async move {
                let Some(claim) = claim else {
                    return Ok(Once::First(work(writing).await?));
                };
                if let Some(answer) = take(writing, &actor, &claim).await? {
                    return Ok(Once::Again(answer));
                }
                let answer = work(writing).await?;
                keep(writing, &actor, &claim, &answer).await?;
                Ok(Once::First(answer))
            })
        })
        .await
    }
}

/// Claims the key; gives the answer that was kept under it, if there is one.
async fn take<R: From<IdempotencyRefusal>>(
    writing: &mut Writing,
    actor: &str,
    claim: &Claim,
) -> Result<Option<Answer>, Stop<R>> {
    let id = (actor.to_owned(), claim.key.clone());
    let now = writing.now();
    let stale = idempotency_keys::Entity::find_by_id(id.clone())
        .one(writing.db())
        .await?;
    if let Some(row) = stale.filter(|row| row.created_at < Retention::RepeatedAnswers.before(now)) {
        row.delete(writing.db()).await?;
    }
    let row = idempotency_keys::ActiveModel {
        actor: Set(actor.to_owned()),
        idempotency_key: Set(claim.key.clone()),
        fingerprint: Set(claim.fingerprint.to_vec()),
        created_at: Set(now),
        status: Set(None),
        location: Set(None),
        etag: Set(None),
        body: Set(None),
        person_id: Set(None),
    };
    // PostgreSQL waits here for a first request that still runs, as long as the lock timeout says.
    let inserted = idempotency_keys::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([
                idempotency_keys::Column::Actor,
                idempotency_keys::Column::IdempotencyKey,
            ])
            .do_nothing()
            .to_owned(),
        )
        .try_insert()
        .exec_without_returning(writing.db())
        .await;
    match inserted.map_err(StoreError::from) {
        Ok(TryInsertResult::Inserted(1)) => return Ok(None),
        Ok(_) => {}
        Err(StoreError::Busy) => {
            return Err(Stop::Refused(IdempotencyRefusal::StillRunning.into()));
        }
        Err(other) => return Err(other.into()),
    }
    let kept = idempotency_keys::Entity::find_by_id(id)
        .one(writing.db())
        .await?;
    let Some(kept) = kept else {
        return Err(StoreError::Conflict.into());
    };
    if kept.fingerprint != claim.fingerprint {
        return Err(Stop::Refused(IdempotencyRefusal::OtherRequest.into()));
    }
    restore(writing, kept).await.map(Some)
}

async fn restore<R: From<IdempotencyRefusal>>(
    writing: &mut Writing,
    kept: idempotency_keys::Model,
) -> Result<Answer, Stop<R>> {
    let body = kept.body.unwrap_or_default();
    let body = match kept.person_id {
        None => body,
        Some(person) => match writing.person_key(person).await? {
            Some(key) => key
                .open(&body, CONTEXT)
                .map_err(|e| StoreError::Unreadable(e.to_string()))?,
            None => return Err(Stop::Refused(IdempotencyRefusal::Erased.into())),
        },
    };
    Ok(Answer {
        status: kept
            .status
            .and_then(|s| u16::try_from(s).ok())
            .unwrap_or(200),
        location: kept.location,
        etag: kept.etag,
        body,
        person: kept.person_id,
    })
}

async fn keep(
    writing: &mut Writing,
    actor: &str,
    claim: &Claim,
    answer: &Answer,
) -> Result<(), StoreError> {
    let body = match answer.person {
        None => answer.body.clone(),
        Some(person) => {
            let key = writing.person_key(person).await?;
            let key =
                key.ok_or_else(|| StoreError::Unreadable("no key for a person".to_owned()))?;
            key.seal(&answer.body, CONTEXT)
        }
    };
    let row = idempotency_keys::ActiveModel {
        actor: Set(actor.to_owned()),
        idempotency_key: Set(claim.key.clone()),
        status: Set(Some(answer.status.into())),
        location: Set(answer.location.clone()),
        etag: Set(answer.etag.clone()),
        body: Set(Some(body)),
        person_id: Set(answer.person),
        ..Default::default()
    };
    row.update(writing.db()).await?;
    Ok(())
}

const CONTEXT: &[u8] = b"idempotent answer";

/// Forgets the answers that were kept long enough; says how many.
///
/// # Errors
/// The database can't be reached.
pub(crate) async fn forget_old_answers(writing: &mut Writing) -> Result<u64, StoreError> {
    bulk::forget::<idempotency_keys::Entity>(writing.db(), old(writing.now())).await
}

/// How many had their time by then.
pub(crate) async fn count_old_answers(
    snapshot: &Snapshot,
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let old = idempotency_keys::Entity::find().filter(old(at));
    Ok(old.count(&snapshot.tx).await?)
}

fn old(at: DateTime<Utc>) -> Condition {
    let before = Retention::RepeatedAnswers.before(at);
    Condition::all().add(idempotency_keys::Column::CreatedAt.lt(before))
}
