//! The post: what is due is claimed in the database, so that of any number of instances one sends it,
//! written, sent, and settled as soon as the server has taken it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::mail::{Attempt, Mail};
use persistence::mail::{self as stored, Claimed};
use persistence::{Act, Actor, Stop, Store, StoreError};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::figures;
use super::letters::Sender;
use super::message::{From, Parcel, pack};
use super::ready::ready;
use super::way::Way;
use crate::app::App;

/// How often the clock looks for mails that are due.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is counted what waits, in looks.
const COUNT: u64 = 30;
/// So many mails are claimed at once.
const AT_ONCE: u64 = 128;
/// How long a claimed mail may wait for its turn; with the time that one takes, well within the lease.
const TURN: Duration = Duration::from_secs(90);
/// How often settling is tried while the database can't be reached, a second apart.
const TRIES: u32 = 45;

/// Gives back the claims of a process that is gone, where there is only one: an embedded database's.
pub(crate) async fn release_claims(store: &Store) -> Result<(), StoreError> {
    if !store.is_embedded() {
        return Ok(());
    }
    let released = store.write(act("mails_release", Uuid::nil()), |writing| {
        Box::pin(async move { Ok(stored::release_all(writing).await?) })
    });
    released.await.map_err(Stop::<StoreError>::into_error)
}

fn act(operation: &'static str, request_id: Uuid) -> Act {
    Act {
        actor: Actor::System,
        operation,
        request_id,
    }
}

/// Sends what is due, again and again.
pub(crate) async fn send_when_due(app: Arc<App>) {
    let mut post = match Post::new(&app) {
        Ok(post) => post,
        Err(error) => {
            tracing::error!(%error, "no mail can be sent");
            return;
        }
    };
    let mut looks = 0_u64;
    loop {
        if looks.is_multiple_of(COUNT) {
            figures::look(&app.store).await;
        }
        looks += 1;
        tokio::time::sleep(LOOK).await;
        loop {
            match post.round(&app).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "mails that are due could not be looked for");
                    break;
                }
            }
        }
        post.way.rest().await;
    }
}

/// Who sends.
struct Post {
    from: From,
    way: Way,
}

impl Post {
    fn new(app: &App) -> Result<Self, lettre::address::AddressError> {
        let from = From {
            name: app.settings.petr_name.clone(),
            address: app.settings.mail_from().parse()?,
        };
        Ok(Self {
            way: Way::new(&app.settings, &from),
            from,
        })
    }

    /// Sends some of what is due; says whether anything was.
    async fn round(&mut self, app: &App) -> Result<bool, StoreError> {
        let claimed = claim_due(app).await?;
        if claimed.mails.is_empty() {
            return Ok(false);
        }
        let deadline = Instant::now() + TURN;
        let (told, heard) = mpsc::unbounded_channel();
        let sending = async {
            // Whatever is not told of, the lease brings back.
            let parcels = self.write(app, &claimed.mails, &told).await;
            match parcels {
                Ok(parcels) => self.way.send(parcels, deadline, &told).await,
                Err(error) => {
                    tracing::warn!(%error, "mails could not be written yet");
                    for mail in &claimed.mails {
                        told.send((mail.clone(), Attempt::Untried)).ok();
                    }
                }
            }
            drop(told);
        };
        tokio::join!(sending, keep(app, &claimed, heard));
        Ok(true)
    }

    /// The messages of these mails; of those that have none it is told why.
    async fn write(
        &self,
        app: &App,
        mails: &[Mail],
        told: &Told,
    ) -> Result<Vec<Parcel>, StoreError> {
        let sender = Sender {
            petr: &app.settings.petr_name,
            url: app.settings.public_url.as_str(),
        };
        // What was written a moment ago is what is told of.
        let snapshot = app.store.read_current().await?;
        let now = snapshot.now().await?;
        let (mut parcels, mut unwritten) = (Vec::new(), Vec::new());
        for mail in mails {
            let packed = match ready(&snapshot, &sender, mail).await? {
                Ok(ready) => {
                    let to = ready.to.as_str();
                    pack(mail.clone(), &self.from, to, &ready.letter, now)
                        .map_err(|(mail, problem)| (mail, Attempt::Failed(problem)))
                }
                Err(problem) => Err((mail.clone(), Attempt::Skipped(problem))),
            };
            match packed {
                Ok(parcel) => parcels.push(parcel),
                Err(attempt) => unwritten.push(attempt),
            }
        }
        for attempt in unwritten {
            told.send(attempt).ok();
        }
        Ok(parcels)
    }
}

/// Where it is told what came of a mail.
pub(super) type Told = mpsc::UnboundedSender<(Mail, Attempt)>;

/// Looks before it writes: most of the time nothing is due.
async fn claim_due(app: &App) -> Result<Claimed, StoreError> {
    let snapshot = app.store.read().await?;
    let is_any = stored::any_due(&snapshot).await?;
    drop(snapshot);
    if !is_any {
        return Ok(Claimed::default());
    }
    let claimed = app
        .store
        .write(act("mails_claim", app.new_id()), |writing| {
            Box::pin(async move { Ok(stored::claim_due(writing, AT_ONCE).await?) })
        });
    claimed.await.map_err(Stop::<StoreError>::into_error)
}

/// Keeps what came of mails as soon as it is known, all that is known by then in one write: what the server
/// took is not sent again if we die the next moment.
async fn keep(app: &App, claimed: &Claimed, mut heard: mpsc::UnboundedReceiver<(Mail, Attempt)>) {
    while let Some(first) = heard.recv().await {
        let mut attempts = vec![first];
        while let Ok(next) = heard.try_recv() {
            attempts.push(next);
        }
        for (_, attempt) in &attempts {
            figures::count(*attempt);
        }
        keep_at_last(app, claimed, &attempts).await;
    }
}

async fn keep_at_last(app: &App, claimed: &Claimed, tried: &[(Mail, Attempt)]) {
    for time in 1..=TRIES {
        let (claimed, tried) = (claimed.clone(), tried.to_vec());
        let act = act("mails_settle", app.new_id());
        let kept = app.store.write(act, move |writing| {
            let (claimed, tried) = (claimed.clone(), tried.clone());
            Box::pin(async move { Ok(stored::settle(writing, &claimed, &tried).await?) })
        });
        match kept.await.map_err(Stop::<StoreError>::into_error) {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(%error, time, "what became of mails could not be kept yet");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}
