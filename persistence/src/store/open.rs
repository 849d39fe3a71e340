//! Opening: connections as each database wants them, the schema brought up to date.

use std::fmt;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::group::Queue;
use super::{Clock, Engine, Inner, OpenError, Store, StoreError, meta, synced, touched};
use crate::vault::MasterKey;

/// How long an SQLite connection waits for the locks of others.
pub(super) const PATIENCE_WITH_OTHERS: Duration = Duration::from_secs(5);

/// Where the database is. Its `Debug` hides the password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server, by its whole URL.
    Postgres(String),
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let rest = url.rsplit_once('@').map_or(url.as_str(), |(_, rest)| rest);
                let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
                write!(
                    f,
                    "postgres://…@{}",
                    rest.split('?').next().unwrap_or_default()
                )
            }
        }
    }
}

/// How to open the store.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Where the database is.
    pub url: DatabaseUrl,
    /// A copy of it that may be read instead (PostgreSQL).
    pub read_url: Option<DatabaseUrl>,
    /// The file of the master key, made when there is none and the database has none either.
    pub master_key_file: PathBuf,
    /// What time it is.
    pub clock: Clock,
    /// What becomes of a schema that is behind this version.
    pub schema: Schema,
}

/// What becomes of a schema that is behind this version when a store is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// It is brought up to date.
    Migrate,
    /// It stays as it is.
    Keep,
}

impl Store {
    /// Opens the store.
    ///
    /// # Errors
    /// The database, its folder or the master key can't be had, or don't belong together.
    pub async fn open(options: StoreOptions) -> Result<Self, OpenError> {
        // Before a database is made beside a key that can't be used.
        let found = MasterKey::load(&options.master_key_file)?;
        let (engine, writer, readers) = connect(&options).await?;
        let current = match (engine, &options.read_url) {
            (Engine::Postgres, Some(_)) => writer.clone(),
            _ => readers.clone(),
        };
        let master = match found {
            Some(key) => key,
            None => missing_master_key(engine, &writer, &options).await?,
        };
        if options.schema == Schema::Migrate {
            migrate(engine, &writer).await?;
        }
        if Migrator::get_pending_migrations(&writer).await?.is_empty() {
            meta::prove_master_key(&writer, &master).await?;
        }
        let (master, written) = (Arc::new(master), Arc::new(tokio::sync::Notify::new()));
        let watch = Arc::new(touched::Watch::default());
        let turn = Arc::new(synced::Turn::default());
        let clock = options.clock;
        let queue = (engine == Engine::Sqlite).then(|| {
            Queue::start(
                writer.clone(),
                clock.clone(),
                master.clone(),
                written.clone(),
                turn.clone(),
                watch.clone(),
            )
        });
        Ok(Self {
            inner: Arc::new(Inner {
                engine,
                readers,
                current,
                writer,
                queue,
                runtime: tokio::runtime::Handle::current(),
                clock,
                master,
                written,
                turn,
                watch,
            }),
        })
    }
}

/// The key when its file was not there a moment ago: made, if the database is new as well.
///
/// Whoever begins a database has placed its key before it says so in the database. So it is asked
/// first whether the database is begun, and then for the file: an instance that starts beside
/// another one finds either nothing of both, or the key.
async fn missing_master_key(
    engine: Engine,
    db: &DatabaseConnection,
    options: &StoreOptions,
) -> Result<MasterKey, OpenError> {
    let path = &options.master_key_file;
    if meta::has_master_key(engine, db).await? {
        return MasterKey::load(path)?
            .ok_or_else(|| OpenError::MissingMasterKey { path: path.clone() });
    }
    if options.schema == Schema::Keep {
        let pending = Migrator::get_pending_migrations(db).await?.len();
        return Err(StoreError::Behind(pending).into());
    }
    Ok(MasterKey::load_or_create(path)?)
}

