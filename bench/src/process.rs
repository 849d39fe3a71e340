//! The processes that are measured: the service and the limit, each on the first core; the load is on
//! the others.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::limit;
use crate::load::{Connection, Reply, get, request};

/// What the service is told at each start beside where it listens.
const SETTINGS: [(&str, &str); 3] = [
    ("CONCERTATION_RATE_LIMITS", "off"),
    ("CONCERTATION_ALLOWED_TARGETS", "127.0.0.1"),
    ("PATH", "/usr/bin:/bin"),
];

/// A program on the first core.
fn on_first_core(program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", "0"]).arg(program);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// Leaves the first core to what is measured.
pub(crate) fn leave_first_core() -> Outcome<()> {
    let cores = std::thread::available_parallelism()?.get();
    if cores < 2 {
        return Err("two cores are needed: one for the service, one for the load".into());
    }
    let ours = std::process::id().to_string();
    let others = format!("1-{}", cores - 1);
    let mut command = Command::new("taskset");
    command.args(["--all-tasks", "--pid", "--cpu-list", &others, &ours]);
    let status = command.stdout(Stdio::null()).status();
    match status
        .map_err(|error| format!("taskset: {error}"))?
        .success()
    {
        true => Ok(()),
        false => Err("taskset can't leave the first core alone".into()),
    }
}

/// A child that ends with us.
struct Guarded(Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        // It may have ended before; there is nobody to tell.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where a service keeps what it has.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) binary: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) database: Option<String>,
    /// What the service is told beside the usual.
    pub(crate) settings: Vec<(&'static str, String)>,
}

impl Place {
    /// What is kept in the folder is begun anew.
    pub(crate) fn new(binary: &Path, folder: PathBuf, database: Option<String>) -> Outcome<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            binary: binary.to_owned(),
            folder,
            database,
            settings: Vec::new(),
        })
    }

    pub(crate) fn sqlite(&self) -> PathBuf {
        self.folder.join("concertation.sqlite")
    }

    /// Starts the service, and waits until it is ready.
    pub(crate) fn start(&self) -> Outcome<Service> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = on_first_core(&self.binary);
        command
            .arg("serve")
            .env_clear()
            .envs(SETTINGS)
            .env("CONCERTATION_LISTEN", address.to_string())
            .env("CONCERTATION_DATA_DIR", &self.folder)
            .current_dir(&self.folder)
            .stdout(Stdio::null());
        command.envs(self.settings.iter().map(|(name, value)| (*name, value)));
        if let Some(url) = &self.database {
            command.env("CONCERTATION_DATABASE_URL", url);
        }
        let started = Instant::now();
        let mut child = Guarded(command.spawn()?);
        while !is_ready(address) {
            if let Some(status) = child.0.try_wait()? {
                return Err(format!("the service ended: {status}").into());
            }
            if started.elapsed() > Duration::from_secs(60) {
                return Err("the service is not ready after a minute".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Service {
            address,
            readied: started.elapsed(),
            child,
        })
    }
}

fn is_ready(address: SocketAddr) -> bool {
    let asked = Connection::open(address).and_then(|mut c| c.ask(&get("/readyz", &[])));
    asked.is_ok_and(|reply| reply.status == 200)
}

/// The service, running.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    /// How long it took from the start of the process until it was ready.
    pub(crate) readied: Duration,
    child: Guarded,
}

impl Service {
    pub(crate) fn ask(&self, request: &[u8]) -> Outcome<Reply> {
        Connection::open(self.address)?.ask(request)
    }

    /// The header of the first director's token. Their password lies in the folder until then.
    pub(crate) fn sign_in(&self, password: &str) -> Outcome<String> {
        let form = format!(
            "grant_type=password&username=director%40concertation.local&password={password}"
        );
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let asked = request("POST", "/oauth/token", &headers, form.as_bytes());
        let reply = self.ask(&asked)?.expect(200)?;
        let body: serde_json::Value = serde_json::from_slice(&reply.body)?;
        let token = body["access_token"].as_str().ok_or("no token")?;
        Ok(format!("Bearer {token}"))
    }

    /// How many answers were given from those that are kept.
    pub(crate) fn kept(&self) -> Outcome<f64> {
        let reply = self.ask(&get("/metrics", &[]))?.expect(200)?;
        let text = String::from_utf8(reply.body)?;
        let mut lines = text.lines();
        let line = lines.find_map(|line| line.strip_prefix("http_kept_answers_total "));
        Ok(line.map_or(Ok(0.0), str::parse)?)
    }

    /// What it has in memory, in MiB: now (`VmRSS`), or the most it ever had (`VmHWM`).
    pub(crate) fn memory(&self, which: &str) -> Outcome<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.0.id()))?;
        let line = text.lines().find(|line| line.starts_with(which));
        let kib = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(kib.ok_or("no such memory")?.parse::<f64>()? / 1024.0)
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) -> Outcome<()> {
        self.child.0.kill()?;
        self.child.0.wait()?;
        Ok(())
    }

    /// Stops as an operator stops it.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        let id = self.child.0.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        self.child.0.wait()?;
        Ok(())
    }
}

/// The limit, running.
pub(crate) struct Limit {
    pub(crate) address: SocketAddr,
    _child: Guarded,
}

impl Limit {
    pub(crate) fn start(answer: &limit::Answer) -> Outcome<Self> {
        let mut command = on_first_core(&std::env::current_exe()?);
        command
            .arg("limit")
            .arg("--status")
            .arg(answer.status.to_string())
            .arg("--body")
            .arg(&answer.body)
            .arg("--content-type")
            .arg(&answer.content_type)
            .stdout(Stdio::piped());
        if let Some(coding) = &answer.content_encoding {
            command.arg("--content-encoding").arg(coding);
        }
        let mut child = Guarded(command.spawn()?);
        let mut said = String::new();
        let output = child.0.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut said)?;
        Ok(Self {
            address: said.trim().parse()?,
            _child: child,
        })
    }
}
