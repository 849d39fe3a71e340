//! Why a target was not reached, or gave nothing that can be used.

use std::io;

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutgoingError {
    /// The form of the address: no http or https, somebody's name in it, a dot at the end of the host.
    #[error("not an address that is asked")]
    Malformed,
    /// A port of the system's other services.
    #[error("port {0} is for another service")]
    Port(u16),
    /// Without encryption, to a target that is not opened.
    #[error("http is for opened targets only")]
    Unencrypted,
    /// An address that is not public and not opened.
    #[error("an address that is not public")]
    Private,
    /// No address bears the name.
    #[error("unknown host")]
    UnknownHost,
    /// Nobody answers there.
    #[error("unreachable: {0}")]
    Unreachable(io::Error),
    /// The encryption can't be set up, or the certificate is not right.
    #[error("TLS: {0}")]
    Tls(io::Error),
    /// It took too long, the whole or one silence.
    #[error("too slow")]
    TooSlow,
    /// One redirect follows the other.
    #[error("too many redirects")]
    TooManyRedirects,
    /// A redirect that leads nowhere, or out of the encryption.
    #[error("a redirect that is not followed")]
    Redirect,
    /// An answer that is no success.
    #[error("status {0}")]
    Status(u16),
    /// More bytes than are taken.
    #[error("more than {0} bytes")]
    TooLarge(u64),
    /// Packed in a way that was not asked for, or wrongly.
    #[error("a coding that can't be read")]
    Coding,
    /// The answer is no HTTP, or broke off.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// The disk, here.
    #[error("spool: {0}")]
    Spool(io::Error),
}
