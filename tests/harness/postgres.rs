//! A throw-away PostgreSQL cluster, one per test process, started when a test first asks for it and
//! gone with the process. It trades safety for speed: nothing in it is worth keeping. Its sockets
//! are on 127.0.0.1 only, without a password, on a port that the system picks.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::process::{Launch, Process, new_directory};
use crate::programs::{on_path, skipped};
use crate::watchdog::Watchdog;

/// Speed before safety, and room for hundreds of tests at once. Databases live for seconds: cleaning
/// them in the background would only disturb the tests that run meanwhile.
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "shared_buffers=128MB",
    "autovacuum=off",
    "lc_messages=C",
];

/// Another process may take the free port before PostgreSQL does: then it is tried again.
const TRIES: usize = 5;

const START_LIMIT: Duration = Duration::from_secs(60);

/// The superuser of the cluster.
const USER: &str = "postgres";

/// The running cluster.
pub struct Cluster {
    programs: PathBuf,
    directory: PathBuf,
    port: u16,
    created: AtomicU32,
    /// A template may have no connection while it is copied: one copy at a time.
    copying: Mutex<()>,
    // Both end with the test process: the watchdog stops the server and removes its files.
    server: Process,
    watchdog: Watchdog,
}

/// The cluster of this test process. `None`, after a line on the error output, where PostgreSQL is
/// not installed; a panic there when `CI=true`.
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER
        .get_or_init(|| {
            let found = programs();
            if found.is_none() {
                skipped(
                    "PostgreSQL tests",
                    "initdb not found on PATH nor in /usr/lib/postgresql",
                );
            }
            found.map(start)
        })
        .as_ref()
}

/// A cluster of one test's own, for one that stops it. `None` where PostgreSQL is not installed.
pub fn own_cluster() -> Option<Cluster> {
    cluster()?;
    programs().map(start)
}

impl Cluster {
    /// Stops the server as its operator does: connections are cut. What is in it stays.
    pub async fn stop(&mut self) {
        self.server.signal("INT");
        self.server.exit(START_LIMIT).await;
        self.watchdog.release();
    }

    /// Starts it again, on the same port.
    pub fn restart(&mut self) {
        let owner = Owner::choose();
        self.server = serve(&self.programs, &self.directory, owner.as_ref(), self.port);
        self.watchdog.watch(self.server.pid());
        self.server
            .line_blocking(START_LIMIT, |line| {
                line.contains("ready to accept connections")
            })
            .expect("a server that ran before starts again");
    }

    /// A new empty database; its name begins with `name`. Returns its URL.
    pub fn create_database(&self, name: &str) -> String {
        self.create(name, "template0")
    }

    /// A new database with all that is in another one, named by its URL; it must have no open
    /// connection. Returns the URL of the new one.
    pub fn create_database_from(&self, template: &str, name: &str) -> String {
        self.create(name, database_of(template))
    }

    /// Removes a database, named by its URL, and closes the connections to it.
    pub fn drop_database(&self, url: &str) {
        self.execute(&format!(
            r#"drop database if exists "{}" with (force)"#,
            database_of(url)
        ));
    }

    /// Copies a database, named by its URL, into a file, as the documentation says.
    pub fn dump(&self, url: &str, file: &Path) {
        let file = file.as_os_str();
        let arguments = [
            OsStr::new("--format=custom"),
            OsStr::new("--file"),
            file,
            OsStr::new(url),
        ];
        self.tool("pg_dump", &arguments);
    }

    /// Brings such a file into an empty database, named by its URL, as the documentation says.
    pub fn restore(&self, file: &Path, url: &str) {
        let into = format!("--dbname={url}");
        let arguments = [
            OsStr::new("--no-owner"),
            OsStr::new("--exit-on-error"),
            OsStr::new(&into),
            file.as_os_str(),
        ];
        self.tool("pg_restore", &arguments);
    }

    fn tool(&self, name: &str, arguments: &[&OsStr]) {
        let output = clean(Command::new(self.programs.join(name)))
            .args(arguments)
            .output()
            .expect("PostgreSQL's tools are installed beside initdb");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {complaint}");
    }

