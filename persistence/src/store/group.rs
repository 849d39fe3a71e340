//! SQLite's one writer: a task that takes the changes that wait, runs each in a savepoint of its own,
//! makes all of them durable by one commit, and only then answers. A sync costs the same for many.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sqlx::Connection as _;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument, Span};

use super::synced::Turn;
use super::touched::{self, Watch};
use super::write::Left;
use super::{Act, Clock, LONGEST_WRITE, Stop, StoreError, Writing};
use crate::vault::MasterKey;

/// How many changes one commit carries at most.
const MOST: usize = 128;

/// How long changes are taken in before what they wrote is committed.
#[cfg(not(test))]
const LONGEST_TAKING: Duration = Duration::from_millis(20);
/// What shares a commit in a test doesn't hang on how busy the machine is.
#[cfg(test)]
const LONGEST_TAKING: Duration = Duration::from_secs(60);

/// How long one change may run, as long as PostgreSQL lets a statement; what is left of
/// [`LONGEST_WRITE`] is for the commit.
const LONGEST_RUN: Duration = Duration::from_secs(10);

/// How many changes may stand in the queue; the others wait to get there.
const QUEUE: usize = 1_024;

/// The way to the writer.
pub(super) struct Queue {
    sender: mpsc::Sender<Box<dyn Change>>,
}

impl Queue {
    /// Starts the writer; it ends when nobody can reach it any more.
    pub(super) fn start(
        db: DatabaseConnection,
        clock: Clock,
        master: Arc<MasterKey>,
        written: Arc<Notify>,
        turn: Arc<Turn>,
        watch: Arc<Watch>,
    ) -> Self {
        let (sender, queue) = mpsc::channel(QUEUE);
        let writer = Writer {
            db,
            clock,
            master,
            written,
            turn,
            watch,
            queue,
        };
        tokio::spawn(writer.run());
        Self { sender }
    }

