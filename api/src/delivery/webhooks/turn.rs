//! One webhook's turn: what is due is told it, several things at once and each in its order, until nothing is
//! due, or for a while; then it is given back, so that those who wait have their turn.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::kernel::Id;
use domain::webhooks::{Answered, Delivery, Webhook};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use persistence::StoreError;
use persistence::webhooks::{self, Told, Turn};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::attempt::attempt;
use super::line::Line;
use super::record::{Note, hand};
use super::tell::Shared;

/// No call is begun later in a turn.
const LONGEST: Duration = Duration::from_secs(10);
/// So many calls to one webhook are under way at once.
const CALLS: usize = 8;
/// So many things are being told, those included whose call is being kept.
const MOST: usize = 64;
/// So much is looked up at once.
const WINDOW: u64 = 256;
/// How long calls that are slow keep from looking for more.
const LOOK: Duration = Duration::from_secs(1);
/// After so many calls in a row that failed the turn ends,
const FAILURES: u32 = 8;
/// and the next one does not begin at once.
const REST: TimeDelta = TimeDelta::seconds(5);

/// What a webhook's calls need.
struct Target {
    webhook: Webhook,
    secrets: Vec<Vec<u8>>,
    calls: Arc<Semaphore>,
}

/// How a call went.
struct Done {
    delivery: Delivery,
    is_taken: bool,
    /// Whether that is known to the database; also when no call was made.
    is_kept: bool,
}

/// Has its turn, and is given back: the turn ends when that is kept, since for as long the claim is renewed.
pub(super) async fn take_turn(shared: Arc<Shared>, id: Id<Webhook>) {
    let failures = survived(tell(&shared, id)).await;
    let rest = if failures < FAILURES {
        TimeDelta::zero()
    } else {
        REST
    };
    while !hand(&shared.notes, Note::Back(id, rest)).await && !shared.ends() {
        tokio::time::sleep(LOOK).await;
    }
}

/// The failures in a row, or as many as end a turn when it panics: it is given back all the same.
async fn survived(telling: impl Future<Output = u32>) -> u32 {
    AssertUnwindSafe(telling)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| {
            tracing::error!("a webhook's turn panicked");
            FAILURES
        })
}

/// Tells what is due; so many calls failed in a row at the end.
async fn tell(shared: &Arc<Shared>, id: Id<Webhook>) -> u32 {
    let (begun, calls) = (Instant::now(), Arc::new(Semaphore::new(CALLS)));
    let (mut line, mut running) = (Line::default(), FuturesUnordered::new());
    let (mut target, mut may_be_more, mut failures) = (None, true, 0);
    // What can't be kept now can't be kept at once: telling it again at once would be in vain.
    let mut is_all_kept = true;
    loop {
        let goes_on =
            is_all_kept && begun.elapsed() < LONGEST && failures < FAILURES && shared.may_call();
        if goes_on && may_be_more && line.is_empty() {
            let turn = match look(shared, id).await {
                Ok(Some(turn)) => turn,
                Ok(None) => {
                    (may_be_more, target) = (false, None);
                    continue;
                }
                // What can't be read now can't be read at once.
                Err(_) => {
                    (may_be_more, target, failures) = (false, None, FAILURES);
                    continue;
                }
            };
            may_be_more = turn.deliveries.len() as u64 == WINDOW;
            line.add(turn.deliveries);
            target = Some(Arc::new(Target {
                webhook: turn.webhook,
                secrets: turn.secrets,
                calls: calls.clone(),
            }));
        }
        if let Some(target) = target.as_ref().filter(|_| goes_on) {
            while running.len() < MOST
                && let Some(delivery) = line.next()
            {
                running.push(one(shared.clone(), Arc::clone(target), delivery));
            }
        }
        match timeout(LOOK, running.next()).await {
            Ok(None) if is_all_kept => return failures,
            Ok(None) => return FAILURES,
            Ok(Some(done)) => {
                let Done {
                    delivery,
                    is_taken,
                    is_kept,
                } = done;
                failures = if is_taken { 0 } else { failures + 1 };
                is_all_kept &= is_kept;
                line.done(&delivery, is_taken);
            }
            Err(_) => may_be_more = true,
        }
    }
}

async fn look(shared: &Shared, id: Id<Webhook>) -> Result<Option<Turn>, StoreError> {
    let app = &shared.app;
    let turn = webhooks::turn(&app.store, app.telling.holder, id, WINDOW).await;
    if let Err(error) = &turn {
        tracing::warn!(%error, webhook = %id, "what a webhook is to be told could not be read");
    }
    turn
}

/// One call, and its keeping: the next of the same thing is told only then.
async fn one(shared: Arc<Shared>, target: Arc<Target>, delivery: Delivery) -> Done {
    let called = async {
        let _call = target.calls.acquire().await.ok()?;
        if !shared.may_call() {
            return None;
        }
        Some(attempt(&shared.app, &target.webhook, &target.secrets, &delivery).await)
    };
    let Some((attempt, answered)) = called.await else {
        return Done {
            delivery,
            is_taken: false,
            is_kept: true,
        };
    };
    let told = Told {
        webhook: target.webhook.id,
        delivery: delivery.clone(),
        attempt,
        answered,
        chance: chance(),
    };
    let is_kept = hand(&shared.notes, Note::Told(Box::new(told))).await;
    Done {
        delivery,
        is_taken: is_kept && answered == Answered::Taken,
        is_kept,
    }
}

fn chance() -> u16 {
    let mut bytes = [0; 2];
    // Without chance many calls come at once again: no more than that.
    let _ = getrandom::fill(&mut bytes);
    u16::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_that_panics_ends_as_one_whose_calls_failed() {
        assert_eq!(survived(async { 3 }).await, 3);
        assert_eq!(
            survived(async { panic!("a fault of ours") }).await,
            FAILURES
        );
    }
}
