//! The database engines that the service speaks, and which of them this machine can test.

use std::fmt;

use crate::postgres::cluster;

/// A database engine.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Engine {
    /// One file, always there: it is compiled in.
    Sqlite,
    /// A server, where it is installed.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        })
    }
}

/// All engines that can run here. Says once on the error output what is left out; with `CI=true`
/// nothing may be.
pub fn engines() -> Vec<Engine> {
    let mut engines = vec![Engine::Sqlite];
    if cluster().is_some() {
        engines.push(Engine::Postgres);
    }
    engines
}
