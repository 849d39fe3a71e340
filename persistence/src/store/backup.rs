//! A copy of an SQLite database of one moment, while a service runs on it. Knows no master key: the copy
//! holds none, and making it needs none.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Row};

/// What a copy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its size.
    pub bytes: u64,
    /// The last step of the schema in it.
    pub schema: String,
    /// How many events.
    pub events: i64,
    /// How many accounts.
    pub accounts: i64,
    /// How many entries of the audit trail.
    pub audit_entries: i64,
    /// The last of them that is sealed: its number and its hash, in hexadecimal.
    pub head: Option<(i64, String)>,
}

/// Why there is no copy. What was begun of one is removed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is overwritten.
    #[error("{} exists already, and a backup overwrites nothing: name another file", .0.display())]
    Exists(PathBuf),
    /// A file can't be made.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The copy was made, and is not whole.
    #[error(
        "the copy is not whole, and is not kept ({0}): look at the database with `concertation check`"
    )]
    Damaged(String),
    /// The database can't be read, or the copy not written.
    #[error("the database could not be copied: {0}")]
    Database(#[from] sqlx::Error),
}

/// Copies the database at `database` into a new file for its owner alone, and looks whether the copy is
/// whole. Who writes meanwhile is not held up; what they write after the start is not in it.
///
/// # Errors
/// The file exists, can't be written, or the copy is not whole.
pub async fn back_up(database: &Path, file: &Path) -> Result<Copied, BackupError> {
    // Whoever looks for the file finds a whole copy or none.
    let draft = Draft::begin(file)?;
    let mut source = open(SqliteConnectOptions::new().filename(database)).await?;
    let name = draft.path.to_str().ok_or_else(|| BackupError::Io {
        path: draft.path.clone(),
        source: io::ErrorKind::InvalidFilename.into(),
    })?;
    sqlx::query("vacuum into ?")
        .bind(name)
        .execute(&mut source)
        .await?;
    source.close().await?;
    let copied = looked_at(&draft.path).await?;
    draft.place(file)?;
    Ok(copied)
}

async fn open(options: SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    options
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(5))
        .connect()
        .await
}

/// Whether the copy is whole, and what is in it.
async fn looked_at(path: &Path) -> Result<Copied, BackupError> {
    // Nobody else has it yet: no file of a log is made beside it.
    let options = SqliteConnectOptions::new().filename(path).immutable(true);
    let mut copy = open(options.read_only(true)).await?;
    let said: Vec<String> = sqlx::query_scalar("pragma integrity_check")
        .fetch_all(&mut copy)
        .await?;
    if said != ["ok"] {
        return Err(BackupError::Damaged(said.join("; ")));
    }
    let stray = sqlx::query("pragma foreign_key_check")
        .fetch_all(&mut copy)
        .await?;
    if !stray.is_empty() {
        let rows = format!("{} rows point at nothing", stray.len());
        return Err(BackupError::Damaged(rows));
    }
    let row = sqlx::query(
        "select (select max(version) from seaql_migrations), \
         (select count(*) from events where deleted_at is null), \
         (select count(*) from users), (select count(*) from audit_entries)",
    )
    .fetch_one(&mut copy)
    .await?;
    let head = sqlx::query(
        "select number, lower(hex(hash)) from audit_entries where number is not null \
         order by number desc limit 1",
    )
    .fetch_optional(&mut copy)
    .await?;
    copy.close().await?;
    Ok(Copied {
        bytes: std::fs::metadata(path).map_or(0, |file| file.len()),
        schema: row.get(0),
        events: row.get(1),
        accounts: row.get(2),
        audit_entries: row.get(3),
        head: head.map(|row| (row.get(0), row.get(1))),
    })
}

/// The copy on its way, beside its place; removed unless it gets there.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn begin(file: &Path) -> Result<Self, BackupError> {
        if file.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(file.to_owned()));
        }
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let path = file.with_file_name(name);
        // An empty file is written into, and keeps its mode.
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match made {
            Ok(_) => Ok(Self { path }),
            // Another one writes it, or was cut off.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(BackupError::Exists(path))
            }
            Err(source) => Err(BackupError::Io { path, source }),
        }
    }

    fn place(&self, file: &Path) -> Result<(), BackupError> {
        let failed = |source| BackupError::Io {
            path: file.to_owned(),
            source,
        };
        File::open(&self.path)
            .and_then(|draft| draft.sync_all())
            .map_err(failed)?;
        // Somebody else may have taken the name meanwhile.
        if file.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(file.to_owned()));
        }
        std::fs::rename(&self.path, file).map_err(failed)?;
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(failed)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Once it is in its place there is nothing left to remove.
        let _ = std::fs::remove_file(&self.path);
        let mut journal = self.path.clone().into_os_string();
        journal.push("-journal");
        let _ = std::fs::remove_file(journal);
    }
}
