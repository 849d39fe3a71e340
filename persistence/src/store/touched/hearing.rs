//! How an instance hears of the writes of others: by SQLite's count, by PostgreSQL's word. That word
//! comes on one connection, and one that broke without a farewell sounds like peace: so PostgreSQL is
//! asked for a sign of life all the time, and what was heard counts for a moment only.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::{CHANNEL, COUNTER, News, Touched};
use crate::store::{Store, StoreError};

/// How often another process's writes are looked for on SQLite.
pub(super) const LOOK: Duration = Duration::from_millis(40);

/// How long it may take to be heard by PostgreSQL.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

/// How often PostgreSQL is asked for a sign of life. What was written before it was asked comes before
/// its answer.
const BEAT: Duration = Duration::from_millis(30);

/// For how long such a sign counts, from when it was asked for: how old what is shown may be.
const RECENT: Duration = Duration::from_millis(100);

/// After such a silence the connection is taken for broken.
const LONGEST_SILENCE: Duration = Duration::from_secs(1);

/// How soon it is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// Up to when all was heard.
pub(super) struct Heard {
    start: Instant,
    /// Microseconds from the start until which that counts.
    until: AtomicU64,
}

impl Default for Heard {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            until: AtomicU64::new(0),
        }
    }
}

impl Heard {
    /// All that was written before that moment was told.
    fn all_before(&self, moment: Instant) {
        let until = self.micros(moment + RECENT);
        self.until.store(until, Ordering::SeqCst);
    }

    pub(super) fn is_recent(&self) -> bool {
        self.counts_at(Instant::now())
    }

    fn counts_at(&self, moment: Instant) -> bool {
        self.micros(moment) < self.until.load(Ordering::SeqCst)
    }

    fn micros(&self, moment: Instant) -> u64 {
        let since = moment.duration_since(self.start).as_micros();
        u64::try_from(since).unwrap_or(u64::MAX)
    }
}

/// Logs once that nothing is heard, and once that it is again.
#[derive(Default)]
struct Silence {
    is_told: bool,
}

impl Silence {
    fn begins(&mut self, error: &StoreError) {
        if !std::mem::replace(&mut self.is_told, true) {
            tracing::warn!(%error, "answers are not kept while the database doesn't tell of changes");
        }
    }

    fn ends(&mut self) {
        if std::mem::take(&mut self.is_told) {
            tracing::info!("answers are kept again: the database tells of changes");
        }
    }
}

impl Store {
    /// Another process on the same file, such as the command line's import, only shows by the count.
    pub(super) async fn follow_counter(&self) {
        let mut was_odd = None;
        let mut is_listening = false;
        let mut silence = Silence::default();
        loop {
            let counted = &self.inner.watch.counted;
            let known = counted.load(Ordering::SeqCst);
            match self.count().await {
                Ok(count) => {
                    if !is_listening {
                        counted.store(count, Ordering::SeqCst);
                        self.inner.watch.tell(News::Listening);
                        silence.ends();
                        is_listening = true;
                    }
                    // What we wrote during the look tells by itself whether another wrote as well.
                    let is_odd = count != known && counted.load(Ordering::SeqCst) == known;
                    let odd = is_odd.then_some(known);
                    // Once may be a write of ours between its commit and its word.
                    if is_odd && odd == was_odd {
                        self.inner.watch.tell(News::Touched(&[Touched::Everything]));
                        let (from, to) = (Ordering::SeqCst, Ordering::SeqCst);
                        let _ = counted.compare_exchange(known, count, from, to);
                    }
                    was_odd = odd;
                }
                Err(error) => {
                    silence.begins(&error);
                    self.inner.watch.tell(News::Deaf);
                    is_listening = false;
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn count(&self) -> Result<i64, StoreError> {
        let sql = "select cast(value as integer) as count from meta where name = ?";
        let asked = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [COUNTER.into()]);
        let row = self.inner.readers.query_one_raw(asked).await?;
        Ok(match row {
            Some(row) => row.try_get("", "count")?,
            None => 0,
        })
    }

    pub(super) async fn follow_channel(&self) {
        let mut silence = Silence::default();
        loop {
            let error = match self.listen(&mut silence).await {
                Ok(()) => closed(),
                Err(error) => error,
            };
            silence.begins(&error);
            self.inner.watch.tell(News::Deaf);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Listens until the connection is lost.
    async fn listen(&self, silence: &mut Silence) -> Result<(), StoreError> {
        let mut listener = self.listener().await.map_err(lost)?;
        self.inner.watch.tell(News::Listening);
        silence.ends();
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = beat.tick() => self.ask(&mut listener).await?,
                told = listener.try_recv() => match told.map_err(lost)? {
                    Some(told) => self.heard(told.payload()),
                    None => return Ok(()),
                },
            }
        }
    }

    async fn listener(&self) -> Result<PgListener, sqlx::Error> {
        // A connection of its own: writes that wait for each other take all of the pool's.
        let pool = self.inner.writer.get_postgres_connection_pool();
        let own = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(LONGEST_CONNECT)
            .connect_lazy_with((*pool.connect_options()).clone());
        let mut listener = PgListener::connect_with(&own).await?;
        // A connection that is made anew by itself would hide what was said meanwhile.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(listener)
    }

    /// Asks for a sign of life. PostgreSQL says first what it has to tell, and so is it heard here.
    async fn ask(&self, listener: &mut PgListener) -> Result<(), StoreError> {
        let asked = Instant::now();
        let sign = sqlx::query("select 1").execute(&mut *listener);
        match timeout(LONGEST_SILENCE, sign).await {
            Ok(sign) => sign.map_err(lost)?,
            Err(_) => return Err(StoreError::Unavailable("no sign of life".to_owned())),
        };
        while let Some(told) = listener.next_buffered() {
            self.heard(told.payload());
        }
        self.inner.watch.heard.all_before(asked);
        Ok(())
    }

    fn heard(&self, payload: &str) {
        // An older version's sign of life.
        if payload.is_empty() {
            return;
        }
        match serde_json::from_str::<Vec<Touched>>(payload) {
            Ok(touched) => self.inner.watch.tell(News::Touched(&touched)),
            // Another version of the service knows more kinds.
            Err(_) => self.inner.watch.tell(News::Touched(&[Touched::Everything])),
        }
    }
}

fn lost(error: sqlx::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

fn closed() -> StoreError {
    StoreError::Unavailable("the connection was closed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_counts_for_a_tenth_of_a_second_from_when_it_was_asked_for() {
        let heard = Heard::default();
        let asked = heard.start + Duration::from_secs(7);
        assert!(!heard.counts_at(asked));
        heard.all_before(asked);
        assert!(heard.counts_at(asked));
        assert!(heard.counts_at(asked + Duration::from_millis(99)));
        assert!(!heard.counts_at(asked + Duration::from_millis(100)));
    }
}
