//! Serving, until a signal says to stop.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::process::ExitCode;

use persistence::{Clock, Schema};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::log::Look;
use super::{Failure, first, say};
use crate::attachments::lay_files_of_demonstration;
use crate::auth::Passwords;
use crate::config::{RateLimits, Settings, private_folder};
use crate::demo;
use crate::server::{Server, StartError, bind, open_store};

pub(super) async fn run(mut settings: Settings, is_demo: bool) -> Result<ExitCode, Failure> {
    if is_demo {
        settings.for_demonstration();
    }
    let mut signals = Signals::catch()?;
    // The lock is held until the process ends.
    let (server, _lock) = tokio::select! {
        begun = begin(settings, is_demo) => begun?,
        name = signals.next() => {
            tracing::info!("{name}: stopped before serving");
            return Ok(ExitCode::SUCCESS);
        }
    };
    let name = signals.next().await;
    tracing::info!("{name}: draining");
    tokio::select! {
        stopped = server.stop() => stopped?,
        name = signals.next() => {
            tracing::warn!("{name} again: stopped at once, requests under way are cut off");
            return Ok(ExitCode::FAILURE);
        }
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

async fn begin(settings: Settings, is_demo: bool) -> Result<(Server, Option<File>), Failure> {
    // Before anything is made: a password is shown once, and must not be lost to a port in use.
    let listener = listen(&settings)?;
    let lock = lock(&settings)?;
    let store = open_store(&settings, Clock::System, Schema::Migrate).await?;
    let passwords = Passwords::new()?;
    let mut welcome = Vec::new();
    if is_demo {
        let loaded = demo::load(&store, &passwords, store.clock().now()).await?;
        lay_files_of_demonstration(&store, &settings.files_dir).await?;
        tracing::info!(
            accounts = loaded.accounts,
            events = loaded.events,
            "demonstration loaded"
        );
        welcome.push(format!(
            "Demonstration accounts: director@, officer@, referent@ and funder@petr.example, \
             password “{}”",
            demo::PASSWORD
        ));
    } else if let Some(said) = first::director(&store, &passwords, &settings).await? {
        welcome.push(said);
    }
    if settings.rate_limits == RateLimits::Off {
        tracing::warn!("rate limits are off: for load tests only");
    }
    let look = Look::of(&settings);
    let server = Server::serve(listener, settings, store).await;
    let server = server.inspect_err(|_| welcome.iter().for_each(|line| say(line)))?;
    match look {
        Look::Pretty => announce(&server, &welcome),
        Look::Json => log_addresses(&server, &welcome),
    }
    tracing::info!(address = %server.address(), "serving");
    Ok((server, lock))
}

fn listen(settings: &Settings) -> Result<TcpListener, Failure> {
    bind(settings).map_err(|error| match error {
        StartError::Listen { source, .. } if source.kind() == ErrorKind::AddrInUse => format!(
            "{}: {source}: another program listens there; give another port with --listen",
            settings.listen
        )
        .into(),
        other => other.into(),
    })
}

/// One service at a time on an SQLite database: each would take the other's unfinished work for that
/// of a service that has died. The system lets go of the lock when we end, however that comes.
fn lock(settings: &Settings) -> Result<Option<File>, Failure> {
    let Some(database) = settings.database_url.sqlite_path() else {
        return Ok(None);
    };
    let path = database.with_extension("lock");
    let failed = |error: std::io::Error| Failure::from(format!("{}: {error}", path.display()));
    private_folder(&settings.data_dir).map_err(failed)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(format!(
            "another service runs on {}: SQLite takes one at a time; stop that one, or use PostgreSQL",
            database.display()
        )
        .into()),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// The ways in which an operator says to stop.
struct Signals {
    term: Signal,
    interrupt: Signal,
}

impl Signals {
    fn catch() -> std::io::Result<Self> {
        let (term, interrupt) = (SignalKind::terminate(), SignalKind::interrupt());
        Ok(Self {
            term: signal(term)?,
            interrupt: signal(interrupt)?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.term.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

fn announce(server: &Server, welcome: &[String]) {
    let base = server.public_url();
    say("");
    say(&format!(
        "  {base}/docs                    documentation: sign in and try it"
    ));
    say(&format!("  {base}/v1/calendar             the calendar"));
    say(&format!(
        "  {base}/v1/calendar.ics         the same for phones and agendas"
    ));
    say("");
    for line in welcome {
        say(&format!("  {line}"));
    }
}

/// The same for a log that machines read line by line. Passwords lie open: that is a warning.
fn log_addresses(server: &Server, welcome: &[String]) {
    let base = server.public_url();
    tracing::info!("documentation: {base}/docs");
    tracing::info!("calendar: {base}/v1/calendar and {base}/v1/calendar.ics");
    for line in welcome {
        tracing::warn!("{line}");
    }
}
