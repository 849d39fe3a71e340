//! What the clock forgets: answers, attempts, sessions and tokens that count no more.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Act, Actor, Stop, Store, StoreError, Writing, idempotency};
use crate::accounts;
use crate::entities::{revoked_tokens, sessions};

impl Store {
    /// Forgets what has had its time; says how many rows that was. Run it every hour or so, from any
    /// number of instances.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn forget_expired(&self) -> Result<u64, StoreError> {
        let act = Act {
            actor: Actor::System,
            operation: "upkeep",
            request_id: Uuid::nil(),
        };
        let done = self.write(act, |writing| Box::pin(forget(writing))).await;
        done.map_err(Stop::into_error)
    }
}

async fn forget(writing: &mut Writing) -> Result<u64, Stop<StoreError>> {
    let now = writing.now();
    let mut forgotten = idempotency::forget_old(writing).await?;
    forgotten += accounts::forget_old_attempts(writing).await?;
    // Access tokens live for minutes; a session that ended a day ago has none left.
    let ended = now - chrono::Duration::days(1);
    let over = Condition::any()
        .add(sessions::Column::ExpiresAt.lt(ended))
        .add(sessions::Column::RevokedAt.lt(ended));
    forgotten += sessions::Entity::delete_many()
        .filter(over)
        .exec(writing.db())
        .await?
        .rows_affected;
    let tokens =
        revoked_tokens::Entity::delete_many().filter(revoked_tokens::Column::ExpiresAt.lt(now));
    forgotten += tokens.exec(writing.db()).await?.rows_affected;
    Ok(forgotten)
}
