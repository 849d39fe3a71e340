//! The two doors: `read` for a consistent look, `write` for a change.
//!
//! What differs between the two databases lives in this module (`open`, `dialect`, `error`, `group`,
//! `reach`, `room`, `backup`) and nowhere else.

mod act;
mod backup;
pub(crate) mod bulk;
pub(crate) mod chain;
mod clock;
pub(crate) mod dialect;
mod error;
mod group;
mod idempotency;
mod later;
mod meta;
mod open;
mod reach;
mod room;
mod synced;
#[cfg(test)]
pub(crate) mod tests;
mod touched;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::{
    AccessMode, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, EntityTrait,
    IsolationLevel, QueryFilter, TransactionOptions, TransactionTrait,
};

pub use act::{Act, Actor, STORY};
pub use backup::{BackupError, Copied, back_up};
pub use clock::{Clock, SystemIds};
pub use error::{OpenError, Stop, StoreError};
pub use idempotency::{Answer, Claim, IdempotencyRefusal, Once};
pub(crate) use idempotency::{count_old_answers, forget_old_answers};
pub(crate) use later::{FoundBy, Index};
pub use open::{DatabaseUrl, Schema, StoreOptions};
pub use touched::{News, Span, Touched};
pub use write::Writing;

use uuid::Uuid;

use crate::entities::person_keys;
use crate::vault::{MasterKey, PersonKey};

/// The longest that a write may take, waiting included: it is cut off then. A commit that has begun
/// may still be done later.
pub(crate) const LONGEST_WRITE: std::time::Duration = std::time::Duration::from_secs(15);

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

/// Where everything is stored. Clones share the same doors.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    readers: DatabaseConnection,
    /// Where what was just written is read: the readers, unless those read a copy.
    current: DatabaseConnection,
    writer: DatabaseConnection,
    /// SQLite has one writer, and this is the way to it: those who wait are served in their order.
    queue: Option<group::Queue>,
    /// Writes run here, so that a client that hangs up cuts none in two.
    runtime: tokio::runtime::Handle,
    clock: Clock,
    master: Arc<MasterKey>,
    written: Arc<tokio::sync::Notify>,
    turn: Arc<synced::Turn>,
    watch: Arc<touched::Watch>,
}

impl Store {
    /// Whether the database lies within this service, so that no other instance of it runs.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.inner.engine == Engine::Sqlite
    }

    /// The clock that the store was opened with.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The key that guards the others.
    #[must_use]
    pub fn master_key(&self) -> &MasterKey {
        &self.inner.master
    }

    /// A consistent look: all that is read through it is of one moment.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn read(&self) -> Result<Snapshot, StoreError> {
        self.look(&self.inner.readers).await
    }

    async fn look(&self, at: &DatabaseConnection) -> Result<Snapshot, StoreError> {
        let options = match self.inner.engine {
            Engine::Sqlite => TransactionOptions::default(),
            Engine::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                sqlite_transaction_mode: None,
            },
        };
        let tx = reach::asked(at, at.begin_with_options(options)).await?;
        Ok(Snapshot {
            tx,
            engine: self.inner.engine,
            clock: self.inner.clock.clone(),
            master: self.inner.master.clone(),
        })
    }

    /// A look that a copy of the database, which may be a moment behind, is not asked for: who is
    /// signed in, and with which keys, must hold as it was just written; and whoever made something
    /// a moment ago finds it.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn read_current(&self) -> Result<Snapshot, StoreError> {
        self.look(&self.inner.current).await
    }

    /// Resolves after the next write that is committed here, counted from this call on.
    pub fn written(&self) -> impl Future<Output = ()> + Send + '_ {
        self.inner.written.notified()
    }

    /// Whether the database answers and has the schema of this version.
    ///
    /// # Errors
    /// It doesn't, and why.
    pub async fn ready(&self) -> Result<(), StoreError> {
        use migration::{Migrator, MigratorTrait};
        let readers = &self.inner.readers;
        // A probe is there to be answered at once.
        reach::probe(readers).await?;
        reach::asked(readers, readers.execute_unprepared("select 1")).await?;
        let pending = reach::asked(readers, Migrator::get_pending_migrations(readers)).await?;
        match pending.len() {
            0 => Ok(()),
            some => Err(StoreError::Behind(some)),
        }
    }

    /// Ends all connections.
    pub async fn close(&self) {
        let _ = self.inner.readers.clone().close().await;
        let _ = self.inner.writer.clone().close().await;
    }
}

/// What was true at one moment.
pub struct Snapshot {
    pub(crate) tx: DatabaseTransaction,
    engine: Engine,
    clock: Clock,
    master: Arc<MasterKey>,
}

impl Snapshot {
    /// The keys of these people, as far as they were not erased.
    pub(crate) async fn person_keys(
        &self,
        people: &[Uuid],
    ) -> Result<HashMap<Uuid, PersonKey>, StoreError> {
        let mut keys = HashMap::with_capacity(people.len());
        for some in people.chunks(bulk::MOST_NAMED) {
            let own = person_keys::Column::PersonId.is_in(bulk::padded(some));
            for row in person_keys::Entity::find()
                .filter(own)
                .all(&self.tx)
                .await?
            {
                let key = self.master.unwrap(&row.wrapped, row.person_id.as_bytes());
                let key = key.map_err(|error| StoreError::Unreadable(error.to_string()))?;
                keys.insert(row.person_id, key);
            }
        }
        Ok(keys)
    }

    pub(crate) fn master(&self) -> &MasterKey {
        &self.master
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// The database's clock.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn now(&self) -> Result<DateTime<Utc>, StoreError> {
        dialect::now(&self.tx, self.engine, &self.clock).await
    }
}
