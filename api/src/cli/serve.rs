//! Serving, until a signal says to stop.

use std::process::ExitCode;

use persistence::Clock;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, first, say};
use crate::auth::Passwords;
use crate::config::{RateLimits, Settings};
use crate::demo;
use crate::server::{Server, open_store};

pub(super) async fn run(mut settings: Settings, is_demo: bool) -> Result<ExitCode, Failure> {
    if is_demo {
        settings.for_demonstration();
    }
    // Signals that come while we begin are heeded too.
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let store = open_store(&settings, Clock::System, true).await?;
    let passwords = Passwords::new()?;
    let mut welcome = Vec::new();
    if is_demo {
        let loaded = demo::load(&store, &passwords, store.clock().now()).await?;
        tracing::info!(accounts = loaded.accounts, events = loaded.events, "demonstration loaded");
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
    let server = Server::start(settings, store).await?;
    announce(&server, &welcome);
    tokio::select! {
        _ = term.recv() => tracing::info!("SIGTERM: draining"),
        _ = interrupt.recv() => tracing::info!("interrupted: draining"),
    }
    server.stop().await?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

fn announce(server: &Server, welcome: &[String]) {
    let base = server.public_url();
    say("");
    say(&format!("  {base}/docs                    documentation: sign in and try it"));
    say(&format!("  {base}/v1/calendar             the calendar"));
    say(&format!("  {base}/v1/calendar.ics         the same for phones and agendas"));
    say("");
    for line in welcome {
        say(&format!("  {line}"));
    }
    tracing::info!(address = %server.address(), "serving");
}
