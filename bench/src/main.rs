//! What the service is worth in figures. One command fills a database of its own, runs the release
//! build of the service on one core and the load on another, and prints one table: the work, the
//! figure, what it was compared with, the ratio, the goal, met or not.

mod citizens;
mod data;
mod database;
mod limit;
mod load;
mod process;
mod projects;
mod reads;
mod reminders;
mod setting;
mod starts;
mod table;
mod webhooks;
mod writes;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::{Parser, Subcommand};

use setting::Setting;

/// What may go wrong ends the run.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures the service and prints one table.
#[derive(Parser)]
#[command(name = "concertation-bench", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    mode: Option<Mode>,
}

#[derive(Subcommand)]
enum Mode {
    /// Serves the limit; the measuring starts it itself.
    #[command(hide = true)]
    Limit(limit::Answer),
}

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many events there are, over five years.
    #[arg(long, default_value_t = 100_000)]
    events: u64,
    /// A PostgreSQL server where a database may be made and dropped; without it SQLite.
    #[arg(long)]
    database_url: Option<String>,
    /// How long one run lasts, in seconds.
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Of how many runs the median is taken.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Only rows whose name holds this.
    #[arg(long)]
    only: Option<String>,
    /// Also the month among 1 000 and among 1 000 000 events: making those takes minutes.
    #[arg(long)]
    sizes: bool,
    /// The service; built in release when it isn't named.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Where the data is made.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
}

impl Options {
    fn wants(&self, work: &str) -> bool {
        let only = self.only.as_deref().unwrap_or_default();
        work.contains(only)
    }

    fn lasting(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.mode {
        Some(Mode::Limit(answer)) => limit::serve(answer),
        None => measure(arguments.options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("stopped: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// A word to whoever waits.
pub(crate) fn tell(line: &str) {
    // Nobody may be there to read it.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints a line of the table.
pub(crate) fn print(line: &str) -> Outcome<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

fn measure(options: Options) -> Outcome<()> {
    let binary = match &options.server {
        Some(binary) => binary.canonicalize()?,
        None => built()?,
    };
    process::leave_first_core()?;
    let setting = Setting::make(options, &binary)?;
    print(&setting.title())?;
    print(table::HEAD)?;
    reads::hot(&setting)?;
    reads::cold(&setting)?;
    writes::creates(&setting)?;
    projects::batches(&setting)?;
    webhooks::told(&setting)?;
    citizens::registrations(&setting)?;
    reminders::sent(&setting)?;
    let setting = starts::again(setting)?;
    starts::import(&setting)?;
    if setting.options.sizes {
        reads::sizes(&setting)?;
    }
    setting.end()
}

/// The release build of the service, brought up to date.
fn built() -> Outcome<PathBuf> {
    let mut command = Command::new(env!("CARGO"));
    command.args([
        "build",
        "--release",
        "--package",
        "concertation",
        "--bin",
        "concertation",
    ]);
    // What cargo told us of our own package would have half of it built again.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_")
            && name != "CARGO_HOME"
            && name != "CARGO_TARGET_DIR"
        {
            command.env_remove(name);
        }
    }
    if !command.status()?.success() {
        return Err("the service does not build".into());
    }
    let ours = std::env::current_exe()?;
    let folder = ours.parent().and_then(std::path::Path::parent);
    Ok(folder
        .ok_or("no target folder")?
        .join("release/concertation"))
}
