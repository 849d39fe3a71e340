//! Patience with a database that others keep busy, or that restarts: an import is long, and one bad
//! moment must not cost all of it.

use std::time::Duration;

use persistence::{Stop, StoreError};
use tokio::time::{Instant, sleep};

/// How long one write is tried again: below the time after which an import that doesn't go on
/// is taken for one that nobody runs.
const LONGEST: Duration = Duration::from_secs(90);

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Tries again, after a pause that grows, what the database had no time for. What it was asked may
/// have been done all the same when the connection broke: whoever asks must find that.
pub(super) async fn patiently<T, R, F>(attempt: impl Fn() -> F) -> Result<T, Stop<R>>
where
    F: Future<Output = Result<T, Stop<R>>>,
{
    let last = Instant::now() + LONGEST;
    let mut pause = FIRST_PAUSE;
    loop {
        match attempt().await {
            Err(Stop::Failed(error)) if may_pass(&error) && Instant::now() + pause < last => {
                tracing::warn!(%error, ?pause, "an import waits for the database");
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            done => return done,
        }
    }
}

fn may_pass(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Busy | StoreError::Conflict | StoreError::Unavailable(_)
    )
}
