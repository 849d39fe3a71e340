//! What writes touch of what answers are kept of, and how every instance comes to know: at once where
//! the write was done, within a tenth of a second elsewhere.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgListener, PgPoolOptions};
use uuid::Uuid;

use super::{Engine, Store, StoreError};

/// From, inclusive; to, exclusive.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// What a write touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Touched {
    /// An event: the times of its dates, before and after.
    Event {
        /// Which one.
        id: Uuid,
        /// When its dates were and are.
        spans: Vec<Span>,
    },
    /// Who may sign in, or is signed in.
    SignIns,
    /// More than is told one by one.
    Everything,
}

/// What a watcher is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News<'n> {
    /// From now on everything is told.
    Listening,
    /// What is written elsewhere is not heard of any more.
    Deaf,
    /// These were touched.
    Touched(&'n [Touched]),
}

/// Who is told. It is called on the way to each write's answer, so it must be quick.
type Watcher = Box<dyn Fn(News<'_>) + Send + Sync>;

/// Who watches, and what they were told.
#[derive(Default)]
pub(super) struct Watch {
    watcher: OnceLock<Watcher>,
    /// SQLite's count of the writes that touched something, as far as it was told of.
    counted: AtomicI64,
}

/// More of them are told as [`Touched::Everything`].
const MOST: usize = 64;

/// Adds one, unless it is there or there are so many that they aren't told one by one.
pub(super) fn add(touched: &mut Vec<Touched>, one: Touched) {
    if touched.len() <= MOST && !touched.contains(&one) {
        touched.push(one);
    }
}

/// PostgreSQL takes 8 000 bytes.
const LONGEST_PAYLOAD: usize = 7_900;

const CHANNEL: &str = "concertation_touched";

const COUNTER: &str = "touched";

/// How often another process's writes are looked for on SQLite.
const LOOK: Duration = Duration::from_millis(40);

/// How long it may take to be heard by PostgreSQL.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

/// How long PostgreSQL may be silent before it is asked to say something.
const SILENCE: Duration = Duration::from_secs(1);

impl Watch {
    /// Tells the other instances, when the transaction is committed; gives SQLite's count of such
    /// writes.
    pub(super) async fn announce(
        &self,
        db: &impl ConnectionTrait,
        touched: &mut Vec<Touched>,
    ) -> Result<Option<i64>, StoreError> {
        if touched.is_empty() {
            return Ok(None);
        }
        if touched.len() > MOST {
            *touched = vec![Touched::Everything];
        }
        if db.get_database_backend() == DbBackend::Sqlite {
            let sql = "insert into meta (name, value) values (?, '1') \
                       on conflict (name) do update set value = cast(value as integer) + 1 \
                       returning cast(value as integer) as count";
            let counted = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [COUNTER.into()]);
            let row = db.query_one_raw(counted).await?;
            return Ok(row.map(|row| row.try_get("", "count")).transpose()?);
        }
        let mut payload = payload(touched);
        if payload.len() > LONGEST_PAYLOAD {
            *touched = vec![Touched::Everything];
            payload = self::payload(touched);
        }
        notify(db, payload).await?;
        Ok(None)
    }

    /// After a commit, or one that may have been one: nobody may see an older answer after this
    /// write's own.
    pub(super) fn tell_touched(&self, touched: &[Touched], count: Option<i64>) {
        if let Some(count) = count {
            let before = self.counted.swap(count, Ordering::SeqCst);
            // Another process wrote in between, and from here on its count is one that is known.
            if count != before + 1 {
                return self.tell(News::Touched(&[Touched::Everything]));
            }
        }
        if !touched.is_empty() {
            self.tell(News::Touched(touched));
        }
    }

    fn tell(&self, news: News<'_>) {
        if let Some(watcher) = self.watcher.get() {
            watcher(news);
        }
    }
}

fn payload(touched: &[Touched]) -> String {
    serde_json::to_string(touched).expect("ids, times and words have a form in JSON")
}

async fn notify(db: &impl ConnectionTrait, payload: String) -> Result<(), StoreError> {
    let sql = "select pg_notify($1, $2)";
    let values = [CHANNEL.into(), payload.into()];
    db.execute_raw(Statement::from_sql_and_values(
        DbBackend::Postgres,
        sql,
        values,
    ))
    .await?;
    Ok(())
}

impl Store {
    /// Tells `watcher` what is touched, here and by other instances, for as long as the store is
    /// there. There is one watcher; the task ends with its handle.
    pub fn watch(
        &self,
        watcher: impl Fn(News<'_>) + Send + Sync + 'static,
    ) -> tokio::task::JoinHandle<()> {
        if self.inner.watch.watcher.set(Box::new(watcher)).is_err() {
            tracing::error!("the store is watched already");
        }
        let store = self.clone();
        self.inner.runtime.spawn(async move {
            match store.inner.engine {
                Engine::Sqlite => store.follow_counter().await,
                Engine::Postgres => store.follow_channel().await,
            }
        })
    }

    /// Another process on the same file, such as the command line's import, only shows by the count.
    async fn follow_counter(&self) {
        let mut was_odd = None;
        let mut is_listening = false;
        loop {
            let counted = &self.inner.watch.counted;
            let known = counted.load(Ordering::SeqCst);
            match self.count().await {
                Ok(count) => {
                    if !is_listening {
                        counted.store(count, Ordering::SeqCst);
                        self.inner.watch.tell(News::Listening);
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
                    tracing::warn!(%error, "answers are not kept while the database can't be asked");
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

    async fn follow_channel(&self) {
        loop {
            if let Err(error) = self.listen().await {
                tracing::warn!(%error, "answers are not kept while PostgreSQL doesn't tell of changes");
            }
            self.inner.watch.tell(News::Deaf);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Listens until the connection is lost.
    async fn listen(&self) -> Result<(), StoreError> {
        let lost = |error: sqlx::Error| StoreError::Unavailable(error.to_string());
        // A connection of its own: writes that wait for each other take all of the pool's.
        let options = self
            .inner
            .writer
            .get_postgres_connection_pool()
            .connect_options();
        let own = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(LONGEST_CONNECT)
            .connect_lazy_with((*options).clone());
        let mut listener = PgListener::connect_with(&own).await.map_err(lost)?;
        // A connection that is made anew by itself would hide what was said meanwhile.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await.map_err(lost)?;
        self.inner.watch.tell(News::Listening);
        let mut was_silent = false;
        loop {
            match tokio::time::timeout(SILENCE, listener.try_recv()).await {
                Ok(Ok(Some(told))) => {
                    was_silent = false;
                    self.heard(told.payload());
                }
                Ok(Ok(None)) => return Ok(()),
                Ok(Err(error)) => return Err(lost(error)),
                Err(_) if was_silent => {
                    return Err(StoreError::Unavailable("no echo".to_owned()));
                }
                // A connection that broke without a word would look like peace.
                Err(_) => {
                    was_silent = true;
                    let echo = sqlx::query("select pg_notify($1, '')").bind(CHANNEL);
                    let sent = echo.execute(&mut listener);
                    match tokio::time::timeout(SILENCE, sent).await {
                        Ok(sent) => sent.map(drop).map_err(lost)?,
                        Err(_) => return Err(StoreError::Unavailable("no echo".to_owned())),
                    }
                }
            }
        }
    }

    fn heard(&self, payload: &str) {
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

#[cfg(test)]
mod tests;
