//! Up to which moment nothing can be written any more, so that whoever keeps a mirror misses nothing:
//! however long a write takes, and were it its commit alone that stalls.
//!
//! SQLite has one writer at a time, of whatever process: when ours had its turn, all before it were
//! done. On PostgreSQL each write under way holds a lock, until what it wrote is seen, that says when it
//! began, and all instances see all locks.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tokio::time::timeout;
use uuid::Uuid;

use super::{Act, Clock, Engine, LONGEST_WRITE, Snapshot, Stop, Store, StoreError};

/// How far behind the clock it stays at least: clocks are set back a little, now and then.
const MARGIN: Duration = LONGEST_WRITE;

/// How long it is waited for a turn. What was known before holds as well; it only says less.
const PATIENCE: Duration = Duration::from_millis(200);

/// The first key of the locks of writes under way; the second one is when they began, in seconds since
/// [`SINCE`], which an `int4` holds until 2088.
const UNDER_WAY: u32 = 7_305_302;

/// The beginning of 2020.
const SINCE: i64 = 1_577_836_800;

/// When SQLite's writer last had its turn.
pub(super) struct Turn(AtomicI64);

impl Default for Turn {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Turn {
    /// It has it: nobody else writes now, and what is written from now on is later than this moment.
    pub(super) fn begins(&self, now: DateTime<Utc>) {
        self.0.store(now.timestamp_micros(), Ordering::SeqCst);
    }

    fn last(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst))
    }
}

/// The statement by which a write on PostgreSQL says that it is under way. It reads the time, so the
/// write's own moment is asked for after it.
pub(super) fn say_under_way(clock: &Clock) -> String {
    let seconds = match clock {
        Clock::System => "floor(extract(epoch from clock_timestamp()))::bigint".to_owned(),
        Clock::Manual(_) => format!("{}::bigint", clock.now().timestamp()),
    };
    format!("select pg_advisory_xact_lock_shared({UNDER_WAY}, ({seconds} - {SINCE})::int)")
}

/// When the oldest write under way on that PostgreSQL began.
async fn oldest_under_way(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, StoreError> {
    let sql = format!(
        "select min(objid::bigint) as oldest from pg_locks \
         where locktype = 'advisory' and classid = {UNDER_WAY} and objsubid = 2 \
         and database = (select oid from pg_database where datname = current_database())"
    );
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    let oldest: Option<i64> = row.map_or(Ok(None), |row| row.try_get("", "oldest"))?;
    Ok(oldest.and_then(|seconds| DateTime::from_timestamp(seconds + SINCE, 0)))
}

impl Store {
    /// A look for whoever keeps a mirror, and the moment up to which nothing can be written any more:
    /// a mirror that has all changes up to it misses none.
    ///
    /// # Errors
    /// The database can't be reached, or is busy.
    pub async fn read_synced(&self) -> Result<(Snapshot, DateTime<Utc>), StoreError> {
        // Before the look: what ends between the two is seen by it.
        let until = self.synced_until().await?;
        let snapshot = self.read_current().await?;
        // The first reading fixes what is seen, and the clock is one.
        let now = snapshot.now().await?;
        Ok((snapshot, until.min(now - margin())))
    }

    async fn synced_until(&self) -> Result<DateTime<Utc>, StoreError> {
        match self.inner.engine {
            Engine::Sqlite => self.turn_of_ours().await,
            Engine::Postgres => {
                let oldest = oldest_under_way(&self.inner.current).await?;
                Ok(oldest.unwrap_or(DateTime::<Utc>::MAX_UTC))
            }
        }
    }

    async fn turn_of_ours(&self) -> Result<DateTime<Utc>, StoreError> {
        let turn = &self.inner.turn;
        let is_recent = |turn| turn >= self.inner.clock.now() - margin();
        if !turn.last().is_some_and(is_recent) {
            let act = Act::system("synced", Uuid::nil());
            let nothing = self.write(act, |_| Box::pin(async { Err::<(), _>(Stop::Refused(())) }));
            // Whether it had its turn shows by the turn itself.
            let _ = timeout(PATIENCE, nothing).await;
        }
        turn.last().ok_or(StoreError::Busy)
    }
}

fn margin() -> TimeDelta {
    TimeDelta::from_std(MARGIN).expect("seconds are in range")
}

#[cfg(test)]
mod tests;
