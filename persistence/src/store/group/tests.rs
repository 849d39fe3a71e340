//! Changes that share a commit: what one does to the others, which is nothing but in a failure of
//! them all.

use std::sync::Arc;

use futures_util::future::join_all;
use sea_orm::{DbBackend, Statement};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::*;
use crate::store::Store;
use crate::store::tests::{act, note, on_file};

type Noted = Result<(), Stop<StoreError>>;

/// Keeps the writer busy until it is let go: what comes meanwhile is in the same group, in its order.
struct Held {
    gate: Arc<Semaphore>,
    first: JoinHandle<Noted>,
    coming: Vec<JoinHandle<Noted>>,
}

impl Held {
    async fn back(store: &Store) -> Self {
        let (gate, begun) = (Arc::new(Semaphore::new(0)), Arc::new(Notify::new()));
        let (held, told, store) = (gate.clone(), begun.clone(), store.clone());
        let first = tokio::spawn(async move {
            let written = store.write(act(), move |_| {
                let (held, told) = (held.clone(), told.clone());
                Box::pin(async move {
                    told.notify_one();
                    let _ = held.acquire().await;
                    Ok(())
                })
            });
            written.await
        });
        begun.notified().await;
        let coming = Vec::new();
        Self {
            gate,
            first,
            coming,
        }
    }

    /// Lets another change come, behind those that came before.
    async fn then<F>(&mut self, store: &Store, change: impl FnOnce(Store) -> F)
    where
        F: Future<Output = Noted> + Send + 'static,
    {
        self.coming.push(tokio::spawn(change(store.clone())));
        wait_for(store, self.coming.len()).await;
    }

    async fn go(self) -> Vec<Noted> {
        self.gate.add_permits(1);
        // What kept the writer busy shares the lot of its group.
        let _ = self.first.await.unwrap();
        let ended = join_all(self.coming).await;
        ended.into_iter().map(Result::unwrap).collect()
    }
}

/// Until so many changes stand in the queue.
async fn wait_for(store: &Store, count: usize) {
    let sender = &store.inner.queue.as_ref().unwrap().sender;
    while sender.max_capacity() - sender.capacity() < count {
        tokio::task::yield_now().await;
    }
}

async fn noted(store: Store, word: &'static str) -> Noted {
    note(&store, word).await
}

/// Keeps a word, and then ends in another way than well.
async fn noted_and(store: Store, word: &'static str, end: fn() -> Noted) -> Noted {
    let written = store.write(act(), move |writing| {
        Box::pin(async move {
            writing.put_meta(word, word).await?;
            end()
        })
    });
    written.await
}

async fn executed(store: Store, sql: &'static str) -> Noted {
    let written = store.write(act(), move |writing| {
        Box::pin(async move {
            writing.db().execute_unprepared(sql).await?;
            Ok(())
        })
    });
    written.await
}

async fn has(store: &Store, word: &str) -> bool {
    store.meta(word).await.unwrap().is_some()
}

async fn text_of(store: &Store, sql: &str) -> String {
    let asked = Statement::from_string(DbBackend::Sqlite, sql);
    let row = store.inner.readers.query_one_raw(asked).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

async fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = on_file(&folder).await;
    (folder, store)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rush_shares_its_commits_and_all_of_it_is_there_after_a_reopen() {
    const CLIENTS: usize = 64;
    const EACH: usize = 4;
    let (folder, store) = store().await;
    assert!(store.empty_log().await.unwrap());
    let clients = (0..CLIENTS).map(|client| {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 0..EACH {
                note(&store, &format!("{client}/{n}")).await.unwrap();
            }
        })
    });
    for client in join_all(clients).await {
        client.unwrap();
    }
    let log = std::fs::metadata(folder.path().join("test.sqlite-wal")).unwrap();
    let pages = usize::try_from(log.len()).unwrap() / 4096;
    // A commit of its own writes a page at least.
    assert!(pages < CLIENTS * EACH / 2, "{pages} pages");
    store.close().await;
    drop(store);

    let again = on_file(&folder).await;
    for (client, n) in (0..CLIENTS).flat_map(|client| (0..EACH).map(move |n| (client, n))) {
        assert!(has(&again, &format!("{client}/{n}")).await, "{client}/{n}");
    }
}

#[tokio::test]
async fn each_sees_those_before_it_and_one_that_ends_badly_costs_no_other_one() {
    let (_folder, store) = store().await;
    let mut held = Held::back(&store).await;
    held.then(&store, |store| noted(store, "first")).await;
    held.then(&store, |store| noted(store, "first")).await;
    held.then(&store, |store| {
        noted_and(store, "refused", || Err(Stop::Refused(StoreError::Full)))
    })
    .await;
    held.then(&store, |store| {
        noted_and(store, "failed", || Err(StoreError::TooLong.into()))
    })
    .await;
    held.then(&store, |store| {
        noted_and(store, "panicked", || panic!("as the test wants it"))
    })
    .await;
    held.then(&store, |store| executed(store, "no statement at all"))
        .await;
    held.then(&store, |store| noted(store, "last")).await;
    let ended = held.go().await;

    assert!(ended[0].is_ok());
    let repeated = ended[1].as_ref().unwrap_err();
    assert!(matches!(repeated, Stop::Refused(StoreError::NotUnique(word)) if word == "first"));
    assert!(matches!(ended[2], Err(Stop::Refused(StoreError::Full))));
    assert!(matches!(ended[3], Err(Stop::Failed(StoreError::TooLong))));
    let panicked = ended[4].as_ref().unwrap_err().to_string();
    assert!(panicked.contains("as the test wants it"), "{panicked}");
    assert!(matches!(
        ended[5],
        Err(Stop::Failed(StoreError::Database(_)))
    ));
    assert!(ended[6].is_ok());
    for (word, is_there) in [
        ("first", true),
        ("refused", false),
        ("failed", false),
        ("panicked", false),
        ("last", true),
    ] {
        assert_eq!(has(&store, word).await, is_there, "{word}");
    }
    note(&store, "afterwards").await.unwrap();
}

