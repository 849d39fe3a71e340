//! Who sends: claims what is due in the database, so that of any number of instances one sends it, has it
//! written, sends it, and settles it as soon as the server has taken it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::kernel::Vocabulary as _;
use domain::mail::{Attempt, Mail, MailProblem};
use persistence::mail::{self as stored, Claimed};
use persistence::{Snapshot, Stop, StoreError};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::figures;
use super::letters::House;
use super::message::{From, Parcel, pack};
use super::post::{Until, act};
use super::ready::Desk;
use super::reminders;
use super::way::Way;
use crate::app::App;

/// So many mails are claimed at once.
const AT_ONCE: u64 = 128;
/// How often settling is tried while the database can't be reached, a second apart.
const TRIES: u32 = 45;

/// Who sends.
pub(super) struct Sender {
    from: From,
    way: Way,
}

impl Sender {
    pub(super) fn new(app: &App) -> Result<Self, lettre::address::AddressError> {
        let from = From {
            name: app.settings.petr_name.clone(),
            address: app.settings.mail_from().parse()?,
        };
        Ok(Self {
            way: Way::new(&app.settings, &from),
            from,
        })
    }

    /// Nothing more is due for now.
    pub(super) async fn rest(&mut self) {
        self.way.rest().await;
    }

    /// Sends some of what is due; says whether more may be.
    pub(super) async fn send_some(&mut self, app: &App, until: &Until) -> Result<bool, StoreError> {
        let claimed = claim_due(app).await?;
        if claimed.mails.is_empty() {
            return Ok(false);
        }
        let (told, heard) = mpsc::unbounded_channel();
        let told = Told(told);
        let sending = async {
            // Whatever is not told of, the lease brings back.
            let parcels = self.write(app, &claimed.mails, &told).await;
            let is_written = parcels.is_ok();
            match parcels {
                Ok(parcels) => self.way.send(parcels, until, &told).await,
                Err(error) => {
                    tracing::warn!(%error, "mails could not be written yet");
                    for mail in &claimed.mails {
                        told.came(mail.clone(), Attempt::Untried);
                    }
                }
            }
            drop(told);
            is_written
        };
        let (is_written, ()) = tokio::join!(sending, keep(app, &claimed, heard));
        // What could not be written now could not be at once either: the clock looks for it again.
        Ok(is_written)
    }

    /// The messages of these mails; of those that have none it is told why. One whose letter can't be
    /// written is put off, and holds up no other.
    ///
    /// # Errors
    /// The database can't be reached: nothing is told then.
    async fn write(
        &self,
        app: &App,
        mails: &[Mail],
        told: &Told,
    ) -> Result<Vec<Parcel>, StoreError> {
        // What was written a moment ago is what is told of.
        let mut snapshot = app.store.read_current().await?;
        let now = snapshot.now().await?;
        let (mut parcels, mut unwritten) = (Vec::new(), Vec::new());
        for mail in mails {
            match self.pack(app, &snapshot, mail, now).await {
                Ok(Ok(parcel)) => parcels.push(parcel),
                Ok(Err(attempt)) => unwritten.push((mail.clone(), attempt)),
                Err(error @ (StoreError::Unavailable(_) | StoreError::Busy)) => return Err(error),
                Err(error) => {
                    let (id, kind) = (mail.id, mail.kind.word());
                    tracing::warn!(%error, mail = %id, kind, "a mail can't be written, and is put off");
                    unwritten.push((mail.clone(), Attempt::PutOff(MailProblem::Unreadable)));
                    // In PostgreSQL a statement that fails ends what is read with it.
                    drop(snapshot);
                    snapshot = app.store.read_current().await?;
                }
            }
        }
        for (mail, attempt) in unwritten {
            told.came(mail, attempt);
        }
        Ok(parcels)
    }

    /// The message of a mail, or what becomes of it without one.
    async fn pack(
        &self,
        app: &App,
        snapshot: &Snapshot,
        mail: &Mail,
        now: DateTime<Utc>,
    ) -> Result<Result<Parcel, Attempt>, StoreError> {
        let desk = Desk {
            house: House {
                petr: &app.settings.petr_name,
                url: app.settings.public_url.as_str(),
            },
            links: &app.links,
            snapshot,
            overdue_before: now - reminders::patience(app),
            now,
        };
        Ok(match desk.ready(mail).await? {
            Ok(ready) => pack(
                mail.clone(),
                &self.from,
                ready.to.as_str(),
                &ready.letter,
                now,
            )
            .map_err(Attempt::Failed),
            Err(problem) => Err(Attempt::Skipped(problem)),
        })
    }
}

/// Where it is told how far mails are.
#[derive(Clone)]
pub(super) struct Told(mpsc::UnboundedSender<Word>);

/// How far a mail is.
enum Word {
    /// It is about to be handed to a server, once that is kept and said back.
    HandedOver(Uuid, oneshot::Sender<()>),
    /// That came of it.
    Came(Mail, Attempt),
}

impl Told {
    /// Tells what came of a mail. Nobody listens any more only when the service ends.
    pub(super) fn came(&self, mail: Mail, attempt: Attempt) {
        self.0.send(Word::Came(mail, attempt)).ok();
    }

    /// Whether a mail may be handed to a server. Of one that must not come twice that is kept first: whoever finds
    /// it so after we died doesn't send it again.
    pub(super) async fn may_hand_over(&self, mail: &Mail) -> bool {
        if !mail.kind.is_at_most_once() {
            return true;
        }
        let (said, kept) = oneshot::channel();
        let asked = self.0.send(Word::HandedOver(mail.id.uuid(), said));
        asked.is_ok() && kept.await.is_ok()
    }
}

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

/// Keeps how far mails are as soon as it is known, all that is known by then in one write: what the server
/// took is not sent again if we die the next moment.
async fn keep(app: &App, claimed: &Claimed, mut heard: mpsc::UnboundedReceiver<Word>) {
    while let Some(first) = heard.recv().await {
        let (mut tried, mut begun) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(word) = next {
            match word {
                Word::Came(mail, attempt) => tried.push((mail, attempt)),
                Word::HandedOver(id, said) => begun.push((id, said)),
            }
            next = heard.try_recv().ok();
        }
        for (_, attempt) in &tried {
            figures::count(*attempt);
        }
        let ids = begun.iter().map(|(id, _)| *id).collect();
        let left = keep_at_last(app, claimed, tried, ids).await;
        // Whoever isn't answered hands nothing over.
        for (_, said) in begun.into_iter().filter(|(id, _)| left.contains(id)) {
            said.send(()).ok();
        }
    }
}

/// Keeps what came of some mails, and that others are handed over; gives those that may be.
async fn keep_at_last(
    app: &App,
    claimed: &Claimed,
    tried: Vec<(Mail, Attempt)>,
    begun: Vec<Uuid>,
) -> Vec<Uuid> {
    for time in 1..=TRIES {
        let (claimed, tried, begun) = (claimed.clone(), tried.clone(), begun.clone());
        let act = act("mails_settle", app.new_id());
        let kept = app.store.write(act, move |writing| {
            let (claimed, tried, begun) = (claimed.clone(), tried.clone(), begun.clone());
            Box::pin(async move {
                stored::settle(writing, &claimed, &tried).await?;
                if begun.is_empty() {
                    return Ok(begun);
                }
                Ok(stored::hand_over(writing, &claimed, &begun).await?)
            })
        });
        match kept.await.map_err(Stop::<StoreError>::into_error) {
            Ok(left) => return left,
            Err(error) => {
                tracing::warn!(%error, time, "what became of mails could not be kept yet");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
    Vec::new()
}
