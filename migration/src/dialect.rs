//! The one place where the two databases' words for types differ.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// PostgreSQL's type, SQLite's.
const TYPES: &[(&str, &str)] = &[
    ("timestamptz", "text"),
    ("timestamp", "text"),
    ("date", "text"),
    ("uuid", "blob"),
    ("bytea", "blob"),
    ("jsonb", "text"),
    ("boolean", "integer"),
    ("bigint", "integer"),
    ("float8", "real"),
];

/// Whether the step runs on SQLite.
pub(crate) fn is_sqlite(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DatabaseBackend::Sqlite
}

/// Runs statements written in PostgreSQL's types on either database.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let sql = if is_sqlite(manager) {
        for_sqlite(statements)
    } else {
        statements.to_owned()
    };
    manager
        .get_connection()
        .execute_unprepared(&sql)
        .await
        .map(drop)
}

fn for_sqlite(statements: &str) -> String {
    let translate = |word: &str| {
        TYPES
            .iter()
            .find(|(from, _)| *from == word)
            .map_or(word.to_owned(), |(_, to)| (*to).into())
    };
    let mut out = String::with_capacity(statements.len());
    let mut word = String::new();
    for c in statements.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            out.push_str(&translate(&word));
            word.clear();
            out.push(c);
        }
    }
    out.push_str(&translate(&word));
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_whole_words_are_types() {
        let sql = "id uuid primary key, uuid_of text, at timestamptz not null";
        let sqlite = "id blob primary key, uuid_of text, at text not null";
        assert_eq!(super::for_sqlite(sql), sqlite);
    }
}