#[tokio::test]
async fn a_commit_that_fails_is_told_to_all_whom_it_carried() {
    let (_folder, store) = store().await;
    let mut held = Held::back(&store).await;
    held.then(&store, |store| noted(store, "before")).await;
    // Its fault shows at the commit only.
    held.then(&store, |store| {
        executed(
            store,
            "pragma defer_foreign_keys = on; \
             insert into import_records (import_id, position, outcome, warnings, errors) \
             values (x'00', 1, 'created', '[]', '[]')",
        )
    })
    .await;
    held.then(&store, |store| {
        noted_and(store, "refused", || Err(Stop::Refused(StoreError::Busy)))
    })
    .await;
    held.then(&store, |store| noted(store, "after")).await;
    for ended in held.go().await {
        let error = ended.unwrap_err();
        assert!(
            matches!(error, Stop::Failed(StoreError::Database(_))),
            "{error:?}"
        );
    }
    assert!(!has(&store, "before").await && !has(&store, "after").await);
    note(&store, "before").await.unwrap();
    assert!(has(&store, "before").await);
}

#[tokio::test]
async fn a_transaction_that_ends_by_itself_is_the_end_of_its_group_alone() {
    let (_folder, store) = store().await;
    let mut held = Held::back(&store).await;
    held.then(&store, |store| noted(store, "before")).await;
    // What SQLite itself does when the system fails it in the wrong moment.
    held.then(&store, |store| executed(store, "rollback; no statement"))
        .await;
    held.then(&store, |store| noted(store, "after")).await;
    let ended = held.go().await;
    assert!(ended[..2].iter().all(Result::is_err), "{ended:?}");
    assert!(!has(&store, "before").await);
    // It was not run yet, and is in the next group.
    assert!(ended[2].is_ok() && has(&store, "after").await);
    note(&store, "before").await.unwrap();
    assert!(has(&store, "before").await);
}

#[tokio::test]
async fn a_commit_that_finds_no_transaction_any_more_leaves_a_writer_that_works() {
    let (_folder, store) = store().await;
    let mut held = Held::back(&store).await;
    held.then(&store, |store| noted(store, "before")).await;
    held.then(&store, |store| executed(store, "rollback")).await;
    let ended = held.go().await;
    assert!(ended.iter().all(Result::is_err), "{ended:?}");
    let writers = store.inner.writer.get_sqlite_connection_pool();
    assert!(!writers.acquire().await.unwrap().is_in_transaction());
    for word in ["before", "later"] {
        note(&store, word).await.unwrap();
        assert!(has(&store, word).await);
    }
}

#[tokio::test]
async fn who_goes_away_breaks_no_group_and_what_was_asked_is_done() {
    let (_folder, store) = store().await;
    let mut held = Held::back(&store).await;
    held.then(&store, |store| noted(store, "before")).await;
    let leaving = tokio::spawn(noted(store.clone(), "left behind"));
    wait_for(&store, 2).await;
    leaving.abort();
    assert!(leaving.await.unwrap_err().is_cancelled());
    let after = tokio::spawn(noted(store.clone(), "after"));
    wait_for(&store, 3).await;
    assert!(held.go().await[0].is_ok());
    after.await.unwrap().unwrap();
    assert!(has(&store, "left behind").await);
}

#[tokio::test]
async fn a_change_without_end_is_cut_off_and_its_neighbours_are_written() {
    let (_folder, store) = store().await;
    let mut held = Held::back(&store).await;
    held.then(&store, |store| noted(store, "before")).await;
    held.then(&store, |store| async move {
        let written = store.write(act(), |_| Box::pin(std::future::pending()));
        written.await
    })
    .await;
    held.then(&store, |store| noted(store, "after")).await;
    let begun = Instant::now();
    let ended = held.go().await;
    assert!(matches!(ended[1], Err(Stop::Failed(StoreError::TooLong))));
    assert!(ended[0].is_ok() && ended[2].is_ok());
    assert!(begun.elapsed() < LONGEST_WRITE, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_full_disk_fails_its_group_and_nothing_else() {
    let (_folder, store) = store().await;
    note(&store, "kept").await.unwrap();
    store.bound_size(1).await.unwrap();
    const LARGE: &str = "insert into meta (name, value) values ('large', hex(zeroblob(200000)))";
    for _ in 0..3 {
        let mut held = Held::back(&store).await;
        held.then(&store, |store| noted(store, "small")).await;
        held.then(&store, |store| executed(store, LARGE)).await;
        let ended = held.go().await;
        let is_full = |ended: &Noted| matches!(ended, Err(Stop::Failed(StoreError::Full)));
        assert!(ended.iter().all(is_full), "{ended:?}");
        assert!(has(&store, "kept").await && !has(&store, "small").await);
    }
    store.bound_size(u32::MAX - 1).await.unwrap();
    let mut held = Held::back(&store).await;
    held.then(&store, |store| noted(store, "small")).await;
    held.then(&store, |store| executed(store, LARGE)).await;
    assert!(held.go().await.iter().all(Result::is_ok));
    assert!(has(&store, "small").await && has(&store, "large").await);
    assert_eq!(text_of(&store, "pragma integrity_check").await, "ok");
}
