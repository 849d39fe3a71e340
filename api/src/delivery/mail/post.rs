//! The post: open while the service runs, it sends what is due. It closes between two mails, so that none is
//! taken by a server and not known to be.

use std::sync::Arc;
use std::time::{Duration, Instant};

use persistence::{Act, Stop, Store, StoreError};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::figures;
use super::reminders::Reminders;
use super::sender::Sender;
use crate::app::App;

/// How often the clock looks for mails that are due.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is counted what waits, in looks.
const COUNT: u64 = 30;
/// How long a claimed mail may wait for its turn; with the time that one takes, well within the lease.
const TURN: Duration = Duration::from_secs(90);
/// How long the mails that a server is just taking are waited for.
const CLOSING: Duration = Duration::from_secs(10);

/// Gives back the claims of a process that is gone, where there is only one: an embedded database's.
pub(crate) async fn release_claims(store: &Store) -> Result<(), StoreError> {
    if !store.is_embedded() {
        return Ok(());
    }
    let released = store.write(act("mails_release", Uuid::nil()), |writing| {
        Box::pin(async move { Ok(persistence::mail::release_all(writing).await?) })
    });
    released.await.map_err(Stop::<StoreError>::into_error)
}

pub(super) fn act(operation: &'static str, request_id: Uuid) -> Act {
    Act::system(operation, request_id)
}

/// The post of a running service.
pub(crate) struct Post {
    sending: JoinHandle<()>,
    closing: watch::Sender<bool>,
}

impl Post {
    /// From now on what is due is sent.
    pub(crate) fn open(app: &Arc<App>) -> Self {
        let (closing, is_closing) = watch::channel(false);
        Self {
            sending: tokio::spawn(send_when_due(app.clone(), is_closing)),
            closing,
        }
    }

    /// Begins no mail any more, and waits for those that are under way.
    pub(crate) async fn close(mut self) {
        self.closing.send(true).ok();
        if tokio::time::timeout(CLOSING, &mut self.sending)
            .await
            .is_err()
        {
            tracing::warn!("mails that were under way are sent again after the next start");
            self.sending.abort();
        }
    }
}

/// How long mails may be begun.
pub(super) struct Until {
    moment: Instant,
    is_closing: watch::Receiver<bool>,
}

impl Until {
    pub(super) fn is_over(&self) -> bool {
        *self.is_closing.borrow() || Instant::now() >= self.moment
    }
}

async fn send_when_due(app: Arc<App>, mut is_closing: watch::Receiver<bool>) {
    let mut sender = match Sender::new(&app) {
        Ok(sender) => sender,
        Err(error) => {
            tracing::error!(%error, "no mail can be sent");
            return;
        }
    };
    let (mut looks, mut reminders) = (0_u64, Reminders::default());
    while !*is_closing.borrow() {
        if looks.is_multiple_of(COUNT) {
            figures::look(&app.store).await;
        }
        reminders.post_when_due(&app).await;
        looks += 1;
        // Whoever closes the post is waited for no longer than it takes.
        let _ = tokio::time::timeout(LOOK, is_closing.changed()).await;
        send_all(&app, &mut sender, &is_closing).await;
        sender.rest().await;
    }
}

async fn send_all(app: &App, sender: &mut Sender, is_closing: &watch::Receiver<bool>) {
    while !*is_closing.borrow() {
        let until = Until {
            moment: Instant::now() + TURN,
            is_closing: is_closing.clone(),
        };
        match sender.send_some(app, &until).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "mails that are due could not be looked for");
                return;
            }
        }
    }
}
