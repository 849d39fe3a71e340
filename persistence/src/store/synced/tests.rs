//! What a mirror is told while a write stalls: here in its change, which is all the same as in its commit.

use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;

use super::*;
use crate::store::tests::{act, note, on_file_at};

fn morning() -> Clock {
    Clock::at("2026-11-24T09:00:00Z".parse().unwrap())
}

async fn synced(store: &Store) -> DateTime<Utc> {
    store.read_synced().await.unwrap().1
}

/// A write that has begun, and goes on when it is let.
async fn stalled(store: &Store) -> (Arc<Semaphore>, JoinHandle<DateTime<Utc>>) {
    let (gate, begun) = (Arc::new(Semaphore::new(0)), Arc::new(Notify::new()));
    let (held, told, store) = (gate.clone(), begun.clone(), store.clone());
    let writing = tokio::spawn(async move {
        let written = store.write(act(), move |writing| {
            let (held, told) = (held.clone(), told.clone());
            Box::pin(async move {
                told.notify_one();
                let _ = held.acquire().await;
                Ok::<_, Stop<StoreError>>(writing.now())
            })
        });
        written.await.unwrap()
    });
    begun.notified().await;
    (gate, writing)
}

#[tokio::test]
async fn a_write_that_stalls_holds_back_what_is_said_to_be_complete() {
    let (folder, clock) = (TempDir::new().unwrap(), morning());
    let ours = on_file_at(&folder, clock.clone()).await;
    let other = on_file_at(&folder, clock.clone()).await;
    note(&ours, "earlier").await.unwrap();
    assert_eq!(synced(&ours).await, clock.now() - margin());
    // It is not held back for ever by the write that was the last one.
    clock.advance(TimeDelta::hours(1));
    for store in [&ours, &other] {
        assert_eq!(synced(store).await, clock.now() - margin());
    }

    clock.advance(TimeDelta::minutes(1));
    let (gate, writing) = stalled(&ours).await;
    clock.advance(TimeDelta::hours(1));
    // The other process can't know when it began: only that it had a turn itself before.
    let (here, there) = (synced(&ours).await, synced(&other).await);
    gate.add_permits(1);
    let written_at = writing.await.unwrap();
    assert!(here <= written_at, "{here} is after {written_at}");
    assert!(there <= written_at, "{there} is after {written_at}");
    for store in [&ours, &other] {
        assert_eq!(synced(store).await, clock.now() - margin());
    }
}

#[tokio::test]
async fn who_has_had_no_turn_yet_says_nothing_of_what_is_complete() {
    let (folder, clock) = (TempDir::new().unwrap(), morning());
    let ours = on_file_at(&folder, clock.clone()).await;
    let other = on_file_at(&folder, clock.clone()).await;
    let (gate, writing) = stalled(&ours).await;
    assert!(matches!(other.read_synced().await, Err(StoreError::Busy)));
    gate.add_permits(1);
    writing.await.unwrap();
    assert_eq!(synced(&other).await, clock.now() - margin());
}
