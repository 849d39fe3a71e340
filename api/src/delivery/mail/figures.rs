//! How many mails left, did not, and wait.

use domain::mail::Attempt;
use persistence::Store;

/// A mail was tried.
pub(super) fn count(attempt: Attempt) {
    let outcome = match attempt {
        Attempt::Sent => "sent",
        Attempt::Failed(_) => "failed",
        Attempt::Skipped(_) => "skipped",
        Attempt::PutOff(_) => "put_off",
        Attempt::Untried => return,
    };
    metrics::counter!("mails_total", "outcome" => outcome).increment(1);
}

/// What waits at this moment.
pub(super) async fn look(store: &Store) {
    let looked = async {
        let snapshot = store.read().await?;
        let backlog = persistence::mail::backlog(&snapshot).await?;
        let now = snapshot.now().await?;
        Ok::<_, persistence::StoreError>((backlog, now))
    };
    match looked.await {
        Ok((backlog, now)) => {
            let age = backlog.since.map_or(0, |since| (now - since).num_seconds());
            #[expect(clippy::cast_precision_loss, reason = "figures of a graph")]
            let (waiting, age) = (backlog.waiting as f64, age.max(0) as f64);
            metrics::gauge!("mails_waiting").set(waiting);
            metrics::gauge!("mails_oldest_seconds").set(age);
        }
        Err(error) => tracing::debug!(%error, "the mails that wait could not be counted"),
    }
}
