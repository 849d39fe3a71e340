//! The way from an address to a connection: the name is resolved here, what it resolves to is checked
//! here, and what was checked is what is connected to. An answer that is another one the next time is
//! checked the next time.

use std::io;
use std::net::IpAddr;

use futures_util::future::BoxFuture;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

use super::Outgoing;
use super::error::OutgoingError;
use super::guard::Place;

/// So many addresses of a name are tried, no more.
const MOST_ADDRESSES: usize = 8;

/// What bytes go over.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

type Resolve = dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync;

/// Who knows the addresses of a name: the system, or in tests somebody who changes their mind.
pub(super) struct Resolver(Box<Resolve>);

impl Resolver {
    pub(super) fn of_the_system() -> Self {
        Self::of(|name| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((name, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        })
    }

    pub(super) fn of(
        resolve: impl Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(resolve))
    }
}

impl Outgoing {
    /// A connection to where the address leads, encrypted when it says so.
    pub(super) async fn connect(&self, url: &Url) -> Result<Box<dyn Wire>, OutgoingError> {
        let made = timeout(self.limits.connect, self.connect_slowly(url)).await;
        made.map_err(|_| OutgoingError::TooSlow)?
    }

    async fn connect_slowly(&self, url: &Url) -> Result<Box<dyn Wire>, OutgoingError> {
        let place = self.guard.admit(url)?;
        let port = url.port_or_known_default();
        let port = port.ok_or(OutgoingError::Malformed)?;
        let addresses = self.addresses(url, &place).await?;
        let stream = self.first_of(&addresses, port).await?;
        if url.scheme() == "http" {
            return Ok(Box::new(stream));
        }
        let name = match place {
            Place::Literal(address) => ServerName::from(address),
            Place::Name(name) => {
                ServerName::try_from(name).map_err(|_| OutgoingError::Malformed)?
            }
        };
        let connector = TlsConnector::from(self.tls.clone());
        let stream = connector.connect(name, stream).await;
        Ok(Box::new(stream.map_err(OutgoingError::Tls)?))
    }

    /// The addresses that may be connected to. When there are none, why the first is not.
    async fn addresses(&self, url: &Url, place: &Place) -> Result<Vec<IpAddr>, OutgoingError> {
        let found = match place {
            Place::Literal(address) => vec![*address],
            Place::Name(name) => {
                let found = (self.resolver.0)(name.clone()).await;
                found.map_err(|error| {
                    tracing::debug!(%error, "a name could not be resolved");
                    OutgoingError::UnknownHost
                })?
            }
        };
        let mut refusal = OutgoingError::UnknownHost;
        let mut reached = Vec::new();
        for address in found.into_iter().rev() {
            match self.guard.check(url, address) {
                Ok(()) => reached.push(address),
                Err(error) => refusal = error,
            }
        }
        if reached.is_empty() {
            return Err(refusal);
        }
        reached.reverse();
        reached.truncate(MOST_ADDRESSES);
        Ok(reached)
    }

    /// The first that answers; one that keeps silent does not take all the time there is.
    async fn first_of(&self, addresses: &[IpAddr], port: u16) -> Result<TcpStream, OutgoingError> {
        let mut last = OutgoingError::UnknownHost;
        for address in addresses {
            let stream = TcpStream::connect((*address, port));
            last = match timeout(self.limits.connect / 3, stream).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => OutgoingError::Unreachable(error),
                Err(_) => OutgoingError::TooSlow,
            };
        }
        Err(last)
    }
}