    fn create(&self, name: &str, template: &str) -> String {
        let number = self.created.fetch_add(1, Ordering::Relaxed);
        // PostgreSQL cuts names at 63 bytes; the number must not be what is cut.
        let readable: String = name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .take(40)
            .collect();
        let database = format!("{}_{number}", readable.to_ascii_lowercase());
        let _one_at_a_time = self.copying.lock().unwrap_or_else(PoisonError::into_inner);
        self.execute(&format!(
            r#"create database "{database}" template "{template}""#
        ));
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    fn execute(&self, sql: &str) {
        let output = clean(Command::new(self.programs.join("psql")))
            .args([
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                "127.0.0.1",
                "-U",
                USER,
            ])
            .args(["-p", &self.port.to_string(), "-d", "postgres", "-c", sql])
            .output()
            .expect("psql is installed beside initdb");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{sql}: {complaint}");
    }
}

/// The database that a URL ends with.
fn database_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// The folder of PostgreSQL's programs: behind the `initdb` of the search path, which may be a
/// link, or where Debian keeps its versions, the newest first.
fn programs() -> Option<PathBuf> {
    let linked = on_path(&["initdb"]).and_then(|path| path.canonicalize().ok());
    let beside_link = linked.as_deref().and_then(Path::parent).map(Path::to_owned);
    let complete = |folder: &PathBuf| {
        ["initdb", "postgres", "psql"]
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    beside_link
        .into_iter()
        .chain(versions_of_debian())
        .find(complete)
}

fn versions_of_debian() -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    versions
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .collect()
}

fn start(programs: PathBuf) -> Cluster {
    let directory = new_directory("concertation-postgres-");
    let mut watchdog = Watchdog::over(Some(&directory), "QUIT");
    let owner = Owner::choose();
    if let Some(owner) = &owner {
        std::os::unix::fs::chown(&directory, Some(owner.user), Some(owner.group))
            .expect("root gives files away");
    }
    initialise(&programs, &directory, owner.as_ref());

    let mut complaint = String::new();
    for _ in 0..TRIES {
        let port = free_port();
        let mut server = serve(&programs, &directory, owner.as_ref(), port);
        watchdog.watch(server.pid());
        match server.line_blocking(START_LIMIT, |line| {
            line.contains("ready to accept connections")
        }) {
            Ok(_) => {
                return Cluster {
                    programs,
                    directory,
                    port,
                    created: AtomicU32::new(1),
                    copying: Mutex::new(()),
                    server,
                    watchdog,
                };
            }
            Err(why) => complaint = why,
        }
        watchdog.release();
    }
    panic!("PostgreSQL does not start: {complaint}");
}

fn initialise(programs: &Path, directory: &Path, owner: Option<&Owner>) {
    let (program, mut arguments) = Owner::run_as(owner, programs.join("initdb"));
    arguments
        .extend(["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"].map(Into::into));
    arguments.extend(["-U", USER, "-D"].map(Into::into));
    let output = clean(Command::new(program))
        .args(arguments)
        .arg(directory.join("data"))
        .current_dir(directory)
        .output()
        .expect("initdb was found, and util-linux's setpriv is there when tests run as root");
    assert!(
        output.status.success(),
        "initdb failed (does {} let another user in?): {}",
        directory.display(),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn serve(programs: &Path, directory: &Path, owner: Option<&Owner>, port: u16) -> Process {
    let (program, mut arguments) = Owner::run_as(owner, programs.join("postgres"));
    arguments.extend(["-D".into(), directory.join("data").into_os_string()]);
    arguments.extend(["-p".into(), port.to_string().into()]);
    arguments.extend(
        SETTINGS
            .iter()
            .flat_map(|setting| ["-c".into(), setting.into()]),
    );
    Launch::program(program, arguments)
        .directory(directory)
        .env("LC_ALL", "C")
        .last_signal("QUIT")
        .start()
}

/// The user that PostgreSQL runs as when we are root: it refuses to run as root itself.
struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    /// `None` when we are not root: then PostgreSQL runs as ourselves.
    fn choose() -> Option<Owner> {
        if id(&["-u"]) != Some(0) {
            return None;
        }
        let owner = ["postgres", "nobody"].iter().find_map(|name| {
            Some(Owner {
                user: id(&["-u", name])?,
                group: id(&["-g", name])?,
            })
        });
        Some(owner.expect("every system has the user nobody"))
    }

    /// The program to start, and its first arguments, so that `program` runs as this owner. The
    /// process keeps its number: `setpriv` is replaced by what it starts.
    fn run_as(owner: Option<&Owner>, program: PathBuf) -> (PathBuf, Vec<std::ffi::OsString>) {
        let Some(owner) = owner else {
            return (program, Vec::new());
        };
        let user = format!("--reuid={}", owner.user);
        let group = format!("--regid={}", owner.group);
        let arguments = vec![
            user.into(),
            group.into(),
            "--clear-groups".into(),
            "--".into(),
            program.into_os_string(),
        ];
        (PathBuf::from("setpriv"), arguments)
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id")
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Without the developer's `PG…` variables, and with messages in English.
fn clean(mut command: Command) -> Command {
    let path = std::env::var_os("PATH");
    command.env_clear().env("LC_ALL", "C").stdin(Stdio::null());
    command.env(
        "PATH",
        path.as_deref().unwrap_or(OsStr::new("/usr/bin:/bin")),
    );
    command
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("a machine has free ports on its loopback")
        .port()
}
