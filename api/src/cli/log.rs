//! The log: pretty on a terminal, JSON otherwise.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use super::Failure;
use crate::config::{LogFormat, Settings};

/// How the log looks, and with it whatever else is said while it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Pretty,
    Json,
}

impl Look {
    pub(super) fn of(settings: &Settings) -> Self {
        match settings.log_format {
            LogFormat::Pretty => Self::Pretty,
            LogFormat::Json => Self::Json,
            LogFormat::Auto if std::io::stderr().is_terminal() => Self::Pretty,
            LogFormat::Auto => Self::Json,
        }
    }
}

pub(super) fn init(settings: &Settings) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&settings.log)
        .map_err(|error| format!("log: {:?} is no filter: {error}", settings.log))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_writer(std::io::stderr);
    let started = match Look::of(settings) {
        Look::Pretty => builder.compact().try_init(),
        Look::Json => builder
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .try_init(),
    };
    started.map_err(|error| format!("log: {error}").into())
}
