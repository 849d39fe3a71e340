//! Databases for tests: each a copy of one that was migrated once, since a test would wait for that.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use persistence::{Clock, DatabaseUrl, Schema, Store, StoreOptions};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::postgres::cluster;

/// One master key for all databases of the process, since they are copied from one template.
pub fn master_key() -> PathBuf {
    static KEY: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let made = || {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("master.key");
        (folder, path)
    };
    KEY.get_or_init(made).1.clone()
}

/// Brings an empty database to the schema.
async fn migrate(url: DatabaseUrl) {
    let store = Store::open(StoreOptions {
        url,
        read_url: None,
        master_key_file: master_key(),
        clock: Clock::System,
        schema: Schema::Migrate,
    });
    store.await.expect("a migrated template").close().await;
}

/// The URL of a file of its own in that folder.
pub(crate) async fn sqlite_database(folder: &Path) -> String {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(|| async {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("template.sqlite");
        migrate(DatabaseUrl::Sqlite(path.clone())).await;
        std::fs::read(path).expect("the template")
    });
    let path = folder.join("test.sqlite");
    std::fs::write(&path, template.await).expect("a database");
    format!("sqlite:{}", path.display())
}

/// The URL of a database of its own.
///
/// # Panics
/// When there is no cluster.
pub async fn postgres_database() -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let cluster = cluster().expect("a PostgreSQL cluster");
    let template = TEMPLATE.get_or_init(|| async {
        let url = cluster.create_database("template");
        migrate(DatabaseUrl::Postgres(url.clone())).await;
        url
    });
    let template = template.await.clone();
    tokio::task::spawn_blocking(move || cluster.create_database_from(&template, "test"))
        .await
        .expect("a database")
}
