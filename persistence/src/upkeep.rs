//! What the clock forgets: answers, attempts, sessions and tokens that count no more, what was told and
//! written long ago. Uses `accounts`, `attachments`, `mail` and `webhooks`.

use uuid::Uuid;

use crate::accounts;
use crate::attachments;
use crate::mail;
use crate::store::{Act, Stop, Store, StoreError, Writing, bulk, forget_old_answers};
use crate::webhooks;

impl Store {
    /// Forgets what has had its time; says how many rows that was. Run it every hour or so, from any
    /// number of instances. What there is much of is forgotten bit by bit, so that nobody waits for long.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn forget_expired(&self) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let act = Act::system("upkeep", Uuid::nil());
            let done = self.write(act, |writing| Box::pin(forget(writing))).await;
            let counts = done.map_err(Stop::into_error)?;
            forgotten += counts.iter().sum::<u64>();
            if counts.iter().all(|count| *count < bulk::MOST_FORGOTTEN) {
                return Ok(forgotten);
            }
        }
    }
}

/// Forgets some of each kind; says how many of each.
async fn forget(writing: &mut Writing) -> Result<[u64; 9], Stop<StoreError>> {
    Ok([
        forget_old_answers(writing).await?,
        accounts::forget_old_attempts(writing).await?,
        accounts::forget_old_challenges(writing).await?,
        accounts::forget_old_sessions(writing).await?,
        accounts::forget_old_tokens(writing).await?,
        mail::forget_old(writing).await?,
        attachments::forget_of_deleted(writing).await?,
        webhooks::forget_old_deliveries(writing).await?,
        webhooks::forget_old_messages(writing).await?,
    ])
}