async fn connect(
    options: &StoreOptions,
) -> Result<(Engine, DatabaseConnection, DatabaseConnection), OpenError> {
    match &options.url {
        DatabaseUrl::Sqlite(path) => {
            let (writer, readers) = open_sqlite(path).await?;
            Ok((Engine::Sqlite, writer, readers))
        }
        DatabaseUrl::Postgres(url) => {
            let writer = open_postgres(url).await?;
            // A pool of their own in any case: writes that wait for each other must not hold up those
            // who only read.
            let read = match &options.read_url {
                Some(DatabaseUrl::Postgres(copy)) => copy,
                _ => url,
            };
            let readers = open_postgres(read).await?;
            Ok((Engine::Postgres, writer, readers))
        }
    }
}

/// One connection that writes, several that may only read.
async fn open_sqlite(path: &Path) -> Result<(DatabaseConnection, DatabaseConnection), OpenError> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|source| OpenError::Io {
            path: folder.to_owned(),
            source,
        })?;
    }
    // SQLite gives the files beside it the same mode.
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| OpenError::Io {
            path: path.to_owned(),
            source,
        })?;
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would lose acknowledged commits at a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE_WITH_OTHERS)
        .foreign_keys(true)
        .pragma("secure_delete", "on")
        .pragma("temp_store", "memory")
        // What a rush left of the log is given back to the disk.
        .pragma("journal_size_limit", "67108864")
        .statement_cache_capacity(200);
    let one = SqlitePoolOptions::new()
        .max_connections(1)
        // A file does not hang up.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(10));
    let writer = one
        .connect_with(
            connect
                .clone()
                // The pages that one write of an import changes stay in memory until its commit.
                .pragma("cache_size", "-16384")
                // Pages that every commit changes are brought home once for several of them.
                .pragma("wal_autocheckpoint", "4000"),
        )
        .await
        .map_err(sqlx_error)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(8)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(connect.pragma("query_only", "on"))
        .await
        .map_err(sqlx_error)?;
    Ok((
        SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
    ))
}

async fn open_postgres(url: &str) -> Result<DatabaseConnection, OpenError> {
    let options = PgConnectOptions::from_str(url).map_err(sqlx_error)?;
    reach(&options).await?;
    let pool = PgPoolOptions::new()
        .max_connections(15)
        // For busy times: `reach` tells earlier that there is no server.
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(sqlx_error)?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

/// One plain connection first: a pool only says that its time is over, and not why.
async fn reach(options: &PgConnectOptions) -> Result<(), OpenError> {
    use sqlx::Connection as _;
    const PATIENCE: Duration = Duration::from_secs(5);
    let cause = match tokio::time::timeout(PATIENCE, options.connect()).await {
        Ok(Ok(connection)) => {
            // It was only to see; a farewell that fails changes nothing.
            let _ = connection.close().await;
            return Ok(());
        }
        Ok(Err(sqlx::Error::Database(error))) => error.message().to_owned(),
        Ok(Err(sqlx::Error::Io(error))) => error.to_string(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer in {} seconds", PATIENCE.as_secs()),
    };
    let port = options.get_port();
    let host = match options.get_socket() {
        Some(socket) => format!("{}:{port}", socket.display()),
        None => format!("{}:{port}", options.get_host()),
    };
    let database = options.get_database().unwrap_or(options.get_username());
    Err(OpenError::Unreachable {
        address: format!("{host}/{database}"),
        cause,
    })
}

pub(super) fn sqlx_error(error: sqlx::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// Several instances may start at once on one PostgreSQL: the first migrates, the others wait.
async fn migrate(engine: Engine, db: &DatabaseConnection) -> Result<(), OpenError> {
    if engine == Engine::Sqlite {
        return Ok(Migrator::up(db, None).await?);
    }
    let pool = db.get_postgres_connection_pool();
    let mut guard = pool.acquire().await.map_err(sqlx_error)?;
    sqlx::query("select pg_advisory_lock(7305300)")
        .execute(&mut *guard)
        .await
        .map_err(sqlx_error)?;
    let migrated = Migrator::up(db, None).await;
    sqlx::query("select pg_advisory_unlock(7305300)")
        .execute(&mut *guard)
        .await
        .map_err(sqlx_error)?;
    Ok(migrated?)
}
