//! What the clock forgets: answers, attempts, sessions and tokens that count no more, what was told and
//! written long ago. Uses `accounts`, `attachments`, `mail` and `webhooks`.

use domain::rights::Retention;
use uuid::Uuid;

use crate::accounts;
use crate::attachments;
use crate::mail;
use crate::store::{Act, Stop, Store, StoreError, Writing, bulk, forget_old_answers};
use crate::webhooks;

/// How many rows were forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Of what is held of people, by what it was kept for.
    pub of_people: Vec<(Retention, u64)>,
    /// Of everything else.
    pub others: u64,
}

impl Forgotten {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.others + self.of_people.iter().map(|(_, rows)| rows).sum::<u64>()
    }
}

impl Store {
    /// Forgets what has had its time; says how many rows that was. Run it every hour or so, from any
    /// number of instances. What there is much of is forgotten bit by bit, so that nobody waits for long.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn forget_expired(&self) -> Result<Forgotten, StoreError> {
        let mut forgotten = Forgotten::default();
        loop {
            let act = Act::system("upkeep", Uuid::nil());
            let done = self.write(act, |writing| Box::pin(forget(writing))).await;
            let (of_people, others) = done.map_err(Stop::into_error)?;
            if forgotten.of_people.is_empty() {
                forgotten.of_people = of_people.to_vec();
            } else {
                for (sum, (_, rows)) in forgotten.of_people.iter_mut().zip(of_people) {
                    sum.1 += rows;
                }
            }
            forgotten.others += others.iter().sum::<u64>();
            let mut counts = of_people.iter().map(|(_, rows)| rows).chain(&others);
            if counts.all(|count| *count < bulk::MOST_FORGOTTEN) {
                return Ok(forgotten);
            }
        }
    }
}

/// Forgets some of each kind; says how many of each.
async fn forget(
    writing: &mut Writing,
) -> Result<([(Retention, u64); 6], [u64; 4]), Stop<StoreError>> {
    let of_people = [
        (Retention::Mails, mail::forget_old(writing).await?),
        (
            Retention::SignInLinks,
            accounts::forget_old_challenges(writing).await?,
        ),
        (
            Retention::Sessions,
            accounts::forget_old_sessions(writing).await?,
        ),
        (
            Retention::FailedSignIns,
            accounts::forget_old_attempts(writing, false).await?,
        ),
        (
            Retention::SignIns,
            accounts::forget_old_attempts(writing, true).await?,
        ),
        (
            Retention::RepeatedAnswers,
            forget_old_answers(writing).await?,
        ),
    ];
    let others = [
        accounts::forget_old_tokens(writing).await?,
        attachments::forget_of_deleted(writing).await?,
        webhooks::forget_old_deliveries(writing).await?,
        webhooks::forget_old_messages(writing).await?,
    ];
    Ok((of_people, others))
}
