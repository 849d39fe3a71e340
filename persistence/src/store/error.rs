//! What can go wrong at the doors, told apart by what the caller can do about it.

use sea_orm::{DbErr, RuntimeErr};

/// Why the store did not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Others were before us for too long; later it may go.
    #[error("the database is busy")]
    Busy,
    /// Two writes were in each other's way; the same one may go at once.
    #[error("the write met another one")]
    Conflict,
    /// The database can't be reached.
    #[error("the database can't be reached: {0}")]
    Unavailable(String),
    /// No room is left.
    #[error("no room is left for the database")]
    Full,
    /// It took longer than a write may.
    #[error("the write took too long")]
    TooLong,
    /// A value that has to be the only one exists already: the constraint or the columns.
    #[error("not unique: {0}")]
    NotUnique(String),
    /// The schema is that many steps behind this version.
    #[error("{0} migration(s) are not applied")]
    Behind(usize),
    /// What is stored can't be read back.
    #[error("stored data can't be read: {0}")]
    Unreadable(String),
    /// Anything else.
    #[error("database: {0}")]
    Database(DbErr),
}

impl StoreError {
    /// For what was looked up just before: somebody else was quicker, and trying again finds them.
    pub(crate) fn unique_is_conflict(self) -> Self {
        match self {
            Self::NotUnique(_) => Self::Conflict,
            other => other,
        }
    }

    /// Whether the same write may be tried again at once.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let sqlx = match &error {
            DbErr::Conn(RuntimeErr::SqlxError(e))
            | DbErr::Exec(RuntimeErr::SqlxError(e))
            | DbErr::Query(RuntimeErr::SqlxError(e)) => e.clone(),
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => {
                return Self::Unavailable(error.to_string());
            }
            _ => return Self::Database(error),
        };
        match sqlx.as_ref() {
            sqlx::Error::Database(e) => {
                let code = e.code().unwrap_or_default();
                if e.is_unique_violation() {
                    return Self::NotUnique(e.constraint().unwrap_or(e.message()).to_owned());
                }
                of_code(&code).unwrap_or(Self::Database(error))
            }
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(e) => Self::Unavailable(e.to_string()),
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable(sqlx.to_string())
            }
            _ => Self::Database(error),
        }
    }
}

/// SQLite's result codes are numbers, PostgreSQL's have five characters.
fn of_code(code: &str) -> Option<StoreError> {
    match code {
        "5" | "6" | "261" | "262" | "517" | "40001" | "40P01" => Some(StoreError::Conflict),
        "55P03" => Some(StoreError::Busy),
        // The second one: SQLite could not enlarge the memory that its connections share in a file.
        "13" | "4874" | "53100" => Some(StoreError::Full),
        "57014" | "25P03" | "25P04" => Some(StoreError::TooLong),
        "53300" | "57P01" | "57P02" | "57P03" | "57P05" => {
            Some(StoreError::Unavailable(format!("code {code}")))
        }
        _ if code.len() == 5 && code.starts_with("08") => {
            Some(StoreError::Unavailable(format!("code {code}")))
        }
        _ => None,
    }
}

/// Why a write ended without a change: somebody's rule, or the store.
#[derive(Debug, thiserror::Error)]
pub enum Stop<R> {
    /// A rule refused it.
    #[error("refused")]
    Refused(R),
    /// The store did not do it.
    #[error(transparent)]
    Failed(#[from] StoreError),
}

impl Stop<StoreError> {
    /// The error, where nothing but the store refuses.
    #[must_use]
    pub fn into_error(self) -> StoreError {
        let (Self::Refused(error) | Self::Failed(error)) = self;
        error
    }
}

impl<R> From<DbErr> for Stop<R> {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.into())
    }
}

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder or file of the database.
    #[error("{path}: {source}")]
    Io {
        /// Which one.
        path: std::path::PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The master key.
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
    /// There is no master key, and the database has one.
    #[error(
        "there is no master key at {path}, and this database was begun with one: put that file back, \
         or say where it is (`master_key_file`, CONCERTATION_MASTER_KEY_FILE); a new one would open \
         nothing, so none is made"
    )]
    MissingMasterKey {
        /// Where it was looked for.
        path: std::path::PathBuf,
    },
    /// PostgreSQL can't be reached, or turns us away.
    #[error("PostgreSQL at {address}: {cause}")]
    Unreachable {
        /// Host, port and database, without any password.
        address: String,
        /// What the driver says.
        cause: String,
    },
    /// The database was written with another master key.
    #[error(
        "the master key is not the one that this database was begun with: give the right file \
         (CONCERTATION_MASTER_KEY_FILE); with another one nothing personal in it can be read"
    )]
    OtherMasterKey,
}

impl From<DbErr> for OpenError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}
