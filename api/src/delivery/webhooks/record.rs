//! What came of calls is kept, that of all webhooks together: while one write is under way, what the next
//! one keeps gathers. What the database refuses holds up nothing else: each is kept alone then.

use std::future::Future;
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

/// So often is tried what the database refuses for another reason than its own.
const TRIES: u32 = 3;

/// What is to be kept.
#[derive(Debug, Clone)]
pub(super) enum Note {
    /// A call that was made.
    Told(Box<Told>),
    /// A webhook is not told by us any more, and by nobody for so long.
    Back(Id<Webhook>, TimeDelta),
}

/// Something to be kept, by somebody who waits for that: they hear when it is, and that it is not when
/// nothing can be heard any more.
pub(super) struct Handed {
    note: Note,
    done: oneshot::Sender<()>,
}

/// Hands it to the recorder; whether it was kept.
pub(super) async fn hand(notes: &mpsc::Sender<Handed>, note: Note) -> bool {
    let (done, kept) = oneshot::channel();
    notes.send(Handed { note, done }).await.is_ok() && kept.await.is_ok()
}

/// Keeps what comes; ends when nobody can send any more.
pub(super) async fn record_all(app: Arc<App>, mut notes: mpsc::Receiver<Handed>) {
    let write = |notes| written(app.clone(), notes);
    let mut some = Vec::new();
    while notes.recv_many(&mut some, MOST).await > 0 {
        let mut is_any_free = false;
        for Handed { note, .. } in &some {
            match note {
                Note::Told(told) => count(told.answered),
                Note::Back(..) => is_any_free = true,
            }
        }
        keep_all(std::mem::take(&mut some), &write, PAUSE).await;
        if is_any_free {
            app.telling.look();
        }
    }
}

/// Keeps these together, or else one by one; of each that is kept its sender hears.
async fn keep_all<F, W>(some: Vec<Handed>, write: &F, pause: Duration)
where
    F: Fn(Arc<[Note]>) -> W,
    W: Future<Output = Result<(), StoreError>>,
{
    let (notes, waiting): (Vec<_>, Vec<_>) =
        some.into_iter().map(|one| (one.note, one.done)).unzip();
    let notes: Arc<[Note]> = notes.into();
    let are_kept = keep(notes.clone(), write, pause).await;
    for (note, done) in notes.iter().zip(waiting) {
        let is_kept =
            are_kept || (notes.len() > 1 && keep(Arc::new([note.clone()]), write, pause).await);
        if is_kept {
            // Whoever made the call may be gone.
            let _ = done.send(());
        }
    }
}

/// Whether these could be kept. While the database can't do anything it is waited for.
async fn keep<F, W>(notes: Arc<[Note]>, write: &F, pause: Duration) -> bool
where
    F: Fn(Arc<[Note]>) -> W,
    W: Future<Output = Result<(), StoreError>>,
{
    let mut refused = 0;
    loop {
        let Err(error) = write(notes.clone()).await else {
            return true;
        };
        tracing::warn!(%error, notes = notes.len(), "what came of calls could not be kept yet");
        refused += u32::from(!is_for_now(&error));
        if refused == TRIES {
            return false;
        }
        tokio::time::sleep(pause).await;
    }
}

/// Whether it says something of the database, and nothing of what was to be kept.
fn is_for_now(error: &StoreError) -> bool {
    use StoreError::{Busy, Conflict, Full, TooLong, Unavailable};
    matches!(error, Busy | Conflict | Full | TooLong | Unavailable(_))
}

async fn written(app: Arc<App>, notes: Arc<[Note]>) -> Result<(), StoreError> {
    let holder = app.telling.holder;
    let (mut told, mut back) = (Vec::new(), Vec::new());
    for note in notes.iter() {
        match note {
            Note::Told(one) => told.push(one.as_ref().clone()),
            Note::Back(id, pause) => back.push((*id, *pause)),
        }
    }
    let (told, back) = (Arc::new(told), Arc::new(back));
    let written = app
        .store
        .write(act("webhooks_tell", app.new_id()), move |writing| {
            let (told, back) = (told.clone(), back.clone());
            Box::pin(async move { Ok(webhooks::record(writing, holder, &told, &back).await?) })
        });
    written.await.map_err(Stop::<StoreError>::into_error)
}

fn count(answered: Answered) {
    let outcome = match answered {
        Answered::Taken => "taken",
        Answered::Gone => "gone",
        Answered::Failed { .. } => "failed",
    };
    metrics::counter!("webhook_calls_total", "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use uuid::Uuid;

    use super::*;

    fn back(number: u128) -> (Handed, oneshot::Receiver<()>) {
        let (done, kept) = oneshot::channel();
        let note = Note::Back(Id::from_uuid(Uuid::from_u128(number)), TimeDelta::zero());
        (Handed { note, done }, kept)
    }

    fn numbers(notes: &[Note]) -> Vec<u128> {
        let number = |note: &Note| match note {
            Note::Back(id, _) => id.uuid().as_u128(),
            Note::Told(_) => 0,
        };
        notes.iter().map(number).collect()
    }

    /// Keeps what `write` takes of the notes 1, 2 and 3; whose senders hear that it is kept, and how often
    /// it was written.
    async fn kept(write: impl Fn(Vec<u128>) -> Result<(), StoreError>) -> (Vec<u128>, usize) {
        let (some, waiting): (Vec<_>, Vec<_>) = [1, 2, 3].map(back).into_iter().unzip();
        let writes = Mutex::new(0);
        let write = |notes: Arc<[Note]>| {
            *writes.lock().unwrap() += 1;
            std::future::ready(write(numbers(&notes)))
        };
        keep_all(some, &write, Duration::ZERO).await;
        let mut heard = Vec::new();
        for (number, kept) in (1..).zip(waiting) {
            heard.extend(kept.await.is_ok().then_some(number));
        }
        (heard, writes.into_inner().unwrap())
    }

    fn refusal() -> StoreError {
        StoreError::NotUnique("webhooks".to_owned())
    }

    #[tokio::test]
    async fn what_is_kept_is_kept_by_one_write() {
        assert_eq!(kept(|_| Ok(())).await, (vec![1, 2, 3], 1));
    }

    #[tokio::test]
    async fn one_that_is_refused_holds_up_no_other_and_is_not_said_to_be_kept() {
        let without_two = |notes: Vec<u128>| match notes.contains(&2) {
            true => Err(refusal()),
            false => Ok(()),
        };
        let tries = TRIES as usize;
        assert_eq!(kept(without_two).await, (vec![1, 3], 2 * tries + 2));
    }

    #[tokio::test]
    async fn while_the_database_is_away_nothing_is_let_go() {
        let times = Mutex::new(0);
        let away_for_long = |_| {
            let mut times = times.lock().unwrap();
            *times += 1;
            match *times {
                1..100 => Err(StoreError::Unavailable("away".to_owned())),
                _ => Ok(()),
            }
        };
        assert_eq!(kept(away_for_long).await, (vec![1, 2, 3], 100));
    }
}
