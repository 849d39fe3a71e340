//! Whether PostgreSQL is there at all. A pool goes on trying to connect for as long as its patience
//! for busy times lasts, and can't tell that the server is gone: nobody has to wait so long for that.

use std::io;
use std::time::Duration;

use sea_orm::{DatabaseConnection, DbBackend, DbErr};
use sqlx::postgres::PgConnectOptions;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::StoreError;

/// How long the pool is waited for before the server itself is asked whether it is there.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a server takes to take a call, far away as it may be.
const ANSWER: Duration = Duration::from_secs(1);

/// What is asked of a pool: given up early when there is no server behind it.
pub(super) async fn asked<T>(
    pool: &DatabaseConnection,
    asking: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, StoreError> {
    tokio::pin!(asking);
    match timeout(PATIENCE, &mut asking).await {
        Ok(answer) => Ok(answer?),
        // Busy is not gone: whoever is in the queue stays in it.
        Err(_) => {
            probe(pool).await?;
            Ok(asking.await?)
        }
    }
}

/// Whether the server takes calls; what lies in a file is always there.
pub(super) async fn probe(pool: &DatabaseConnection) -> Result<(), StoreError> {
    if pool.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let options = pool.get_postgres_connection_pool().connect_options();
    match timeout(ANSWER, call(&options)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(StoreError::Unavailable(error.to_string())),
        Err(_) => Err(StoreError::Unavailable("no answer".to_owned())),
    }
}

async fn call(options: &PgConnectOptions) -> io::Result<()> {
    let port = options.get_port();
    let host = options.get_host();
    let socket = options.get_socket().map(std::path::PathBuf::as_path);
    let folder = socket.or_else(|| host.starts_with('/').then_some(std::path::Path::new(host)));
    match folder {
        Some(folder) => UnixStream::connect(folder.join(format!(".s.PGSQL.{port}")))
            .await
            .map(drop),
        None => TcpStream::connect((host, port)).await.map(drop),
    }
}
