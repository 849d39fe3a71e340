//! What came of calls is kept, that of all webhooks together: while one write is under way, what the next
//! one keeps gathers.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::kernel::Id;
use domain::webhooks::{Answered, Webhook};
use persistence::webhooks::{self, Told};
use persistence::{Stop, StoreError};
use tokio::sync::{mpsc, oneshot};

use super::act;
use crate::app::App;

/// So many are kept by one write.
const MOST: usize = 512;

/// How soon it is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// What the database refuses so often for another reason than its own is let go, so that the rest is kept.
const TRIES: u32 = 20;

/// What is to be kept.
pub(super) enum Note {
    /// A call that was made; whoever made it is told when that is kept.
    Told(Box<Told>, oneshot::Sender<()>),
    /// A webhook is not told by us any more, and by nobody for so long.
    Back(Id<Webhook>, TimeDelta),
}

/// Keeps what comes; ends when nobody can send any more.
pub(super) async fn record_all(app: Arc<App>, mut notes: mpsc::Receiver<Note>) {
    let mut some = Vec::new();
    while notes.recv_many(&mut some, MOST).await > 0 {
        let (mut told, mut back, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
        for note in some.drain(..) {
            match note {
                Note::Told(one, done) => {
                    count(one.answered);
                    told.push(*one);
                    waiting.push(done);
                }
                Note::Back(id, pause) => back.push((id, pause)),
            }
        }
        let is_any_free = !back.is_empty();
        keep(&app, told, back).await;
        if is_any_free {
            app.telling.look();
        }
        for done in waiting {
            // Whoever made the call may be gone.
            let _ = done.send(());
        }
    }
}

async fn keep(app: &App, told: Vec<Told>, back: Vec<(Id<Webhook>, TimeDelta)>) {
    let (told, back, holder) = (Arc::new(told), Arc::new(back), app.telling.holder);
    for tries in 1.. {
        let (told, back) = (told.clone(), back.clone());
        let kept = app
            .store
            .write(act("webhooks_tell", app.new_id()), move |writing| {
                let (told, back) = (told.clone(), back.clone());
                Box::pin(async move { Ok(webhooks::record(writing, holder, &told, &back).await?) })
            });
        match kept.await.map_err(Stop::<StoreError>::into_error) {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(%error, "what came of calls could not be kept yet");
                let is_for_now = matches!(
                    error,
                    StoreError::Busy
                        | StoreError::Full
                        | StoreError::TooLong
                        | StoreError::Unavailable(_)
                );
                if tries >= TRIES && !is_for_now {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn count(answered: Answered) {
    let outcome = match answered {
        Answered::Taken => "taken",
        Answered::Gone => "gone",
        Answered::Failed { .. } => "failed",
    };
    metrics::counter!("webhook_calls_total", "outcome" => outcome).increment(1);
}
