//! What goes out: one guarded client for every address that somebody else chose. It reaches public
//! addresses only, and those that `allowed_targets` opens; each address is checked where the connection
//! is made, on every hop. Proxies of the environment are never asked. Uses `config`.

mod addresses;
mod call;
mod connect;
mod download;
mod error;
mod guard;
mod spool;

pub(crate) use call::Call;
pub(crate) use download::{Got, Validators};
pub(crate) use error::OutgoingError;

use std::sync::Arc;
use std::time::Duration;

use domain::kernel::{FaultCode, WebUrl};
use rustls::{ClientConfig, RootCertStore};

use call::Connections;
use connect::Resolver;
use guard::Guard;

use crate::config::{Network, Settings};

/// The client. One for the service.
pub(crate) struct Outgoing {
    guard: Guard,
    resolver: Resolver,
    tls: Arc<ClientConfig>,
    user_agent: String,
    limits: Limits,
    connections: Connections,
}

/// What a target may cost.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// From the name to the end of TLS's handshake.
    connect: Duration,
    /// The longest silence, before the answer and within it.
    idle: Duration,
    /// The whole, every hop included.
    total: Duration,
    /// The most bytes of a body, unpacked.
    bytes: u64,
}

impl Limits {
    const USUAL: Self = Self {
        connect: Duration::from_secs(10),
        idle: Duration::from_secs(30),
        total: Duration::from_secs(120),
        bytes: 64 * 1024 * 1024,
    };
}

impl Outgoing {
    /// The client that these settings ask for.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            guard: Guard::new(&settings.allowed_targets),
            resolver: Resolver::of_the_system(),
            tls: tls(public_authorities()),
            user_agent: format!(
                "Concertation/{} (+{})",
                env!("CARGO_PKG_VERSION"),
                settings.public_url.as_str()
            ),
            limits: Limits::USUAL,
            connections: Connections::default(),
        }
    }

    /// What can be said of an address before it is asked: its form, and whether what it names literally
    /// is reached. Names are checked where they are resolved, each time.
    ///
    /// # Errors
    /// It would never be reached.
    fn admits(&self, url: &url::Url) -> Result<(), OutgoingError> {
        self.guard.admit(url).map(drop)
    }

    /// The same of an address that somebody wants kept.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn target(&self, url: &WebUrl) -> Result<(), FaultCode> {
        const MALFORMED: FaultCode = FaultCode::Malformed("url");
        let parsed = url::Url::parse(url.as_str()).map_err(|_| MALFORMED)?;
        self.admits(&parsed).map_err(|error| match error {
            OutgoingError::Private => FaultCode::PrivateTarget,
            OutgoingError::Unencrypted => FaultCode::NeedsHttps,
            OutgoingError::Port(_) => FaultCode::PortRefused,
            _ => MALFORMED,
        })
    }
}

/// The authorities are those that browsers trust, compiled in: the machine's own list may be absent.
fn public_authorities() -> RootCertStore {
    RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned())
}

fn tls(authorities: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider speaks the versions that are compiled in")
        .with_root_certificates(authorities)
        .with_no_client_auth();
    Arc::new(config)
}

/// Whether one of the networks holds the address.
fn is_in(networks: &[Network], address: std::net::IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}
