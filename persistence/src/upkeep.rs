//! What the clock forgets: answers, attempts, sessions and tokens that count no more, what was told and
//! written long ago. Uses `accounts`, `attachments`, `mail` and `webhooks`.

use uuid::Uuid;

use crate::accounts;
use crate::attachments;
use crate::mail;
use crate::store::{Act, Stop, Store, StoreError, Writing, forget_old_answers};
use crate::webhooks;

impl Store {
    /// Forgets what has had its time; says how many rows that was. Run it every hour or so, from any
    /// number of instances.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn forget_expired(&self) -> Result<u64, StoreError> {
        let act = Act::system("upkeep", Uuid::nil());
        let done = self.write(act, |writing| Box::pin(forget(writing))).await;
        done.map_err(Stop::into_error)
    }
}

async fn forget(writing: &mut Writing) -> Result<u64, Stop<StoreError>> {
    Ok(forget_old_answers(writing).await?
        + accounts::forget_old_attempts(writing).await?
        + accounts::forget_old_sessions(writing).await?
        + accounts::forget_old_tokens(writing).await?
        + mail::forget_old(writing).await?
        + attachments::forget_of_deleted(writing).await?
        + webhooks::forget_old(writing).await?)
}
