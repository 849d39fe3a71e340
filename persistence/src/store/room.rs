//! The room that an embedded database takes: its write-ahead log, carried over into the database and
//! given back to the disk, and a bound to what it may grow to. PostgreSQL has its own ways.

use sea_orm::ConnectionTrait;

use super::open::{PATIENCE_WITH_OTHERS, sqlx_error};
use super::{Engine, Store, StoreError};

/// How long writes are held up at most for those who still read in the log.
const PATIENCE_WITH_READERS: std::time::Duration = std::time::Duration::from_millis(200);

impl Store {
    /// Empties the log of an embedded database; says whether it is empty. It isn't when somebody
    /// reads in it just then: the next time will do.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn empty_log(&self) -> Result<bool, StoreError> {
        if self.inner.engine != Engine::Sqlite {
            return Ok(true);
        }
        // Nearly all of it beside the writes, by a connection that holds up nobody.
        sqlx::query("pragma wal_checkpoint(passive)")
            .execute(self.inner.readers.get_sqlite_connection_pool())
            .await
            .map_err(sqlx_error)?;
        let writers = self.inner.writer.get_sqlite_connection_pool();
        let mut writer = writers.acquire().await.map_err(sqlx_error)?;
        wait_at_most(&mut writer, PATIENCE_WITH_READERS).await?;
        let emptied = sqlx::query_scalar("pragma wal_checkpoint(truncate)")
            .fetch_one(&mut *writer)
            .await;
        wait_at_most(&mut writer, PATIENCE_WITH_OTHERS).await?;
        let is_busy: i64 = emptied.map_err(sqlx_error)?;
        Ok(is_busy == 0)
    }

    /// Overwrites what was removed a moment ago, so that it lies nowhere in the database's files: on SQLite,
    /// which overwrites what it removes, by emptying the log; on PostgreSQL by vacuuming these tables. Says
    /// whether it could be done at once.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn scrub(&self) -> Result<bool, StoreError> {
        if self.inner.engine == Engine::Sqlite {
            return self.empty_log().await;
        }
        let tables = "citizens, registrations, involvements, mails, person_keys, idempotency_keys";
        let vacuum = format!("vacuum {tables}");
        self.inner.writer.execute_unprepared(&vacuum).await?;
        Ok(true)
    }

    /// Bounds an embedded database to so many pages, or to those it has when they are more: a write
    /// that needs another one is refused as on a full disk, which is what this is there to try. It
    /// holds for as long as the writer's connection.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn bound_size(&self, pages: u32) -> Result<(), StoreError> {
        if self.inner.engine == Engine::Sqlite {
            let sql = format!("pragma max_page_count = {pages}");
            self.inner.writer.execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}

/// How long the connection waits for the locks of others.
async fn wait_at_most(
    connection: &mut sqlx::SqliteConnection,
    patience: std::time::Duration,
) -> Result<(), StoreError> {
    let sql = format!("pragma busy_timeout = {}", patience.as_millis());
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .execute(connection)
        .await
        .map_err(sqlx_error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::store::tests::{note, on_file};

    #[tokio::test]
    async fn the_log_is_emptied_unless_somebody_reads_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = on_file(&folder).await;
        let log = folder.path().join("test.sqlite-wal");
        let size = || std::fs::metadata(&log).unwrap().len();
        note(&store, "one").await.unwrap();
        assert!(size() > 0);
        assert!(store.empty_log().await.unwrap());
        assert_eq!(size(), 0);

        let reading = store.read().await.unwrap();
        reading.now().await.unwrap();
        let seen: i64 = {
            use sea_orm::{ConnectionTrait, DbBackend, Statement};
            let count = "select count(*) as n from meta";
            let count = Statement::from_string(DbBackend::Sqlite, count);
            let row = reading.tx.query_one_raw(count).await.unwrap();
            row.unwrap().try_get("", "n").unwrap()
        };
        note(&store, "two").await.unwrap();
        assert!(
            !store.empty_log().await.unwrap(),
            "{seen} rows are still read"
        );
        note(&store, "three").await.unwrap();
        drop(reading);
        while !store.empty_log().await.unwrap() {
            tokio::task::yield_now().await;
        }
        assert_eq!(size(), 0);
        assert_eq!(store.meta("three").await.unwrap().as_deref(), Some("three"));
    }
}
