//! Serving, until a signal says to stop.

use std::process::ExitCode;

use persistence::{Clock, Schema};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::log::Look;
use super::{Failure, first, say};
use crate::auth::Passwords;
use crate::config::{RateLimits, Settings};
use crate::demo;
use crate::server::{Server, bind, open_store};

pub(super) async fn run(mut settings: Settings, is_demo: bool) -> Result<ExitCode, Failure> {
    if is_demo {
        settings.for_demonstration();
    }
    let mut signals = Signals::catch()?;
    let server = tokio::select! {
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

async fn begin(settings: Settings, is_demo: bool) -> Result<Server, Failure> {
    // Before anything is made: a password is shown once, and must not be lost to a port in use.
    let listener = bind(&settings)?;
    let store = open_store(&settings, Clock::System, Schema::Migrate).await?;
    let passwords = Passwords::new()?;
    let mut welcome = Vec::new();
    if is_demo {
        let loaded = demo::load(&store, &passwords, store.clock().now()).await?;
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
    Ok(server)
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
