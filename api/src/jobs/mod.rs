//! What runs by the clock, on every instance: what two may do at once is claimed in the database.

use std::sync::Arc;
use std::time::Duration;

use domain::kernel::Vocabulary as _;
use persistence::audit;

use crate::app::App;
use crate::attachments;
use crate::auth::rotate_when_due;
use crate::delivery;
use crate::import_sources;
use crate::imports;
use crate::involvements;
use crate::ops;
use crate::registrations;
use crate::rights;

/// How soon after a commit its audit entry is sealed.
const SEAL_PAUSE: Duration = Duration::from_millis(200);

/// How often entries of other instances, or of one that died, are looked for.
const SEAL_NET: Duration = Duration::from_secs(30);

/// How often what had its time is forgotten, and keys are looked at.
const UPKEEP: Duration = Duration::from_secs(3600);

/// How often the keys of other instances are looked for: well within the time for which those they
/// replace still count.
const KEYS: Duration = Duration::from_secs(60);

/// How often buckets that are full again are forgotten.
const BUCKETS: Duration = Duration::from_secs(60);

/// How often what was measured is summed up. Until then each measurement is kept by itself, asked for
/// or not.
const FIGURES: Duration = Duration::from_secs(2);

/// Starts the jobs; they end with the handles.
pub(crate) fn start(app: &Arc<App>) -> Vec<tokio::task::JoinHandle<()>> {
    let mut jobs = vec![
        follow(app),
        tokio::spawn(seal(app.clone())),
        tokio::spawn(keep_up(app.clone())),
        tokio::spawn(look_for_keys(app.clone())),
        tokio::spawn(forget_buckets(app.clone())),
        tokio::spawn(sum_up_figures()),
        tokio::spawn(import_sources::poll_when_due(app.clone())),
        tokio::spawn(imports::end_when_quiet(app.clone())),
        tokio::spawn(registrations::settle_when_due(app.clone())),
        tokio::spawn(involvements::tell_when_due(app.clone())),
    ];
    jobs.extend(delivery::webhooks::start(app));
    jobs
}

/// Drops what is kept of what is written, here and elsewhere.
fn follow(app: &Arc<App>) -> tokio::task::JoinHandle<()> {
    // The store keeps whom it tells: they must not keep the store in turn.
    let told = Arc::downgrade(app);
    app.store.watch(move |news| {
        if let Some(app) = told.upgrade() {
            app.kept.follow(news);
            app.known.follow(news);
        }
    })
}

async fn seal(app: Arc<App>) {
    let mut next = app.store.written();
    loop {
        let _ = tokio::time::timeout(SEAL_NET, next).await;
        tokio::time::sleep(SEAL_PAUSE).await;
        // Before the look, so that what is committed during it is not missed.
        next = app.store.written();
        if let Err(error) = audit::seal(&app.store).await {
            tracing::warn!(%error, "the audit trail could not be sealed yet");
        }
    }
}

async fn keep_up(app: Arc<App>) {
    let mut hours = 0_u64;
    loop {
        match rights::retain(&app).await {
            Ok(forgotten) => {
                for (purpose, count) in forgotten.into_iter().filter(|(_, count)| *count > 0) {
                    tracing::info!(
                        purpose = purpose.word(),
                        count,
                        "what had its time was forgotten"
                    );
                }
            }
            Err(error) => tracing::warn!(%error, "what had its time could not be forgotten yet"),
        }
        match rotate_when_due(&app.store).await {
            Ok(false) => {}
            Ok(true) => tracing::info!("a new signing key took over"),
            Err(error) => tracing::warn!(%error, "the signing keys could not be looked at"),
        }
        match app.store.empty_log().await {
            Ok(true) => {}
            Ok(false) => tracing::debug!("the database's log is emptied another time"),
            Err(error) => tracing::warn!(%error, "the database's log could not be emptied"),
        }
        match attachments::collect_orphans(&app).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "files that nobody knew of were removed"),
            Err(error) => {
                tracing::warn!(%error, "files that nobody knows of could not be looked for")
            }
        }
        // A copy outside the database, so that a chain rewritten as a whole shows.
        if hours.is_multiple_of(24)
            && let Ok(Some(head)) = audit::head(&app.store).await
        {
            tracing::info!(
                number = head.number,
                hash = head.hash,
                "head of the audit chain"
            );
        }
        hours += 1;
        tokio::time::sleep(UPKEEP).await;
    }
}

async fn look_for_keys(app: Arc<App>) {
    loop {
        if let Err(error) = app.tokens.reload(&app.store).await {
            tracing::warn!(%error, "the signing keys could not be read");
        }
        tokio::time::sleep(KEYS).await;
    }
}

async fn forget_buckets(app: Arc<App>) {
    loop {
        tokio::time::sleep(BUCKETS).await;
        if let Some(limits) = &app.limits {
            limits.forget_full();
        }
    }
}

async fn sum_up_figures() {
    loop {
        tokio::time::sleep(FIGURES).await;
        if let Some(recorder) = ops::recorder() {
            recorder.run_upkeep();
        }
    }
}