    /// Has `work` done by the writer.
    pub(super) async fn write<T, R, W>(&self, act: &Act, work: &Arc<W>) -> Result<T, Stop<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<R>>> + Send + Sync + 'static,
    {
        let ended = || StoreError::Unavailable("the writer has ended".to_owned());
        let (answer, answered) = oneshot::channel();
        let change = Waiting {
            act: act.clone(),
            work: work.clone(),
            since: Instant::now(),
            span: Span::current(),
            ended: None,
            answer,
        };
        let sent = self.sender.send(Box::new(change)).await;
        sent.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

/// A change that waits for its turn, whatever it gives or refuses.
trait Change: Send {
    fn act(&self) -> Act;

    /// Since when it waits.
    fn since(&self) -> Instant;

    /// Runs it, and keeps what it gave until it is answered.
    fn run<'c>(&'c mut self, writing: &'c mut Writing) -> BoxFuture<'c, Ran>;

    /// Answers whoever waits for it: with what it gave, or with what became of its group.
    fn answer(self: Box<Self>, group: Result<(), StoreError>);
}

/// How a change ran.
enum Ran {
    /// It is to be kept.
    Done,
    /// It refused: nothing of it is kept.
    Refused,
    /// The store failed it.
    Failed(StoreError),
}

struct Waiting<T, R, W> {
    act: Act,
    work: Arc<W>,
    since: Instant,
    span: Span,
    ended: Option<Result<T, Stop<R>>>,
    answer: oneshot::Sender<Result<T, Stop<R>>>,
}

impl<T, R, W> Change for Waiting<T, R, W>
where
    T: Send,
    R: Send,
    W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<R>>> + Send + Sync,
{
    fn act(&self) -> Act {
        self.act.clone()
    }

    fn since(&self) -> Instant {
        self.since
    }

    fn run<'c>(&'c mut self, writing: &'c mut Writing) -> BoxFuture<'c, Ran> {
        let until = (self.since + LONGEST_WRITE).min(Instant::now() + LONGEST_RUN);
        let work = &self.work;
        // What panics is undone like what fails: the writer and the rest of the group go on.
        let running = AssertUnwindSafe(async move { work(writing).await }).catch_unwind();
        let running = timeout_at(until, running).instrument(self.span.clone());
        let kept = &mut self.ended;
        Box::pin(async move {
            let ended = match running.await {
                Ok(Ok(ended)) => ended,
                Ok(Err(panic)) => {
                    let said = format!("a change panicked: {}", words_of(&*panic));
                    Err(StoreError::Unreadable(said).into())
                }
                Err(_) => Err(StoreError::TooLong.into()),
            };
            let ran = match &ended {
                Ok(_) => Ran::Done,
                Err(Stop::Refused(_)) => Ran::Refused,
                Err(Stop::Failed(error)) => Ran::Failed(error.clone()),
            };
            *kept = Some(ended);
            ran
        })
    }

    fn answer(self: Box<Self>, group: Result<(), StoreError>) {
        let ended = match (group, self.ended) {
            (Ok(()), Some(ended)) => ended,
            (Ok(()), None) => Err(StoreError::Busy.into()),
            // Also what it refused: it may have looked at what is undone now.
            (Err(error), _) => Err(error.into()),
        };
        // Whoever asked may be gone.
        let _ = self.answer.send(ended);
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_default()
}

/// What a group is to keep.
#[derive(Default)]
struct Kept {
    count: u64,
    left: Left,
}

impl Kept {
    fn add(&mut self, left: Left) {
        self.count += 1;
        self.left.later.add(left.later);
        for one in left.touched {
            touched::add(&mut self.left.touched, one);
        }
    }
}

struct Writer {
    db: DatabaseConnection,
    clock: Clock,
    master: Arc<MasterKey>,
    written: Arc<Notify>,
    turn: Arc<Turn>,
    watch: Arc<Watch>,
    queue: mpsc::Receiver<Box<dyn Change>>,
}

impl Writer {
    async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            // Those who wait for that group are told by what is dropped; the next ones are not lost.
            if let Err(panic) = AssertUnwindSafe(self.group(first)).catch_unwind().await {
                tracing::error!(
                    panic = words_of(&*panic),
                    "the writer panicked, and goes on"
                );
            }
        }
    }

    /// Takes that change, and with it those that wait, to one commit.
    async fn group(&mut self, first: Box<dyn Change>) {
        let tx = match self.begin().await {
            Ok(tx) => tx,
            Err(error) => return self.refuse(first, &error),
        };
        self.turn.begins(self.clock.now());
        let begun = Instant::now();
        let mut changes = Vec::new();
        let (tx, mut taken) = self.take(tx, first, begun, &mut changes).await;
        if let Ok(kept) = &mut taken
            && let Err(error) = std::mem::take(&mut kept.left.later).write(&tx).await
        {
            taken = Err(error);
        }
        // Whatever it was that took so long: whoever waits is not kept waiting for the commit as well.
        let is_late = begun.elapsed() > LONGEST_WRITE;
        let taken = if is_late {
            taken.and(Err(StoreError::TooLong))
        } else {
            taken
        };
        let ended = match taken {
            Ok(kept) => self.commit(tx, kept).await,
            Err(error) => {
                // SQLite may have ended it by itself; a rollback needs one to end.
                let _ = tx.execute_unprepared("begin").await;
                let _ = tx.rollback().await;
                Err(error)
            }
        };
        match &ended {
            Ok(kept) if kept.count == 0 => {}
            Ok(kept) => {
                metrics::counter!("store_commits_total").increment(1);
                metrics::counter!("store_changes_total").increment(kept.count);
                self.written.notify_waiters();
            }
            Err(error) => {
                tracing::warn!(%error, changes = changes.len(), "a group of changes is undone");
                self.mend().await;
            }
        }
        for change in changes {
            change.answer(ended.as_ref().map(drop).map_err(Clone::clone));
        }
    }

    async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            // A deferred one that reads first can't be turned into a writer any more.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let begun = self.db.begin_with_options(options).await;
        // Another process writes, and was waited for.
        begun.map_err(|error| match StoreError::from(error) {
            StoreError::Conflict => StoreError::Busy,
            other => other,
        })
    }

