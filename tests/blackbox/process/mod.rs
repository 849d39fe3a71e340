//! The real binary in a process of its own: how it starts, stops, is configured and looked after.

mod backup;
mod clients;
mod commands;
mod crowd;
mod demo;
mod erasure;
mod kept;
mod kill;
mod load;
mod logs;
mod mail;
mod outage;
mod partners;
mod postgres;
mod reminders;
mod settings;
mod start;
mod stop;
mod webhooks;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use harness::app::Staff;
use harness::engines::Engine;
use harness::http::{Call, Reply, call};
use harness::postgres::cluster;
use harness::process::{Finished, Launch, Process};
use serde_json::{Value, json};

/// Far more than anything here takes, also on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The demonstration's password, and one that is strong enough for any account.
pub(crate) const DEMO_PASSWORD: &str = "demonstration";
const STRONG_PASSWORD: &str = "une phrase de passe assez longue";

/// A process that serves.
pub(crate) struct Served {
    process: Process,
    pub(crate) address: SocketAddr,
}

impl Served {
    /// Waits until it says where it listens.
    async fn start(launch: Launch) -> Self {
        let mut process = launch.start();
        let line = process
            .line(LIMIT, |line| line.contains(r#""message":"serving""#))
            .await;
        let said: Value = serde_json::from_str(&line).unwrap();
        let address = said["address"].as_str().unwrap().parse().unwrap();
        Self { process, address }
    }

    /// In that folder, on a free port.
    pub(crate) async fn begin(folder: &Path, more: &[&str]) -> Self {
        Self::start(serve(folder, more)).await
    }

    fn call(&self, method: &str, path: &str) -> Call {
        call(method, &format!("http://{}{path}", self.address))
    }

    fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    async fn sign_in(&self, email: &str, password: &str) -> Reply {
        let form = [
            ("grant_type", "password"),
            ("username", email),
            ("password", password),
        ];
        self.call("POST", "/oauth/token").form(&form).await
    }

    async fn staff(&self, email: &str, password: &str) -> Staff {
        let reply = self.sign_in(email, password).await;
        let token = reply.expect(200).text("access_token");
        Staff {
            id: String::new(),
            token,
            refresh_token: reply.text("refresh_token"),
        }
    }

    /// Tells it to stop, and waits until it has, as it should.
    pub(crate) async fn stop(mut self) -> Process {
        self.process.terminate();
        let status = self.process.exit(LIMIT).await;
        assert_eq!(
            status.code(),
            Some(0),
            "{}",
            self.process.stderr().join("\n")
        );
        self.process
    }
}

/// `serve` in that folder, on a free port of this machine.
fn serve(folder: &Path, more: &[&str]) -> Launch {
    concertation(
        folder,
        &[&["serve", "--listen", "127.0.0.1:0"], more].concat(),
    )
}

fn concertation(folder: &Path, arguments: &[&str]) -> Launch {
    Launch::concertation(arguments).directory(folder)
}

/// A command to its end.
async fn run(folder: &Path, arguments: &[&str]) -> Finished {
    concertation(folder, arguments).run(LIMIT).await
}

/// An account made by the command line.
async fn create_user(folder: &Path, email: &str, role: &str, database: &[&str]) {
    let command = [
        "user",
        "create",
        "--email",
        email,
        "--role",
        role,
        "--password-stdin",
    ];
    let arguments = [&command, database].concat();
    let made = concertation(folder, &arguments).input(format!("{STRONG_PASSWORD}\n"));
    let made = made.run(LIMIT).await;
    assert_eq!(made.status.code(), Some(0), "{made:?}");
}

/// The flags that name an empty database of that engine.
fn database_flags(engine: Engine) -> Vec<String> {
    match engine {
        Engine::Sqlite => Vec::new(),
        Engine::Postgres => {
            let cluster = cluster().expect("the engine is listed because there is a cluster");
            vec![
                "--database-url".to_owned(),
                cluster.create_database("process"),
            ]
        }
    }
}

fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// The names of what lies in a folder, sorted.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn mode_of(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn an_event(title: &str) -> Value {
    json!({ "title": title, "occurrences": [{
        "local_start": "2031-03-25T18:30:00", "local_end": "2031-03-25T20:30:00",
    }] })
}

/// All that it said on both outputs.
fn all_said(process: &Process) -> String {
    [process.stdout(), process.stderr()].concat().join("\n")
}

/// A statement behind the service's back.
async fn execute(database: &str, statement: &str) -> u64 {
    use sqlx::Connection as _;
    let statement = sqlx::AssertSqlSafe(statement.to_owned());
    if database.starts_with("postgres") {
        let mut connection = sqlx::PgConnection::connect(database).await.unwrap();
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap()
            .rows_affected()
    } else {
        let mut connection = sqlx::SqliteConnection::connect(database).await.unwrap();
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap()
            .rows_affected()
    }
}

/// The one number that a query gives, asked behind the service's back.
async fn number(database: &str, query: &str) -> i64 {
    use sqlx::Connection as _;
    let query = sqlx::AssertSqlSafe(query.to_owned());
    if database.starts_with("postgres") {
        let mut connection = sqlx::PgConnection::connect(database).await.unwrap();
        sqlx::query_scalar(query)
            .fetch_one(&mut connection)
            .await
            .unwrap()
    } else {
        let mut connection = sqlx::SqliteConnection::connect(database).await.unwrap();
        sqlx::query_scalar(query)
            .fetch_one(&mut connection)
            .await
            .unwrap()
    }
}

/// How often, or how many: a test's own number, unless that variable asks for another one.
pub(crate) fn times(variable: &str, usual: usize) -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "long repetitions are for those who ask for them"
    )]
    let asked = std::env::var(variable);
    asked.map_or(usual, |text| text.parse().expect("a number"))
}
