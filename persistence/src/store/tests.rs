//! What the tests of the store stand on: a database in a file, and the smallest write there is.

use tempfile::TempDir;
use uuid::Uuid;

use super::{Act, Clock, DatabaseUrl, Schema, Stop, Store, StoreError, StoreOptions};

/// An embedded store in that folder.
pub(crate) async fn on_file(folder: &TempDir) -> Store {
    on_file_at(folder, Clock::System).await
}

/// The same by another clock.
pub(crate) async fn on_file_at(folder: &TempDir, clock: Clock) -> Store {
    let opened = Store::open(StoreOptions {
        url: DatabaseUrl::Sqlite(folder.path().join("test.sqlite")),
        read_url: None,
        master_key_file: folder.path().join("master.key"),
        clock,
        schema: Schema::Migrate,
    });
    opened.await.expect("a store")
}

pub(super) fn act() -> Act {
    Act::system("test", Uuid::nil())
}

/// Keeps a word; a word that is kept already is refused with what it is.
pub(super) async fn note(store: &Store, word: &str) -> Result<(), Stop<StoreError>> {
    let word = word.to_owned();
    let noted = store.write(act(), move |writing| {
        let word = word.clone();
        Box::pin(async move {
            match writing.put_meta(&word, &word).await? {
                true => Ok(()),
                false => Err(Stop::Refused(StoreError::NotUnique(word))),
            }
        })
    });
    noted.await
}