    /// Tells all that wait why there is no group.
    fn refuse(&mut self, first: Box<dyn Change>, error: &StoreError) {
        first.answer(Err(error.clone()));
        while let Ok(change) = self.queue.try_recv() {
            change.answer(Err(error.clone()));
        }
    }

    /// Runs changes until a group is full; says how many are to be kept. An error is the group's.
    async fn take(
        &mut self,
        mut tx: DatabaseTransaction,
        first: Box<dyn Change>,
        begun: Instant,
        changes: &mut Vec<Box<dyn Change>>,
    ) -> (DatabaseTransaction, Result<Kept, StoreError>) {
        let (mut next, mut kept) = (Some(first), Kept::default());
        let mut start = "savepoint change";
        while let Some(mut change) = next {
            // One that has waited too long is answered without being run.
            if change.since().elapsed() < LONGEST_WRITE {
                let (ran, left);
                (tx, left, ran) = self.one(tx, start, &mut *change).await;
                start = "release change; savepoint change";
                changes.push(change);
                match ran {
                    Ok(Ran::Done) => kept.add(left),
                    Ok(_) => {}
                    Err(error) => return (tx, Err(error)),
                }
            } else {
                changes.push(change);
            }
            let is_full = changes.len() >= MOST || begun.elapsed() >= LONGEST_TAKING;
            next = if is_full {
                None
            } else {
                self.queue.try_recv().ok()
            };
        }
        (tx, Ok(kept))
    }

    /// Runs one change in its savepoint, which `start` makes: what it leaves half done is undone, and
    /// no more than that. The next one, or the commit, closes the savepoint.
    async fn one(
        &self,
        tx: DatabaseTransaction,
        start: &str,
        change: &mut dyn Change,
    ) -> (DatabaseTransaction, Left, Result<Ran, StoreError>) {
        if let Err(error) = tx.execute_unprepared(start).await {
            return (tx, Left::default(), Err(error.into()));
        }
        let (now, master) = (self.clock.now(), self.master.clone());
        let mut writing = Writing::new(tx, change.act(), now, master);
        let ran = change.run(&mut writing).await;
        let (tx, left) = writing.into_parts();
        match &ran {
            Ran::Done => return (tx, left, Ok(ran)),
            // Without room the next one would fail as well, and the commit.
            Ran::Failed(StoreError::Full) => return (tx, Left::default(), Err(StoreError::Full)),
            Ran::Refused | Ran::Failed(_) => {}
        }
        let undone = tx.execute_unprepared("rollback to change").await;
        let ran = match (undone, ran) {
            (Ok(_), ran) => Ok(ran),
            // SQLite has given up the whole transaction, for this reason.
            (Err(_), Ran::Failed(error)) => Err(error),
            (Err(error), _) => Err(error.into()),
        };
        (tx, Left::default(), ran)
    }

    /// Commits, and has everybody forget the answers that show what was touched. What is not known to
    /// have failed is taken as done.
    async fn commit(&self, tx: DatabaseTransaction, mut kept: Kept) -> Result<Kept, StoreError> {
        let count = self.watch.announce(&tx, &mut kept.left.touched).await?;
        let committed = tx.commit().await;
        self.watch.tell_touched(&kept.left.touched, count);
        committed?;
        Ok(kept)
    }

    /// A connection that still believes in a transaction, which SQLite has ended by itself, would take
    /// every later one for a part of that: then the pool gets another connection.
    async fn mend(&self) {
        let mended = async {
            let connection = self.db.get_sqlite_connection_pool().acquire().await?;
            if connection.is_in_transaction() {
                connection.close().await?;
            }
            Ok::<_, sqlx::Error>(())
        };
        if let Err(error) = mended.await {
            tracing::error!(%error, "the writer's connection could not be mended");
        }
    }
}

#[cfg(test)]
mod tests;
