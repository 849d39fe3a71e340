//! A second connection to a service's database: what is stored, and what happens when somebody changes
//! it behind the service's back.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row as _, SqliteConnection};

use crate::app::App;
use crate::engines::Engine;

enum Behind {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

async fn connect(app: &App) -> Behind {
    match app.engine {
        Engine::Sqlite => {
            Behind::Sqlite(SqliteConnection::connect(&app.url).await.expect("the file"))
        }
        Engine::Postgres => {
            Behind::Postgres(PgConnection::connect(&app.url).await.expect("the database"))
        }
    }
}

/// Runs a statement; says how many rows it touched.
///
/// # Panics
/// When the database refuses it.
pub async fn execute(app: &App, sql: &str) -> u64 {
    let text = AssertSqlSafe(sql.to_owned());
    match connect(app).await {
        Behind::Sqlite(mut it) => sqlx::query(text)
            .execute(&mut it)
            .await
            .expect(sql)
            .rows_affected(),
        Behind::Postgres(mut it) => sqlx::query(text)
            .execute(&mut it)
            .await
            .expect(sql)
            .rows_affected(),
    }
}

/// The one column, of text, that a query gives.
///
/// # Panics
/// When the database refuses it.
pub async fn texts(app: &App, sql: &str) -> Vec<String> {
    let text = AssertSqlSafe(sql.to_owned());
    match connect(app).await {
        Behind::Sqlite(mut it) => sqlx::query_scalar(text)
            .fetch_all(&mut it)
            .await
            .expect(sql),
        Behind::Postgres(mut it) => sqlx::query_scalar(text)
            .fetch_all(&mut it)
            .await
            .expect(sql),
    }
}

/// All that the columns of a table hold, bytes read as if they were text.
///
/// # Panics
/// When the database refuses it.
pub async fn everything_in(app: &App, table: &str) -> String {
    let columns = match app.engine {
        Engine::Sqlite => format!("select name from pragma_table_info('{table}')"),
        Engine::Postgres => format!(
            "select column_name::text from information_schema.columns where table_name = '{table}'"
        ),
    };
    let columns = texts(app, &columns).await;
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut all = String::new();
    for value in bytes_of(app, table, &columns).await {
        all.push_str(&String::from_utf8_lossy(&value));
        all.push('\n');
    }
    all
}

async fn bytes_of(app: &App, table: &str, columns: &[&str]) -> Vec<Vec<u8>> {
    // What is of type `bytea` in PostgreSQL is taken as it is, the rest as its text.
    let bytes = |column: &&str| match app.engine {
        Engine::Sqlite => format!("coalesce(cast({column} as blob), x'')"),
        Engine::Postgres => format!(
            "case when pg_typeof({column}) = 'bytea'::regtype \
             then decode(substr(coalesce({column}::text, '\\x'), 3), 'hex') \
             else convert_to(coalesce({column}::text, ''), 'UTF8') end"
        ),
    };
    let all: Vec<String> = columns.iter().map(bytes).collect();
    let sql = AssertSqlSafe(format!("select {} from {table}", all.join(", ")));
    let values = 0..columns.len();
    match connect(app).await {
        Behind::Sqlite(mut it) => {
            let rows = sqlx::query(sql).fetch_all(&mut it).await.expect(table);
            let of = |row: SqliteRow| values.clone().map(|at| row.get(at)).collect::<Vec<_>>();
            rows.into_iter().flat_map(of).collect()
        }
        Behind::Postgres(mut it) => {
            let rows = sqlx::query(sql).fetch_all(&mut it).await.expect(table);
            let of = |row: PgRow| values.clone().map(|at| row.get(at)).collect::<Vec<_>>();
            rows.into_iter().flat_map(of).collect()
        }
    }
}
