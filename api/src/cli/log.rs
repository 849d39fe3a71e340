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

/// What libraries tell of their own work is noise to an operator: they speak from warnings on, unless
/// the filter names them itself or lets through less than that.
fn with_quiet_libraries(filter: &str) -> String {
    const QUIET: &str = "sea_orm_migration=warn,actix_server=warn,sqlx::postgres::notice=warn";
    let mut parts = filter.split(',').map(str::trim);
    match parts.any(|part| ["info", "debug", "trace"].contains(&&*part.to_ascii_lowercase())) {
        // Of two words on one module, the later counts.
        true => format!("{QUIET},{filter}"),
        false => filter.to_owned(),
    }
}

pub(super) fn init(settings: &Settings) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(with_quiet_libraries(&settings.log))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_quiet_unless_the_filter_says_otherwise() {
        for untouched in ["off", "error", "warn,api=debug"] {
            assert_eq!(with_quiet_libraries(untouched), untouched);
        }
        let shown = |filter: &str| {
            EnvFilter::try_new(with_quiet_libraries(filter))
                .unwrap()
                .to_string()
        };
        assert!(shown("info").contains("actix_server=warn"));
        let named = shown("info,actix_server=debug");
        assert!(named.contains("actix_server=debug"), "{named}");
        assert!(!named.contains("actix_server=warn"), "{named}");
        assert!(named.contains("sea_orm_migration=warn"), "{named}");
    }
}
