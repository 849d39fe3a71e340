//! Whether a watcher hears of all that is written, and of no more.

use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::hearing::LOOK;
use super::*;
use crate::store::Stop;
use crate::store::tests::{act, on_file};

type Told = Arc<Mutex<Vec<Touched>>>;

async fn write(store: &Store) {
    let written = store.write(act(), |writing| {
        writing.touch(Touched::SignIns);
        Box::pin(async { Ok::<_, Stop<StoreError>>(()) })
    });
    written.await.unwrap();
}

/// What a store's watcher is told from the moment that it listens.
async fn watched(store: &Store) -> Told {
    let told = Told::default();
    let (listening, listens) = tokio::sync::oneshot::channel::<()>();
    let listening = Mutex::new(Some(listening));
    store.watch({
        let told = told.clone();
        move |news| match news {
            News::Touched(touched) => told.lock().unwrap().extend_from_slice(touched),
            _ => drop(listening.lock().unwrap().take()),
        }
    });
    let _ = listens.await;
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_of_our_own_alone_are_told_one_by_one() {
    let folder = TempDir::new().unwrap();
    let store = on_file(&folder).await;
    write(&store).await;
    let told = watched(&store).await;
    let until = tokio::time::Instant::now() + 15 * LOOK;
    while tokio::time::Instant::now() < until {
        write(&store).await;
    }
    let everything = |one: &&Touched| **one == Touched::Everything;
    let told = told.lock().unwrap();
    assert!(!told.is_empty());
    assert_eq!(told.iter().filter(everything).count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_of_another_process_is_heard_between_ours() {
    let folder = TempDir::new().unwrap();
    let (ours, other) = (on_file(&folder).await, on_file(&folder).await);
    write(&ours).await;
    let told = watched(&ours).await;
    for _ in 0..10 {
        write(&other).await;
        write(&ours).await;
        let told = std::mem::take(&mut *told.lock().unwrap());
        assert!(told.contains(&Touched::Everything), "{told:?}");
    }
}

#[test]
fn a_write_of_another_process_is_not_lost_behind_one_of_ours() {
    let (watch, told) = (Watch::default(), Arc::new(Mutex::new(vec![])));
    let heard = told.clone();
    let set = watch.watcher.set(Box::new(move |news| {
        if let News::Touched(touched) = news {
            heard.lock().unwrap().push(touched.to_vec());
        }
    }));
    assert!(set.is_ok());
    watch.counted.store(4, Ordering::SeqCst);
    let ours = [Touched::SignIns];
    // The sixth is another's.
    for count in [5, 7, 8] {
        watch.tell_touched(&ours, Some(count));
    }
    let (ours, everything) = (ours.to_vec(), vec![Touched::Everything]);
    assert_eq!(*told.lock().unwrap(), [ours.clone(), everything, ours]);
}
