//! The write door: one transaction for the state and for all that its change implies.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::citizens::Pseudonym;
use domain::kernel::{Id, Ids};
use futures_util::future::BoxFuture;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait, TransactionTrait,
};
use tracing::Instrument;
use uuid::Uuid;

use super::later::Later;
use super::touched::{self, Touched};
use super::{Act, Actor, LONGEST_WRITE, Stop, Store, StoreError, SystemIds, dialect, reach};
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
    left: Left,
}

/// What a write leaves.
#[derive(Default)]
pub(super) struct Left {
    /// What it touched.
    pub(super) touched: Vec<Touched>,
    /// What is yet to be written before the commit.
    pub(super) later: Later,
}

impl Writing {
    pub(super) fn new(
        tx: DatabaseTransaction,
        act: Act,
        now: DateTime<Utc>,
        master: Arc<MasterKey>,
    ) -> Self {
        let ids = SystemIds::at(now);
        Self {
            tx,
            act,
            now,
            ids,
            master,
            left: Left::default(),
        }
    }

    /// The transaction, and what it leaves.
    pub(super) fn into_parts(self) -> (DatabaseTransaction, Left) {
        (self.tx, self.left)
    }

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

    /// A pseudonym that tells nothing, not even when it was made.
    #[must_use]
    pub fn new_pseudonym(&self) -> Id<Pseudonym> {
        Id::from_uuid(Uuid::from_bytes(crate::vault::random_id()))
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

    /// The key of a person, who gets one where they have none.
    pub(crate) async fn key_of(&self, person: Uuid) -> Result<PersonKey, StoreError> {
        match self.person_key(person).await? {
            Some(key) => Ok(key),
            None => self.new_person_key(person).await,
        }
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

    /// Says that answers which show this are out of date once the write is done.
    pub(crate) fn touch(&mut self, touched: Touched) {
        touched::add(&mut self.left.touched, touched);
    }

    /// What is written at the end.
    pub(crate) fn later(&mut self) -> &mut Later {
        &mut self.left.later
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
        let (store, work) = (self.clone(), Arc::new(work));
        let task = async move { store.try_write(&act, &work).await }.in_current_span();
        match self.inner.runtime.spawn(task).await {
            Ok(done) => done,
            Err(panic) => Err(StoreError::Unreadable(panic.to_string()).into()),
        }
    }

    /// Does `work` as [`Store::write`] would, and undoes it: what it gives is what would have been, and
    /// nothing of it is kept or told.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn try_out<T, R, W>(&self, act: Act, work: W) -> Result<T, Stop<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<R>>> + Send + Sync + 'static,
    {
        let work = Arc::new(work);
        // A write that is refused is undone.
        let tried: Result<(), Stop<Result<T, R>>> = self
            .write(act, move |writing| {
                let work = work.clone();
                Box::pin(async move {
                    Err(match work(writing).await {
                        Ok(done) => Stop::Refused(Ok(done)),
                        Err(Stop::Refused(refusal)) => Stop::Refused(Err(refusal)),
                        Err(Stop::Failed(error)) => Stop::Failed(error),
                    })
                })
            })
            .await;
        match tried {
            Err(Stop::Refused(Ok(done))) => Ok(done),
            Err(Stop::Refused(Err(refusal))) => Err(Stop::Refused(refusal)),
            Err(Stop::Failed(error)) => Err(Stop::Failed(error)),
            Ok(()) => Err(StoreError::Unreadable("a trial was kept".to_owned()).into()),
        }
    }

    async fn try_write<T, R, W>(&self, act: &Act, work: &Arc<W>) -> Result<T, Stop<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<R>>> + Send + Sync + 'static,
    {
        let mut tries = 0;
        loop {
            let done = match &self.inner.queue {
                Some(queue) => queue.write(act, work).await,
                None => tokio::time::timeout(LONGEST_WRITE, self.write_alone(act, &**work))
                    .await
                    .unwrap_or(Err(StoreError::TooLong.into())),
            };
            match done {
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

    /// In a transaction of its own, as PostgreSQL has many at once.
    async fn write_alone<T, R, W>(&self, act: &Act, work: &W) -> Result<T, Stop<R>>
    where
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<R>>>,
    {
        let inner = &self.inner;
        let tx = reach::asked(&inner.writer, inner.writer.begin()).await?;
        let now = dialect::begin_write(&tx, &inner.clock).await?;
        let mut writing = Writing::new(tx, act.clone(), now, inner.master.clone());
        match work(&mut writing).await {
            Ok(done) => {
                let (tx, Left { mut touched, later }) = writing.into_parts();
                later.write(&tx).await?;
                inner.watch.announce(&tx, &mut touched).await?;
                let committed = tx.commit().await;
                inner.watch.tell_touched(&touched, None);
                committed?;
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
