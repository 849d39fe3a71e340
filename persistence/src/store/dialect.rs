//! The statements that the two databases say differently.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sha2::{Digest, Sha256};

use super::{Clock, Engine, Index, StoreError, synced};

/// The database's clock; the store's where there is no other.
pub(crate) async fn now(
    db: &impl ConnectionTrait,
    engine: Engine,
    clock: &Clock,
) -> Result<DateTime<Utc>, StoreError> {
    if engine == Engine::Sqlite || matches!(clock, Clock::Manual(_)) {
        return Ok(clock.now());
    }
    let statement = Statement::from_string(DbBackend::Postgres, "select clock_timestamp() as now");
    let row = db.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| StoreError::Unavailable("no clock".to_owned()))?;
    Ok(row.try_get("", "now")?)
}

/// Bounds what a write's transaction on PostgreSQL waits for and how long it lasts, says that it is
/// under way, and tells the time.
pub(super) async fn begin_write(
    db: &impl ConnectionTrait,
    clock: &Clock,
) -> Result<DateTime<Utc>, StoreError> {
    let said = synced::say_under_way(clock);
    db.execute_unprepared(&format!(
        "set local lock_timeout = '5s'; set local statement_timeout = '10s'; \
         set local idle_in_transaction_session_timeout = '10s'; {said}"
    ))
    .await?;
    now(db, Engine::Postgres, clock).await
}

/// Things whose text holds all these words; the last one may go on.
pub(crate) fn holds_words(engine: Engine, index: Index, words: &[String]) -> SimpleExpr {
    let last = words.len().saturating_sub(1);
    let (sqlite, postgres) = match index {
        Index::Events => (
            "events.id in (select t.event_id from event_index i \
             join event_texts t on t.number = i.rowid where event_index match ?)",
            "events.id in (select event_id from event_texts where words @@ ($1)::tsquery)",
        ),
        Index::Projects => (
            "projects.id in (select t.project_id from project_index i \
             join project_texts t on t.number = i.rowid where project_index match ?)",
            "projects.id in (select project_id from project_texts where words @@ ($1)::tsquery)",
        ),
    };
    if engine == Engine::Sqlite {
        // Quoted, a word is a string of FTS5 and no operator.
        let term =
            |(i, w): (usize, &String)| format!("\"{w}\"{}", if i == last { " *" } else { "" });
        let terms = words.iter().enumerate().map(term);
        let query = terms.collect::<Vec<_>>().join(" ");
        Expr::cust_with_values(sqlite, [query])
    } else {
        let term = |(i, w): (usize, &String)| format!("'{w}'{}", if i == last { ":*" } else { "" });
        let terms = words.iter().enumerate().map(term);
        let query = terms.collect::<Vec<_>>().join(" & ");
        Expr::cust_with_values(postgres, [query])
    }
}

/// One sealer at a time: whether it is us. The lock goes with the transaction.
pub(crate) async fn lock_sealer(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    if db.get_database_backend() == DbBackend::Sqlite {
        return Ok(true);
    }
    let sql = "select pg_try_advisory_xact_lock(7305301) as ours";
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    row.map_or(Ok(false), |row| Ok(row.try_get("", "ours")?))
}

/// Lines up the writes about what is called so, as [`lock_name`] does.
pub(crate) async fn lock_called(db: &impl ConnectionTrait, what: &str) -> Result<(), StoreError> {
    lock_name(db, Sha256::digest(what).into()).await
}

/// Lines up the writes about one name until their transactions end; SQLite's are lined up anyhow.
pub(crate) async fn lock_name(db: &impl ConnectionTrait, name: [u8; 32]) -> Result<(), StoreError> {
    if db.get_database_backend() == DbBackend::Postgres {
        let key = i64::from_be_bytes([
            name[0], name[1], name[2], name[3], name[4], name[5], name[6], name[7],
        ]);
        let sql = "select pg_advisory_xact_lock($1)";
        let lock = Statement::from_sql_and_values(DbBackend::Postgres, sql, [key.into()]);
        db.execute_raw(lock).await?;
    }
    Ok(())
}
