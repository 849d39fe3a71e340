//! A second connection to a service's database: what is stored, and what happens when somebody changes
//! it behind the service's back.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

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
    let mut all = String::new();
    for column in texts(app, &columns).await {
        for row in bytes_of(app, table, &column).await {
            all.push_str(&String::from_utf8_lossy(&row));
            all.push('\n');
        }
    }
    all
}

async fn bytes_of(app: &App, table: &str, column: &str) -> Vec<Vec<u8>> {
    match connect(app).await {
        Behind::Sqlite(mut it) => {
            let sql = format!("select coalesce(cast({column} as blob), x'') from {table}");
            sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_all(&mut it)
                .await
                .expect("a column")
        }
        Behind::Postgres(mut it) => {
            // What is of type `bytea` is sent as it is, the rest as its text.
            let sql = format!(
                "select case when pg_typeof({column}) = 'bytea'::regtype \
                 then decode(substr(coalesce({column}::text, '\\x'), 3), 'hex') \
                 else convert_to(coalesce({column}::text, ''), 'UTF8') end from {table}"
            );
            sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_all(&mut it)
                .await
                .expect("a column")
        }
    }
}
