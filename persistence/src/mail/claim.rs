//! Who sends a mail: one instance at a time. Many are claimed, and settled, by one write. Nothing of it is
//! told in the audit trail, which has what the mails are about.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::kernel::Vocabulary;
use domain::mail::{Attempt, Mail, MailProblem, MailState, Settled, settle as decide};
use domain::rights::Retention;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::rows;
use crate::entities::mails::{Column, Entity};
use crate::page::found_among;
use crate::store::{Snapshot, StoreError, Writing, bulk};

/// How long a claim holds: whoever made it is gone then, and the mails are due again.
const LEASE: TimeDelta = TimeDelta::minutes(3);

/// Mails that are ours to send, until they are settled or the lease ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claimed {
    /// What is to be sent, those that are due for the longest time first.
    pub mails: Vec<Mail>,
    token: Uuid,
}

/// Claims mails that are due; those that others are claiming are left to them. One that this version can't
/// read is put off: it holds up no other, and may be a newer version's.
///
/// # Errors
/// The database can't be reached.
pub async fn claim_due(writing: &mut Writing, most: u64) -> Result<Claimed, StoreError> {
    let now = writing.now();
    let due = Entity::find()
        .filter(Column::NextAttemptAt.lte(now))
        .order_by_asc(Column::NextAttemptAt)
        .order_by_asc(Column::Id)
        .limit(most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(writing.db())
        .await?;
    let token = writing.new_id();
    let mut mails = Vec::with_capacity(due.len());
    for row in &due {
        match rows::mail(row) {
            // Whoever handed it over is gone.
            Ok(mail) if row.handed_over_at.is_some() => {
                let settled = decide(mail.attempts, Attempt::cut_off(mail.kind), now);
                tracing::warn!(mail = %row.id, "it is not known whether a mail arrived: it is not sent again");
                put(writing, settled, &[row.id], None).await?;
            }
            Ok(mail) => mails.push(mail),
            Err(error) => {
                tracing::warn!(%error, mail = %row.id, "a mail can't be read, and is put off");
                let problem = Attempt::PutOff(MailProblem::Unreadable);
                put(
                    writing,
                    decide(rows::attempts(row), problem, now),
                    &[row.id],
                    None,
                )
                .await?;
            }
        }
    }
    let ids: Vec<Uuid> = mails.iter().map(|mail| mail.id.uuid()).collect();
    for some in ids.chunks(bulk::MOST_NAMED) {
        // A mail is due again when the lease ends: no other clock is needed for that.
        Entity::update_many()
            .col_expr(Column::ClaimedBy, Expr::value(Some(token)))
            .col_expr(Column::NextAttemptAt, Expr::value(Some(now + LEASE)))
            .filter(Column::Id.is_in(bulk::padded(some)))
            .exec(writing.db())
            .await?;
    }
    Ok(Claimed { mails, token })
}

/// Says that these mails are handed over from now on, before they are; gives those that are still there, and
/// claimed by the same.
///
/// # Errors
/// The database can't be reached.
pub async fn hand_over(
    writing: &Writing,
    claimed: &Claimed,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, StoreError> {
    let ours = Condition::all()
        .add(Column::Id.is_in(bulk::padded(ids)))
        .add(Column::ClaimedBy.eq(claimed.token));
    Entity::update_many()
        .col_expr(Column::HandedOverAt, Expr::value(Some(writing.now())))
        .filter(ours.clone())
        .exec(writing.db())
        .await?;
    let left = Entity::find().select_only().column(Column::Id).filter(ours);
    Ok(left.into_tuple().all(writing.db()).await?)
}

/// Keeps what came of trying to send mails. What was claimed by somebody else since is theirs.
///
/// # Errors
/// The database can't be reached.
pub async fn settle(
    writing: &Writing,
    claimed: &Claimed,
    tried: &[(Mail, Attempt)],
) -> Result<(), StoreError> {
    let mut alike: HashMap<Settled, Vec<Uuid>> = HashMap::new();
    for (mail, attempt) in tried {
        let settled = decide(mail.attempts, *attempt, writing.now());
        alike.entry(settled).or_default().push(mail.id.uuid());
    }
    for (settled, ids) in alike {
        put(writing, settled, &ids, Some(claimed.token)).await?;
    }
    Ok(())
}

/// Keeps how far these mails are; where it is said who has claimed them, those that are still theirs.
async fn put(
    writing: &Writing,
    settled: Settled,
    ids: &[Uuid],
    claimed_by: Option<Uuid>,
) -> Result<(), StoreError> {
    let has_ended = settled.state != MailState::Waiting;
    let ended_at = has_ended.then(|| writing.now());
    let problem = settled.problem.map(|problem| problem.word().to_owned());
    let attempts = i32::try_from(settled.attempts).unwrap_or(i32::MAX);
    for some in ids.chunks(bulk::MOST_NAMED) {
        let mut update = Entity::update_many()
            .col_expr(Column::State, Expr::value(settled.state.word()))
            .col_expr(Column::Problem, Expr::value(problem.clone()))
            .col_expr(Column::Attempts, Expr::value(attempts))
            .col_expr(Column::NextAttemptAt, Expr::value(settled.next_attempt_at))
            .col_expr(Column::EndedAt, Expr::value(ended_at))
            .col_expr(Column::ClaimedBy, Expr::value(None::<Uuid>))
            .col_expr(Column::HandedOverAt, Expr::value(None::<DateTime<Utc>>))
            .filter(Column::Id.is_in(bulk::padded(some)));
        if let Some(token) = claimed_by {
            update = update.filter(Column::ClaimedBy.eq(token));
        }
        update.exec(writing.db()).await?;
    }
    Ok(())
}

/// Gives all claims back: at the start of the only process that sends they are left over.
///
/// # Errors
/// The database can't be reached.
pub async fn release_all(writing: &Writing) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::value(None::<Uuid>))
        .col_expr(Column::NextAttemptAt, Expr::value(Some(writing.now())))
        .filter(Column::ClaimedBy.is_not_null())
        .exec(writing.db())
        .await?;
    Ok(())
}

/// Forgets mails of long ago; says how many.
///
/// # Errors
/// The database can't be reached.
pub async fn forget_old(writing: &Writing) -> Result<u64, StoreError> {
    bulk::forget::<Entity>(writing.db(), old(writing.now())).await
}

/// How many had their time by then.
pub(crate) async fn count_old(snapshot: &Snapshot, at: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(Entity::find().filter(old(at)).count(&snapshot.tx).await?)
}

fn old(at: DateTime<Utc>) -> Condition {
    Condition::all().add(Column::CreatedAt.lt(Retention::Mails.before(at)))
}

/// Those of some mails that are known still.
///
/// # Errors
/// The database can't be reached.
pub async fn known_among(snapshot: &Snapshot, ids: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
    let mut known = HashSet::new();
    for some in ids.chunks(bulk::MOST_NAMED) {
        let named = bulk::padded(some).collect();
        known.extend(found_among(snapshot, Entity::find(), Column::Id, named).await?);
    }
    Ok(known)
}
