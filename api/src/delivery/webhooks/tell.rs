//! Which webhooks are due: they are claimed in the database, so that of any number of instances one tells
//! each, and told each by a task of its own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::kernel::Id;
use domain::webhooks::Webhook;
use persistence::{Stop, StoreError, webhooks};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::act;
use super::record::{Handed, record_all};
use super::turn::take_turn;
use crate::app::App;

/// How often it is looked for what is due by the clock.
const LOOK: Duration = Duration::from_millis(500);
/// The least between two looks.
const PAUSE: Duration = Duration::from_millis(5);
/// So many webhooks are told at once.
const AT_ONCE: usize = 512;
/// How often it is said that the claims hold; well within their lease.
const RENEW: Duration = Duration::from_secs(5);
/// For how long claims are relied on without that.
const RELIED_ON: Duration = Duration::from_secs(15);
/// How often the figures are taken.
const FIGURES: Duration = Duration::from_secs(5);
/// How many calls wait to be kept at most, before the next are made.
const NOTES: usize = 1_024;

/// What the turns of a process share.
pub(super) struct Shared {
    pub(super) app: Arc<App>,
    pub(super) notes: mpsc::Sender<Handed>,
    renewed: Mutex<Instant>,
}

impl Shared {
    /// Whether the process is to end.
    pub(super) fn ends(&self) -> bool {
        self.app.telling.ends()
    }

    /// Whether calls may be made: nobody else has taken the claims over, and the process goes on.
    pub(super) fn may_call(&self) -> bool {
        self.since_renewed() < RELIED_ON && !self.app.telling.ends()
    }

    fn since_renewed(&self) -> Duration {
        let renewed = *self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        renewed.elapsed()
    }

    fn renewed_at(&self, moment: Instant) {
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = moment;
    }
}

/// Tells what is due, again and again, until the process is to end.
pub(super) async fn tell_when_due(app: Arc<App>) {
    let (notes, kept) = mpsc::channel(NOTES);
    let mut recorder = JoinSet::new();
    recorder.spawn(record_all(app.clone(), kept));
    let shared = Arc::new(Shared {
        app: app.clone(),
        notes,
        renewed: Mutex::new(Instant::now()),
    });
    let mut turns = JoinSet::new();
    let mut figures = Instant::now();
    while !app.telling.ends() {
        let _ = timeout(LOOK, app.telling.look.notified()).await;
        tokio::time::sleep(PAUSE).await;
        while turns.try_join_next().is_some() {}
        if let Err(error) = renew(&shared, turns.is_empty()).await {
            tracing::warn!(%error, "the claims of webhooks could not be renewed yet");
        }
        match claim_due(&app, AT_ONCE.saturating_sub(turns.len())).await {
            Ok(due) => {
                for id in due {
                    turns.spawn(take_turn(shared.clone(), id));
                }
            }
            Err(error) => tracing::warn!(%error, "webhooks that are due could not be looked for"),
        }
        if figures.elapsed() > FIGURES {
            figures = Instant::now();
            app.outgoing.forget_idle();
            if let Err(error) = take_figures(&app).await {
                tracing::debug!(%error, "what waits for webhooks could not be counted");
            }
        }
    }
    while turns.join_next().await.is_some() {}
    // The last one that can send to the recorder.
    drop(shared);
    while recorder.join_next().await.is_some() {}
    app.telling.ended.notify_waiters();
}

/// Looks before it writes.
async fn claim_due(app: &App, most: usize) -> Result<Vec<Id<Webhook>>, StoreError> {
    if most == 0 || app.telling.ends() {
        return Ok(Vec::new());
    }
    let snapshot = app.store.read_current().await?;
    let is_any = webhooks::any_due(&snapshot).await?;
    drop(snapshot);
    if !is_any {
        return Ok(Vec::new());
    }
    let (holder, most) = (app.telling.holder, most as u64);
    let claimed = app
        .store
        .write(act("webhooks_claim", app.new_id()), move |writing| {
            Box::pin(async move { Ok(webhooks::claim_due(writing, holder, most).await?) })
        });
    claimed.await.map_err(Stop::<StoreError>::into_error)
}

/// Without claims there is nothing to renew.
async fn renew(shared: &Shared, is_idle: bool) -> Result<(), StoreError> {
    let (begun, holder) = (Instant::now(), shared.app.telling.holder);
    if is_idle {
        shared.renewed_at(begun);
        return Ok(());
    }
    if shared.since_renewed() < RENEW {
        return Ok(());
    }
    let renewed = shared
        .app
        .store
        .write(act("webhooks_renew", shared.app.new_id()), move |writing| {
            Box::pin(async move { Ok(webhooks::renew(writing, holder).await?) })
        });
    renewed.await.map_err(Stop::<StoreError>::into_error)?;
    shared.renewed_at(begun);
    Ok(())
}

async fn take_figures(app: &App) -> Result<(), StoreError> {
    let snapshot = app.store.read_current().await?;
    let waiting = webhooks::waiting(&snapshot).await?;
    let now = app.store.clock().now();
    let oldest = waiting.since.map_or(0, |since| (now - since).num_seconds());
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    {
        metrics::gauge!("webhook_calls_waiting").set(waiting.count as f64);
        metrics::gauge!("webhook_oldest_waiting_seconds").set(oldest.max(0) as f64);
    }
    Ok(())
}
