//! How a setting's text becomes its value; the fault, in words, when it can't.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use domain::kernel::{EmailAddress, Siren};
use tracing_subscriber::EnvFilter;

/// Whether callers are slowed down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RateLimits {
    /// As the contract says.
    #[default]
    On,
    /// For tests.
    Off,
}

impl RateLimits {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "on" | "true" => Ok(Self::On),
            "off" | "false" => Ok(Self::Off),
            _ => Err("give `on` or `off`".to_owned()),
        }
    }
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Pretty on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// For people.
    Pretty,
    /// For machines, one object a line.
    Json,
}

impl LogFormat {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err("give `auto`, `pretty` or `json`".to_owned()),
        }
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "give an IP address and a port, such as 127.0.0.1:8080".to_owned())
}

pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() {
        return Err("give a path".to_owned());
    }
    Ok(PathBuf::from(text))
}

/// The secret that a file holds; the end of its line is no part of it. The file itself is never shown.
pub(super) fn secret_in(file: &str) -> Result<String, String> {
    match text_in(file)?.trim_end_matches(['\r', '\n']) {
        "" => Err("the file is empty".to_owned()),
        secret => Ok(secret.to_owned()),
    }
}

/// The text that a file holds.
pub(super) fn text_in(file: &str) -> Result<String, String> {
    std::fs::read_to_string(path(file)?).map_err(|cause| format!("the file can't be read: {cause}"))
}

pub(super) fn name(text: &str) -> Result<String, String> {
    const LONGEST: usize = 200;
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(format!("give one line of 1 to {LONGEST} characters"));
    }
    Ok(text.to_owned())
}

pub(super) fn email(text: &str) -> Result<String, String> {
    match EmailAddress::parse(text) {
        Ok(address) => Ok(address.as_str().to_owned()),
        Err(_) => Err("give an address such as concertation@petr.example.fr".to_owned()),
    }
}

/// The origin of a website (RFC 6454), as browsers send it.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let wrong = "give an origin without a path, such as https://www.petr.example.fr";
    let url = url::Url::parse(text).map_err(|_| wrong.to_owned())?;
    let origin = url.origin().ascii_serialization();
    let is_web = matches!(url.scheme(), "https" | "http");
    if !is_web || origin != text.trim_end_matches('/') {
        return Err(wrong.to_owned());
    }
    Ok(origin)
}

pub(super) fn siren(text: &str) -> Result<String, String> {
    match Siren::parse(text) {
        Ok(siren) => Ok(siren.to_string()),
        Err(_) => Err("a SIREN has nine digits, of which the last is a check".to_owned()),
    }
}

pub(super) fn log_filter(text: &str) -> Result<String, String> {
    match EnvFilter::builder().parse(text) {
        Ok(_) if !text.is_empty() => Ok(text.to_owned()),
        Ok(_) => Err("give a level such as `info`, or `off`".to_owned()),
        Err(fault) => Err(fault.to_string()),
    }
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    const LONGEST: u64 = 3600;
    match text.parse() {
        Ok(seconds @ 1..=LONGEST) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("give whole seconds, from 1 to {LONGEST}")),
    }
}

pub(super) fn days(text: &str) -> Result<u32, String> {
    const MOST: u32 = 3650;
    match text.parse() {
        Ok(days @ 1..=MOST) => Ok(days),
        _ => Err(format!("give whole days, from 1 to {MOST}")),
    }
}
