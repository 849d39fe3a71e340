//! The write door: one transaction for the state and for all that its change implies.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::kernel::Ids;
use futures_util::future::BoxFuture;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    Act, Actor, Engine, LONGEST_WRITE, Stop, Store, StoreError, SystemIds, dialect, reach,
};
use crate::entities::person_keys;
use crate::vault::{MasterKey, PersonKey};

/// How often a write that met another one is tried again.
const TRIES: u32 = 8;

/// A write under way. What is done through it is kept whole, or not at all.
pub struct Writing {
    tx: DatabaseTransaction,
    act: Act,
    now: DateTime<Utc>,
    ids: SystemIds,
    master: Arc<MasterKey>,
}

impl Writing {
    /// The moment of the write, by the database's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Who does what.
    #[must_use]
    pub fn act(&self) -> &Act {
        &self.act
    }

    /// Who does it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.act.actor
    }

    /// New ids of this moment.
    pub fn ids(&mut self) -> &mut dyn Ids {
        &mut self.ids
    }

    pub(crate) fn new_id(&mut self) -> Uuid {
        self.ids.next()
    }

    pub(crate) fn db(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// The key of a person; none once they were erased.
    pub(crate) async fn person_key(&self, person: Uuid) -> Result<Option<PersonKey>, StoreError> {
        let row = person_keys::Entity::find_by_id(person)
            .one(&self.tx)
            .await?;
        row.map(|row| self.master.unwrap(&row.wrapped, person.as_bytes()))
            .transpose()
            .map_err(|e| StoreError::Unreadable(e.to_string()))
    }

    /// Gives a new person their key.
    pub(crate) async fn new_person_key(&self, person: Uuid) -> Result<PersonKey, StoreError> {
        let key = PersonKey::generate();
        let row = person_keys::ActiveModel {
            person_id: Set(person),
            wrapped: Set(self.master.wrap(&key, person.as_bytes())),
            created_at: Set(self.now),
        };
        row.insert(&self.tx).await?;
        Ok(key)
    }

    pub(crate) fn master(&self) -> &MasterKey {
        &self.master
    }
}

impl Store {
    /// Does `work` in one transaction. It runs to its end whoever still waits for it, and may run
    /// again from the start when it met another write, so it must do nothing but write.
    ///
    /// # Errors
    /// What `work` refuses, or what the store can't do.
    pub async fn write<T, R, W>(&self, act: Act, work: W) -> Result<T, Stop<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<R>>> + Send + Sync + 'static,
    {
        let store = self.clone();
        let task = async move { store.try_write(&act, &work).await }.in_current_span();
        match self.inner.runtime.spawn(task).await {
            Ok(done) => done,
            Err(panic) => Err(StoreError::Unreadable(panic.to_string()).into()),
        }
    }

    async fn try_write<T, R, W>(&self, act: &Act, work: &W) -> Result<T, Stop<R>>
    where
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<R>>>,
    {
        let mut tries = 0;
        loop {
            let done = tokio::time::timeout(LONGEST_WRITE, self.write_now(act, work)).await;
            match done.unwrap_or(Err(StoreError::TooLong.into())) {
                Err(Stop::Failed(error)) if error.is_transient() && tries < TRIES => {
                    tries += 1;
                    tracing::debug!(tries, %error, "a write is tried again");
                    // A little apart, each pair that met differently.
                    let jitter = u64::from(act.request_id.as_bytes()[15]) % 17;
                    let pause = std::time::Duration::from_millis(jitter + 5 * u64::from(tries));
                    tokio::time::sleep(pause).await;
                }
                Err(Stop::Failed(StoreError::Conflict)) => return Err(StoreError::Busy.into()),
                done => return done,
            }
        }
    }

    async fn write_now<T, R, W>(&self, act: &Act, work: &W) -> Result<T, Stop<R>>
    where
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<R>>>,
    {
        let inner = &self.inner;
        let _turn = match inner.engine {
            Engine::Sqlite => Some(inner.turn.acquire().await.map_err(|_| StoreError::Busy)?),
            Engine::Postgres => None,
        };
        let options = TransactionOptions {
            // A deferred one that reads first can't be turned into a writer any more.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let beginning = inner.writer.begin_with_options(options);
        let tx = reach::asked(&inner.writer, beginning).await?;
        let now = dialect::begin_write(&tx, inner.engine, &inner.clock).await?;
        let mut writing = Writing {
            tx,
            act: act.clone(),
            now,
            ids: SystemIds::at(now),
            master: inner.master.clone(),
        };
        match work(&mut writing).await {
            Ok(done) => {
                writing.tx.commit().await?;
                inner.written.notify_waiters();
                Ok(done)
            }
            Err(stop) => {
                if let Err(error) = writing.tx.rollback().await {
                    tracing::warn!(%error, "a refused write could not be rolled back at once");
                }
                Err(stop)
            }
        }
    }
}
