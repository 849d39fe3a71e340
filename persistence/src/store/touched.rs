//! What writes touch of what answers are kept of, and how every instance is told: at once where the
//! write was done, within a tenth of a second elsewhere, or it knows that it may not have been told
//! ([`hearing`]).

mod hearing;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::hearing::Heard;
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
    /// Up to when PostgreSQL's word was heard.
    heard: Heard,
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

    /// Whether all that other instances wrote up to a tenth of a second ago was told here. While it
    /// isn't, nothing that is kept may be shown. (On SQLite there are none: what the command line writes
    /// beside the service is told as soon as it is found.)
    #[must_use]
    pub fn is_up_to_date(&self) -> bool {
        self.inner.engine == Engine::Sqlite || self.inner.watch.heard.is_recent()
    }
}

#[cfg(test)]
mod tests;
