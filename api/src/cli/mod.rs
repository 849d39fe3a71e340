//! What the binary does, command by command.

mod backup;
mod check;
mod first;
mod import;
mod log;
mod openapi;
mod serve;
mod user;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use persistence::{Clock, OpenError, Schema, StoreError};

use crate::config::{RawSettings, Settings};
use crate::imports::Options;

/// An open service for citizen participation in the ecological transition.
///
/// Without a command it serves. The first time, it makes its data folder, its database and a first
/// director account. Open /docs to use it.
#[derive(Debug, Parser)]
#[command(
    name = "concertation",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: RawSettings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and its pages (the default)
    Serve {
        /// Serve the demonstration, in a data folder of its own (./data/demo)
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database to the schema of this version
    Migrate,
    /// Write the contract into a folder, or check that the one there is up to date
    Openapi {
        /// The folder
        #[arg(long, default_value = "openapi")]
        folder: PathBuf,
        /// Write nothing; exit with 1 when a document there differs
        #[arg(long)]
        check: bool,
    },
    /// Bring in events from a file
    Import {
        /// The export of an OpenAgenda (JSON), or a calendar in iCalendar (.ics)
        file: PathBuf,
        /// Say what would happen, and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Publish what is new instead of leaving drafts
        #[arg(long)]
        publish: bool,
    },
    /// Staff accounts
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Replace the key that access tokens are signed with
    RotateKeys,
    /// Check the audit chain and the invariants of the data; exit with 1 when something is wrong
    Check,
    /// Copy the database into a new file while the service runs (SQLite)
    ///
    /// The copy is of one moment and for its owner alone; it is looked at, and what it holds is said. It
    /// never holds the master key. For PostgreSQL it says which of its tools to use.
    Backup {
        /// The file to make; one that exists is never overwritten
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Make a staff account
    Create {
        /// What they sign in with
        #[arg(long)]
        email: String,
        /// director, officer, referent or funder; several separated by commas
        #[arg(long, value_delimiter = ',', required = true)]
        role: Vec<String>,
        /// What they are called; the address when absent
        #[arg(long)]
        name: Option<String>,
        /// Read the password from standard input instead of asking for it
        #[arg(long)]
        password_stdin: bool,
    },
}

/// A failure on its way to the person at the keyboard.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Does what the command line says.
pub async fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let is_demo = std::env::args().any(|argument| argument == "--demo");
            // Where it can't be printed nobody reads it either.
            let _ = error.print();
            if is_demo && error.kind() == clap::error::ErrorKind::UnknownArgument {
                say("\n  `--demo` belongs to `serve`: concertation serve --demo");
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match execute(cli).await {
        Ok(code) => code,
        Err(failure) => {
            say(&format!("concertation: {failure}"));
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli) -> Result<ExitCode, Failure> {
    let command = cli.command.unwrap_or(Command::Serve { demo: false });
    if let Command::Openapi { folder, check } = &command {
        return match check {
            true => openapi::check(folder),
            false => openapi::write(folder),
        };
    }
    let is_demo = matches!(command, Command::Serve { demo: true });
    let folder = if is_demo { "data/demo" } else { "data" };
    let (settings, warnings) = Settings::load_with_data_dir(cli.settings, Path::new(folder))?;
    log::init(&settings)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    match command {
        Command::Serve { demo } => serve::run(settings, demo).await,
        Command::Migrate => migrate(&settings).await,
        Command::Import {
            file,
            dry_run,
            publish,
        } => import::run(&settings, &file, Options::of_flags(dry_run, publish)).await,
        Command::User {
            command:
                UserCommand::Create {
                    email,
                    role,
                    name,
                    password_stdin,
                },
        } => user::create(&settings, &email, &role, name, password_stdin).await,
        Command::RotateKeys => rotate_keys(&settings).await,
        Command::Check => check::run(&settings).await,
        Command::Backup { file } => backup::run(&settings, &file).await,
        Command::Openapi { .. } => Ok(ExitCode::SUCCESS),
    }
}

async fn migrate(settings: &Settings) -> Result<ExitCode, Failure> {
    let store = crate::server::open_store(settings, Clock::System, Schema::Migrate).await?;
    say("The database has the schema of this version.");
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn rotate_keys(settings: &Settings) -> Result<ExitCode, Failure> {
    let store = existing_store(settings).await?;
    crate::auth::rotate(&store).await?;
    say("A new key signs from now on; the one before counts for half an hour more.");
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// The store of a command that looks after a database and never begins one.
async fn existing_store(settings: &Settings) -> Result<persistence::Store, Failure> {
    if let Some(file) = settings.database_url.sqlite_path() {
        std::fs::metadata(file).map_err(|error| unreadable(file, &error))?;
    }
    let behind =
        |error: StoreError| Failure::from(format!("{error}: run `concertation migrate` first"));
    let store = match crate::server::open_store(settings, Clock::System, Schema::Keep).await {
        Err(OpenError::Store(error @ StoreError::Behind(_))) => return Err(behind(error)),
        opened => opened?,
    };
    match store.ready().await {
        Ok(()) => Ok(store),
        Err(error @ StoreError::Behind(_)) => Err(behind(error)),
        Err(error) => Err(error.into()),
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    let file = file.display();
    match error.kind() {
        ErrorKind::NotFound => format!("there is no database at {file}"),
        ErrorKind::PermissionDenied => {
            format!("{file}: {error}: run this as the user that the service runs as")
        }
        _ => format!("{file}: {error}"),
    }
    .into()
}

/// Says something to the person at the keyboard, and leaves standard output to results.
#[expect(
    clippy::print_stderr,
    reason = "this is the command line speaking to a person"
)]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// Writes a result.
#[expect(clippy::print_stdout, reason = "this is the command line's result")]
pub(crate) fn print(text: &str) {
    println!("{text}");
}
