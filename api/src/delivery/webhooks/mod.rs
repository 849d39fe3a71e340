//! Webhooks are told what happened, as Standard Webhooks has it: at least once, in order for each thing, and
//! none waits for another. What happened is handed from the outbox to those who are told ([`hand_on`]);
//! webhooks that are due are claimed ([`tell`]), each told by a task of its own ([`turn`]), and what came of
//! the calls of all is kept together ([`record`]).

mod attempt;
mod hand_on;
mod line;
mod message;
mod record;
mod tell;
mod turn;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use persistence::{Act, Store, StoreError, webhooks};
use tokio::sync::Notify;
use uuid::Uuid;

pub(crate) use attempt::attempt;
pub(crate) use message::body_of;

use crate::app::App;

/// The calls of this process, as far as its start and its end go.
pub(crate) struct Telling {
    /// Who has claimed what this process tells.
    holder: Uuid,
    ends: AtomicBool,
    /// Something may be due, or it is to end.
    look: Notify,
    ended: Notify,
}

impl Telling {
    pub(crate) fn new(holder: Uuid) -> Self {
        Self {
            holder,
            ends: AtomicBool::new(false),
            look: Notify::new(),
            ended: Notify::new(),
        }
    }

    fn ends(&self) -> bool {
        self.ends.load(Ordering::SeqCst)
    }

    /// Something may be due: it is not waited for the clock.
    pub(crate) fn look(&self) {
        self.look.notify_one();
    }

    /// Begins no more calls, and waits a little for those under way: what is cut off would be told twice.
    pub(crate) async fn end(&self, patience: Duration) {
        let ended = self.ended.notified();
        self.ends.store(true, Ordering::SeqCst);
        self.look();
        let _ = tokio::time::timeout(patience, ended).await;
    }
}

/// Starts telling; it ends with the handles.
pub(crate) fn start(app: &Arc<App>) -> [tokio::task::JoinHandle<()>; 2] {
    [
        tokio::spawn(hand_on::hand_on_when_written(app.clone())),
        tokio::spawn(tell::tell_when_due(app.clone())),
    ]
}

/// Gives back the claims of a process that is gone, where there is only one: an embedded database's.
pub(crate) async fn release_claims(store: &Store) -> Result<(), StoreError> {
    if !store.is_embedded() {
        return Ok(());
    }
    let released = store.write(act("webhooks_release", Uuid::nil()), |writing| {
        Box::pin(async move { Ok(webhooks::release_all(writing).await?) })
    });
    released
        .await
        .map_err(persistence::Stop::<StoreError>::into_error)
}

fn act(operation: &'static str, request_id: Uuid) -> Act {
    Act::system(operation, request_id)
}
